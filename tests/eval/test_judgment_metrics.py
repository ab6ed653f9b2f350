"""Intent, urgency and confidences against independent implementations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qualify.eval.intervals import by_tenant
from qualify.eval.metrics import of_calls
from qualify.eval.metrics.calibration import Bin, reliability
from qualify.eval.metrics.coverage import curve
from qualify.eval.metrics.intent_macro_f1 import macro_f1
from qualify.eval.metrics.urgency import confusion
from qualify.eval.scoring import Case
from scored import BY_ID, FAILED, TENANT, case, value
from sklearn.metrics import brier_score_loss, cohen_kappa_score, confusion_matrix, f1_score

from qualify.records import URGENCIES

LEVEL = st.sampled_from(URGENCIES)
INTENT = st.sampled_from(["repair", "sale", "other", "spam"])


@given(st.lists(st.tuples(LEVEL, LEVEL), min_size=2, max_size=30))
def test_urgency_as_sklearn_counts(pairs: list[tuple[str, str]]) -> None:
    labeled, found = zip(*pairs, strict=True)
    some = [case({"urgency": a}, {"urgency": b}) for a, b in pairs]
    assert confusion(some).tolist() == confusion_matrix(labeled, found, labels=list(URGENCIES)).tolist()
    if len({*labeled, *found}) > 1:
        theirs = cohen_kappa_score(labeled, found, labels=list(URGENCIES), weights="quadratic")
        assert value("urgency", some) == pytest.approx(theirs)
    else:
        assert math.isnan(value("urgency", some))


def test_no_call_has_an_empty_confusion() -> None:
    assert confusion([case(predicted=FAILED)]).sum() == 0


@given(st.lists(st.tuples(INTENT, INTENT | st.none()), min_size=1, max_size=30))
def test_macro_f1_as_sklearn_counts(pairs: list[tuple[str, str | None]]) -> None:
    labeled, found = [a for a, _ in pairs], [b or "none" for _, b in pairs]
    some = [case({"intent": a}, {"intent": b}) for a, b in pairs]
    theirs = f1_score(labeled, found, labels=sorted(set(labeled)), average="macro", zero_division=0)
    assert value(macro_f1(some), some) == pytest.approx(theirs)


def test_a_tenant_drawn_twice_counts_its_intents_twice() -> None:
    other = TENANT.model_copy(update={"id": "other"})
    some = [case(), case({"intent": "sale"}, {"intent": "repair"}, other)]
    metric = macro_f1(some)
    ours, others = by_tenant([(c.tenant.id, metric.parts(c) or ()) for c in some])
    assert metric.value(ours + others) == pytest.approx((2 / 3 + 0) / 2)
    assert metric.value(2 * ours + others) == pytest.approx((2 * 4 / 5 + 0) / 3)


def test_the_metrics_of_calls_hold_macro_f1_after_accuracy() -> None:
    ids = [m.id for m in of_calls([case()])]
    assert ids[ids.index("intent") + 1] == "intent_macro_f1"
    assert {*ids} == {*BY_ID, "intent_macro_f1"}


SURE = st.floats(0, 1)


@given(st.lists(st.tuples(SURE, st.booleans()), min_size=1, max_size=30))
def test_confidences_as_others_score_them(judged: list[tuple[float, bool]]) -> None:
    some = [_sure(p, right) for p, right in judged]
    confidences, rights = (np.array(x, dtype=float) for x in zip(*judged, strict=True))
    theirs = brier_score_loss(rights, confidences, pos_label=1)
    assert value("brier_intent", some) == pytest.approx(theirs)
    bins = np.minimum((confidences * 10).astype(int), 9)
    gaps = [abs((confidences - rights)[bins == b].sum()) for b in range(10)]
    assert value("ece_intent", some) == pytest.approx(sum(gaps) / len(judged))


def _sure(confidence: float, right: bool) -> Case:
    return case({"intent": "repair" if right else "sale"}, {"confidence": {"intent": confidence}})


def test_the_reliability_diagram_has_the_bins_that_hold_judgments() -> None:
    some = [_sure(0.92, True), _sure(0.98, False), _sure(0.3, False)]
    assert reliability(some) == (Bin(0.3, 0, 1), Bin(pytest.approx(0.95), 0.5, 2))


# ---------------------------------------------------------------- risk against coverage


def _ranked(confidence: float, *, serious: bool) -> Case:
    labels = {"fields": {"phone": "+33600000001"}}
    found = {"fields": {"phone": "+33600000002" if serious else "+33600000001"}}
    return case(labels, {**found, "confidence": {"intent": 1.0, "phone": confidence}})


def test_calls_go_out_down_to_the_first_serious_error() -> None:
    some = [_ranked(0.9, serious=False)] * 3 + [_ranked(0.5, serious=True), _ranked(0.4, serious=False)]
    assert value("safe_coverage", some) == 3 / 5
    assert [(p.coverage, p.risk) for p in curve(some)] == [(0.6, 0), (0.8, 0.25), (1.0, 0.2)]
    assert value("aurc", some) == pytest.approx((0 + 0 + 0 + 1 / 4 + 1 / 5) / 5)


def test_an_error_among_many_is_tolerated() -> None:
    some = [_ranked(0.9, serious=False)] * 199 + [_ranked(0.9, serious=True)]
    assert value("safe_coverage", some) == 1
    assert value("safe_coverage", some[1:]) == 0, "1 of 199 is more than 0.5%"


def test_calls_that_cannot_go_out_stay_in_the_denominator() -> None:
    some = [_ranked(0.9, serious=False), case(predicted=FAILED), case()]
    assert value("safe_coverage", some) == pytest.approx(1 / 3)


@given(st.lists(st.tuples(SURE, st.booleans()), min_size=1, max_size=30))
def test_risk_against_coverage_by_brute_force(judged: list[tuple[float, bool]]) -> None:
    some = [_ranked(p, serious=bad) for p, bad in judged]
    level = [min(int(p * 200), 199) for p, _ in judged]
    down = [[bad for (_, bad), at in zip(judged, level, strict=True) if at >= least] for least in level]
    risks = [sum(errors) / len(errors) for errors in down]
    safe = [len(errors) for errors, risk in zip(down, risks, strict=True) if risk <= 0.005]
    assert value("safe_coverage", some) == pytest.approx(max(safe, default=0) / len(some))
    assert value("aurc", some) == pytest.approx(sum(risks) / len(some))
