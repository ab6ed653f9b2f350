"""Dates of birth in whole calls."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from qualify.records import Maker, Transcript, Turn, unsupported
from qualify.understanding.fields.birth import birth_date

STARTED_AT = datetime(2026, 11, 19, 9, 12)
QUESTION = "A: Et sa date de naissance, s'il vous plaît ?"


def transcript(*lines: str) -> Transcript:
    """A call from lines such as «A: Allô ?» (agent) and «C: Bonjour.» (caller)."""
    turns = tuple(Turn(speaker="agent" if line[0] == "A" else "caller", text=line[3:]) for line in lines)
    return Transcript(turns=turns, made_by=Maker(engine="test", version="1"))


def born(*lines: str) -> str | None:
    call = transcript(*lines)
    judgment = birth_date(call, started_at=STARTED_AT)
    if judgment is None:
        return None
    assert judgment.evidence
    assert not unsupported(call, judgment.evidence)
    return str(judgment.value)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Le quatre mars mille neuf cent quarante et un.", "1941-03-04"),
        ("quatre mars dix-neuf cent quarante et un", "1941-03-04"),
        ("Le premier janvier deux mille douze", "2012-01-01"),
        ("le douze août deux mille", "2000-08-12"),
        ("le vingt-neuf février soixante-douze", "1972-02-29"),
        ("quatre mars quarante et un", "1941-03-04"),
        ("4 mars 41", "1941-03-04"),
        ("Du 4 mars 41.", "1941-03-04"),
        ("le 4 mars 1941", "1941-03-04"),
        ("04/03/1941", "1941-03-04"),
        ("04/03/41", "1941-03-04"),
        ("4.3.1941", "1941-03-04"),
        ("04-03-1941", "1941-03-04"),
        ("04 03 1941", "1941-03-04"),
        ("quatre, trois, quarante et un", "1941-03-04"),
        ("quatre trois quarante et un", "1941-03-04"),
        ("zéro quatre, zéro trois, quarante et un", "1941-03-04"),
        ("douze zéro cinq soixante-dix-huit", "1978-05-12"),
        ("vingt-cinq douze quatre-vingt-dix-neuf", "1999-12-25"),
        ("douze, cinq, mille neuf cent soixante-dix-huit", "1978-05-12"),
        ("né en quarante et un le quatre mars", "1941-03-04"),
        ("elle est née le 4 mars 1941, elle a 85 ans", "1941-03-04"),
        ("le quatre mars 41, quatre-vingt-cinq ans", "1941-03-04"),
        # a year of two digits is the latest in the past
        ("le douze mai vingt-deux", "2022-05-12"),
        ("le premier décembre vingt-six", "1926-12-01"),
        ("le dix-neuf novembre vingt-six", "2026-11-19"),
        # corrections
        ("le 4 mars 41, non pardon, le 5 mars 41", "1941-03-05"),
        ("quatre, trois, quarante et un, euh non, quatre, trois, quarante-deux", "1942-03-04"),
        # no date of birth
        ("elle a quarante et un ans", None),
        ("le quatre mars", None),
        ("le trente février quarante et un", None),
        ("le quatre mars, quarante et un ans", None),
        ("zéro six, douze, dix, douze, zéro cinq, onze", None),
        ("06 12 10 11 05", None),
        ("je ne sais pas", None),
    ],
)
def test_answers_to_the_question(answer: str, expected: str | None) -> None:
    assert born(QUESTION, f"C: {answer}") == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["C: C'est pour ma mère, madame Le Goff, née le quatre mars quarante et un."], "1941-03-04"),
        (["C: monsieur Paul Petit, du 4 mars 41, il a perdu sa carte"], "1941-03-04"),
        (["A: Née le 4 mars 1941, c'est bien ça ?", "C: Oui, c'est ça."], "1941-03-04"),
        (["A: Née le 4 mars 1941, c'est bien ça ?", "C: Non, pas du tout."], None),
        (
            [QUESTION, "C: Attendez, je cherche.", "A: Je vous en prie.", "C: quatre, trois, quarante et un"],
            "1941-03-04",
        ),
        ([QUESTION, "C: Le 4 mars 41.", "A: C'est noté.", "C: Ah non pardon, le 5 mars 41."], "1941-03-05"),
        (["C: J'ai une facture du 3 octobre 2025 que je ne comprends pas."], None),
        (["C: Je voudrais un rendez-vous le quatre mars vingt-sept."], None),
        (["C: Le sinistre est arrivé le 3 octobre 2024."], None),
        (["C: Il m'en faut quatre, trois, quarante."], None),
        (["A: Bonjour.", "C: Bonjour."], None),
    ],
)
def test_whole_calls(lines: list[str], expected: str | None) -> None:
    assert born(*lines) == expected


def test_an_asked_date_is_surer_than_an_unasked_one() -> None:
    asked = birth_date(transcript(QUESTION, "C: du 4 mars 1941"), started_at=STARTED_AT)
    unasked = birth_date(transcript("C: monsieur Petit, du 4 mars 1941"), started_at=STARTED_AT)
    assert asked is not None
    assert unasked is not None
    assert asked.confidence > unasked.confidence


@given(st.dates(date(1927, 1, 1), date(2026, 11, 19)), st.integers(0, 3))
def test_a_birth_date_said_comes_back(day: date, way: int) -> None:
    def words(number: int) -> str:
        return str(num2words(number, lang="fr"))

    months = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    number = "premier" if day.day == 1 else words(day.day)
    forms = [
        f"{number} {months[day.month - 1]} {words(day.year)}",
        f"{day:%d/%m/%Y}",
        f"le {day.day} {months[day.month - 1]} {day.year}",
        f"{words(day.day)}, {words(day.month)}, {words(day.year)}",
    ]
    assert born(QUESTION, f"C: {forms[way]}.") == day.isoformat()


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=5))
def test_any_text_is_read_without_error(texts: list[str]) -> None:
    call = transcript(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate(texts)))
    assert birth_date(call, started_at=STARTED_AT) is None or texts
