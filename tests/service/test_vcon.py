from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.errors import InputError
from qualify.records import Maker, Message, Outcome, Reason, Recording, Sentence, Transcript, Turn
from qualify.service.vcon import DRAFT, MAX_BYTES, SYNTAX, Incoming, read, write
from qualify.store.domain import Call
from qualify.tenant import Tenant, load_tenant

MOREL = load_tenant(Path(__file__).parents[1] / "data" / "dataset" / "tenants" / "atelier-morel.yaml")
UUID_1 = "0199e054-ed10-8035-b9a2-279e0d16bc46"
SOUND = b"RIFF\xff\xfe\xfdWAVE"
BODY = base64.urlsafe_b64encode(SOUND).decode().rstrip("=")
MAKER = Maker(engine="scripted", version="1")
AGENT = {"type": "organization", "name": "Atelier Morel", "tel": "tel:+33-1-23-45-67-89"}
CALLER = {"tel": "+33639981234", "name": "Alain"}


def vcon(**parts: Any) -> bytes:
    """A vCon with one inline recording, and `parts` in place of what it has; None leaves one out."""
    whole: dict[str, Any] = {
        "vcon": "0.4.0",
        "uuid": UUID_1,
        "created_at": "2026-11-24T09:00:00Z",
        "parties": [CALLER, AGENT],
        "dialog": [
            {
                "type": "recording",
                "start": "2026-11-24T08:30:00+00:00",
                "duration": 33.12,
                "parties": [0, 1],
                "mediatype": "audio/wav",
                "encoding": "base64url",
                "body": BODY,
            }
        ],
    } | parts
    return json.dumps({key: part for key, part in whole.items() if part is not None}).encode()


def recording(**parts: Any) -> list[dict[str, Any]]:
    whole: dict[str, Any] = json.loads(vcon())["dialog"][0] | parts
    return [{key: part for key, part in whole.items() if part is not None}]


def text(said: str, party: Any, start: str = "2026-11-24T09:30:00+01:00", **parts: Any) -> dict[str, Any]:
    return {"type": "text", "start": start, "parties": party, "body": said, "encoding": "none", **parts}


def test_a_recording_comes_in_with_all_that_is_said_of_it() -> None:
    incoming = read(vcon(), MOREL)
    call = incoming.call
    assert incoming.audio == SOUND
    assert (call.tenant, call.external_id, call.transcript) == ("atelier-morel", UUID_1, None)
    assert call.started_at == datetime(2026, 11, 24, 9, 30)  # in Paris
    assert (call.caller_number, call.called_number) == ("+33639981234", "+33123456789")
    assert (call.agent_channel, call.audio_type) == (1, "audio/wav")


SIDES: list[tuple[str, dict[str, Any], str | None, int | None]] = [
    ("caller left", {}, "+33639981234", 1),
    ("agent left", {"dialog": recording(parties=[1, 0], originator=0)}, "+33639981234", 0),
    (
        "the agent is told by its role",
        {"parties": [{"tel": "1", "role": "agent"}, CALLER]},
        "+33639981234",
        0,
    ),
    ("nobody says who answers: the first calls", {"parties": [CALLER, {}]}, "+33639981234", 1),
    ("the originator calls", {"parties": [{}, CALLER], "dialog": recording(originator=1)}, "+33639981234", 0),
    ("mixed channels", {"dialog": recording(parties=[[0, 1], [0, 1]])}, "+33639981234", None),
    ("one channel, one party", {"dialog": recording(parties=0)}, "+33639981234", None),
    ("a channel with nobody", {"dialog": recording(parties=[None, 1])}, "+33639981234", 1),
    ("no parties", {"parties": None}, None, 1),
    ("a national number", {"parties": [{"tel": "0470 12 34 56"}, AGENT]}, "+32470123456", 1),
    ("a hidden number", {"parties": [{"tel": "anonymous"}, AGENT]}, None, 1),
]


@pytest.mark.parametrize(("parts", "number", "channel"), [s[1:] for s in SIDES], ids=[s[0] for s in SIDES])
def test_who_is_who(parts: dict[str, Any], number: str | None, channel: int | None) -> None:
    call = read(vcon(**parts), MOREL).call
    assert (call.caller_number, call.agent_channel) == (number, channel)


def test_texts_become_turns_in_the_order_of_their_starts() -> None:
    dialog = [
        text("Bonjour, ma cha\u0069\u0302ne saute.", [0, 1], "2026-11-24T09:30:05+01:00"),
        text(
            " Atelier Morel, bonjour. ", [1, 0], "2026-11-24T08:30:00Z", mediatype="text/plain; charset=utf-8"
        ),
    ]
    incoming = read(vcon(dialog=dialog), MOREL)
    assert incoming.audio is None
    assert incoming.call.transcript is not None
    assert [(t.speaker, t.text) for t in incoming.call.transcript.turns] == [
        ("agent", "Atelier Morel, bonjour."),
        ("caller", "Bonjour, ma chaîne saute."),
    ]
    assert incoming.call.transcript.made_by.engine == "vcon"
    assert incoming.call.started_at == datetime(2026, 11, 24, 9, 30)
    assert incoming.call.caller_number == "+33639981234"


@pytest.mark.parametrize("version", ["0.3.0", "0.4.0", None])
def test_versions_that_are_read(version: str | None) -> None:
    assert read(vcon(vcon=version), MOREL).audio == SOUND


def test_a_packed_document_is_unpacked() -> None:
    assert read(gzip.compress(vcon()), MOREL).audio == SOUND


@pytest.mark.parametrize("body", ["-_-_", "+/+/"], ids=["base64url", "plain base64"])
def test_either_alphabet_is_understood(body: str) -> None:
    assert read(vcon(dialog=recording(body=body)), MOREL).audio == b"\xfb\xff\xbf"


def test_what_extensions_add_is_passed_over() -> None:
    parties = [CALLER | {"jcard": {}}, AGENT]
    assert read(vcon(extensions=["CC"], wallet=[1], parties=parties), MOREL).audio == SOUND


REFUSED: list[tuple[str, bytes, str, str]] = [
    ("not JSON", b"{", "", "JSON"),
    ("not text", b"\xff", "", "JSON"),
    ("packed and cut short", gzip.compress(vcon())[:-20], "", "JSON"),
    ("packed and damaged", b"\x1f\x8b" + vcon(), "", "JSON"),
    ("a bomb", gzip.compress(bytes(MAX_BYTES + 1)), "", "JSON"),
    ("too deep", b"[" * 100_000, "", "JSON"),
    ("a list", b"[]", "", "une liste"),
    ("no id", vcon(uuid=None), "uuid", "clé absente"),
    ("an id that is none", vcon(uuid="a"), "uuid", "le texte"),
    ("an old version", vcon(vcon="0.0.1"), "vcon", "le texte"),
    ("signed", json.dumps({"payload": "", "signatures": []}).encode(), "", "signée ou chiffrée"),
    ("encrypted", json.dumps({"ciphertext": "", "unprotected": {}}).encode(), "", "signée ou chiffrée"),
    ("an extension that must be known", vcon(critical=["blink"]), "critical", "une liste"),
    (
        "a start without a zone",
        vcon(dialog=recording(start="2026-11-24T08:30:00")),
        "dialog[0].start",
        "le texte",
    ),
    ("an address", vcon(dialog=recording(body=None, url="https://a.fr/a")), "dialog[0].body", "rien"),
    ("an empty recording", vcon(dialog=recording(body="")), "dialog[0].body", "rien"),
    ("not base64url", vcon(dialog=recording(body="a+/é")), "dialog[0].body", "base64url"),
    ("two recordings", vcon(dialog=recording() * 2), "dialog", "2 enregistrements"),
    ("no dialog", vcon(dialog=None), "dialog", "aucun contenu"),
    ("a call that failed", vcon(dialog=[{"type": "incomplete"}]), "dialog", "aucun contenu"),
    ("texts, and nobody who answers", vcon(parties=[{}, {}], dialog=[text("a", 0)]), "parties", "aucun"),
    ("a page", vcon(dialog=[text("<p>", 0, mediatype="text/html")]), "dialog[0].body", "illisible"),
    ("an empty text", vcon(dialog=[text(" ", 0)]), "dialog[0].body", "illisible"),
    ("an encoded text", vcon(dialog=[text("YQ", 0, encoding="base64url")]), "dialog[0].body", "illisible"),
    ("a party before the first", vcon(dialog=recording(originator=-1)), "dialog[0].originator", "un nombre"),
    (
        "a transcript of ours that is none",
        vcon(dialog=None, analysis=[{"type": "transcript", "vendor": "qualify", "body": {}}]),
        "analysis[0].body",
        "non conforme",
    ),
]


@pytest.mark.parametrize(("document", "key", "found"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_used_is_named(document: bytes, key: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        read(document, MOREL)
    assert caught.value.key == key
    assert found in caught.value.found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
PART = st.sampled_from(
    ["type", "start", "duration", "parties", "originator", "mediatype", "body", "encoding"]
)


@given(
    dialog=st.dictionaries(PART, JSON), parties=JSON, kind=st.sampled_from(["recording", "text", "transfer"])
)
def test_a_hostile_document_is_read_or_refused(dialog: dict[str, Any], parties: Any, kind: str) -> None:
    document = vcon(dialog=[recording()[0] | {"type": kind} | dialog], parties=parties)
    try:
        incoming = read(document, MOREL)
    except InputError:
        return
    assert bool(incoming.audio) != bool(incoming.call.transcript)


# ---------------------------------------------------------------- export


def stored(**parts: Any) -> Call:
    known: dict[str, Any] = {
        "id": "call-1",
        "tenant": "atelier-morel",
        "state": "ready",
        "origin": "recording",
        "started_at": datetime(2026, 7, 1, 9, 30),
        "received_at": datetime(2026, 7, 1, 7, 45, tzinfo=UTC),
        "updated_at": datetime(2026, 7, 1, 7, 46, tzinfo=UTC),
        "caller_number": "+33639981234",
        "called_number": "+33123456789",
        "agent_channel": 1,
        "audio_type": "audio/ogg",
    }
    return Call(**known | parts)


def handled(**parts: Any) -> Outcome:
    transcript = Transcript(
        turns=(
            Turn(speaker="agent", text="Atelier Morel, bonjour.", start_s=0.4, end_s=2.0, confidence=0.9),
            Turn(speaker="caller", text="Ma chaîne saute.", start_s=4.4),
        ),
        reasons=(Reason(code="demo_model", detail="Modèle de démonstration."),),
        made_by=MAKER,
    )
    proof = (transcript.evidence(1, 0, 16),)
    message = Message(
        sentences=(Sentence(text="Sa chaîne saute.", kind="gist", evidence=proof),), made_by=MAKER
    )
    known: dict[str, Any] = {
        "status": "needs_review",
        "reasons": transcript.reasons,
        "recording": Recording(
            sha256="0" * 64,
            tenant="atelier-morel",
            channels=2,
            sample_rate_hz=8000,
            duration_s=9.0,
            location="x",
        ),
        "transcript": transcript,
        "message": message,
    }
    return Outcome(**known | parts)


def test_a_call_goes_out_as_the_draft_says() -> None:
    written = write(stored(), handled(), MOREL, audio=SOUND)
    assert (written["vcon"], SYNTAX, DRAFT) == ("0.4.0", "0.4.0", "draft-ietf-vcon-vcon-core-04")
    assert (written["created_at"], written["updated_at"]) == (
        "2026-07-01T07:45:00+00:00",
        "2026-07-01T07:46:00+00:00",
    )
    assert written["parties"] == [
        {"type": "person", "tel": "+33639981234"},
        {"type": "organization", "name": "Atelier Morel", "tel": "+33123456789"},
    ]
    assert written["dialog"] == [
        {
            "type": "recording",
            "start": "2026-07-01T09:30:00+02:00",
            "duration": 9.0,
            "parties": [0, 1],
            "originator": 0,
            "mediatype": "audio/ogg",
            "encoding": "base64url",
            "body": BODY,
        }
    ]
    analyses: Any = written["analysis"]
    assert [(a["type"], a["schema"], a["dialog"]) for a in analyses] == [
        ("transcript", "Transcript", [0]),
        ("summary", "Message", [0]),
    ]
    assert all(a["vendor"] == "qualify" and a["encoding"] == "json" for a in analyses)
    assert "redacted" not in written
    json.dumps(written, allow_nan=False)


def test_the_id_is_the_calls_and_stays() -> None:
    ids = [write(stored(id=i), None, MOREL)["uuid"] for i in ("call-1", "call-1", "call-2")]
    assert ids[0] == ids[1] != ids[2]
    assert UUID(str(ids[0]))


def test_without_its_recording_it_says_so() -> None:
    written = write(stored(), handled(), MOREL)
    assert written["redacted"] == {"type": "audio"}
    dialog: Any = written["dialog"]
    assert "body" not in dialog[0]
    assert dialog[0]["duration"] == 9.0


@pytest.mark.parametrize(
    ("channels", "agent", "parties"),
    [(2, 0, [1, 0]), (2, 1, [0, 1]), (2, None, [[0, 1], [0, 1]]), (1, None, [0, 1])],
)
def test_parties_are_listed_channel_by_channel(channels: int, agent: int | None, parties: list[Any]) -> None:
    sound = handled().recording
    assert sound is not None
    outcome = handled(recording=sound.model_copy(update={"channels": channels}))
    dialog: Any = write(stored(agent_channel=agent), outcome, MOREL)["dialog"]
    assert dialog[0]["parties"] == parties


def test_a_call_that_nothing_was_made_of_goes_out_too() -> None:
    written = write(stored(started_at=None, caller_number=None), None, MOREL)
    assert written["analysis"] == []
    dialog: Any = written["dialog"]
    assert dialog[0]["start"] == "2026-07-01T07:45:00+00:00"
    parties: Any = written["parties"]
    assert parties[0] == {"type": "person"}


def back(written: object) -> Incoming:
    return read(json.dumps(written).encode(), MOREL)


def test_what_goes_out_comes_back_in() -> None:
    call = stored()
    again = back(write(call, handled(), MOREL, audio=SOUND))
    assert again.audio == SOUND
    for name in ("tenant", "started_at", "caller_number", "called_number", "agent_channel", "audio_type"):
        assert getattr(again.call, name) == getattr(call, name)


def test_a_written_call_goes_out_as_texts_and_comes_back_whole(morel: Tenant) -> None:
    outcome = handled(recording=None)
    written = write(stored(origin="transcript", agent_channel=None), outcome, morel)
    dialog: Any = written["dialog"]
    assert [(d["type"], d["parties"], d["start"]) for d in dialog] == [
        ("text", [1, 0], "2026-07-01T09:30:00.400000+02:00"),
        ("text", [0, 1], "2026-07-01T09:30:04.400000+02:00"),
    ]
    assert "redacted" not in written
    assert back(written).call.transcript == outcome.transcript
    del written["analysis"]
    told = back(written).call.transcript
    assert told is not None
    assert outcome.transcript is not None
    assert [(t.speaker, t.text) for t in told.turns] == [
        (t.speaker, t.text) for t in outcome.transcript.turns
    ]
