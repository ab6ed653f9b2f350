"""Figures with their uncertainty: a bootstrap over tenants (Efron and Tibshirani 1993, clustered).

Calls of one tenant stand or fall together, so whole tenants are drawn with replacement. Within a tenant
calls are kept as they are. Percentiles of few draws are too narrow, hence they are taken further out, as
Student's distribution is wider than the normal (Hesterberg 2015, expanded percentiles).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from .metrics.metric import Array, Metric, Parts
from .scoring import Case
from .stats import student

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


NO_FIGURE = (math.nan, math.nan)


def figure(metric: Metric, cases: Sequence[Case]) -> Figure:
    """The metric of `cases` with a 95% interval by tenant."""
    parts = [(case.tenant.id, p) for case in cases if (p := metric.parts(case)) is not None]
    unscored = len(cases) - len(parts)
    if not parts:
        return Figure(math.nan, *NO_FIGURE, 0, unscored)
    sums = by_tenant(parts)
    return figure_of(metric, sums, resampled(metric, sums), scored=len(parts), unscored=unscored)


def figure_of(metric: Metric, sums: Array, values: Array, *, scored: int, unscored: int) -> Figure:
    """The metric of sums by tenant, with the interval that its `values` on resamples give."""
    total = sums.sum(axis=0)
    n = scored if metric.count is None else int(metric.count(total))
    return Figure(metric.value(total), *interval(values, tenants=len(sums)), n, unscored)


def by_tenant(parts: Sequence[tuple[str, Parts]]) -> Array:
    """The sums of each tenant, in the order of their ids: tenants × parts."""
    return sums_of(parts, sorted({tenant for tenant, _ in parts}), width=len(parts[0][1]))


def sums_of(parts: Iterable[tuple[str, Parts]], tenants: Sequence[str], *, width: int) -> Array:
    """The sums of `width` parts for each of `tenants`, zeros for those that have none."""
    place = {tenant: at for at, tenant in enumerate(tenants)}
    sums = np.zeros((len(tenants), width))
    for tenant, added in parts:
        sums[place[tenant]] += added
    return sums


def resampled(metric: Metric, sums: Array) -> Array:
    """The metric on each resample of the tenants, the same for every metric of as many tenants."""
    drawn = _draws(len(sums)) @ sums
    return np.array([metric.value(row) for row in drawn])


@lru_cache(maxsize=64)
def _draws(tenants: int) -> Array:
    """How often each tenant is drawn: resamples × tenants."""
    dice = np.random.default_rng(SEED)
    drawn = dice.multinomial(tenants, [1 / tenants] * tenants, size=RESAMPLES)
    return drawn.astype(np.float64)


def interval(values: Array, *, tenants: int) -> tuple[float, float]:
    """The bounds of the middle 95% of resamples; NaN with fewer than two tenants or no value."""
    known = values[~np.isnan(values)]
    if tenants < 2 or not len(known):
        return NO_FIGURE
    edge = NormalDist().cdf(-_widening(tenants) * student.bound(LEVEL, tenants - 1))
    low, high = np.quantile(known, [edge, 1 - edge])
    return float(low), float(high)


def standard_error(values: Array, *, tenants: int) -> float:
    """The standard error that resamples show; NaN with fewer than two tenants or no value."""
    known = values[~np.isnan(values)]
    return float(known.std()) * _widening(tenants) if tenants > 1 and len(known) else math.nan


def _widening(tenants: int) -> float:
    """Draws from n tenants vary by their spread over n, an estimate takes it over n - 1."""
    return math.sqrt(tenants / (tenants - 1))
