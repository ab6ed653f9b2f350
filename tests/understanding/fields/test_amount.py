"""What callers say of money → euros."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from qualify.understanding.fields.amount import find_amounts

AMOUNTS = [
    ("deux cent cinquante euros", 250.0),
    ("mille deux cents euros et cinquante centimes", 1200.5),
    ("mille deux cents euros cinquante", 1200.5),
    ("1 250,50 €", 1250.5),
    ("1250.50 euros", 1250.5),
    ("1.250 euros", 1250.0),
    ("1250€", 1250.0),
    ("12 euros 90", 12.9),
    ("12,9 €", 12.9),
    ("douze euros quatre-vingt-dix", 12.9),
    ("douze euros et quatre-vingt-dix centimes", 12.9),
    ("douze virgule cinq euros", 12.5),
    ("douze virgule zéro cinq euros", 12.05),
    ("cinquante centimes", 0.5),
    ("trois mille euros", 3000.0),
    ("3 mille euros", 3000.0),
    ("3 k€", 3000.0),
    ("2,5 millions d'euros", 2500000.0),
    ("un million d'euros", 1000000.0),
    ("deux virgule cinq millions d'euros", 2500000.0),
    ("mille balles", 1000.0),
    ("soixante-quinze euros", 75.0),
    ("septante euros", 70.0),
    ("cent euros", 100.0),
    ("un euro", 1.0),
    ("la facture de 480 euros", 480.0),
    ("ça fait quatre-vingts euros par mois", 80.0),
    ("cent vingt euros, deux fois", 120.0),
    ("cent vingt euros pour deux personnes", 120.0),
    ("quinze mille euros de travaux", 15000.0),
]


@pytest.mark.parametrize(("said", "euros"), AMOUNTS)
def test_amounts(said: str, euros: float) -> None:
    assert [a.value for a in find_amounts(said)] == [euros]


NONE = [
    "deux heures",
    "12 rue Pasteur",
    "le 06 39 98 12 34",
    "cent pour cent",
    "des euros",
    "il me doit de l'argent",
    "deux cents",
]


@pytest.mark.parametrize("said", NONE)
def test_no_amount(said: str) -> None:
    assert find_amounts(said) == ()


def test_several_with_their_places() -> None:
    said = "pas trois cents euros, trois cent vingt euros"
    found = find_amounts(said)
    assert [said[a.start : a.end] for a in found] == ["trois cents euros", "trois cent vingt euros"]


@given(st.integers(min_value=1, max_value=999_999))
def test_any_sum_in_words_comes_back(euros: int) -> None:
    assert [a.value for a in find_amounts(f"ça coûte {num2words(euros, lang='fr')} euros")] == [float(euros)]


@given(st.text(alphabet="0123456789,. €euros centimes et", max_size=60))
def test_any_text_gives_spans_within_it(text: str) -> None:
    assert all(0 <= a.start < a.end <= len(text) for a in find_amounts(text))
