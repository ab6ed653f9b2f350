"""The missed emergencies of a run: counted, listed, and kept out of every sum."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np

from ..intervals import LEVEL, RESAMPLES, SEED
from ..scoring import Case
from .bill import Emergencies, Missed, Spread
from .triage import ALERTS, missed_emergency


def emergencies(cases: Sequence[Case]) -> Emergencies:
    """Calls labeled critical or high, and those taken for calmer."""
    urgent = [case for case in cases if case.labels.urgency in ALERTS]
    told = [case for case in urgent if missed_emergency(case) is not None]
    missed = tuple(sorted(_missed(told), key=lambda m: (m.tenant, m.id)))
    return Emergencies(len(urgent), len(urgent) - len(told), missed, _rate(told, missed))


def _missed(told: Sequence[Case]) -> Iterator[Missed]:
    for case in told:
        found = case.predicted.urgency
        if found is not None and missed_emergency(case):
            yield Missed(case.tenant.id, case.id, case.labels.urgency, found, case.predicted.status)


def _rate(told: Sequence[Case], missed: Sequence[Missed]) -> Spread | None:
    """The share missed with its 95% interval, bootstrapped by tenant.

    Where resampling can't tell, since there is one tenant, or no miss (which in few calls is no proof of
    none), the interval is Wilson's (1927).
    """
    if not told:
        return None
    calls, wrong = Counter(case.tenant.id for case in told), Counter(m.tenant for m in missed)
    share = len(missed) / len(told)
    if len(calls) < 2 or share in (0, 1):
        return Spread(share, *wilson(len(missed), len(told)))
    sums = np.array([[wrong[tenant], calls[tenant]] for tenant in sorted(calls)], dtype=float)
    dice = np.random.default_rng(SEED)
    taken = dice.multinomial(len(sums), [1 / len(sums)] * len(sums), size=RESAMPLES) @ sums
    edge = (1 - LEVEL) / 2
    low, high = np.quantile(taken[:, 0] / taken[:, 1], [edge, 1 - edge])
    return Spread(share, float(low), float(high))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, at the level of all intervals; `n` is at least 1."""
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    share, scale = hits / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    return max(middle - half, 0.0), min(middle + half, 1.0)
