"""The bootstrap by tenant."""

from __future__ import annotations

import math

from qualify.eval.intervals import figure
from qualify.eval.metrics.intent import ACCURACY
from scored import TENANT, case

OTHER = TENANT.model_copy(update={"id": "another"})
THIRD = TENANT.model_copy(update={"id": "third"})
WRONG = {"intent": "wrong"}


def test_one_tenant_tells_nothing_of_the_spread() -> None:
    found = figure(ACCURACY, [case(), case(predicted=WRONG)])
    assert found.value == 0.5
    assert math.isnan(found.low)


def test_tenants_that_agree_have_no_spread() -> None:
    found = figure(ACCURACY, [case(tenant=t, predicted=p) for t in (TENANT, OTHER) for p in ({}, WRONG)])
    assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)


def test_tenants_that_differ_spread_more_than_calls_would() -> None:
    right = [case(tenant=TENANT)] * 50
    wrong = [case(tenant=OTHER, predicted=WRONG)] * 50
    found = figure(ACCURACY, right + wrong)
    assert (found.low, found.high) == (0, 1)


def test_the_same_calls_give_the_same_interval() -> None:
    some = [case(tenant=TENANT), case(tenant=OTHER, predicted=WRONG), case(tenant=THIRD)]
    assert figure(ACCURACY, some) == figure(ACCURACY, some)


def test_no_call_is_no_case() -> None:
    assert str(figure(ACCURACY, [])) == "no case"
