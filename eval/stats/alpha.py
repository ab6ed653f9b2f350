"""Krippendorff's alpha: how far two people agree beyond what chance would give.

1 minus the disagreement seen over the one expected if values were paired at random. 1 is full agreement, 0
chance, below 0 less than chance. Source: Krippendorff 2011, «Computing Krippendorff's
Alpha-Reliability».
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def alpha(disagreement: float, totals: Array, distances: Array) -> float:
    """Alpha of coincidences; NaN where only one value was ever given, so that none could differ.

    `disagreement` sums the distance of every ordered pair of values given to the same call (two people: each
    call's distance twice), `totals` is how often each value was given, `distances` the squared distance of
    each two values.
    """
    expected = float(totals @ distances @ totals)
    return 1 - (float(totals.sum()) - 1) * disagreement / expected if expected else math.nan


def nominal(values: int) -> Array:
    """Distances of values that are the same or not."""
    return 1 - np.eye(values)


def interval(values: int) -> Array:
    """Squared distances of ranked values whose steps weigh the same."""
    at = np.arange(values, dtype=np.float64)
    return (at[:, None] - at[None, :]) ** 2
