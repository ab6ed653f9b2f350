"""What an instruction wants or forbids, by its own words."""

from __future__ import annotations

import pytest
from small import call

from qualify.understanding.instructions.asks import shares, wanted_asks
from qualify.understanding.instructions.listening import statements
from qualify.understanding.instructions.reading_back import digits_said, read_back_types
from qualify.understanding.instructions.slips import KINDS, kinds_named, marks
from qualify.understanding.instructions.wanted import read_instruction


@pytest.mark.parametrize(
    ("text", "conditions", "act"),
    [
        ("Demander l'adresse.", (), "l'adresse"),
        ("Demander si un camion peut passer.", (), "si un camion peut passer"),
        ("Demander à chacun s'il est locataire.", (), "a chacun s'il est locataire"),
        ("Demander depuis quand la panne dure.", (), "depuis quand la panne dure"),
        ("En cas de fuite, demander si l'eau est coupée.", ("fuite",), "si l'eau est coupee"),
        ("Fuite d'eau : dire de fermer le compteur.", ("fuite d'eau",), "de fermer le compteur"),
        (
            "Si l'appelant a mal au cœur ou du mal à respirer, lui dire d'appeler le 15.",
            ("l'appelant a mal au coeur", "du mal a respirer"),
            "d'appeler le 15",
        ),
        ("Proposer un rappel quand le docteur est absent.", ("le docteur est absent",), "un rappel"),
        ("Demander le numéro de sinistre.", (), "le numero de sinistre"),
        ("", (), ""),
    ],
)
def test_condition_and_act(text: str, conditions: tuple[str, ...], act: str) -> None:
    read = read_instruction(text)
    assert (read.conditions, read.act) == (conditions, act)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Ne jamais donner de prix.", {"price"}),
        ("Pas de tarif au téléphone.", {"price"}),
        ("Ne promettre ni date ni heure.", {"time", "grants", "promise"}),
        ("Aucun conseil médical.", {"care"}),
        ("Ne pas donner le portable du docteur.", {"contact"}),
        ("Ne pas faire manipuler la chaudière.", {"handling"}),
        ("Ne pas fumer.", set()),
    ],
)
def test_kinds_of_slips_named(text: str, kinds: set[str]) -> None:
    assert {KINDS[k] for k in kinds_named(text)} == kinds


def test_marks_know_numbers_days_and_months_by_class() -> None:
    assert marks("lundi 12 euros") == marks("mardi 350 euros") == marks("jeudi trente-deux €")
    assert marks("le 3 mai") == marks("le 4 juin")
    assert marks("") == frozenset()


@pytest.mark.parametrize(
    ("text", "share"),
    [("l'adresse", 1.0), ("l'etage", 0.0), ("l'adresse et l'etage", 0.5), ("un sourire", 0.0)],
)
def test_share_of_usual_questions_asked(text: str, share: float) -> None:
    assert shares(call("A: Quelle rue, s'il vous plaît ?"), wanted_asks(text), either=False)[0] == share


def test_one_of_several_is_enough_where_either_will_do() -> None:
    asks = wanted_asks("l'etage ou l'interphone")
    assert shares(call("A: Quel étage ?"), asks, either=True) == (1.0, 1.0)
    assert shares(call("A: Quel étage ?"), asks, either=False) == (0.5, 0.5)


def test_a_statement_knows_what_repeats_the_caller() -> None:
    question, repeated = statements(call("A: Combien ?", "C: Douze cartons.", "A: Douze cartons, 45 euros."))
    assert question.context[0] == 1.0
    assert 0 < repeated.context[1] < 1
    assert repeated.context[2] > 0


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("Relire le numéro de téléphone à l'appelant.", ("phone",)),
        ("Faire répéter le numéro.", ("phone",)),
        ("Relire l'adresse mail lettre par lettre.", ("email",)),
        ("Relire le numéro de dossier.", ("reference",)),
        ("Relire le téléphone et le numéro de contrat.", ("phone", "reference")),
        ("Relire le message avant de raccrocher.", ()),
        ("Demander le numéro de téléphone.", ()),
    ],
)
def test_what_is_to_be_read_back(text: str, types: tuple[str, ...]) -> None:
    assert read_back_types(text) == types


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("06 12 34 56 78", 10),
        ("zéro six douze trente-quatre cinquante-six", 10),
        ("zéro quatre quatre-vingts", 5),
        ("une fuite et un devis", 0),
        ("sixième étage", 0),
    ],
)
def test_about_how_many_digits_are_said(text: str, digits: int) -> None:
    assert digits_said(text) == digits
