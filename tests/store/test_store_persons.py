"""Finding, exporting and erasing what is held on a person; clocks after which artefacts are removed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kept import DATABASES, NUMBER, OTHER, SPOKEN, TENANT, Kept, opened, outcome

from qualify.records import Recording
from qualify.store import NotFoundError, StateError, StoreError
from qualify.store.domain import Call, Retention
from qualify.store.persons import name_words, number_words

SOUND = b"RIFF" * 50_000
DAY = {"days": 1, "seconds": 1}


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    with opened(request.param, tmp_path) as kept:
        yield kept


def recorded(kept: Kept) -> Call:
    """A recording that was handled, and its message sent."""
    call = kept.record(SOUND, caller_number=NUMBER, called_number="+33140000000", external_id="e1")
    heard = Recording(
        sha256="0", tenant=TENANT, channels=1, sample_rate_hz=8000, duration_s=1.0, location="calls/x.wav"
    )
    kept.handled(call, recording=heard)
    draft = kept.store.approve(call.id, who="policy")
    kept.store.plan_attempt(
        call.id,
        draft=draft.number,
        channel="email",
        address="lucie@morel.example",
        idempotency_key=call.id,
        due_at=kept.clock.now,
    )
    return kept.store.call(call.id)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("06 12 34 56 78", ("+33612345678",)),
        ("+33 6 12 34 56 78", ("+33612345678",)),
        ("0033612345678", ("+33612345678",)),
        ("+32 477 12 34 56", ("+32477123456",)),
        ("3949", ("+333949",)),
        ("1", ("1",)),
        ("anonyme", ()),
        ("", ()),
    ],
)
def test_a_number_is_looked_up_however_it_is_written(text: str, words: tuple[str, ...]) -> None:
    assert number_words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jeanne Lefèvre", ("jeanne", "lefevre")),
        ("  LEFEVRE jeanne ", ("jeanne", "lefevre")),
        ("Mme Jeanne Lefèvre", ("jeanne", "lefevre")),
        ("Maître d'Œuvrard-Müller", ("d", "muller", "oeuvrard")),
        ("Mme", ()),
        ("06 12", ()),
    ],
)
def test_a_name_is_looked_up_however_it_is_written(text: str, words: tuple[str, ...]) -> None:
    assert name_words(text) == words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"number": "06 12 34 56 78"}, True),
        ({"number": "06 12 34 56 79"}, False),
        ({"name": "Mme LEFEVRE"}, True),
        ({"name": "lefèvre jeanne"}, True),
        ({"name": "Œuvrard"}, True),
        ({"name": "Jeanne Dupont"}, False),
        ({"number": NUMBER, "name": "Lefèvre"}, True),
        ({"number": NUMBER, "name": "Dupont"}, False),
        ({"name": "Lefèvre", "tenants": (OTHER,)}, False),
    ],
)
def test_a_person_is_found_by_number_and_name(kept: Kept, asked: dict[str, object], found: bool) -> None:
    call = recorded(kept)
    held = kept.store.held_on(who="lucie", **asked)
    assert [one.call.id for one in held.calls] == [call.id] * found


@pytest.mark.parametrize(
    "asked", [{}, {"number": "anonyme"}, {"name": "Mme"}, {"number": NUMBER, "name": "-"}]
)
def test_nobody_in_particular_is_refused(kept: Kept, asked: dict[str, str]) -> None:
    with pytest.raises(StoreError):
        kept.store.erase(who="lucie", **asked)


def test_an_export_holds_everything(kept: Kept) -> None:
    call = recorded(kept)
    (held,) = kept.store.held_on(who="lucie", number=NUMBER).calls
    assert (held.call, held.transcript) == (call, SPOKEN)
    assert held.outcome is not None
    assert held.outcome.recording is not None
    assert held.outcome.recording.location == f"call:{call.id}"
    assert [draft.number for draft in held.drafts] == [1]
    assert [attempt.address for attempt in held.attempts] == ["lucie@morel.example"]


def test_an_erasure_leaves_an_id_and_nothing_else(kept: Kept) -> None:
    call, other = recorded(kept), kept.accept(caller_number="+33600000000")
    audio = next((kept.folder / "audio").glob("*/*"))
    erased = kept.store.erase(who="lucie", name="Jeanne Lefèvre")
    assert (erased.calls, erased.audio, erased.drafts, erased.attempts) == ((call.id,), 1, 1, 1)
    left = kept.store.call(call.id)
    assert (left.state, left.reason, left.has_audio) == ("skipped", "erased", False)
    assert {left.caller_number, left.called_number, left.intent, left.urgency} == {None}
    assert not audio.exists()
    assert kept.store.outcome(call.id) is kept.store.transcript(call.id) is None
    assert kept.store.drafts(call.id) == ()
    (attempt,) = kept.store.attempts(call_id=call.id).items
    assert (attempt.address, attempt.status) == ("", "dead")
    assert kept.store.held_on(who="lucie", number=NUMBER).calls == ()
    assert kept.store.transcript(other.id) == SPOKEN


def test_what_was_erased_does_not_come_back(kept: Kept) -> None:
    call = recorded(kept)
    kept.store.erase(who="lucie", number=NUMBER)
    (attempt,) = kept.store.attempts(call_id=call.id).items
    kept.store.record_attempt(attempt.id, "sent")
    kept.store.finish(call.id, outcome(), revision=1, engine="e")
    assert kept.record(b"other", external_id="e1").id == call.id
    for act in (kept.store.reprocess, kept.store.acknowledge):
        with pytest.raises((StateError, NotFoundError)):
            act(call.id, who="lucie")
    with pytest.raises(StateError):
        kept.store.edit(call.id, ["Bonjour."], who="lucie")
    with pytest.raises(StateError):
        kept.store.replay(attempt.id, who="lucie")
    assert kept.store.call(call.id).reason == "erased"


def test_the_log_names_no_erased_person(kept: Kept) -> None:
    recorded(kept)
    kept.store.erase(who="lucie", number=NUMBER, name="Lefèvre")
    log = "".join(entry.model_dump_json() for entry in kept.store.audit(limit=500).items)
    assert "call.erase" in log
    assert "612345678" not in log
    assert "efèvre" not in log


@pytest.mark.parametrize(
    ("clocks", "audio", "words", "message", "found"),
    [
        ({}, True, True, True, True),
        ({"audio_days": 1}, False, True, True, True),
        ({"transcript_days": 1}, True, False, True, True),
        ({"message_days": 1}, True, True, False, True),
        ({"audio_days": 1, "transcript_days": 1}, False, False, True, True),
        ({"audio_days": 1, "transcript_days": 1, "message_days": 1}, False, False, False, False),
        ({"audio_days": 2, "transcript_days": 2, "message_days": 2}, True, True, True, True),
    ],
)
def test_each_artefact_has_its_clock(
    kept: Kept, clocks: dict[str, int], audio: bool, words: bool, message: bool, found: bool
) -> None:
    call = recorded(kept)
    kept.clock.pass_(**DAY)
    proof = kept.store.purge(Retention(**clocks), who="clock")
    assert (proof.audio, proof.transcripts, proof.messages) == (not audio, not words, not message)
    assert (proof.overdue, proof.waiting, proof.orphans) == (0, 0, 0)
    assert kept.store.call(call.id).has_audio == audio == any((kept.folder / "audio").glob("*/*"))
    assert (kept.store.transcript(call.id) is not None) == words
    assert (kept.store.drafts(call.id) != ()) == message
    assert (kept.store.held_on(who="lucie", number=NUMBER).calls != ()) == found
    assert (kept.store.call(call.id).caller_number is not None) == found


def test_a_purge_runs_again_and_finds_nothing(kept: Kept) -> None:
    recorded(kept)
    kept.clock.pass_(**DAY)
    clocks = Retention(audio_days=1, transcript_days=1, message_days=1)
    kept.store.purge(clocks, who="clock")
    again = kept.store.purge(clocks, who="clock")
    assert (again.audio, again.transcripts, again.messages, again.overdue) == (0, 0, 0, 0)
    entry = kept.store.audit(limit=1).items[0]
    assert (entry.action, entry.detail["overdue"]) == ("store.purge", 0)


def test_a_purge_goes_past_a_block(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualify.store.retention.BLOCK", 2)
    for _ in range(5):
        kept.handled()
    kept.clock.pass_(**DAY)
    proof = kept.store.purge(Retention(transcript_days=1, message_days=1), who="clock")
    assert (proof.transcripts, proof.messages, proof.overdue) == (5, 5, 0)


def test_a_purge_leaves_calls_that_wait_and_says_so(kept: Kept) -> None:
    call = kept.record(SOUND)
    kept.clock.pass_(**DAY)
    proof = kept.store.purge(Retention(audio_days=1), who="clock")
    assert (proof.audio, proof.waiting) == (0, 1)
    assert kept.store.open_audio(call.id).size == len(SOUND)


def test_a_tenant_has_its_own_clocks(kept: Kept) -> None:
    call, other = kept.handled(), kept.handled(kept.accept(tenant=OTHER))
    kept.clock.pass_(**DAY)
    kept.store.purge(Retention(transcript_days=1), who="clock", tenants={OTHER: Retention()})
    assert kept.store.transcript(call.id) is None
    assert kept.store.transcript(other.id) == SPOKEN


def test_a_purge_that_could_not_remove_says_so(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(kept)
    kept.clock.pass_(**DAY)
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok=False: None)
    assert kept.store.purge(Retention(audio_days=1), who="clock").overdue == 1


def test_files_that_no_call_owns_go_after_a_while(kept: Kept) -> None:
    call = kept.record(SOUND)
    folder = kept.folder / "audio" / "ab"
    folder.mkdir()
    old, young = folder / "call_ab", folder / "call_cdab.new"
    for file in (old, young):
        file.write_bytes(b"")
    two_hours_ago = time.time() - 7200
    for file in (old, next((kept.folder / "audio").glob(f"*/{call.id}"))):
        os.utime(file, (two_hours_ago, two_hours_ago))
    assert kept.store.purge(Retention(), who="clock").orphans == 1
    assert not old.exists()
    assert young.exists()
    assert kept.store.open_audio(call.id).size == len(SOUND)


def test_a_message_that_was_purged_is_never_numbered_again(kept: Kept) -> None:
    call = recorded(kept)
    kept.clock.pass_(**DAY)
    kept.store.purge(Retention(message_days=1), who="clock")
    assert kept.store.edit(call.id, ["Bonjour."], who="lucie").number == 2
