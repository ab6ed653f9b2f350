"""Workers killed at random moments over hundreds of calls: each call once, each message once, each e-mail
once, or marked for a person where it may have left."""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import TENANT_FILE, TESTS
from mortal import SENDER, Place, stopped, worker
from work_calls import DELIVERY, TENANT

sys.path.append(str(TESTS / "delivery"))
from mail_server import Mailbox, mail_server
from work_calls import CALL_FILE

from qualify.dataset import load_call_input, to_transcript
from qualify.store import Store
from qualify.store.domain import CallFilter, NewCall
from qualify.work.engine_names import NamedEngines
from qualify.work.running import Work, launch

CALLS = 200
KEYS = "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
LIMIT_S = 150.0
"""By then all must be done."""

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _path_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that workers are forked from imports what the tests do."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.fixture
def box() -> Mailbox:
    return Mailbox(hang_s=0.02)


@pytest.fixture
def smtp_port(box: Mailbox) -> Iterator[int]:
    with mail_server(box, None) as port:
        yield port


@pytest.fixture
def on_file(tmp_path: Path, smtp_port: int) -> Place:
    return Place(f"sqlite:///{tmp_path}/calls.db", tmp_path, KEYS, smtp_port)


@pytest.fixture
def postgres() -> Iterator[Any]:
    pgserver = pytest.importorskip("pgserver")
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the server runs as another user where the tests run as root
        server = pgserver.get_server(Path(folder) / "postgres")
        yield server
        server.cleanup()


@pytest.fixture
def on_postgres(tmp_path: Path, smtp_port: int, postgres: Any) -> Place:
    return Place(postgres.get_uri(), tmp_path, KEYS, smtp_port)


@dataclass
class Accepting:
    """A process that accepts calls and leaves the work to others."""

    store: Store
    work: Work
    accepted: int = 0

    def accept(self, count: int) -> None:
        for _ in range(count):
            transcript = to_transcript(load_call_input(CALL_FILE))
            new = NewCall(tenant=TENANT, transcript=transcript, external_id=f"call-{self.accepted}")
            self.work.enqueue(self.store.accept(new, who="test").call.id)
            self.accepted += 1

    def wait_for(self, count: int) -> None:
        """Until that many more calls are handled, or for as long as a dead worker's take that nobody has."""
        end, before = time.monotonic() + 5, self.handled()
        while time.monotonic() < end and self.handled() < before + count:
            time.sleep(random.uniform(0, 0.1))

    def handled(self) -> int:
        """Calls that are past handling."""
        calls = self.store.stats().calls
        return sum(calls.values()) - calls.get("queued", 0) - calls.get("processing", 0)

    def settled(self) -> bool:
        """Whether nothing is left to do by itself."""
        stats = self.store.stats()
        open_ = stats.calls.get("queued", 0) + stats.calls.get("processing", 0)
        doubtful = stats.attempts.get("unknown", 0)
        ready = stats.calls.get("ready", 0)
        return self.accepted == CALLS and not open_ and ready == doubtful


def accepting(place: Place) -> Accepting:
    store = place.store()
    store.put_revision(TENANT_FILE.read_text(encoding="utf-8"), who="test")
    store.put_delivery(TENANT, DELIVERY["by_itself"], who="test")
    engines = NamedEngines("none", {})
    settings = place.settings(works=False)
    return Accepting(store, launch(store, settings, engines=engines, environment=place.environment()))


def killed_until_done(place: Place, side: Accepting, *, workers: int) -> int:
    """Kill workers at random moments, replacing each, until all calls are settled; how many died."""
    running = [worker(place) for _ in range(workers)]
    killed, end = 0, time.monotonic() + LIMIT_S
    try:
        while not side.settled():
            assert time.monotonic() < end, side.store.stats()
            side.accept(min(30, CALLS - side.accepted))
            side.wait_for(random.randint(1, 30))
            victim = random.randrange(workers)
            running[victim].kill()
            running[victim].join()
            running[victim] = worker(place)
            killed += 1
        return killed
    finally:
        for process in running:
            process.kill()


def check(store: Store, box: Mailbox) -> None:
    """Each call once, each message once, each e-mail once, or never more than once where it is in doubt."""
    arrived = Counter(str(message_from_bytes(e.content)["Message-ID"]) for e in box.taken)  # type: ignore[arg-type]
    assert set(arrived.values()) == {1}
    calls = [store.call(id_) for id_ in everything(store)]
    assert len({call.external_id for call in calls}) == len(calls) == CALLS
    in_doubt = 0
    for call in calls:
        (draft,), (attempt,) = store.drafts(call.id), store.attempts(call_id=call.id).items
        came = arrived.pop(f"<{attempt.idempotency_key}@{SENDER.partition('@')[2]}>", 0)
        if attempt.status == "sent":
            assert (call.state, draft.state, came) == ("sent", "sent", 1)
        else:
            assert (attempt.status, call.state, draft.state) == ("unknown", "ready", "approved")
            in_doubt += 1
    assert not arrived
    assert in_doubt < CALLS / 5


def everything(store: Store) -> Iterator[str]:
    cursor: str | None = None
    while True:
        page = store.calls(CallFilter(), cursor=cursor, limit=200)
        yield from (call.id for call in page.items)
        cursor = page.next
        if cursor is None:
            return


@pytest.mark.parametrize(("place_name", "workers"), [("on_file", 1), ("on_file", 2), ("on_postgres", 2)])
def test_calls_and_e_mails_survive_killed_workers(
    place_name: str, workers: int, box: Mailbox, request: pytest.FixtureRequest
) -> None:
    place: Place = request.getfixturevalue(place_name)
    side = accepting(place)
    try:
        killed = killed_until_done(place, side, workers=workers)
        assert killed >= 5
        check(side.store, box)
    finally:
        side.work.stop()
        side.store.close()


def test_a_postgres_that_goes_away_for_a_minute_loses_nothing(
    on_postgres: Place, postgres: Any, box: Mailbox
) -> None:
    side = accepting(on_postgres)
    running = [worker(on_postgres) for _ in range(2)]
    try:
        side.accept(CALLS)
        side.wait_for(20)
        with stopped(postgres):
            time.sleep(60)
        end = time.monotonic() + LIMIT_S
        while not side.settled() and time.monotonic() < end:
            time.sleep(0.5)
        check(side.store, box)
    finally:
        for process in running:
            process.kill()
        side.work.stop()
        side.store.close()
