"""Urgency: agreement weighted by distance, and the confusion that it comes from.

Definition: Cohen's kappa with quadratic weights over the four levels, 1 minus the weighted disagreement seen
over the one that chance would give. Range: -1 to 1; 1 is full agreement, 0 chance. Source: Cohen 1968.
Unscored: calls of which no urgency was said, failed ones among them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qualify.records import URGENCIES

from ..scoring import Case
from .metric import Array, Metric, expected

LEVELS = len(URGENCIES)
_COST = (np.arange(LEVELS)[:, None] - np.arange(LEVELS)[None, :]) ** 2


def steps(case: Case) -> int | None:
    """How many levels too urgent a call was judged, negative where too calm; None where it was not judged."""
    if case.predicted.urgency is None:
        return None
    return URGENCIES.index(case.predicted.urgency) - URGENCIES.index(case.labels.urgency)


def wrong_urgency(case: Case) -> str | None:
    """What was expected and found, where the urgency is wrong."""
    wanted, found = case.labels.urgency, case.predicted.urgency
    return None if wanted == found else expected(wanted, found)


def _cell(case: Case) -> list[float] | None:
    """The call's place in the confusion matrix, rows labeled, flattened."""
    if case.predicted.urgency is None:
        return None
    seen = [0.0] * (LEVELS * LEVELS)
    seen[URGENCIES.index(case.labels.urgency) * LEVELS + URGENCIES.index(case.predicted.urgency)] = 1.0
    return seen


def confusion(cases: Sequence[Case]) -> Array:
    """Calls by labeled (rows) and predicted urgency, in the order of `URGENCIES`; unjudged ones aside."""
    cells = [cell for case in cases if (cell := _cell(case)) is not None]
    seen: Array = np.asarray(cells, dtype=np.float64).reshape(-1, LEVELS, LEVELS)
    return np.asarray(seen.sum(axis=0))


def kappa(sums: Array) -> float:
    """Kappa of a flattened confusion matrix; NaN where chance could not disagree."""
    seen = sums.reshape(LEVELS, LEVELS)
    chance = np.outer(seen.sum(1), seen.sum(0)) / max(seen.sum(), 1.0)
    expected_cost = float((_COST * chance).sum())
    return 1 - float((_COST * seen).sum()) / expected_cost if expected_cost else math.nan


KAPPA = Metric(
    id="urgency",
    label="urgency, quadratic kappa",
    title="Urgence, kappa quadratique",
    group="urgency",
    parts=_cell,
    value=kappa,
    unit="index",
    reason=wrong_urgency,
    collective=True,
)
