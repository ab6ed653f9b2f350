"""After a call changed: what leaves is planned, and what is due is sent without waiting for the sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from qualify.store import NotFoundError, Store
from qualify.work import outbox
from qualify.work.jobs import Job, delivering


@dataclass(frozen=True, kw_only=True)
class Announcer:
    """Plans what a call's state lets leave, and asks for what is due."""

    store: Store
    clock: Callable[[], datetime]
    enqueue: Callable[[Job], None]

    def __call__(self, call_id: str) -> None:
        """Do so; the second time changes nothing."""
        now = self.clock()
        try:
            planned = outbox.plan(self.store, call_id, now=now)
        except NotFoundError:  # erased or purged meanwhile
            return
        for attempt in planned:
            if attempt.status == "pending" and attempt.started_at is None and attempt.due_at <= now:
                self.enqueue(delivering(attempt))
