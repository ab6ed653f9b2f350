"""Figures with their uncertainty: a bootstrap over tenants (Efron and Tibshirani 1993, clustered).

Calls of one tenant stand or fall together, so whole tenants are drawn with replacement. Within a tenant
calls are kept as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .metrics.metric import Array, Metric
from .scoring import Case

RESAMPLES = 2000
SEED = 1
LEVEL = 0.95


@dataclass(frozen=True)
class Figure:
    """A metric's value on some calls."""

    value: float
    """NaN where nothing was scored."""
    low: float
    high: float
    """The interval's bounds; NaN with fewer than two tenants."""
    n: int
    """Things judged."""
    unscored: int
    """Calls of which the metric says nothing."""

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "no case"
        spread = "" if math.isnan(self.low) else f" [{self.low:.3f}, {self.high:.3f}]"
        return f"{self.value:.3f}{spread} (n={self.n})"


def figure(metric: Metric, cases: Sequence[Case]) -> Figure:
    """The metric of `cases` with a 95% interval by tenant."""
    parts = [(case.tenant.id, p) for case in cases if (p := metric.parts(case)) is not None]
    if not parts:
        return Figure(math.nan, math.nan, math.nan, 0, len(cases))
    sums = by_tenant(parts)
    total = sums.sum(axis=0)
    n = len(parts) if metric.count is None else int(metric.count(total))
    low, high = _interval(metric, sums)
    return Figure(metric.value(total), low, high, n, len(cases) - len(parts))


def by_tenant(parts: Sequence[tuple[str, Sequence[float]]]) -> Array:
    """The sums of each tenant: tenants × parts."""
    tenants = sorted({tenant for tenant, _ in parts})
    sums = np.zeros((len(tenants), len(parts[0][1])))
    for tenant, added in parts:
        sums[tenants.index(tenant)] += added
    return sums


def _interval(metric: Metric, sums: Array) -> tuple[float, float]:
    if len(sums) < 2:
        return math.nan, math.nan
    dice = np.random.default_rng(SEED)
    drawn = dice.multinomial(len(sums), [1 / len(sums)] * len(sums), size=RESAMPLES) @ sums
    values = np.array([metric.value(row) for row in drawn])
    known = values[~np.isnan(values)]
    if not len(known):
        return math.nan, math.nan
    edge = (1 - LEVEL) / 2
    low, high = np.quantile(known, [edge, 1 - edge])
    return float(low), float(high)
