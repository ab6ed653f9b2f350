"""Whether probabilities mean what they say: expected calibration error (Naeini et al. 2015).

Judgments fall into ten equal bins by confidence; the figure is the mean distance, weighted by the bins'
judgments, between mean confidence and share right. From 0 to 1; even perfect probabilities leave about
0.05 with a hundred judgments, since bins are small.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

from ..scoring import Case
from .metric import Array, Metric, Parts

BINS = 10
Judged = Iterable[tuple[float, bool]]
"""Confidences, and whether each judgment is right."""


def binned(judged: Judged) -> Parts:
    """For each bin: judgments, summed confidence, right ones; flattened."""
    sums = np.zeros((BINS, 3))
    for confidence, right in judged:
        sums[min(int(confidence * BINS), BINS - 1)] += 1.0, confidence, float(right)
    return [float(x) for x in sums.ravel()]


def error(sums: Array) -> float:
    """The expected calibration error of binned sums; NaN without judgments."""
    bins = sums.reshape(BINS, 3)
    total = bins[:, 0].sum()
    return float(np.abs(bins[:, 1] - bins[:, 2]).sum() / total) if total else math.nan


def _metric(id: str, label: str, judged: Callable[[Case], Judged]) -> Metric:
    return Metric(
        id=id,
        label=label,
        parts=lambda c: binned(judged(c)),
        value=error,
        better="lower",
        count=lambda s: float(s.reshape(BINS, 3)[:, 0].sum()),
    )


def _intent(case: Case) -> Judged:
    if "intent" in case.predicted.confidence:
        yield case.predicted.confidence["intent"], case.predicted.intent == case.labels.intent


def _urgency(case: Case) -> Judged:
    if "urgency" in case.predicted.confidence:
        yield case.predicted.confidence["urgency"], case.predicted.urgency == case.labels.urgency


def _fields(case: Case) -> Judged:
    for field in case.predicted.fields:
        if field in case.predicted.confidence:
            yield case.predicted.confidence[field], case.right(field)


def _all(case: Case) -> Judged:
    yield from _intent(case)
    yield from _urgency(case)
    yield from _fields(case)


CALIBRATION = (
    _metric("ece", "calibration error, all judgments", _all),
    _metric("ece_intent", "calibration error, intent", _intent),
    _metric("ece_urgency", "calibration error, urgency", _urgency),
    _metric("ece_fields", "calibration error, fields", _fields),
)
