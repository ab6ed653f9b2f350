from __future__ import annotations

import pytest

from qualify.understanding.fields.phonetic import key, similarity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lefèvre", "Lefebvre"), ("Dupont", "Dupond"), ("Durand", "Durant"), ("Martin", "Martein"),
        ("Rousseau", "Roussot"), ("Benoît", "Benois"), ("Caussé", "Kossé"), ("Dubois", "Duboy"),
        ("Chevalier", "Chevallier"),
    ],
)  # fmt: skip
def test_names_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert key(one) == key(other)
    assert similarity(one, other) >= 0.9


@pytest.mark.parametrize(("one", "other"), [("Martin", "Bernard"), ("Durand", "Moreau"), ("Petit", "Roux")])
def test_names_that_differ_do_not(one: str, other: str) -> None:
    assert similarity(one, other) < 0.6


def test_only_the_same_letters_are_the_same_name() -> None:
    assert similarity("Hélène", "helene") == 1.0
    assert similarity("Dupont", "Dupond") < 1.0
    assert similarity("", "Dupont") == 0.0
