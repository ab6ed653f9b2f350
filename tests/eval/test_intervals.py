"""The bootstrap by tenant."""

from __future__ import annotations

import math

import numpy as np
import pytest
from qualify.eval.intervals import Figure, by_tenant, figure, figure_of, resampled, standard_error
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


def test_the_order_of_calls_is_of_no_matter() -> None:
    some = [case(tenant=TENANT), case(tenant=OTHER, predicted=WRONG), case(tenant=THIRD)]
    assert figure(ACCURACY, some) == figure(ACCURACY, some[::-1])


def test_a_tenants_sums_stand_in_the_order_of_ids() -> None:
    sums = by_tenant([("b", (1, 1)), ("a", (0, 1)), ("b", (0, 1))])
    assert sums.tolist() == [[0, 1], [1, 2]]


# ---------------------------------------------------------------- is 95% 95%


def _drawn(dice: np.random.Generator, *, tenants: int) -> Figure:
    """The accuracy of 20 calls for each of some tenants, whose own shares scatter around 0.7."""
    share = dice.beta(7, 3, size=tenants)
    sums = np.stack([dice.binomial(20, share), np.full(tenants, 20)], axis=1).astype(float)
    return figure_of(ACCURACY, sums, resampled(ACCURACY, sums), scored=20 * tenants, unscored=0)


@pytest.mark.parametrize("tenants", [6, 12, 40])
def test_the_interval_holds_the_truth_as_often_as_it_says(tenants: int) -> None:
    dice = np.random.default_rng(7)
    found = [_drawn(dice, tenants=tenants) for _ in range(500)]
    assert 0.92 <= np.mean([f.low <= 0.7 <= f.high for f in found]) <= 0.985


def test_the_standard_error_is_that_of_a_mean() -> None:
    shares = np.array([0.2, 0.4, 0.9, 0.5, 0.7])
    sums = np.stack([20 * shares, np.full(5, 20.0)], axis=1)
    found = standard_error(resampled(ACCURACY, sums), tenants=5)
    assert found == pytest.approx(shares.std(ddof=1) / math.sqrt(5), rel=0.05)


@pytest.mark.parametrize(("values", "tenants"), [([0.5, 0.5], 1), ([math.nan, math.nan], 3)])
def test_without_values_of_two_tenants_no_error_is_known(values: list[float], tenants: int) -> None:
    assert math.isnan(standard_error(np.array(values), tenants=tenants))
