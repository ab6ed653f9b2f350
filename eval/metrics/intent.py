"""Intent accuracy: why the caller called.

Definition: the share of calls whose main intent is the labeled one. Range: 0 to 1. Unscored: none; a failed
call is not right.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import expected, share


def wrong_intent(case: Case) -> str | None:
    """What was expected and found, where the main intent is wrong."""
    wanted, found = case.labels.intent, case.predicted.intent
    return None if wanted == found else expected(wanted, found)


ACCURACY = share(
    "intent",
    "intent right",
    lambda c: c.predicted.intent == c.labels.intent,
    title="Motif juste",
    group="intent",
    reason=wrong_intent,
)
