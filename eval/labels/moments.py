"""Dates and times as people write them in forms: `24/11/2026`, `mardi 24 novembre 9h30`; never relative ones.

Whoever labels looks at a calendar and writes the day; «jeudi en huit» is not resolved here.
"""

from __future__ import annotations

import re
from datetime import date

from qualify.drafting.facts import fold

_MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin"),
    *("juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

_TIME = r"(?:(?:\s*,)?\s+(?:à\s+)?|T)(?P<hour>\d{1,2})(?:\s?h\s?|:)(?P<minute>\d{2})?"
_WEEKDAY = rf"(?:(?:le\s+)?(?P<weekday>{'|'.join(WEEKDAYS)})\s+)?(?:le\s+)?"
_DAYS = (
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
    r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})(?:[/.](?P<year>\d{4}))?",
    r"(?P<day>\d{1,2})(?:er)?\s+(?P<name>[^\W\d_]+)(?:\s+(?P<year>\d{4}))?",
)
_MOMENTS = [re.compile(f"{_WEEKDAY}{day}(?:{_TIME})?", re.IGNORECASE) for day in _DAYS]


def moment(text: str, *, timed: bool) -> str | None:
    """An ISO date, or datetime where an hour is given and `timed`; None for anything else."""
    found = _read(text, None)
    return found if timed or found is None or "T" not in found else None


def requested_moment(text: str, today: date) -> str | None:
    """As `moment`; a date without year is the next one from `today` on."""
    return _read(text, today)


def told(value: str) -> str:
    """An ISO date or datetime with its weekday, so that a slip of a day shows; other words as they are."""
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{WEEKDAYS[day.weekday()]} {value}"


def _read(text: str, today: date | None) -> str | None:
    match = next((m for m in (pattern.fullmatch(text) for pattern in _MOMENTS) if m), None)
    if match is None:
        return None
    day, clock = _day(match, today), _clock(match)
    if day is None or clock is None:
        return None
    weekday = match["weekday"]
    if weekday and WEEKDAYS[day.weekday()] != weekday.lower():
        return None
    return f"{day.isoformat()}{clock}"


def _day(match: re.Match[str], today: date | None) -> date | None:
    month = _month(match)
    if match["year"]:
        return _date(int(match["year"]), month, int(match["day"]))
    if today is None:
        return None
    coming = (_date(year, month, int(match["day"])) for year in range(today.year, today.year + 9))
    return next((day for day in coming if day is not None and day >= today), None)


def _month(match: re.Match[str]) -> int:
    """From 1 to 12, or a number that no month has."""
    name = match.groupdict().get("name")
    if name is None:
        return int(match["month"])
    return _MONTHS.index(fold(name)) + 1 if fold(name) in _MONTHS else 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(match: re.Match[str]) -> str | None:
    """`T09:30`, nothing where no hour is given, None where there is no such hour."""
    if match["hour"] is None:
        return ""
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    return f"T{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
