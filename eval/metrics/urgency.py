"""How urgent: agreement weighted by distance, and the two ways of being wrong."""

from __future__ import annotations

import math

import numpy as np

from qualify.records import URGENCIES

from ..scoring import Case
from .metric import Array, Metric, share

_COST = (np.arange(len(URGENCIES))[:, None] - np.arange(len(URGENCIES))[None, :]) ** 2


def _cell(case: Case) -> list[float] | None:
    """The call's place in the confusion matrix, rows labeled, flattened; unscored where nothing was said."""
    if case.predicted.urgency is None:
        return None
    seen = np.zeros((len(URGENCIES), len(URGENCIES)))
    seen[URGENCIES.index(case.labels.urgency), URGENCIES.index(case.predicted.urgency)] = 1
    return [float(x) for x in seen.ravel()]


def kappa(sums: Array) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968), from -1 to 1; 1 is full agreement, 0 chance."""
    seen = sums.reshape(len(URGENCIES), len(URGENCIES))
    chance = np.outer(seen.sum(1), seen.sum(0)) / max(seen.sum(), 1.0)
    expected = float((_COST * chance).sum())
    return 1 - float((_COST * seen).sum()) / expected if expected else math.nan


KAPPA = Metric(id="urgency", label="urgency, quadratic kappa", parts=_cell, value=kappa)


def _critical(case: Case) -> bool | None:
    return case.predicted.urgency == "critical" if case.labels.urgency == "critical" else None


CRITICAL = share("critical", "critical calls found", _critical)
"""Recall of the calls in which someone must act now; others are unscored."""


def _over(case: Case) -> bool | None:
    if case.predicted.urgency is None:
        return None
    return URGENCIES.index(case.predicted.urgency) > URGENCIES.index(case.labels.urgency)


OVER = share("over_triage", "judged more urgent than labeled", _over, lower=True)
"""Over-triage as a share of all calls."""


def _severe(case: Case) -> bool | None:
    """A miss by two levels or more, such as critical taken for normal."""
    if case.predicted.urgency is None:
        return None
    return URGENCIES.index(case.labels.urgency) - URGENCIES.index(case.predicted.urgency) >= 2


SEVERE = share("severe_miss", "judged two levels too calm", _severe, lower=True)
