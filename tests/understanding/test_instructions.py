"""Whether the agent followed the tenant's instructions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import call, models, tenant

from qualify.errors import EngineError
from qualify.records import Evidence, InstructionJudgment, Judgment, Transcript
from qualify.understanding.instructions import InstructionModel, judge_instructions, likely_intents, weights
from qualify.understanding.intent import Scored

SHIPPED = Path(__file__).parents[2] / "models" / "instructions" / "weights.npz"


@cache
def model() -> InstructionModel:
    return weights.read(SHIPPED, models().intent.lexicon)


def judge(
    text: str,
    *turns: str,
    kind: str = "do",
    only: tuple[str, ...] = (),
    intents: dict[str, float] | None = None,
    fields: dict[str, Judgment] | None = None,
) -> InstructionJudgment:
    instruction: dict[str, Any] = {"id": "it", "text": text, "kind": kind, "intents": list(only)}
    client = tenant(instructions=[instruction])
    likely = {"leak": 0.95} if intents is None else intents
    return judge_instructions(call(*turns), client, likely, fields or {}, model())["it"]


LEAK_CALL = (
    "A: Plomberie Vasseur, bonjour.",
    "C: Bonjour, j'ai une fuite sous l'évier depuis hier soir.",
    "A: D'accord. Vous êtes madame ?",
    "C: Madame Renaud, Claire Renaud.",
    "A: Un numéro où vous joindre ?",
    "C: Le 06 12 34 56 78.",
    "A: 06 12 34 56 78.",
)


@pytest.mark.parametrize(
    ("text", "turns", "expected"),
    [
        (
            "Demander l'adresse.",
            (*LEAK_CALL, "A: Et c'est à quelle adresse ?", "C: Rue des Lilas."),
            "followed",
        ),
        ("Demander l'adresse.", (*LEAK_CALL, "C: J'habite 12 rue des Lilas.", "A: C'est noté."), "followed"),
        ("Demander la marque.", (*LEAK_CALL, "A: C'est quelle marque ?", "C: Je ne sais pas."), "followed"),
        ("Faire épeler le nom.", (*LEAK_CALL, "A: Vous pouvez l'épeler ?", "C: R E N A U D."), "followed"),
    ],
)
def test_what_is_asked_or_given_unasked_is_followed(text: str, turns: tuple[str, ...], expected: str) -> None:
    assert judge(text, *turns, only=("leak",)).outcome == expected


@pytest.mark.parametrize(
    ("only", "intents", "expected"),
    [
        (("quote",), {"leak": 0.98, "quote": 0.01}, "not_applicable"),
        ((), {"spam": 0.97}, "not_applicable"),
        ((), {"wrong_number": 0.9}, "not_applicable"),
        (("leak",), {"leak": 0.95}, "followed"),
    ],
)
def test_calls_that_a_do_is_for(only: tuple[str, ...], intents: dict[str, float], expected: str) -> None:
    turns = (
        LEAK_CALL if expected == "not_applicable" else (*LEAK_CALL, "A: Votre adresse ?", "C: Rue des Lys.")
    )
    assert judge("Demander l'adresse.", *turns, only=only, intents=intents).outcome == expected


def test_the_occasion_of_a_condition() -> None:
    text = "En cas d'odeur de gaz, dire d'appeler le 18."
    assert judge(text, *LEAK_CALL).outcome == "not_applicable"
    gas = ("A: Bonjour.", "C: Ça sent le gaz, une grosse odeur de gaz !", "A: Sortez et appelez le 18.")
    assert judge(text, *gas).outcome == "followed"


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("Ne jamais donner de prix.", "Comptez dans les cent vingt euros, déplacement compris.", "broken"),
        ("Ne jamais donner de prix.", "Je ne peux pas vous donner de prix, on vous rappelle.", "followed"),
        ("Ne jamais donner de prix.", "Le technicien sera chez vous demain à neuf heures.", "followed"),
        ("Ne promettre aucune heure de passage.", "Il passera demain matin, sans faute.", "broken"),
        ("Ne promettre aucune heure de passage.", "Je note que vous préférez demain matin.", "followed"),
        ("Ne donner aucun conseil médical.", "Prenez un Doliprane, ça va passer.", "broken"),
        ("Ne donner aucun conseil médical.", "Je transmets au docteur, il vous rappelle.", "followed"),
        (
            "Ne rien promettre pour un remboursement.",
            "Ne vous en faites pas, on vous rembourse tout.",
            "broken",
        ),
        ("Ne pas dire s'il reste de la place.", "Oui, il nous reste deux places samedi.", "broken"),
    ],
)
def test_a_prohibition_is_kept_or_broken(text: str, said: str, expected: str) -> None:
    assert judge(text, *LEAK_CALL, f"A: {said}", kind="do_not").outcome == expected


def test_a_prohibition_holds_in_a_silent_call() -> None:
    assert judge("Ne jamais donner de prix.", kind="do_not").outcome == "followed"


def test_the_evidence_is_the_turn_that_shows_it() -> None:
    kept = judge("Demander l'adresse.", *LEAK_CALL, "A: Quelle est votre adresse ?", only=("leak",))
    assert [(e.turn, e.quote) for e in kept.evidence] == [(7, "Quelle est votre adresse ?")]
    slip = judge("Ne jamais donner de prix.", *LEAK_CALL, "A: Bon. Comptez cent euros.", kind="do_not")
    assert [(e.turn, e.quote) for e in slip.evidence] == [(7, "Comptez cent euros.")]
    assert judge("Ne jamais donner de prix.", *LEAK_CALL, kind="do_not").evidence == ()


NUMBER = "C: C'est le 06 12 34 56 78."


def dictated(turn: int, quote: str = "06 12 34 56 78") -> dict[str, Judgment]:
    evidence = (Evidence(turn=turn, start=10, end=10 + len(quote), quote=quote),)
    return {"phone": Judgment(value="+33612345678", confidence=0.95, evidence=evidence)}


@pytest.mark.parametrize(
    ("turns", "fields", "expected"),
    [
        ([NUMBER, "A: Je répète, 06 12 34 56 78."], dictated(0), "followed"),
        ([NUMBER, "A: Très bien, au revoir."], dictated(0), "broken"),
        (["A: Notre numéro : 02 41 00 00 00.", NUMBER, "A: Merci."], dictated(1), "broken"),
        ([NUMBER, "A: Le dossier 884 512, d'accord."], dictated(0), "broken"),
        (["C: Vous avez mon numéro.", "A: Oui, merci."], {}, "not_applicable"),
    ],
)
def test_reading_a_number_back(turns: list[str], fields: dict[str, Judgment], expected: str) -> None:
    judged = judge("Relire le numéro de téléphone à l'appelant.", *turns, fields=fields)
    assert judged.outcome == expected


def test_the_likeliest_of_both_readings_of_an_intent_counts() -> None:
    scored = [Scored("leak", 0.7), Scored("quote", 0.2), Scored("quote", 0.6)]
    assert likely_intents(scored) == {"leak": 0.7, "quote": 0.6}


def transcripts() -> st.SearchStrategy[Transcript]:
    lines = st.tuples(st.sampled_from("AC"), st.text(min_size=1, max_size=60))
    return st.lists(lines, max_size=8).map(lambda some: call(*(f"{who}: {text}" for who, text in some)))


@settings(max_examples=60, deadline=None)
@given(
    transcript=transcripts(), text=st.text(min_size=1, max_size=80), kind=st.sampled_from(["do", "do_not"])
)
def test_every_judgment_is_a_probability_with_words_that_stand_there(
    transcript: Transcript, text: str, kind: str
) -> None:
    client = tenant(instructions=[{"id": "it", "text": text, "kind": kind}])
    judged = judge_instructions(transcript, client, {"leak": 0.5}, {}, model())["it"]
    assert 0 <= judged.confidence <= 1
    assert all(transcript.supports(e) for e in judged.evidence)


def test_weights_are_read_as_written(tmp_path: Path) -> None:
    weights.write(tmp_path / "again.npz", model())
    again = weights.read(tmp_path / "again.npz", models().intent.lexicon)
    assert np.array_equal(again.wanted.limited, model().wanted.limited)
    assert again.forbidden.breaks_from == model().forbidden.breaks_from
    assert again.forbidden.heads.weights.keys() == model().forbidden.heads.weights.keys()


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04 cut off"])
def test_a_file_that_holds_no_weights_is_a_named_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.npz").write_bytes(content)
    with pytest.raises(EngineError, match=r"weights\.npz.*Remède"):
        weights.read(tmp_path / "weights.npz", models().intent.lexicon)


def test_weights_of_another_version_are_a_named_error(tmp_path: Path) -> None:
    with np.load(SHIPPED) as stored:
        parts = dict(stored)
    np.savez(tmp_path / "old.npz", **{**parts, "done": parts["done"][:-1]})
    with pytest.raises(EngineError, match="autre version"):
        weights.read(tmp_path / "old.npz", models().intent.lexicon)
