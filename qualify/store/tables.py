"""The tables, private to the store: rows never leave it, and what is personal in them is sealed.

SQLModel tables do not validate; what goes in comes from records that did.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Index, LargeBinary, MetaData, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An aware time: kept in UTC, and given back aware where the database keeps no zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(SQLModel):
    """Base of the tables; `SEALED` names the encrypted columns."""

    metadata = METADATA
    SEALED: ClassVar[tuple[str, ...]] = ()

    seq: int | None = Field(default=None, primary_key=True)
    """Order of creation; cursors and rotation go by it."""

    @property
    def name(self) -> str:
        """What identifies the row for ever, beside `seq`."""
        raise NotImplementedError

    def place(self, column: str) -> str:
        """What a sealed value is bound to."""
        return f"{self.__tablename__}.{column}:{self.name}"


class RevisionRow(Row, table=True):
    """A state of a tenant's `kind` of YAML: instructions, or delivery settings."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("tenant", "kind", "number"),)

    tenant: str
    kind: str
    number: int
    sha256: str
    yaml: str = Field(sa_type=Text)
    who: str
    created_at: datetime = Field(sa_type=UtcTime)


class CallRow(Row, table=True):
    """A call."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("tenant", "external_id"),
        UniqueConstraint("tenant", "idempotency_key"),
        Index(None, "tenant", "seq"),
        Index(None, "state", "seq"),
        Index(None, "tenant", "received_at"),
    )
    SEALED = ("caller_number",)

    id: str = Field(unique=True)
    tenant: str
    external_id: str | None = None
    idempotency_key: str | None = None
    body_sha256: str | None = None
    state: str
    reason: str | None = None
    origin: str
    started_at: str | None = None
    received_at: datetime = Field(sa_type=UtcTime)
    updated_at: datetime = Field(sa_type=UtcTime)
    intent: str | None = None
    urgency: str | None = None
    revision: int | None = None
    engine: str | None = None
    caller_number: bytes | None = Field(default=None, sa_type=LargeBinary)
    called_number: str | None = None
    agent_channel: int | None = None
    attempts: int = 0
    generation: int = 1
    enqueued_generation: int = 0
    worker: str | None = None
    accepted_by: str
    batch: str | None = Field(default=None, index=True)
    has_audio: bool = False
    audio_type: str | None = None
    last_draft: int = 0
    """Number of the last draft: grows only, so that no number is used twice."""
    outcome_draft: int | None = None
    """The draft that the last outcome's message is; None where it has none."""

    @property
    def name(self) -> str:
        return self.id


class ArtefactRow(Row, table=True):
    """A record made of a call: `kind` is transcript, qualification or outcome; the payload its JSON."""

    __tablename__ = "artefacts"
    __table_args__ = (UniqueConstraint("call_id", "kind"),)
    SEALED = ("payload",)

    call_id: str
    kind: str
    payload: bytes = Field(sa_type=LargeBinary)

    @property
    def name(self) -> str:
        return f"{self.call_id}:{self.kind}"


class DraftRow(Row, table=True):
    """A message's draft; the payload is the message's JSON."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    SEALED = ("payload",)

    call_id: str
    number: int
    state: str
    revises: int | None = None
    payload: bytes = Field(sa_type=LargeBinary)
    who: str | None = None
    created_at: datetime = Field(sa_type=UtcTime)

    @property
    def name(self) -> str:
        return f"{self.call_id}:{self.number}"


class AttemptRow(Row, table=True):
    """A delivery."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "status", "due_at"),)
    SEALED = ("address", "receipt", "error")

    id: str = Field(unique=True)
    tenant: str
    call_id: str = Field(index=True)
    draft: int | None = None
    event: str | None = None
    channel: str
    address: bytes | None = Field(default=None, sa_type=LargeBinary)
    idempotency_key: str = Field(unique=True)
    number: int = 0
    status: str
    due_at: datetime = Field(sa_type=UtcTime)
    created_at: datetime = Field(sa_type=UtcTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcTime)
    receipt: bytes | None = Field(default=None, sa_type=LargeBinary)
    error: bytes | None = Field(default=None, sa_type=LargeBinary)

    @property
    def name(self) -> str:
        return self.id


class PersonRow(Row, table=True):
    """A number, or a word of a name, that a call holds; the words of one name share `person`."""

    __tablename__ = "persons"
    SEALED = ("value",)

    call_id: str = Field(index=True)
    person: int
    word: int
    digest: str = Field(index=True)
    value: bytes = Field(sa_type=LargeBinary)

    @property
    def name(self) -> str:
        return f"{self.call_id}:{self.person}:{self.word}"


class WebhookRow(Row, table=True):
    """Where a tenant wants events posted; `events` is a JSON list."""

    __tablename__ = "webhooks"
    SEALED = ("url", "secret")

    id: str = Field(unique=True)
    tenant: str = Field(index=True)
    url: bytes = Field(sa_type=LargeBinary)
    events: str = Field(sa_type=Text)
    active: bool = True
    created_at: datetime = Field(sa_type=UtcTime)
    secret: bytes = Field(sa_type=LargeBinary)

    @property
    def name(self) -> str:
        return self.id


class KeyRow(Row, table=True):
    """An API key: of its secret only the SHA-256; `tenants` is a JSON list, null for all."""

    __tablename__ = "keys"

    id: str = Field(unique=True)
    label: str
    role: str
    tenants: str | None = Field(default=None, sa_type=Text)
    secret_sha256: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)


class BatchRow(Row, table=True):
    """Calls submitted together."""

    __tablename__ = "batches"

    id: str = Field(unique=True)
    tenant: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcTime)


class AuditRow(Row, table=True):
    """An entry of the audit log; `detail` is a JSON object."""

    __tablename__ = "audit"

    number: int = Field(unique=True)
    at: datetime = Field(sa_type=UtcTime)
    who: str
    action: str
    subject: str = Field(index=True)
    detail: str = Field(sa_type=Text)
    previous: str
    hash: str


class AuditHeadRow(Row, table=True):
    """The one row that tells the last entry of the audit log, and is locked to write the next."""

    __tablename__ = "audit_head"

    number: int
    hash: str


class WorkerRow(Row, table=True):
    """A worker's last sign of life."""

    __tablename__ = "workers"

    id: str = Field(unique=True)
    beat_at: datetime = Field(sa_type=UtcTime, index=True)


SEALED_TABLES: tuple[type[Any], ...] = (
    CallRow,
    ArtefactRow,
    DraftRow,
    AttemptRow,
    PersonRow,
    WebhookRow,
)
"""Those with encrypted columns."""
