"""Numbers as French speakers say them: «quatre-vingt-dix-sept», «septante», «deux mille dix-neuf».

text2num reads the same words, but gives the changed text without the places of what it read, and
decides by itself where «soixante douze» ends; evidence needs the places, dictated telephone numbers
need every reading. Hence this grammar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .tokens import Token, tokenize

UNITS = {
    "zero": 0, "zeros": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6,
    "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14,
    "quinze": 15, "seize": 16, "quatres": 4,
}  # fmt: skip
TENS = {
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
VALUES = UNITS | TENS | {"cent": 100, "cents": 100}
"""What a folded word is worth inside a number below one thousand."""

SCALES = {
    "mille": 1_000, "milles": 1_000, "million": 1_000_000, "millions": 1_000_000,
    "milliard": 1_000_000_000, "milliards": 1_000_000_000,
}  # fmt: skip

ORDINALS = {
    "premier": 1, "premiere": 1, "second": 2, "unieme": 1, "deuxieme": 2, "troisieme": 3, "quatrieme": 4,
    "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10,
    "onzieme": 11, "douzieme": 12, "treizieme": 13, "quatorzieme": 14, "quinzieme": 15, "seizieme": 16,
    "vingtieme": 20, "trentieme": 30, "quarantieme": 40, "cinquantieme": 50, "soixantieme": 60,
    "septantieme": 70, "nonantieme": 90, "centieme": 100,
}  # fmt: skip
_ORDINAL_ENDINGS = frozenset(("er", "ere", "re", "e", "eme", "ieme", "nd", "nde"))
_MOST_DIGITS = 18
"""Longer strings of digits are no number that anybody counts with: cut off."""
_LONGEST = 7
"""Most words of a number below one thousand: neuf cent quatre vingt dix neuf, and one spare."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number said in a turn: [start, end) are its characters."""

    value: int
    start: int
    end: int
    ordinal: bool = False
    """Whether it gives a rank («deuxième», «1er»)."""


@dataclass(frozen=True, slots=True)
class Part:
    """Value of the tokens up to (not including) number `next`."""

    value: int
    next: int
    ordinal: bool = False


def compose(values: Sequence[int]) -> int | None:
    """The number below 2,000 that words of these values make together; None where they make none.

    >>> compose([4, 20, 10, 7])
    97
    """
    if 100 in values:
        at = list(values).index(100)
        hundreds = 1 if at == 0 else compose(values[:at])
        rest = 0 if at == len(values) - 1 else _below_hundred(values[at + 1 :])
        if (
            hundreds is None
            or rest is None
            or not 1 <= hundreds <= 19
            or hundreds == 10
            or (at == 0) != (hundreds == 1)
        ):
            return None
        return None if rest == 0 and at < len(values) - 1 else hundreds * 100 + rest
    return _below_hundred(values)


def _below_hundred(values: Sequence[int]) -> int | None:
    first, rest = values[0], values[1:]
    if not rest:
        return first if first < 100 else None
    if first == 10:
        return 10 + rest[0] if len(rest) == 1 and 7 <= rest[0] <= 9 else None
    if first == 4 and rest[0] == 20:
        first, rest = 80, rest[1:]
    if not rest:
        return first
    if first % 10 or not 20 <= first <= 90:
        return None
    return _with_ones(first, rest)


def _with_ones(tens: int, rest: Sequence[int]) -> int | None:
    ones = _below_hundred(rest)
    highest = 19 if tens in (60, 80) else 9
    return tens + ones if ones is not None and 1 <= ones <= highest else None


def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers of `text`, in words or digits, each as long as the grammar allows.

    «soixante douze» is 72, «vingt douze» is 20 and 12; «zéro six» is 0 and 6.
    """
    tokens = tokenize(text)
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        part = read_number(tokens, at)
        if part is None:
            at += 1
            continue
        end = tokens[part.next - 1].end
        found.append(Number(part.value, tokens[at].start, end, part.ordinal))
        at = part.next
    return tuple(found)


def read_number(tokens: Sequence[Token], at: int) -> Part | None:
    """The longest number that begins at token `at`; None where none does."""
    if tokens[at].kind == "digits":
        return _read_digits(tokens, at)
    total, position, ordinal, scale_below = 0, at, False, 10**12
    while position < len(tokens) and not ordinal:
        here = position if position == at else _joined(tokens, position)
        part = _read_scaled(tokens, here, scale_below, total) if here is not None else None
        if part is None:
            break
        total, position, ordinal = total + part.value, part.next, part.ordinal
        scale_below = _scale_of(tokens[position - 1])
        if scale_below == 1:
            break
    return Part(total, position, ordinal) if position > at else None


def _scale_of(token: Token) -> int:
    return SCALES.get(token.text, 1)


def _read_digits(tokens: Sequence[Token], at: int) -> Part:
    value, position = int(tokens[at].text[:_MOST_DIGITS]), at + 1
    if position < len(tokens) and tokens[position].text in _ORDINAL_ENDINGS:
        ordinal = tokens[position].start == tokens[at].end
        return Part(value, position + 1, ordinal=True) if ordinal else Part(value, position)
    if position < len(tokens) and tokens[position].text in SCALES and value < 1_000:
        return Part(value * SCALES[tokens[position].text], position + 1)
    return Part(value, position)


def _read_scaled(tokens: Sequence[Token], at: int, below: int, total: int) -> Part | None:
    """A number below one thousand and the «mille» or «million» after it, smaller than the last one."""
    if _scale_of(tokens[at]) == 1_000 and total % 1_000_000 == 0 and below > 1_000:
        return Part(1_000, at + 1)
    part = _read_below_thousand(tokens, at)
    if part is None or part.ordinal or (part.value == 0 and total == 0):
        return part if total == 0 or (part is not None and part.value > 0) else None
    after = _joined(tokens, part.next)
    if after is not None and 1 < _scale_of(tokens[after]) < below:
        return Part(part.value * _scale_of(tokens[after]), after + 1)
    return part if part.value > 0 else None


def _read_below_thousand(tokens: Sequence[Token], at: int) -> Part | None:
    best, values, position = None, [], at
    for _ in range(_LONGEST):
        token = tokens[position]
        ordinal = token.text in ORDINALS
        value = ORDINALS[token.text] if ordinal else VALUES.get(token.text)
        if value is None:
            break
        values.append(value)
        composed = compose(values)
        if composed is not None:
            best = Part(composed, position + 1, ordinal)
        joined = _joined(tokens, position + 1)
        if joined is None or ordinal:
            break
        position = joined
    return best


def _joined(tokens: Sequence[Token], at: int) -> int | None:
    """Where the number goes on after its token `at - 1`: past a hyphen or an «et»; None at a break."""
    if at >= len(tokens):
        return None
    position = at
    while position < len(tokens) and tokens[position].text in ("-", "‐", "‑"):
        position += 1
    if position < len(tokens) and tokens[position].text == "et":
        position += 1
        while position < len(tokens) and tokens[position].text in ("-", "‐", "‑"):
            position += 1
        ones = position < len(tokens) and tokens[position].text in ("un", "une", "onze", "unieme", "onzieme")
        return position if ones else None
    return position if position < len(tokens) and tokens[position].kind == "word" else None
