"""The whole qualification, from a transcript and a tenant's file."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small import LEAK, WEIGHTS, call, intent, tenant

from qualify.errors import EngineError
from qualify.records import Qualification, Transcript, unsupported
from qualify.tenant import Tenant
from qualify.understanding import engine, weights
from qualify.understanding.engine import EmbeddedUnderstanding, puts_through

ENGINE = EmbeddedUnderstanding(WEIGHTS)
NOW = datetime(2026, 3, 2, 10, 0)


def qualify(transcript: Transcript, client: Tenant | None = None) -> Qualification:
    return ENGINE.qualify(transcript, client or tenant(), started_at=NOW, caller_number=None)


FULL = call(
    "A: Plomberie Vasseur, bonjour.",
    "C: Bonjour, je m'appelle Claire Renaud, j'ai une fuite d'eau sous l'évier de la cuisine.",
    "A: Quel est votre numéro ?",
    "C: C'est le 06 12 34 56 78.",
    "A: Le 06 12 34 56 78, c'est noté.",
    "C: Merci, au revoir.",
)


def test_a_call_with_all_that_is_asked_for() -> None:
    made = qualify(FULL)
    assert made.intent.value == "leak"
    assert made.urgency.value == "high"
    assert made.disposition == "message"
    assert made.fields["phone"].value == "+33612345678"
    assert made.missing == ()
    assert not [r for r in made.reasons if r.code.startswith("missing_")]


def test_what_is_missing_is_a_reason() -> None:
    made = qualify(call("C: J'ai une fuite d'eau sous l'évier."))
    assert made.missing == ("caller_name", "phone")
    assert {"missing_caller_name", "missing_phone"} <= {r.code for r in made.reasons}


@pytest.mark.parametrize("turns", [[], ["A: Allô ?"]])
def test_a_silent_call_has_no_message(turns: list[str]) -> None:
    made = qualify(call(*turns))
    assert (made.intent.value, made.urgency.value, made.disposition) == ("silent", "low", "no_message")
    assert made.fields == {}
    assert made.missing == ()


SPAM = "Bonjour, je vous appelle pour vous proposer une offre sur vos contrats d'énergie."


@pytest.mark.parametrize(
    ("turns", "intent", "unsure"),
    [
        ([], "silent", False),
        (["A: Allô ?"], "silent", False),
        (["C: Allô ? Bonjour ?"], "silent", True),
        ([f"C: {SPAM}", "A: Nous ne sommes pas intéressés, merci."], "spam", False),
        ([f"C: {SPAM} Mon numéro est le 06 39 98 12 34.", "A: Pas intéressés, merci."], "spam", True),
    ],
)
def test_a_call_is_dropped_only_where_that_is_sure(turns: list[str], intent: str, unsure: bool) -> None:
    made = qualify(call(*turns))
    assert (made.intent.value, made.disposition) == (intent, "no_message")
    assert ("intent_unsure" in {r.code for r in made.reasons}) is unsure


@pytest.mark.parametrize("said", ["0639981234", "Oui, 06 39 98 12 34."])
def test_a_caller_who_only_dictates_a_number_gets_a_human(said: str) -> None:
    made = qualify(call("A: Bonjour.", f"C: {said}"))
    assert made.fields["phone"].value == "+33639981234"
    assert "intent_unsure" in {r.code for r in made.reasons}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Je vous le passe tout de suite.", True),
        ("Ne quittez pas, je vous mets en relation.", True),
        ("Je vous mets en ligne avec le technicien.", True),
        ("Je transfère votre appel.", True),
        ("Je vous transfère.", True),
        ("Je te la bascule.", True),
        ("Je vous le mets en relation tout de suite.", True),
        ("Je transmets votre message.", False),
        ("Je vous le répète : 06 39 98 12 34.", False),
        ("Je vous l'envoie par mail.", False),
        ("Je vous les lis.", False),
        ("Je vous passe le message.", False),
        ("Je vous transfère le mail.", False),
        ("Je vous le transfère par mail.", False),
        ("Je ne peux pas vous le passer, il est absent.", False),
        ("Je vous le note.", False),
        ("Il vous rappelle.", False),
    ],
)
def test_putting_a_call_through(text: str, expected: bool) -> None:
    assert puts_through(text) is expected


def test_a_call_put_through_is_a_transfer() -> None:
    made = qualify(call("C: J'ai une fuite d'eau sous l'évier.", "A: Ne quittez pas, je vous le passe."))
    assert made.disposition == "transfer"


def test_the_same_input_gives_the_same_record() -> None:
    again = EmbeddedUnderstanding(WEIGHTS).qualify(FULL, tenant(), started_at=NOW, caller_number=None)
    assert again.model_dump_json() == qualify(FULL).model_dump_json()


def test_the_maker_names_weights_and_instructions() -> None:
    made = qualify(FULL).made_by
    assert made.weights_sha256 == ENGINE.weights_sha256
    assert made.instructions_sha256 == tenant().sha256


def test_missing_weights_are_a_named_error() -> None:
    engine = EmbeddedUnderstanding(WEIGHTS.with_name("absent.pt"))
    with pytest.raises(EngineError, match=r"absent\.pt"):
        engine.qualify(FULL, tenant(), started_at=NOW, caller_number=None)


def test_weights_of_another_version_are_a_named_error(tmp_path: Path) -> None:
    state = torch.load(WEIGHTS, weights_only=True)
    state["urgency"]["weights"] = state["urgency"]["weights"][:-1]
    torch.save(state, tmp_path / "old.pt")
    with pytest.raises(EngineError, match="autre version"):
        weights.read(tmp_path / "old.pt")


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04 cut off"])
def test_a_file_that_holds_no_weights_is_a_named_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.pt").write_bytes(content)
    with pytest.raises(EngineError, match=r"weights\.pt.*Remède"):
        weights.read(tmp_path / "weights.pt")


@pytest.mark.parametrize("state", [{}, [1], {"intent": {}}, {"intent": None}])
def test_weights_of_something_else_are_a_named_error(tmp_path: Path, state: object) -> None:
    torch.save(state, tmp_path / "weights.pt")
    with pytest.raises(EngineError, match=r"weights\.pt.*Remède"):
        weights.read(tmp_path / "weights.pt")


@pytest.mark.parametrize("part", ["tokens", "vectors", "urgency"])
def test_weights_that_lack_a_part_are_a_named_error(tmp_path: Path, part: str) -> None:
    state = torch.load(WEIGHTS, weights_only=True)
    del state[part]
    torch.save(state, tmp_path / "weights.pt")
    with pytest.raises(EngineError, match=r"weights\.pt.*Remède"):
        weights.read(tmp_path / "weights.pt")


def test_the_figures_are_those_of_the_shipped_weights() -> None:
    figures = json.loads(WEIGHTS.with_name("metrics.json").read_text(encoding="utf-8"))
    assert figures["weights_sha256"] == ENGINE.models.sha256


def test_without_a_start_no_date_is_resolved() -> None:
    dated = call("C: Je voudrais un rendez-vous demain à dix heures.")
    assert "requested_datetime" in qualify(dated).fields
    made = ENGINE.qualify(dated, tenant(), started_at=None, caller_number=None)
    assert "requested_datetime" not in made.fields
    assert "no_call_time" in {r.code for r in made.reasons}
    assert "no_call_time" not in {r.code for r in qualify(dated).reasons}


@pytest.mark.parametrize(
    "said", ["J'ai une fuite d'eau.", "Ça fuit depuis hier.", "Mon numéro est le 06 12 34 56 78."]
)
def test_without_a_time_said_the_start_is_not_missed(said: str) -> None:
    made = ENGINE.qualify(call(f"C: {said}"), tenant(), started_at=None, caller_number=None)
    assert "no_call_time" not in {r.code for r in made.reasons}


@pytest.mark.parametrize(
    ("pattern", "turns", "expected"),
    [
        ("S[0-9]{4}", ["A: Votre numéro de site ?", "C: S1234."], "S1234"),
        ("S[0-9]{4}", ["C: Je suis devant S1234."], "S1234"),
        ("[0-9]{4}", ["A: Votre numéro de site ?", "C: 1234."], "1234"),
        ("[0-9]{4}", ["C: Le numéro de mon site est 1234."], "1234"),
        ("[0-9]{4}", ["C: J'ai payé 1234 euros."], None),
        (
            "[0-9]{4}",
            ["A: Votre site ?", "C: 1234.", "A: Oui ?", "C: Non pardon, pour le site c'est 1243."],
            "1243",
        ),
    ],
)
def test_a_tenants_own_reference(pattern: str, turns: list[str], expected: str | None) -> None:
    own = {"id": "site", "label": "Numéro de site", "type": "reference", "pattern": pattern}
    found = qualify(call(*turns), tenant(LEAK, fields=[own])).fields.get("site")
    assert (found.value if found else None) == expected
    assert found is None or not found.unsure


def test_two_references_that_nothing_settles_are_unsure() -> None:
    made = qualify(call("C: C'est le dossier AB1234.", "A: Oui ?", "C: Le dossier CD5678."))
    assert made.fields["reference"].unsure
    assert [r.value for r in made.fields["reference"].rivals] == ["AB1234"]


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        ("Votre numéro de dossier ?", "82 12 07.", "821207"),
        ("Votre numéro de téléphone ?", "06 39 98 12.", None),
        ("Votre numéro de portable ?", "06 39 98 12.", None),
    ],
)
def test_a_reference_is_not_what_answers_for_a_telephone(asked: str, said: str, expected: str | None) -> None:
    found = qualify(call(f"A: {asked}", f"C: {said}")).fields.get("reference")
    assert (found.value if found else None) == expected


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AC"), st.text(min_size=1, max_size=80)), max_size=5))
def test_no_text_breaks_it_and_all_evidence_stands(turns: list[tuple[str, str]]) -> None:
    said = call(*(f"{speaker}: {text}" for speaker, text in turns))
    made = qualify(said)
    judgments = [made.intent, made.urgency, *made.other_intents, *made.fields.values()]
    evidence = [e for j in (*judgments, *made.instructions.values()) for e in j.evidence]
    assert unsupported(said, evidence) == ()


def test_fifty_intents_stay_quick() -> None:
    many = [intent(f"i{n}", f"Sujet {n}", f"L'appelant parle du sujet {n}.") for n in range(50)]
    client = tenant(*many)
    qualify(FULL, client)
    begun = time.process_time()
    qualify(FULL, client)
    assert time.process_time() - begun < 1.0


@pytest.mark.slow
def test_a_call_of_two_hours_takes_seconds() -> None:
    lines = [
        "A: Oui, je vous écoute.",
        "C: Alors voilà, j'ai encore de l'eau qui coule sous l'évier, et mon mari dit",
    ]
    begun = time.process_time()
    made = qualify(call(*(lines * 800)))
    assert made.intent.value == "leak"
    assert time.process_time() - begun < 60


NUMBER, SAID = "+33639981234", "C: Mon numéro, c'est le 06 39 98 12 34."


@pytest.mark.parametrize(
    ("turns", "caller_number", "codes"),
    [
        ([SAID], None, {"phone_heard_once"}),
        ([SAID], "+33139980000", {"phone_heard_once"}),
        ([SAID], NUMBER, set()),
        ([SAID, "A: 06 39 98 12 34, c'est bien ça ?", "C: Oui, c'est ça."], None, set()),
        (["C: Vous pouvez me rappeler sur ce numéro."], NUMBER, set()),
        (["C: Mon mail, c'est jean point petit arobase orange point fr."], None, {"email_heard_once"}),
    ],
    ids=["once", "another is shown", "the one shown", "read back", "only shown", "an e-mail"],
)
def test_contacts_that_nobody_repeats_are_heard_again(
    turns: list[str], caller_number: str | None, codes: set[str]
) -> None:
    leak = "C: Bonjour, j'ai une fuite d'eau sous l'évier, ça coule."
    made = EmbeddedUnderstanding().qualify(
        call("A: Bonjour.", leak, "A: Votre numéro ?", *turns),
        tenant(),
        started_at=None,
        caller_number=caller_number,
    )
    assert {r.code for r in made.reasons if r.code.endswith("_heard_once")} == codes


def test_every_weights_file_counts_in_the_provenance(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ENGINE.weights_sha256
    for left_out in engine.BESIDE:
        monkeypatch.setattr(engine, "BESIDE", tuple(b for b in engine.BESIDE if b != left_out))
        assert EmbeddedUnderstanding().weights_sha256 != whole
        monkeypatch.undo()


def test_every_weights_file_of_understanding_is_named() -> None:
    folders = {p.parent.name for p in (Path(__file__).parents[2] / "models").glob("*/weights.*")}
    assert folders - {"speech-fr-nano", "intent-first", "gist"} == {folder for folder, _ in engine.BESIDE}
