"""Severe misses: calls judged two levels too calm or more, such as `critical` taken for `normal`.

Definition: their share of the judged calls. Range: 0 to 1. Source: ours. Unscored: calls of which no urgency
was said.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import STRICT, share
from .urgency import steps, wrong_urgency

LEVELS_TOO_CALM = 2


def _severe(case: Case) -> bool | None:
    off = steps(case)
    return None if off is None else off <= -LEVELS_TOO_CALM


SEVERE = share(
    "severe_miss",
    "judged two levels too calm",
    _severe,
    title="Urgence manquée de deux niveaux ou plus",
    group="urgency",
    lower=True,
    margin=STRICT,
    reason=lambda c: wrong_urgency(c) if _severe(c) else None,
)
