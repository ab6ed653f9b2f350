"""The database: an SQLite file or Postgres, with short transactions and its tables up to date."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from qualify.store.errors import StoreError, UnavailableError
from qualify.store.group_commit import GroupCommit
from qualify.store.keyring import KeyRing
from qualify.store.tables import Row

BUSY_TIMEOUT_MS = 30_000
"""How long a process waits for another one's write to the SQLite file."""
POOL = {"pool_size": 10, "max_overflow": 30, "pool_timeout": 30}
"""Connections; more threads than that wait."""
_MIGRATION_LOCK = 0x7175616C
"""Postgres advisory lock under which one process brings the tables up to date."""


@dataclass(frozen=True)
class Transaction:
    """What a step of the store works with: a session, the key ring and what time it is."""

    session: Session
    ring: KeyRing
    now: datetime

    def sealed(self, row: Row, column: str, value: str) -> bytes:
        """The value as that row's encrypted column holds it."""
        return self.ring.seal(value.encode(), row.place(column))

    def opened(self, row: Row, column: str) -> str:
        """The text of that row's encrypted column; empty where it holds nothing."""
        sealed: bytes | None = getattr(row, column)
        return "" if sealed is None else self.ring.open(sealed, row.place(column)).decode()


def url_of(text_: str) -> URL:
    """The database that a user names; StoreError for any but SQLite files and Postgres."""
    try:
        url = make_url(text_)
    except ArgumentError as error:
        raise StoreError(
            "adresse de base illisible. Attendu : sqlite:///fichier ou postgresql://…"
        ) from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite" or url.database in (None, "", ":memory:"):
        found = "base en mémoire" if url.drivername == "sqlite" else f"base « {url.drivername} »"
        raise StoreError(f"{found}. Attendu : sqlite:///fichier ou postgresql://…")
    return url


class Database:
    """Connections to one database; safe for threads, and for several processes at once."""

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.drivername == "sqlite"
        if self.is_sqlite:
            _make_private(Path(str(url.database)))
        self._engine = _engine(url)
        if self.is_sqlite:
            event.listen(self._engine, "connect", _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        self._writing = self._engine.execution_options(writes=True)
        self._group = GroupCommit(self._writing)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; UnavailableError where the database is away."""
        with _named_errors(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, on disk once it is left without error, and undone otherwise."""
        if self.is_sqlite:
            with _named_errors(), self._group.write() as session:
                yield session
        else:
            with _named_errors(), Session(self._writing, expire_on_commit=False) as session, session.begin():
                yield session

    def migrate(self) -> None:
        """Bring the tables up to date; processes that start at once wait for each other."""
        config = Config()
        folder = str(Path(__file__).parent / "migrations")
        config.set_main_option("script_location", folder.replace("%", "%%"))
        with _named_errors(), self._writing.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def forget_deleted(self) -> None:
        """Leave no copy of deleted rows in SQLite's write-ahead log (`secure_delete` blanks the pages)."""
        if self.is_sqlite:
            with _named_errors(), self._engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _engine(url: URL) -> Engine:
    """Connections to the database; StoreError where the driver for it is not installed."""
    try:
        return create_engine(url, pool_pre_ping=url.drivername != "sqlite", **POOL)
    except ModuleNotFoundError as error:
        raise StoreError("pilote de Postgres absent. Attendu : pip install 'qualify[postgres]'") from error


def _make_private(path: Path) -> None:
    """The file of a database, for this user only; SQLite gives its log the same rights."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise UnavailableError(f"base de données : {path} : {error.strerror}") from error


def _set_up_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    into_wal(connection)
    for pragma in ("synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def into_wal(connection: sqlite3.Connection) -> None:
    """Turn to a write-ahead log; of a new file's first openers SQLite refuses some without waiting."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise UnavailableError(f"base de données indisponible ({type(error).__name__})") from error
    except (DataError, UnicodeEncodeError, OverflowError) as error:
        raise StoreError("valeur que la base de données ne peut pas tenir") from error
