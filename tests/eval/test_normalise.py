"""What counts as the same words of French speech."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualify.eval.normalise import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bonjour, Madame !", "bonjour madame"),
        ("C’est l'eau.", "c'est l' eau"),
        ("rendez-vous", "rendez vous"),
        ("Euh, oui, hum, voilà.", "oui voilà"),
        ("zéro six, douze, trente-quatre", "06.12.34"),
        ("zero six douze", "0612"),
        ("quatre-vingt-dix-sept", "97"),
        ("soixante et onze euros", "71 €"),
        ("quatorze heures trente", "14h30"),
        ("à neuf heures", "à 9 h"),
        ("le premier mars", "le 1er mars"),
        ("au troisième étage", "au 3e étage"),
        ("vingt pour cent", "20 %"),
        ("M. Morel et Mme Roy", "monsieur Morel et madame Roy"),
        ("Dr Roy", "docteur Roy"),
        ("jean point roy arobase exemple point fr", "jean.roy@exemple.fr"),
        ("sœur", "soeur"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_two_ways_to_write_the_same(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("pêche", "péché"), ("06 12", "06 13"), ("un vélo", "des vélos"), ("quatre vingt", "quatre-vingt-un")],
)
def test_what_stays_different(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_every_digit_is_a_word() -> None:
    assert words("le 06 12") == ("le", "0", "6", "1", "2")


@given(st.text(max_size=80))
def test_any_text_gives_words_without_spaces_or_marks(text: str) -> None:
    assert all(word.isalnum() or not word.isascii() for word in words(text))
    assert not any(" " in word for word in words(text))
