"""One process's part in the work, from its launch to its stop."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import SimpleQueue

from qualify.delivery.environment import DeliveryEnvironment
from qualify.records import Outcome
from qualify.store import Store
from qualify.store.domain import Retention
from qualify.work.announcing import Announcer
from qualify.work.delivering import Deliverer
from qualify.work.durable import Durable, Handler
from qualify.work.engine_names import NamedEngines
from qualify.work.handling import CallHandler
from qualify.work.heart import Heart
from qualify.work.jobs import Kind, announcing, handling
from qualify.work.parcels import Packer
from qualify.work.settings import WorkSettings
from qualify.work.sweep import Sweep

RETENTION = "retention"
"""Who purges, as the audit log has it."""

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who is told of what this process did, for the metrics."""

    handled: Callable[[Outcome], None] = lambda outcome: None
    delivered: Callable[[str, str], None] = lambda channel, status: None


class Ticker:
    """Something done again and again in a thread of its own."""

    def __init__(self, name: str, period_s: float, act: Callable[[], object]) -> None:
        self._period_s, self._act, self._ended = period_s, act, threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Do it no more; what is being done ends first, unless it hangs."""
        self._ended.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._ended.wait(self._period_s):
            try:
                self._act()
            except Exception as error:  # the next time may go well: a disk was full, a database away
                log.warning(
                    "failed, tried again",
                    extra={"stage": self._thread.name, "reason": type(error).__name__},
                )


class Errands:
    """What is done for a call, one after another, in a thread of its own: no request waits for it.

    One that fails, or that a process dies before, is found by the sweep.
    """

    def __init__(self, name: str, act: Callable[[str], None]) -> None:
        self._act = act
        self._asked: SimpleQueue[str | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask(self, call_id: str) -> None:
        """Have it done for a call."""
        self._asked.put(call_id)

    def stop(self) -> None:
        """Do what was asked for, as long as that takes no longer than ten seconds."""
        self._asked.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while (call_id := self._asked.get()) is not None:
            try:
                self._act(call_id)
            except Exception as error:  # the call is kept, and the sweep asks again
                extra = {"call": call_id, "stage": self._thread.name, "reason": type(error).__name__}
                log.warning("failed, left to the sweep", extra=extra)


@dataclass(frozen=True, kw_only=True)
class Work:
    """This process's part in the work, until it is stopped."""

    store: Store
    durable: Durable
    heart: Heart
    tickers: tuple[Ticker, ...]
    errands: Errands
    grace_s: float

    @property
    def worker(self) -> str:
        """The name of this process in the store."""
        return self.heart.worker

    def enqueue(self, call_id: str) -> None:
        """Have an accepted call handled, by whichever process comes to it first; returns at once."""
        self.errands.ask(call_id)

    def changed(self, call_id: str) -> None:
        """Somebody decided on a call's message: what follows from it is planned."""
        self.durable.enqueue(announcing(self.store.call(call_id)))

    def stop(self) -> None:
        """Stop in good order: what is being done ends, what was only claimed is left to others."""
        for ticker in self.tickers:
            ticker.stop()
        self.errands.stop()
        self.durable.stop(grace_s=self.grace_s)
        self.heart.stop()


def launch(
    store: Store,
    settings: WorkSettings,
    *,
    engines: NamedEngines,
    environment: DeliveryEnvironment,
    told: Told = Told(),
    clock: Callable[[], datetime] = _now,
) -> Work:
    """Take part in the work. One in a process; UnavailableError where the database is away."""
    worker = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    durable = Durable(settings.database, executor=worker, slots=settings.slots)
    announcer = Announcer(store=store, clock=clock, enqueue=durable.enqueue)
    heart = Heart(store=store, worker=worker, take_over=durable.take_over, dead_after_s=settings.dead_after_s)
    sweep = Sweep(store=store, durable=durable, clock=clock, plan=announcer)
    handlers: Mapping[Kind, Handler] = {}
    if settings.works:
        handlers = _handlers(store, engines, environment, announcer, worker, told, clock)
    heart.beat()
    durable.start(handlers)
    tickers = [Ticker("heart", settings.beat_s, heart.beat)]
    if settings.works:
        sweep.at_start()
        tickers.append(Ticker("sweep", settings.sweep_s, sweep.often))
        tickers.append(Ticker("reclaim", settings.dead_after_s, durable.reclaim))
        tickers.append(Ticker("review", settings.review_s, sweep.now_and_then))
    if settings.works and settings.retention != Retention():
        tickers.append(Ticker("purge", settings.purge_s, lambda: _purge(store, settings.retention)))
    return Work(
        store=store,
        durable=durable,
        heart=heart,
        tickers=tuple(tickers),
        errands=Errands("enqueue", lambda call_id: _enqueue(store, durable, call_id)),
        grace_s=settings.grace_s,
    )


def _enqueue(store: Store, durable: Durable, call_id: str) -> None:
    call = store.call(call_id)
    durable.enqueue(handling(call))
    store.mark_enqueued(call.id, call.generation)


def _purge(store: Store, retention: Retention) -> None:
    """Remove what is past its clock; what the store finds still there afterwards is an alarm."""
    proof = store.purge(retention, who=RETENTION)
    if proof.overdue:
        log.error("purge left something", extra={"count": proof.overdue})


def _handlers(
    store: Store,
    engines: NamedEngines,
    environment: DeliveryEnvironment,
    announcer: Announcer,
    worker: str,
    told: Told,
    clock: Callable[[], datetime],
) -> Mapping[Kind, Handler]:
    handle = CallHandler(
        store=store, engines=engines, worker=worker, announce=announcer, handled=told.handled
    )
    packer = Packer(store=store, environment=environment, clock=clock)
    deliver = Deliverer(store=store, packer=packer, clock=clock, announce=announcer, delivered=told.delivered)
    return {"recording": handle, "transcript": handle, "delivery": deliver, "announcement": announcer}
