"""Calls in a store on this test's file, and all that works on them, with a clock that a test sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from conftest import DATASET, TENANT_FILE, scripted

from qualify.dataset import load_call_input, to_transcript
from qualify.delivery.environment import DeliveryEnvironment
from qualify.pipeline import Engines
from qualify.store import Store
from qualify.store.domain import Attempt, Call, NewCall
from qualify.work.announcing import Announcer
from qualify.work.delivering import Deliverer
from qualify.work.engine_names import NamedEngines
from qualify.work.handling import CallHandler
from qualify.work.jobs import Job
from qualify.work.parcels import Packer

TENANT = "atelier-morel"
CALL_FILE = DATASET / "calls" / TENANT / "morel-001.json"
Leaving = Literal["by_itself", "approved"]
DELIVERY: dict[Leaving, str] = {
    "approved": """
tenant: atelier-morel
recipients:
  - email: [lucie@morel.example]
""",
    "by_itself": """
tenant: atelier-morel
recipients:
  - email: [lucie@morel.example]
without_approval:
  ready: [low, normal, high, critical]
""",
}


@dataclass
class Clock:
    """A time that only a test moves."""

    now: datetime = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class Workshop:
    """The parts of the work without threads: a test does each job when it wants."""

    store: Store
    clock: Clock
    engines: Engines = field(default_factory=scripted)
    environment: DeliveryEnvironment = field(default_factory=DeliveryEnvironment)
    asked: list[Job] = field(default_factory=list)
    """Jobs that were asked for."""

    @property
    def announce(self) -> Announcer:
        return Announcer(store=self.store, clock=self.clock, enqueue=self.asked.append)

    @property
    def handle(self) -> CallHandler:
        named = NamedEngines("nano", {"nano": self.engines})
        return CallHandler(store=self.store, engines=named, worker="w1", announce=self.announce)

    @property
    def deliver(self) -> Deliverer:
        packer = Packer(store=self.store, environment=self.environment, clock=self.clock)
        return Deliverer(store=self.store, packer=packer, clock=self.clock, announce=self.announce)

    def accepted(self, **facts: str) -> Call:
        new = NewCall(tenant=TENANT, transcript=to_transcript(load_call_input(CALL_FILE)), **facts)  # type: ignore[arg-type]
        return self.store.accept(new, who="test").call

    def attempts(self, call: Call) -> tuple[Attempt, ...]:
        """In the order in which they were planned."""
        return self.store.attempts(call_id=call.id).items[::-1]


def workshop(folder: Path, *, leaving: Leaving = "approved") -> Workshop:
    """A store with one tenant whose messages leave by themselves, or once approved."""
    clock = Clock()
    store = Store(f"sqlite:///{folder}/calls.db", data_folder=folder, clock=clock)
    store.put_revision(TENANT_FILE.read_text(encoding="utf-8"), who="test")
    store.put_delivery(TENANT, DELIVERY[leaving], who="test")
    return Workshop(store, clock)
