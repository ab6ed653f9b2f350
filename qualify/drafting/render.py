"""How canonical values are written in a French message: numbers, dates, times, amounts."""

from __future__ import annotations

import re
from datetime import date, datetime

import phonenumbers
from text_to_num import text2num

from qualify.records import Value

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre",
    "décembre",
)  # fmt: skip
NUMBER = (
    r"(?:zéro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingts?"
    r"|trente|quarante|cinquante|soixante|septante|huitante|nonante|cents?|mille)"
)
SPOKEN = rf"{NUMBER}(?:(?:[ -]|-et-| et ){NUMBER})*"
TIME = re.compile(
    rf"(?P<before>\b(?:à|vers|avant|après|dès|jusqu'à|entre|et|ou|de) )?"
    rf"\b(?P<hours>{SPOKEN}|\d{{1,2}}) ?(?:heures?\b|h(?![a-z]))"
    rf"(?: ?(?P<minutes>{SPOKEN}|\d\d|et demie|et quart))?(?! (?:de |d'|par ))(?![\w-])",
    re.IGNORECASE,
)
LASTING = re.compile(
    r"(?:\b(?:pendant|depuis|durant|toutes les|dans(?: les)?|d'ici|sous|il y a|fait|y a|attend\w*|encore) )$",
    re.IGNORECASE,
)
"""Before hours that last and are no time of day."""
SHORTEST_BARE_HOUR = 7
"""Hours from which «neuf heures» alone is a time of day."""
AMOUNT = re.compile(rf"\b(?P<number>{SPOKEN}) (?P<unit>euros?|pour ?cent|%)", re.IGNORECASE)
DAY_OF_MONTH = re.compile(rf"\b(?P<day>premier|{SPOKEN}) (?P<month>{'|'.join(MONTHS)})\b", re.IGNORECASE)
DAY_OF_WEEK = re.compile(
    rf"\b(?P<name>{'|'.join(DAYS)}),? (?:le )?(?P<day>{SPOKEN})\b(?! (?:heures?|ou|fois))", re.IGNORECASE
)
DAY_ALONE = re.compile(rf"\b(?P<le>le|du|au) (?P<day>{SPOKEN})(?=$|[ ]*[,.;:!?»)])", re.IGNORECASE)
LARGE = re.compile(rf"\b{SPOKEN}\b", re.IGNORECASE)
WRITTEN_FROM = 17
"""Numbers from which digits read better than words; under it French writes words."""
HALVES = {"et demie": 30, "et quart": 15}


def speak_phone(value: str) -> str:
    """«06 22 18 91 05» for a French E.164 number, the international form for others."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return value
    style = phonenumbers.PhoneNumberFormat
    french = number.country_code == 33
    return str(phonenumbers.format_number(number, style.NATIONAL if french else style.INTERNATIONAL))


def speak_date(value: str) -> str:
    """«mardi 24 novembre» or «mardi 24 novembre à 14 h 30» for an ISO date or datetime; else the value.

    A year is not said: a message speaks of days near the call.
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    day = f"{DAYS[moment.weekday()]} {_day_of_month(moment)} {MONTHS[moment.month - 1]}"
    return day if "T" not in value else f"{day} à {speak_time(moment.hour, moment.minute)}"


def speak_full_date(value: str) -> str:
    """«4 mars 1941» for an ISO date (birth dates and the like); a datetime adds its time."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    day = f"{_day_of_month(moment)} {MONTHS[moment.month - 1]} {moment.year}"
    return day if "T" not in value else f"{day} à {speak_time(moment.hour, moment.minute)}"


def _day_of_month(moment: date) -> str:
    return "1er" if moment.day == 1 else str(moment.day)


def speak_time(hours: int, minutes: int) -> str:
    """«14 h» or «14 h 05»."""
    return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"


def speak_number(value: Value) -> str:
    """«1234,5» for 1234.5; whole numbers without decimals."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.2f}".rstrip("0").replace(".", ",")
    return str(int(float(value)))


def speak_money(value: Value) -> str:
    """«250 €» or «12,50 €»."""
    amount = float(value)
    return f"{amount:.0f} €" if amount.is_integer() else f"{amount:.2f} €".replace(".", ",")


def speak(value: Value, type_: str) -> str:
    """A canonical value of that field type as the message writes it."""
    if type_ == "phone":
        return speak_phone(str(value))
    if type_ == "money":
        return speak_money(value)
    if type_ == "number":
        return speak_number(value)
    if type_ == "date":
        return speak_full_date(str(value))
    return speak_date(str(value)) if type_ == "datetime" else str(value)


def spoken_number(words: str) -> int | None:
    """The number that French words say; None where they say none."""
    try:
        return int(text2num(words.lower(), "fr"))
    except ValueError:
        return None


def written_numbers(text: str) -> str:
    """Spoken times, dates, amounts and large numbers in digits; the rest unchanged.

    «à quatorze heures trente» → «à 14 h 30»; «le vingt-six mars» → «le 26 mars»; «dix-huit mois» → «18 mois».
    """
    text = TIME.sub(_written_time, text)
    text = AMOUNT.sub(_written_amount, text)
    text = DAY_OF_MONTH.sub(lambda m: f"{_written_day(m['day'])} {m['month']}", text)
    text = DAY_OF_WEEK.sub(lambda m: f"{m['name']} {_written_day(m['day'])}", text)
    text = DAY_ALONE.sub(lambda m: f"{m['le']} {_written_day(m['day'])}", text)
    return LARGE.sub(_written_large, text)


def _written_time(found: re.Match[str]) -> str:
    hours, said = _number(found["hours"]), found["minutes"]
    minutes = 0 if said is None else HALVES.get(said.lower(), _number(said))
    if hours is None or minutes is None or hours > 24 or minutes > 59:
        return found.group()
    before = found["before"] or ""
    lasts = LASTING.search(found.string[: found.start("hours")])
    if said is None and (lasts or (hours < SHORTEST_BARE_HOUR and before.strip() in {"", "de", "et", "ou"})):
        return found.group()
    return before + speak_time(hours, minutes)


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else spoken_number(text)


def _written_day(words: str) -> str:
    number = 1 if words.lower() == "premier" else spoken_number(words)
    if number is None or not 1 <= number <= 31:
        return words
    return "1er" if number == 1 else str(number)


def _written_large(found: re.Match[str]) -> str:
    number = spoken_number(found.group())
    whole = " " in found.group().strip() or "-" in found.group() or number is None or number < 100
    return found.group() if number is None or number < WRITTEN_FROM or not whole else _grouped(number)


def _grouped(number: int) -> str:
    """«1 200»: thousands apart, as French writes them."""
    return f"{number:,}".replace(",", " ") if number >= 10_000 else str(number)


def _written_amount(found: re.Match[str]) -> str:
    number = spoken_number(found["number"])
    unit = "€" if found["unit"].lower().startswith("euro") else "%"
    return found.group() if number is None else f"{number} {unit}"
