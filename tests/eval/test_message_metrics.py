"""What a message must carry, must not hold, what it rests on, and how it reads."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualify.eval.intervals import figure
from qualify.eval.metrics.metric import score
from qualify.eval.metrics.readability import syllables
from sacrebleu.metrics import CHRF
from scored import BY_ID, FAILED, TENANT, case, said, value

FACT = {
    "key_facts": [{"fact": "vélo", "any_of": ["vélo", "bicyclette"]}, {"fact": "Lyon", "any_of": ["Lyon"]}]
}


def test_facts() -> None:
    some = [case(FACT, {"message": "Un VELO a Lyon."}), case(FACT, {"message": "Une bicyclette."})]
    assert value("key_facts", some) == 0.75
    assert value("all_facts", some) == 0.5
    assert score(BY_ID["all_facts"], some[1]).reason == "absent du message : Lyon"


def test_a_message_that_is_wanting_carries_nothing() -> None:
    assert value("key_facts", [case(FACT, {"message": None})]) == 0
    assert value("all_facts", [case(predicted={"message": None})]) == 0


@pytest.mark.parametrize(
    ("forbidden", "message", "found"),
    [
        (["06 12"], "Rappeler le 0612.", 1),
        (["06 12"], "Rappeler le 0613.", 0),
        ([], "C'est GRATUIT.", 1),
        ([], None, None),
    ],
    ids=["spacing aside", "another number", "the tenant's own", "no message"],
)
def test_forbidden_strings(forbidden: list[str], message: str | None, found: int | None) -> None:
    figures = value("forbidden", [case({"forbidden": forbidden}, {"message": message})])
    assert math.isnan(figures) if found is None else figures == found


def test_needless_messages() -> None:
    none = {"message": None}
    assert value("needless", [case(none), case(none, none), case()]) == 0.5
    assert figure(BY_ID["needless"], [case(none, FAILED)]).unscored == 1


def test_length() -> None:
    some = [case(predicted={"message": "mot " * 60}), case(predicted={"message": "mot " * 62})]
    assert TENANT.message.max_words == 60
    assert value("words", some) == 61
    assert value("too_long", some) == 0.5
    assert score(BY_ID["too_long"], some[1]).reason == "62 mots, 60 au plus"


# ---------------------------------------------------------------- evidence

TURNS = said("Bonjour.", "Mon vélo est cassé.", "Je m'appelle Zoé.")
PROVEN = {"turn": 1, "start": 0, "end": 8, "quote": "Mon vélo", "sentence": 0}
NAMED = {"turn": 2, "start": 13, "end": 16, "quote": "Zoé", "sentence": 1}


@pytest.mark.parametrize(
    ("message", "proofs", "supported"),
    [
        ("Vélo cassé. Appel de Zoé.", [PROVEN, NAMED], 1),
        ("Vélo cassé. Appel de Zoé.", [PROVEN, PROVEN], 1 / 2),
        ("Vélo cassé. Appel de Zoé. Il est furieux.", [PROVEN, NAMED], 2 / 3),
        ("Vélo cassé. Appel de Zoé.", [PROVEN, {**NAMED, "quote": "Léa"}], 1 / 2),
        ("Vélo cassé. Appel de Zoé.", [], 0),
        (
            "URGENT. Vélo cassé. Numéro incertain. Non communiqué : nom du vélo.",
            [{**PROVEN, "sentence": 1}],
            1,
        ),
        ("Nom non communiqué.", [], None),
        (None, [], None),
    ],
    ids=[
        "both",
        "one twice",
        "an invented one",
        "words not said",
        "none",
        "absences",
        "only absences",
        "no message",
    ],
)
def test_evidence(message: str | None, proofs: list[dict[str, Any]], supported: float | None) -> None:
    some = [case(predicted={"message": message, "evidence": {"message": proofs}}, turns=TURNS)]
    if supported is None:
        assert math.isnan(value("supported", some))
    else:
        assert value("supported", some) == pytest.approx(supported)
        assert value("unsupported", some) == pytest.approx(1 - supported)


def test_a_message_of_which_nobody_says_what_it_rests_on_is_unscored() -> None:
    assert figure(BY_ID["supported"], [case(turns=TURNS)]).unscored == 1


# ---------------------------------------------------------------- readability


@pytest.mark.parametrize(
    ("word", "counted"),
    [
        ("vélo", 2), ("le", 1), ("eau", 1), ("l'eau", 1), ("qu'elle", 1), ("quatre", 1), ("idée", 2),
        ("créer", 2), ("théâtre", 2), ("payer", 2), ("voyage", 2), ("adresses", 2), ("naïf", 2), ("bague", 1),
        ("guide", 1), ("réunion", 3), ("aujourd'hui", 3), ("chaîne", 1), ("réparation", 4), ("6", 1),
    ],
)  # fmt: skip
def test_syllables(word: str, counted: int) -> None:
    assert syllables(word) == counted


def test_readability_by_hand() -> None:
    some = [case(predicted={"message": "Le vélo est cassé. Appel de Zoé."})]
    words, stops, sounds = 7, 2, 1 + 2 + 1 + 2 + 2 + 1 + 2
    assert value("readability", some) == pytest.approx(207 - 1.015 * words / stops - 73.6 * sounds / words)


def test_longer_sentences_and_longer_words_read_worse() -> None:
    def read(message: str) -> float:
        return value("readability", [case(predicted={"message": message})])

    assert read("Le chat dort. Le chien court.") > read("Le chat dort et le chien court.")
    assert read("Le chat dort.") > read("L'administration réfléchira.")


def test_nothing_to_read_is_unscored() -> None:
    assert figure(BY_ID["readability"], [case(predicted={"message": "…"})]).unscored == 1


# ---------------------------------------------------------------- likeness

TEXT = st.text("abc de", min_size=1, max_size=30).filter(str.strip)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_likeness_as_sacrebleu_computes_it(pairs: list[tuple[str, str]]) -> None:
    some = [case({"message": wanted}, {"message": written}) for written, wanted in pairs]
    theirs = CHRF().corpus_score([w for w, _ in pairs], [[w for _, w in pairs]]).score / 100
    assert value("chrf", some) == pytest.approx(theirs)
