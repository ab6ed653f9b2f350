"""Kinds of request that callers of any trade have in common."""

from __future__ import annotations

import numpy as np
import pytest
from small import BILL, LEAK, QUOTE, models

from qualify.understanding.kinds import KindHead, agreement, grams

KINDS = models().intent.kinds
INTENTS = {
    i["id"]: KINDS.of_intent(f"{i['label']} . {i['description']}", i["examples"]) for i in (LEAK, QUOTE, BILL)
}


def test_grams_are_tokens_and_pairs_of_stems() -> None:
    assert {"march", "march*", "plus", "march plus"} <= grams("Ça ne marche plus.")
    assert grams("…") == frozenset()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("la machine ne marche plus du tout", "leak"),
        ("je voudrais un devis pour des travaux", "quote"),
        ("j'ai été prélevé deux fois, je ne comprends pas la facture", "billing"),
    ],
)
def test_the_situation_decides_without_the_trades_words(said: str, expected: str) -> None:
    kinds = KINDS.of_caller(said)
    assert max(INTENTS, key=lambda i: agreement(INTENTS[i].together, kinds)) == expected


def test_an_object_of_one_trade_tells_no_kind() -> None:
    assert KINDS.of_caller("xyzzy") == pytest.approx(KINDS.of_caller(""))


def test_an_intent_without_examples_is_read_by_its_description() -> None:
    alone = KINDS.of_intent("Facture", [])
    assert alone.together == pytest.approx(alone.written)
    assert alone.examples == ()


def test_probabilities_sum_to_one() -> None:
    assert float(KINDS.of_caller("ma facture").sum()) == pytest.approx(1, abs=1e-5)


def test_agreement_is_highest_for_the_same_kind() -> None:
    first, second = np.float32([1, 0]), np.float32([0, 1])
    assert agreement(first, first) > agreement(first, second)


def test_a_long_text_does_not_outweigh_by_length_alone() -> None:
    head = KindHead({"fuit": 0, "eau": 1}, np.float32([[1, 0], [1, 0]]), np.float32([0, 0]))
    one, two = head.logits("fuite")[0], head.logits("fuite eau")[0]
    assert one < two < 2 * one
