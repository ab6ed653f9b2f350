import pytest

from qualify.drafting.render import speak, speak_date, speak_phone, spoken_number, written_numbers


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        ("+33622189105", "06 22 18 91 05"),
        ("+33140201000", "01 40 20 10 00"),
        ("+32477123456", "+32 477 12 34 56"),
        ("15", "15"),
    ],
)
def test_phones(value: str, spoken: str) -> None:
    assert speak_phone(value) == spoken


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        ("2026-11-24", "mardi 24 novembre"),
        ("2026-11-24T14:30", "mardi 24 novembre à 14 h 30"),
        ("2026-12-01T09:00", "mardi 1er décembre à 9 h"),
        ("courant janvier", "courant janvier"),
    ],
)
def test_dates(value: str, spoken: str) -> None:
    assert speak_date(value) == spoken


@pytest.mark.parametrize(
    ("value", "type_", "spoken"),
    [
        ("1941-03-04", "date", "4 mars 1941"),
        (230, "money", "230 €"),
        (12.5, "money", "12,50 €"),
        (3, "number", "3"),
        (2.5, "number", "2,5"),
        ("BX4512", "reference", "BX4512"),
    ],
)
def test_values_by_type(value: str | float, type_: str, spoken: str) -> None:
    assert speak(value, type_) == spoken


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("à quatorze heures trente", "à 14 h 30"),
        ("vers huit heures et demie", "vers 8 h 30"),
        ("avant dix heures", "avant 10 h"),
        ("six heures de conduite", "six heures de conduite"),
        ("deux cent trente euros", "230 €"),
        ("vingt pour cent", "20 %"),
        ("une fuite", "une fuite"),
        ("je finis à dix-sept heures quinze", "je finis à 17 h 15"),
        ("demain 8 heures", "demain 8 h"),
        ("après 17h30", "après 17 h 30"),
        ("entre neuf heures et midi", "entre 9 h et midi"),
        ("depuis vingt-quatre heures", "depuis 24 heures"),
        ("ça fait deux heures", "ça fait deux heures"),
        ("attend depuis 3 heures", "attend depuis 3 heures"),
        ("le vingt-six mars", "le 26 mars"),
        ("le premier mars", "le 1er mars"),
        ("mardi vingt-quatre", "mardi 24"),
        ("jusqu'à vendredi, le quinze", "jusqu'à vendredi 15"),
        ("le huit cylindres", "le huit cylindres"),
        ("depuis dix-huit mois", "depuis 18 mois"),
        ("elle a quatre-vingt-onze ans", "elle a 91 ans"),
        ("trois fois par semaine", "trois fois par semaine"),
        ("mille mercis", "mille mercis"),
        ("mille deux cents litres", "1200 litres"),
        ("à quatre-vingt heures", "à 80 heures"),
    ],
)
def test_spoken_times_and_amounts(said: str, written: str) -> None:
    assert written_numbers(said) == written


def test_words_that_say_no_number() -> None:
    assert spoken_number("cheval") is None
