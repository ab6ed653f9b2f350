"""Wrong contact details that go out unflagged.

Definition: the share of ready calls with a telephone number or e-mail that is not the labeled one, those
given where there is none included. Range: 0 to 1. Source: ours. Unscored: calls that a human looks at, and
failed ones.
"""

from __future__ import annotations

from ..scoring import Case
from .fields import differences, of_ids
from .metric import STRICT, share

CONTACTS = ("phone", "email")


def wrong_contacts(case: Case) -> tuple[str, ...]:
    """The contact details found that are not the labeled ones, whatever becomes of the call."""
    return tuple(f for f in CONTACTS if f in case.predicted.fields and not case.right(f))


def _unflagged(case: Case) -> bool | None:
    return bool(wrong_contacts(case)) if case.predicted.status == "ready" else None


def _reason(case: Case) -> str | None:
    return differences(case, of_ids(wrong_contacts(case))) if _unflagged(case) else None


WRONG_READY = share(
    "wrong_ready",
    "ready calls with a wrong number or e-mail",
    _unflagged,
    title="Coordonnées fausses non signalées",
    group="fields",
    lower=True,
    margin=STRICT,
    reason=_reason,
)
