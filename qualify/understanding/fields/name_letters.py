"""What is said of a name's letters: «avec un D», «deux L», «E T à la fin» change how a name heard is written.

The changes keep how the name sounds; a remark that would not is no remark on this name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .phonetic import key
from .spelling import name_case
from .tokens import fold_word

_FURTHEST = 2
"""Letters more or fewer that a respelled part has at most."""

_END = re.compile(
    r"^,? (?:(?:avec|ca prend|il y a) )?(?:une? )?([a-z](?: [a-z]){0,3}),? (?:a la fin|au bout|final)\b"
)
_WITH = re.compile(r"^,? avec une? ([a-z])\b(?! [a-z]\b)")
_WITHOUT = re.compile(r"^,? sans ([a-z])\b")
_TWICE = re.compile(r"^,? (?:avec |ca prend )?(?:deux|double) ([a-z])\b(?!,? (?:[a-z]|deux)\b)")


def as_remarked(name: str, after: str) -> str:
    """The name as the folded words after it say it is written, where it still sounds the same.

    >>> as_remarked("Marchand", " avec un t à la fin".replace("à", "a")), as_remarked("Lefebvre", ", sans b.")
    ('Marchant', 'Lefevre')
    """
    folded = fold_word(name)
    if end := _END.search(after):
        letters = end[1].replace(" ", "")
        return name if folded.endswith(letters) else respelled(name, letters, at_end=True) or name
    if one := _WITH.search(after):
        return name if one[1] in folded else respelled(name, one[1]) or name
    if none := _WITHOUT.search(after):
        at = folded.find(none[1])
        without = name[:at] + name[at + 1 :]
        return without if folded.count(none[1]) == 1 and at > 0 and key(without) == key(name) else name
    if (twice := _TWICE.search(after)) and folded.count(twice[1]) == 1 and len(folded) == len(name):
        at = folded.index(twice[1])
        return name[: at + 1] + name[at].lower() + name[at + 1 :]
    return name


def respelled(name: str, letters: str, *, at_end: bool = False) -> str | None:
    """The name with a part of it written in the letters given; None where they fit nowhere by ear.

    >>> respelled("Belkir", "khir"), respelled("Duverney", "et"), respelled("Martin", "ou")
    ('Belkhir', 'Duvernet', None)
    """
    part = fold_word(letters)
    places = (p for p in _places(name, part) if not at_end or p[1] == len(name))
    best = min(places, key=lambda place: (abs(place[1] - place[0] - len(part)), -place[1]), default=None)
    if best is None:
        return None
    start, end = best
    if fold_word(name[start:end]) == part:
        return name
    return name_case(name[:start] + letters.lower() + name[end:])


def _sound(name: str) -> str:
    return key(name).rstrip("h")


def _places(name: str, part: str) -> Iterator[tuple[int, int]]:
    """The places whose letters may be replaced by the part without a change of sound."""
    folded, sound = fold_word(name), _sound(name)
    if len(folded) != len(name):
        return
    for start in range(1, len(name) + 1):
        for end in range(
            max(start, start + len(part) - _FURTHEST), min(len(name), start + len(part) + _FURTHEST) + 1
        ):
            if _sound(folded[:start] + part + folded[end:]) == sound:
                yield start, end
