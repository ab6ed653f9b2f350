import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.rendering.shorten import LONGEST, shortened


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("La chaudière fuit.", 30, "La chaudière fuit."),
        ("La chaudière fuit beaucoup, il y a de l'eau.", 35, "La chaudière fuit beaucoup..."),
        ("La chaudière fuit beaucoup depuis mardi matin.", 32, "La chaudière fuit beaucoup..."),
        ("Voudrait, pour demain, un rendez-vous complet.", 44, "Voudrait, pour demain, un rendez-vous..."),
        ("Souhaite parler à maître Picard lui-même", 21, "Souhaite parler..."),
        ("Le patient ne viendra pas demain.", 25, "Le patient..."),
        ("Le patient viendra pas demain.", 22, ""),
        ("Le contrat est le quatre, un, deux, six, urgent.", 40, "Le contrat..."),
        ("Rendez-vous fixé mardi à 9 h 30 précises.", 32, "Rendez-vous fixé mardi..."),
        ("Anticonstitutionnellement", 10, ""),
        ("Ne viendra pas", 12, ""),
    ],
)  # fmt: skip
def test_cut_at_a_border(text: str, room: int, expected: str) -> None:
    assert shortened(text, lambda t: len(t) <= room, mark="...") == expected


@given(text=st.text(alphabet="ab ,.1neps'", max_size=80), room=st.integers(0, 80))
def test_a_beginning_that_fits(text: str, room: int) -> None:
    made = shortened(text, lambda t: len(t) <= room, mark="...")
    assert len(made) <= room or made == ""
    assert text.startswith(made.removesuffix("..."))


def test_no_more_is_looked_at_than_any_rendering_has_room_for() -> None:
    assert len(shortened("mot " * 1000, lambda t: len(t) <= 2000, mark="...")) <= LONGEST + len("...")
