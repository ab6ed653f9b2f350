"""The bill of a run: its sums, its uncertainty, what it rests on, and what stands apart."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from costed import MESSAGE, PARAMETERS, PRICED, SWAPPED, TENANT, case, with_parameter
from hypothesis import given, settings
from hypothesis import strategies as st
from qualify.eval.cost import Costs, Parameter, cost_of, saving
from qualify.eval.cost.emergencies import wilson
from qualify.eval.cost.simulate import pert
from qualify.eval.scoring import Case

MINUTES = ("call_back", "clarification", "over_triage", "needless_message")
DAMAGES: list[dict[str, Any]] = [
    {}, SWAPPED, {"message": None}, {"message": "06 39 98 12 34"}, {"urgency": "high"}, {"urgency": "low"},
    {"status": "needs_review"}, {"status": "needs_review", **SWAPPED}, {"status": "failed"}, {"timing": {}},
]  # fmt: skip
LABELS: list[dict[str, Any]] = [
    {}, {"intent": "quote"}, {"intent": "invoice"}, {"urgency": "high"}, {"urgency": "critical"},
    {"intent": "spam", "message": None, "disposition": "no_message", "key_facts": []},
]  # fmt: skip

some_cases = st.lists(
    st.builds(
        case, st.sampled_from(LABELS), st.sampled_from(DAMAGES), tenant=st.sampled_from([TENANT, PRICED])
    ),
    max_size=12,
)


def of(cases: Sequence[Case], **more: Any) -> Costs:
    return cost_of(cases, more.pop("parameters", PARAMETERS), draws=more.pop("draws", 200), **more)


def euros(costs: Costs) -> dict[str, float]:
    """Central euros by item, those without events left out."""
    return {line.item: line.euros.central for line in costs.items if line.events}


def run_of(count: int = 20) -> list[Case]:
    """Calls of four tenants with all damages."""
    tenants = [t.model_copy(update={"id": f"{t.id}-{n}"}) for t in (TENANT, PRICED) for n in (1, 2)]
    return [
        case(LABELS[n % len(LABELS)], DAMAGES[n % len(DAMAGES)], tenant=tenants[n % 4], id=f"c{n}")
        for n in range(count)
    ]


# ---------------------------------------------------------------- sums


def test_right_calls_cost_review_and_machine_only() -> None:
    assert set(euros(of([case(), case(predicted={"status": "needs_review"})]))) == {"review", "machine"}


def test_a_wrong_digit_raises_the_call_back_and_nothing_else() -> None:
    before, after = euros(of([case()] * 9 + [case()])), euros(of([case()] * 9 + [case({}, SWAPPED)]))
    assert after.pop("lost_request") == 0, "this intent's value is 0"
    assert after.pop("call_back") == pytest.approx(100 * 6 / 60 * 38.7)
    assert after == before


def test_figures_are_for_a_thousand_calls() -> None:
    one, ten = of([case({}, SWAPPED)]), of([case({}, SWAPPED)] * 10)
    assert one.total.central == pytest.approx(ten.total.central)
    assert (one.calls, ten.calls) == (1, 10)


def test_an_hour_twice_as_dear_doubles_what_is_minutes() -> None:
    dearer = with_parameter("hourly_rate", central=2 * 38.7, high=200.0)
    cases = [case(labels, damage) for labels in LABELS for damage in DAMAGES]
    plain, double = euros(of(cases)), euros(of(cases, parameters=dearer))
    assert set(MINUTES) < set(plain)
    for item, amount in plain.items():
        if item in MINUTES:
            assert double[item] == pytest.approx(2 * amount)
        elif item != "under_triage":
            assert double[item] == pytest.approx(amount)


def test_a_tenant_with_its_own_hour_does_not_move_with_the_parameter() -> None:
    dearer = with_parameter("hourly_rate", central=2 * 38.7, high=200.0)
    own = [case({}, SWAPPED, tenant=PRICED)]
    assert of(own).total == of(own, parameters=dearer).total
    assert "hourly_rate" not in {swing.parameter for swing in of(own).tornado}


def test_paid_requests_are_added_by_call() -> None:
    cases = [case(id="a"), case(id="b")]
    more = of(cases, spent_eur={(TENANT.id, "b"): 0.5}).total.central - of(cases).total.central
    assert more == pytest.approx(250)


@given(some_cases, some_cases)
@settings(max_examples=60, deadline=None)
def test_costs_are_never_negative_and_add_up(one: list[Case], two: list[Case]) -> None:
    whole, parts = of([*one, *two], draws=20), [of(one, draws=20), of(two, draws=20)]
    summed = math.fsum(p.total.central * p.calls for p in parts)
    assert whole.total.central * whole.calls == pytest.approx(summed, abs=1e-6)
    assert whole.total.central == pytest.approx(math.fsum(line.euros.central for line in whole.items))
    for line in whole.items:
        assert 0 <= line.euros.low <= line.euros.high
    assert whole.total.low <= whole.total.high


@given(st.sampled_from(LABELS), st.sampled_from(DAMAGES))
@settings(max_examples=60, deadline=None)
def test_a_right_prediction_is_never_dearer(labels: dict[str, Any], damage: dict[str, Any]) -> None:
    timing = {"timing": {}}
    right, wrong = case(labels, timing), case(labels, {**damage, **timing})
    assert of([right], draws=20).total.central <= of([wrong], draws=20).total.central


# ---------------------------------------------------------------- uncertainty


def test_the_interval_holds_the_central_value() -> None:
    found = of(run_of(), draws=2000)
    for spread in (found.total, *(line.euros for line in found.items)):
        assert spread.low <= spread.central <= spread.high
    assert found.total.low < found.total.central < found.total.high


def test_parameters_alone_vary_where_there_is_one_tenant() -> None:
    cases = [case({}, SWAPPED), case()]
    fixed = PARAMETERS.model_copy(
        update={
            n: p.model_copy(update={"low": p.central, "high": p.central})
            for n, p in PARAMETERS.by_name.items()
        }
    )
    assert of(cases).total.low < of(cases).total.high
    still = of(cases, parameters=fixed).total
    assert still.low == pytest.approx(still.central)
    assert still.high == pytest.approx(still.central)


def test_tenants_that_differ_widen_the_interval() -> None:
    other = TENANT.model_copy(update={"id": "autre"})
    alike = [case({}, p, tenant=t) for t in (TENANT, other) for p in ({}, SWAPPED)]
    apart = [case({}, p, tenant=t) for t, p in ((TENANT, {}), (other, SWAPPED)) for _ in "12"]
    spread = [of(c, draws=2000).total for c in (alike, apart)]
    assert spread[0].central == pytest.approx(spread[1].central)
    assert spread[1].high - spread[1].low > spread[0].high - spread[0].low


def test_draws_keep_within_bounds_around_the_central_value() -> None:
    parameter = PARAMETERS.late_harm
    values = pert(parameter, 20000, np.random.default_rng(3))
    assert parameter.low <= values.min() < values.max() <= parameter.high
    assert values.mean() == pytest.approx(
        (parameter.low + 4 * parameter.central + parameter.high) / 6, rel=0.01
    )


def test_a_certain_parameter_is_drawn_as_itself() -> None:
    certain = Parameter.model_validate(
        {
            "label": "x",
            "unit": "minutes",
            "low": 3,
            "central": 3,
            "high": 3,
            "kind": "measured",
            "source": "x",
        }
    )
    assert set(pert(certain, 5, np.random.default_rng(1))) == {3}


def test_the_same_calls_give_the_same_bytes_in_any_order() -> None:
    cases = run_of()
    assert of(cases).to_json() == of(cases).to_json() == of(cases[::-1]).to_json()
    assert of(cases).to_json() != of(cases, seed=2).to_json()


def test_sums_are_exact_in_any_order() -> None:
    seconds = [0.1, 0.7, 0.3, 1.1, 0.9, 2.3]
    cases = [case({}, {"timing": {"drafting": s}}, id=f"c{n}") for n, s in enumerate(seconds)]
    assert of(cases).total == of(cases[::-1]).total


def test_the_json_says_what_the_figures_rest_on() -> None:
    data = json.loads(of(run_of()).to_json())
    assert data["parameters"]["hourly_rate"]["kind"] == "published"
    total = of(run_of()).total.central
    assert data["total"]["central"] == round(total, 3) != total
    assert {"total", "items", "tornado", "shares", "emergencies", "draws", "seed", "calls"} <= set(data)


def test_the_tornado_is_widest_first_and_holds_each_parameter_that_matters() -> None:
    found = of([case({"intent": "invoice"}, SWAPPED)])
    widths = [swing.width for swing in found.tornado]
    assert widths == sorted(widths, reverse=True)
    assert {s.parameter for s in found.tornado} == {
        "request_value", "lost_unreachable", "callback_minutes", "hourly_rate", "machine_hour"
    }  # fmt: skip
    hour = next(s for s in found.tornado if s.parameter == "hourly_rate")
    assert hour.width == pytest.approx(1000 * 6 / 60 * (60.3 - 23.8))
    assert hour.at_low < found.total.central < hour.at_high


# ---------------------------------------------------------------- what it rests on


@pytest.mark.parametrize(
    ("some", "basis"),
    [
        (case({}, {**SWAPPED, "timing": {}}), "assumption"),
        (case({}, {**SWAPPED, "timing": {}}, tenant=PRICED), "declared"),
        (case({}, {"timing": {}, "status": "needs_review"}), "assumption"),
    ],
)
def test_a_sum_rests_on_its_weakest_figure(some: Case, basis: str) -> None:
    shares = of([some]).shares
    assert shares == {**dict.fromkeys(shares, 0.0), basis: pytest.approx(1)}


def test_measured_minutes_and_published_hours_are_published() -> None:
    timed = with_parameter("callback_minutes", kind="measured")
    assert of([case({}, {**SWAPPED, "timing": {}})], parameters=timed).shares["published"] == pytest.approx(1)


def test_paid_requests_are_measured() -> None:
    found = of([case({}, {"timing": {}})], spent_eur={(TENANT.id, "a"): 0.01})
    assert found.shares["measured"] == pytest.approx(1)


def test_nothing_rests_on_nothing() -> None:
    found = of([])
    assert (found.calls, found.total.central, found.total.high) == (0, 0, 0)
    assert set(found.shares.values()) == {0}


# ---------------------------------------------------------------- emergencies


@pytest.mark.parametrize(
    ("wanted", "found", "missed"),
    [
        ("critical", "critical", 0), ("critical", "high", 1), ("critical", "low", 1), ("high", "low", 1),
        ("high", "normal", 0), ("high", "critical", 0), ("normal", "low", 0),
    ],
)  # fmt: skip
def test_missed_emergencies_are_counted_and_never_priced(wanted: str, found: str, missed: int) -> None:
    costs = of([case({"urgency": wanted}, {"urgency": found, "timing": {}})])
    assert len(costs.emergencies.missed) == missed
    if missed:
        assert costs.total.central == 0


def test_an_emergency_of_which_no_urgency_is_said_is_counted_apart() -> None:
    failed = case({"urgency": "critical"}, {"status": "failed", "urgency": None})
    found = of([failed]).emergencies
    assert (found.labeled, found.untold, found.missed, found.rate) == (1, 1, (), None)


def test_no_miss_in_few_calls_is_no_proof_of_none() -> None:
    other = TENANT.model_copy(update={"id": "autre"})
    cases = [case({"urgency": "critical"}, tenant=t) for t in (TENANT, other) for _ in range(5)]
    rate = of(cases).emergencies.rate
    assert rate is not None
    assert (rate.central, rate.low) == pytest.approx((0, 0))
    assert rate.high == pytest.approx(0.2775, abs=1e-4)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 10, 0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 5, 0.5655, 1)]
)
def test_wilson_against_published_values(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=1e-4)


def test_one_tenant_has_an_interval_too() -> None:
    good, bad = case({"urgency": "critical"}), case({"urgency": "critical"}, {"urgency": "low"})
    rate = of([good, bad]).emergencies.rate
    assert rate is not None
    assert rate.low < rate.central < rate.high


def test_the_share_missed_has_an_interval_by_tenant() -> None:
    other = TENANT.model_copy(update={"id": "autre"})
    good, bad = case({"urgency": "critical"}), case({"urgency": "critical"}, {"urgency": "low"}, tenant=other)
    rate = of([good, bad]).emergencies.rate
    assert rate is not None
    assert (rate.low, rate.central, rate.high) == (0, 0.5, 1)


# ---------------------------------------------------------------- two makers


def test_the_saving_is_paired() -> None:
    cases = run_of()
    assert saving(cases, cases, PARAMETERS, draws=200) == saving(cases[::-1], cases, PARAMETERS, draws=200)
    same = saving(cases, cases, PARAMETERS, draws=200)
    assert (same.central, same.low, same.high) == (0, 0, 0)


def test_better_messages_save() -> None:
    agents = [case({}, SWAPPED, id=f"c{n}") for n in range(4)]
    ours = [case(id=f"c{n}") for n in range(4)]
    found = saving(ours, agents, PARAMETERS, draws=500)
    assert 0 < found.low < found.central < found.high
    assert found.central == pytest.approx(1000 * 6 / 60 * 38.7)
    paid = saving(ours, agents, PARAMETERS, draws=500, our_spent_eur={(TENANT.id, "c0"): 4.0})
    assert found.central - paid.central == pytest.approx(1000)


def test_two_makers_are_compared_on_the_same_calls() -> None:
    with pytest.raises(ValueError, match="same calls"):
        saving([case(id="a")], [case(id="b")], PARAMETERS)


def test_a_message_that_says_it_all_costs_no_more_than_none() -> None:
    assert of([case({"intent": "quote"}, {"message": MESSAGE})]).total.central < (
        of([case({"intent": "quote"}, {"message": None})]).total.central
    )
