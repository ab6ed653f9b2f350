"""Under-triage: calls judged calmer than they are, which wait too long.

Definition: the share of judged calls whose urgency is below the labeled one. Range: 0 to 1. Source: the
term of emergency triage (American College of Surgeons). Unscored: calls of which no urgency was said.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import share
from .urgency import steps, wrong_urgency


def _under(case: Case) -> bool | None:
    off = steps(case)
    return None if off is None else off < 0


UNDER = share(
    "under_triage",
    "judged calmer than labeled",
    _under,
    title="Urgence sous-estimée",
    group="urgency",
    lower=True,
    margin=0.01,
    reason=lambda c: wrong_urgency(c) if _under(c) else None,
)
