"""House numbers before a way and behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.understanding.fields.house_numbers import number_after, number_before
from qualify.understanding.fields.person_names import name_tokens

BEFORE = [
    ("douze bis rue", "12 bis"),
    ("au 14 de la rue", "14"),
    ("le 3 B rue", "3 B"),
    ("vingt et un rue", "21"),
    ("dans la rue", ""),
    ("il est de la rue", ""),
]


@pytest.mark.parametrize(("said", "number"), BEFORE)
def test_before(said: str, number: str) -> None:
    tokens = name_tokens(said)
    assert number_before(tokens, len(tokens) - 1)[0] == number


AFTER = [
    ("Pasteur, au numéro 40", False, "40"),
    ("Pasteur au vingt-trois ter", False, "23 ter"),
    ("Pasteur 14, à Renens", False, "14"),
    ("Pasteur, P A S T E U R. Le 15.", True, "15"),
    ("Pasteur, le 15.", False, ""),
    ("Pasteur, au 15 mars", False, ""),
    ("Pasteur, au deuxième étage", True, ""),
    ("Pasteur, au 0612345678", True, ""),
    ("Pasteur", True, ""),
]


@pytest.mark.parametrize(("said", "asked", "number"), AFTER)
def test_after(said: str, asked: bool, number: str) -> None:
    assert number_after(name_tokens(said), 1, asked=asked)[0] == number


@given(st.text(alphabet="au le 12bis,.é numéro", max_size=40), st.booleans())
def test_never_runs_past_the_words(said: str, asked: bool) -> None:
    tokens = name_tokens(said)
    for at in range(len(tokens)):
        assert number_after(tokens, at, asked=asked)[1] <= len(tokens)
