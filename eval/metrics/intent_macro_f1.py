"""Macro-F1 of the main intent: rare intents weigh as much as frequent ones.

Definition: for each intent that labels name, F1 of the calls said and labeled to have it; the mean of these.
An intent is one class under its id, whichever tenant's it is; predicting one that no label has costs the
recall of the labeled. Range: 0 to 1. Source: Yang 1999 (macro-averaging), F1 of van Rijsbergen 1979.
Unscored: none; a failed call has no intent, hence costs recall.

A call adds to three sums of each class, so that the metric is made for given calls. In a resample that draws
a tenant twice its classes count twice, as they would if two such tenants had been drawn: each class weighs as
much as its labels are drawn more often than they stand in the calls. On these calls every weight is 1.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..scoring import Case
from .intent import wrong_intent
from .metric import Array, Metric, Parts


def macro_f1(cases: Sequence[Case]) -> Metric:
    """The metric of given calls, of any part of them and of their resamples."""
    labeled = Counter(case.labels.intent for case in cases)
    place = {intent: 3 * at for at, intent in enumerate(sorted(labeled))}
    support = np.array([labeled[intent] for intent in place], dtype=np.float64)

    def parts(case: Case) -> Parts:
        wanted, found = case.labels.intent, case.predicted.intent
        added = [0.0] * (3 * len(place))
        added[place[wanted]] = float(wanted == found)
        added[place[wanted] + 2] = 1.0
        if found in place:
            added[place[found] + 1] = 1.0
        return added

    def value(sums: Array) -> float:
        right, found, wanted = sums.reshape(-1, 3).T
        weight = wanted / support
        if not weight.sum():
            return math.nan
        f1 = 2 * right / np.maximum(found + wanted, 1.0)
        return float((f1 * weight).sum() / weight.sum())

    return Metric(
        id="intent_macro_f1",
        label="intent, macro-F1",
        title="Motif, macro-F1",
        group="intent",
        parts=parts,
        value=value,
        count=lambda sums: float(sums.reshape(-1, 3)[:, 2].sum()),
        reason=wrong_intent,
        collective=True,
    )
