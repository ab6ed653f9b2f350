"""ECE, the expected calibration error: whether probabilities mean what they say.

Definition: judgments fall into ten equal bins by confidence; the figure is the mean distance, weighted by
the bins' judgments, between mean confidence and share right. Range: 0 to 1; even perfect probabilities
leave about 0.05 with a hundred judgments, since bins are small. Source: Naeini et al. 2015. Unscored: calls
without a confidence for the judgment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..scoring import Case
from . import judged
from .metric import Array, Metric, Parts

BINS = 10
WIDTH = 3
"""Sums of a bin: judgments, confidence, right ones."""


def binned(judgments: Iterable[tuple[float, bool]]) -> Parts:
    """For each bin: judgments, summed confidence, right ones; flattened."""
    sums = [0.0] * (BINS * WIDTH)
    for confidence, right in judgments:
        at = WIDTH * min(int(confidence * BINS), BINS - 1)
        sums[at] += 1.0
        sums[at + 1] += confidence
        sums[at + 2] += right
    return sums


def error(sums: Array) -> float:
    """The expected calibration error of binned sums; NaN without judgments."""
    bins = sums.reshape(BINS, WIDTH)
    total = bins[:, 0].sum()
    return float(np.abs(bins[:, 1] - bins[:, 2]).sum() / total) if total else math.nan


class Bin(NamedTuple):
    """A point of the reliability diagram."""

    confidence: float
    """The mean of the bin's judgments."""
    right: float
    """The share of them that is right."""
    n: int


def reliability(
    cases: Sequence[Case], judgments: Callable[[Case], judged.Judged] = judged.everything
) -> tuple[Bin, ...]:
    """The reliability diagram (DeGroot and Fienberg 1983): the bins that hold judgments, upwards."""
    sums = np.zeros(BINS * WIDTH)
    for case in cases:
        sums += binned(judgments(case))
    return tuple(Bin(c / n, r / n, int(n)) for n, c, r in sums.reshape(BINS, WIDTH).tolist() if n)


def _metric(ending: str) -> Metric:
    judgments, label, title = judged.SUBJECTS[ending]

    def parts(case: Case) -> Parts | None:
        known = list(judgments(case))
        return binned(known) if known else None

    return Metric(
        id=f"ece{ending}",
        label=f"calibration error, {label}",
        title=f"Erreur de calibration, {title}",
        group="calibration",
        parts=parts,
        value=error,
        better="lower",
        count=lambda sums: float(sums.reshape(BINS, WIDTH)[:, 0].sum()),
        collective=True,
        detail=bool(ending),
    )


CALIBRATION = tuple(map(_metric, judged.SUBJECTS))
