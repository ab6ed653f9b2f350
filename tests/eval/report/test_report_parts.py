"""Numbers as French readers write them, and the small diagrams."""

from __future__ import annotations

import math
import re

import pytest
from qualify.eval.intervals import Figure
from qualify.eval.metrics import ALL
from qualify.eval.report.confusion import confusion_section
from qualify.eval.report.figures import figures_section, measured
from qualify.eval.report.french import GROUPS, bounds, counted, number, percent_within, whole, within
from qualify.eval.report.interval_bar import interval_bar
from qualify.eval.report.reliability import reliability_section
from qualify.eval.report.risk import risk_section
from reported import BROKEN, CALLS, MISSED, RIGHT, Elements, call

SURE = Figure(0.5, 0.25, 0.75, 10, 0)
ALONE = Figure(0.5, math.nan, math.nan, 10, 0)
NONE = Figure(math.nan, math.nan, math.nan, 0, 10)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(0.5), "0,500"),
        (number(-1234.5), "−1\u202f234,500"),
        (number(math.nan), "—"),
        (within(SURE), "0,500 [0,250\u00a0;\u00a00,750]"),
        (within(ALONE), "0,500"),
        (within(NONE), "—"),
        (bounds(SURE), "[0,250\u00a0;\u00a00,750]"),
        (percent_within(SURE), "50,0\u202f% [25,0\u202f%\u00a0;\u00a075,0\u202f%]"),
        (percent_within(ALONE), "50,0\u202f%"),
        (percent_within(NONE), "—"),
        (whole(10_000), "10\u202f000"),
        (counted(0, "un appel", "appels"), "aucun appel"),
        (counted(0, "une mesure", "mesures"), "aucune mesure"),
        (counted(1, "un appel", "appels"), "1 appel"),
        (counted(2, "un appel", "appels"), "2 appels"),
    ],
)
def test_numbers(written: str, expected: str) -> None:
    assert written == expected


def test_every_group_of_metrics_has_a_heading() -> None:
    assert {metric.group for metric in ALL} <= set(GROUPS)


@pytest.mark.parametrize("some", [NONE, Figure(62.0, 57.0, 66.0, 9, 0), Figure(-0.1, -0.2, 0.1, 9, 0)])
def test_what_is_no_share_has_no_bar(some: Figure) -> None:
    assert interval_bar(some) is None


def test_the_bar_stands_where_the_figures_do() -> None:
    bar = str(interval_bar(SURE, Figure(1.0, 0.9, 1.0, 5, 0)))
    assert re.findall(r'cx="([\d.]+)"', bar) == ["75.0"]
    assert re.findall(r'x1="([\d.]+)" x2="([\d.]+)"', bar) == [
        ("6.0", "144.0"),
        ("40.5", "109.5"),
        ("144.0",) * 2,
    ]
    assert "plafond humain 1,000" in bar


def test_without_an_interval_only_the_value_is_drawn() -> None:
    assert "spread" not in str(interval_bar(ALONE))


def test_failed_and_unscored_calls_are_counted_apart() -> None:
    found = {one.metric.id: one for one in measured(ALL, [RIGHT, BROKEN, MISSED], {})}
    critical, ready = found["critical"], found["wrong_ready"]
    assert (critical.figure.n, critical.unscored, critical.failed) == (1, 1, 1)
    assert (ready.figure.n, ready.unscored, ready.failed) == (2, 0, 1)


def test_what_has_no_case_is_named_and_has_no_row() -> None:
    page = str(figures_section(measured(ALL, CALLS, {})))
    assert "<li>Transcription : Erreurs de mots (WER)</li>" in page
    assert "<h3>Transcription</h3>" not in page


def test_the_confusion_shows_direction_and_what_was_not_said() -> None:
    page = str(confusion_section([MISSED, BROKEN, call("a", {"urgency": "low"}), RIGHT]))
    critical, _, normal, low = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page)
    assert ">▼ 1<" in critical
    assert ">✓ 1<" in normal
    assert normal.endswith("<td>1</td><td>2</td>")
    assert ">▲ 1<" in low


def test_without_confidences_there_are_no_diagrams() -> None:
    assert reliability_section(CALLS) is None
    assert risk_section(CALLS, NONE) is None


def test_a_point_of_the_reliability_stands_at_its_confidence() -> None:
    sure = [
        call("a", {}, {"confidence": {"intent": 1.0}}),
        call("b", {"intent": "price"}, {"confidence": {"intent": 1.0}}),
    ]
    points = [a for _, a in Elements(str(reliability_section(sure))).found if a.get("class") == "point"]
    assert {(a["cx"], a["cy"]) for a in points} == {("362.0", "124.0")}


@pytest.mark.parametrize(("errors", "end"), [(0, "5 %"), (1, "5 %"), (2, "10 %"), (3, "20 %"), (20, "100 %")])
def test_the_risk_axis_ends_above_the_worst_point(errors: int, end: str) -> None:
    urgencies = ["critical"] * errors + ["normal"] * (20 - errors)
    sure = {"confidence": {"intent": 0.9}}
    calls = [call(f"c{n}", {"urgency": urgency}, sure) for n, urgency in enumerate(urgencies)]
    page = str(risk_section(calls, Figure(0.0, math.nan, math.nan, 20, 0)))
    assert f'y="18.0" text-anchor="end">{end}</text>' in page
    assert f"(100,0\u202f% des appels) : {errors * 5},0\u202f% d&#x27;erreurs graves." in page
