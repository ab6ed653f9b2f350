"""The same figures on parts of the calls."""

from __future__ import annotations

import pytest
from qualify.eval.intervals import figure
from qualify.eval.metrics.fields import CALL_BACK
from qualify.eval.metrics.intent import ACCURACY
from qualify.eval.slices import FEW, MAIN, compared, slices
from reported import OTHER, TURNS, call

HERE = [call(f"h{n}") for n in range(FEW)]
WORSE = [call(f"w{n}", {"intent": "price"}, tenant=OTHER, tags=("angry", "noise")) for n in range(FEW)]
CALLS = [*HERE, *WORSE]
OVERALL = {metric.id: figure(metric, CALLS) for metric in MAIN}


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("tenant", {"atelier-morel": FEW, "autre-client": FEW}),
        ("urgency", {"normal": 2 * FEW}),
        ("style", {"asr": 2 * FEW}),
        ("tag", {"angry": FEW, "noise": FEW}),
        ("length", {"moins de 100 mots": 2 * FEW}),
    ],
)
def test_calls_stand_in_the_slices_of_their_labels(dimension: str, expected: dict[str, int]) -> None:
    assert {value: len(some) for value, some in slices(CALLS)[dimension].items()} == expected


def test_intents_go_by_what_the_tenant_calls_them() -> None:
    label = call("a").tenant.intents_by_id["repair"].label
    assert set(slices([call("a"), call("b", {"intent": "unheard-of"})])["intent"]) == {label, "unheard-of"}


@pytest.mark.parametrize(
    ("words", "length"),
    [
        (99, "moins de 100 mots"),
        (100, "de 100 à 199 mots"),
        (200, "de 200 à 399 mots"),
        (400, "400 mots et plus"),
    ],
)
def test_lengths(words: int, length: str) -> None:
    assert list(
        slices([call("a", turns=(TURNS[0].model_copy(update={"text": "mot " * words}),))])["length"]
    ) == [length]


def test_a_call_that_does_not_say_stands_in_no_slice() -> None:
    found = slices([call("a", turns=(), style=None)])
    assert found["length"] == found["style"] == found["tag"] == {}


def test_a_damaged_tenant_comes_first_and_has_its_own_figures() -> None:
    first, second = compared(CALLS, OVERALL)["tenant"]
    assert (first.value, second.value) == ("autre-client", "atelier-morel")
    assert first.figures == {metric.id: figure(metric, WORSE) for metric in MAIN}
    assert first.figures[ACCURACY.id].value == 0
    assert first.shortfall > 0 > second.shortfall
    assert not first.few


def test_few_calls_count_for_little_in_the_order() -> None:
    lone = call("lone", {"intent": "price"}, tags=("noise", "lone"))
    calls = [*HERE, *WORSE, lone]
    overall = {metric.id: figure(metric, calls) for metric in MAIN}
    found = {one.value: one for one in compared(calls, overall)["tag"]}
    assert list(found) == ["noise", "angry", "lone"] or list(found) == ["angry", "noise", "lone"]
    assert found["lone"].few
    assert found["lone"].shortfall == pytest.approx(found["angry"].shortfall)


def test_what_was_not_judged_does_not_count() -> None:
    assert OVERALL[CALL_BACK.id].n == 0
    assert all(abs(one.shortfall) < 1 for some in compared(CALLS, OVERALL).values() for one in some)
