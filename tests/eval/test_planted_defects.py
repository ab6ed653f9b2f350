"""Defects planted into right predictions: each moves the metric that should move, for the worse."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from qualify.eval.intervals import figure
from qualify.eval.scoring import Case
from scored import BY_ID, TENANT, case, said, value

URGENCY = ["low", "normal", "high", "critical"]
TENANTS = [TENANT.model_copy(update={"id": f"t{n}"}) for n in range(5)]
TURNS = said("Mon vélo est cassé, rappelez-moi.")
PROOF = {"turn": 0, "start": 0, "end": 8, "quote": "Mon vélo", "sentence": 0}


def _call(n: int, **changed: Any) -> Case:
    """A call that is right but for what is changed; one in five is wrong where its confidence is low."""
    unsure = n % 5 == 0
    number = f"+3360000{n:04d}"
    labels = {"urgency": URGENCY[n % 4], "fields": {"phone": number}, "message": "Vélo cassé."}
    found = {
        "urgency": URGENCY[n % 4], "message": "Vélo cassé.", "evidence": {"message": [PROOF]},
        "fields": {"phone": "+33611111111" if unsure else number},
        "confidence": {"intent": 0.99, "urgency": 0.99, "phone": 0.2 if unsure else 0.98},
    }  # fmt: skip
    return case(labels, {**found, **changed}, TENANTS[n % 5 if n % 2 else n % 3], turns=TURNS)


RIGHT = [_call(n) for n in range(200)]


def swapped_digits(n: int) -> Case:
    number = str(RIGHT[n].labels.fields["phone"])
    return _call(n, fields={"phone": number[:-2] + number[-1] + number[-2]})


def always_normal(n: int) -> Case:
    return _call(n, urgency="normal")


def invented_sentence(n: int) -> Case:
    return _call(n, message="Vélo cassé. Le client est furieux.")


def shuffled_confidence(n: int) -> Case:
    order = random.Random(1).sample(range(200), 200)
    return _call(n, confidence=RIGHT[order[n]].predicted.confidence)


@pytest.mark.parametrize(
    ("defect", "moved", "unmoved"),
    [
        (swapped_digits, ["fields", "call_back", "field_phone_precision"], ["intent", "supported"]),
        (always_normal, ["urgency", "urgency_right", "critical", "severe_miss", "over_triage"],
         ["intent", "fields"]),
        (invented_sentence, ["supported", "unsupported", "words"], ["fields", "urgency"]),
        (shuffled_confidence, ["ece_fields", "brier_fields", "safe_coverage", "aurc"], ["fields", "intent"]),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)  # fmt: skip
def test_a_defect_moves_its_metrics(
    defect: Callable[[int], Case], moved: Sequence[str], unmoved: Sequence[str]
) -> None:
    planted = [defect(n) for n in range(200)]
    for name in moved:
        worse = value(name, planted) - value(name, RIGHT)
        assert worse < 0 if BY_ID[name].better == "higher" else worse > 0, name
        assert abs(worse) > BY_ID[name].margin or BY_ID[name].unit == "words", name
    for name in unmoved:
        assert value(name, planted) == value(name, RIGHT), name


def test_one_tenant_made_worse_lowers_the_lower_bound() -> None:
    spoilt = [_call(n, intent="sale") if c.tenant.id == "t3" else c for n, c in enumerate(RIGHT)]
    before, after = figure(BY_ID["intent"], RIGHT), figure(BY_ID["intent"], spoilt)
    assert (before.low, before.value) == (1, 1)
    assert after.low < after.value < 1
