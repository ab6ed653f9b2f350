"""A worker in a process of its own that a test may kill at any moment, and the calls that it works on."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from conftest import ScriptedUnderstanding, scripted

from qualify.delivery.environment import DeliveryEnvironment
from qualify.delivery.smtp import SmtpSettings
from qualify.records import Qualification, Transcript
from qualify.store import Store
from qualify.tenant import Tenant
from qualify.work.engine_names import NamedEngines
from qualify.work.running import launch
from qualify.work.settings import WorkSettings

SENDER = "service@work.example"


class Slow(ScriptedUnderstanding):
    """Takes some hundredths of a second, so that there is a time in which to be killed."""

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        time.sleep(random.uniform(0.0, 0.06))
        return super().qualify(transcript, tenant, started_at=started_at, caller_number=caller_number)


@contextmanager
def stopped(server: Any) -> Iterator[None]:
    """A Postgres of pgserver that breaks every connection, and lets none through within this block."""
    import pgserver

    folder, user = server.pgdata, server.system_user
    options = (folder / "postmaster.opts").read_text().split(maxsplit=1)[1].replace('"', "'")
    pgserver.pg_ctl(["-m", "immediate", "stop"], pgdata=folder, user=user)
    try:
        yield
    finally:
        start = ["-w", "-o", options, "-l", str(folder / "log"), "start"]
        pgserver.pg_ctl(start, pgdata=folder, user=user)


@dataclass(frozen=True)
class Place:
    """Where the work is, and the mail server."""

    database: str
    folder: Path
    keys: str
    smtp_port: int

    def store(self) -> Store:
        return Store(self.database, data_folder=self.folder, keys=self.keys)

    def settings(self, *, works: bool = True) -> WorkSettings:
        """Rhythms that are five times as quick as usual."""
        return WorkSettings(
            database=self.database,
            works=works,
            beat_s=0.6,
            dead_after_s=3,
            sweep_s=0.3,
            review_s=3,
            grace_s=5,
        )

    def environment(self) -> DeliveryEnvironment:
        smtp = SmtpSettings(host="127.0.0.1", port=self.smtp_port, security="none", sender=SENDER)
        return DeliveryEnvironment(smtp=smtp)


def work(place: Place) -> None:
    """Work until killed."""
    engines = NamedEngines("slow", {"slow": scripted(understanding=Slow())})
    launch(place.store(), place.settings(), engines=engines, environment=place.environment())
    while True:
        time.sleep(60)


def worker(place: Place) -> BaseProcess:
    """A running worker, forked from a process that has imported all that it needs."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["mortal"])
    process = context.Process(target=work, args=(place,), daemon=True)
    process.start()
    return process
