"""Stores on this test's files and, for slow tests, on a real Postgres, with a clock that a test sets."""

from __future__ import annotations

import atexit
import io
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import MAKER, TENANT_FILE

from qualify.records import (
    Judgment,
    Message,
    Outcome,
    Qualification,
    Reason,
    Recording,
    Rival,
    Sentence,
    Transcript,
    Turn,
)
from qualify.store import Store
from qualify.store.domain import Call, NewCall

TENANT = "atelier-morel"
OTHER = "atelier-bis"
YAML = TENANT_FILE.read_text(encoding="utf-8")
OTHER_YAML = YAML.replace(f"id: {TENANT}", f"id: {OTHER}")
KEYS = "k1:" + "QUFB" * 10 + "QUE="
NEW_KEYS = "k2:" + "QkJC" * 10 + "QkI=," + KEYS
NUMBER, NAME = "+33612345678", "Jeanne Lefèvre"
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]
SPOKEN = Transcript(
    turns=(
        Turn(speaker="agent", text="Atelier Morel, bonjour."),
        Turn(speaker="caller", text="Ma chaîne saute, rappelez Jeanne Lefèvre au 06 12 34 56 78."),
    ),
    made_by=MAKER,
)


@dataclass
class Clock:
    """A time that only a test moves."""

    now: datetime = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class Kept:
    """A store, what it was opened with, and calls for it."""

    url: str
    folder: Path
    clock: Clock = field(default_factory=Clock)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.reopen()
        self.store.put_revision(YAML, who="test")
        self.store.put_revision(OTHER_YAML, who="test")

    def reopen(self, *, keys: str = KEYS) -> Store:
        if hasattr(self, "store"):
            self.store.close()
        self.store = Store(self.url, data_folder=self.folder, keys=keys, clock=self.clock)
        return self.store

    def accept(self, **more: object) -> Call:
        new = NewCall(**{"tenant": TENANT, "transcript": SPOKEN, "caller_number": NUMBER} | more)
        return self.store.accept(new, who="key").call

    def record(self, audio: bytes, **more: object) -> Call:
        new = NewCall(**{"tenant": TENANT, "audio_type": "audio/wav"} | more)
        return self.store.accept(new, who="key", audio=io.BytesIO(audio)).call

    def handled(self, call: Call | None = None, **more: object) -> Call:
        call = call or self.accept()
        self.store.begin(call.id, "worker-1")
        return self.store.finish(call.id, outcome(**more), revision=1, engine="embedded")


@contextmanager
def opened(database: str, folder: Path) -> Iterator[Kept]:
    """A store with two tenants."""
    with served(database, folder) as url:
        kept = Kept(url, folder / "data")
        try:
            yield kept
        finally:
            kept.store.close()


@contextmanager
def served(database: str, folder: Path) -> Iterator[str]:
    """The URL of a fresh database."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'qualify.db'}"
        return
    server, name = postgres(), f"q{secrets.token_hex(6)}"
    server.psql(f"CREATE DATABASE {name}")
    yield server.get_uri(database=name)
    server.psql(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def postgres() -> Any:
    """One Postgres for all tests, which ends with them; its folder's path must be short, for its socket."""
    pgserver = pytest.importorskip("pgserver")
    folder = tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True)
    server = pgserver.get_server(folder.name)
    atexit.register(folder.cleanup)
    atexit.register(server.cleanup)
    return server


def said(text: str = "Ma chaîne saute", *, recipient: str | None = "Lucie Morel") -> Message:
    """A message that quotes the call."""
    start = SPOKEN.turns[1].text.index(text)
    proof = (SPOKEN.evidence(1, start, start + len(text)),)
    return Message(
        sentences=(Sentence(text=text, kind="quote", evidence=proof),), recipient=recipient, made_by=MAKER
    )


def outcome(
    *,
    message: Message | None = None,
    silent: bool = False,
    reasons: tuple[Reason, ...] = (),
    urgency: str = "normal",
    recording: Recording | None = None,
) -> Outcome:
    """A call that was understood: ready, or to be reviewed where there are reasons."""
    names = Judgment(
        value=NAME, confidence=0.9, rivals=(Rival(value="Jeanne Le Fèvre-Œuvrard", confidence=0.1),)
    )
    fields = {"phone": Judgment(value=NUMBER, confidence=0.9), "caller_name": names}
    return Outcome(
        status="needs_review" if reasons else "ready",
        reasons=reasons,
        recording=recording,
        transcript=SPOKEN,
        qualification=Qualification(
            intent=Judgment(value="repair", confidence=0.8),
            urgency=Judgment(value=urgency, confidence=0.7),
            disposition="no_message" if silent else "message",
            fields=fields,
            made_by=MAKER,
        ),
        message=None if silent else message or said(),
        timing_s={"understanding": 0.1},
    )
