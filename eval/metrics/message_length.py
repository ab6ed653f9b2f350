"""Length: how many words a message takes, and whether the tenant's limit holds.

Definition: `words`, the mean words of a written message, as the limit counts them (between spaces);
`too_long`, the share of messages with more than the tenant's `max_words`. Range: 0 up; 0 to 1. Unscored:
calls without a message; for the limit also tenants without one.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import mean, share


def words(case: Case) -> int | None:
    """The message's words; None where there is no message."""
    return None if case.predicted.message is None else len(case.predicted.message.split())


def _too_long(case: Case) -> bool | None:
    limit, length = case.tenant.message.max_words, words(case)
    return None if limit is None or length is None else length > limit


def _reason(case: Case) -> str | None:
    limit = case.tenant.message.max_words
    return f"{words(case)} mots, {limit} au plus" if _too_long(case) else None


WORDS = mean(
    "words",
    "words a message",
    words,
    title="Mots par message",
    group="message",
    unit="words",
    margin=5.0,
)
TOO_LONG = share(
    "too_long",
    "messages over the word limit",
    _too_long,
    title="Messages trop longs",
    group="message",
    lower=True,
    reason=_reason,
)
