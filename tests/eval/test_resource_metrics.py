"""Seconds, memory and cost of a call."""

from __future__ import annotations

import math

import pytest
from qualify.eval.intervals import figure
from scored import BY_ID, FAILED, case, value

from qualify.records import Usage

TIMED = {"timing": {"audio": 60.0, "transcription": 5.0, "drafting": 1.0}}


def test_seconds_by_stage_without_the_recordings_own() -> None:
    some = [case(predicted=TIMED)]
    assert value("seconds", some) == 6
    assert value("seconds_transcription", some) == 5
    assert value("real_time", some) == 0.1
    assert figure(BY_ID["seconds_decoding"], some).unscored == 1


def test_a_failed_call_is_not_fast() -> None:
    some = [case(predicted=TIMED), case(predicted={**FAILED, "timing": {"transcription": 0.1}})]
    assert value("seconds", some) == 6
    assert value("seconds_transcription", some) == 5


def _asked(stage: str, cost: float | None) -> Usage:
    return Usage(stage=stage, model="m", requests=1, cost_eur=cost)


def test_cost_by_stage() -> None:
    some = [case(usage=(_asked("understanding", 0.02), _asked("drafting", 0.01))), case(usage=())]
    assert value("endpoint_cost", some) == pytest.approx(0.015)
    assert value("endpoint_cost_drafting", some) == pytest.approx(0.005)


def test_what_nobody_noted_or_priced_is_unscored() -> None:
    some = [case(), case(usage=(_asked("drafting", None),))]
    assert math.isnan(value("endpoint_cost", some))
    assert value("endpoint_cost_understanding", some) == 0
    assert math.isnan(value("memory", some))


def test_memory() -> None:
    assert value("memory", [case(memory_mib=300.0), case(memory_mib=500.0), case()]) == 400
