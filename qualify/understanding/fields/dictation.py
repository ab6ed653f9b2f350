"""Runs of dictated digits → numbers: every reading is tried, the cheapest that makes a valid number wins.

French dictation is ambiguous: «soixante douze» is 72 or 60 12, «dix-sept, non, dix-huit» takes back one
pair, one digit or all. Only the length of the whole tells. Each unusual step has a cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .digits import Atom, Gap, Run
from .numbers import compose

Check = Callable[[str], bool | None]
"""What digits are: True a valid number, False one that can be dialled but is not assigned, None no number."""

SPLIT_HYPHEN = 5.0
SPLIT_HUNDRED = 2.0
SPLIT_AFTER_ZERO = 0.3
"""«zéro six | cent cinquante-neuf»: a number's beginning, before a group of three."""
SPLIT_SPACE = 1.0
SPLIT_PAIR = 0.5
"""«vingt quatre | vingt cinq»: rather than «vingt | quatre vingt cinq», but hardly."""
MERGE_SPACE_HYPHENATED = 0.5
MERGE_FAR = 2.0
MISHEARD_WORD = 0.4
MISHEARD_SKIPPED = 0.6
UNKNOWN_WORD = 0.3
UNASSIGNED = 1.5
NOT_TAKEN_BACK = 2.0
"""Cost of a «non» that takes nothing back."""
NOT_SAID = 0.2
"""Cost of «pas dix-sept» where no 17 was said."""
LEFT_OVER = 3.0
"""Cost of a digit word that belongs to no number."""
DROPPED = 0.6
"""Cost of a digit word that is left over because the speaker begins again."""
RIVAL = 0.8
"""Readings that cost less than this more than the best are its rivals."""
HIGHEST = 4.0
"""A reading that costs more is no number."""
_MOST_DIGITS = 17
_MOST_STATES = 24
_MOST_DROPPED = 4
"""Most digit words that a «non» drops."""
_LONGEST_GROUP = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A group of digits as said («quatre-vingt-onze»): atoms `first` to `last` of the run, both included."""

    digits: str
    first: int
    last: int


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read atoms as digits."""

    digits: str
    cost: float
    pieces: Pieces
    valid: bool


@dataclass(frozen=True)
class Dictated:
    """A number read from atoms `first` to `last` of a run, both included."""

    run: Run
    first: int
    last: int
    reading: Reading
    rivals: tuple[Reading, ...] = ()
    """Other numbers that the same words may give, hardly less likely."""
    superseded: tuple[Reading, ...] = ()
    """Whole numbers said first and then taken back."""
    left_over: int = 0
    """Digit words next to the number that belong to no number."""


@dataclass(frozen=True)
class Fragment:
    """Digits that make no number, as the words read most simply."""

    run: Run
    first: int
    last: int
    reading: Reading


@dataclass(frozen=True)
class _Group:
    digits: str
    next: int
    cost: float


@dataclass
class _Segments:
    cost: float
    parts: list[Dictated] = field(default_factory=list)


def read(run: Run, check: Check, starts: Callable[[Run, int], bool]) -> tuple[list[Dictated], list[Fragment]]:
    """The numbers of a run, and the digits left over.

    `check` judges digits; `starts` says whether a number may begin at an atom.
    """
    groups = [list(_groups(run, at)) for at in range(len(run.atoms))]
    best = [_Segments(0.0) for _ in range(len(run.atoms) + 1)]
    for at in range(len(run.atoms) - 1, -1, -1):
        free = _left_over(run, at)
        best[at] = _Segments(free + best[at + 1].cost, best[at + 1].parts)
        if not starts(run, at):
            continue
        for part in _numbers_from(run, at, groups, check):
            cost = part.reading.cost + best[part.last + 1].cost
            if cost < best[at].cost:
                best[at] = _Segments(cost, [part, *best[part.last + 1].parts])
    return _with_left_overs(run, best[0].parts, groups)


def simplest(run: Run) -> Reading:
    """The cheapest reading of all atoms, whatever its length."""
    groups = [list(_groups(run, at)) for at in range(len(run.atoms))]
    states = _states(run, 0, groups)[len(run.atoms)]
    if not states:
        return Reading("".join(a.digits for a in run.atoms), HIGHEST, (), valid=False)
    pieces = min(states, key=lambda p: (states[p], len(p)))
    return Reading(_digits(pieces), states[pieces], pieces, valid=False)


def _with_left_overs(
    run: Run, parts: list[Dictated], groups: list[list[_Group]]
) -> tuple[list[Dictated], list[Fragment]]:
    taken = {n for p in parts for n in range(p.first, p.last + 1)}
    spans = _spans([n for n in range(len(run.atoms)) if n not in taken])
    fragments = []
    for first, last in spans:
        part = Run(run.atoms[first : last + 1], run.gaps[first:last], run.hyphenated)
        fragments.append(Fragment(part, 0, last - first, simplest(part)))
    ends = {first: last - first + 1 for first, last in spans}
    numbers = [
        Dictated(p.run, p.first, p.last, p.reading, p.rivals, p.superseded, ends.get(p.last + 1, 0))
        for p in parts
    ]
    return numbers, fragments


def _left_over(run: Run, at: int) -> float:
    """What it costs that atom `at` belongs to no number: little before «non», or where it is said again."""
    if run.atoms[at].kind == "plus":
        return 0.0
    dropped = any(g.marker in ("strong", "restart") for g in run.gaps[at : at + _MOST_DROPPED])
    return DROPPED if dropped or _said_again(run, at) else LEFT_OVER


def _said_again(run: Run, at: int) -> bool:
    """Whether atom `at` is in a group said twice: «zéro quatre d'abord, zéro quatre, …»."""
    digits = [a.digits for a in run.atoms]
    return any(
        digits[first : first + size] == digits[first + size : first + 2 * size]
        for size in (2, 3, 4)
        for first in range(max(0, at - size + 1), at + 1)
    )


def _spans(numbers: list[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for n in numbers:
        if spans and spans[-1][1] == n - 1:
            spans[-1] = (spans[-1][0], n)
        else:
            spans.append((n, n))
    return spans


def _numbers_from(run: Run, at: int, groups: list[list[_Group]], check: Check) -> Iterator[Dictated]:
    """For each place where a number that begins at atom `at` may end, the number."""
    whole: list[tuple[int, Reading]] = []
    for end, states in enumerate(_states(run, at, groups)):
        readings = _valid(states, check)
        if not readings:
            continue
        best = readings[0]
        rivals = tuple(r for r in readings[1:] if r.cost < best.cost + RIVAL and r.digits != best.digits)
        before = tuple(
            r for last, r in whole if last < end and r.digits != best.digits and run.gaps[last - 1].marker
        )
        yield Dictated(run, at, end - 1, best, _distinct(rivals), before)
        whole.append((end, best))


def _distinct(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    return tuple({r.digits: r for r in reversed(readings)}.values())[::-1]


def _valid(states: dict[Pieces, float], check: Check) -> list[Reading]:
    found = []
    for pieces, cost in states.items():
        digits = _digits(pieces)
        judged = check(digits)
        if judged is not None:
            total = cost + (0 if judged else UNASSIGNED)
            if total <= HIGHEST:
                found.append(Reading(digits, total, pieces, judged))
    return sorted(found, key=lambda r: (r.cost, len(r.pieces), r.digits))


def _states(run: Run, at: int, groups: list[list[_Group]]) -> list[dict[Pieces, float]]:
    """For each atom index, the readings of the atoms from `at` up to it, with their costs."""
    states: list[dict[Pieces, float]] = [{} for _ in range(len(run.atoms) + 1)]
    states[at][()] = 0.0
    for here in range(at, len(run.atoms)):
        likeliest = sorted(states[here].items(), key=lambda s: (s[1], len(s[0])))[:_MOST_STATES]
        gap = run.gaps[here - 1] if here > at else None
        for pieces, cost in likeliest:
            for group in groups[here]:
                for after, extra in _extend(run, pieces, gap, group, here):
                    total = cost + extra + group.cost
                    if total <= HIGHEST and sum(len(p.digits) for p in after) <= _MOST_DIGITS:
                        known = states[group.next].get(after, HIGHEST + 1)
                        states[group.next][after] = min(known, total)
    return states


def _digits(pieces: Pieces) -> str:
    return "".join(p.digits for p in pieces)


def _extend(
    run: Run, pieces: Pieces, gap: Gap | None, group: _Group, at: int
) -> Iterator[tuple[Pieces, float]]:
    """What may become of a reading when `group` follows it after `gap`, with what each way costs."""
    said = (Piece(group.digits, at, group.next - 1),) if group.digits else ()
    if gap is None or not pieces:
        yield pieces + said, 0.0
        return
    if gap.negates:
        yield _amended(pieces, group.digits)
        return
    if gap.after and len(pieces) > 1:
        yield (*pieces[:-2], pieces[-1], *said), 0.0
        return
    keep = {"": 0.0, "weak": 0.0, "strong": NOT_TAKEN_BACK, "restart": 1.5}[gap.marker]
    if gap.turn == "again":
        keep = 0.3
    split = _split(run, pieces[-1], gap, at)
    if run.atoms[at].value == 100 and len(_digits(pieces)) == 2 and pieces[0].digits[0] == "0":
        split = min(split, SPLIT_AFTER_ZERO)
    yield pieces + said, keep + gap.unknown * UNKNOWN_WORD + split
    if gap.marker or gap.turn:
        yield from _taking_back(pieces, said, gap)


def _amended(pieces: Pieces, wrong: str) -> tuple[Pieces, float]:
    """`pieces` after «…, pas `wrong`»: the last group takes the place of the wrong one."""
    for back in (1, 2):
        if len(pieces) >= back and pieces[-back].digits == wrong:
            return pieces[: len(pieces) - back] + pieces[len(pieces) - back + 1 :], 0.0
    at = next((n for n, p in enumerate(pieces) if p.digits == wrong), None)
    if at is None:
        return pieces, NOT_SAID
    return (*pieces[:at], pieces[-1], *pieces[at + 1 : -1]), -NOT_TAKEN_BACK


def _taking_back(pieces: Pieces, said: Pieces, gap: Gap) -> Iterator[tuple[Pieces, float]]:
    """The readings in which the new group replaces the last ones."""
    if not said:
        return
    doubt = {"strong": 0.0, "restart": 0.0, "weak": 0.3, "": 0.3 if gap.turn == "again" else 1.2}[gap.marker]
    for dropped in range(1, len(pieces) + 1):
        gone = pieces[-dropped:]
        everything = dropped == len(pieces)
        if everything and said[0].digits[0] in "0+":
            yield said, 0.0 if gap.turn else doubt
        elif _replaces(gone, said[0]):
            yield pieces[:-dropped] + said, doubt
        else:
            yield pieces[:-dropped] + said, doubt + 0.7 + 0.2 * dropped


def _replaces(gone: Pieces, new: Piece) -> bool:
    """Whether it is natural that a group beginning with `new` is said in place of `gone`."""
    length = sum(len(p.digits) for p in gone)
    return gone[0].digits == new.digits or length == (2 if new.digits == "0" else len(new.digits))


def _split(run: Run, last: Piece, gap: Gap, at: int) -> float:
    """What it costs to keep apart a group and the next word, which could have made one number."""
    if not gap.plain or gap.pause or gap.turn or run.atoms[at].kind == "plus":
        return 0.0
    atoms = run.atoms[last.first : at + 1]
    if any(a.kind != "word" for a in atoms) or not (_make_one(atoms[-2:]) or _make_one(atoms)):
        return 0.0
    if (
        gap.hyphen
        or (gap.plural and atoms[-2].value == 4)
        or (gap.joined_by_et and run.atoms[at].value in (1, 11))
    ):
        return SPLIT_HYPHEN
    if 100 in (atoms[-2].value, atoms[-1].value):
        return SPLIT_HUNDRED
    if run.hyphenated:
        return 0.0
    return SPLIT_SPACE if _make_one(atoms) else SPLIT_PAIR


def _make_one(atoms: Sequence[Atom]) -> bool:
    together = compose([a.value for a in atoms])
    return together is not None and together < 1_000


def _groups(run: Run, at: int) -> Iterator[_Group]:
    """The groups of digits that may begin at atom `at`."""
    atom = run.atoms[at]
    if atom.kind == "repeat":
        if at + 1 < len(run.atoms):
            for group in _groups(run, at + 1):
                yield _Group(group.digits * atom.value, group.next, group.cost)
        return
    yield _Group(atom.digits, at + 1, MISHEARD_WORD if atom.kind == "misheard" else 0.0)
    if atom.kind == "misheard":
        yield _Group("", at + 1, MISHEARD_SKIPPED)
    yield from _compounds(run, at)


def _compounds(run: Run, at: int) -> Iterator[_Group]:
    values, cost = [run.atoms[at].value], MISHEARD_WORD if run.atoms[at].kind == "misheard" else 0.0
    if not _composable(run.atoms[at]):
        return
    for end in range(at + 1, min(at + _LONGEST_GROUP, len(run.atoms))):
        atom, gap = run.atoms[end], run.gaps[end - 1]
        if not _composable(atom) or not gap.plain or gap.turn or gap.negates:
            return
        cost += _merge(run, end, gap)
        values.append(atom.value)
        together = compose(values)
        if together is not None and together < 1_000:
            yield _Group(str(together), end + 1, cost)


def _composable(atom: Atom) -> bool:
    return atom.kind in ("word", "misheard") or (
        atom.kind == "digits" and len(atom.digits) <= 2 and atom.digits[0] != "0"
    )


def _merge(run: Run, end: int, gap: Gap) -> float:
    """What it costs to read atom `end` as one number with what is before it."""
    before, atom = run.atoms[end - 1], run.atoms[end]
    if gap.pause or "digits" in (before.kind, atom.kind):
        return MERGE_FAR
    extra = MISHEARD_WORD if atom.kind == "misheard" else 0.0
    if gap.joined_by_et:
        return extra + (0.0 if atom.value in (1, 11) else 0.5)
    hundred = 100 in (before.value, atom.value)
    return extra + (MERGE_SPACE_HYPHENATED if run.hyphenated and not gap.hyphen and not hundred else 0.0)
