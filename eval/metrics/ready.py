"""Calls that are ready: sent without a human's look.

Definition: the share of calls whose status is `ready`. Range: 0 to 1. Unscored: none; a failed call is not
ready.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import share


def _reason(case: Case) -> str | None:
    return " ; ".join(reason.detail for reason in case.predicted.reasons) or None


READY = share(
    "ready",
    "calls that are ready",
    lambda c: c.predicted.status == "ready",
    title="Appels prêts sans relecture",
    group="coverage",
    reason=_reason,
)
