"""Disposition: whether a message is written, the call put through, or nothing transmitted.

Definition: the share of calls whose disposition is the labeled one. Range: 0 to 1. Unscored: none; a failed
call is not right.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import expected, share


def _reason(case: Case) -> str | None:
    wanted, found = case.labels.disposition, case.predicted.disposition
    return None if wanted == found else expected(wanted, found)


DISPOSITION = share(
    "disposition",
    "disposition right",
    lambda c: c.predicted.disposition == c.labels.disposition,
    title="Suite donnée juste",
    group="intent",
    reason=_reason,
)
