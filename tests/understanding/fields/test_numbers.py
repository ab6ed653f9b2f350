"""French numbers in words → values with their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from qualify.understanding.fields.numbers import compose, find_numbers

NUMBERS = [
    ("zéro", [0]),
    ("un", [1]),
    ("une", [1]),
    ("dix", [10]),
    ("seize", [16]),
    ("dix-sept", [17]),
    ("dix sept", [17]),
    ("dix-neuf", [19]),
    ("vingt", [20]),
    ("vingt et un", [21]),
    ("vingt-et-un", [21]),
    ("vingt un", [21]),
    ("vingt-deux", [22]),
    ("vingt deux", [22]),
    ("trente et une", [31]),
    ("soixante-neuf", [69]),
    ("soixante-dix", [70]),
    ("soixante et onze", [71]),
    ("soixante-et-onze", [71]),
    ("soixante onze", [71]),
    ("soixante-douze", [72]),
    ("soixante dix sept", [77]),
    ("soixante-dix-neuf", [79]),
    ("quatre-vingts", [80]),
    ("quatre vingt", [80]),
    ("quatre-vingt-un", [81]),
    ("quatre-vingt-dix", [90]),
    ("quatre vingt onze", [91]),
    ("quatre-vingt-dix-sept", [97]),
    ("quatre vingt dix neuf", [99]),
    ("septante", [70]),
    ("septante et un", [71]),
    ("septante-deux", [72]),
    ("huitante-trois", [83]),
    ("octante-quatre", [84]),
    ("nonante", [90]),
    ("nonante-sept", [97]),
    ("cent", [100]),
    ("cent un", [101]),
    ("deux cents", [200]),
    ("deux cent douze", [212]),
    ("neuf cent quatre-vingt-dix-neuf", [999]),
    ("mille", [1000]),
    ("mille deux cents", [1200]),
    ("deux mille dix-neuf", [2019]),
    ("deux mille vingt-six", [2026]),
    ("mille neuf cent quarante et un", [1941]),
    ("dix-neuf cent quarante", [1940]),
    ("dix-neuf cent soixante-douze", [1972]),
    ("trois cent mille", [300_000]),
    ("quatre-vingt mille quatre-vingts", [80_080]),
    ("un million", [1_000_000]),
    ("deux millions trois cent mille", [2_300_000]),
    ("premier", [1]),
    ("première", [1]),
    ("deuxième", [2]),
    ("vingt et unième", [21]),
    ("quatre-vingt-dixième", [90]),
    ("1er", [1]),
    ("3ème", [3]),
    ("12", [12]),
    ("3 mille", [3000]),
    # where one number ends and the next begins
    ("zéro six", [0, 6]),
    ("zéro zéro", [0, 0]),
    ("vingt douze", [20, 12]),
    ("vingt, deux", [20, 2]),
    ("douze quatre-vingt-quatre", [12, 84]),
    ("dix dix", [10, 10]),
    ("cent cent", [100, 100]),
    ("vingt et deux", [20, 2]),
    ("soixante et quinze", [60, 15]),
    ("trente-cinq mille Rennes, le quatre mars", [35_000, 4]),
    ("06 22", [6, 22]),
    ("VINGT-DEUX", [22]),
    ("rien du tout", []),
    ("", []),
]


@pytest.mark.parametrize(("said", "values"), NUMBERS)
def test_values(said: str, values: list[int]) -> None:
    assert [n.value for n in find_numbers(said)] == values


ORDINALS = [
    ("le premier mars", True),
    ("la deuxième fois", True),
    ("le 1er", True),
    ("le 1", False),
    ("deux", False),
]


@pytest.mark.parametrize(("said", "ordinal"), ORDINALS)
def test_ordinals(said: str, ordinal: bool) -> None:
    assert [n.ordinal for n in find_numbers(said)] == [ordinal]


def test_places_in_the_original_text() -> None:
    said = "Né le Quatre mars MILLE neuf cent quarante et un, à Évry."
    assert [said[n.start : n.end] for n in find_numbers(said)] == ["Quatre", "MILLE neuf cent quarante et un"]


COMPOUNDS = [
    ([4, 20], 80),
    ([60, 12], 72),
    ([4, 20, 10, 7], 97),
    ([20, 12], None),
    ([10, 6], None),
    ([2, 100, 12], 212),
    ([1, 100], None),
]


@pytest.mark.parametrize(("values", "together"), COMPOUNDS)
def test_compose(values: list[int], together: int | None) -> None:
    assert compose(values) == together


@given(st.integers(min_value=0, max_value=9_999_999), st.booleans())
def test_any_number_in_words_comes_back(value: int, hyphens: bool) -> None:
    words = num2words(value, lang="fr")
    words = words if hyphens else words.replace("-", " ")
    (number,) = find_numbers(words)
    assert (number.value, number.start, number.end) == (value, 0, len(words))


@given(st.text(max_size=80))
def test_any_text_gives_places_within_it(text: str) -> None:
    assert all(0 <= n.start < n.end <= len(text) for n in find_numbers(text))
