"""Key facts: what the message must carry.

Definition: `key_facts`, of all facts of all messages that are due, the share that stands in the message;
`all_facts`, the share of messages due that carry all of theirs. A message carries a fact where one of its
wordings stands in it, case, accents, spacing and punctuation aside. Range: 0 to 1. Source: nugget recall
(Voorhees 2003). Unscored: calls in which no message is due; a message that was not written carries nothing.
"""

from __future__ import annotations

from ..scoring import Case, folded
from .metric import rate, share


def lost_facts(case: Case) -> tuple[str, ...]:
    """The facts that the message does not carry."""
    text = case.written or ""
    return tuple(f.fact for f in case.labels.key_facts if not any(folded(a) in text for a in f.any_of))


def _carried(case: Case) -> tuple[int, int]:
    if case.labels.message is None:
        return 0, 0
    facts = len(case.labels.key_facts)
    return facts - len(lost_facts(case)), facts


def _all_carried(case: Case) -> bool | None:
    if case.labels.message is None:
        return None
    return case.written is not None and not lost_facts(case)


def _reason(case: Case) -> str | None:
    lost = lost_facts(case) if case.labels.message is not None else ()
    return f"absent du message : {' ; '.join(lost)}" if lost else None


KEY_FACTS = rate(
    "key_facts",
    "key facts in the message",
    _carried,
    title="Faits essentiels transmis",
    group="message",
    reason=_reason,
)
ALL_FACTS = share(
    "all_facts",
    "messages with all key facts",
    _all_carried,
    title="Messages complets",
    group="message",
    reason=_reason,
)
