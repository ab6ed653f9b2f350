"""Dates of birth: «le quatre mars mille neuf cent quarante et un», «du 4 mars 41», «quatre, trois, quarante».

Numbers alone («quatre, trois, quarante et un») count only where birth is spoken of; an age is no date.
A year of two digits is the latest one that lies in the past.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from qualify.records import Evidence, Judgment, Transcript

from .clock import NUMBER, NUMBER_WORD, fold, number_value, spoken
from .days import DAY_NUMBER, MONTH, MONTHS, YEAR, day_number, make_date, year_number
from .window import accepts, sentence_at

_ASKED, _SAID, _UNASKED = 0.92, 0.85, 0.5
"""Rough values, to be calibrated on labeled calls: answered the agent, named as a birth, or neither."""

_BIRTH = re.compile(r"\bnaissance\b|\bnée?s?\b", re.IGNORECASE)
_SHORT_YEAR = (
    rf"(?P<short>(?<!\d)(?:{NUMBER_WORD}|\d\d(?!\d)))"
    rf"(?! (?:ans?|heures?|euros|mois|et une?)\b)(?! {NUMBER_WORD})"
)
_ANY_YEAR = rf"(?:{YEAR}|{_SHORT_YEAR})"
_GAP = r"[\s,]{1,12}"
_NAMED = spoken(
    rf"\b{DAY_NUMBER} (?:de |du mois de |d')?{MONTH}(?:,? (?:de |en |dix neuf cent )?){_ANY_YEAR}"
)
_YEAR_FIRST = spoken(rf"\ben {_ANY_YEAR},? (?:le )?{DAY_NUMBER} (?:de )?{MONTH}")
_DIGITS = re.compile(
    r"(?<![\d/.-])(?P<day>\d{1,2})(?P<sep>[ ./-]{1,3})(?P<number>\d{1,2})(?P=sep)(?:(?P<year>(?:19|20)\d\d)|"
    r"(?P<short>\d\d))(?![ ./-]?\d)"
)
_DICTATED = spoken(
    rf"(?<![\w,.-])(?P<day>premier\b|{NUMBER}){_GAP}(?P<number>{NUMBER}){_GAP}{_ANY_YEAR}(?!{_GAP}"
    rf"(?:{NUMBER}))"
)
_AFTER_NUMBER = spoken(rf"{NUMBER}[\s,.]{{1,12}}$")
"""A number right before dictated digits: they belong to something longer, such as a telephone number."""
_PATTERNS = (_YEAR_FIRST, _NAMED, _DIGITS, _DICTATED)
_OF = spoken(r"\bdu $")
_CORRECTION = re.compile(r"\b(?:non|pardon|trompee?|plutot|erreur|excusez)\b")
_ADULT_YEARS = 15
"""How old a date must be that nobody calls a birth, to be taken for one."""


@dataclass(frozen=True)
class _Birth:
    born: date
    confidence: float
    evidence: tuple[Evidence, ...]
    corrects: bool
    """Whether the words before it take an earlier date back."""


def speaks_of_birth(text: str) -> bool:
    """Whether words, as transcribed («né» is not «ne»), speak of a birth."""
    return _BIRTH.search(text) is not None


def birth_date(transcript: Transcript, *, started_at: datetime) -> Judgment | None:
    """The date of birth that the caller gives or confirms, ISO; None where the call has none.

    Of several the surest counts, and the last among corrections.
    """
    folded = [fold(turn.text) for turn in transcript.turns]
    found = [birth for turn in range(len(folded)) for birth in _births(transcript, folded, turn, started_at)]
    if not found:
        return None
    corrected = [i for i, birth in enumerate(found) if birth.corrects]
    best = max(found[corrected[-1] if corrected else 0 :], key=lambda birth: birth.confidence)
    return Judgment(value=best.born.isoformat(), confidence=best.confidence, evidence=best.evidence)


def _births(transcript: Transcript, folded: list[str], turn: int, started_at: datetime) -> Iterator[_Birth]:
    """The dates of birth of a turn, in their order."""
    text = folded[turn]
    asked = _asked(transcript, turn)
    reply = _confirmation(transcript, folded, turn)
    if transcript.turns[turn].speaker == "agent" and not reply:
        return
    end = 0
    for match in _matches(text):
        born = _past_date(match, started_at.date())
        begin, stop = sentence_at(text, match.start())
        said = speaks_of_birth(transcript.turns[turn].text[begin:stop])
        confidence = _ASKED if asked else _SAID if said else _unasked(match, born, started_at.date())
        if born is not None and confidence:
            corrects = _CORRECTION.search(text, end, match.start()) is not None
            yield _Birth(born, confidence, (transcript.evidence(turn, *match.span()), *reply), corrects)
        end = match.end()


def _asked(transcript: Transcript, turn: int) -> bool:
    """Whether the agent asks for a birth date in the turn, or one of the two turns, before a caller's."""
    if transcript.turns[turn].speaker == "agent":
        return False
    before = range(max(0, turn - 3), turn)
    return any(
        transcript.turns[i].speaker == "agent" and speaks_of_birth(transcript.turns[i].text) for i in before
    )


def _confirmation(transcript: Transcript, folded: list[str], turn: int) -> tuple[Evidence, ...]:
    """The caller's words that accept what an agent's turn says; nothing for other turns."""
    reply = turn + 1
    if transcript.turns[turn].speaker == "caller" or reply == len(folded):
        return ()
    if transcript.turns[reply].speaker == "agent" or not accepts(folded[reply]):
        return ()
    return (transcript.evidence(reply, 0, sentence_at(folded[reply], 0)[1]),)


def _matches(folded: str) -> list[re.Match[str]]:
    """What reads as day, month and year, in its order; of overlapping readings the more explicit."""
    kept: list[re.Match[str]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            overlaps = any(match.start() < other.end() and other.start() < match.end() for other in kept)
            before = folded[max(0, match.start() - 30) : match.start()]
            if not (overlaps or ("number" in match.groupdict() and _AFTER_NUMBER.search(before))):
                kept.append(match)
    return sorted(kept, key=lambda match: match.start())


def _past_date(match: re.Match[str], today: date) -> date | None:
    groups = match.groupdict()
    named = groups.get("month")
    month = MONTHS.index(named) + 1 if named else number_value(match["number"])
    day = day_number(match["day"])
    if match["year"]:
        born = make_date(year_number(match["year"]), month, day)
    else:
        short = number_value(match["short"])
        born = make_date(2000 + short, month, day)
        if born is None or born > today:
            born = make_date(1900 + short, month, day)
    return born if born is not None and born <= today else None


def _unasked(match: re.Match[str], born: date | None, today: date) -> float:
    """The confidence in a date that nobody calls a birth: none unless «du», old enough and written out."""
    old = born is not None and today.year - born.year >= _ADULT_YEARS
    explicit = match.re is not _DICTATED and (match["year"] or match.re is _NAMED)
    introduced = _OF.search(match.string, 0, match.start()) is not None
    return _UNASKED if old and explicit and introduced else 0
