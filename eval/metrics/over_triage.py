"""Over-triage: calls judged more urgent than they are, which disturb for nothing.

Definition: the share of judged calls whose urgency is above the labeled one. Range: 0 to 1. Source: the
term of emergency triage (American College of Surgeons). Unscored: calls of which no urgency was said.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import share
from .urgency import steps, wrong_urgency


def _over(case: Case) -> bool | None:
    off = steps(case)
    return None if off is None else off > 0


OVER = share(
    "over_triage",
    "judged more urgent than labeled",
    _over,
    title="Urgence surestimée",
    group="urgency",
    lower=True,
    reason=lambda c: wrong_urgency(c) if _over(c) else None,
)
