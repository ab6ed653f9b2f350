"""A process's part in the work with all its threads: calls handled, messages sent, nothing lost at a stop."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import scripted
from work_calls import Workshop, workshop

from qualify.delivery.environment import DeliveryEnvironment
from qualify.delivery.result import SendResult, sent
from qualify.store.domain import Attempt
from qualify.work import parcels
from qualify.work.engine_names import NamedEngines
from qualify.work.running import Work, launch
from qualify.work.settings import WorkSettings

ENGINES = NamedEngines("nano", {"nano": scripted()})


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    def send(attempt: Attempt, *inputs: object, **options: object) -> SendResult:
        return sent("250 pris")

    monkeypatch.setattr(parcels, "send_message", send)
    return workshop(tmp_path)


@contextmanager
def working(shop: Workshop, folder: Path, *, works: bool = True) -> Iterator[Work]:
    settings = WorkSettings(database=f"sqlite:///{folder}/calls.db", works=works, sweep_s=0.1, grace_s=1)
    environment = DeliveryEnvironment()
    work = launch(shop.store, settings, engines=ENGINES, environment=environment, clock=shop.clock)
    try:
        yield work
    finally:
        work.stop()


def becomes(state: str, of: Callable[[], str], *, within_s: float = 8.0) -> bool:
    end = time.monotonic() + within_s
    while of() != state and time.monotonic() < end:
        time.sleep(0.02)
    return of() == state


def test_a_call_is_handled_and_its_message_sent_once_somebody_approves_it(
    shop: Workshop, tmp_path: Path
) -> None:
    with working(shop, tmp_path) as work:
        call = shop.accepted()
        work.enqueue(call.id)
        assert becomes("ready", lambda: shop.store.call(call.id).state)
        shop.store.approve(call.id, who="Anne")
        work.changed(call.id)
        assert becomes("sent", lambda: shop.store.call(call.id).state)
    (attempt,) = shop.attempts(call)
    assert (attempt.status, attempt.number) == ("sent", 1)
    assert shop.store.call(call.id).worker == work.worker


def test_a_process_that_only_accepts_leaves_the_work_to_the_next_that_works(
    shop: Workshop, tmp_path: Path
) -> None:
    call = shop.accepted()
    with working(shop, tmp_path, works=False) as work:
        work.enqueue(call.id)
        time.sleep(0.5)
    assert shop.store.call(call.id).state == "queued"
    with working(shop, tmp_path):
        assert becomes("ready", lambda: shop.store.call(call.id).state)


def test_no_call_is_lost_with_the_tables_of_the_durable_engine(shop: Workshop, tmp_path: Path) -> None:
    call = shop.accepted()
    with working(shop, tmp_path, works=False) as work:
        work.enqueue(call.id)
    with sqlite3.connect(tmp_path / "calls.db.jobs") as file:
        file.execute("DELETE FROM workflow_status")
    with working(shop, tmp_path):
        assert becomes("ready", lambda: shop.store.call(call.id).state)


def test_a_worker_that_stopped_is_forgotten(shop: Workshop, tmp_path: Path) -> None:
    with working(shop, tmp_path) as work:
        shop.clock.pass_(minutes=5)
        assert shop.store.dead_workers(older_than_s=60) == (work.worker,)
    assert shop.store.dead_workers(older_than_s=60) == ()
