"""Why the caller called: the main intent, and further ones."""

from __future__ import annotations

from ..scoring import Case
from .metric import Array, Metric, rate, share

ACCURACY = share("intent", "intent right", lambda c: c.predicted.intent == c.labels.intent)
"""Share of calls whose main intent is the labeled one; a failed call is wrong."""

OTHER = share(
    "intent_other",
    "calls that fit no intent, found (`other`)",
    lambda c: c.predicted.intent == "other" if c.labels.intent == "other" else None,
)
"""Out-of-scope recall; other calls are unscored."""


def _second(case: Case) -> tuple[float, float, float]:
    wanted, found = set(case.labels.other_intents), set(case.predicted.other_intents)
    return len(wanted & found), len(found), len(wanted)


def f1(sums: Array) -> float:
    """F1 of sums (right, found, wanted): the harmonic mean of precision and recall; NaN without cases."""
    return float(2 * sums[0] / (sums[1] + sums[2])) if sums[1] + sums[2] else float("nan")


SECOND = Metric(
    id="intent_second", label="second requests, F1", parts=_second, value=f1, count=lambda s: float(s[2])
)
"""Further intents, as sets; range 0 to 1."""

DISPOSITION = share(
    "disposition", "disposition right", lambda c: c.predicted.disposition == c.labels.disposition
)
"""Share of calls whose disposition is the labeled one."""


def _missing(case: Case) -> tuple[int, int]:
    wanted, found = set(case.labels.missing), set(case.predicted.missing)
    return len(wanted & found), len(wanted | found)


MISSING = rate("missing", "missing fields, agreement", _missing)
"""Jaccard index of the required fields said to be missing, over all calls; range 0 to 1."""
