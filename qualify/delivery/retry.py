"""When to try again: waits that double, spread by jitter, for 24 hours; then a dead letter."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(hours=24)
FIRST_WAIT_S, LONGEST_WAIT_S = 15.0, 2 * 3600.0
JITTER = 0.2
"""Share by which a wait is longer or shorter, so that what failed together is not tried together."""
_MOST_DOUBLINGS = 16
"""By then the longest wait is reached."""


def next_due(
    number: int, *, key: str, first_at: datetime, now: datetime, asked_s: float = 0.0
) -> datetime | None:
    """When to try again after attempt `number` (from 1) failed at `now`; None: it is a dead letter.

    The last attempt is made when the 24 hours since `first_at` end. `asked_s` is the wait that the other
    side asks for. The jitter follows from the idempotency key: the same case gives the same time.
    """
    if now >= first_at + GIVE_UP_AFTER:
        return None
    spread = random.Random(f"{key}/{number}").uniform(1 - JITTER, 1 + JITTER)
    wait_s = min(FIRST_WAIT_S * 2 ** min(number - 1, _MOST_DOUBLINGS), LONGEST_WAIT_S) * spread
    wait_s = max(wait_s, min(asked_s, LONGEST_WAIT_S))
    return min(now + timedelta(seconds=wait_s), first_at + GIVE_UP_AFTER)
