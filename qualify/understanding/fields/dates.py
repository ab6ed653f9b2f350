"""Dates and times said in a turn: found in the words, resolved as of the call, and told apart.

How the words of a day resolve is told in `days`; beyond that:

- A part of a day gives the date: «mardi prochain dans la matinée» is Tuesday.
- An hour from one to eleven may be meant twelve hours later. «du soir», «cet après-midi» and the like
  settle it, then that it is to come within two hours, then the opening hours, then that the time must be
  to come; else hours before seven are taken for the afternoon.
- A time without a day takes the day said shortly before in the same turn, else it is the next such time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from .clock import Clock, find_clocks, fold, spoken
from .days import DaySpan, find_days
from .window import refused_after, sentence_at

Kind = Literal["date", "datetime", "time", "past", "vague"]
OpeningHours = Mapping[str, Sequence[str]]
"""Weekday (`mon`…`sun`) → spans `HH:MM-HH:MM`; a day left out is closed."""


@dataclass(frozen=True)
class DateMention:
    """A date or time said at [start, end) of turn number `turn`."""

    turn: int
    start: int
    end: int
    text: str
    value: str | None
    """ISO date, ISO datetime to the minute without zone, or None where the words can't be resolved."""
    kind: Kind
    """`time` is a time said without a day; `past` is never a request; `vague` has no value."""
    negated: bool = False
    """Said not to suit: «pas mardi», «sauf le mardi»."""
    superseded: bool = False
    """Corrected by the next mention: «le quinze, euh non, le seize»."""
    alternative_of: int | None = None
    """Index, in the list found, of the first named of several alternatives."""


_WEEKDAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class _Part:
    """A part of a day at [start, end); `half` is `am`, `pm`, `night`, or None where it tells no half."""

    start: int
    end: int
    half: str | None


@dataclass(frozen=True)
class _Call:
    """What resolving needs to know of the call."""

    started_at: datetime
    opening_hours: OpeningHours


_Atom = DaySpan | Clock | _Part

_PART = spoken(
    r"\b(?:(?:dans|en|a|au|de|vers) )?(?:(?:debut|fin|milieu) (?:de |d'))?(?:la |le |l')?"
    r"(?:(?P<am>matinee|matin)|(?P<pm>apres midi|soiree|soir)|(?P<night>nuit)|journee)\b|\b"
    r"(?:entre )?midi et deux\b"
)
_GLUE = spoken(
    r"(?:\s|,|\b(?:a|vers|pour|dans|de|du|des|apres|avant|a partir de|jusqu'a|entre|si possible|plutot"
    r"|de preference|par exemple|disons|aux alentours de|aux environs de|autour de|sur les coups de|tot|tard"
    r"|tres|pas trop|le|au|en|et pas)(?=\s|$)|l')*"
)
_BEFORE = spoken(r"\bavant $")
_AFTER = spoken(r"\b(?:apres|a partir de|pas avant) $")
_DUE_BEFORE = spoken(r"\b(?:avant|d'ici|jusqu'a) $")
_DUE_AFTER = spoken(r",? (?:au plus tard|dernier delai|grand maximum|maximum|dernier carat)\b")
_NOW = spoken(r"\b(?:il est|on est|nous sommes) (?:bientot |deja |presque |meme pas )?$")
_CORRECTION = spoken(
    r"(?:[\s,.;:…!-]|\b(?:ah|oh|mais|pardon|je|me|suis|c'est|trompee?|voulais|veux|dire|enfin|plutot|attendez"
    r"|dis|confonds|n'importe quoi|des|excusez|moi|desolee?|disons|pas|ca|le|la|au|du|pour|ou|a|vers"
    r"|qu'est ce que je dis|betises?|non)\b)*"
)
_CORRECTS = re.compile(
    r"\b(?:non|pardon|trompee?|confonds|dire|excusez|desolee?|enfin|plutot|disons|betises?)\b"
)
_OR = spoken(
    r"[\s,]*\b(?:ou|sinon|soit|voire)\b(?:[\s,]|\b(?:bien|alors|le|a|vers|au|du|plutot|eventuellement|meme"
    r"|encore|pour|sinon)\b)*"
)
_NOT_BEFORE = spoken(
    r"\b(?:pas|sauf|hormis|excepte|a part|ni|jamais|plutot que)"
    r"(?: (?:possible|libre|disponible|dispo|pour|le|ce|un|du|a|de))* $"
)
_APPOINTED = spoken(r"\b(?:rendez vous|rdv|consultation|audience|visite|intervention|seance)\b|\b(?:de|du) $")
_SINCE = spoken(r"\bdepuis (?:le |la |ce |cet )?$")
_OLD_PAPER = spoken(
    r"\b(?:facture|courrier|devis|lettre|mail|message|releve|contrat|sinistre|ordonnance|accident|commande"
    r"|jugement|bon de livraison)(?: date)? (?:du|de) $"
)
_PAST_VERB = re.compile(
    r"\b(?:ai|as|a|avons|avez|ont|avais|avait|suis|est|sont|était|étais)\s(?:(?:pas|déjà|bien|tout|été"
    r"|eu)\s)*(?!(?:fix|not|programm|convoqu|réserv|propos|annul|report|décal|occup|ferm|confirm|bloqu"
    r"|planifi|attend|invit|oblig|repouss|avanc|envisag|intéress)\w*\s)"
    r"(?:\w{2,}ée?s?|eu|vue?|reçue?|perdue?|faite?|morte?|venue?s?|sortie?|partie?|écrit|dormi|vomi|rendue?|réunis?"
    r"|fini|senti|servi|ouverte?|lu|vendue?|descendue?|pris|mis|voulu|répondu|commis)"
    r"(?:\s[\w'’]+){0,3}\s$"
)
_PAST_AFTER = spoken(
    r"(?: (?:matin|soir|midi|apres midi))?,? (?:c'etait|(?:il )?y avait|ca avait|il etait|elle etait)\b"
)
_FORWARD = re.compile(r"\b(?:pour|prochain|avant|d'ici|rendez[ -]vous|rdv|jusqu'au?)\b")
_SOON = timedelta(hours=2)
"""How soon after the call a time is meant as it comes first: «à six heures et demie», said before six."""
_CONTEXT_CHARS = 80
"""How far around a mention its marks are looked for, and behind a day a time may stand and still mean it."""


def find_dates(
    text: str, *, turn: int, started_at: datetime, opening_hours: OpeningHours
) -> list[DateMention]:
    """All dates and times of the text of turn number `turn`, in their order, resolved as of `started_at`."""
    folded, call = fold(text), _Call(started_at, opening_hours)
    found: list[DateMention] = []
    for group in _groups(folded, started_at):
        day = next((atom for atom in group if isinstance(atom, DaySpan)), None)
        clock = next(
            (
                atom
                for atom in group
                if isinstance(atom, Clock)
                and not (_is_noon(atom, group, folded) or _is_bound(atom, group, folded))
            ),
            None,
        )
        if (day is None and clock is None) or _NOW.search(folded, 0, group[0].start):
            continue
        start, end = group[0].start, group[-1].end
        kind, value = _meaning(day, clock, _half(group), _day_before(found, start), call)
        mention = DateMention(turn, start, end, text[start:end], _iso(value), kind)
        found.append(_marked(mention, text, folded))
    return _linked(found, folded)


def _groups(folded: str, started_at: datetime) -> list[list[_Atom]]:
    """Days, clock times and parts of days, those that make one expression together."""
    atoms: list[_Atom] = list(find_days(folded, started_at))
    parts = [_Part(*match.span(), match.lastgroup) for match in _PART.finditer(folded)]
    for more in (find_clocks(folded), parts):
        atoms += [a for a in more if not any(a.start < b.end and b.start < a.end for b in atoms)]
    groups: list[list[_Atom]] = []
    for atom in sorted(atoms, key=lambda atom: atom.start):
        if groups and _belongs(atom, groups[-1], folded):
            groups[-1].append(atom)
        else:
            groups.append([atom])
    return groups


def _belongs(atom: _Atom, group: Sequence[_Atom], folded: str) -> bool:
    if not isinstance(atom, _Part) and any(type(member) is type(atom) for member in group):
        return False
    if any(isinstance(m, DaySpan) and isinstance(m.day.value, datetime) for m in (*group, atom)):
        return False
    return _GLUE.fullmatch(folded, group[-1].end, atom.start) is not None


def _is_noon(clock: Clock, group: Sequence[_Atom], folded: str) -> bool:
    """Whether «midi» right behind a day is a part of it: «jeudi midi», but not «jeudi midi au plus tard»."""
    place = group.index(clock)
    between = folded[group[place - 1].end : clock.start]
    due = _DUE_BEFORE.search(folded, 0, group[0].start) or _DUE_AFTER.match(folded, clock.end)
    return place > 0 and between.isspace() and folded[clock.start : clock.end] == "midi" and not due


def _is_bound(clock: Clock, group: Sequence[_Atom], folded: str) -> bool:
    """Whether the time is no moment to meet: «après dix-huit heures», «mardi matin avant neuf heures»."""
    parts = any(isinstance(atom, _Part) or (isinstance(atom, DaySpan) and atom.day.part) for atom in group)
    if _AFTER.search(folded, 0, clock.start):
        return True
    return parts and _BEFORE.search(folded, 0, clock.start) is not None


def _half(group: Sequence[_Atom]) -> str | None:
    halves = (
        atom.half if isinstance(atom, _Part) else atom.day.part
        for atom in group
        if not isinstance(atom, Clock)
    )
    return next((half for half in halves if half), None)


def _meaning(
    day: DaySpan | None, clock: Clock | None, half: str | None, day_before: date | None, call: _Call
) -> tuple[Kind, date | None]:
    if day is None and clock is not None:
        if day_before is not None:
            return "time", _moment(clock, half, [day_before], call)
        today = call.started_at.date()
        return "time", _moment(clock, half, [today, today + timedelta(days=1)], call)
    value = day.day.value if day else None
    if clock is not None and value is not None and not isinstance(value, datetime):
        value = _moment(clock, half, [value], call)
    if day and day.day.past:
        return "past", value
    if value is None:
        return "vague", None
    return ("datetime" if isinstance(value, datetime) else "date"), value


def _day_before(earlier: Sequence[DateMention], start: int) -> date | None:
    if not earlier or earlier[-1].value is None or earlier[-1].kind == "past":
        return None
    near = start - earlier[-1].end <= _CONTEXT_CHARS
    return datetime.fromisoformat(earlier[-1].value).date() if near else None


def _iso(value: date | None) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if value is not None else None


def _moment(clock: Clock, half: str | None, days: Sequence[date], call: _Call) -> datetime:
    """The moment that a clock time means on one of `days`."""
    hours = [24 if clock.hour == 0 and half in ("pm", "night") else clock.hour]
    if clock.ambiguous:
        readings = {
            "am": hours,
            "pm": [clock.hour + 12],
            "night": [clock.hour + (24 if clock.hour < 7 else 12)],
        }
        hours = readings.get(half or "", [clock.hour, clock.hour + 12])
    midnights = [datetime(day.year, day.month, day.day) for day in days]
    moments = [day + timedelta(hours=hour, minutes=clock.minute) for day in midnights for hour in hours]
    to_come = [moment for moment in moments if moment > call.started_at] or moments
    soon = [moment for moment in to_come if timedelta() < moment - call.started_at <= _SOON]
    in_hours = [moment for moment in to_come if _is_open(moment, call.opening_hours)]
    usual = [moment for moment in to_come if not clock.ambiguous or moment.hour >= 7]
    return (soon or in_hours or usual or to_come)[0]


def _is_open(moment: datetime, opening_hours: OpeningHours) -> bool:
    spans = opening_hours.get(_WEEKDAY_KEYS[moment.weekday()], ())
    return any(span[:5] <= f"{moment:%H:%M}" <= span[6:] for span in spans)


def _marked(mention: DateMention, text: str, folded: str) -> DateMention:
    """The mention with what the words around it say: that it is past, or does not suit."""
    begin, _ = sentence_at(folded, mention.start)
    begin = max(begin, mention.start - _CONTEXT_CHARS)
    before = folded[begin : mention.start]
    told = _PAST_AFTER.match(folded, mention.end) or _is_past(before, text[begin : mention.start].lower())
    if mention.kind != "past" and told:
        mention = replace(mention, kind="past", value=None)
    refused = refused_after(folded, mention.end) and not _APPOINTED.search(before)
    return replace(mention, negated=bool(refused or _NOT_BEFORE.search(before)))


def _is_past(folded_before: str, before: str) -> bool:
    if _SINCE.search(folded_before) or _OLD_PAPER.search(folded_before):
        return True
    return _PAST_VERB.search(before) is not None and _FORWARD.search(folded_before) is None


def _linked(found: Sequence[DateMention], folded: str) -> list[DateMention]:
    """The mentions, corrected ones and alternatives told by the words between neighbours."""
    linked = list(found)
    for i in range(1, len(linked)):
        between = folded[linked[i - 1].end : linked[i].start]
        if _OR.fullmatch(between) and "plutot" not in between:
            first = linked[i - 1].alternative_of
            linked[i] = replace(linked[i], alternative_of=i - 1 if first is None else first)
        elif _CORRECTION.fullmatch(between) and _CORRECTS.search(between):
            linked[i - 1] = replace(linked[i - 1], superseded=True)
    return linked
