"""One writer for the threads of a process, that puts on disk at once what several of them wrote.

SQLite has one writer at a time, and a commit waits for the disk. Threads take turns in one transaction,
each in a savepoint of its own; the last one in the queue commits for all, and each goes on only when its
work is on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from qualify.store.errors import UnavailableError

MOST_TURNS = 64
"""A group is committed after so many turns, however many wait."""


@dataclass
class _Group:
    """Turns that are committed together."""

    connection: Connection
    turns: int = 0
    settled: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None


class GroupCommit:
    """Gives out sessions to write with, to one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._group: _Group | None = None

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session; on disk once it is left without error, and undone otherwise."""
        self._queue()
        try:
            group = self._joined()
            try:
                with (
                    Session(
                        group.connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
                    ) as session,
                    session.begin(),
                ):
                    yield session
            finally:
                self._commit_if_last(group)
        finally:
            self._turn.release()
        group.settled.wait()
        if group.error is not None:
            raise group.error

    def _queue(self) -> None:
        with self._counting:
            self._waiting += 1
        self._turn.acquire()
        with self._counting:
            self._waiting -= 1

    def _joined(self) -> _Group:
        """The group under way, or a new one."""
        if self._group is None:
            connection = self._engine.connect()
            try:
                connection.begin()
            except Exception:
                connection.close()
                raise
            self._group = _Group(connection)
        self._group.turns += 1
        return self._group

    def _commit_if_last(self, group: _Group) -> None:
        """Whoever waits takes the next turn, and with it the duty to commit.

        SQLite may undo the whole transaction when a statement fails (full disk): then all have failed.
        """
        undone = not group.connection.connection.driver_connection.in_transaction  # type: ignore[union-attr]
        if self._waiting and group.turns < MOST_TURNS and not undone:
            return
        self._group = None
        try:
            if undone:
                raise UnavailableError("base de données indisponible : transaction défaite")
            group.connection.commit()
        except Exception as error:  # told to each thread of the group
            group.error = error
            group.connection.invalidate()
        finally:
            group.connection.close()
            group.settled.set()
