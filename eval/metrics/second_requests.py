"""Second requests: further intents in the same call.

Definition: F1 of the further intents, as sets, summed over calls. Range: 0 to 1. Source: van Rijsbergen 1979
(F1). Unscored: calls that have none and are said to have none.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import Metric, Parts, expected, f1


def _second(case: Case) -> Parts | None:
    wanted, found = set(case.labels.other_intents), set(case.predicted.other_intents)
    return (len(wanted & found), len(found), len(wanted)) if wanted | found else None


def _reason(case: Case) -> str | None:
    wanted, found = sorted(case.labels.other_intents), sorted(case.predicted.other_intents)
    return None if wanted == found else expected(", ".join(wanted), ", ".join(found))


SECOND = Metric(
    id="intent_second",
    label="second requests, F1",
    title="Secondes demandes, F1",
    group="intent",
    parts=_second,
    value=f1,
    count=lambda sums: float(sums[2]),
    reason=_reason,
)
