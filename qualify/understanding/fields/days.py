"""Days in spoken French: finds the words of a day in folded text and says which day they mean.

Rules, where French leaves a choice (`today` is the day of the call):

- A weekday, alone or with «prochain», is its next occurrence after today; «ce mardi» on a Tuesday is today.
- «lundi en huit» is a week after the next Monday, «mardi en quinze» two weeks after the next Tuesday.
- «jeudi de la semaine prochaine» lies in the calendar week (Monday to Sunday) after today's.
- «huit jours», «huitaine» are one week, «quinze jours», «quinzaine» two.
- A day without a month, or a month without a year, is the next one from today on, today included; but
  «le neuf novembre», said on the twenty-fourth, is the last one, which is past.
- «du premier au quinze août» is the day on which it begins.
- «d'ici la fin du mois» is the month's last day, «d'ici la fin de la semaine» the next Friday.
- «ce matin», said in the afternoon, is past, like «ce midi» after 14 h; «cette nuit» is past until noon.
- Weeks, months and seasons are no day: they are found and stay unresolved.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .clock import NUMBER, NUMBER_WORD, number_value, spoken

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """What the words of a day mean: a day, a moment, or None where they can't be resolved."""

    value: date | datetime | None
    past: bool = False
    """Gone by, or only a habit («tous les mardis»)."""
    part: str | None = None
    """`am`, `pm` or `night` where the words name that part of the day."""


@dataclass(frozen=True)
class DaySpan:
    """A day said at [start, end) of folded text."""

    start: int
    end: int
    day: Day


_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})\b"
MONTH = rf"(?P<month>{'|'.join(MONTHS)})\b"
DAY_NUMBER = rf"(?P<day>premier\b|1er\b|{NUMBER})"
_LAST_DAY = rf"(?:premier\b|1er\b|{NUMBER})"
_YEAR_ENDING = rf"(?: {NUMBER})?"
YEAR = rf"(?P<year>(?:mille neuf cents?|dix neuf cents?|deux mille){_YEAR_ENDING}\b|(?:19|20)\d\d\b)"
_NEXT = r"(?: prochain| qui vient| suivant)"
_NEXT_WEEK = r"la semaine (?:prochaine|d'apres|suivante|qui vient)"
_NO_NUMBER = rf"(?![\s,]+{NUMBER}(?!\w| {NUMBER_WORD}| ?(?:heures?|h)\b))(?! ?(?:heures?\b|h\b|h\d|:\d))"
_DAY_ENDS = (
    r"(?= ?(?:$|[,.;:?!…)]|(?:a|vers|au|apres|avant|dans|pour|en|ou|et|c'est|ce|ca|je|on|il|elle|nous|vous|si"
    r"|entre|mais|le matin|le soir|l'apres|matin|soir|midi|prochain|parce|car|du mois|de ce mois|des|jusqu"
    r"|non|pardon|plutot|dernier delai|s'il)\b|j'))"
)
_EMERGENCY_CALL = re.compile(r"\b(?:appel|fai[st]|compos|contact|joi(?:gn|ndr))\w*(?:-| )(?:\w+ ){0,3}$")
_EMERGENCY_ANSWERS = spoken(r" (?:vous|qui va|va vous|peut vous|pour (?:elle|lui|une ambulance))\b")
_DATED_THING = re.compile(
    r"\b(?:rendez vous|rdv|celui|celle|audience|visite|reunion|livraison|consultation|seance|passage|cours)"
    r"(?: prevue?| fixee?)? $"
)


_STREET = spoken(
    r"\b(?:rue|avenue|place|boulevard|quai|square|allee|impasse|cours|pont|residence|chemin|faubourg)"
    r"(?: (?:du|de la|des|de))? $"
)


def next_weekday(weekday: int, today: date) -> date:
    """The first such weekday (Monday is 0) after `today`."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def next_date(day: int, month: int, today: date) -> date | None:
    """The first such day of the year from `today` on; None where no year has it."""
    years = range(today.year, today.year + 9)
    dates = (make_date(year, month, day) for year in years)
    return next((d for d in dates if d is not None and d >= today), None)


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_number(words: str) -> int:
    """The day of the month that `words`, matched by `DAY_NUMBER`, say."""
    return 1 if words in ("premier", "1er") else number_value(words)


def year_number(words: str) -> int:
    """The year that `words`, matched by `YEAR`, say."""
    if words.isdigit():
        return int(words)
    lead = re.match(r"mille +neuf +cents?|dix +neuf +cents?|deux +mille", words)
    assert lead is not None, "YEAR matches nothing else"
    rest = words[lead.end() :]
    return (2000 if "deux" in lead[0] else 1900) + (number_value(rest) if rest.strip() else 0)


def find_days(folded: str, started_at: datetime) -> list[DaySpan]:
    """All days said in a folded text, in their order; a rule's group `said` narrows what it marks."""
    found: list[DaySpan] = []
    for pattern, read in _RULES:
        for match in pattern.finditer(folded):
            start, end = match.span("said" if "said" in pattern.groupindex else 0)
            if any(start < span.end and span.start < end for span in found):
                continue
            day = read(match, started_at)
            if day is not None:
                found.append(DaySpan(start, end, day))
    return sorted(found, key=lambda span: span.start)


def _known(value: date | None, today: date) -> Day:
    return Day(value, past=value is not None and value < today)


def _full_date(match: re.Match[str], started_at: datetime) -> Day | None:
    today, month = started_at.date(), MONTHS.index(match["month"]) + 1
    day = day_number(match["day"])
    if not 1 <= day <= 31 or _STREET.search(match.string[: match.start()]):
        return None
    if match.groupdict().get("year"):
        return _known(make_date(year_number(match["year"]), month, day), today)
    return _without_year(day, month, today, match)


_LATELY = timedelta(days=100)
_FAR_AHEAD = timedelta(days=240)
_AHEAD = re.compile(r"prochain|qui vient|avant|d'ici|jusqu")


def _without_year(day: int, month: int, today: date, match: re.Match[str]) -> Day:
    """The next such day; the last one, which is past, where that was lately and the next is far ahead."""
    following = next_date(day, month, today)
    if following is None:
        return Day(None)
    last = make_date(following.year - 1, month, day)
    said = match.string[max(0, match.start() - 12) : match.end() + 12]
    if last is None or _AHEAD.search(said) or following - today < _FAR_AHEAD or today - last > _LATELY:
        return Day(following)
    return Day(last, past=True)


_FAR_YEARS = 20
"""A year of two digits that would lie further ahead is one of the last century."""


def _numeric_date(match: re.Match[str], started_at: datetime) -> Day | None:
    day, month, year = int(match["day"]), int(match["month"]), match.groupdict().get("year")
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    if not year:
        return _without_year(day, month, started_at.date(), match)
    full_year = int(year) if len(year) == 4 else 2000 + int(year)
    if full_year > started_at.year + _FAR_YEARS:
        full_year -= 100
    return _known(make_date(full_year, month, day), started_at.date())


def _weekday_number(match: re.Match[str], started_at: datetime) -> Day | None:
    """«mardi vingt-quatre»: the next day that is both, within a month, else the last; else the number's."""
    today, number = started_at.date(), day_number(match["day"])
    if not 1 <= number <= 31:
        return None
    weekday = WEEKDAYS.index(match["weekday"])
    for days in (range(31), range(-1, -31, -1), range(31, 62)):
        near = (today + timedelta(days=n) for n in days)
        both = next((d for d in near if d.day == number and d.weekday() == weekday), None)
        if both is not None:
            return _known(both, today)
    return Day(_next_day_of_month(number, today))


def _next_day_of_month(number: int, today: date) -> date:
    return next(d for d in (today + timedelta(days=n) for n in range(62)) if d.day == number)


def _day_of_month(match: re.Match[str], started_at: datetime) -> Day | None:
    number = day_number(match["day"])
    before = match.string[max(0, match.start() - 40) : match.start()]
    if not 1 <= number <= 31 or match["day"].startswith(("0", "zero")):
        return None
    if number in (15, 17, 18) and (
        _EMERGENCY_CALL.search(before) or _EMERGENCY_ANSWERS.match(match.string, match.end())
    ):
        return None
    if match["lead"] == "du" and not _DATED_THING.search(before):
        return None
    return Day(_next_day_of_month(number, started_at.date()))


def _next_week(match: re.Match[str], started_at: datetime) -> Day:
    monday = started_at.date() - timedelta(days=started_at.weekday())
    return Day(monday + timedelta(days=7 + WEEKDAYS.index(match["weekday"])))


def _this_week(match: re.Match[str], started_at: datetime) -> Day:
    monday = started_at.date() - timedelta(days=started_at.weekday())
    return _known(monday + timedelta(days=WEEKDAYS.index(match["weekday"])), started_at.date())


def _weekday_later(match: re.Match[str], started_at: datetime) -> Day:
    weeks = 1 if match["later"] == "huit" else 2
    first = next_weekday(WEEKDAYS.index(match["weekday"]), started_at.date())
    return Day(first + timedelta(weeks=weeks))


def _weekday_before(match: re.Match[str], started_at: datetime) -> Day:
    following = next_weekday(WEEKDAYS.index(match["weekday"]), started_at.date() - timedelta(days=1))
    return Day(following - timedelta(weeks=1), past=True)


def _weekday(match: re.Match[str], started_at: datetime) -> Day:
    weekday = WEEKDAYS.index(match["weekday"])
    if match["this"] and weekday == started_at.weekday():
        return Day(started_at.date())
    return Day(next_weekday(weekday, started_at.date()))


_NEAR_DAYS = {"avant hier": -2, "hier": -1, "aujourd'hui": 0, "demain": 1, "apres demain": 2}
_LATER_DAYS = {"huit": 7, "quinze": 14}


def _near_day(match: re.Match[str], started_at: datetime) -> Day:
    offset = _NEAR_DAYS[" ".join(match["near"].split())] + _LATER_DAYS.get(match["later"], 0)
    return Day(started_at.date() + timedelta(days=offset), past=offset < 0)


_HALVES = {"matin": "am", "midi": None, "apres midi": "pm", "soir": "pm", "nuit": "night"}


def _part_of_today(match: re.Match[str], started_at: datetime) -> Day:
    part, hour = " ".join(match["part"].split()), started_at.hour
    past = hour >= {"matin": 12, "midi": 14}.get(part, 24) or (part == "nuit" and hour < 12)
    return Day(started_at.date(), past, _HALVES[part])


_DAYS_SAID = {8: 7, 15: 14}
_DOZENS = {"dizaine": 10, "quinzaine": 15}
_PAST_LEADS = ("il", "ca", "depuis", "voila")


def _interval(match: re.Match[str], started_at: datetime) -> Day:
    past = match["lead"].startswith(_PAST_LEADS)
    sign = -1 if past else 1
    amount = _DOZENS[match["dozen"]] if match["dozen"] else number_value(match["count"])
    unit = match["unit"][0]
    if unit == "h" and amount % 24 == 0:
        unit, amount = "j", amount // 24
    if unit == "j":
        return Day(started_at.date() + sign * timedelta(days=_DAYS_SAID.get(amount, amount)), past)
    if unit == "s":
        return Day(started_at.date() + sign * timedelta(weeks=amount), past)
    if match["unit"].startswith("min"):
        return _moment(started_at, sign * amount)
    return _moment(started_at, sign * amount * 60) if unit == "h" else Day(None, past)


def _moment(started_at: datetime, minutes: int) -> Day:
    moment = started_at.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    return Day(moment, past=minutes < 0)


def _fraction(match: re.Match[str], started_at: datetime) -> Day:
    minutes = 30 if "demi" in match["fraction"] else 15
    return _moment(started_at, -minutes if match["lead"].startswith(_PAST_LEADS) else minutes)


def _fortnight(match: re.Match[str], started_at: datetime) -> Day:
    return Day(started_at.date() + timedelta(days=14))


def _unresolved(match: re.Match[str], started_at: datetime) -> Day:
    return Day(None)


def _past_period(match: re.Match[str], started_at: datetime) -> Day:
    return Day(None, past=True)


_LEAD = (
    r"\b(?P<lead>dans|sous|d'ici|il y a|ca fait|depuis|voila)"
    r"(?: (?:environ|deja|moins de|plus de|les|bien|a peine))*"
)
_POSITION = r"(?:courant|debut|mi|fin|milieu|en|mois de|avant|d'ici|des|a partir de|jusqu'en|jusqu'a|pour)"


def _habit(match: re.Match[str], started_at: datetime) -> Day:
    """«du lundi au samedi», «tous les mardis», «un mercredi sur deux»: no day of its own."""
    return Day(None, past=True)


def _week_later(match: re.Match[str], started_at: datetime) -> Day:
    return Day(started_at.date() + timedelta(days=7))


def _end_of_month(match: re.Match[str], started_at: datetime) -> Day:
    first = started_at.date().replace(day=1)
    return Day((first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _end_of_week(match: re.Match[str], started_at: datetime) -> Day:
    """The next Friday, today included."""
    return Day(next_weekday(WEEKDAYS.index("vendredi"), started_at.date() - timedelta(days=1)))


_Reader = Callable[[re.Match[str], datetime], Day | None]

_RULES: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (spoken(rf"\b(?:du|entre le) {DAY_NUMBER} (?:au|et le) {_LAST_DAY} (?:de |d')?{MONTH}"), _full_date),
    (
        spoken(
            rf"\bdu (?:{'|'.join(WEEKDAYS)}) au (?:{'|'.join(WEEKDAYS)})\b(?! \d| {NUMBER_WORD})"
            rf"|\b(?:un|une|tous les|chaque|les) (?:{'|'.join(WEEKDAYS)})s?\b(?: sur deux)?"
        ),
        _habit,
    ),
    (
        spoken(
            rf"\b(?:{_WEEKDAY}{_NEXT}?,? (?:le )?)?{DAY_NUMBER} (?:de |du mois de |d')?{MONTH}(?:,? "
            rf"(?:de )?{YEAR})?"
        ),
        _full_date,
    ),
    (
        spoken(
            r"(?<![\d/.-])(?P<day>\d{1,2})(?P<sep>[/.-])(?P<month>\d{1,2})(?P=sep)(?P<year>(?:19|20)?\d\d)"
            r"(?![/.-]?\d)"
        ),
        _numeric_date,
    ),
    (re.compile(r"(?<![\d-])(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![-\d])"), _numeric_date),
    (
        spoken(
            rf"\b(?:le|du|au|(?:{'|'.join(WEEKDAYS)})) (?P<said>(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}}))"
            rf"(?![/\d])"
        ),
        _numeric_date,
    ),
    (spoken(rf"\b{_WEEKDAY}{_NEXT}?,? (?:le )?{DAY_NUMBER}{_NO_NUMBER}{_DAY_ENDS}"), _weekday_number),
    (spoken(rf"\b{_WEEKDAY},? (?:de |dans )?{_NEXT_WEEK}"), _next_week),
    (spoken(rf"\b{_NEXT_WEEK},? (?:le )?{_WEEKDAY}"), _next_week),
    (spoken(rf"\b{_WEEKDAY} de cette semaine\b"), _this_week),
    (spoken(rf"\b{_WEEKDAY} en (?P<later>huit|quinze)\b"), _weekday_later),
    (spoken(rf"\b{_WEEKDAY} (?:dernier|passe|d'avant)\b(?! delai)"), _weekday_before),
    (spoken(rf"\bdepuis (?:le |ce )?(?P<said>{_WEEKDAY})"), _weekday_before),
    (spoken(rf"\b(?P<this>ce )?{_WEEKDAY}{_NEXT}?"), _weekday),
    (
        spoken(
            r"\b(?P<near>apres demain|avant hier|demain|hier|aujourd'hui)\b(?: en (?P<later>huit|quinze)\b)?"
        ),
        _near_day,
    ),
    (spoken(r"\bcet?t?e? (?P<part>matin|midi|apres midi|soir|nuit)\b"), _part_of_today),
    (
        spoken(
            rf"{_LEAD} (?:(?P<count>{NUMBER})|une (?P<dozen>dizaine|quinzaine) de) ?"
            r"(?P<unit>jours?|semaines?|mois|ans?|annees?|heures?|h|minutes?)\b"
        ),
        _interval,
    ),
    (spoken(rf"{_LEAD} (?:une? |la |le )?(?P<fraction>demi heure|quart d'heure)\b"), _fraction),
    (spoken(r"\b(?:dans une|sous) quinzaine\b"), _fortnight),
    (spoken(r"\b(?:dans une|sous) huitaine\b"), _week_later),
    (
        spoken(
            r"\b(?:d'ici|avant|jusqu'a|au plus tard|pour)(?: a)?(?: la)? fin (?:du mois|de mois|de ce mois)\b"
            r"(?! prochain)"
        ),
        _end_of_month,
    ),
    (
        spoken(r"\b(?:d'ici|avant|pour)(?: a)?(?: la)? fin de (?:la |cette )?semaine\b(?! prochaine)"),
        _end_of_week,
    ),
    (
        spoken(
            rf"\b(?P<lead>le|du|avant le|jusqu'au|d'ici le|depuis le) "
            rf"(?P<said>{DAY_NUMBER}){_NO_NUMBER}{_DAY_ENDS}"
        ),
        _day_of_month,
    ),
    (
        spoken(
            r"\b(?:(?:la semaine|le mois|l'annee|l'an|l'ete|le week end) (?:derniere?|passee?)"
            r"|l'autre jour)\b"
        ),
        _past_period,
    ),
    (spoken(rf"\b(?:{_POSITION} (?:de |du |le |la |au |mois de )*)+{MONTH}"), _unresolved),
    (
        spoken(
            r"\b(?:(?:en|a la|avant la|d'ici a la|d'ici la|avant|d'ici|pour|la) )?(?:debut|fin|milieu) "
            r"(?:du mois(?: prochain)?|de (?:la )?semaine(?: prochaine)?|de (?:l'annee|mois)|d'annee"
            r"|du trimestre)\b"
        ),
        _unresolved,
    ),
    (
        spoken(rf"\b(?:(?:dans|d'ici) )?{_NEXT_WEEK}\b|\bcette semaine\b|\bdans la (?:semaine|quinzaine)\b"),
        _unresolved,
    ),
    (
        spoken(
            r"\b(?:le mois|l'annee|l'ete|l'an|le trimestre) prochaine?\b|\bce mois(?: ci)?\b|\bdans le mois\b"
        ),
        _unresolved,
    ),
    (
        spoken(
            r"\b(?:dans|d'ici)(?: les| quelques)+(?: tout)?(?: prochaine?s)? (?:jours|semaines|mois)"
            r"(?: (?:qui viennent|a venir))?\b"
        ),
        _unresolved,
    ),
    (spoken(r"\b(?:(?:ce|le) week end(?: prochain)?)\b"), _unresolved),
    (
        spoken(
            r"\b(?:(?:au|ce) printemps|(?:a l'|cet )automne|cet ete|cet hiver|(?:a |apres |avant |pour )?la"
            r" rentree"
            rf"(?: de {MONTH})?)\b"
        ),
        _unresolved,
    ),
    (
        spoken(
            r"\b(?:avant|apres|pour|jusqu'a|d'ici) (?:noel|paques|la toussaint|la rentree|les vacances"
            r"|les fetes)\b"
        ),
        _unresolved,
    ),
)
"""Patterns and how to read them; where two overlap, the first in the table wins."""
