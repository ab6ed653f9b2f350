"""Which days of a call may be the request, and what stands at them, on Thursday 19 November 2026."""

from __future__ import annotations

from datetime import datetime

import pytest

from qualify.records import Maker, Transcript, Turn
from qualify.understanding.fields.asked_days import OVERTAKEN, AskedDay, asked_days
from qualify.understanding.fields.date_clues import OFFERED
from qualify.understanding.fields.requested import DateModel, shipped_model
from qualify.understanding.fields.window import CallTurns

STARTED_AT = datetime(2026, 11, 19, 9, 12)
PHONE = "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"


def days(*lines: str) -> list[AskedDay]:
    turns = tuple(Turn(speaker="agent" if line[0] == "A" else "caller", text=line[3:]) for line in lines)
    transcript = Transcript(turns=turns, made_by=Maker(engine="test", version="1"))
    return asked_days(CallTurns.of(transcript, STARTED_AT), {})


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (["C: Mardi ou vendredi."], ["2026-11-24"]),
        (["C: Mardi je déménage. Vendredi je rends les clés."], ["2026-11-24", "2026-11-20"]),
        # one day said several times, in several ways
        (["C: Mardi.", "A: Mardi vingt-quatre.", "C: Le vingt-quatre, oui."], ["2026-11-24"]),
        # the time that completes a day
        (["C: Elle sort mardi, l'ambulance la dépose à quatorze heures."], ["2026-11-24T14:00"]),
        (["C: Mardi.", "A: À quelle heure ?", "C: À quinze heures."], ["2026-11-24T15:00"]),
        (["C: Mardi.", "A: Mardi à dix heures, c'est noté."], ["2026-11-24T10:00"]),
        (["C: Je viens mardi. Le robinet goutte.", "C: Mon fils rentre à seize heures."],
         ["2026-11-24", "2026-11-19T16:00"]),
        # nor does a time before which nobody can be there
        (["C: Mardi.", "A: À quelle heure ?", "C: L'après-midi, je prends pas la route avant dix heures."],
         ["2026-11-24", "2026-11-19T10:00"]),
        # words that stay words, in lower case
        (["C: Courant février, sans doute."], ["courant février"]),
        (["C: Pour la rentrée, sans doute."], ["la rentrée"]),
        # no candidates
        (["C: Je suis venu mardi, il n'y avait personne."], []),
        ([f"C: {PHONE}, après dix-sept heures."], []),
        (["A: Votre date de naissance ?", "C: Le quatre mars."], []),
        (["A: Mardi à dix heures, ça irait ?", "C: Non, désolé."], []),
        (["C: Le mardi, pas possible."], []),
    ],
)  # fmt: skip
def test_days(lines: list[str], values: list[str]) -> None:
    assert [day.value for day in days(*lines)] == values


@pytest.mark.parametrize(
    ("lines", "clues"),
    [
        (["A: Quel jour ?", "C: Mardi."], {"asked", "only one", "soon"}),
        (
            ["C: Il me le faut demain.", "A: Demain, c'est noté."],
            {"verb wish", "here wish", "read back", "tomorrow"},
        ),
        (["C: Le mardi j'ai la chorale."], {"habit"}),
        (["C: Je voudrais le devis, le voisin a eu le sien, et demain je pars."], {"call wish"}),
        (["C: Mon mari a été opéré du genou chez vous lundi."], {"verb done"}),
        (["C: Il devait passer demain."], {"verb due", "call should have"}),
        (["C: Vendredi, je serai parti."], {"verb after will"}),
        (["A: Ça a commencé quand ?", "C: Samedi."], {"asked since", "no verb"}),
        (["C: J'ai ma séance à dix-huit heures."], {"mere time of a meeting"}),
        (["C: Bonjour, c'est pour un audit gratuit, mardi ?"], {"call sells"}),
        (["A: Je peux vous proposer mardi.", "C: Parfait."], {OFFERED, "agreed"}),
        (["A: Il sera absent mardi.", "C: D'accord."], {"ours", "agreed"}),
        (["C: Une place lundi ?", "A: Mardi à dix heures ?", "C: Oui, très bien."], {OVERTAKEN, "first"}),
    ],
)
def test_clues_at_the_first_day(lines: list[str], clues: set[str]) -> None:
    assert clues <= days(*lines)[0].clues


def test_a_wish_in_another_clause_is_no_wish_here() -> None:
    (day,) = days("C: Je voudrais le devis, le voisin a eu le sien, et demain je pars.")
    assert "here wish" not in day.clues


def test_each_clue_adds_its_weight() -> None:
    said = days("C: Mardi.")
    assert DateModel({"": 0.0}).probabilities(said) == [0.5]
    assert DateModel({"": 0.0, "only one": 1.0}).probabilities(said)[0] > 0.7
    assert DateModel({"": 0.0, "only one": -1.0}).probabilities(said)[0] < 0.3


def test_days_of_a_call_share_what_is_likely() -> None:
    model = DateModel({"": 0.0, "here wish": 3.0})
    wished, told = model.probabilities(days("C: Je voudrais venir mardi. Samedi je déménage."))
    assert wished > 0.8 > 0.1 > told
    assert wished + told < 1
    assert model.probabilities([]) == []


@pytest.mark.parametrize(("offer", "stays"), [(1.0, False), (-1.0, True)])
def test_a_likely_offer_that_is_accepted_replaces_the_day_before(offer: float, stays: bool) -> None:
    said = days("C: Une place lundi ?", "A: Mardi à dix heures ?", "C: Oui, très bien.")
    first, _ = DateModel({"": 0.0, OFFERED: offer}).probabilities(said)
    assert (first > 0) is stays


def test_the_shipped_model_knows_a_question_and_a_reading_back() -> None:
    weights = shipped_model().weights
    assert weights["asked"] > 0
    assert weights["read back"] > 0
    assert weights["vague"] < 0
