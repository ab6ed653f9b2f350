"""What the store holds open and nobody works on gets work again; the durable engine's tables may be lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qualify.store import NotFoundError, Store
from qualify.store.domain import Call, CallFilter, CallState
from qualify.work.durable import Durable, Undone
from qualify.work.jobs import delivering, handling

OPEN: tuple[CallState, ...] = ("queued", "processing")
"""States of a call that is still to be handled."""
WAITING: tuple[CallState, ...] = ("ready",)
"""State of a call whose message may be approved and not planned, where a process died in between."""
LONGEST_WAIT_S = 60.0
"""Before a job that failed is begun again; the first wait is a second, and each is twice the one before."""
PAGE = 200
JOBS_KEPT = timedelta(hours=1)
"""How long the engine's row of a job that ended is kept."""


@dataclass(kw_only=True)
class Sweep:
    """Looks for what fell between two steps because a process died, a disk was full, a database away."""

    store: Store
    durable: Durable
    clock: Callable[[], datetime]
    plan: Callable[[str], None]
    """Plans what a call's state lets leave."""
    _seen: dict[str, datetime] = field(default_factory=dict, init=False)
    """When each waiting call had changed last, as of the last look."""

    def often(self) -> None:
        """Look for calls without work, jobs that failed, and deliveries that are due."""
        for call in self.store.queued_without_work():
            self.durable.ensure([handling(call)])
            self.store.mark_enqueued(call.id, call.generation)
        for undone in self.durable.undone():
            self._again(undone)
        due = self.store.due_attempts()
        self.durable.ensure(delivering(attempt) for attempt in due)

    def now_and_then(self) -> None:
        """Look at all that waits: messages approved but not planned; forget jobs that ended long ago."""
        seen: dict[str, datetime] = {}
        for call in self._all(WAITING):
            seen[call.id] = call.updated_at
            if self._seen.get(call.id) != call.updated_at and self._approved(call):
                self.plan(call.id)
        self._seen = seen
        self.durable.forget(self.clock() - JOBS_KEPT)

    def at_start(self) -> None:
        """Have all open calls worked on, whatever became of the engine's tables."""
        self.durable.ensure(handling(call) for call in self._all(OPEN))
        self.now_and_then()

    def _again(self, undone: Undone) -> None:
        try:
            call = self.store.call(undone.subject)
        except NotFoundError:
            self.durable.drop(undone)
            return
        if undone.kind == "announcement":
            self.durable.again(undone)
        elif call.state not in OPEN or handling(call).id != undone.id:
            self.durable.drop(undone)
        elif self.clock() >= undone.at + timedelta(seconds=min(2.0**call.attempts, LONGEST_WAIT_S)):
            self.durable.again(undone)

    def _approved(self, call: Call) -> bool:
        drafts = self.store.drafts(call.id)
        return bool(drafts) and drafts[-1].state == "approved"

    def _all(self, states: tuple[CallState, ...]) -> Iterator[Call]:
        for state in states:
            cursor: str | None = None
            while True:
                page = self.store.calls(CallFilter(state=state), cursor=cursor, limit=PAGE)
                yield from page.items
                cursor = page.next
                if cursor is None:
                    break
