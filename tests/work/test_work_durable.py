"""Jobs on an embedded file: done once, done again only where they ended undone, left to others at a stop."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from qualify.work.durable import Durable, Handler
from qualify.work.jobs import KINDS, Job, Kind

SLOTS: dict[Kind, int] = dict.fromkeys(KINDS, 2)
Started = Callable[[dict[Kind, Handler]], Durable]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Starts durable work on this test's file; what was not stopped by the test is stopped after it."""
    running: list[Durable] = []

    def start(handlers: dict[Kind, Handler], executor: str = "one") -> Durable:
        for earlier in running:
            earlier.stop(grace_s=0)
        running[:] = [Durable(f"sqlite:///{tmp_path}/calls.db", executor=executor, slots=SLOTS)]
        running[0].start(handlers)
        return running[0]

    yield start
    for durable in running:
        durable.stop(grace_s=0)


def soon(true: Callable[[], bool], *, within_s: float = 5.0) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return true()


def test_a_job_asked_for_twice_is_done_once_and_one_with_another_number_again(started: Started) -> None:
    done: list[str] = []
    durable = started({"transcript": done.append})
    for number in (1, 1, 2):
        durable.enqueue(Job("transcript", "call", number))
    assert soon(lambda: len(done) == 2)
    durable.enqueue(Job("transcript", "other"))
    assert soon(lambda: "other" in done)
    assert sorted(done) == ["call", "call", "other"]


def test_a_failed_job_is_found_undone_and_done_again_when_asked(started: Started) -> None:
    tries: list[str] = []

    def fails_once(subject: str) -> None:
        tries.append(subject)
        if len(tries) == 1:
            raise OSError("what the caller said")

    durable = started({"transcript": fails_once})
    durable.enqueue(Job("transcript", "a:call", 3))
    assert soon(lambda: len(durable.undone()) == 1)
    undone = durable.undone()[0]
    assert (undone.kind, undone.subject, undone.id) == ("transcript", "a:call", "transcript:a:call:3")
    assert abs(undone.at - datetime.now(UTC)) < timedelta(seconds=10)
    durable.again(undone)
    assert soon(lambda: len(tries) == 2)
    assert soon(lambda: durable.undone() == ())


def test_neither_words_nor_errors_of_a_call_get_into_the_engine_s_tables(
    started: Started, tmp_path: Path
) -> None:
    def fails(subject: str) -> None:
        raise ValueError("je m'appelle Nadia")

    durable = started({"transcript": fails})
    durable.enqueue(Job("transcript", "call"))
    assert soon(lambda: len(durable.undone()) == 1)
    with sqlite3.connect(tmp_path / "calls.db.jobs") as file:
        assert "Nadia" not in "\n".join(file.iterdump())


def test_ensure_does_a_job_again_that_ended_but_not_one_that_is_under_way(started: Started) -> None:
    begun: list[str] = []
    go_on = Event()

    def slow(subject: str) -> None:
        begun.append(subject)
        if subject == "slow":
            go_on.wait(10)

    durable = started({"transcript": slow})
    durable.ensure([Job("transcript", "quick"), Job("transcript", "slow")])
    assert soon(lambda: sorted(begun) == ["quick", "slow"])
    time.sleep(0.3)
    durable.ensure([Job("transcript", "quick"), Job("transcript", "slow")])
    assert soon(lambda: sorted(begun) == ["quick", "quick", "slow"])
    go_on.set()


def test_no_more_is_done_at_once_than_there_are_slots(started: Started) -> None:
    at_once: list[int] = []
    running: list[str] = []

    def counted(subject: str) -> None:
        running.append(subject)
        at_once.append(len(running))
        time.sleep(0.05)
        running.remove(subject)

    durable = started({"transcript": counted})
    for number in range(12):
        durable.enqueue(Job("transcript", "call", number))
    assert soon(lambda: len(at_once) == 12)
    assert max(at_once) == SLOTS["transcript"]


def test_work_that_was_claimed_but_not_begun_at_a_stop_is_found_undone(started: Started) -> None:
    begun: list[str] = []

    def slow(subject: str) -> None:
        begun.append(subject)
        time.sleep(0.5)

    durable = started({"transcript": slow})
    for number in range(8):
        durable.enqueue(Job("transcript", f"call-{number}"))
    assert soon(lambda: len(begun) == 2)
    durable.stop(grace_s=3)
    after = started({})
    undone = {job.subject for job in after.undone()}
    assert undone
    assert undone.isdisjoint(begun)
    assert soon(lambda: len(undone) + len(begun) == 8)


def test_a_process_without_handlers_asks_for_jobs_and_does_none(started: Started) -> None:
    durable = started({})
    durable.enqueue(Job("transcript", "call"))
    time.sleep(0.4)
    done: list[str] = []
    started({"transcript": done.append})
    assert soon(lambda: done == ["call"])


def test_jobs_that_ended_before_a_moment_are_forgotten(started: Started, tmp_path: Path) -> None:
    done: list[str] = []
    durable = started({"transcript": done.append})
    for number in range(5):
        durable.enqueue(Job("transcript", "call", number))
    assert soon(lambda: len(done) == 5)
    time.sleep(0.3)
    durable.forget(datetime.now(UTC) - timedelta(hours=1))
    assert rows(tmp_path) == 5
    durable.forget(datetime.now(UTC) + timedelta(hours=1))
    assert rows(tmp_path) == 0


def rows(folder: Path) -> int:
    with sqlite3.connect(folder / "calls.db.jobs") as file:
        return int(file.execute("SELECT count(*) FROM workflow_status").fetchone()[0])


def test_what_a_process_claimed_and_lost_is_given_back_at_the_second_look(
    started: Started, tmp_path: Path
) -> None:
    done: list[str] = []
    go_on = Event()

    def handler(subject: str) -> None:
        done.append(subject)
        if subject == "long":
            go_on.wait(10)

    durable = started({"transcript": handler})
    durable.enqueue(Job("transcript", "lost"))
    durable.enqueue(Job("transcript", "long"))
    assert soon(lambda: sorted(done) == ["long", "lost"])
    time.sleep(0.3)
    with sqlite3.connect(tmp_path / "calls.db.jobs") as file:  # as where its end could not be written
        file.execute("UPDATE workflow_status SET status = 'PENDING' WHERE workflow_uuid LIKE '%lost%'")
    assert durable.reclaim() == 0
    assert durable.reclaim() == 1
    assert soon(lambda: sorted(done) == ["long", "lost", "lost"])
    go_on.set()
