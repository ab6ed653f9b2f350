"""Each metric on a few hand-counted calls."""

from __future__ import annotations

import math
from typing import Any

import pytest
from qualify.eval.intervals import figure
from qualify.eval.metrics.fields import fields_f1, own_fields
from scored import BY_ID, FAILED, TENANT, case, value

from qualify.tenant import STANDARD_FIELDS, FieldDefinition


def test_a_perfect_call() -> None:
    perfect = [case()]
    assert value("intent", perfect) == 1
    assert value("over_triage", perfect) == 0
    assert value("wrong_ready", perfect) == 0
    assert value("disposition", perfect) == 1


def test_a_failed_call_has_the_wrong_intent_and_no_urgency() -> None:
    some = [case(), case(predicted=FAILED)]
    assert value("intent", some) == 0.5
    assert figure(BY_ID["over_triage"], some).unscored == 1


@pytest.mark.parametrize(
    ("labeled", "said", "over", "under", "severe"),
    [
        ("normal", "high", 1, 0, 0),
        ("normal", "normal", 0, 0, 0),
        ("critical", "high", 0, 1, 0),
        ("critical", "normal", 0, 1, 1),
        ("high", "low", 0, 1, 1),
    ],
)
def test_the_two_ways_of_being_wrong(labeled: str, said: str, over: int, under: int, severe: int) -> None:
    some = [case({"urgency": labeled}, {"urgency": said})]
    assert value("urgency_right", some) == (labeled == said)
    assert value("over_triage", some) == over
    assert value("under_triage", some) == under
    assert value("severe_miss", some) == severe


def test_kappa_of_agreement_of_chance_and_of_opposites() -> None:
    pairs = [("low", "low"), ("critical", "critical")]
    assert value("urgency", [case({"urgency": a}, {"urgency": b}) for a, b in pairs]) == 1
    crossed = [(a, b) for a in ("low", "high") for b in ("low", "high")]
    assert value("urgency", [case({"urgency": a}, {"urgency": b}) for a, b in crossed]) == pytest.approx(0)
    opposed = [("low", "critical"), ("critical", "low")]
    assert value("urgency", [case({"urgency": a}, {"urgency": b}) for a, b in opposed]) == -1


def test_kappa_counts_two_steps_four_times_as_much_as_one() -> None:
    near = value(
        "urgency",
        [
            case({"urgency": u}, {"urgency": v})
            for u, v in (("low", "normal"), ("high", "high"), ("critical", "critical"))
        ],
    )
    far = value(
        "urgency",
        [
            case({"urgency": u}, {"urgency": v})
            for u, v in (("low", "high"), ("high", "high"), ("critical", "critical"))
        ],
    )
    assert far < near < 1


def test_only_critical_calls_count_for_their_recall() -> None:
    some = [case({"urgency": "critical"}, {"urgency": "high"}), case()]
    found = figure(BY_ID["critical"], some)
    assert (found.value, found.n, found.unscored) == (0, 1, 1)


NAME = {"caller_name": "Zoé Léglise"}


@pytest.mark.parametrize(
    ("labeled", "found", "f1"),
    [
        (NAME, {"caller_name": "zoe leglise"}, 1),
        ({"phone": "+33612345678"}, {"phone": "+33612345679"}, 0),
        ({"email": "a@b.fr"}, {"email": "A@b.fr"}, 0),
        (NAME, {}, 0),
        ({}, NAME, 0),
        (NAME, {**NAME, "city": "Lyon"}, 2 / 3),
    ],
    ids=[
        "case and accents aside",
        "one digit",
        "e-mails to the letter",
        "not found",
        "not there",
        "one too many",
    ],
)
def test_fields(labeled: dict[str, str], found: dict[str, str], f1: float) -> None:
    assert value("fields", [case({"fields": labeled}, {"fields": found})]) == pytest.approx(f1)


def test_fields_without_a_case() -> None:
    assert math.isnan(value("fields", [case()]))


def test_precision_counts_what_is_found_and_recall_what_is_given() -> None:
    some = [
        case({"fields": {**NAME, "email": "a@b.fr"}}, {"fields": {**NAME, "city": "Lyon", "phone": "+331"}})
    ]
    assert value("fields_precision", some) == pytest.approx(1 / 3)
    assert value("fields_recall", some) == 1 / 2


def test_fields_by_id_and_by_type() -> None:
    some = [case({"fields": {**NAME, "recipient": "Lucie"}}, {"fields": {**NAME, "recipient": "Karim"}})]
    assert value("field_caller_name_f1", some) == 1
    assert value("field_recipient_recall", some) == 0
    assert value("type_name_precision", some) == 1 / 2
    assert figure(BY_ID["type_phone_f1"], some).unscored == 1


def test_exact_match_minds_case_and_accents() -> None:
    some = [
        case({"fields": NAME}, {"fields": {"caller_name": "zoe leglise"}}),
        case({"fields": NAME}, {"fields": NAME}),
    ]
    assert value("exact_name", some) == 1 / 2
    assert value("type_name_recall", some) == 1


PRICED = [FieldDefinition(id="budget", label="Budget", type="money")]


@pytest.mark.parametrize(
    ("found", "right"), [(120, 1), (120.0, 1), ("120", 1), (12.0, 0), (1200, 0), ("cent", 0)]
)
def test_amounts_are_compared_as_numbers(found: object, right: int) -> None:
    tenant = TENANT.model_copy(update={"fields": PRICED})
    some = [case({"fields": {"budget": 120.0}}, {"fields": {"budget": found}}, tenant)]
    assert value("type_money_recall", some) == right


@pytest.mark.parametrize(
    ("labeled", "found", "right"),
    [
        ("2026-11-20", "2026-11-20", 1),
        ("2026-11-20", "2026-11-20T09:00:00", 0),
        ("courant janvier", "Courant janvier", 1),
    ],
    ids=["the day", "a time too", "the caller's words"],
)
def test_resolved_dates_to_the_letter_and_words_as_text(labeled: str, found: str, right: int) -> None:
    some = [case({"fields": {"requested_datetime": labeled}}, {"fields": {"requested_datetime": found}})]
    assert value("type_datetime_recall", some) == right


def test_own_fields_leave_the_standard_ones_aside() -> None:
    some = [case({"fields": {**NAME, "bike": "VTT"}}, {"fields": {"bike": "VTT"}})]
    assert value(own_fields(STANDARD_FIELDS), some) == 1
    assert value(fields_f1({"caller_name"}), some) == 0


PHONE = {"fields": {"phone": "+33612345678"}}


@pytest.mark.parametrize(
    ("labels", "predicted", "wrong"),
    [
        (PHONE, PHONE, 0),
        (PHONE, {"fields": {"phone": "+33612345679"}}, 1),
        ({}, PHONE, 1),
        (PHONE, {}, 0),
        (PHONE, {**PHONE, "fields": {"phone": "+33100000000"}, "status": "needs_review"}, None),
    ],
    ids=["right", "another", "given where none is", "left out", "a human looks"],
)
def test_wrong_contacts_that_go_out(
    labels: dict[str, Any], predicted: dict[str, Any], wrong: int | None
) -> None:
    found = value("wrong_ready", [case(labels, predicted)])
    assert math.isnan(found) if wrong is None else found == wrong


def test_a_missed_critical_call_that_goes_out_is_serious() -> None:
    assert value("serious_ready", [case({"urgency": "critical"}, {"urgency": "normal"})]) == 1
    assert value("serious_ready", [case({"urgency": "critical"}, {"urgency": "critical"})]) == 0
    assert value("serious_ready", [case({"urgency": "high"}, {"urgency": "normal"})]) == 0


def test_broken_instructions() -> None:
    labels = {"instructions": {"a": "broken", "b": "followed", "c": "broken"}}
    some = [case(labels, {"instructions": {"a": "broken", "b": "broken", "c": "followed"}})]
    assert value("broken_recall", some) == 0.5
    assert value("broken_precision", some) == 0.5
    assert value("instructions", some) == pytest.approx(1 / 3)


def test_brier_is_the_squared_distance() -> None:
    some = [
        case(predicted={"confidence": {"intent": 0.9}}),
        case({"intent": "sale"}, {"confidence": {"intent": 0.5}}),
    ]
    assert value("brier_intent", some) == pytest.approx((0.01 + 0.25) / 2)
    assert figure(BY_ID["brier_intent"], [case()]).unscored == 1


def test_calibration_error_is_the_distance_of_confidence_from_being_right() -> None:
    sure = {"confidence": {"intent": 0.95}}
    assert value("ece_intent", [case(predicted=sure)]) == pytest.approx(0.05)
    assert value("ece_intent", [case({"intent": "sale"}, sure)]) == pytest.approx(0.95)
    half = [case(predicted=sure), case({"intent": "sale"}, sure)]
    assert value("ece_intent", half) == pytest.approx(0.45)


def test_calibration_of_bins_apart() -> None:
    some = [
        case(predicted={"confidence": {"intent": 0.9}}),
        case({"intent": "sale"}, {"confidence": {"intent": 0.1}}),
    ]
    assert value("ece_intent", some) == pytest.approx(0.1)


def test_missing_fields_agree_as_sets() -> None:
    assert value("missing", [case({"missing": ["phone", "city"]}, {"missing": ["phone"]})]) == 0.5


def test_second_requests() -> None:
    some = [case({"other_intents": ["sale"]}, {"other_intents": ["sale", "quote"]}), case()]
    assert value("intent_second", some) == pytest.approx(2 / 3)


def test_other_counts_only_where_it_is_labeled() -> None:
    some = [case({"intent": "other"}, {"intent": "other"}), case()]
    assert figure(BY_ID["intent_other"], some).n == 1
