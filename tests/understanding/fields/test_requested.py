"""The date that a caller asks for or must meet, in whole calls of a Thursday, 19 November 2026, 9 h 12."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.records import Judgment, Maker, Transcript, Turn, unsupported
from qualify.understanding.fields.requested import requested_datetime

STARTED_AT = datetime(2026, 11, 19, 9, 12)
HOURS = {day: ["08:30-12:30", "14:00-19:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
PHONE = "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"


def transcript(*lines: str) -> Transcript:
    """A call from lines such as «A: Allô ?» (agent) and «C: Bonjour.» (caller)."""
    turns = tuple(Turn(speaker="agent" if line[0] == "A" else "caller", text=line[3:]) for line in lines)
    return Transcript(turns=turns, made_by=Maker(engine="test", version="1"))


def judge(*lines: str) -> Judgment | None:
    call = transcript(*lines)
    judgment = requested_datetime(call, started_at=STARTED_AT, opening_hours=HOURS)
    assert judgment is None or (judgment.evidence and not unsupported(call, judgment.evidence))
    return judgment


CALLS: list[tuple[str, list[str], str | None]] = [
    # what the caller asks for
    ("appointment", ["C: Je voudrais un rendez-vous mardi prochain dans la matinée."], "2026-11-24"),
    ("with a time", ["C: Est-ce que vous auriez une place demain à quinze heures ?"], "2026-11-20T15:00"),
    ("answer", ["A: Quel jour vous arrangerait ?", "C: Mardi."], "2026-11-24"),
    ("deadline", ["C: Il me faut le devis avant le dix."], "2026-12-10"),
    ("last date", ["C: C'est pour vendredi dernier délai."], "2026-11-20"),
    ("visit", ["C: Je suis disponible jeudi pour la visite."], "2026-11-26"),
    ("today", ["C: Est-ce que quelqu'un peut passer ce soir ?"], "2026-11-19"),
    ("interval", ["C: Il faudrait intervenir sous quarante-huit heures."], "2026-11-21"),
    # the appointment to cancel or move
    ("cancel", ["C: Je ne pourrai pas venir demain à dix heures, j'annule."], "2026-11-20T10:00"),
    ("move", ["C: J'ai rendez-vous le 24 à 14h30, je voudrais le déplacer."], "2026-11-24T14:30"),
    ("cancel by day", ["C: C'est pour annuler mon rendez-vous de mardi, je ne peux pas."], "2026-11-24"),
    # alternatives and corrections
    ("first named", ["C: Je voudrais un rendez-vous mardi ou jeudi."], "2026-11-24"),
    ("corrected", ["C: Un rendez-vous le quinze, euh non, le seize décembre."], "2026-12-16"),
    ("not that day", ["C: Pour le rendez-vous, pas mardi, plutôt jeudi."], "2026-11-26"),
    ("refused day", ["A: Quel jour ?", "C: Mardi je ne peux pas, jeudi ce serait bien."], "2026-11-26"),
    # unresolved words stay the caller's
    ("month", ["C: On voudrait un rendez-vous courant janvier."], "courant janvier"),
    ("weeks", ["C: Il faudrait intervenir dans les prochaines semaines."], "dans les prochaines semaines"),
    (
        "resolved wins",
        ["C: Un rendez-vous la semaine prochaine, disons un rendez-vous jeudi trois."],
        "2026-12-03",
    ),
    # what the agent proposes
    ("accepted", ["A: Je peux vous proposer mardi à dix heures ?", "C: Oui, parfait."], "2026-11-24T10:00"),
    ("refused", ["A: Je peux vous proposer mardi à dix heures ?", "C: Non, désolé."], None),
    ("ignored", ["A: Je peux vous proposer mardi à dix heures ?", "C: Attendez, je regarde."], None),
    (
        "second offer",
        ["C: Je voudrais un rendez-vous mardi.", "A: Mercredi à onze heures ?", "C: D'accord."],
        "2026-11-25T11:00",
    ),
    (
        "time after day",
        ["C: Un rendez-vous mardi, c'est possible ?", "A: À quelle heure ?", "C: À quatorze heures."],
        "2026-11-24T14:00",
    ),
    ("time in the next words", ["C: Un rendez-vous mardi. Vers quatorze heures."], "2026-11-24T14:00"),
    (
        "time of the offer",
        ["A: Quel jour ?", "C: Mardi.", "A: À quatorze heures ?", "C: Parfait."],
        "2026-11-24T14:00",
    ),
    # never the past
    ("past", ["C: Je suis venu hier pour mon rendez-vous."], None),
    ("since", ["C: Il est possible que ça fuie depuis mardi."], None),
    ("last week", ["C: Je vous ai demandé un rendez-vous la semaine dernière."], None),
    ("past then wish", ["C: Ça fuit depuis lundi, il faudrait passer demain."], "2026-11-20"),
    ("invoice", ["C: Il me faudrait la facture du 3 octobre."], None),
    ("done", ["C: Mon mari a été opéré du genou chez vous lundi, il boite."], None),
    ("began", ["A: Depuis quand ?", "C: Ça a commencé samedi matin."], None),
    ("contract", ["C: Mon bail a été signé chez vous le premier mai."], None),
    (
        "her return",
        ["A: Elle est en congé, elle revient mardi. C'est à quel sujet ?", "C: Une facture."],
        None,
    ),
    ("caller calls", ["C: Bon, je vous rappelle demain alors."], None),
    (
        "among told ones",
        ["C: Je l'ai acheté en mars, il est en panne depuis lundi, vous pouvez passer jeudi ?"],
        "2026-11-26",
    ),
    # never a birth date
    ("birth", ["A: Votre date de naissance ?", "C: Le quatre mars quarante et un."], None),
    ("birth day", ["A: Votre date de naissance ?", "C: Le quatre mars."], None),
    ("born", ["C: Rendez-vous pour ma fille, née le 4 mars 2020."], None),
    # never when to call back
    ("call back", ["C: Rappelez-moi demain matin."], None),
    ("reached", ["A: Quand peut-on vous joindre ?", "C: Mardi après seize heures."], None),
    ("by the number", [f"C: {PHONE}, après seize heures."], None),
    (
        "both",
        [f"C: {PHONE}, après seize heures. L'idéal serait mardi pour le rendez-vous."],
        "2026-11-24",
    ),
    ("agent calls back", ["A: Il vous rappelle demain matin.", "C: D'accord."], None),
    # never what only describes
    ("our hours", ["A: Nous sommes ouverts jusqu'à dix-huit heures.", "C: D'accord."], None),
    ("absent", ["A: Le docteur est absent jusqu'à lundi.", "C: Très bien."], None),
    ("emergency", ["A: Faites le quinze tout de suite.", "C: D'accord."], None),
    ("told in passing", ["C: Il est arrivé à dix heures."], None),
    ("nothing", ["A: Bonjour.", "C: Bonjour, je cherche le docteur Petit."], None),
]


@pytest.mark.parametrize(("lines", "expected"), [(c[1], c[2]) for c in CALLS], ids=[c[0] for c in CALLS])
def test_whole_calls(lines: list[str], expected: str | None) -> None:
    judgment = judge(*lines)
    assert (judgment and judgment.value) == expected


def test_a_day_and_its_time_in_two_turns_rest_on_both() -> None:
    judgment = judge(
        "C: Un rendez-vous mardi, c'est possible ?", "A: À quelle heure ?", "C: À quatorze heures."
    )
    assert judgment is not None
    assert [e.quote for e in judgment.evidence] == ["mardi", "quatorze heures"]


def test_an_agreed_proposal_rests_on_the_offer_and_the_reply() -> None:
    judgment = judge("A: Je peux vous proposer mardi à dix heures ?", "C: Oui, parfait. Merci.")
    assert judgment is not None
    assert [e.quote for e in judgment.evidence] == ["mardi à dix heures", "Oui, parfait."]


def test_another_date_asked_for_is_a_rival() -> None:
    judgment = judge("C: J'ai rendez-vous mardi, je voudrais plutôt un rendez-vous vendredi.")
    assert judgment is not None
    assert judgment.value == "2026-11-20"
    assert [rival.value for rival in judgment.rivals] == ["2026-11-24"]


def test_unresolved_words_are_less_sure() -> None:
    vague, clear = judge("C: Un rendez-vous en mars."), judge("C: Un rendez-vous mardi.")
    assert vague is not None
    assert clear is not None
    assert vague.confidence < clear.confidence


def test_a_long_call_is_read_in_milliseconds() -> None:
    lines = ["A: Je vous propose mardi vingt-quatre à quatorze heures trente, ça irait ?"]
    lines += [
        "C: Alors non, mardi je ne peux pas, plutôt jeudi en huit vers dix heures, ou le quinze décembre."
    ]
    call = transcript(*lines * 20)
    begin = time.process_time()
    requested_datetime(call, started_at=STARTED_AT, opening_hours=HOURS)
    assert time.process_time() - begin < 0.1


SCRAPS = [
    "rendez-vous",
    "mardi",
    "ou",
    "à dix heures",
    "pas",
    "non",
    "oui",
    "avant le dix",
    "courant mars",
    "hier",
    "?",
    ".",
]


@given(
    st.lists(st.lists(st.sampled_from(SCRAPS), min_size=1, max_size=12).map(" ".join), min_size=1, max_size=5)
)
def test_scrambled_calls_keep_their_evidence(texts: list[str]) -> None:
    judge(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate(texts)))


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=5))
def test_any_text_is_read_without_error(texts: list[str]) -> None:
    judge(*(f"{'AC'[i % 2]}: {text}" for i, text in enumerate(texts)))
