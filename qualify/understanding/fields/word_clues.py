"""The words around a name as clues for a model: which ones stand beside it, and what parts them from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .lexicon import TITLES, is_first_name
from .name_cues import KIN
from .person_names import NameToken

_NEAR = 3
"""Words on either side of a name whose place counts."""
_AROUND = 8
"""Words on either side of a name that count wherever they stand."""
_KIN = re.compile(KIN)
_NUMBERS = frozenset(
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt "
    "trente quarante cinquante soixante septante quatre-vingt quatre-vingts nonante cent mille".split()
)


def beside(text: str, words: Sequence[NameToken], *, start: int, end: int) -> Iterator[str]:
    """The words of a turn before and after its characters [start, end), by place and in any place."""
    before = [w for w in words if w.end <= start]
    while before and before[-1].fold in TITLES:
        before.pop()
    after = [w for w in words if w.start >= end]
    left, right = [_kind(w) for w in before[::-1][:_AROUND]], [_kind(w) for w in after[:_AROUND]]
    yield from (f"left {i} {w}" for i, w in enumerate(left[:_NEAR]))
    yield from (f"right {i} {w}" for i, w in enumerate(right[:_NEAR]))
    yield from (f"left {b} {a}" for a, b in pairwise(left[:_NEAR]))
    yield from (f"right {a} {b}" for a, b in pairwise(right[:_NEAR]))
    yield from (f"before {w}" for w in set(left))
    yield from (f"after {w}" for w in set(right))
    gap = text[before[-1].end : start] if before else "^"
    yield f"gap before {_mark(gap)}"
    rest = text[end : after[0].start] if after else text[end:] + "$"
    yield f"gap after {_mark(rest)}"
    yield f"gaps {_mark(gap)} {_mark(rest)}"
    yield f"words before {min(len(before), 3)}"


def _kind(word: NameToken) -> str:
    """A word, or what it stands for: relatives, numbers and names count alike."""
    if word.text.isdigit() or set(word.fold.split("-")) <= _NUMBERS:
        return "NUMBER"
    if _KIN.fullmatch(word.fold):
        return "KIN"
    if word.fold in TITLES:
        return "TITLE"
    if word.capital and is_first_name(word.text):
        return "NAME"
    return word.fold


def _mark(gap: str) -> str:
    return next((c for c in gap if c in ".,?!:;…^$"), " ")
