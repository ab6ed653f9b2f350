"""What callers say of their files, orders, contracts → references."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.understanding.fields.reference import find_references

ANNOUNCED = [
    ("mon dossier AB douze quatre-vingt-quatre", "AB1284"),
    ("dossier 24-1187", "24-1187"),
    ("le dossier vingt-quatre tiret onze quatre-vingt-sept", "24-1187"),
    ("référence F comme François neuf cent douze", "F912"),
    ("dossier numéro deux mille vingt-six tiret zéro quarante-deux", "2026-042"),
    ("la commande 4587", "4587"),
    ("le numéro de commande c'est le 45 87 12", "458712"),
    ("facture FA-2024-118", "FA-2024-118"),
    ("ma facture numéro FA 2024 118", "FA2024118"),
    ("le contrat 00124578", "00124578"),
    ("contrat zéro zéro douze quarante-cinq", "001245"),
    ("le numéro de sinistre c'est S comme Sophie 4412", "S4412"),
    ("mon numéro de client 778 412", "778412"),
    ("numéro client, sept cent soixante-dix-huit quatre cent douze", "778412"),
    ("le devis D 118", "D118"),
    ("devis deux cent douze slash B", "212/B"),
    ("ticket INC 4521", "INC4521"),
    ("bon de commande BC douze", "BC12"),
    ("numéro d'adhérent neuf cent douze trente", "91230"),
    ("la police d'assurance c'est P Q 44 12", "PQ4412"),
    ("la plaque c'est AB-123-CD", "AB-123-CD"),
    ("immatriculée A B cent vingt-trois C D", "AB123CD"),
    ("plaque A B tiret cent vingt-trois tiret C D", "AB-123-CD"),
    ("réf. 2024/118", "2024/118"),
    ("référence : XJ 12", "XJ12"),
    ("la référence, alors, c'est euh le X J douze", "XJ12"),
    ("dossier AB douze, non pardon, treize", "AB13"),
    ("dossier A B, douze, trente-deux.", "AB1232"),
    ("dossier b comme berthe douze", "B12"),
    ("dossier quatre-vingt-deux douze zéro sept", "821207"),
    ("c'est pour le dossier 24 1187 Martin", "241187"),
    ("le numéro de série SN 45 A 8", "SN45A8"),
    ("commande RT 44718 B, B comme Bernard", "RT44718B"),
    ("dossier vingt-six, mille neuf cent douze, A S, avec des tirets", "26-1912-AS"),
    # letters and many digits tell themselves
    ("AB douze quatre-vingt-quatre", "AB1284"),
    ("c'est la FA 26 0871", "FA260871"),
    ("c'est le K H double zéro quatre-vingt-quatre", "KH0084"),
    ("bon de travail D D neuf neuf un", "DD991"),
    ("le contrat, attendez, K H douze", "KH12"),
    ("réservation quatre-vingt-quatorze douze", "9412"),
    # corrections
    ("le dossier deux un un six. Non attendez, il y a un zéro devant", "2116"),
    ("dossier C V, un, un, zéro, quatre... non, zéro, neuf, quatre", "CV11094"),
    ("dossier C V, un, deux. Je reprends, un, un, zéro, neuf, quatre", "CV11094"),
    ("dossier C P, vingt-six, quatre cent onze. Non. Quatre cent dix-sept", "CP26417"),
    ("dossier EA 31 07, je crois. Attendez, je regarde. Non, 31 70.", "EA3170"),
    ("dossier R C, barre, deux six, euh, R C vingt-six, tiret, mille quarante-sept", "RC26-1047"),
    ("dossier AB 1284. Non, attendez un instant.", "AB1284"),
    ("dossier AB 1284. Non, mon portable c'est le 06 39 98 12 34", "AB1284"),
]


@pytest.mark.parametrize(("said", "value"), ANNOUNCED)
def test_announced_references(said: str, value: str) -> None:
    assert [r.value for r in find_references(said)] == [value]


NONE = [
    "ma facture de deux cents euros",
    "la facture du 12 mars",
    "une commande il y a trois jours",
    "le dossier est complet, j'ai soixante-douze ans",
    "mon numéro c'est le 06 39 98 12 34",
    "mon numéro de téléphone zéro six trente-neuf quatre-vingt-dix-huit douze trente-quatre",
    "le devis 3 pages",
    "j'habite au 12 rue Pasteur",
    "AB douze",
    "BP 12084, à Lyon",
    "de 9 h 30 à 13 h 30",
    "Léo, 06 39 98 12 34",
    "une commande de mille litres",
    "le dossier, c'est pour le 0041 79 345 60 18",
    "le dossier ?",
    "le contrat, on le signe à 18 heures 30",
    "",
]


@pytest.mark.parametrize("said", NONE)
def test_no_reference(said: str) -> None:
    assert find_references(said) == ()


def test_asked_for_by_the_agent() -> None:
    assert [r.value for r in find_references("c'est le quatre-vingt-deux douze zéro sept", asked=True)] == [
        "821207"
    ]
    assert find_references("je ne l'ai pas, attendez", asked=True) == ()


PATTERNS = [
    (r"[A-Z]{2}\d{4}", "c'est AB douze quatre-vingt-quatre", "AB1284"),
    (r"\d{2}-\d{4}", "vingt-quatre tiret onze quatre-vingt-sept", "24-1187"),
    (r"\d{2}-\d{4}", "vingt-quatre onze cent quatre-vingt-sept", "24-1187"),
    (r"[A-Z]-\d{3}", "F comme François neuf cent douze", "F-912"),
    (r"[A-Z]{2}-\d{3}-[A-Z]{2}", "A B cent vingt-trois C D", "AB-123-CD"),
    (r"\d{6}", "mon numéro d'allocataire sept cent soixante-dix-huit quatre cent douze", "778412"),
]


@pytest.mark.parametrize(("pattern", "said", "value"), PATTERNS)
def test_a_tenants_pattern(pattern: str, said: str, value: str) -> None:
    assert [r.value for r in find_references(said, pattern=pattern)] == [value]


def test_a_pattern_that_nothing_matches() -> None:
    assert find_references("dossier 24-1187", pattern=r"[A-Z]{3}\d") == ()


def test_span_and_cue() -> None:
    said = "C'est pour le dossier AB douze quatre-vingt-quatre, merci"
    (found,) = find_references(said)
    assert (said[found.start : found.end], found.cue) == ("AB douze quatre-vingt-quatre", "dossier")


@given(st.from_regex(r"[A-Z]{2}[1-9][0-9]{3,6}", fullmatch=True))
def test_any_written_reference_comes_back(reference: str) -> None:
    assert [r.value for r in find_references(f"le dossier {reference[:2]} {reference[2:]}.")] == [reference]


@given(st.text(alphabet="dossier AB12 -,. non cent/", max_size=60))
def test_any_text_gives_spans_within_it(text: str) -> None:
    assert all(0 <= r.start < r.end <= len(text) for r in find_references(text))
