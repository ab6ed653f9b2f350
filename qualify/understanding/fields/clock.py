"""Clock times in spoken French, and the folding and number words that dates and windows share.

Everything here works on *folded* text: lower case, no accents, hyphens between letters and
hesitations turned into spaces, and exactly as long as the original, so that a character range of
the one is a range of the other. In patterns a plain space stands for a short run of spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ACCENTED = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸàâäçéèêëîïôöùûüÿ’‘ʼ\u00a0\u202f\n\t‑"
_PLAIN = "aaaceeeeiioouuuyaaaceeeeiioouuuy'''    -"
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLD = str.maketrans(_ACCENTED + _CAPITALS, _PLAIN + _CAPITALS.lower())
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_HESITATION = re.compile(r"(?:, ?|\.\.\. ?|… ?)?\b(?:euh+|heu+|hum+)\b(?:\.\.\.|…|,)?")

_GAP = re.compile(r" \??")

_UNIT_WORDS = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_TEEN_WORDS = (
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix sept",
    "dix huit",
    "dix neuf",
)
_TENS_WORDS = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "quatre vingt": 80, "huitante": 80, "nonante": 90,
}  # fmt: skip


def fold(text: str) -> str:
    """`text` without case, accents, inner hyphens and hesitations, character for character."""
    folded = _HYPHEN.sub(" ", text.translate(_FOLD))
    return _HESITATION.sub(lambda match: " " * len(match[0]), folded)


def spoken(pattern: str) -> re.Pattern[str]:
    """Compile `pattern`, reading each space in it as a short run of spaces (` ?`: or none)."""
    return re.compile(_GAP.sub(lambda match: " {0,12}" if match[0] == " ?" else " {1,12}", pattern))


def _number_words() -> dict[str, int]:
    small = {word: n for n, word in enumerate((*_UNIT_WORDS, *_TEEN_WORDS), start=1)}
    words = small | {f"zero {word}": n for word, n in small.items() if n < 10}
    for tens, base in _TENS_WORDS.items():
        words[tens] = base
        limit = 20 if base in (60, 80) else 10
        for word, n in small.items():
            if n < limit:
                words[f"{tens} {word}"] = words[f"{tens} et {word}"] = base + n
    return words


_NUMBERS = _number_words()
_VARIANTS = {"une": "un", "vingts": "vingt"}

_UNIT = "(?:une?|deux|trois|quatre|cinq|six|sept|huit|neuf)"
_TEEN = "(?:dix(?: (?:sept|huit|neuf))?|onze|douze|treize|quatorze|quinze|seize)"
_TENS = f"(?:vingt|trente|quarante|cinquante|septante|huitante|nonante)(?:(?: et)? {_UNIT})?"
NUMBER_WORD = (
    rf"(?:(?:zero {_UNIT}|quatre vingts?(?: (?:{_TEEN}|{_UNIT}))?"
    rf"|soixante(?:(?: et)? (?:{_TEEN}|{_UNIT}))?|{_TENS}|{_TEEN}|{_UNIT})\b)"
)
"""Pattern of a number from 1 to 99 in words."""
NUMBER = rf"(?:{NUMBER_WORD}|\d{{1,2}}(?!\d))"
"""Pattern of a number from 0 to 99, in words or digits."""


def number_value(words: str) -> int:
    """The number that `words`, matched by `NUMBER`, say."""
    if words.isdigit():
        return int(words)
    return _NUMBERS[" ".join(_VARIANTS.get(word, word) for word in words.split())]


_SPOKEN_MINUTES = rf"(?:cinq|{_TEEN}|(?:vingt|trente|quarante|cinquante)(?:(?: et)? {_UNIT})?|zero cinq)"
_MINUTES = (
    r"(?:(?:et demie?|et quart|trois quarts|moins le quart|moins (?:cinq|dix|vingt(?: cinq)?)"
    rf"|{_SPOKEN_MINUTES}(?! (?:heures?|jours?|euros|ans|minutes|personnes))|[0-5]\d)\b)"
)
_NOON = r"(?:(?<!apres\s)midi|minuit)\b(?: (?:et demie?|et quart|moins le quart|trente|quinze)\b)?"
HOUR = rf"(?:{NUMBER} ?(?:heures?\b|h(?![a-z]))(?: ?{_MINUTES})?|\d{{1,2}}:[0-5]\d|{_NOON})"
"""Pattern, without groups, of a clock time said in full."""
HOUR_OR_NUMBER = f"(?:{HOUR}|{NUMBER})"
"""Pattern, without groups, of a clock time whose «heures» may be left out."""

_READ = spoken(
    rf"(?:(?P<noon>midi|minuit)|(?P<hour>{NUMBER})(?: ?(?:heures?|h|:))?) ?(?P<minutes>{_MINUTES})?"
)
_MINUTE_WORDS = {
    "et demi": 30, "et demie": 30, "et quart": 15, "trois quarts": 45, "moins le quart": -15,
    "moins cinq": -5, "moins dix": -10, "moins vingt": -20, "moins vingt cinq": -25,
}  # fmt: skip
_HALF = r"(?: (?P<half>du matin|du soir|de l'apres midi)\b)?"
_CLOCK = spoken(rf"(?<![\w:,/.])(?!midi et deux\b(?! heures))(?P<time>{HOUR}){_HALF}")
_ELIDED = spoken(rf"\b(?:entre|de) (?P<time>{NUMBER})(?= (?:et|a) {HOUR})")
_DURATION_BEFORE = spoken(
    r"\b(?:depuis|pendant|durant|il y a|fait|toutes les|sous|dans|en|encore|d'ici|reste|quelques)"
    r"(?: plus de| environ| bien| les| moins de)? $"
)
_DURATION_AFTER = spoken(r" (?:de (?!l'apres)|d'(?!apres)|sur |par |non stop|plus tard|sans )")
_AT = spoken(
    r"(?:\b(?:a|vers|apres|avant|jusqu'a|des|de|pour|entre|et|ou|c'est|celle de|les|plutot|non|demain|matin"
    r"|soir|midi|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche),?) $"
)
_EARLY_HOURS = range(0, 7)
"""Hours that, said without «à» or the like, are rather a duration: «deux heures»."""


@dataclass(frozen=True)
class Clock:
    """A time of day said at [start, end) of folded text."""

    start: int
    end: int
    hour: int
    minute: int
    ambiguous: bool
    """Whether the hour may also be meant twelve hours later («à trois heures»)."""


def read_clock(words: str) -> tuple[int, int] | None:
    """Hour and minute of `words`, matched by `HOUR_OR_NUMBER`; None for no time of the day."""
    match = _READ.match(words)
    if match is None:
        return None
    minutes = " ".join((match["minutes"] or "0").split())
    minute = _MINUTE_WORDS[minutes] if minutes in _MINUTE_WORDS else number_value(minutes)
    hour = {"midi": 12, "minuit": 0}[match["noon"]] if match["noon"] else number_value(match["hour"])
    if hour > 23 or minute > 59:
        return None
    total = (hour * 60 + minute) % (24 * 60)
    return divmod(total, 60)


def find_clocks(folded: str) -> list[Clock]:
    """All clock times of a folded text in their order; durations («depuis deux heures») are none."""
    found = [_clock(match, folded) for match in _CLOCK.finditer(folded)]
    found += [_clock(match, folded) for match in _ELIDED.finditer(folded)]
    return sorted((clock for clock in found if clock), key=lambda clock: clock.start)


def _clock(match: re.Match[str], folded: str) -> Clock | None:
    time = read_clock(match["time"])
    half = match.groupdict().get("half")
    noon = match["time"].startswith("mi")
    if time is None or not (half or noon or _is_time(match, time[0], folded)):
        return None
    hour, minute = time
    if half in ("du soir", "de l'apres midi") and hour < 12:
        hour += 12
    certain = half or noon or match["time"].startswith("0") or not 1 <= hour <= 11
    return Clock(match.start("time"), match.end(), hour, minute, not certain)


def _is_time(match: re.Match[str], hour: int, folded: str) -> bool:
    before = folded[max(0, match.start("time") - 40) : match.start("time")]
    if _DURATION_BEFORE.search(before) or _DURATION_AFTER.match(folded, match.end("time")):
        return False
    return hour not in _EARLY_HOURS or match.re is _ELIDED or _AT.search(before) is not None
