"""What the routes work with; one of it in an application."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from qualify.service.limits import RateLimiter
from qualify.service.metrics import Metrics
from qualify.service.settings import ServiceSettings, Tell
from qualify.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The store, the settings, and whom to tell what came in."""

    store: Store
    settings: ServiceSettings
    metrics: Metrics
    limiter: RateLimiter
    enqueue: Tell
    """Has a call handled."""
    changed: Tell
    """Sees to what follows from a person's decision on a call's message."""

    def handle(self, call_id: str) -> None:
        """Ask for a call to be handled."""
        _tell(self.enqueue, call_id)

    def follow_up(self, call_id: str) -> None:
        """Ask for what a call's new state lets leave, or ends."""
        _tell(self.changed, call_id)


def _tell(whom: Tell, call_id: str) -> None:
    """Tell; where that fails the answer stays true: the call is kept, and the workers' sweep finds it."""
    try:
        whom(call_id)
    except Exception as error:  # whatever it is, what was accepted stays accepted
        log.error("work could not be asked for", extra={"call": call_id, "reason": type(error).__name__})
