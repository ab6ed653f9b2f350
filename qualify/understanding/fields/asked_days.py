"""The days that a call speaks of, each with all that is said of it: what the request is chosen among.

Mentions of one day are one candidate, and a time without a day joins the day that it completes. Past
dates, dates of birth, dates that don't suit, the window for calling back and offers that the caller
does not accept are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qualify.records import Evidence

from .birth import speaks_of_birth
from .clock import fold, spoken
from .date_clues import OFFERED, clues_of_day
from .dates import DateMention, OpeningHours, find_dates
from .window import CallTurns, find_window, sentence_at

OVERTAKEN = "another offered"
"""Clue of a day after which the caller accepts another that the agent offers."""
_HOUR_ASKED = spoken(r"\bheure|\bquand\b|\bmatin|\bapres midi|\bplutot")
_BOUND = spoken(r"\b(?:avant|apres|jusqu'a|a partir de) $")
"""Before a time that only bounds when somebody can be there."""
_NEAR_TURNS = 4
"""How many turns may lie between a day and the time that completes it."""
_NEAR_CHARS = 80
"""How far behind a day, in one turn, a time may stand and still mean it."""


@dataclass(frozen=True)
class AskedDay:
    """A day, or words that can't be resolved, with its mentions in their order and the clues at them."""

    mentions: tuple[DateMention, ...]
    clues: frozenset[str]

    @property
    def telling(self) -> DateMention:
        """The mention that says most: one with its time, else the first."""
        rank = {"datetime": 0, "time": 1}
        return min(self.mentions, key=lambda mention: rank.get(mention.kind, 2))

    @property
    def value(self) -> str:
        """ISO date; ISO datetime where a time is said for the day; else the caller's words."""
        return self.telling.value or self.telling.text.lower().removeprefix("pour ")


def asked_days(call: CallTurns, opening_hours: OpeningHours) -> list[AskedDay]:
    """All days that may be the request, in the order of their first mentions."""
    groups: list[list[DateMention]] = []
    for mention in _mentions(call, opening_hours):
        home = next((group for group in reversed(groups) if _belongs(call, mention, group)), None)
        if home is None:
            groups.append([mention])
        else:
            home.append(_on_day(mention, home[0]))
    given = [group for group in groups if _is_given(call, group)]
    clues = [set(clues_of_day(call, group, place=n, count=len(given))) for n, group in enumerate(given)]
    for earlier, later in pairwise(clues):
        if OFFERED in later:
            earlier.add(OVERTAKEN)
    return [AskedDay(tuple(group), frozenset(at)) for group, at in zip(given, clues, strict=True)]


def _is_given(call: CallTurns, group: Sequence[DateMention]) -> bool:
    """Whether the caller says the day, or agrees to it."""
    return any(call.speakers[m.turn] == "caller" or call.agreement(m.turn) for m in group)


def _mentions(call: CallTurns, opening_hours: OpeningHours) -> Iterator[DateMention]:
    window = find_window(call)
    taken = window.evidence if window else ()
    for turn, said in enumerate(call.transcript.turns):
        found = find_dates(said.text, turn=turn, started_at=call.started_at, opening_hours=opening_hours)
        for mention in found:
            dropped = mention.kind == "past" or mention.negated or mention.superseded
            dropped = dropped or mention.alternative_of is not None or _of_birth(call, mention)
            if not (dropped or any(_overlaps(mention, words) for words in taken)):
                yield mention


def _overlaps(mention: DateMention, words: Evidence) -> bool:
    return words.turn == mention.turn and words.start < mention.end and mention.start < words.end


def _of_birth(call: CallTurns, mention: DateMention) -> bool:
    begin, end = sentence_at(call.folded[mention.turn], mention.start)
    before = call.transcript.turns[mention.turn - 1].text if mention.turn else ""
    return speaks_of_birth(before) or speaks_of_birth(call.transcript.turns[mention.turn].text[begin:end])


def _belongs(call: CallTurns, mention: DateMention, group: Sequence[DateMention]) -> bool:
    """Whether a mention means the same day as a group, or is the time at which it meets."""
    first, last = group[0], group[-1]
    if mention.value is None or first.value is None:
        return mention.value == first.value and fold(mention.text) == fold(first.text)
    if mention.kind != "time" and first.kind != "time":
        return mention.value[:10] == first.value[:10]
    if mention.kind != "time" or first.kind == "time":
        return mention.value == first.value
    if mention.turn == last.turn:
        return mention.start - last.end <= _NEAR_CHARS
    if any(m.kind in ("datetime", "time") for m in group) or not 0 < mention.turn - last.turn <= _NEAR_TURNS:
        return any(m.kind == "time" and m.value == mention.value for m in group)
    if _BOUND.search(call.folded[mention.turn], 0, mention.start):
        return False
    asked = _HOUR_ASKED.search(call.question_before(mention.turn)) is not None
    return asked or call.speakers[mention.turn] == "agent"


def _on_day(mention: DateMention, first: DateMention) -> DateMention:
    """A time without a day, on the day that it completes."""
    if mention.kind != "time" or mention.value is None or first.value is None:
        return mention
    return replace(mention, value=first.value[:10] + mention.value[10:])
