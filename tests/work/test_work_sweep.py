"""What fell between two steps is found again, whatever became of the durable engine's tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from work_calls import Workshop, workshop

from qualify.store.domain import Call
from qualify.work.durable import Durable, Undone
from qualify.work.jobs import Job, handling
from qualify.work.sweep import Sweep


@dataclass
class Engine:
    """A durable engine that only notes what it is asked for."""

    ensured: list[str] = field(default_factory=list)
    ended: list[Undone] = field(default_factory=list)
    begun_again: list[str] = field(default_factory=list)

    def ensure(self, jobs: Iterable[Job]) -> None:
        self.ensured += [job.id for job in jobs]

    def undone(self) -> tuple[Undone, ...]:
        return tuple(self.ended)

    def again(self, undone: Undone) -> None:
        self.drop(undone)
        self.begun_again.append(undone.id)

    def drop(self, undone: Undone) -> None:
        self.ended.remove(undone)

    def forget(self, before: datetime) -> None:
        pass


@dataclass
class Swept:
    """A sweep, and all that it does."""

    shop: Workshop
    engine: Engine = field(default_factory=Engine)
    planned: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sweep = Sweep(
            store=self.shop.store,
            durable=cast(Durable, self.engine),
            clock=self.shop.clock,
            plan=self.planned.append,
        )

    def undone(self, job: Job) -> None:
        self.engine.ended.append(Undone(job.id, self.shop.clock()))


@pytest.fixture
def swept(tmp_path: Path) -> Swept:
    return Swept(workshop(tmp_path))


def approved(shop: Workshop) -> Call:
    """A call whose message was approved by a process that died before saying so."""
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.approve(call.id, who="Anne")
    return call


def test_an_accepted_call_that_nobody_asked_work_for_gets_it_once(swept: Swept) -> None:
    call = swept.shop.accepted()
    swept.sweep.often()
    assert swept.engine.ensured == []
    swept.shop.clock.pass_(seconds=10)
    swept.sweep.often()
    swept.sweep.often()
    assert swept.engine.ensured == [f"transcript:{call.id}:1"]


def test_a_call_whose_work_failed_is_begun_again_after_a_growing_wait(swept: Swept) -> None:
    call = swept.shop.accepted()
    waits = []
    for attempt in range(3):
        swept.undone(handling(call))
        waits.append(0)
        while swept.engine.ended:
            swept.sweep.often()
            swept.shop.clock.pass_(seconds=1)
            waits[attempt] += 1
        swept.shop.store.begin(call.id, "w")
    assert swept.engine.begun_again == [f"transcript:{call.id}:1"] * 3
    assert waits == [2, 3, 5]


def test_failed_work_on_what_is_done_or_gone_is_dropped(swept: Swept) -> None:
    call = swept.shop.accepted()
    swept.shop.handle(call.id)
    swept.undone(handling(call))
    swept.undone(Job("transcript", "erased", 1))
    swept.shop.clock.pass_(minutes=5)
    swept.sweep.often()
    assert (swept.engine.ended, swept.engine.begun_again) == ([], [])


def test_failed_work_of_an_earlier_generation_is_dropped(swept: Swept) -> None:
    call = swept.shop.accepted()
    swept.shop.handle(call.id)
    swept.shop.store.reprocess(call.id, who="test")
    swept.undone(handling(call))
    swept.shop.clock.pass_(minutes=5)
    swept.sweep.often()
    assert (swept.engine.ended, swept.engine.begun_again) == ([], [])


def test_a_delivery_gets_work_when_it_is_due_and_the_same_while_it_is_tried(swept: Swept) -> None:
    call = approved(swept.shop)
    swept.shop.announce(call.id)
    (attempt,) = swept.shop.attempts(call)
    swept.sweep.often()
    assert swept.shop.store.begin_attempt(attempt.id)
    swept.sweep.often()
    swept.shop.store.record_attempt(attempt.id, "pending", due_at=attempt.due_at)
    swept.sweep.often()
    job = f"delivery:{attempt.id}"
    assert swept.engine.ensured == [f"{job}:0", f"{job}:0", f"{job}:1"]


def test_an_approval_whose_message_was_not_planned_is_found_once(swept: Swept) -> None:
    call = approved(swept.shop)
    drafted = swept.shop.accepted()
    swept.shop.handle(drafted.id)
    for _ in range(3):
        swept.sweep.now_and_then()
    assert swept.planned == [call.id]


def test_at_the_start_all_open_calls_get_work_also_those_that_had_it(swept: Swept) -> None:
    queued, begun, done = (swept.shop.accepted() for _ in range(3))
    for call in (queued, begun, done):
        swept.shop.store.mark_enqueued(call.id, 1)
    swept.shop.store.begin(begun.id, "dead")
    swept.shop.handle(done.id)
    swept.sweep.at_start()
    assert set(swept.engine.ensured) == {handling(queued).id, handling(begun).id}
