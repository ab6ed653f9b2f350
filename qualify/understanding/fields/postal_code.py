"""Postal codes: «trente-cinq mille», «soixante-neuf zéro zéro trois», «69003»."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .numbers import Number, find_numbers
from .tokens import fold

_LENGTHS = {"BE": 4, "CH": 4, "LU": 4}
_FRENCH_LENGTH = 5
_ADDRESS = re.compile(
    r"\b(?:code postal|habit\w*|adresse|rue|avenue|boulevard|chemin|place|impasse|allee|quai|route|cours|"
    r"square|lotissement|"
    r"residence|domicili\w*|situee?|commune|ville|cedex|bp)\b"
)
_POSTAL_CODE = re.compile(r"\bcode postal\b[^0-9]{0,25}$|\bcode postal\b(?:\W+\w+){0,4}\W*$")
_COUNTED_AFTER = re.compile(
    r"^\W*(?:euros?|€|%|pour ?cent|heures?|h\b|ans?\b|jours?|mois|metres?|km|kilos?|fois|personnes|"
    r"salaries|habitants|"
    r"rue|avenue|boulevard|balles|kilometres?|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|"
    r"octobre|novembre|decembre)"
)
_PLACE_AFTER = re.compile(r"^[ ,]*(?:(?:à|a|et c'est|c'est) )?([^\W\d_][^\W\d_'’-]+(?:[ '’-][^\W\d_]+){0,3})")
_PLACE_BEFORE = re.compile(
    r"([^\W\d_][^\W\d_'’-]+(?:[ '’-][^\W\d_]+){0,3})[ ,]*(?:(?:dans le|au|le|en|c'est(?: le)?) )?$"
)


@dataclass(frozen=True, slots=True)
class PostalCode:
    """A postal code: [start, end) are its characters in the turn."""

    value: str
    start: int
    end: int


def find_postal_codes(
    text: str, *, region: str = "FR", asked: bool = False, is_city: Callable[[str], bool] | None = None
) -> tuple[PostalCode, ...]:
    """The postal codes of a turn; other numbers are none.

    A number counts after «code postal», in the words of an address, beside a name with a capital or one
    that `is_city` knows, or anywhere if the agent just `asked` for it. `region` is an ISO 3166 code.
    """
    found = (_code(text, run, region, asked=asked) for run in _runs(text))
    return tuple(c for c in found if c is not None and (asked or _in_address(text, c, is_city)))


def _runs(text: str) -> Iterator[list[Number]]:
    """Numbers that follow each other with nothing but blanks, hyphens or «et» between them."""
    run: list[Number] = []
    for number in find_numbers(text):
        if run and text[run[-1].end : number.start].strip(" \u00a0\u202f-"):
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _code(text: str, run: Sequence[Number], region: str, *, asked: bool) -> PostalCode | None:
    """The code that the numbers make together, or the last of them: «12 rue …, 69 003»."""
    length = _LENGTHS.get(region, _FRENCH_LENGTH)
    for first in range(len(run)):
        due = asked or bool(_POSTAL_CODE.search(fold(text[: run[first].start])[-80:]))
        for value in _readings(text, run[first:], length, due=due):
            if _exists(value, region):
                return PostalCode(value, run[first].start, run[-1].end)
    return None


def _readings(text: str, numbers: Sequence[Number], length: int, *, due: bool) -> Iterator[str]:
    """The digits that the numbers may stand for; «treize cent» is 13100 only where a code is `due`."""
    if any(n.ordinal for n in numbers):
        return
    said = [_written(text, n) for n in numbers]
    yield "".join(said)
    last = numbers[-1].value
    if (
        due
        and length == _FRENCH_LENGTH
        and len(numbers) == 1
        and not text[numbers[0].start].isdigit()
        and 1_100 <= last < 2_000
    ):
        yield f"{last // 100}1{last % 100:02d}"


def _written(text: str, number: Number) -> str:
    """The digits of a number as written, leading zeros kept."""
    written = text[number.start : number.end]
    return written if written.isdigit() else str(number.value)


def _exists(value: str, region: str) -> bool:
    if len(value) != _LENGTHS.get(region, _FRENCH_LENGTH):
        return False
    if region in _LENGTHS:
        return value[0] != "0"
    department = int(value[:2])
    return 1 <= department <= 95 or department in (97, 98)


def _in_address(text: str, code: PostalCode, is_city: Callable[[str], bool] | None) -> bool:
    before, after = text[: code.start], text[code.end :]
    folded_before, folded_after = fold(before), fold(after)
    if _COUNTED_AFTER.match(folded_after):
        return False
    if _POSTAL_CODE.search(folded_before[-80:]) or re.match(
        r"\W*(?:comme |c'est le |en )?code postal", folded_after
    ):
        return True
    if _ADDRESS.search(folded_before[-70:]):
        return True
    return any(_is_place(name, is_city) for name in _names(before, after))


def _names(before: str, after: str) -> Iterator[str]:
    following, preceding = _PLACE_AFTER.match(after), _PLACE_BEFORE.search(before[-50:])
    if following is not None:
        words = following[1].split(" ")
        yield from (" ".join(words[: n + 1]) for n in range(len(words)))
    if preceding is not None:
        words = preceding[1].split(" ")
        yield from (" ".join(words[n:]) for n in range(len(words)))


def _is_place(name: str, is_city: Callable[[str], bool] | None) -> bool:
    return is_city(name) if is_city is not None else name[:1].isupper() and " " not in name and len(name) > 2
