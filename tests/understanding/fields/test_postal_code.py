"""What callers say of where they live → postal codes."""

from __future__ import annotations

import pytest

from qualify.understanding.fields.postal_code import find_postal_codes

FRENCH = [
    ("j'habite 12 rue Pasteur, 69003 Lyon", "69003"),
    ("12 rue Pasteur à Lyon, 69 003", "69003"),
    ("le code postal c'est 35000", "35000"),
    ("le code postal c'est trente-cinq mille", "35000"),
    ("trente-cinq mille Rennes", "35000"),
    ("à Rennes, trente-cinq mille", "35000"),
    ("code postal soixante-neuf zéro zéro trois", "69003"),
    ("code postal soixante-neuf mille trois", "69003"),
    ("code postal six neuf zéro zéro trois", "69003"),
    ("soixante-quinze zéro onze Paris", "75011"),
    ("soixante-quinze mille onze Paris", "75011"),
    ("75 011 Paris", "75011"),
    ("code postal zéro six mille cent", "06100"),
    ("code postal zéro un mille", "01000"),
    ("code postal zéro six zéro zéro zéro", "06000"),
    ("code postal treize cent", "13100"),
    ("code postal treize cent six", "13106"),
    ("code postal treize deux cents", "13200"),
    ("code postal treize mille huit", "13008"),
    ("code postal trente-quatre cinq cents", "34500"),
    ("code postal quatre-vingt-douze cent vingt", "92120"),
    ("code postal vingt-deux cent", "22100"),
    ("code postal quatre-vingt-dix-sept quatre cents", "97400"),
    ("impasse des Lilas, quarante-quatre mille deux cents Nantes", "44200"),
    ("j'habite au douze rue de la Gare, trente-cinq mille sept cents", "35700"),
    ("35700, c'est le code postal", "35700"),
]


@pytest.mark.parametrize(("said", "code"), FRENCH)
def test_french_postal_codes(said: str, code: str) -> None:
    (found,) = find_postal_codes(said)
    assert found.value == code


NONE = [
    "ça coûte trente-cinq mille euros",
    "on habite à trente-cinq mille kilomètres",
    "mon dossier 35000 est chez vous",
    "le code postal je ne sais plus",
    "j'habite au 12 rue Pasteur",
    "code postal 99000",
    "code postal 3500",
    "depuis deux mille dix-neuf",
    "06 39 98 12 34",
    "",
]


@pytest.mark.parametrize("said", NONE)
def test_other_numbers_are_none(said: str) -> None:
    assert find_postal_codes(said) == ()


def test_asked_for_by_the_agent() -> None:
    assert [c.value for c in find_postal_codes("trente-cinq mille", asked=True)] == ["35000"]
    assert find_postal_codes("trente-cinq mille", asked=False) == ()


def test_a_gazetteer_decides_what_a_city_is() -> None:
    assert find_postal_codes("35000 rennes", is_city=lambda name: name == "rennes")
    assert not find_postal_codes("35000 Volts", is_city=lambda name: name == "rennes")


FOUR_DIGITS = [
    ("BE", "1000 Bruxelles", "1000"),
    ("BE", "code postal mille cinquante", "1050"),
    ("BE", "code postal dix cinquante", "1050"),
    ("CH", "douze cent six Genève", "1206"),
    ("LU", "code postal douze trente-quatre", "1234"),
]


@pytest.mark.parametrize(("region", "said", "code"), FOUR_DIGITS)
def test_four_digits_by_region(region: str, said: str, code: str) -> None:
    assert [c.value for c in find_postal_codes(said, region=region)] == [code]


def test_span() -> None:
    said = "12 rue Pasteur, soixante-neuf zéro zéro trois Lyon"
    (found,) = find_postal_codes(said)
    assert said[found.start : found.end] == "soixante-neuf zéro zéro trois"
