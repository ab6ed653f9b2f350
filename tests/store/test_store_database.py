"""The tables' history, and one writer for many threads and processes."""

from __future__ import annotations

import io
import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from kept import DATABASES, KEYS, SPOKEN, TENANT, Kept, opened, served
from sqlalchemy import create_engine, event, text
from sqlmodel import Session, select

from qualify.store import Store, UnavailableError
from qualify.store.database import Database, url_of
from qualify.store.domain import NewCall
from qualify.store.tables import METADATA, WorkerRow


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    with opened(request.param, tmp_path) as kept:
        yield kept


def test_the_history_of_the_tables_ends_at_the_tables(kept: Kept) -> None:
    engine = create_engine(url_of(kept.url))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_a_store_that_is_opened_again_has_what_it_had(kept: Kept) -> None:
    call = kept.accept()
    assert kept.reopen().call(call.id) == call


@pytest.mark.parametrize("database", DATABASES)
def test_processes_that_start_at_once_make_the_tables_once(database: str, tmp_path: Path) -> None:
    with served(database, tmp_path) as url:
        errors: list[Exception] = []

        def start() -> None:
            try:
                Store(url, data_folder=tmp_path, keys=KEYS).close()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=start) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []


def _accept(url: str, folder: str, name: str) -> None:
    store = Store(url, data_folder=Path(folder), keys=KEYS)
    for number in range(20):
        store.accept(NewCall(tenant=TENANT, transcript=SPOKEN, external_id=f"e{number}"), who=name)
        store.note(name, "test", name)
    store.close()


@pytest.mark.slow
def test_processes_share_a_database(kept: Kept) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=_accept, args=(kept.url, str(kept.folder), f"p{number}")) for number in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(kept.store.calls(limit=500).items) == 20
    check = kept.store.verify_audit()
    assert (check.ok, check.entries) == (True, 62)


def _accept_until_killed(url: str, folder: str, told: Connection) -> None:
    store = Store(url, data_folder=Path(folder), keys=KEYS)
    while True:
        words = store.accept(NewCall(tenant=TENANT, transcript=SPOKEN), who="p")
        sound = store.accept(NewCall(tenant=TENANT), who="p", audio=io.BytesIO(b"sound" * 20_000))
        told.send((words.call.id, sound.call.id))


@pytest.mark.slow
def test_a_killed_process_loses_no_call_that_was_accepted(kept: Kept) -> None:
    spawn = multiprocessing.get_context("spawn")
    told, telling = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_accept_until_killed, args=(kept.url, str(kept.folder), telling))
    process.start()
    accepted = [told.recv() for _ in range(30)]
    process.kill()
    process.join(30)
    while told.poll():
        accepted.append(told.recv())
    for words, sound in accepted:
        assert kept.store.transcript(words) == SPOKEN
        assert kept.store.open_audio(sound).read(0, 5) == b"sound"
    owned = {call.id for call in kept.store.calls(limit=500).items}
    assert {call_id for pair in accepted for call_id in pair} <= owned
    assert kept.handled().state == "ready"


def test_a_database_that_another_process_holds_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qualify.store.database.BUSY_TIMEOUT_MS", 50)
    with opened("sqlite", tmp_path) as kept:
        other = sqlite3.connect(tmp_path / "qualify.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError):
            kept.accept()
        assert kept.store.calls().items == ()
        other.execute("ROLLBACK")
        other.close()
        assert kept.accept().state == "queued"


def test_a_full_disk_loses_no_call_that_was_accepted(tmp_path: Path) -> None:
    with opened("sqlite", tmp_path) as kept:
        engine = kept.store._database._engine
        pages: dict[str, int] = {}

        def limit(connection: sqlite3.Connection, record: object) -> None:
            connection.execute(f"PRAGMA max_page_count={pages['most']}")

        with engine.connect() as connection:
            pages["most"] = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 20
        event.listen(engine, "connect", limit)
        engine.dispose()
        accepted: list[str] = []
        threads = [threading.Thread(target=_until_full, args=(kept, accepted)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        event.remove(engine, "connect", limit)
        engine.dispose()
        assert {call.id for call in kept.store.calls(limit=500).items} == set(accepted) != set()
        assert kept.store.transcript(kept.accept().id) == SPOKEN


def _until_full(kept: Kept, accepted: list[str]) -> None:
    for _ in range(200):
        try:
            accepted.append(kept.accept().id)
        except UnavailableError:
            return
    pytest.fail("the disk was never full")


@pytest.mark.slow
def test_a_database_that_was_away_is_found_again(tmp_path: Path) -> None:
    with opened("postgres", tmp_path) as kept:
        call = kept.accept()
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        engine = create_engine(url_of(kept.url).set(database="postgres"))
        with engine.connect() as connection:
            connection.execute(text(cut), {"name": url_of(kept.url).database})
        engine.dispose()
        assert kept.store.call(call.id) == call


class Grouped:
    """Threads that write workers' rows, and a count of the commits that it took."""

    def __init__(self, path: Path) -> None:
        self.database = Database(url_of(f"sqlite:///{path}"))
        self.database.migrate()
        self.commits = 0
        self.fails = False
        event.listen(self.database._engine, "commit", self._count)
        self.errors: list[Exception] = []

    def _count(self, connection: object) -> None:
        self.commits += 1
        if self.fails:
            raise OSError("disque plein")

    def names(self) -> set[str]:
        with self.database.read() as session:
            return set(session.exec(select(WorkerRow.id)).all())

    def write(
        self, name: str, *, begun: threading.Event | None = None, go: threading.Event | None = None
    ) -> None:
        try:
            with self.database.write() as session:
                self._add(session, name)
                if begun and go:
                    begun.set()
                    go.wait(5)
                if name.startswith("bad"):
                    raise ValueError(name)
        except Exception as error:
            self.errors.append(error)

    def _add(self, session: Session, name: str) -> None:
        session.add(WorkerRow(id=name, beat_at=datetime(2026, 1, 1, tzinfo=UTC)))
        session.flush()

    def together(self, names: list[str]) -> None:
        """The first holds its turn until the others wait for theirs."""
        begun, go = threading.Event(), threading.Event()
        first = threading.Thread(target=self.write, args=(names[0],), kwargs={"begun": begun, "go": go})
        first.start()
        begun.wait(5)
        others = [threading.Thread(target=self.write, args=(name,)) for name in names[1:]]
        for thread in others:
            thread.start()
        while self.database._group._waiting < len(others):
            pass
        go.set()
        for thread in (first, *others):
            thread.join(5)


@pytest.fixture
def grouped(tmp_path: Path) -> Iterator[Grouped]:
    grouped = Grouped(tmp_path / "g.db")
    yield grouped
    grouped.database.close()


def test_threads_that_wait_share_a_commit(grouped: Grouped) -> None:
    grouped.together(["a", "b", "c", "d"])
    assert (grouped.commits, grouped.errors) == (1, [])
    assert grouped.names() == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    "names", [["bad", "b"], ["a", "bad"], ["a", "bad", "c"], ["bad", "bad2"], ["a", "a", "b"]]
)
def test_a_thread_that_fails_undoes_its_own_work_only(grouped: Grouped, names: list[str]) -> None:
    grouped.together(names)
    assert grouped.names() == {name for name in names if not name.startswith("bad")}
    assert len(grouped.errors) == sum(name.startswith("bad") or name == "a" for name in names) - (
        "a" in names
    )


def test_a_commit_that_fails_is_told_to_every_thread(grouped: Grouped) -> None:
    grouped.fails = True
    grouped.together(["a", "b", "c"])
    assert len(grouped.errors) == 3
    grouped.fails = False
    assert grouped.names() == set()
    grouped.write("d")
    assert grouped.names() == {"d"}


def test_a_long_queue_is_committed_in_parts(grouped: Grouped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualify.store.group_commit.MOST_TURNS", 2)
    grouped.together(["a", "b", "c", "d"])
    assert grouped.commits == 2
