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
        ("à partir de dix-sept heures trente", "à partir de 17 h 30"),
        ("dès 8h", "dès 8 h"),
        ("pas avant 17 h", "pas avant 17 h"),
        ("avant dix heures et demie", "avant 10 h 30"),
        ("pas après vingt heures", "pas après 20 h"),
        ("jusqu'à 18 h", "jusqu'à 18 h"),
        ("jusqu'à dix-neuf heures", "jusqu'à 19 h"),
        ("vers quatorze heures trente", "vers 14 h 30"),
        ("à onze heures", "à 11 h"),
        ("entre midi et deux", "entre 12 h et 14 h"),
        ("entre midi et treize heures trente", "entre midi et 13 h 30"),
        ("toute la journée sauf entre midi et deux", "toute la journée sauf entre 12 h et 14 h"),
        ("toute la journée sauf de quinze heures à dix-sept heures", "toute la journée sauf de 15 h à 17 h"),
        ("j'y suis tous les jours sauf le mardi", "tous les jours sauf le mardi"),
        ("le matin, l'après-midi je suis au bridge, sauf vendredi", "le matin"),
        ("entre douze et treize heures", "entre 12 h et 13 h"),
        ("entre 14h et 16h", "entre 14 h et 16 h"),
        ("de neuf heures à midi", "de 9 h à midi"),
        ("de sept heures à midi", "de 7 h à midi"),
        ("de deux à quatre heures", "de 14 h à 16 h"),
        ("entre onze heures et deux heures", "entre 11 h et 14 h"),
        ("9h-12h", "de 9 h à 12 h"),
        ("avant midi", "avant midi"),
        ("jusqu'à minuit", "jusqu'à minuit"),
        ("jusque vingt et une heures ce soir", "jusqu'à 21 h ce soir"),
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
        ("pas vendredi", "pas vendredi"),
        ("le matin, sauf le jeudi", "le matin sauf le jeudi"),
        ("Le matin je suis là, sauf demain.", "le matin sauf demain"),
        ("le mercredi je suis pas là", "sauf le mercredi"),
        # several
        ("Le soir de préférence, ou le samedi.", "le soir ou le samedi"),
        ("après vingt heures ou alors à midi", "après 20 h ou à midi"),
        # what keeps the caller from it
        ("le matin, l'après-midi je dors", "le matin"),
        ("le soir, le mercredi j'ai la gym", "le soir"),
        ("plutôt le matin, je vends du poisson l'après-midi", "le matin"),
        ("pas le matin", "pas le matin"),
        # any time
        ("quand vous voulez", "quand vous voulez"),
        ("n'importe quand", "n'importe quand"),
        ("à n'importe quelle heure, même la nuit", "à n'importe quelle heure, même la nuit"),
        ("n'importe quand en journée", "n'importe quand en journée"),
        # nothing
        ("avant trente heures, je crois", None),
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
        # the agent writes it down
        (
            [
                f"C: Le {PHONE}. Qu'il m'appelle quand je sors, à seize heures.",
                "A: Je note, après seize heures.",
            ],
            "après 16 h",
        ),
        # it goes with the number, some turns later
        (
            ["A: Et votre téléphone ?", f"C: {PHONE}.", f"A: {PHONE}.", "C: C'est ça. N'importe quand."],
            "n'importe quand",
        ),
        (
            [
                "A: Votre numéro ?",
                f"C: {PHONE}.",
                "A: Vous passez quand ?",
                "C: Samedi après-midi.",
            ],
            None,
        ),
        (
            ["A: Votre numéro ?", f"C: {PHONE}.", "A: Il faut une réponse pour quand ?", "C: Demain midi."],
            None,
        ),
        (
            ["A: Votre numéro ?", f"C: {PHONE}.", "A: C'est à quel nom ?", "C: Petit. Le soir, après 18 h."],
            "le soir après 18 h",
        ),
        (["A: Elle vous rappelle avant midi.", "C: Avant midi, j'y compte."], None),
        (["A: Elle vous rappelle.", "C: À partir de dix-sept heures, alors."], "à partir de 17 h"),
        (["A: On vous rappelle demain.", "C: Merci, à demain."], None),
        ([f"C: {PHONE}. Si vous avez un trou ce soir, je prends. Après dix-huit heures."], None),
        # with what the agent passes on
        (["A: Je lui transmets.", "C: Après dix-huit heures je suis chez moi."], "après 18 h"),
        (["C: Il a mon numéro, jusqu'à vingt heures ça va."], "jusqu'à 20 h"),
        (
            [
                "A: On vous rappelle dans l'heure.",
                "C: Avant midi, s'il vous plaît, j'ai une réunion à treize heures.",
            ],
            "avant midi",
        ),
        # when something else is, was or will be
        (["C: Rappelez-moi vite, j'ai une réunion à treize heures."], None),
        (["C: Rappelez-moi, mon train part à dix-huit heures."], None),
        (["C: Il faudrait me rappeler pour l'apéritif de samedi soir."], None),
        (["C: C'est pour un rappel de vaccin, le mercredi."], None),
        (["C: Vous avez essayé de me joindre à quatorze heures douze."], None),
        (["C: Il m'a dit qu'il m'appellerait lundi."], None),
        (["C: La pharmacie m'a dit de vous appeler avant midi."], None),
        (["C: Est-ce qu'on peut appeler le cabinet le samedi ?"], None),
        (["A: Je demande qu'on vous rappelle.", "C: D'accord, moi je pars à midi."], None),
        (["C: Ma sœur vient de m'appeler, elle devait arriver ce soir."], None),
        (["C: Le magasin décroche jamais avant dix heures."], None),
        (
            [
                "A: Votre téléphone ?",
                f"C: {PHONE}.",
                "A: Nous fermons à dix-huit heures.",
                "C: À dix-huit heures.",
            ],
            None,
        ),
        (
            ["A: Votre téléphone ?", f"C: {PHONE}.", "A: Depuis quand ?", "C: Ça a commencé dimanche soir."],
            None,
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
        (["C: Mon frère ne répond plus, ce matin il décroche pas."], None),
        ([f"C: Le {PHONE}. Il faudrait qu'il vienne réparer, et réparer, ce soir."], None),
        (["A: Quel jour ?", "C: Samedi, pas celui-là, le suivant, à midi."], None),
        (["A: Et votre numéro ?", "C: Celui-là, le soir."], "le soir"),
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
