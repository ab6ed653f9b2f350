"""What callers and agents say → the telephone numbers of the call. All numbers are fictional or invented."""

from __future__ import annotations

import time

import pytest

from qualify.records import Judgment, Maker, Transcript, Turn
from qualify.understanding.fields.phone import PhoneMention, callback_number, find_phones, is_complete

A_CALLER = "+33611407722"


def call(*lines: str) -> Transcript:
    """A transcript from lines such as «A: Votre numéro ?» (agent) and «C: …» (caller)."""
    turns = tuple(
        Turn(speaker="agent" if line[0] == "A" else "caller", text=line[2:].strip()) for line in lines
    )
    return Transcript(turns=turns, made_by=Maker(engine="test", version="1"))


def national(number: str) -> str:
    return "+33" + number.replace(" ", "").removeprefix("0")


def judge(
    lines: str | tuple[str, ...], *, caller_number: str | None = None, region: str = "FR"
) -> Judgment | None:
    transcript = call(*((f"C: {lines}",) if isinstance(lines, str) else lines))
    judgment = callback_number(transcript, caller_number=caller_number, region=region)
    if judgment is not None:
        assert all(transcript.supports(e) for e in judgment.evidence)
        assert judgment.evidence
    return judgment


PLAIN = [
    # as a good transcriber writes
    ("06 39 98 12 34", "06 39 98 12 34"),
    ("06.39.98.12.34", "06 39 98 12 34"),
    ("0639981234", "06 39 98 12 34"),
    ("06-39-98-12-34", "06 39 98 12 34"),
    ("06/39/98/12/34", "06 39 98 12 34"),
    ("06, 39, 98, 12, 34.", "06 39 98 12 34"),
    ("Mon numéro, c'est le 06 39 98 12 34, merci.", "06 39 98 12 34"),
    ("Vous pouvez me joindre au 0639981234 toute la journée.", "06 39 98 12 34"),
    ("06 39 981 234", "06 39 98 12 34"),
    ("0 6 3 9 9 8 1 2 3 4", "06 39 98 12 34"),
    ("0639 98 12 34", "06 39 98 12 34"),
    ("+33 6 39 98 12 34", "06 39 98 12 34"),
    ("+33 (0)6 39 98 12 34", "06 39 98 12 34"),
    ("+33639981234", "06 39 98 12 34"),
    ("0033 6 39 98 12 34", "06 39 98 12 34"),
    ("zéro 6 39 98 douze 34", "06 39 98 12 34"),
    ("06 39 quatre-vingt-dix-huit 12 34", "06 39 98 12 34"),
    ("0800 12 34 56", "0800 12 34 56"),
    ("0 800 123 456", "0800 12 34 56"),
    # as spoken
    ("zéro six trente-neuf quatre-vingt-dix-huit douze trente-quatre", "06 39 98 12 34"),
    ("zéro six, trente-neuf, quatre-vingt-dix-huit, douze, trente-quatre", "06 39 98 12 34"),
    ("Zéro Six Trente-Neuf Quatre-Vingt-Dix-Huit Douze Trente-Quatre", "06 39 98 12 34"),
    ("zero six trente neuf quatre vingt dix huit douze trente quatre", "06 39 98 12 34"),
    ("zéro six trois neuf neuf huit un deux trois quatre", "06 39 98 12 34"),
    ("zéro six, trente-neuf, neuf, huit, douze, trente-quatre", "06 39 98 12 34"),
    ("zéro un quatre-vingt-dix-neuf zéro zéro quatorze quinze", "01 99 00 14 15"),
    ("zéro un quatre-vingt-dix-neuf double zéro quatorze quinze", "01 99 00 14 15"),
    ("zéro un quatre-vingt-dix-neuf deux fois zéro quatorze quinze", "01 99 00 14 15"),
    ("zéro un quatre-vingt-dix-neuf deux zéros quatorze quinze", "01 99 00 14 15"),
    ("zéro deux soixante et un quatre-vingt-onze zéro trois quinze", "02 61 91 03 15"),
    ("zéro deux soixante-et-un quatre-vingt-onze zéro trois quinze", "02 61 91 03 15"),
    ("zéro deux soixante un quatre vingt onze zéro trois quinze", "02 61 91 03 15"),
    ("zéro trois cinquante-trois zéro un soixante-douze douze", "03 53 01 72 12"),
    ("zéro trois cinquante-trois zéro un huit huit zéro six", "03 53 01 88 06"),
    ("zéro quatre soixante-cinq soixante et onze vingt-deux treize", "04 65 71 22 13"),
    ("zéro quatre soixante-cinq septante et un vingt-deux treize", "04 65 71 22 13"),
    ("zéro cinq trente-six quarante-neuf trente et un trente et un", "05 36 49 31 31"),
    ("zéro cinq trente-six quarante-neuf deux fois le trente et un", "05 36 49 31 31"),
    ("zéro cinq trente-six quarante-neuf deux fois trente et un", "05 36 49 31 31"),
    ("zéro six trente-neuf quatre-vingt-dix-huit nonante-deux octante", "06 39 98 92 80"),
    ("zéro six trente-neuf quatre-vingt-dix-huit quatre-vingts quatre-vingt-un", "06 39 98 80 81"),
    ("zéro six trente-neuf quatre-vingt-dix-huit trois fois le sept deux", "06 39 98 77 72"),
    ("zéro six trente-neuf quatre-vingt-dix-huit triple sept deux", "06 39 98 77 72"),
    ("zéro six trente-neuf neuf cent quatre-vingt-un deux cent trente-quatre", "06 39 98 12 34"),
    ("zéro huit cent douze trois cent quarante-cinq six cent soixante-dix-huit", "0812 345 678"),
    ("plus trente-trois six trente-neuf quatre-vingt-dix-huit douze trente-quatre", "06 39 98 12 34"),
    ("zéro zéro trente-trois six trente-neuf quatre-vingt-dix-huit douze trente-quatre", "06 39 98 12 34"),
    # length and hyphens decide
    ("zéro six soixante douze quatre-vingt-un seize", "06 60 12 81 16"),
    ("zéro six quatre-vingt douze vingt-deux onze", "06 80 12 22 11"),
    ("zéro six vingt deux trente quatre cinquante six soixante dix huit", "06 22 34 56 78"),
    ("zéro six vingt deux quatre vingt douze onze dix", "06 22 92 11 10"),
    # fillers
    (
        "alors euh c'est le zéro six euh trente-neuf quatre-vingt-dix-huit donc douze trente-quatre voilà",
        "06 39 98 12 34",
    ),
    (
        "zéro six tiret trente-neuf tiret quatre-vingt-dix-huit tiret douze tiret trente-quatre",
        "06 39 98 12 34",
    ),
    (
        "zéro six point trente-neuf point quatre-vingt-dix-huit point douze point trente-quatre",
        "06 39 98 12 34",
    ),
    (
        "zéro six espace trente-neuf espace quatre-vingt-dix-huit espace douze espace trente-quatre",
        "06 39 98 12 34",
    ),
    (
        "zéro six, ensuite trente-neuf, puis quatre-vingt-dix-huit, douze, et pour finir trente-quatre",
        "06 39 98 12 34",
    ),
    (
        "zéro six... trente-neuf... quatre-vingt-dix-huit... vous notez ? douze, trente-quatre",
        "06 39 98 12 34",
    ),
    (
        "zéro six, attendez je prends mes lunettes, trente-neuf quatre-vingt-dix-huit douze trente-quatre",
        "06 39 98 12 34",
    ),
    ("zéro six trente-neuf bidule quatre-vingt-dix-huit douze trente-quatre", "06 39 98 12 34"),
    (
        "je suis au zéro six trente-neuf quatre-vingt-dix-huit douze trente-quatre jusqu'à dix-huit heures",
        "06 39 98 12 34",
    ),
    ("trois rue du Moulin à Dole zéro trois cinquante-trois zéro un seize seize", "03 53 01 16 16"),
    ("Paul Estève zéro cinq trente-six quarante-neuf trente et un trente et un un instant", "05 36 49 31 31"),
]
"""Nothing to doubt."""

CORRECTED_OR_MISHEARD = [
    # misheard digits
    ("zéro si trente-neuf quatre-vingt-dix-huit douze trente-quatre", "06 39 98 12 34"),
    ("zéro sis trente-neuf quatre-vingt-dix-huit douze trente-quatre", "06 39 98 12 34"),
    ("zéro cette trente-neuf quatre-vingt-dix-huit douze trente-quatre", "07 39 98 12 34"),
    ("zéro six vint deux dix-huit quatre-vingt-onze zéro cinq", "06 22 18 91 05"),
    ("oh six trente-neuf quatre-vingt-dix-huit douze trente-quatre", "06 39 98 12 34"),
    ("06 39 98 12 34 si vous voulez me rappeler", "06 39 98 12 34"),
    ("06 39 98 12 34 cette semaine", "06 39 98 12 34"),
    # corrections within the dictation
    (
        "zéro six, vingt-deux, dix-sept, euh non pardon, dix-huit, quatre-vingt-onze, zéro cinq",
        "06 22 18 91 05",
    ),
    ("zéro six vingt-deux dix-sept non dix-huit quatre-vingt-onze zéro cinq", "06 22 18 91 05"),
    (
        "zéro six, vingt-deux, dix-sept, attendez, non, c'est dix-huit, quatre-vingt-onze, zéro cinq",
        "06 22 18 91 05",
    ),
    ("zéro six, vingt-deux, dix-sept, enfin dix-huit, quatre-vingt-onze, zéro cinq", "06 22 18 91 05"),
    ("zéro six, vingt-deux, dix-sept, plutôt dix-huit, quatre-vingt-onze, zéro cinq", "06 22 18 91 05"),
    ("zéro six, vingt-deux, dix-sept, dix-huit pardon, quatre-vingt-onze, zéro cinq", "06 22 18 91 05"),
    ("zéro six, vingt-deux, dix-sept, oups, dix-huit, quatre-vingt-onze, zéro cinq", "06 22 18 91 05"),
    ("zéro six vingt-deux dix-sept je me trompe dix-huit quatre-vingt-onze zéro cinq", "06 22 18 91 05"),
    (
        "zéro six vingt-deux dix-sept, non, vingt-deux dix-huit, quatre-vingt-onze, zéro cinq",
        "06 22 18 91 05",
    ),
    ("zéro six, vingt-deux, dix-huit, pas dix-sept, quatre-vingt-onze, zéro cinq", "06 22 18 91 05"),
    (
        "zéro six, vingt-deux, dix-sept, non pas dix-sept, dix-huit, quatre-vingt-onze, zéro cinq",
        "06 22 18 91 05",
    ),
    (
        "zéro six, vingt-deux, dix-sept, je recommence, "
        "zéro six, vingt-deux, dix-huit, quatre-vingt-onze, zéro cinq",
        "06 22 18 91 05",
    ),
    (
        "zéro un, non excusez-moi, zéro six, vingt-deux, dix-huit, quatre-vingt-onze, zéro cinq",
        "06 22 18 91 05",
    ),
    ("zéro six vingt-deux un sept non pardon un huit quatre-vingt-onze zéro cinq", "06 22 18 91 05"),
    ("06 22 17, non, 18 91 05", "06 22 18 91 05"),
    ("06 22 17 91 06, non pardon, zéro cinq", "06 22 17 91 05"),
    ("06 22 17 91 06. Non, 05 à la fin.", "06 22 17 91 05"),
    (
        "zéro six, vingt, non vingt-deux, dix-sept, pardon dix-huit, quatre-vingt-onze, zéro cinq",
        "06 22 18 91 05",
    ),
    ("06 22 18 91 05. Non, dix-sept, pas dix-huit.", "06 22 17 91 05"),
    ("06 22 18 91 05, je répète, 06 22 18 91 05", "06 22 18 91 05"),
    ("06 22 18 91 06, je me suis trompée, je recommence : 06 22 18 91 05", "06 22 18 91 05"),
]


FORCED = [
    ("zéro un vingt quatre vingts dix zéro zéro", "01 20 80 10 00"),
    ("zéro un quarante vingt soixante douze", "01 40 20 60 12"),
    ("zéro six soixante douze dix huit quatre vingt onze", "06 60 12 18 91"),
    ("06 22 18 4 20 11 05", "06 22 18 91 05"),
    ("06 60 12 18 91 05", "06 72 18 91 05"),
    ("06 22 18 91 05, 17", "06 22 18 91 05"),
    ("06 39 98 12 34, non, je ne sais plus", "06 39 98 12 34"),
    ("06 39 98 12 34, enfin je ne suis pas sûr", "06 39 98 12 34"),
    ("zéro quatre zéro zéro douze treize quatorze", "04 00 12 13 14"),
]
"""Only an unusual reading makes a number, or digits are left, or no such number can be assigned."""


@pytest.mark.parametrize(("said", "number"), PLAIN)
def test_plain_dictation_is_found_and_sure(said: str, number: str) -> None:
    judgment = judge(said)
    assert judgment is not None
    assert judgment.value == national(number)
    assert (judgment.unsure, judgment.confidence >= 0.75) == (False, True)


@pytest.mark.parametrize(("said", "number"), CORRECTED_OR_MISHEARD)
def test_corrections_and_misheard_digits(said: str, number: str) -> None:
    judgment = judge(said)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (national(number), False)


@pytest.mark.parametrize(("said", "number"), FORCED)
def test_a_forced_reading_is_unsure(said: str, number: str) -> None:
    judgment = judge(said)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (national(number), True)


PAPER_NAMED = [
    ("Je voudrais un devis, mon numéro est le 06 39 98 12 34", False),
    ("C'est pour ma facture, mon numéro c'est le 06 39 98 12 34", False),
    ("Je suis client chez vous, mon numéro c'est le 06 39 98 12 34", False),
    ("Je suis client, je suis joignable au 06 39 98 12 34", False),
    ("C'est pour mon contrat, je suis au 06 39 98 12 34", False),
    ("J'ai reçu une facture. C'est le 06 39 98 12 34", False),
    ("Un devis, 06 39 98 12 34", True),
    ("C'est pour ma facture, c'est le 06 39 98 12 34", True),
    ("Mon dossier, 06 39 98 12 34", True),
    (("A: C'est pour un devis ?", "C: 06 39 98 12 34"), True),
    (("A: Pour le devis, votre numéro ?", "C: 06 39 98 12 34"), False),
    (("C: Un devis, 06 39 98 12 34.", "A: Le 06 39 98 12 34 ?", "C: Oui."), False),
]


@pytest.mark.parametrize(("said", "unsure"), PAPER_NAMED)
def test_a_paper_named_before_never_makes_a_number_vanish(said: str | tuple[str, ...], unsure: bool) -> None:
    judgment = judge(said)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == ("+33639981234", unsure)
    assert (judgment.confidence <= 0.5) is unsure


def test_a_number_that_may_be_a_papers_yields_to_another() -> None:
    lines = (
        "A: Sur quel numéro vous joindre ?",
        "C: Pour le devis, 06 11 40 77 22. Rappelez au 06 39 98 12 34.",
    )
    assert [m.role for m in find_phones(call(*lines))] == ["unknown", "callback"]
    judgment = judge(lines, caller_number=A_CALLER)
    assert judgment is not None
    assert judgment.value == "+33639981234"


INCOMPLETE = [
    "mon numéro c'est zéro six trente-neuf quatre-vingt-dix-huit cinquante-deux",
    "mon numéro c'est zéro six trente-neuf quatre-vingt-dix-huit cinquante-deux et euh voilà",
    "rappelez-moi au 06 39 98 12 3",
    "06 39 98 12",
    "on peut me joindre au 06 39 98 12 34 5",
    "mon numéro zéro six trente-neuf quatre-vingt-dix-huit zéro",
    "zéro sept trente-neuf quatre-vingt-dix-huit, non, douze",
]


@pytest.mark.parametrize("said", INCOMPLETE)
def test_an_incomplete_number_never_becomes_one(said: str) -> None:
    judgment = judge(said)
    assert judgment is not None
    assert judgment.unsure
    assert not is_complete(judgment) or said.endswith("34 5")


WITHOUT_ZERO = [
    ("mon portable, 6 39 98 12 34", True),
    ("mon téléphone six trente-neuf quatre-vingt-dix-huit douze trente-quatre", True),
    ("mon portable six, trente-neuf, quatre-vingt-dix-huit, douze, trente-quatre, zéro devant", False),
]


@pytest.mark.parametrize(("said", "unsure"), WITHOUT_ZERO)
def test_a_first_zero_left_out_is_supplied(said: str, unsure: bool) -> None:
    judgment = judge(said)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == ("+33639981234", unsure)


NO_PHONE = [
    "c'est écrit sur l'avis, y a marqué 06 39 98 12 34",
    "mon matricule c'est EA 06 39, attendez, non, 98 12 34",
    "je suis né le 04 05 1972 à Nantes",
    "je suis née le 04/05/1972",
    "le quatre mars mille neuf cent quarante et un",
    "mon dossier c'est le 0612345678",
    "mon numéro de dossier, c'est le 0612345678",
    "mon numéro client c'est le 0612345678",
    ("A: Votre numéro de contrat ?", "C: 0612345678"),
    "le numéro de la facture 0144556677",
    "c'est la commande zéro six douze treize quatorze quinze",
    "ma carte c'est cinq un trois deux huit huit zéro quatre",
    "mon numéro de sécurité sociale un soixante-sept zéro trois attendez la suite",
    "y a un code c'est deux zéro deux cinq et puis vous sonnez",
    "j'habite au douze rue Pasteur, soixante-neuf zéro zéro trois Lyon",
    "trente-cinq mille Rennes, douze rue de la Gare",
    "ça coûte mille deux cents euros et cinquante centimes",
    "vous pouvez me filer son zéro six",
    "je garde le même zéro six ou pas",
    "une autre banque me fait trois zéro cinq",
    "rendez-vous le dix-huit à seize heures trente, ou le vingt-deux à dix heures",
    "j'ai soixante et onze ans, et ma femme soixante-douze",
    "il y a deux ou trois jours, vers onze heures, enfin midi",
    "06",
    "merci, bonne journée",
]


@pytest.mark.parametrize("said", NO_PHONE)
def test_other_numbers_are_no_phones(said: str | tuple[str, ...]) -> None:
    assert judge(said, caller_number=A_CALLER) is None


def test_nothing_in_an_empty_call() -> None:
    assert find_phones(call()) == ()
    assert callback_number(call(), caller_number=A_CALLER) is None


CALLS = [
    # dictated over several turns
    (
        (
            "A: Votre téléphone ?",
            "C: zéro six",
            "A: zéro six",
            "C: trente-neuf quatre-vingt-dix-huit",
            "A: oui",
            "C: douze trente-quatre",
        ),
        "06 39 98 12 34",
    ),
    (
        (
            "C: zéro un quatre-vingt-dix-neuf",
            "A: zéro un quatre-vingt-dix-neuf",
            "C: zéro zéro vingt-trois",
            "A: zéro zéro vingt-trois",
            "C: quarante-six",
            "A: quarante-six, c'est noté",
        ),
        "01 99 00 23 46",
    ),
    # the fax was another number, «midi et deux» is none
    (("C: 01 99 00 14 15, ah non pardon, c'est leur fax, le bon c'est le 06 39 98 12 34",), "06 39 98 12 34"),
    (("C: zéro six, trente-neuf, quatre-vingt-dix-huit, douze, 34. entre midi et deux",), "06 39 98 12 34"),
    # begun again
    (
        (
            "A: Votre téléphone ?",
            "C: six, trois, zéro, non, zéro six d'abord, zéro six, trente-neuf, quatre-vingt-dix-huit, 12 34",
        ),
        "06 39 98 12 34",
    ),
    # the agent's read-back of a number to call
    (("A: On peut vous joindre au 06 39 98 12 34 ?", "C: Oui, c'est ça."), "06 39 98 12 34"),
    (("C: 06 39", "A: D'accord.", "C: 98 12", "A: Je vous écoute.", "C: 34"), "06 39 98 12 34"),
    (
        (
            "C: alors zéro six trente-neuf",
            "A: Oui, et ensuite ?",
            "C: euh quatre-vingt-dix-huit douze trente-quatre",
        ),
        "06 39 98 12 34",
    ),
    (
        (
            "C: zéro six trente-neuf quatre-vingt-dix-sept",
            "A: dix-sept ?",
            "C: non, dix-huit, douze, trente-quatre",
        ),
        None,
    ),
    (
        (
            "C: zéro six, vingt-deux, dix-sept",
            "A: dix-sept",
            "C: non, dix-huit, quatre-vingt-onze, zéro cinq",
        ),
        "06 22 18 91 05",
    ),
    (("C: 06 39 98", "A: Pardon, je n'ai pas entendu ?", "C: 06 39 98 12 34"), "06 39 98 12 34"),
    (("C: 06 39 98", "A: Vous pouvez répéter ?", "C: je disais 98, 12, 34"), "06 39 98 12 34"),
    (("C: 06 39 98 12", "C: 34"), "06 39 98 12 34"),
    (
        (
            "C: mon portable c'est zéro six",
            "A: Allez-y.",
            "C: attendez, je regarde... trente-neuf, quatre-vingt-dix-huit",
            "A: Oui.",
            "C: douze",
            "A: Douze.",
            "C: et trente-quatre",
        ),
        "06 39 98 12 34",
    ),
    # read back and confirmed
    (("C: 06 39 98 12 34", "A: 06 39 98 12 34, c'est bien ça ?", "C: Oui c'est ça."), "06 39 98 12 34"),
    (
        (
            "C: 06 39 98 12 34",
            "A: Je répète, zéro six, trente-neuf, quatre-vingt-dix-huit, douze, trente-quatre.",
            "C: Exact.",
        ),
        "06 39 98 12 34",
    ),
    (("C: 06 39 98 12 34", "A: 06 39 98 12 34. Autre chose ?", "C: Non merci."), "06 39 98 12 34"),
    (("C: 06 39 98 12 34", "A: C'est noté, merci."), "06 39 98 12 34"),
    (("A: Vous êtes bien au 06 39 98 12 34 ?", "C: Oui, tout à fait."), "06 39 98 12 34"),
    (
        (
            "C: rappelez-moi sur celui-là, celui qui s'affiche",
            "A: j'ai le zéro six trente-neuf quatre-vingt-dix-huit quatre-vingt-huit zéro neuf d'accord",
            "C: oui voilà",
        ),
        "06 39 98 88 09",
    ),
    # read back and refused
    (("C: 06 22 18 91 05", "A: 06 22 17 91 05 ?", "C: Non, dix-huit pas dix-sept."), "06 22 18 91 05"),
    (("C: 06 22 18 91 05", "A: 06 22 17 91 05 ?", "C: Non, pas dix-sept, dix-huit."), "06 22 18 91 05"),
    (
        (
            "C: 06 22 18 91 05",
            "A: 06 22 18 81 05 ?",
            "C: non c'est quatre-vingt-onze à la fin, pas quatre-vingt-un",
        ),
        "06 22 18 91 05",
    ),
    (
        ("C: 06 22 17 91 05", "A: 06 22 17 91 05 ?", "C: Ah non pardon, dix-huit, pas dix-sept."),
        "06 22 18 91 05",
    ),
    (("C: 06 22 18 91 06", "A: 06 22 18 91 06, c'est ça ?", "C: Non, zéro cinq à la fin."), "06 22 18 91 05"),
    (("C: 06 22 18 91 06", "A: Alors 06 22 18 91 06.", "C: non c'est 06 22 18 91 05"), "06 22 18 91 05"),
    (
        (
            "C: 06 22 18 91 05",
            "A: 06 22 18 91 15 ?",
            "C: Non, je répète, 06 22 18 91 05.",
            "A: 06 22 18 91 05.",
            "C: Voilà.",
        ),
        "06 22 18 91 05",
    ),
    (("A: Vous êtes au 06 22 17 91 05 ?", "C: Non, 06 22 18 91 05."), "06 22 18 91 05"),
    (("A: J'ai le 06 22 17 91 05.", "C: Non, dix-huit, pas dix-sept."), "06 22 18 91 05"),
    # two numbers
    (("A: Un numéro ?", "C: 06 39 98 12 34, ou sinon le fixe, 01 99 00 14 15"), "06 39 98 12 34"),
    (
        ("C: mon fixe c'est le 01 99 00 14 15 mais rappelez-moi plutôt sur mon portable 06 39 98 12 34"),
        "06 39 98 12 34",
    ),
    (("C: 06 39 98 12 34 01 99 00 14 15"), "06 39 98 12 34"),
    (
        ("C: le numéro de ma mère c'est le 01 99 00 14 15, et moi vous pouvez me joindre au 06 39 98 12 34"),
        "06 39 98 12 34",
    ),
    (
        (
            "C: le locataire, son numéro c'est le 01 99 00 14 15",
            "A: Et votre numéro à vous ?",
            "C: 06 39 98 12 34",
        ),
        "06 39 98 12 34",
    ),
    # old, fax, wrong
    (
        ("C: mon ancien numéro c'était le 06 39 98 55 12, maintenant c'est le 06 39 98 12 34"),
        "06 39 98 12 34",
    ),
    (
        ("C: 06 39 98 55 12, non, attendez, ça c'est mon ancien. Le bon c'est 06 39 98 12 34"),
        "06 39 98 12 34",
    ),
    (("C: 06 39 98 55 12, euh non, je me trompe, c'est mon ancien. 06 39 98 12 34."), "06 39 98 12 34"),
    (
        (
            "C: Numéro 06 39 98 55 12. Attendez, ma femme me fait signe. "
            "06 39 98 12 34, voilà, l'autre c'était la pharmacie."
        ),
        "06 39 98 12 34",
    ),
    (("C: 06 39 98 55 12, pardon, je suis à l'ouest, 06 39 98 12 34"), "06 39 98 12 34"),
    (
        ("C: 06 39 98 55 12. Zut, non, on a changé de box internet, c'est le 01 99 00 14 15."),
        "01 99 00 14 15",
    ),
    (("C: le fax c'est le 01 99 00 14 15 et le téléphone 06 39 98 12 34"), "06 39 98 12 34"),
    (
        (
            "C: 06 39 98 55 12",
            "A: D'accord.",
            "C: Ah non excusez-moi, je vous ai donné le mauvais, c'est 06 39 98 12 34",
        ),
        "06 39 98 12 34",
    ),
    (("C: 06 39 98 12 33", "A: C'est noté.", "C: pardon, 34 à la fin"), "06 39 98 12 34"),
    # the read-back settles what the words leave open
    (
        ("C: zéro six vingt quatre vingt cinq dix onze", "A: 06 20 85 10 11.", "C: merci, au revoir"),
        "06 20 85 10 11",
    ),
    (
        ("C: zéro six vingt quatre vingt cinq dix onze", "A: 06 24 25 10 11 ?", "C: oui"),
        "06 24 25 10 11",
    ),
    # corrected in part, later
    (
        ("C: 06 22 17 91 05", "A: Et votre nom ?", "C: Martin. Ah, le numéro, c'est dix-huit, pas dix-sept."),
        "06 22 18 91 05",
    ),
    (
        ("C: 06 39 98 12 34", "A: 06 39 98 12 34 ?", "C: Oui. Et si ça ne répond pas, le 01 99 00 14 15."),
        "06 39 98 12 34",
    ),
    # the agent's numbers are not the caller's
    (
        (
            "A: essayez son portable 06 39 98 55 12",
            "C: oui d'accord",
            "A: et vous, votre numéro ?",
            "C: 06 39 98 12 34",
        ),
        "06 39 98 12 34",
    ),
    (("A: Appelez le 15.", "C: D'accord. Sinon moi c'est le 06 39 98 12 34."), "06 39 98 12 34"),
    # the number shown and a dictated one
    (("C: Mon numéro il a dû s'afficher, c'est le 06 39 98 12 34"), "06 39 98 12 34"),
    (("C: pas sur ce numéro, sur le 06 39 98 12 34"), "06 39 98 12 34"),
    (("A: On vous rappelle sur ce numéro ?", "C: Non, plutôt au 06 39 98 12 34"), "06 39 98 12 34"),
    (("A: Quel étage ?", "C: le douze", "A: Votre numéro ?", "C: 06 39 98 12 34"), "06 39 98 12 34"),
    (("A: Votre code postal ?", "C: 35000", "A: Un téléphone ?", "C: 06 39 98 12 34"), "06 39 98 12 34"),
    (("C: je suis née le 04 05 1972", "A: Et le numéro ?", "C: 06 39 98 12 34"), "06 39 98 12 34"),
]


@pytest.mark.parametrize(("lines", "number"), CALLS)
def test_number_of_a_call(lines: str | tuple[str, ...], number: str | None) -> None:
    judgment = judge(lines if isinstance(lines, tuple) else (lines,), caller_number=A_CALLER)
    assert judgment is not None
    if number is None:
        assert judgment.unsure
    else:
        assert (judgment.value, judgment.unsure) == (national(number), False)


DISPLAYED = [
    "C: rappelez-moi sur ce numéro",
    "C: Vous pouvez me rappeler au numéro qui s'affiche.",
    "C: celui avec lequel je vous appelle",
    "C: au même numéro",
    "C: Vous avez mon numéro qui s'affiche.",
    "C: sur celui-ci c'est très bien",
    "C: mon numéro doit s'afficher chez vous",
    "C: il s'est affiché je pense",
    "C: c'est le numéro d'où je vous appelle",
    "C: le numéro d'appel ça ira",
    "C: à ce numéro, s'il vous plaît",
    "C: c'est bien ce numéro",
    "C: vous avez mon numéro là",
    "C: le portable avec lequel je vous téléphone",
    "C: le numéro que vous voyez",
    "C: N'hésitez pas à me rappeler sur ce numéro.",
    "C: le numéro où je vous appelle",
    "C: surtout pas sur le fixe, le 01 99 00 14 15, sur ce numéro",
    ("A: Votre numéro de téléphone ?", "C: Celui-là."),
    ("A: Je vous rappelle sur ce numéro ?", "C: Oui."),
    ("A: C'est bien le numéro qui s'affiche ?", "C: Voilà, c'est ça."),
    ("A: On vous rappelle au numéro avec lequel vous appelez ?", "C: Oui oui."),
    "C: C'est mon portable, là, hein, vous l'avez.",
    "C: vous avez mon portable, là, rappelez dessus",
    "C: c'est celui de l'appel",
    "C: rappelez-moi là-dessus",
    ("A: Votre téléphone ?", "C: Oh, toujours le même."),
    ("A: Votre téléphone ?", "C: Il est affiché, je suppose."),
    ("A: Et pour vous joindre ?", "C: Je vous appelle de mon portable, prenez celui-là."),
    ("A: Je peux vous rappeler à ce numéro ?", "C: Bien sûr."),
    ("A: Je garde le numéro affiché ?", "C: Gardez, gardez."),
]


@pytest.mark.parametrize("lines", DISPLAYED)
def test_the_number_shown_where_the_caller_says_so(lines: str | tuple[str, ...]) -> None:
    lines = lines if isinstance(lines, tuple) else (lines,)
    judgment = judge(lines, caller_number=A_CALLER)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (A_CALLER, False)
    assert judge(lines, caller_number=None) is None


BESIDE_OTHERS = [
    ("C: J'ai essayé le 01 99 00 14 15.", "A: Votre téléphone ?", "C: Celui-ci."),
    ("A: Un numéro ?", "C: Celui-là, le mien. Mon fils, c'est le 06 39 98 12 34, mais il dort."),
]


@pytest.mark.parametrize("lines", BESIDE_OTHERS)
def test_the_number_shown_wins_over_those_of_others(lines: tuple[str, ...]) -> None:
    judgment = judge(lines, caller_number=A_CALLER)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (A_CALLER, False)


def test_the_number_shown_may_be_preferred_to_a_dictated_one() -> None:
    said = "mon fixe c'est le 01 99 00 14 15, mais rappelez-moi plutôt sur ce numéro"
    judgment = judge(said, caller_number=A_CALLER)
    assert judgment is not None
    assert judgment.value == A_CALLER


NOT_DISPLAYED = [
    "C: pas sur ce numéro, c'est le téléphone du voisin",
    "C: ne me rappelez pas sur ce numéro",
    "C: mon numéro ne s'affiche pas",
    "C: vous avez mon numéro dans le dossier",
    "C: je voudrais un rendez-vous",
    "C: je lis un numéro qui s'affiche sur la chaudière",
    ("A: Je vous rappelle sur ce numéro ?", "C: Surtout pas, je préfère un mail."),
    ("A: Je vous rappelle sur ce numéro ?", "C: Non."),
    ("A: Nous vous rappelons. Au revoir.", "C: Oui, au revoir."),
]


@pytest.mark.parametrize("lines", NOT_DISPLAYED)
def test_the_number_shown_is_not_assumed(lines: str | tuple[str, ...]) -> None:
    assert judge(lines if isinstance(lines, tuple) else (lines,), caller_number=A_CALLER) is None


CONFLICTS = [
    # the agent read another number back, and nobody settles it
    (
        ("C: 06 22 18 91 05", "A: 06 22 17 91 05, je transmets.", "C: Merci, au revoir."),
        "06 22 18 91 05",
        "06 22 17 91 05",
    ),
    (("C: 06 22 18 91 05", "A: 06 22 17 91 05, c'est ça ?", "C: Oui."), "06 22 17 91 05", "06 22 18 91 05"),
    # a pair corrected after the whole number, without saying which
    (("C: 06 22 18 91 05, non, dix-sept"), "06 22 18 91 17", "06 22 17 91 05"),
    # the caller refuses and corrects one of several likely pairs
    (("A: J'ai le 06 22 17 91 05.", "C: Non, trente-trois."), None, None),
    (("C: 06 22 18 91 05", "C: c'est le 06 22 17 91 05"), "06 22 17 91 05", "06 22 18 91 05"),
    (("C: 06 22 18 91 05", "A: 06 22 18 91 05 ?", "C: Non."), "06 22 18 91 05", None),
]


@pytest.mark.parametrize(("lines", "number", "rival"), CONFLICTS)
def test_what_nothing_settles_is_unsure(
    lines: tuple[str, ...], number: str | None, rival: str | None
) -> None:
    judgment = judge(lines if isinstance(lines, tuple) else (lines,))
    assert judgment is not None
    assert judgment.unsure
    assert number is None or judgment.value == national(number)
    assert rival is None or national(rival) in [r.value for r in judgment.rivals]


def test_a_dictation_one_digit_off_the_number_shown_is_unsure_unless_confirmed() -> None:
    near = "+33639981235"
    judgment = judge("06 39 98 12 34", caller_number=near)
    assert judgment is not None
    assert (judgment.unsure, judgment.rivals[0].value) == (True, near)
    confirmed = judge(("C: 06 39 98 12 34", "A: 06 39 98 12 34 ?", "C: oui"), caller_number=near)
    assert confirmed is not None
    assert not confirmed.unsure


def test_a_dictation_that_agrees_with_the_number_shown_is_sure() -> None:
    judgment = judge("zéro six soixante douze dix huit quatre vingt onze", caller_number="+33660121891")
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == ("+33660121891", False)


def test_the_number_shown_settles_a_doubtful_dictation() -> None:
    shown = "+33624251011"
    judgment = judge("zéro six vingt quatre vingt cinq dix onze", caller_number=shown)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (shown, False)
    lines = ("C: 06 22 18 91 05", "A: 06 22 17 91 05, je transmets.", "C: Merci.")
    read_back = judge(lines, caller_number="+33622179105")
    assert read_back is not None
    assert (read_back.value, read_back.unsure) == ("+33622179105", False)


REGIONS = [
    ("BE", "0477 12 34 56", "+32477123456"),
    ("BE", "zéro quatre cent soixante-dix-sept douze trente-quatre cinquante-six", "+32477123456"),
    ("BE", "02 345 67 89", "+3223456789"),
    ("CH", "zéro septante-neuf deux cent trente-quatre cinquante-six septante-huit", "+41792345678"),
    ("CH", "079 234 56 78", "+41792345678"),
    ("LU", "mon numéro c'est le 621 123 456", "+352621123456"),
    (
        "FR",
        "zéro zéro trente-deux quatre cent soixante-dix-sept douze trente-quatre cinquante-six",
        "+32477123456",
    ),
    ("FR", "+41 79 234 56 78", "+41792345678"),
    (
        "FR",
        "plus trois cent cinquante-deux six cent vingt et un cent vingt-trois quatre cent cinquante-six",
        "+352621123456",
    ),
    (
        "BE",
        "zéro zéro trente-trois six trente-neuf quatre-vingt-dix-huit douze trente-quatre",
        "+33639981234",
    ),
    ("FR", "0692 12 34 56", "+262692123456"),
    ("FR", "0596 61 23 45", "+596596612345"),
]


@pytest.mark.parametrize(("region", "said", "e164"), REGIONS)
def test_regions(region: str, said: str, e164: str) -> None:
    judgment = judge(said, region=region)
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == (e164, False)


def mentions(*lines: str) -> dict[str | None, PhoneMention]:
    return {m.e164: m for m in find_phones(call(*lines))}


def test_extension() -> None:
    assert mentions("C: le 01 99 00 14 15 poste 214")["+33199001415"].extension == "214"
    said = mentions("C: le 01 99 00 14 15, poste deux cent quatorze")["+33199001415"]
    assert (said.extension, said.doubtful) == ("214", False)
    assert mentions("C: le 01 99 00 14 15")["+33199001415"].extension is None


ROLES = [
    ("C: mon ancien numéro c'était le 06 39 98 12 34", "old"),
    ("C: le 06 39 98 12 34 n'est plus valable", "old"),
    ("C: le fax c'est le 06 39 98 12 34", "fax"),
    ("C: le portable de ma fille c'est le 06 39 98 12 34", "other_person"),
    ("C: son numéro à elle 06 39 98 12 34", "other_person"),
    ("C: rappelez-moi. Mon fils, c'est le 06 39 98 12 34", "other_person"),
    ("C: 06 39 98 12 34, c'est celui de ma fille", "other_person"),
    ("C: je ne l'ai pas sur moi, mieux vaut ma mère, 06 39 98 12 34", "callback"),
    ("C: je vous donne celui de ma femme, c'est mieux : 06 39 98 12 34", "callback"),
    ("C: on m'a appelé du 06 39 98 12 34", "given"),
    ("C: le monsieur m'a laissé le 06 39 98 12 34", "given"),
    ("C: vous pouvez me joindre au 06 39 98 12 34", "callback"),
    ("C: appelez-moi au 06 39 98 12 34", "callback"),
    ("C: 06 39 98 12 34", "unknown"),
    ("A: composez le 06 39 98 12 34", "given"),
]


@pytest.mark.parametrize(("line", "role"), ROLES)
def test_roles(line: str, role: str) -> None:
    assert mentions(line)["+33639981234"].role == role


SHORT = [
    ("A: appelez le 15 tout de suite", "15"),
    ("A: faites le dix-huit", "18"),
    ("A: composez le cent douze", "112"),
    ("C: on m'a dit d'appeler le 3919", "3919"),
    ("C: on m'a dit de faire le trente-neuf dix-neuf", "3919"),
]


@pytest.mark.parametrize(("line", "number"), SHORT)
def test_short_numbers(line: str, number: str) -> None:
    found = find_phones(call(line))
    assert [(m.e164, m.role) for m in found] == [(number, "short")]
    assert callback_number(call(line), caller_number=None) is None


def test_only_another_persons_number_is_unsure() -> None:
    judgment = judge("le numéro du gardien c'est le 06 39 98 12 34")
    assert judgment is not None
    assert (judgment.value, judgment.unsure) == ("+33639981234", True)


def test_a_number_taken_back_stays_as_superseded() -> None:
    found = mentions("C: 06 39 98 12 33, non pardon, 34 à la fin")
    assert (found["+33639981233"].superseded, found["+33639981234"].superseded) == (True, False)


def test_read_back_is_a_mention_of_the_agent() -> None:
    found = find_phones(call("C: 06 39 98 12 34", "A: 06 39 98 12 34 ?", "C: c'est ça"))
    assert [(m.speaker, m.confirmed) for m in found] == [("caller", True), ("agent", True)]


def test_evidence_of_a_corrected_number_leaves_the_wrong_pair_out() -> None:
    judgment = judge("zéro six, vingt-deux, dix-sept, euh non pardon, dix-huit, quatre-vingt-onze, zéro cinq")
    assert judgment is not None
    quotes = [e.quote for e in judgment.evidence]
    assert quotes == ["zéro six, vingt-deux", "dix-huit, quatre-vingt-onze, zéro cinq"]


def test_a_call_of_forty_turns_takes_less_than_ten_milliseconds() -> None:
    talk = (
        "A: Très bien, et vous habitez au deuxième étage, c'est bien cela ?",
        "C: Oui, au douze rue Pasteur, depuis deux mille dix-neuf, et la fuite date d'hier, dix-huit heures.",
    )
    lines = [*talk * 18, *CALLS[0][0][:4], "C: douze trente-quatre"]
    transcript = call(*lines)
    callback_number(transcript, caller_number=None)
    best = min(_timed(transcript) for _ in range(5))
    assert best < 0.01


def _timed(transcript: Transcript) -> float:
    start = time.perf_counter()
    callback_number(transcript, caller_number=None)
    return time.perf_counter() - start
