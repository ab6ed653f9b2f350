"""Durable work by DBOS, and as little of it as is needed; the only module that knows it.

A job is a row that names a kind of work and its subject: never a word of a call, never a result, which
are in the store. A job may be done more than once (a process died after doing it, before saying so), so
each handler must be one that does no harm the second time.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import Engine, create_engine, event, make_url

from qualify.store.database import into_wal
from qualify.work.jobs import CLAIMED_AHEAD, KINDS, Job, Kind

APPLICATION, VERSION = "qualify", "1"
"""Pinned, so that jobs asked for before an upgrade are done after it."""
POLL_S = 0.1
"""How often a process looks at each queue, in seconds."""
LIVING = frozenset(("ENQUEUED", "PENDING", "DELAYED"))
"""States of a job that will be done or is being done."""
FAILED = ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
"""States of a job that ended undone."""
AT_ONCE = 500
"""Rows looked at, or dropped, in one statement."""

Handler = Callable[[str], None]
"""Does one job, given its subject."""

log = logging.getLogger(__name__)


class UndoneError(Exception):
    """A job ended undone. Says no more: what it is raised with is kept in the engine's tables."""


@dataclass(frozen=True, slots=True)
class Undone:
    """A job that failed, or was claimed by a process that was just stopping."""

    id: str
    at: datetime
    """When it ended."""

    @property
    def kind(self) -> str:
        return self.id.partition(":")[0]

    @property
    def subject(self) -> str:
        return self.id.partition(":")[2].rpartition(":")[0]


class Durable:
    """The jobs of all processes that share a database, and this process's part in doing them.

    One in a process. On Postgres the jobs are in a schema of the store's database, on SQLite in a file
    beside its file. `executor` names this process among all that ever were; `slots` is how many jobs of
    a kind it does at once.
    """

    def __init__(self, database: str, *, executor: str, slots: Mapping[Kind, int]) -> None:
        self._config = _config(database, executor)
        self._slots, self._executor = slots, executor
        self._free = {kind: threading.Semaphore(slots[kind]) for kind in KINDS}
        self._stopping = threading.Event()
        self._held: set[str] = set()
        """Jobs that a thread of this process has in hand."""
        self._missed: set[str] = set()
        """Jobs that this process claimed and no thread had in hand at the last look."""

    def start(self, handlers: Mapping[Kind, Handler]) -> None:
        """Reach the database, and do the jobs that there are handlers for; without any, only ask for jobs."""
        DBOS(config=self._config)
        for kind, handler in handlers.items():
            DBOS.workflow(name=kind)(self._workflow(kind, handler))
        DBOS.listen_queues([*handlers])
        DBOS.launch()
        for kind in KINDS:
            claimed = self._slots[kind] * CLAIMED_AHEAD[kind]
            DBOS.register_queue(kind, worker_concurrency=claimed, polling_interval_sec=POLL_S)

    def enqueue(self, job: Job) -> None:
        """Ask for a job; one that was asked for before is not done again."""
        self._enqueue(job.id, job.kind, job.subject)

    def ensure(self, jobs: Iterable[Job]) -> None:
        """Have each of these jobs asked for or under way, also one that has ended."""
        wanted = [*jobs]
        for start in range(0, len(wanted), AT_ONCE):
            self._ensure({job.id: job for job in wanted[start : start + AT_ONCE]})

    def undone(self) -> tuple[Undone, ...]:
        """Jobs on calls that ended undone, the oldest first; of deliveries the store knows itself."""
        found = DBOS.list_workflows(
            status=FAILED,
            queue_name=[kind for kind in KINDS if kind != "delivery"],
            limit=AT_ONCE,
            load_input=False,
            load_output=False,
        )
        return tuple(Undone(job.workflow_id, _moment(job.updated_at)) for job in found)

    def again(self, undone: Undone) -> None:
        """Ask anew for a job that ended undone."""
        self.drop(undone)
        self._enqueue(undone.id, undone.kind, undone.subject)

    def drop(self, undone: Undone) -> None:
        """Nothing is left to do of a job that ended undone."""
        DBOS.delete_workflows([undone.id])

    def take_over(self, executor: str) -> int:
        """Give what a dead process had claimed to those that live; how many jobs that was."""
        taken = 0
        for kind in KINDS:
            claimed = DBOS.list_workflows(
                status="PENDING", executor_id=executor, queue_name=kind, load_input=False, load_output=False
            )
            if claimed:
                DBOS.resume_workflows([job.workflow_id for job in claimed], queue_name=kind)
            taken += len(claimed)
        return taken

    def reclaim(self) -> int:
        """Give back what this process claimed and lost: its end could not be written, the database was away.

        Lost is what no thread has in hand at two looks in a row; how many jobs that was.
        """
        claimed = DBOS.list_workflows(
            status="PENDING", executor_id=self._executor, load_input=False, load_output=False
        )
        missing = {job.workflow_id: job.queue_name for job in claimed if job.workflow_id not in self._held}
        lost = missing.keys() & self._missed
        for name in lost:
            DBOS.resume_workflows([name], queue_name=missing[name])
        self._missed = missing.keys() - lost
        return len(lost)

    def forget(self, before: datetime) -> None:
        """Drop the rows of jobs that ended before a moment."""
        while True:
            ended = DBOS.list_workflows(
                completed_before=before.isoformat(), limit=AT_ONCE, load_input=False, load_output=False
            )
            if ended:
                DBOS.delete_workflows([job.workflow_id for job in ended])
            if len(ended) < AT_ONCE:
                return

    def stop(self, *, grace_s: float) -> None:
        """Begin nothing more, let what is being done end within `grace_s`, and let go of the database."""
        self._stopping.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=math.ceil(grace_s))
        if (engine := self._config.get("system_database_engine")) is not None:
            engine.dispose()

    def _enqueue(self, name: str, kind: str, subject: str) -> None:
        DBOS.enqueue_workflow_with_options(
            {"workflow_name": kind, "queue_name": kind, "workflow_id": name, "app_version": VERSION}, subject
        )

    def _ensure(self, wanted: Mapping[str, Job]) -> None:
        if not wanted:
            return
        known = DBOS.list_workflows(workflow_ids=[*wanted], load_input=False, load_output=False)
        living = {job.workflow_id for job in known if job.status in LIVING}
        ended = [job.workflow_id for job in known if job.status not in LIVING]
        if ended:
            DBOS.delete_workflows(ended)
        for name in wanted.keys() - living:
            self.enqueue(wanted[name])

    def _workflow(self, kind: Kind, handler: Handler) -> Handler:
        def work(subject: str) -> None:
            name = str(DBOS.workflow_id)
            self._held.add(name)
            try:
                done = self._do(kind, handler, subject)
            finally:
                self._held.discard(name)
            if not done:
                raise UndoneError

        return work

    def _do(self, kind: Kind, handler: Handler, subject: str) -> bool:
        """Do a job when a slot is free; whether it was done. While stopping, none is begun."""
        free = self._free[kind]
        while not self._stopping.is_set():
            if not free.acquire(timeout=0.2):
                continue
            try:
                handler(subject)
            except Exception as error:  # whatever it is, it must not end this process's other jobs
                log.error("job failed", extra=_told(kind, subject, error))
                return False
            finally:
                free.release()
            return True
        return False


def _told(kind: Kind, subject: str, error: Exception) -> dict[str, str]:
    """What is logged of a job that failed: where it broke, not the message, which may quote a caller."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return {"workflow": f"{kind}:{subject}", "reason": type(error).__name__, "stage": where}


def _moment(milliseconds: int | None) -> datetime:
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)


def _config(database: str, executor: str) -> DBOSConfig:
    config: DBOSConfig = {
        "name": APPLICATION,
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": DBOSPortableJSONSerializer(),
        "use_listen_notify": False,
        "log_level": "CRITICAL",
    }
    url = make_url(database)
    if url.get_backend_name() == "sqlite":
        return {**config, "system_database_engine": _file_engine(f"{url.database}.jobs")}
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return {**config, "system_database_url": address}


def _file_engine(path: str) -> Engine:
    """Connections to the file of the jobs, beside the store's."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _set_up_file)
    return engine


def _set_up_file(connection: sqlite3.Connection, record: object) -> None:
    """As DBOS sets up the connections that it makes itself, and for readers beside a writer.

    A commit isn't waited for until it is on the disk: what a power cut takes, `Sweep.at_start` asks for anew.
    """
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    into_wal(connection)
    for pragma in ("foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
