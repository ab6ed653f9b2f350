"""The n-gram baseline does what its docstring says, no more."""

from __future__ import annotations

import pytest
from qualify.eval.baseline import NgramBaseline, cosine, grams
from scored import TENANT

from qualify.records import Maker, Transcript, Turn


def said(*texts: str) -> Transcript:
    return Transcript(
        turns=tuple(Turn(speaker="caller", text=t) for t in texts), made_by=Maker(engine="t", version="1")
    )


def test_the_same_text_is_alike_and_another_is_not() -> None:
    assert cosine(grams("Fuite d'eau"), grams("fuite d'eau")) == pytest.approx(1)
    assert cosine(grams("abc"), grams("xyz")) == 0
    assert cosine(grams(""), grams("abc")) == 0


@pytest.mark.parametrize("intent", [i for i in TENANT.intents if i.examples], ids=lambda i: i.id)
def test_an_intent_in_its_own_words(intent) -> None:  # type: ignore[no-untyped-def]
    words = f"{intent.label} {intent.description} {' '.join(intent.examples)}"
    found = NgramBaseline().qualify(said(words), TENANT, started_at=None, caller_number=None)
    assert found.intent.value == intent.id


def test_ten_digits_are_the_number() -> None:
    found = NgramBaseline().qualify(
        said("le 06 12 34 56 78, non", "le 06.22.33.44.55"), TENANT, started_at=None, caller_number=None
    )
    assert found.fields["phone"].value == "+33622334455"
