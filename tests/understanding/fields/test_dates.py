"""Dates and times said in a turn. Each row: words → what they mean.

`?` stands for words that can't be resolved. Before a value: `past:` or `time:` (a time without a day);
after it: `!neg` (does not suit), `!sup` (corrected), `/0` (alternative of mention 0).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from qualify.understanding.fields.clock import NUMBER, find_clocks, fold, number_value, spoken
from qualify.understanding.fields.dates import DateMention, find_dates

HOURS = {
    "mon": ["08:30-12:30", "14:00-19:00"],
    "tue": ["08:30-12:30", "14:00-19:00"],
    "wed": ["08:30-12:30"],
    "thu": ["08:30-12:30", "14:00-19:00"],
    "fri": ["08:30-12:30", "14:00-18:00"],
}
THURSDAY = datetime(2026, 11, 19, 9, 12)
TUESDAY_AFTERNOON = datetime(2026, 11, 24, 15, 5)
BEFORE_DAWN = datetime(2026, 11, 24, 5, 40)
SUNDAY = datetime(2026, 11, 22, 10, 0)
YEAR_END = datetime(2026, 12, 31, 17, 30)
LEAP_YEAR = datetime(2028, 2, 28, 11, 0)


def show(mention: DateMention) -> str:
    prefix = f"{mention.kind}:" if mention.kind in ("past", "time") else ""
    flags = "!neg" * mention.negated + "!sup" * mention.superseded
    other = "" if mention.alternative_of is None else f"/{mention.alternative_of}"
    return f"{prefix}{mention.value or '?'}{flags}{other}"


def read(text: str, started_at: datetime = THURSDAY) -> str:
    found = find_dates(text, turn=0, started_at=started_at, opening_hours=HOURS)
    return " ".join(show(mention) for mention in found)


ON_THURSDAY = [
    # weekdays
    ("mardi", "2026-11-24"),
    ("mardi prochain", "2026-11-24"),
    ("Mardi qui vient", "2026-11-24"),
    ("mardi prochain dans la matinée", "2026-11-24"),
    ("vendredi", "2026-11-20"),
    ("jeudi", "2026-11-26"),
    ("ce jeudi", "2026-11-19"),
    ("ce lundi", "2026-11-23"),
    ("lundi en huit", "2026-11-30"),
    ("mardi en quinze", "2026-12-08"),
    ("jeudi en huit", "2026-12-03"),
    ("jeudi de la semaine prochaine", "2026-11-26"),
    ("la semaine prochaine, mercredi", "2026-11-25"),
    ("lundi de la semaine d'après", "2026-11-23"),
    ("vendredi de cette semaine", "2026-11-20"),
    ("d'ici vendredi", "2026-11-20"),
    ("avant mardi", "2026-11-24"),
    ("jusqu'à samedi", "2026-11-21"),
    ("vendredi dernier délai", "2026-11-20"),
    ("tous les mardis", "past:?"),
    ("du lundi au samedi", "past:?"),
    ("un mercredi sur deux", "past:?"),
    # weekdays with a number
    ("mardi vingt-quatre", "2026-11-24"),
    ("mardi 24", "2026-11-24"),
    ("le mardi premier", "2026-12-01"),
    ("mardi premier décembre", "2026-12-01"),
    ("jeudi 3 décembre", "2026-12-03"),
    ("jeudi 3 décembre 2026", "2026-12-03"),
    ("lundi prochain le vingt-trois", "2026-11-23"),
    ("mardi vingt heures", "2026-11-24T20:00"),
    ("mardi un technicien est attendu", "2026-11-24"),
    # near days
    ("aujourd'hui", "2026-11-19"),
    ("demain", "2026-11-20"),
    ("Après-demain matin", "2026-11-21"),
    ("demain en huit", "2026-11-27"),
    ("ce matin", "2026-11-19"),
    ("ce midi", "2026-11-19"),
    ("cet après-midi", "2026-11-19"),
    ("ce soir", "2026-11-19"),
    ("cette nuit", "past:2026-11-19"),
    # days of the month and months
    ("le vingt-quatre novembre", "2026-11-24"),
    ("le dix-neuf novembre", "2026-11-19"),
    ("le dix-huit novembre", "past:2026-11-18"),
    ("avant le dix-huit novembre", "2027-11-18"),
    ("jeudi douze", "past:2026-11-12"),
    ("du premier au quinze août", "2027-08-01"),
    ("du 10 au 24 juillet", "2027-07-10"),
    ("le quinze mars", "2027-03-15"),
    ("le premier décembre", "2026-12-01"),
    ("le 1er janvier", "2027-01-01"),
    ("le 24 novembre 2026", "2026-11-24"),
    ("le vingt-quatre novembre deux mille vingt-six", "2026-11-24"),
    ("24/11/2026", "2026-11-24"),
    ("24.11.2026", "2026-11-24"),
    ("24-11-2026", "2026-11-24"),
    ("2026-11-24", "2026-11-24"),
    ("le 24/11/26", "2026-11-24"),
    ("le 24/11", "2026-11-24"),
    ("le 02/12", "2026-12-02"),
    ("le vingt-quatre", "2026-11-24"),
    ("le dix", "2026-12-10"),
    ("avant le dix", "2026-12-10"),
    ("jusqu'au trente", "2026-11-30"),
    ("le trente et un", "2026-12-31"),
    ("le premier", "2026-12-01"),
    ("le rendez-vous du quinze", "2026-12-15"),
    ("le trente février", "?"),
    ("le trente et un novembre", "?"),
    ("le quarante novembre", ""),
    ("le vingt-neuf février", "2028-02-29"),
    ("jeudi midi", "2026-11-26"),
    ("jeudi midi au plus tard", "2026-11-26T12:00"),
    ("mardi matin avant neuf heures", "2026-11-24"),
    ("il est bientôt midi", ""),
    # no days at all
    ("le premier étage", ""),
    ("le 12 rue des Lilas", ""),
    ("faites le quinze tout de suite", ""),
    ("appelez le 15, madame", ""),
    ("le quinze vous dira quoi faire", ""),
    ("quarante et un rue du Onze Novembre", ""),
    ("le zéro six, vingt-deux, dix-sept, dix-huit, douze", ""),
    ("06.22.18.91.05", ""),
    ("il a quarante ans", ""),
    ("24h/24 et 7j/7", ""),
    # intervals
    ("dans trois jours", "2026-11-22"),
    ("dans huit jours", "2026-11-26"),
    ("dans quinze jours", "2026-12-03"),
    ("dans une quinzaine de jours", "2026-12-03"),
    ("dans une dizaine de jours", "2026-11-29"),
    ("dans une semaine", "2026-11-26"),
    ("dans trois semaines", "2026-12-10"),
    ("sous huit jours", "2026-11-26"),
    ("sous quarante-huit heures", "2026-11-21"),
    ("d'ici trois jours", "2026-11-22"),
    ("dans deux heures", "2026-11-19T11:12"),
    ("dans une demi-heure", "2026-11-19T09:42"),
    ("dans le quart d'heure", "2026-11-19T09:27"),
    ("dans dix minutes", "2026-11-19T09:22"),
    ("dans deux mois", "?"),
    # unresolved
    ("courant janvier", "?"),
    ("dans les prochaines semaines", "?"),
    ("dans les jours qui viennent", "?"),
    ("la semaine prochaine", "?"),
    ("cette semaine", "?"),
    ("fin du mois", "?"),
    ("d'ici la fin du mois", "2026-11-30"),
    ("avant la fin de la semaine", "2026-11-20"),
    ("fin du mois", "?"),
    ("sous huitaine", "2026-11-26"),
    ("sous quinzaine", "2026-12-03"),
    ("début décembre", "?"),
    ("mi-décembre", "?"),
    ("au mois de mai", "?"),
    ("en mars", "?"),
    ("le mois prochain", "?"),
    ("ce week-end", "?"),
    ("au printemps", "?"),
    ("avant Noël", "?"),
    # with a time
    ("demain à quatorze heures trente", "2026-11-20T14:30"),
    ("cet après-midi vers seize heures", "2026-11-19T16:00"),
    ("cet après-midi à trois heures", "2026-11-19T15:00"),
    ("demain matin à neuf heures", "2026-11-20T09:00"),
    ("demain à neuf heures", "2026-11-20T09:00"),
    ("demain à trois heures", "2026-11-20T15:00"),
    ("demain à six heures", "2026-11-20T18:00"),
    ("demain soir à huit heures", "2026-11-20T20:00"),
    ("lundi à sept heures", "2026-11-23T19:00"),
    ("samedi à huit heures", "2026-11-21T08:00"),
    ("samedi à trois heures", "2026-11-21T15:00"),
    ("le 24 à 14h30", "2026-11-24T14:30"),
    ("le 24 novembre à 14 h 30", "2026-11-24T14:30"),
    ("mardi 24 à 9h", "2026-11-24T09:00"),
    ("mardi à 08h45", "2026-11-24T08:45"),
    ("mardi à 14:30", "2026-11-24T14:30"),
    ("le quinze, dix-sept heures", "2026-12-15T17:00"),
    ("à dix heures mardi", "2026-11-24T10:00"),
    ("mardi, si possible vers dix heures", "2026-11-24T10:00"),
    ("mardi matin, entre huit heures et neuf heures", "2026-11-24T08:00 time:2026-11-24T09:00"),
    ("demain entre dix et onze heures", "2026-11-20T10:00 time:2026-11-20T11:00"),
    ("jeudi midi", "2026-11-26"),
    ("jeudi à midi", "2026-11-26T12:00"),
    ("demain entre midi et deux", "2026-11-20"),
    ("demain à midi et demi", "2026-11-20T12:30"),
    ("ce soir à minuit", "2026-11-20T00:00"),
    ("ce soir à minuit moins le quart", "2026-11-19T23:45"),
    ("la semaine prochaine à dix heures", "?"),
    # times alone
    ("midi", "time:2026-11-19T12:00"),
    ("à midi et demi", "time:2026-11-19T12:30"),
    ("quatorze heures", "time:2026-11-19T14:00"),
    ("14 h 30", "time:2026-11-19T14:30"),
    ("14h", "time:2026-11-19T14:00"),
    ("dix-sept heures trente", "time:2026-11-19T17:30"),
    ("à huit heures et quart", "time:2026-11-19T20:15"),
    ("neuf heures moins le quart", "time:2026-11-20T08:45"),
    ("huit heures du soir", "time:2026-11-19T20:00"),
    ("huit heures du matin", "time:2026-11-20T08:00"),
    ("trois heures de l'après-midi", "time:2026-11-19T15:00"),
    ("à neuf heures", "time:2026-11-20T09:00"),
    ("à dix heures", "time:2026-11-19T10:00"),
    ("à cinq heures", "time:2026-11-19T17:00"),
    ("à vingt et une heures", "time:2026-11-19T21:00"),
    # durations are no times
    ("depuis deux heures", "past:2026-11-19T07:12"),
    ("ça dure deux heures", ""),
    ("deux heures de route", ""),
    ("pendant huit heures", ""),
    ("toutes les quatre heures", ""),
    ("trente heures", ""),
    # the past
    ("hier", "past:2026-11-18"),
    ("avant-hier", "past:2026-11-17"),
    ("hier à dix-huit heures", "past:2026-11-18T18:00"),
    ("depuis mardi", "past:2026-11-17"),
    ("depuis jeudi", "past:2026-11-12"),
    ("mardi dernier", "past:2026-11-17"),
    ("il y a deux jours", "past:2026-11-17"),
    ("il y a quinze jours", "past:2026-11-05"),
    ("ça fait trois semaines", "past:2026-10-29"),
    ("la semaine dernière", "past:?"),
    ("le mois dernier", "past:?"),
    ("l'autre jour", "past:?"),
    ("depuis ce matin", "past:?"),
    ("le 3 octobre 2025", "past:2025-10-03"),
    ("votre facture du 3 octobre", "past:2026-10-03"),
    ("le plombier est passé lundi", "past:?"),
    ("on s'est installés, j'ai commandé lundi", "past:?"),
    ("j'ai rendez-vous lundi", "2026-11-23"),
    ("j'ai pris rendez-vous pour lundi", "2026-11-23"),
    ("je suis convoquée lundi", "2026-11-23"),
    # alternatives
    ("mardi ou jeudi", "2026-11-24 2026-11-26/0"),
    ("mardi, ou alors jeudi, ou vendredi", "2026-11-24 2026-11-26/0 2026-11-20/0"),
    ("mardi à dix heures ou onze heures", "2026-11-24T10:00 time:2026-11-24T11:00/0"),
    # what does not suit
    ("pas mardi", "2026-11-24!neg"),
    ("surtout pas le mardi", "2026-11-24!neg"),
    ("sauf le mardi", "2026-11-24!neg"),
    ("mardi je ne peux pas", "2026-11-24!neg"),
    ("mardi c'est pas possible, plutôt jeudi", "2026-11-24!neg 2026-11-26"),
    ("pas avant mardi", "2026-11-24"),
    ("mardi, c'est pas pressé", "2026-11-24"),
    ("j'ai rendez-vous mardi, je ne peux pas venir", "2026-11-24"),
    ("je ne pourrai pas venir demain à dix heures", "2026-11-20T10:00"),
    ("c'est demain, non ?", "2026-11-20"),
    # corrections
    ("le quinze, euh non, le seize décembre", "2026-12-15!sup 2026-12-16"),
    ("mardi, pardon, mercredi", "2026-11-24!sup 2026-11-25"),
    ("mardi, enfin plutôt jeudi", "2026-11-24!sup 2026-11-26"),
    ("mardi, ou plutôt jeudi", "2026-11-24!sup 2026-11-26"),
    ("samedi à onze heures, non pardon quatorze heures", "2026-11-21T11:00!sup time:2026-11-21T14:00"),
    # as people speak
    ("le vingt-quatre euh novembre", "2026-11-24"),
    ("MARDI 24 NOVEMBRE À 14H30", "2026-11-24T14:30"),
    ("mardi  24   novembre", "2026-11-24"),
    ("c\u2019est pour aujourd\u2019hui", "2026-11-19"),
    ("on peut dire jeudi trois à neuf heures moins dix", "2026-12-03T08:50"),
]

ELSEWHEN = [
    # Tuesday, 24 November 2026, 15 h 05
    (TUESDAY_AFTERNOON, "mardi", "2026-12-01"),
    (TUESDAY_AFTERNOON, "mardi prochain", "2026-12-01"),
    (TUESDAY_AFTERNOON, "ce mardi", "2026-11-24"),
    (TUESDAY_AFTERNOON, "mardi en huit", "2026-12-08"),
    (TUESDAY_AFTERNOON, "mardi dernier", "past:2026-11-17"),
    (TUESDAY_AFTERNOON, "lundi de cette semaine", "past:2026-11-23"),
    (BEFORE_DAWN, "à six heures et demie", "time:2026-11-24T06:30"),
    (TUESDAY_AFTERNOON, "le six, non, je confonds, le huit décembre", "2026-12-06!sup 2026-12-08"),
    (TUESDAY_AFTERNOON, "ce matin", "past:2026-11-24"),
    (TUESDAY_AFTERNOON, "ce midi", "past:2026-11-24"),
    (TUESDAY_AFTERNOON, "cette nuit", "2026-11-24"),
    (TUESDAY_AFTERNOON, "cette nuit à deux heures", "2026-11-25T02:00"),
    (TUESDAY_AFTERNOON, "aujourd'hui à cinq heures", "2026-11-24T17:00"),
    (TUESDAY_AFTERNOON, "à quatorze heures", "time:2026-11-25T14:00"),
    (TUESDAY_AFTERNOON, "le vingt-quatre", "2026-11-24"),
    (TUESDAY_AFTERNOON, "le vingt-trois", "2026-12-23"),
    # Sunday, 22 November 2026
    (SUNDAY, "lundi", "2026-11-23"),
    (SUNDAY, "dimanche", "2026-11-29"),
    (SUNDAY, "lundi de la semaine prochaine", "2026-11-23"),
    (SUNDAY, "dimanche de la semaine prochaine", "2026-11-29"),
    (SUNDAY, "lundi en huit", "2026-11-30"),
    (SUNDAY, "depuis vendredi", "past:2026-11-20"),
    # Thursday, 31 December 2026
    (YEAR_END, "demain", "2027-01-01"),
    (YEAR_END, "après-demain", "2027-01-02"),
    (YEAR_END, "le trente et un", "2026-12-31"),
    (YEAR_END, "le quatre", "2027-01-04"),
    (YEAR_END, "le quatre janvier", "2027-01-04"),
    (YEAR_END, "le trente et un décembre", "2026-12-31"),
    (YEAR_END, "le trente décembre", "past:2026-12-30"),
    (YEAR_END, "lundi quatre à dix heures", "2027-01-04T10:00"),
    (YEAR_END, "dans huit jours", "2027-01-07"),
    (YEAR_END, "dans huit heures", "2027-01-01T01:30"),
    (YEAR_END, "ce soir à neuf heures", "2026-12-31T21:00"),
    (YEAR_END, "jeudi en huit", "2027-01-14"),
    # Monday, 28 February 2028, the day before a 29th
    (LEAP_YEAR, "demain", "2028-02-29"),
    (LEAP_YEAR, "le vingt-neuf", "2028-02-29"),
    (LEAP_YEAR, "le vingt-neuf février", "2028-02-29"),
    (LEAP_YEAR, "le vingt-sept février", "past:2028-02-27"),
    (LEAP_YEAR, "après-demain à quinze heures", "2028-03-01T15:00"),
    (LEAP_YEAR, "le 29/02/2027", "?"),
    (LEAP_YEAR, "le trente", "2028-03-30"),
]


@pytest.mark.parametrize(("text", "expected"), ON_THURSDAY)
def test_words_of_a_thursday_morning(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("started_at", "text", "expected"), ELSEWHEN)
def test_words_resolve_from_the_day_of_the_call(started_at: datetime, text: str, expected: str) -> None:
    assert read(text, started_at) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L'idéal, ce serait mardi prochain dans la matinée.", "mardi prochain dans la matinée"),
        ("oui, le vingt-quatre novembre, voilà", "vingt-quatre novembre"),
        ("rappelez demain à 14h30 s'il vous plaît", "demain à 14h30"),
        ("on verra courant janvier, hein", "courant janvier"),
    ],
)
def test_a_mention_holds_its_words_and_range(text: str, words: str) -> None:
    (mention,) = find_dates(text, turn=3, started_at=THURSDAY, opening_hours=HOURS)
    assert (mention.turn, mention.text) == (3, words)
    assert text[mention.start : mention.end] == words


def test_opening_hours_decide_between_morning_and_evening() -> None:
    def at_seven(hours: dict[str, list[str]]) -> str | None:
        return find_dates("demain à sept heures", turn=0, started_at=THURSDAY, opening_hours=hours)[0].value

    assert at_seven({"fri": ["07:00-15:00"]}) == "2026-11-20T07:00"
    assert at_seven({"fri": ["14:00-22:00"]}) == "2026-11-20T19:00"
    assert at_seven({}) == "2026-11-20T07:00"


MONTHS = [
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
]  # fmt: skip
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


def in_words(number: int) -> str:
    return str(num2words(number, lang="fr"))


def ways_to_say(day: date) -> list[str]:
    number = "premier" if day.day == 1 else in_words(day.day)
    month = MONTHS[day.month - 1]
    return [
        f"le {number} {month} {in_words(day.year)}",
        f"le {day.day} {month} {day.year}",
        f"{WEEKDAYS[day.weekday()]} {number} {month}",
        f"le {number} {month}",
        f"{day:%d/%m/%Y}",
        f"c'est pour le {day:%d/%m/%y}",
    ]


@given(st.integers(0, 239), st.integers(0, 5), st.sampled_from([THURSDAY, SUNDAY, YEAR_END, LEAP_YEAR]))
def test_a_date_said_comes_back(days_ahead: int, way: int, started_at: datetime) -> None:
    day = started_at.date() + timedelta(days=days_ahead)
    assert read(f"disons {ways_to_say(day)[way]}, si ça va", started_at) == day.isoformat()


@given(
    st.integers(1, 60),
    st.integers(12, 23),
    st.sampled_from([0, 5, 10, 15, 20, 30, 40, 45, 55]),
    st.booleans(),
)
def test_a_moment_said_comes_back(days_ahead: int, hour: int, minute: int, digits: bool) -> None:
    day = THURSDAY.date() + timedelta(days=days_ahead)
    number = "premier" if day.day == 1 else in_words(day.day)
    hours = "vingt et une" if hour == 21 else in_words(hour)
    time = f"{hour}h{minute:02d}" if digits else f"{hours} heures {in_words(minute) if minute else ''}"
    expected = f"{day.isoformat()}T{hour:02d}:{minute:02d}"
    assert read(f"le {number} {MONTHS[day.month - 1]} à {time}".strip()) == expected


@given(st.integers(1, 99))
def test_every_number_word_is_read(number: int) -> None:
    match = spoken(NUMBER).fullmatch(fold(in_words(number)))
    assert match is not None
    assert number_value(match[0]) == number


SCRAPS = [
    "mardi",
    "en huit",
    "le",
    "quinze",
    "dix",
    "novembre",
    "2026",
    "14h30",
    "heures",
    "et demie",
    "midi",
    "à",
    "demain",
    "matin",
    "dans",
    "trois",
    "jours",
    "euh",
    "non",
    "ou",
    "depuis",
    ",",
    "/",
    "31",
    "février",
    "minuit",
    "mille neuf cent",
    "quatre-vingt",
    "une",
    "zéro",
    "moins le quart",
    ".",
    "premier",
    "soir",
    "cette nuit",
    "99",
    "deux mille",
    "il y a",
    "soixante et",
]


@given(st.text(max_size=200) | st.lists(st.sampled_from(SCRAPS), max_size=25).map(" ".join))
def test_any_text_is_read_without_error(text: str) -> None:
    assert len(fold(text)) == len(text)
    for clock in find_clocks(fold(text)):
        assert 0 <= clock.hour <= 23
        assert 0 <= clock.minute <= 59
    for mention in find_dates(text, turn=0, started_at=THURSDAY, opening_hours=HOURS):
        assert mention.text == text[mention.start : mention.end] != ""
        if mention.value is not None:
            datetime.fromisoformat(mention.value)


def test_a_long_run_of_spaces_is_no_trap() -> None:
    assert read("mardi" + " " * 20_000 + "en huit, le dix" + " ," * 5_000) == "2026-11-24 2026-12-10"
