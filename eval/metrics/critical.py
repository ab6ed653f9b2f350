"""Critical calls found: those in which someone must act now.

Definition: of the calls labeled `critical`, the share that is predicted `critical`. Range: 0 to 1. Unscored:
calls of any other urgency; a failed critical call is not found.
"""

from __future__ import annotations

from .metric import share
from .urgency import wrong_urgency

CRITICAL = share(
    "critical",
    "critical calls found",
    lambda c: c.predicted.urgency == "critical" if c.labels.urgency == "critical" else None,
    title="Appels critiques reconnus",
    group="urgency",
    margin=0.01,
    reason=lambda c: wrong_urgency(c) if c.labels.urgency == "critical" else None,
)
