"""Sums of money: «mille deux cents euros et cinquante centimes», «1 250,50 €»."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .numbers import Number, find_numbers
from .tokens import fold

_DIGITS = re.compile(r"(?<![\d,.])(\d{1,3}(?:[ .\u00a0\u202f]\d{3})+|\d{1,12})(?:[,.](\d{1,2}))?(?!\d)")
_UNIT = re.compile(r"\s*(?:d'|de )?(k€|k ?euros?|euros?\b|eur\b|€|balles\b)", re.IGNORECASE)
_SCALE = re.compile(r"\s*(mille|millions?|milliards?)\b", re.IGNORECASE)
_SCALE_WITHIN = re.compile(r"\s(mille|millions?|milliards?)$")
_SCALES = {"mille": 1e3, "million": 1e6, "millions": 1e6, "milliard": 1e9, "milliards": 1e9}
_CENTS = re.compile(r"\s*(?:centimes?|cts?|cents?)\b")
_LINK = re.compile(r"(?:\s*,)?\s*(?:et\s+)?")
_NOT_CENTS = re.compile(
    r"\s*(?:pour|par|h\b|heures?|fois|mois|jours?|ans?\b|%|pieces?|lots?|euros?|€|personnes|sur)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in euros: [start, end) are its characters in the turn."""

    value: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Figure:
    value: float
    start: int
    end: int


def find_amounts(text: str) -> tuple[Amount, ...]:
    """The sums of money of a turn, in euros."""
    folded = fold(text)
    figures = _figures(text, folded)
    found: list[Amount] = []
    for position, figure in enumerate(figures):
        if found and figure.start < found[-1].end:
            continue
        amount = _amount(folded, figure, figures[position + 1 :])
        if amount is not None:
            found.append(amount)
    return tuple(found)


def _figures(text: str, folded: str) -> list[_Figure]:
    """Written and spoken numbers with their decimals, in order."""
    written = [_written(folded, m) for m in _DIGITS.finditer(text)]
    spoken = [n for n in find_numbers(text) if not n.ordinal and not text[n.start].isdigit()]
    spoken = [n for n in spoken if not any(f.start <= n.start < f.end for f in written)]
    return sorted([*written, *_with_decimals(folded, spoken)], key=lambda f: f.start)


def _written(folded: str, match: re.Match[str]) -> _Figure:
    value = float(re.sub(r"\D", "", match[1]) + "." + (match[2] or "0"))
    scale = _SCALE.match(folded, match.end())
    if scale is None:
        return _Figure(value, match.start(), match.end())
    return _Figure(value * _SCALES[scale[1]], match.start(), scale.end())


def _with_decimals(folded: str, numbers: Sequence[Number]) -> list[_Figure]:
    """«trois virgule cinq» taken together; «zéro cinq» after the comma is five hundredths."""
    figures: list[_Figure] = []
    position = 0
    while position < len(numbers):
        whole = numbers[position]
        decimals = _decimals(folded, numbers, position)
        last = numbers[position + decimals]
        digits, scale = "", 1.0
        for number in numbers[position + 1 : position + decimals + 1]:
            scaled = _SCALE_WITHIN.search(folded[number.start : number.end])
            scale = _SCALES[scaled[1]] if scaled else 1.0
            digits += str(int(number.value / scale))
        value = float(f"{whole.value}.{digits}") * scale if digits else float(whole.value)
        figures.append(_Figure(value, whole.start, last.end))
        position += decimals + 1
    return figures


def _decimals(folded: str, numbers: Sequence[Number], at: int) -> int:
    """How many numbers after number `at` are its decimals."""
    count = 0
    while at + count + 1 < len(numbers):
        between = folded[numbers[at + count].end : numbers[at + count + 1].start].strip()
        if between != ("virgule" if count == 0 else ""):
            break
        count += 1
    return count


def _amount(folded: str, figure: _Figure, later: Sequence[_Figure]) -> Amount | None:
    unit = _UNIT.match(folded, figure.end)
    if unit is None:
        cents = _CENTS.match(folded, figure.end)
        centimes = cents is not None and cents[0].strip().startswith("centime")
        return Amount(round(figure.value / 100, 2), figure.start, cents.end()) if cents and centimes else None
    value = figure.value * (1_000 if unit[1].startswith("k") else 1)
    cents_said = _cents_after(folded, unit.end(), later) if value == int(value) else None
    if cents_said is None:
        return Amount(round(value, 2), figure.start, unit.end())
    return Amount(round(value + cents_said.value / 100, 2), figure.start, cents_said.end)


def _cents_after(folded: str, end: int, later: Sequence[_Figure]) -> _Figure | None:
    """«… euros (et) cinquante (centimes)»."""
    link = _LINK.match(folded, end)
    if not later or link is None or later[0].start != link.end() or not 1 <= later[0].value <= 99:
        return None
    cents = _CENTS.match(folded, later[0].end)
    if cents is not None:
        return _Figure(later[0].value, later[0].start, cents.end())
    bare = not link[0].strip() and later[0].value >= 10 and not _NOT_CENTS.match(folded, later[0].end)
    return later[0] if bare else None
