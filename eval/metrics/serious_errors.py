"""Serious errors that go out: what does harm before anybody can notice.

Definition: the share of ready calls with a wrong contact detail, or critical and taken for calmer. Range: 0
to 1. Source: ours. Unscored: calls that a human looks at, and failed ones.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import STRICT, share
from .urgency import wrong_urgency
from .wrong_contacts import wrong_contacts


def serious(case: Case) -> bool:
    """Whether the call would do harm if it went out as it is."""
    missed = case.labels.urgency == "critical" != case.predicted.urgency
    return missed or bool(wrong_contacts(case))


def _reason(case: Case) -> str | None:
    if case.predicted.status != "ready" or not serious(case):
        return None
    wrong = ", ".join(wrong_contacts(case))
    return f"coordonnées fausses : {wrong}" if wrong else f"urgence : {wrong_urgency(case)}"


SERIOUS_READY = share(
    "serious_ready",
    "ready calls with a serious error",
    lambda c: serious(c) if c.predicted.status == "ready" else None,
    title="Erreurs graves envoyées",
    group="coverage",
    lower=True,
    margin=STRICT,
    reason=_reason,
)
