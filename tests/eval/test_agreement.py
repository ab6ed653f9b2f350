"""Agreement of two humans, and the ceiling that it sets."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from qualify.eval.agreement import agreement, ceiling, seconded
from qualify.eval.intervals import figure
from qualify.eval.metrics import of_calls
from qualify.eval.scoring import Case
from scored import BY_ID
from two_runs import call, labels, run

from qualify.dataset import SecondLabels
from qualify.records import URGENCIES


def doubled(some: Case, **other: Any) -> Case:
    """The call with a second human's labels, the first's but for what is `other`."""
    said = {key: getattr(some.labels, key) for key in ("intent", "urgency", "disposition", "fields")}
    return replace(some, second=SecondLabels.model_validate({**said, **other}))


def two_humans(pairs: list[tuple[str, str]], key: str) -> list[Case]:
    """Calls that the first and the second human judge so."""
    first = [call(n) for n in range(len(pairs))]
    relabeled = [
        replace(c, labels=c.labels.model_copy(update={key: one}))
        for c, (one, _) in zip(first, pairs, strict=True)
    ]
    return [doubled(c, **{key: other}) for c, (_, other) in zip(relabeled, pairs, strict=True)]


# ---------------------------------------------------------------- alpha

BINARY = [("other", "sale")[int(v)] for v in "0100000010"], [("other", "sale")[int(v)] for v in "1110010000"]


def test_alpha_of_a_published_example() -> None:
    """Krippendorff 2011, example A: two observers, ten units."""
    found = agreement(two_humans(list(zip(*BINARY, strict=True)), "intent"))
    assert found["Motif, α de Krippendorff"].value == pytest.approx(0.095, abs=0.0005)
    assert found["Motif, α de Krippendorff"].n == 10


def test_a_far_urgency_costs_more_than_a_near_one() -> None:
    same = [(u, u) for u in URGENCIES] * 5
    name = "Urgence, α de Krippendorff"
    near, far = (agreement(two_humans([*same, ("critical", other)], "urgency"))[name].value
                 for other in ("high", "low"))  # fmt: skip
    assert 1 > near > far


def test_rare_levels_weigh_as_much_as_frequent_ones() -> None:
    """`critical` taken for `high` costs what `normal` taken for `low` does, however rare it is."""
    frequent = [("low", "low"), ("normal", "normal")] * 20 + [("high", "high"), ("critical", "critical")]
    name = "Urgence, α de Krippendorff"
    rare, usual = (agreement(two_humans([*frequent, pair], "urgency"))[name].value
                   for pair in (("critical", "high"), ("normal", "low")))  # fmt: skip
    assert 1 - rare == pytest.approx(1 - usual, rel=0.35)


def test_two_who_agree_have_1_and_no_spread() -> None:
    found = agreement([doubled(c) for c in run(calls=48)])
    for name in ("Motif", "Urgence"):
        some = found[f"{name}, α de Krippendorff"]
        assert (some.low, some.value, some.high) == (1, 1, 1)
    assert math.isnan(found["Suite à donner, α de Krippendorff"].value), "one value only: nothing can differ"


# ---------------------------------------------------------------- fields


def test_fields_agree_by_value() -> None:
    some = [doubled(c) for c in run(calls=4)]
    some[0] = doubled(some[0], fields={"phone": "+33699999999", "caller_name": "zoe 0"})
    some[1] = doubled(some[1], fields={"phone": labels(1)["fields"]["phone"]})
    found = agreement(some)
    assert found["Champ phone, F1"].value == 3 / 4
    assert found["Champ caller_name, F1"].value == 2 * 3 / (4 + 3)
    assert found["Champs, F1"].value == 2 * 6 / (8 + 7)


def test_fields_agree_the_same_either_way_round() -> None:
    one, other = {"phone": "+33600000001"}, {"phone": "+33600000002", "email": "a@b.fr"}

    def of(first: dict[str, str], second: dict[str, str]) -> float:
        known = call(0)
        known = replace(known, labels=known.labels.model_copy(update={"fields": {"city": "Lyon", **first}}))
        return agreement([doubled(known, fields={"city": "Lyon", **second})])["Champs, F1"].value

    assert of(one, other) == of(other, one) == pytest.approx(2 / 5)


# ---------------------------------------------------------------- ceiling


def test_the_second_human_is_scored_as_an_engine_would_be() -> None:
    some = [*(doubled(c) for c in run(calls=40)), *(call(n) for n in range(40, 80))]
    some[3] = doubled(some[3], urgency="low", intent="sale", fields={})
    found = ceiling(some, of_calls(some))
    assert found["intent"].value == found["urgency_right"].value == 39 / 40
    assert found["critical"].value == 9 / 10
    assert found["fields"].value < 1
    assert found["intent"].n == 40
    assert found["fields"] == figure(BY_ID["fields"], seconded(some))


def test_only_what_a_second_human_says_has_a_ceiling() -> None:
    more = {"missing": ("email",), "other_intents": ("sale",)}
    some = [doubled(replace(c, labels=c.labels.model_copy(update=more))) for c in run(calls=24)]
    found = ceiling(some, of_calls(some))
    assert {name for name in found if name in BY_ID and not BY_ID[name].detail} == {
        "intent", "intent_other", "disposition", "urgency", "urgency_right", "critical", "over_triage",
        "under_triage", "severe_miss", "fields", "fields_precision", "fields_recall", "call_back",
    }  # fmt: skip
    assert "field_phone_f1" in found


def test_without_second_labels_there_is_none() -> None:
    assert agreement(run(calls=3)) == {}
    assert ceiling(run(calls=3), of_calls(run(calls=3))) == {}


def test_what_the_engine_said_is_of_no_matter() -> None:
    right, wrong = ([doubled(call(n, intent=said)) for n in range(9)] for said in ("repair", "wrong"))
    assert agreement(right)["Motif, α de Krippendorff"] == agreement(wrong)["Motif, α de Krippendorff"]
    assert ceiling(right, [BY_ID["intent"]]) == ceiling(wrong, [BY_ID["intent"]])
