"""Spelled letters → the name, with French capitals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.understanding.fields.spelling import find_spellings, name_case

SPELLED = [
    # plain
    ("M A R T I N", "Martin"),
    ("Martin, M A R T I N", "Martin"),
    ("M-A-R-T-I-N", "Martin"),
    ("M.A.R.T.I.N.", "Martin"),
    ("M, A, R, T, I, N", "Martin"),
    ("m a r t i n", "Martin"),
    ("ça s'écrit D U P O N D", "Dupond"),
    ("alors c'est K O W A L S K I", "Kowalski"),
    ("R Z E P K A, comme ça se prononce pas", "Rzepka"),
    ("ça s'écrit L Y", "Ly"),
    ("j'épelle : N G U Y E N.", "Nguyen"),
    ("mon nom c'est Roux, R O U X, et je vous appelle pour une fuite", "Roux"),
    ("M A puis R T puis I N", "Martin"),
    ("M A R, euh, T I N", "Martin"),
    ("il y a M A R T I N dedans", "Martin"),
    # doubled letters
    ("L E plus loin G O deux F", "Le Goff"),
    ("L E plus loin G O 2 F", "Le Goff"),
    ("M A deux R T I N", "Marrtin"),
    ("P E T I double T", "Petitt"),
    ("B O deux N E T", "Bonnet"),
    ("B O deux fois N E T", "Bonnet"),
    ("L A M B E R T deux O", "Lambertoo"),
    ("B A double S E T", "Basset"),
    # words for letters
    ("B comme Berthe, A comme Anatole, C comme Célestin", "Bac"),
    ("D comme Denis U P comme Pierre O N T", "Dupont"),
    ("P comme Pierre, I, C comme Caroline, H comme Henri, O, N comme Nicolas", "Pichon"),
    ("bé comme Berthe é erre té", "Bért"),
    ("M comme Marie, O, R, E, A, U", "Moreau"),
    ("S C H M I D T, S comme Sophie", "Schmidts"),
    # accents
    ("B E accent aigu N A R D", "Bénard"),
    ("H E accent aigu B E R T", "Hébert"),
    ("L E accent grave V R E", "Lèvre"),
    ("F R A N C cédille O I S", "François"),
    ("N O E tréma L", "Noël"),
    ("B E N O I accent circonflexe T", "Benoît"),
    ("é t é v e", "Étéve"),
    ("L E B E dans l'O U F", "Lebœuf"),
    # separators
    ("J E A N tiret P A U L", "Jean-Paul"),
    ("J E A N trait d'union P A U L", "Jean-Paul"),
    ("D apostrophe A L M E I D A", "d'Almeida"),
    ("D E plus loin O L I V E I R A", "De Oliveira"),
    ("D E espace O L I V E I R A", "De Oliveira"),
    ("L E G A L L en deux mots", "Legall"),
    ("O apostrophe B R I E N", "O'Brien"),
    ("L E espace B I H A N", "Le Bihan"),
    # letter names
    ("emme a erre té i enne", "Martin"),
    ("dé u pé o enne té", "Dupont"),
    ("gé o esse esse e", "Gosse"),
    ("ka a cé i", "Kaci"),
    ("bé o ixe", "Box"),
    ("zède o é", "Zoé"),
    ("cu u i erre i enne", "Quirin"),
    ("effe a bé erre e", "Fabre"),
    ("ache u gé o", "Hugo"),
    ("Lucas, elle u cé a esse", "Lucas"),
    ("ji o elle i", "Joli"),
    ("vé i dé a elle", "Vidal"),
    ("L U Y igrec", "Luyy"),
    ("G U I grec O T", "Guyot"),
    ("G U Y O T", "Guyot"),
    ("double v A G N E R", "Wagner"),
    ("K O double V A L", "Kowal"),
    ("double vé e bé e erre", "Weber"),
    # corrections
    ("D U P O N D, non pardon, T", "Dupont"),
    ("M A R T A non I N", "Martin"),
]


@pytest.mark.parametrize(("said", "name"), SPELLED)
def test_spelled_names(said: str, name: str) -> None:
    assert [s.value for s in find_spellings(said)] == [name]


NOT_SPELLED = [
    "il y a un problème à la cave",
    "c'est l'eau, elle coule de là-haut",
    "j'ai appelé hier, on m'a dit d'attendre",
    "elle en a deux, elle aime ça",
    "le bâtiment B, escalier C",
    "au 12 bis A",
    "Martin",
    "comme ça, comme d'habitude",
    "",
    "y a le T deux",
    "un A quatre, quoi",
]


@pytest.mark.parametrize("said", NOT_SPELLED)
def test_words_are_no_spelling(said: str) -> None:
    assert find_spellings(said) == ()


def test_the_span_covers_the_letters_only() -> None:
    said = "C'est Yvonne Le Goff, L E plus loin G O deux F. Et moi c'est Sylvie."
    (spelling,) = find_spellings(said)
    assert said[spelling.start : spelling.end] == "L E plus loin G O deux F"


def test_two_spellings_in_one_turn() -> None:
    found = find_spellings("le nom c'est R O U X, et le prénom ça s'écrit avec un K, E R I K")
    assert [s.value for s in found] == ["Roux", "Erik"]


CASES = [
    ("LE GOFF", "Le Goff"),
    ("D'ALMEIDA", "d'Almeida"),
    ("de oliveira", "De Oliveira"),
    ("JEAN-MARC", "Jean-Marc"),
    ("éloïse", "Éloïse"),
    ("O'BRIEN", "O'Brien"),
]


@pytest.mark.parametrize(("name", "cased"), CASES)
def test_name_case(name: str, cased: str) -> None:
    assert name_case(name) == cased


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=12))
def test_any_spelled_letters_come_back(letters: str) -> None:
    assert [s.value for s in find_spellings("ça s'écrit " + " ".join(letters))] == [letters.capitalize()]


@given(st.text(max_size=80))
def test_any_text_gives_spans_within_it(text: str) -> None:
    assert all(0 <= s.start < s.end <= len(text) for s in find_spellings(text))
