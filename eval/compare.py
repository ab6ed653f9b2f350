"""Two runs on the same calls: what got better, what got worse, and what can't be told.

Every metric that has a figure in both runs and scores at least one call otherwise belongs to one family of
tests, corrected by Holm: the chance that any verdict is wrong stays below 5%. What scores all calls alike
asks no question (after Tarone 1990: a test that cannot reject needs no share of the level). Breakdowns
(`detail`) are left out, since a hundred of them would hide what the others show.

A tenant that alone got worse disappears in a figure of many: each right-or-wrong metric is therefore also
tested by McNemar within each tenant, corrected by Holm over the tenants of that metric.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .difference import NOTHING, Changed, Difference, difference_of
from .metrics.metric import Metric
from .pairing import Pairs, paired
from .scoring import Case
from .stats.holm import holm

Verdict = Literal["better", "worse", "cannot_tell"]
ALPHA = 0.05
SCALED = ("share", "index")
"""Units in which one margin fits all metrics."""


@dataclass(frozen=True)
class Spoilt:
    """A tenant for which a metric got worse, by more than its margin and more than chance explains."""

    tenant: str
    changed: Changed
    adjusted_p: float

    @property
    def worse_by(self) -> float:
        """How much worse its share is."""
        return (self.changed.lost - self.changed.gained) / self.changed.pairs


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One metric's difference with what may be concluded from it."""

    difference: Difference
    margin: float
    """How much worse B may be, in the unit."""
    adjusted_p: float
    """Holm's over the family; NaN where the metric is in no test."""
    needed: int | None
    """Calls that it would take to tell; None where it is told, or nothing can be said of it."""
    spoilt: tuple[Spoilt, ...]
    """The worst tenants first."""

    @property
    def metric(self) -> Metric:
        """What is compared."""
        return self.difference.metric

    @property
    def verdict(self) -> Verdict:
        """Whether B is better or worse than A beyond what chance explains."""
        return _verdict(self.difference, self.adjusted_p)

    @property
    def over_margin(self) -> bool:
        """Whether B's figure is worse than A's by more than the margin, told by the test or not."""
        return self.difference.worse_by > self.margin + NOTHING

    @property
    def lost(self) -> bool:
        """Whether A has a figure and B none."""
        return math.isnan(self.difference.b.value) and not math.isnan(self.difference.a.value)


@dataclass(frozen=True)
class Comparison:
    """Run B against run A."""

    pairs: Pairs
    metrics: tuple[Compared, ...]
    """In the order given."""

    @property
    def by_id(self) -> Mapping[str, Compared]:
        """The metrics by id."""
        return {compared.metric.id: compared for compared in self.metrics}


def compare(
    cases_a: Sequence[Case],
    cases_b: Sequence[Case],
    metrics: Sequence[Metric],
    *,
    margin: float | None = None,
) -> Comparison:
    """Run B against run A on the calls of both, by all `metrics` but breakdowns.

    `margin` replaces the own one of every metric that is a share or an index.
    """
    pairs = paired(cases_a, cases_b)
    differences = [difference_of(metric, pairs) for metric in metrics if not metric.detail]
    tested = [d for d in differences if not d.alike and not math.isnan(d.p)]
    adjusted = dict(zip((d.metric.id for d in tested), holm([d.p for d in tested]), strict=True))
    level = ALPHA / max(len(tested), 1)
    return Comparison(
        pairs, tuple(_compared(d, adjusted.get(d.metric.id, math.nan), level, margin) for d in differences)
    )


def _compared(difference: Difference, adjusted_p: float, level: float, margin: float | None) -> Compared:
    metric = difference.metric
    allowed = margin if margin is not None and metric.unit in SCALED else metric.margin
    told = _verdict(difference, adjusted_p) != "cannot_tell"
    needed = None if told else difference.calls_needed(level=level)
    return Compared(
        difference=difference,
        margin=allowed,
        adjusted_p=adjusted_p,
        needed=None if needed is None else max(needed, difference.calls + 1),
        spoilt=_spoilt(difference.changed or {}, allowed),
    )


def _verdict(difference: Difference, adjusted_p: float) -> Verdict:
    if math.isnan(adjusted_p) or adjusted_p > ALPHA:
        return "cannot_tell"
    return "worse" if difference.worse_by > 0 else "better"


def _spoilt(changed: Mapping[str, Changed], margin: float) -> tuple[Spoilt, ...]:
    adjusted = holm([counts.p for counts in changed.values()])
    judged = [Spoilt(tenant, changed[tenant], p) for tenant, p in zip(changed, adjusted, strict=True)]
    worse = [one for one in judged if one.worse_by > margin + NOTHING and one.adjusted_p <= ALPHA]
    return tuple(sorted(worse, key=lambda one: -one.worse_by))
