"""Urgency accuracy.

Definition: the share of calls whose urgency is the labeled one. Range: 0 to 1. Unscored: none; a failed call
is not right.
"""

from __future__ import annotations

from .metric import share
from .urgency import wrong_urgency

URGENCY_RIGHT = share(
    "urgency_right",
    "urgency right",
    lambda c: c.predicted.urgency == c.labels.urgency,
    title="Urgence juste",
    group="urgency",
    reason=wrong_urgency,
)
