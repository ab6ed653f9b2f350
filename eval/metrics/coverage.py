"""Risk against coverage: how many calls may go out untouched, and at what risk.

Definition: calls are ranked by trust, the least confidence among intent, urgency, telephone number and
e-mail, whichever door they left by; the risk at a coverage is the share of serious errors
(`serious_errors.py`) among the calls down to there. `safe_coverage` is the greatest share of all calls that
goes out with a risk of at most 0.5%; `aurc` the mean risk over all coverages. Range: 0 to 1. Source:
El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017 (AURC). Unscored: no call; those that failed or have no
confidence never go out, but stand in the denominator of coverage.

Trust falls into 200 equal bins, that the sums stay additive, and a bin goes out as a whole. With few calls
a risk of 0.5% is not proven by seeing no error: 600 calls without any are needed for that at 95%.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..scoring import Case
from .metric import Array, Metric, Parts
from .serious_errors import serious

BINS = 200
RISK = 0.005
"""Serious errors that are tolerated among the calls that go out untouched."""
RANKED_BY = ("intent", "urgency", "phone", "email")


def trust(case: Case) -> float | None:
    """The least confidence of what a serious error may come from; None where the call can't go out."""
    known = case.predicted.confidence
    judged = [known[key] for key in RANKED_BY if key in known]
    return min(judged) if judged and not case.failed else None


def _parts(case: Case) -> Parts:
    """Calls by bin of trust, serious errors by bin of trust, and 1 for a call that can't go out."""
    sums = [0.0] * (2 * BINS + 1)
    sure = trust(case)
    if sure is None:
        sums[-1] = 1.0
    else:
        at = min(int(sure * BINS), BINS - 1)
        sums[at], sums[BINS + at] = 1.0, float(serious(case))
    return sums


def _downwards(sums: Array) -> tuple[Array, Array]:
    """Calls and serious errors down to each bin, the surest first."""
    return sums[:BINS][::-1].cumsum(), sums[BINS:-1][::-1].cumsum()


def safe_share(sums: Array) -> float:
    """The greatest coverage whose risk is tolerated; NaN without calls."""
    calls, errors = _downwards(sums)
    total = calls[-1] + sums[-1]
    return float(calls[errors <= RISK * calls].max(initial=0.0) / total) if total else math.nan


def area(sums: Array) -> float:
    """The mean over the ranked calls of the risk down to each; NaN without any."""
    calls, errors = _downwards(sums)
    risk = errors / np.maximum(calls, 1.0)
    return float((risk * sums[:BINS][::-1]).sum() / calls[-1]) if calls[-1] else math.nan


class Point(NamedTuple):
    """A point of the risk-coverage curve."""

    trust: float
    """The least trust of the calls that go out."""
    coverage: float
    risk: float


def curve(cases: Sequence[Case]) -> tuple[Point, ...]:
    """The risk-coverage curve from the surest calls to all that can go out."""
    sums = np.asarray([_parts(case) for case in cases]).sum(axis=0) if cases else np.zeros(2 * BINS + 1)
    calls, errors = _downwards(sums)
    edges = [(BINS - 1 - at) / BINS for at in range(BINS)]
    filled = [at for at in range(BINS) if sums[BINS - 1 - at]]
    total = float(calls[-1] + sums[-1])
    return tuple(
        Point(edges[at], float(calls[at]) / total, float(errors[at]) / float(calls[at])) for at in filled
    )


SAFE_COVERAGE = Metric(
    id="safe_coverage",
    label="calls that may go out at 0.5% serious errors",
    title="Appels envoyables à 0,5 % d'erreurs graves",
    group="coverage",
    parts=_parts,
    value=safe_share,
    count=lambda sums: float(sums[:BINS].sum() + sums[-1]),
    margin=0.05,
    collective=True,
)
AURC = Metric(
    id="aurc",
    label="serious errors, mean over coverages (AURC)",
    title="Risque moyen selon la couverture (AURC)",
    group="coverage",
    parts=_parts,
    value=area,
    better="lower",
    count=lambda sums: float(sums[:BINS].sum()),
    collective=True,
)
