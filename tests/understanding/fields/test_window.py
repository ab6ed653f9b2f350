"""When the caller can be reached, in whole calls."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.records import Maker, Transcript, Turn, unsupported
from qualify.understanding.fields.clock import fold
from qualify.understanding.fields.window import accepts, callback_window, sentence_at

STARTED_AT = datetime(2026, 11, 19, 9, 12)
QUESTION = "A: Et à quel moment peut-on vous joindre ?"


def transcript(*lines: str) -> Transcript:
    """A call from lines such as «A: Allô ?» (agent) and «C: Bonjour.» (caller)."""
    turns = tuple(Turn(speaker="agent" if line[0] == "A" else "caller", text=line[3:]) for line in lines)
    return Transcript(turns=turns, made_by=Maker(engine="test", version="1"))


def window(*lines: str, started_at: datetime = STARTED_AT) -> str | None:
    call = transcript(*lines)
    judgment = callback_window(call, started_at=started_at)
    if judgment is None:
        return None
    assert judgment.evidence
    assert not unsupported(call, judgment.evidence)
    return str(judgment.value)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        # hours
        ("Plutôt après seize heures, je travaille avant.", "après 16 h"),
        ("à partir de dix-sept heures trente", "après 17 h 30"),
        ("dès 8h", "après 8 h"),
        ("pas avant 17 h", "après 17 h"),
        ("avant dix heures et demie", "avant 10 h 30"),
        ("pas après vingt heures", "avant 20 h"),
        ("jusqu'à 18 h", "jusqu'à 18 h"),
        ("jusqu'à dix-neuf heures", "jusqu'à 19 h"),
        ("vers quatorze heures trente", "vers 14 h 30"),
        ("à onze heures", "à 11 h"),
        ("entre midi et deux", "entre 12 h et 14 h"),
        ("entre douze et treize heures", "entre 12 h et 13 h"),
        ("entre 14h et 16h", "entre 14 h et 16 h"),
        ("de neuf heures à midi", "entre 9 h et 12 h"),
        ("9h-12h", "entre 9 h et 12 h"),
        ("avant midi", "avant 12 h"),
        # an hour before eight is one of the afternoon, and of the evening where that is said
        ("avant cinq heures", "avant 17 h"),
        ("le soir, après huit heures", "le soir après 20 h"),
        # the hours that the caller is busy
        ("je finis à dix-sept heures", "après 17 h"),
        ("je suis en réunion jusqu'à dix-huit heures", "après 18 h"),
        ("je dors jusqu'à quatorze heures", "après 14 h"),
        # parts of the day
        ("le matin", "le matin"),
        ("le matin de préférence", "le matin"),
        ("ce soir", "ce soir"),
        ("en fin de journée", "en fin de journée"),
        ("dans la matinée", "dans la matinée"),
        ("L'après-midi si possible", "l'après-midi"),
        ("l'après-midi, pas le matin, je dors", "l'après-midi"),
        ("toute la journée", "toute la journée"),
        ("dans une demi-heure", "dans une demi-heure"),
        # days
        ("plutôt demain", "demain"),
        ("demain matin", "demain matin"),
        ("demain matin avant dix heures", "demain matin avant 10 h"),
        ("mardi après-midi entre 14h et 16h", "mardi après-midi entre 14 h et 16 h"),
        ("jusqu'à jeudi", "jusqu'à jeudi"),
        ("en semaine avant dix-sept heures", "en semaine avant 17 h"),
        ("tous les jours sauf le mercredi", "tous les jours sauf le mercredi"),
        ("sauf le mercredi", "sauf le mercredi"),
        ("pas le matin", "sauf le matin"),
        # any time
        ("quand vous voulez", "à tout moment"),
        ("n'importe quand", "à tout moment"),
        ("n'importe quand en journée", "en journée"),
        # nothing
        ("mardi je ne peux pas", None),
        ("je ne sais pas encore", None),
        ("avant trente heures", None),
    ],
)
def test_answers_to_the_question(answer: str, expected: str | None) -> None:
    assert window(QUESTION, f"C: {answer}") == expected


PHONE = "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["C: Rappelez-moi après seize heures."], "après 16 h"),
        (["C: Qu'il m'appelle demain matin, je serai là."], "demain matin"),
        (["C: Je suis joignable jusqu'à dix-huit heures."], "jusqu'à 18 h"),
        (["C: On peut me joindre sur mon portable le soir."], "le soir"),
        ([f"C: Le {PHONE}, plutôt le matin."], "le matin"),
        (["C: 06 12 34 56 78, après 18h."], "après 18 h"),
        ([f"A: Je relis : {PHONE} ?", "C: C'est ça. Plutôt après seize heures."], "après 16 h"),
        (["A: On peut vous rappeler entre 14h et 16h ?", "C: Oui, parfait."], "entre 14 h et 16 h"),
        (["A: On peut vous rappeler entre 14h et 16h ?", "C: Non, ça ne va pas."], None),
        (
            [QUESTION, "C: Le matin.", "A: Le matin, entendu.", "C: Enfin, qu'il me rappelle l'après-midi."],
            "l'après-midi",
        ),
        # not about being reached
        (["C: Je voudrais un rendez-vous demain matin."], None),
        (["C: Rendez-vous après seize heures, c'est possible ?"], None),
        (["C: Le technicien peut passer le matin ?"], None),
        (["C: Je vous rappelle demain matin."], None),
        (["C: On devait me rappeler avant midi, j'attends toujours."], None),
        (["C: Je l'ai vu ce matin."], None),
        (["A: Le cabinet est ouvert jusqu'à 18 h.", "C: D'accord."], None),
        (["A: Il vous rappelle cet après-midi.", "C: D'accord, merci."], None),
        ([f"C: Le {PHONE}. C'est pour mardi."], None),
    ],
)
def test_whole_calls(lines: list[str], expected: str | None) -> None:
    assert window(*lines) == expected


def test_this_morning_is_over_in_the_afternoon() -> None:
    assert window(QUESTION, "C: ce matin") == "ce matin"
    assert window(QUESTION, "C: ce matin", started_at=datetime(2026, 11, 19, 14, 0)) is None


def test_evidence_is_the_words_of_the_window() -> None:
    call = transcript(QUESTION, "C: Plutôt demain matin, avant dix heures, merci.")
    judgment = callback_window(call, started_at=STARTED_AT)
    assert judgment is not None
    assert [e.quote for e in judgment.evidence] == ["demain matin, avant dix heures"]


def test_words_about_calling_are_surer_than_words_by_a_number() -> None:
    said = callback_window(transcript("C: Rappelez-moi le matin."), started_at=STARTED_AT)
    beside = callback_window(transcript(f"C: {PHONE}, le matin."), started_at=STARTED_AT)
    assert said is not None
    assert beside is not None
    assert said.confidence > beside.confidence


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Oui, très bien.", True),
        ("Ah ben d'accord", True),
        ("C'est parfait, merci", True),
        ("Oui mais plutôt jeudi", False),
        ("Non.", False),
        ("Je ne sais pas", False),
    ],
)
def test_accepts(reply: str, expected: bool) -> None:
    assert accepts(fold(reply)) is expected


def test_sentence_at() -> None:
    text = "bonjour. rappelez 2.5 fois ! merci"
    assert text[slice(*sentence_at(text, 12))] == " rappelez 2.5 fois !"
    assert text[slice(*sentence_at(text, len(text) - 1))] == " merci"


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=5))
def test_any_text_is_read_without_error(texts: list[str]) -> None:
    window(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate(texts)))


SCRAPS = [
    "rappelez",
    "avant",
    "après",
    "dix heures",
    "entre",
    "et",
    "midi",
    "le matin",
    "demain",
    "pas",
    "99 h",
    "oui",
    "?",
]


@given(
    st.lists(st.lists(st.sampled_from(SCRAPS), min_size=1, max_size=12).map(" ".join), min_size=1, max_size=4)
)
def test_scrambled_windows_keep_their_evidence(texts: list[str]) -> None:
    window(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate(texts)))
