import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.rendering.gsm import BASIC, EXTENSION, gsm_text, segments, septets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Déjà là, où ? À bientôt Éric", "Déjà là, où ? A bientot Éric"),
        ("garçon, Ça, FRANÇAIS", "garcon, Ça, FRANÇAIS"),
        ("la fenêtre du maïs naïf à Noël", "la fenetre du mais naif à Noel"),
        ("e\u0301tage", "étage"),
        ("sœur, ŒUVRE, æ", "soeur, OEUVRE, æ"),
        ("« C’est l’hiver » — dit-il…", "\"C'est l'hiver\" - dit-il..."),
        ("12,50 €, n° 4 [cave]", "12,50 €, no 4 [cave]"),
        ("16 h\u00a030\u202fmin", "16 h 30 min"),
        ("100 m²", "100 m2"),
        ("mañana, Łukasz, Đorđe", "mañana, Lukasz, Dorde"),
        ("urgent 🚨 !", "urgent  !"),
        ("١٢", "12"),
        ("Иван", "????"),
        ("a\u200bb\x00c", "abc"),
    ],
)
def test_the_nearest_text_of_the_alphabet(text: str, expected: str) -> None:
    assert gsm_text(text) == expected


def test_the_alphabet_has_127_characters_and_the_escape() -> None:
    assert len(BASIC) == 127
    assert "ê" not in BASIC
    assert "ç" not in BASIC
    assert {*"éèàùìòÇÉ"} <= BASIC


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 151 + "€" + "a" * 153, 2),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
    ],
)
def test_how_many_sms(text: str, count: int) -> None:
    assert segments(text) == count


@given(st.text())
def test_any_text_is_encodable_and_stays(text: str) -> None:
    made = gsm_text(text)
    assert set(made) <= BASIC | EXTENSION
    assert gsm_text(made) == made
    assert septets(made) >= len(made)
