"""A date of a tenant's own field: of a death, a departure, a loss, told by the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from qualify.records import Transcript

from .clock import fold, spoken
from .days import DAY_NUMBER, MONTHS, DaySpan, find_days, make_date
from .sighting import Sighting
from .topic import Topic, caller_turns
from .window import sentence_at

_ASKED, _NEAR, _RANGE = 0.8, 0.6, 0.75
_WEEK = 7
"""Days: of what lies behind, a weekday to come is another matter's, unless it answers the question."""
_PAST = re.compile(
    r"deces|sinistre|accident|achat|facture|recu|passage|naissance|dernier|derniere|incident|evenement sur|"
    r"signature|mise en service|pose|opere|operation"
)
"""Labels of what lies behind at the time of the call."""
_TO_COME = re.compile(r"demain|prochain|qui vient")
_START, _END = (
    re.compile(r"arrivee|debut|entree|prise|enlevement"),
    re.compile(r"depart|fin\b|sortie|retour|restitution"),
)
_FROM_TO = spoken(rf"\bdu {DAY_NUMBER}(?: (?:{'|'.join(MONTHS)}))? (?=au )")


def dates(transcript: Transcript, topic: Topic, *, started_at: datetime) -> Iterator[Sighting]:
    """The dates that the caller gives for the field, ISO."""
    for turn in caller_turns(transcript):
        folded = fold(transcript.turns[turn].text)
        asked = topic.asked_before(transcript, turn)
        for span in find_days(folded, started_at):
            yield from _said(folded, turn, span, topic, started_at, asked=asked)


def _said(
    folded: str, turn: int, span: DaySpan, topic: Topic, started_at: datetime, *, asked: bool
) -> Iterator[Sighting]:
    value = _last_of(folded, span, started_at) if _END.search(topic.label) else span.day.value
    day = value.date() if isinstance(value, datetime) else value
    if day is None:
        return
    explicit = re.search(r"\b(?:19|20)\d\d$|mille|dix neuf", folded[span.start : span.end]) is not None
    if _FROM_TO.match(folded[span.start : span.end]) and (
        _START.search(topic.label) or _END.search(topic.label)
    ):
        yield Sighting(day.isoformat(), turn, span.start, span.end, _RANGE + 0.1 * asked)
        return
    if _PAST.search(topic.label) and _TO_COME.search(folded[span.start : span.end]):
        return
    begin, stop = sentence_at(folded, span.start)
    near = topic.touches(folded[max(begin, span.start - 60) : min(stop, span.end + 40)])
    strength = _ASKED if asked else _NEAR if near else 0
    behind = _PAST.search(topic.label) is not None
    if behind and not asked and 0 < (day - started_at.date()).days < _WEEK:
        return
    if strength:
        yield Sighting(
            _placed(day, topic, started_at.date(), explicit).isoformat(), turn, span.start, span.end, strength
        )


def _last_of(folded: str, span: DaySpan, started_at: datetime) -> date | None:
    """The day that «du … au …» ends with; else the day said."""
    stretch = _FROM_TO.match(folded[span.start : span.end])
    first = span.day.value
    if stretch is None or first is None:
        return first
    last = find_days(
        folded[span.start + stretch.end() : span.end], first if isinstance(first, datetime) else started_at
    )
    return last[0].day.value if last else first


def _placed(day: date, topic: Topic, today: date, explicit: bool) -> date:
    """A day of what lies behind taken for the last such day; others as resolved."""
    if explicit or day <= today or not _PAST.search(topic.label):
        return day
    if (day - today).days < _WEEK:
        return date.fromordinal(day.toordinal() - 7)
    return make_date(day.year - 1, day.month, day.day) or day
