"""Words, digits and marks of a turn with their places in the original text.

All grammars of this folder read tokens, not text: case and accents are folded away, offsets stay.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["word", "digits", "mark"]

_TOKEN = re.compile(r"([0-9]+)|([^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*)|([^\w\s]|_)")
_LATIN = tuple(chr(code) for code in (*range(0x41, 0x5B), *range(0xC0, 0x180)) if chr(code) not in "×÷")
_PLAIN = {ord(c): unicodedata.normalize("NFD", c)[0].lower() for c in _LATIN} | {ord("’"): "'", ord("ʼ"): "'"}
_PLAIN |= {ord("Œ"): "œ", ord("Æ"): "æ"}
_MARKS = re.compile(r"[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a string of digits or one mark; [start, end) are its characters in the original text."""

    text: str
    """Folded: lower case, no accents, «œ» as «oe»."""
    start: int
    end: int
    kind: Kind


def fold(text: str) -> str:
    """`text` in lower case without accents, of the same length, so that offsets keep their meaning."""
    return text.translate(_PLAIN)


def fold_word(word: str) -> str:
    """`word` in lower case without accents, combining marks and ligatures; the length may change."""
    return _MARKS.sub("", fold(word)).replace("œ", "oe").replace("æ", "ae")


@lru_cache(maxsize=256)
def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of `text`; white space gives none."""
    return tuple(_token(m) for m in _TOKEN.finditer(text))


def _token(match: re.Match[str]) -> Token:
    kind: Kind = "digits" if match[1] else "word" if match[2] else "mark"
    text = match[0]
    return Token(text if kind == "digits" else fold_word(text), match.start(), match.end(), kind)
