"""chrF, the likeness of a message to the one that a human wrote.

Definition: precision and recall of character n-grams (1 to 6, spaces aside) of all messages together,
averaged over the orders that both sides have, as F with recall twice as weighty. Range: 0 to 1. Source:
Popović 2015, as sacrebleu computes it (chrF2). Two good messages may be little alike: it compares runs, and
is no judgment of one message. Unscored: calls in which no message is due or none was written.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from ..scoring import Case
from .metric import Array, Metric, Parts

Numbers: TypeAlias = npt.NDArray[np.int64]

ORDERS = 6
BETA_SQUARED = 4.0
_WIDTH = 3
"""Sums of an order: n-grams written, n-grams of the reference, those in both."""


def _parts(case: Case) -> Parts | None:
    """For each order: n-grams written, n-grams of the reference, those in both."""
    if case.labels.message is None or case.predicted.message is None:
        return None
    return _counts(case.predicted.message, case.labels.message)


@lru_cache(maxsize=2**14)
def _counts(message: str, reference: str) -> Parts:
    written, wanted = ("".join(text.split()) for text in (message, reference))
    letters, ids = np.unique(np.fromiter(map(ord, written + wanted), np.int64), return_inverse=True)
    sides = ids[: len(written)], ids[len(written) :]
    sums: list[float] = []
    for order in range(1, ORDERS + 1):
        base = len(letters) ** np.arange(order)
        sums += _common(*(_grams(side, base) for side in sides))
    return sums


def _grams(ids: Numbers, base: Numbers) -> Numbers:
    """The number of each n-gram, its characters being digits of base `base[1]`."""
    if len(ids) < len(base):
        return ids[:0]
    return np.asarray(sliding_window_view(ids, len(base)) @ base)


def _common(written: Numbers, wanted: Numbers) -> tuple[float, float, float]:
    """How many n-grams there are on each side and on both; where the reference has none, none count."""
    if not len(wanted):
        return 0.0, 0.0, 0.0
    found, times = np.unique(written, return_counts=True)
    known, most = np.unique(wanted, return_counts=True)
    _, here, there = np.intersect1d(found, known, assume_unique=True, return_indices=True)
    return float(len(written)), float(len(wanted)), float(np.minimum(times[here], most[there]).sum())


def chrf(sums: Array) -> float:
    """chrF of the sums; NaN where either side has no characters."""
    orders = sums.reshape(ORDERS, _WIDTH)
    orders = orders[(orders[:, 0] > 0) & (orders[:, 1] > 0)]
    if not len(orders):
        return math.nan
    precision, recall = (orders[:, 2] / orders[:, 0]).mean(), (orders[:, 2] / orders[:, 1]).mean()
    if not precision + recall:
        return 0.0
    return float((1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall))


LIKENESS = Metric(
    id="chrf",
    label="likeness to the human's message (chrF)",
    title="Ressemblance au message humain (chrF)",
    group="message",
    parts=_parts,
    value=chrf,
    detail=True,
)
