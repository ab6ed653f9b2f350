"""The message: what it must carry, what it must not hold, and its length."""

from __future__ import annotations

from qualify.drafting.facts import fold

from ..scoring import Case
from .metric import rate, share


def _written(case: Case) -> str | None:
    """The message folded; None where the labels want none. A message that is wanting is empty."""
    return None if case.labels.message is None else fold(case.predicted.message or "")


def _carried(case: Case) -> tuple[int, int]:
    text = _written(case)
    if text is None:
        return 0, 0
    facts = case.labels.key_facts
    return sum(any(fold(a) in text for a in f.any_of) for f in facts), len(facts)


def _all_carried(case: Case) -> bool | None:
    carried, wanted = _carried(case)
    return None if _written(case) is None else carried == wanted


def _forbidden(case: Case) -> bool | None:
    text = _written(case)
    return None if text is None else any(fold(f) in text for f in case.labels.forbidden)


def _too_long(case: Case) -> bool | None:
    limit = case.tenant.message.max_words
    if limit is None or case.labels.message is None:
        return None
    return len((case.predicted.message or "").split()) > limit


def _needless(case: Case) -> bool | None:
    return case.predicted.message is not None if case.labels.message is None else None


MESSAGE = (
    rate("key_facts", "key facts in the message", _carried),
    share("all_facts", "messages with all key facts", _all_carried),
    share("forbidden", "messages with a forbidden string", _forbidden, lower=True),
    share("too_long", "messages over the word limit", _too_long, lower=True),
    share("needless", "messages where there should be none", _needless, lower=True),
)
