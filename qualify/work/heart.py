"""How the processes that share a database know who lives: each says so, and takes over from the dead."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from qualify.store import Store, UnavailableError

BEAT_S = 3.0
"""Between two signs of life."""
DEAD_AFTER_S = 15.0
"""Without a sign of life, in seconds: with the beat and the queue's look, work is taken over within 20 s."""

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Heart:
    """The signs of life of one worker, and its watch over the others."""

    store: Store
    worker: str
    take_over: Callable[[str], int]
    """Gives a dead worker's jobs to those that live; how many."""
    dead_after_s: float = DEAD_AFTER_S
    monotonic: Callable[[], float] = time.monotonic
    _steady_since: float | None = field(default=None, init=False)
    """Since when no sign of life of this worker has failed or come late."""
    _last: float = field(default=0.0, init=False)

    def beat(self) -> None:
        """Say that this worker lives, then take over from those that don't.

        Where the database was away, or this process was asleep, nobody could say anything: nobody is
        taken for dead until all had the time to.
        """
        now = self.monotonic()
        try:
            self.store.beat(self.worker)
        except UnavailableError:
            self._steady_since = None
            log.warning("database away", extra={"worker": self.worker})
            return
        if self._steady_since is None or now - self._last > self.dead_after_s / 2:
            self._steady_since = now
        self._last = now
        if now - self._steady_since >= self.dead_after_s:
            self._reap()

    def stop(self) -> None:
        """This worker has ended in good order."""
        self.store.forget_worker(self.worker)

    def _reap(self) -> None:
        for dead in self.store.dead_workers(older_than_s=self.dead_after_s):
            if dead != self.worker:
                jobs = self.take_over(dead)
                self.store.forget_worker(dead)
                log.warning("took over from a dead worker", extra={"worker": dead, "count": jobs})
