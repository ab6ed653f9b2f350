"""One try of one delivery: begun for good in the store, sent, and its result recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from qualify.delivery.result import SendResult
from qualify.delivery.retry import next_due
from qualify.store import NotFoundError, Store
from qualify.store.domain import Attempt, AttemptStatus
from qualify.work.parcels import Packer


@dataclass(frozen=True, kw_only=True)
class Deliverer:
    """Makes the next try of a delivery that is due."""

    store: Store
    packer: Packer
    clock: Callable[[], datetime]
    announce: Callable[[str], None]
    """Plans what the call's new state lets leave."""
    delivered: Callable[[str, str], None] = lambda channel, status: None
    """Told of each result, for the metrics: the channel, and what the delivery has become."""

    def __call__(self, attempt_id: str) -> None:
        """Try once, where the delivery waits and is due."""
        try:
            attempt = self.store.attempt(attempt_id)
        except NotFoundError:  # erased meanwhile
            return
        if attempt.status == "pending" and attempt.due_at <= self.clock():
            self._try(attempt)
        if attempt.event is None:
            self.announce(attempt.call)

    def _try(self, attempt: Attempt) -> None:
        if attempt.started_at is not None and not self._may_repeat(attempt):
            return
        if (overtaken := self._overtaken(attempt)) is not None:
            self._record(attempt, *overtaken)
            return
        send = self.packer.parcel(attempt)
        if self.store.begin_attempt(attempt.id):
            self._keep(attempt, send())

    def _may_repeat(self, attempt: Attempt) -> bool:
        """Whether a try that somebody began, who died before its result was kept, is made again.

        An e-mail's is not: it may have arrived. A webhook's receiver knows what it had before.
        """
        if attempt.channel == "email":
            self._record(attempt, "unknown", "L'envoi a été interrompu : l'e-mail est peut-être parti.")
            return False
        self.store.record_attempt(attempt.id, "pending", due_at=attempt.due_at)
        return True

    def _overtaken(self, attempt: Attempt) -> tuple[AttemptStatus, str] | None:
        """What a message's delivery has become that must not leave any more; None where it must."""
        if attempt.event is not None:
            return None
        state = self.store.draft(attempt.call, attempt.draft).state
        if state == "acknowledged":
            return "acknowledged", "Le message a déjà été confirmé."
        if state in ("drafted", "rejected"):
            return "dead", "Le message a été retiré avant l'envoi."
        return None

    def _keep(self, attempt: Attempt, result: SendResult) -> None:
        if result.status != "retry":
            self._record(attempt, result.status, result.error, receipt=result.receipt)
            return
        due_at = next_due(
            attempt.number + 1,
            key=attempt.idempotency_key,
            first_at=attempt.created_at,
            now=self.clock(),
            asked_s=result.wait_s,
        )
        self._record(attempt, "dead" if due_at is None else "pending", result.error, due_at=due_at)

    def _record(
        self,
        attempt: Attempt,
        status: AttemptStatus,
        error: str | None,
        *,
        receipt: str | None = None,
        due_at: datetime | None = None,
    ) -> None:
        self.store.record_attempt(attempt.id, status, due_at=due_at, receipt=receipt, error=error)
        self.delivered(attempt.channel, "retry" if status == "pending" else status)
