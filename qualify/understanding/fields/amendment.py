"""A part of a number corrected after it was read back: «non, dix-huit, pas dix-sept»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .dictation import Pieces, Reading, simplest
from .digits import Run

_NOT = re.compile(r"\bpas (?:le |du |de )?$")
Where = Literal["", "start", "end"]


@dataclass(frozen=True, slots=True)
class Said:
    """Digits of a correction; `wrong` if they are what should not be there."""

    digits: str
    wrong: bool
    run: Run
    pieces: Pieces


def parts(runs: Sequence[Run], folded: str) -> tuple[Said, ...]:
    """The groups of digits of a correcting turn, cut where a word such as «pas» or «non» stands.

    `folded` is the turn's text.
    """
    return tuple(said for run in runs for said in _parts(run, folded))


def _parts(run: Run, folded: str) -> Iterator[Said]:
    first, wrong = 0, _NOT.search(folded[: run.atoms[0].start]) is not None
    for at in range(len(run.atoms)):
        gap = run.gaps[at] if at < len(run.gaps) else None
        if gap is not None and not (gap.negates or gap.marker or (wrong and gap.pause)):
            continue
        part = Run(run.atoms[first : at + 1], run.gaps[first:at], run.hyphenated)
        reading: Reading = simplest(part)
        yield Said(reading.digits, wrong, part, reading.pieces)
        first, wrong = at + 1, gap is not None and gap.negates


def where_said(reply: str) -> Where:
    """Where in the number the folded words of a correction place it."""
    if re.search(r"\b(?:a la fin|derniers?|pour finir|finit|termine)\b", reply):
        return "end"
    return "start" if re.search(r"\b(?:au debut|commence|premiers?)\b", reply) else ""


def amend(
    base: str, right: str, wrong: str | None, *, where: Where = "", known: Sequence[str] = ()
) -> tuple[str, ...]:
    """The numbers that `base` may become when the digits `right` replace some of it, likeliest first.

    More than one of them means that the words do not tell; `known` are numbers that the caller said before.
    """
    replaced = _replacements(base, right, wrong)
    candidates = [c for at, c in replaced if _fits(at, len(right), len(base), where) and c != base]
    heard = tuple(k for k in known if k in candidates or (right in k and right not in base))
    if heard:
        return heard[:1]
    if not candidates:
        return ()
    least = min(_distance(base, c) for c in candidates)
    near = tuple(dict.fromkeys(c for c in candidates if _distance(base, c) == least))
    others = tuple(dict.fromkeys(c for c in candidates if c not in near))
    return near + others if wrong is None and least > 1 and not where else near


def _replacements(base: str, right: str, wrong: str | None) -> Iterator[tuple[int, str]]:
    if wrong is not None:
        starts = [n for n in range(len(base)) if base.startswith(wrong, n)]
        aligned = [n for n in starts if n % 2 == 0] or starts
        yield from (
            (n, base[:n] + right + base[n + len(wrong) :]) for n in aligned if len(right) == len(wrong)
        )
        return
    step = 2 if len(right) % 2 == 0 else 1
    yield from (
        (n, base[:n] + right + base[n + len(right) :]) for n in range(0, len(base) - len(right) + 1, step)
    )


def _fits(at: int, length: int, whole: int, where: Where) -> bool:
    if where == "end":
        return at + length == whole
    return at <= 2 if where == "start" else True


def _distance(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
