"""What two runs differ by in one metric: the figures, their difference, and how likely chance makes it.

A right-or-wrong metric that scores the same calls in both runs is compared by McNemar's exact test, which
takes calls as independent. Every other one (figures of sums, and shares of calls that the runs chose
themselves, such as the ready ones) is compared by a paired bootstrap: the same tenants are drawn for both
runs, and the difference over its standard error is read from Student's distribution with one degree of
freedom less than there are tenants (Cameron and Miller 2015, for few clusters). Where all tenants differ
alike that error is 0, and only the signs speak: each of n tenants falls on the same side with probability
2^(1 - n). The interval of the difference is the bootstrap's for both.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from .intervals import NO_FIGURE, RESAMPLES, Figure, figure_of, interval, resampled, standard_error, sums_of
from .metrics.metric import Array, Metric, Parts
from .pairing import Pairs
from .stats import mcnemar, power, student

Test = Literal["mcnemar", "bootstrap"]
NOTHING = 1e-9
"""Below it a difference or an error is what adding floats in another order leaves."""


class Changed(NamedTuple):
    """Calls scored in both runs by a right-or-wrong metric, and those that it judges differently."""

    gained: int
    """Better in run B."""
    lost: int
    """Worse in run B."""
    pairs: int

    @property
    def p(self) -> float:
        """How likely chance splits the changed calls so unevenly."""
        return mcnemar.exact(self.gained, self.lost)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One metric in two runs, on the calls of both."""

    metric: Metric
    a: Figure
    b: Figure
    low: float
    """Bounds of the difference, in the unit; NaN with fewer than two tenants."""
    high: float
    error: float
    """The bootstrap's standard error of the difference; NaN with fewer than two tenants."""
    tenants: int
    """Those with a call scored in either run."""
    calls: int
    """Those of both runs, scored or not."""
    changed: dict[str, Changed] | None
    """By tenant; None for a metric that is not right-or-wrong."""
    same_calls: bool
    """Whether both runs have a score for the same calls."""
    alike: bool
    """Whether every call scores the same in both runs, so that there is nothing to test."""

    @property
    def value(self) -> float:
        """B's figure minus A's; NaN where either has none."""
        return self.b.value - self.a.value

    @property
    def worse_by(self) -> float:
        """How much worse B is, in the unit; negative where it is better."""
        return -self.value if self.metric.better == "higher" else self.value

    @property
    def test(self) -> Test:
        """How the difference is judged."""
        return "mcnemar" if self.changed is not None and self.same_calls else "bootstrap"

    @cached_property
    def total(self) -> Changed:
        """What changed over all tenants."""
        counts = list((self.changed or {}).values())
        return Changed(*(sum(column) for column in zip(*counts, strict=True))) if counts else Changed(0, 0, 0)

    @cached_property
    def p(self) -> float:
        """The probability of such a difference by chance, two-sided; NaN where nothing can be said."""
        if math.isnan(self.value):
            return math.nan
        if self.test == "mcnemar":
            return self.total.p
        if abs(self.value) < NOTHING:
            return 1.0
        if math.isnan(self.error):
            return math.nan
        if self.error < NOTHING:
            return float(2.0 ** (1 - self.tenants))
        return student.two_sided(self.value / self.error, self.tenants - 1)

    def calls_needed(self, *, level: float) -> int | None:
        """Calls of the same kind that would tell this difference; None where it gives no answer."""
        if self.test == "mcnemar":
            needed = power.pairs_needed(*self.total, level=level)
            return None if needed is None else math.ceil(needed * self.calls / self.total.pairs)
        if math.isnan(self.value) or math.isnan(self.error) or self.error < NOTHING:
            return None
        return power.calls_needed(self.value, self.error, self.calls, level=level)


def difference_of(metric: Metric, pairs: Pairs) -> Difference:
    """The metric in both runs of the pairs."""
    parts_a, parts_b = ([metric.parts(case) for case in cases] for cases in (pairs.a, pairs.b))
    both = list(zip(pairs.tenants, parts_a, parts_b, strict=True))
    tenants = sorted({tenant for tenant, a, b in both if a is not None or b is not None})
    a, values_a = _side(metric, [(tenant, part) for tenant, part, _ in both], tenants)
    b, values_b = _side(metric, [(tenant, part) for tenant, _, part in both], tenants)
    low, high = interval(values_b - values_a, tenants=len(tenants))
    return Difference(
        metric=metric,
        a=a,
        b=b,
        low=low,
        high=high,
        error=standard_error(values_b - values_a, tenants=len(tenants)),
        tenants=len(tenants),
        calls=len(pairs),
        changed=_changed(metric, both) if metric.kind == "binary" else None,
        same_calls=all((a is None) == (b is None) for _, a, b in both),
        alike=all(_alike(a, b) for _, a, b in both),
    )


def _alike(a: Parts | None, b: Parts | None) -> bool:
    return a is b if a is None or b is None else list(a) == list(b)


def _side(
    metric: Metric, parts: Sequence[tuple[str, Parts | None]], tenants: Sequence[str]
) -> tuple[Figure, Array]:
    """One run's figure, and its values on the resamples of `tenants`."""
    scored = [(tenant, part) for tenant, part in parts if part is not None]
    unscored = len(parts) - len(scored)
    if not scored:
        return Figure(math.nan, *NO_FIGURE, 0, unscored), np.full(RESAMPLES, math.nan)
    sums = sums_of(scored, tenants, width=len(scored[0][1]))
    values = resampled(metric, sums)
    return figure_of(metric, sums, values, scored=len(scored), unscored=unscored), values


def _changed(metric: Metric, both: Sequence[tuple[str, Parts | None, Parts | None]]) -> dict[str, Changed]:
    """By tenant, how the calls scored in both runs changed sides."""
    sign = 1 if metric.better == "higher" else -1
    moves: dict[str, list[float]] = defaultdict(list)
    for tenant, a, b in both:
        if a is not None and b is not None:
            moves[tenant].append(sign * (b[0] - a[0]))
    return {t: Changed(sum(m > 0 for m in ms), sum(m < 0 for m in ms), len(ms)) for t, ms in moves.items()}
