"""Messages that cost nothing to make, as a measure of ours."""

from __future__ import annotations

import math

import pytest
from qualify.eval.references import cut, human, leading, with_message
from scored import TENANT, case, said, value

TURNS = said("A: Atelier Morel, bonjour.", "Bonjour. Mon vélo est cassé.", "A: Oui ?", "Rappelez-moi.")


def limited(words: int | None) -> object:
    return TENANT.model_copy(update={"message": TENANT.message.model_copy(update={"max_words": words})})


@pytest.mark.parametrize(
    ("limit", "beginning", "sentences"),
    [
        (None, "Atelier Morel, bonjour. Bonjour. Mon vélo est cassé. Oui ? Rappelez-moi.",
         "Bonjour. Mon vélo est cassé. Rappelez-moi."),
        (5, "Atelier Morel, bonjour. Bonjour. Mon", "Bonjour. Mon vélo est cassé."),
        (4, "Atelier Morel, bonjour. Bonjour.", "Bonjour."),
    ],
)  # fmt: skip
def test_the_transcript_cut_and_the_callers_first_sentences(
    limit: int | None, beginning: str, sentences: str
) -> None:
    some = case(tenant=limited(limit), turns=TURNS)  # type: ignore[arg-type]
    assert cut(some) == beginning
    assert leading(some) == sentences


def test_a_first_sentence_beyond_the_limit_is_cut() -> None:
    some = case(tenant=limited(2), turns=said("Mon vélo est cassé."))  # type: ignore[arg-type]
    assert leading(some) == "Mon vélo"


def test_the_same_metrics_score_another_message() -> None:
    labels = {"key_facts": [{"fact": "vélo", "any_of": ["vélo"]}], "message": "Son vélo."}
    some = case(labels, {"message": "Rien.", "evidence": {"message": []}}, turns=TURNS)
    assert value("key_facts", [some]) == 0
    assert value("key_facts", [with_message(some, human(some))]) == 1
    assert value("key_facts", [with_message(some, cut(some))]) == 1
    assert value("supported", [some]) == 0
    assert math.isnan(value("supported", [with_message(some, human(some))]))
