"""From what single turns say to what a call gives: the last value that the caller says, of several."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from qualify.records import Evidence, Judgment, Rival, Transcript

from .tokens import fold

SURE, DISPUTED = 0.9, 0.5
"""Confidence of a value that stands alone, and of one beside another that nothing settles."""

_TAKING_BACK = re.compile(r"\b(?:non|pardon|plutot|je me trompe|erreur|rectifie|corrige)\b")


class Span(Protocol):
    """A value at characters [start, end) of a turn."""

    @property
    def value(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def last_said(
    transcript: Transcript, find: Callable[[str, bool], Sequence[Span]], *, asking: re.Pattern[str]
) -> Judgment | None:
    """The value that the caller gives last, with every place where he says it; None where he says none.

    `find` reads a turn, told whether the agent's turn before it matches `asking` (folded words). Two
    values are `unsure`, unless words between them take the first one back.
    """
    found: list[tuple[str, Evidence]] = []
    asked = False
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "agent":
            asked = bool(asking.search(fold(turn.text)))
            continue
        spans = find(turn.text, asked)
        found += [(s.value, transcript.evidence(number, s.start, s.end)) for s in spans]
    if not found:
        return None
    value = found[-1][0]
    others = {v: e for v, e in found if v != value}
    settled = not others or bool(
        _TAKING_BACK.search(_between(transcript, list(others.values())[-1], found[-1][1]))
    )
    return Judgment(
        value=value,
        confidence=SURE if settled else DISPUTED,
        evidence=tuple(e for v, e in found if v == value),
        rivals=()
        if settled
        else tuple(Rival(value=v, confidence=0.3, evidence=(e,)) for v, e in others.items()),
        unsure=not settled,
    )


def _between(transcript: Transcript, first: Evidence, last: Evidence) -> str:
    """The caller's folded words from the end of one evidence to the start of another."""
    if first.turn == last.turn:
        return fold(transcript.turns[last.turn].text[first.end : last.start])
    later = [t.text for t in transcript.turns[first.turn + 1 : last.turn] if t.speaker == "caller"]
    ends = transcript.turns[first.turn].text[first.end :], transcript.turns[last.turn].text[: last.start]
    return fold(" . ".join([ends[0], *later, ends[1]]))
