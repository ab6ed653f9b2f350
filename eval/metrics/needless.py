"""Needless messages: written where nothing is to be transmitted.

Definition: of the calls whose labels have no message (canvassing, wrong numbers, silence), the share for
which one is written. Range: 0 to 1. Source: ours. Unscored: calls in which a message is due, and failed
ones.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import share


def _needless(case: Case) -> bool | None:
    if case.labels.message is not None or case.failed:
        return None
    return case.predicted.message is not None


NEEDLESS = share(
    "needless",
    "messages where there should be none",
    _needless,
    title="Messages inutiles",
    group="message",
    lower=True,
    reason=lambda c: "aucun message attendu, un message écrit" if _needless(c) else None,
)
