"""Forbidden strings: what no message may hold.

Definition: the share of written messages that hold one of the labels' forbidden strings (a number before its
correction, a name misheard) or of the tenant's (`message.forbid`), case, accents, spacing and punctuation
aside. Range: 0 to 1. Source: ours. Unscored: calls without a message.
"""

from __future__ import annotations

from ..scoring import Case, folded
from .metric import STRICT, share


def held(case: Case) -> tuple[str, ...]:
    """The forbidden strings that stand in the message."""
    text = case.written or ""
    strings = dict.fromkeys((*case.labels.forbidden, *case.tenant.message.forbid))
    return tuple(s for s in strings if folded(s) and folded(s) in text)


def _reason(case: Case) -> str | None:
    found = held(case)
    return f"interdit, mais écrit : {', '.join(found)}" if found else None


FORBIDDEN = share(
    "forbidden",
    "messages with a forbidden string",
    lambda c: None if c.written is None else bool(held(c)),
    title="Messages avec un texte interdit",
    group="message",
    lower=True,
    margin=STRICT,
    reason=_reason,
)
