"""Tokens keep their places in the original text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.understanding.fields.tokens import fold, fold_word, tokenize

TOKENS = [
    ("Le zéro six", ["le", "zero", "six"]),
    ("d'Évry", ["d", "'", "evry"]),
    ("d’Évry", ["d", "'", "evry"]),
    ("06.22", ["06", ".", "22"]),
    ("AB12", ["ab", "12"]),
    ("sœur", ["soeur"]),
    ("a_b", ["a", "_", "b"]),
    ("e\u0301te\u0301", ["ete"]),
    ("18h", ["18", "h"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "tokens"), TOKENS)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [t.text for t in tokenize(text)] == tokens


def test_kinds() -> None:
    assert [t.kind for t in tokenize("le 6, là")] == ["word", "digits", "mark", "word"]


@given(st.text(max_size=100))
def test_folding_keeps_the_length_and_places(text: str) -> None:
    assert len(fold(text)) == len(text)
    for token in tokenize(text):
        assert fold_word(text[token.start : token.end]) == token.text or token.kind == "digits"
