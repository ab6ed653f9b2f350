"""Whether the agent followed the tenant's instructions."""

from __future__ import annotations

from typing import Any

import pytest
from small import call, models, tenant

from qualify.records import InstructionJudgment
from qualify.understanding.instructions import (
    condition_of,
    digits_said,
    judge_instructions,
    share_asked,
    slipped,
)


def judge(
    text: str, *turns: str, kind: str = "do", only: tuple[str, ...] = (), intent: str = "leak"
) -> InstructionJudgment:
    instruction: dict[str, Any] = {"id": "it", "text": text, "kind": kind, "intents": list(only)}
    client = tenant(instructions=[instruction])
    return judge_instructions(call(*turns), client, [intent], models().instructions)["it"]


NUMBER = "C: c'est le zéro six douze trente-quatre cinquante-six soixante-dix-huit"


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([NUMBER, "A: Je répète, 06 12 34 56 78."], "followed"),
        ([NUMBER, "A: zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"], "followed"),
        ([NUMBER, "A: Très bien, au revoir."], "broken"),
        (["A: Notre numéro est le 02 41 00 00 00.", NUMBER, "A: Merci."], "broken"),
        (["C: Vous avez mon numéro.", "A: Oui, merci."], "not_applicable"),
        (["C: 06 12 34 56 78", "A: Le 06 12 34 56 78, c'est noté."], "followed"),
    ],
)
def test_reading_a_number_back(turns: list[str], expected: str) -> None:
    assert judge("Relire le numéro de téléphone à l'appelant.", *turns).outcome == expected


@pytest.mark.parametrize(
    ("text", "turns", "expected"),
    [
        ("Demander la date de naissance.", ["A: Votre date de naissance ?", "C: Le 3 mai 1980."], "followed"),
        ("Demander la date de naissance.", ["C: Je suis né le 3 mai 1980.", "A: Merci."], "followed"),
        ("Demander la date de naissance.", ["C: J'ai une fuite.", "A: C'est noté, au revoir."], "broken"),
        ("Faire épeler le nom.", ["A: Vous pouvez m'épeler votre nom ?", "C: D U V A L."], "followed"),
    ],
)
def test_usual_questions(text: str, turns: list[str], expected: str) -> None:
    assert judge(text, *turns).outcome == expected


@pytest.mark.parametrize(
    ("only", "intent", "expected"),
    [
        (("quote",), "leak", "not_applicable"),
        (("leak",), "leak", "followed"),
        ((), "leak", "followed"),
        ((), "spam", "not_applicable"),
        ((), "wrong_number", "not_applicable"),
    ],
)
def test_calls_that_a_do_is_not_for(only: tuple[str, ...], intent: str, expected: str) -> None:
    turns = ("A: Quelle est votre adresse ?", "C: Rue des Lilas.")
    assert judge("Demander l'adresse.", *turns, only=only, intent=intent).outcome == expected


def test_the_occasion_of_a_condition() -> None:
    text = "En cas d'odeur de gaz, demander de sortir."
    assert judge(text, "C: Je voudrais ma facture.", "A: Bien.").outcome == "not_applicable"
    assert judge(text, "C: Ça sent le gaz.", "A: Sortez tout de suite.").outcome != "not_applicable"


def test_a_prohibition_holds_unless_broken() -> None:
    text = "Ne jamais donner de prix."
    assert judge(text, "C: Combien ?", "A: Je note, on vous rappelle.", kind="do_not").outcome == "followed"
    assert judge(text, kind="do_not").outcome == "followed"


def test_the_evidence_is_the_turn_that_shows_it() -> None:
    judged = judge(
        "Demander l'adresse.", "A: Bonjour.", "C: J'ai une fuite.", "A: Quelle est votre adresse ?"
    )
    assert [(e.turn, e.quote) for e in judged.evidence] == [(2, "Quelle est votre adresse ?")]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("En cas de fuite, demander si l'eau est coupée.", "fuite"),
        ("Si douleur dans la poitrine : dire d'appeler le 15.", "si douleur dans la poitrine"),
        ("Relire le numéro.", ""),
        ("", ""),
    ],
)
def test_conditions(text: str, condition: str) -> None:
    assert condition_of(text) == condition


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Demander l'adresse.", 1.0),
        ("Demander l'étage.", -1.0),
        ("Demander l'adresse et l'étage.", 0.0),
        ("Sourire.", 0.0),
    ],
)
def test_share_of_questions_asked(text: str, share: float) -> None:
    assert share_asked(call("A: Votre adresse ?"), text) == share


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Comptez deux cents euros.", 1.0), ("On vous rappelle.", -1.0)],
)
def test_usual_slips(said: str, expected: float) -> None:
    assert slipped([said], "Ne donner aucun prix.") == expected
    assert slipped([said], "Ne pas fumer.") == 0.0


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("06 12 34 56 78", 10),
        ("zéro six douze trente-quatre cinquante-six", 10),
        ("zéro quatre quatre-vingts", 5),
        ("une fuite et un devis", 0),
        ("bonjour madame", 0),
        ("sixième étage", 0),
    ],
)
def test_about_how_many_digits_are_said(text: str, digits: int) -> None:
    assert digits_said(text) == digits
