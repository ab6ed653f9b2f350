"""Fills the slots of the training material as people say them: `{phone}` becomes «zéro six, vingt-deux…».

Everything comes out in the «verbatim» style of the data sets: numbers in words, spelled letters as
capitals. The canonical value of each slot is returned beside its words, so that a recipe for fields
has its label.
"""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass, field

from num2words import num2words

from models.material import names

WEEKDAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
SLOT = re.compile(r"\{(\w+)\}")
_LANGUAGE = {"fr-fr": "fr", "fr-be": "fr_BE", "fr-ch": "fr_CH"}


def unaccented(text: str) -> str:
    """The text without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@dataclass
class Filler:
    """Draws values for the slots of one call, each slot once, and says them in one accent's numbers."""

    rng: random.Random
    accent: str = "fr-fr"
    held_out: bool = False
    """Names, towns and streets that training never sees."""
    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Slot → (spoken, canonical)."""

    def fill(self, text: str) -> str:
        """`text` with every slot replaced by its spoken value."""
        return SLOT.sub(lambda m: self.spoken(m.group(1)), text)

    def spoken(self, slot: str) -> str:
        """The slot's words; phones are said anew each time, other slots the same way."""
        if slot in ("phone", "phone_wrong") and slot in self.values:
            return self.say_phone(self.values[slot][1])
        if slot not in self.values:
            self.values[slot] = getattr(self, f"_{slot}", self._unknown)()
        return self.values[slot][0]

    def number(self, value: int) -> str:
        """A cardinal in the accent's words («nonante-deux» in Belgium)."""
        words = str(num2words(value, lang=_LANGUAGE[self.accent]))
        return words if self.rng.random() < 0.9 else words.replace("-", " ")

    def say_pair(self, pair: str) -> str:
        if pair[0] != "0":
            return self.number(int(pair))
        return (
            "double zéro" if pair == "00" and self.rng.random() < 0.3 else f"zéro {self.number(int(pair[1]))}"
        )

    def say_phone(self, digits: str) -> str:
        """Ten national digits in one of the ways people dictate them."""
        rng, way = self.rng, self.rng.random()
        if way < 0.75:
            groups = [self.say_pair(digits[i : i + 2]) for i in range(0, 10, 2)]
        elif way < 0.85:
            groups = [" ".join(self.number(int(d)) for d in digits[i : i + 2]) for i in range(0, 10, 2)]
        elif way < 0.92:
            groups = (
                [self.say_pair(digits[:2])]
                + [self._three(digits[i : i + 3]) for i in (2, 5)]
                + [self.say_pair(digits[8:])]
            )
        else:
            groups = [f"plus trente-trois, {self.number(int(digits[1]))}"]
            groups += [self.say_pair(digits[i : i + 2]) for i in range(2, 10, 2)]
        separator = rng.choice([", ", ", ", ", ", " ", ". "])
        return separator.join(groups)

    def _three(self, digits: str) -> str:
        if digits[0] == "0":
            return f"zéro {self.say_pair(digits[1:])}"
        return self.number(int(digits))

    def spell(self, word: str) -> str:
        """A name letter by letter, in one of the ways people spell."""
        letters = [c for c in unaccented(word).upper() if c.isalpha()]
        parts: list[str] = []
        i, way = 0, self.rng.random()
        while i < len(letters):
            if i + 1 < len(letters) and letters[i] == letters[i + 1] and way < 0.7:
                parts.append(f"deux {letters[i]}")
                i += 2
                continue
            if self.rng.random() < 0.06:
                word = self.rng.choice(_COMME).get(letters[i], _COMME[0][letters[i]])
                parts.append(f"{letters[i]} comme {word}")
            else:
                parts.append(letters[i])
            i += 1
        return (" " if self.rng.random() < 0.6 else ", ").join(parts)

    def _pick(self, usual: list[str], held_out: list[str]) -> str:
        return self.rng.choice(held_out if self.held_out else usual)

    def first_name(self) -> str:
        return self._pick(names.FIRST_NAMES, names.HELD_OUT_FIRST_NAMES)

    def last_name(self) -> str:
        if not self.held_out and self.rng.random() < 0.25:
            return self.invented_name()
        return self._pick(names.LAST_NAMES, names.HELD_OUT_LAST_NAMES)

    def invented_name(self) -> str:
        """A pronounceable family name that nobody bears, so that names are spelled as heard."""
        rng = self.rng
        onsets = "b c d f g j l m n p r s t v br cr dr fr gr pr tr bl cl fl pl ch".split()
        middles = "a e i o u a i o ou é an on in eu ai au oi".split()
        ends = " r l n t s c rd lle nne tte sse rt ge che ve ret let ier eau on in ard y et".split(" ")
        body = "".join(rng.choice(onsets) + rng.choice(middles) for _ in range(rng.choice([1, 1, 2])))
        return (body + rng.choice(onsets) + rng.choice([*ends, "a", "i", "o"])).capitalize()

    def _person(self) -> tuple[str, str]:
        name = f"{self.first_name()} {self.last_name()}"
        return name, name

    _third_party = _person

    def _first(self) -> str:
        self.spoken("caller_first")
        return self.values["caller_first"][1]

    def _caller_first(self) -> tuple[str, str]:
        name = self.first_name()
        return name, name

    def _caller_last(self) -> tuple[str, str]:
        name = self.last_name()
        return name, name

    def _caller_name(self) -> tuple[str, str]:
        name = f"{self.spoken('caller_first')} {self.spoken('caller_last')}"
        return name, name

    def _spelled_name(self) -> tuple[str, str]:
        last = self.spoken("caller_last")
        return self.spell(last), last

    def _recipient(self) -> tuple[str, str]:
        name = self.last_name()
        title = self.rng.choice(["monsieur", "madame", "le docteur", "maître", "", ""])
        return (f"{title} {name}" if title else f"{self.first_name()} {name}"), name

    def _company(self) -> tuple[str, str]:
        name = self.rng.choice(names.COMPANIES).format(n=self.last_name(), t=self.town())
        return name, name

    def town(self) -> str:
        return self._pick(names.TOWNS, names.HELD_OUT_TOWNS)

    def _city(self) -> tuple[str, str]:
        town = self.town()
        return town, town

    def _phone(self) -> tuple[str, str]:
        digits = "0" + self.rng.choice("1234566667777799") + "".join(self.rng.choices("0123456789", k=8))
        return self.say_phone(digits), digits

    _phone_wrong = _phone

    def _email(self) -> tuple[str, str]:
        first, last = (
            unaccented(n).lower().replace(" ", "") for n in (self._first(), self.spoken("caller_last"))
        )
        local = self.rng.choice([f"{first}.{last}", f"{first}.{last}", f"{first[0]}.{last}", f"{last}", "contact",
                                 f"{first}-{last}", f"{first}_{last}", f"{last}{self.rng.randint(2, 99)}"])  # fmt: skip
        domain = self.rng.choice([*names.MAIL_DOMAINS, f"{last}.fr"])
        return self.say_email(f"{local}@{domain}"), f"{local}@{domain}"

    def say_email(self, address: str) -> str:
        """An address as it is dictated."""
        underscore = self.rng.choice(["underscore", "tiret du bas", "tiret bas"])
        local, domain = address.split("@")
        said = {".": " point ", "-": " tiret ", "_": f" {underscore} "}
        text = re.sub(r"[._-]", lambda m: said[m.group()], local)
        text = re.sub(r"\d+", lambda m: f" {self.number(int(m.group()))}", text)
        host, _, top = domain.rpartition(".")
        top = {"fr": "F R", "be": "B E", "ch": "C H"}.get(top, top)
        text = re.sub(r"\b([a-z])\b", lambda m: m.group().upper(), text)
        host = host.replace("gmail", "gmail").replace("sfr", "S F R").replace("-", " tiret ")
        at = self.rng.choice(["arobase", "arobase", "arobase", "at"])
        return re.sub(r" +", " ", f"{text} {at} {host} point {top}").strip()

    def _address(self) -> tuple[str, str]:
        number = self.rng.randint(1, 160)
        suffix = self.rng.choice(["", "", "", "", " bis", " ter"])
        way = f"{self.rng.choice(names.WAYS)} {self._pick(names.WAY_NAMES, names.HELD_OUT_WAY_NAMES)}"
        return f"{self.number(number)}{suffix} {way}", f"{number}{suffix} {way}"

    def _postal_code(self) -> tuple[str, str]:
        rng, department = self.rng, self.rng.randint(1, 95)
        rest = rng.choice(
            [0, 100, 200, 300, 400, 500, 600, 700, 800, rng.randint(1, 20), rng.randint(1, 99) * 10]
        )
        zero = "zéro " if department < 10 else ""
        if rng.random() < 0.3:
            groups = [self.say_pair(f"{department:02d}"), *(self.number(int(d)) for d in f"{rest:03d}")]
            return " ".join(groups), f"{department:02d}{rest:03d}"
        tail = f" {self.number(rest)}" if rest else ""
        return f"{zero}{self.number(department)} mille{tail}", f"{department:02d}{rest:03d}"

    def _reference(self) -> tuple[str, str]:
        rng = self.rng
        letters = "".join(rng.choices("ABCDEFGHKLMNPRSTVXZ", k=rng.choice([0, 1, 2, 2])))
        digits = "".join(rng.choices("0123456789", k=rng.choice([3, 4, 4, 5, 6])))
        if rng.random() < 0.5:
            said = " ".join(self.number(int(d)) for d in digits)
        else:
            head = [self.number(int(digits[0]))] if len(digits) % 2 else []
            said = " ".join(
                head + [self.say_pair(digits[i : i + 2]) for i in range(len(head), len(digits), 2)]
            )
        return f"{' '.join(letters)} {said}".strip(), letters + digits

    def _weekday(self) -> tuple[str, str]:
        day = self.rng.choice(WEEKDAYS)
        return day, day

    def _date(self) -> tuple[str, str]:
        day, month = self.rng.randint(1, 28), self.rng.choice(MONTHS)
        said = f"{'premier' if day == 1 else self.number(day)} {month}"
        prefix = self.rng.choice(["le ", "le ", f"{self.rng.choice(WEEKDAYS)} "])
        return prefix + said, f"{day} {month}"

    def _birth_date(self) -> tuple[str, str]:
        year = self.rng.randint(1930, 2024)
        date, canonical = self._date()
        return f"{date} {self.year(year)}", f"{canonical} {year}"

    def year(self, value: int) -> str:
        """A year as it is said: «mille neuf cent…», «dix-neuf cent…» or, at times, two figures."""
        if 1900 < value < 2000:
            if self.rng.random() < 0.3:
                return self.number(value - 1900)
            return f"{self.rng.choice(['mille neuf cent', 'dix-neuf cent'])} {self.number(value - 1900)}"
        return self.number(value)

    def _time(self) -> tuple[str, str]:
        rng, hour = self.rng, self.rng.randint(7, 20)
        minute = rng.choice([0, 0, 0, 15, 30, 30, 45, 10, 20, 40])
        if hour == 12 and rng.random() < 0.5:
            return "midi", "12:00"
        said = f"{self.number(hour)} heures" + (f" {self.number(minute)}" if minute else "")
        if minute in (15, 30) and rng.random() < 0.4:
            said = f"{self.number(hour)} heures {'et quart' if minute == 15 else 'et demie'}"
        return said.replace("vingt et un heures", "vingt et une heures"), f"{hour:02d}:{minute:02d}"

    def _callback_window(self) -> tuple[str, str]:
        hour = self._time()[0]
        said = self.rng.choice(
            [f"après {hour}", f"avant {hour}", "le matin", "l'après-midi", "entre midi et deux", "en fin de journée",
             "demain matin", "ce soir", "toute la journée", "jusqu'à " + hour]
        )  # fmt: skip
        return said, said

    def _amount(self) -> tuple[str, str]:
        rng = self.rng
        euros = rng.choice(
            [rng.randint(5, 99), rng.randint(1, 40) * 10, rng.randint(100, 9999), rng.randint(1, 90) * 100]
        )
        cents = rng.choice([0, 0, 0, 50, 90, 99, 20])
        return f"{self.number(euros)} euros" + (
            f" {self.number(cents)}" if cents else ""
        ), f"{euros}.{cents:02d}"

    def _plate(self) -> tuple[str, str]:
        letters = self.rng.choices("ABCDEFGHJKLMNPQRSTVWXYZ", k=4)
        middle = "".join(self.rng.choices("0123456789", k=3))
        said = f"{letters[0]} {letters[1]} {self._three(middle)} {letters[2]} {letters[3]}"
        return said, f"{letters[0]}{letters[1]}{middle}{letters[2]}{letters[3]}"

    def _small(self) -> tuple[str, str]:
        value = self.rng.randint(1, 12)
        return self.number(value), str(value)

    _floor = _unit = _room = _small

    def _code(self) -> tuple[str, str]:
        digits = "".join(self.rng.choices("0123456789", k=4))
        return " ".join(self.number(int(d)) for d in digits), digits

    _door_code = _access_code = _meter_index = _room_number = _member_number = _code

    def _vehicle(self) -> tuple[str, str]:
        car = self.rng.choice(
            ["Clio", "Golf", "Kangoo", "Peugeot", "Berlingo", "Mégane", "Scenic", "Yaris", "Duster"]
        )
        return car, car

    def _unknown(self) -> tuple[str, str]:
        name = self.first_name()
        return name, name


_COMME = [
    {"A": "Anatole", "B": "Berthe", "C": "Célestin", "D": "Désiré", "E": "Eugène", "F": "François", "G": "Gaston",
     "H": "Henri", "I": "Irma", "J": "Joseph", "K": "Kléber", "L": "Louis", "M": "Marcel", "N": "Nicolas",
     "O": "Oscar", "P": "Pierre", "Q": "Quintal", "R": "Raoul", "S": "Suzanne", "T": "Thérèse", "U": "Ursule",
     "V": "Victor", "W": "William", "X": "Xavier", "Y": "Yvonne", "Z": "Zoé"},
    {"A": "avion", "B": "bateau", "C": "citron", "D": "David", "E": "école", "F": "fleur", "G": "Gérard",
     "L": "Lucie", "M": "maman", "N": "Noël", "P": "papa", "R": "Robert", "S": "Sophie", "T": "Thomas", "V": "vélo"},
]  # fmt: skip
