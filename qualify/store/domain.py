"""What the store holds, as its callers see it: frozen records, never tables.

Times are aware and in UTC, but `started_at`, which is the tenant's local time as the telephone system
gave it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from qualify.records import Message, Outcome, Qualification, Record, Transcript, Urgency

CallState = Literal[
    "queued", "processing", "needs_review", "ready", "sent", "acknowledged", "skipped", "failed"
]
DraftState = Literal["drafted", "approved", "rejected", "sent", "acknowledged"]
AttemptStatus = Literal["pending", "sent", "unknown", "dead", "acknowledged"]
Channel = Literal["email", "webhook", "notify"]
Origin = Literal["recording", "transcript"]
Role = Literal["admin", "supervisor", "agent", "integrator", "reader"]
Detail = dict[str, str | int | float | bool | None]

Label = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A short text on one line, that every database can hold."""

T = TypeVar("T")


class Page(Record, Generic[T]):
    """A part of a list, the newest first; `next` is the cursor of the following part, None at the end."""

    items: tuple[T, ...]
    next: str | None = None


class NewCall(Record):
    """A call that comes in: with its transcript here, or with its audio beside this record."""

    tenant: Label
    transcript: Transcript | None = None
    external_id: Label | None = None
    """The sender's own id, unique per tenant."""
    idempotency_key: Label | None = None
    started_at: datetime | None = None
    """Local time in the tenant's zone."""
    caller_number: Label | None = None
    """E.164; None where hidden or unknown."""
    called_number: Label | None = None
    agent_channel: int | None = Field(default=None, ge=0, le=63)
    audio_type: Label | None = None
    """Media type of the recording, `audio/wav`."""
    revision: int | None = Field(default=None, ge=1, lt=2**31)
    """The instructions' number to use; None: the newest when the call is handled."""
    engine: Label | None = None
    """The engine to use, as the configuration names it; None: the configured one."""
    batch: Label | None = None


class Call(Record):
    """A call and how far it has come."""

    id: str
    tenant: str
    external_id: str | None = None
    state: CallState
    reason: str | None = None
    """Typed code of a skipped or failed call: `no_message`, `erased`, the stage that failed…"""
    origin: Origin
    started_at: datetime | None = None
    received_at: datetime
    updated_at: datetime
    intent: str | None = None
    urgency: Urgency | None = None
    revision: int | None = None
    """Number of the instructions that it was, or is to be, handled by; None: the newest, not handled yet."""
    engine: str | None = None
    caller_number: str | None = None
    called_number: str | None = None
    agent_channel: int | None = None
    attempts: int = 0
    """How often handling was begun, in this generation."""
    generation: int = 1
    """Grows by one with each reprocessing; the workflow of a call is its id and this number."""
    worker: str | None = None
    """Who handles it, or did last."""
    accepted_by: str = ""
    batch: str | None = None
    has_audio: bool = False
    audio_type: str | None = None


class Accepted(Record):
    """The call of a request, and whether the request created it (or only repeated an earlier one)."""

    call: Call
    new: bool


class CallFilter(Record):
    """Which calls a list holds; what is None does not restrict."""

    tenants: tuple[str, ...] | None = None
    """Those that the asking key may see."""
    tenant: str | None = None
    state: CallState | None = None
    urgency: Urgency | None = None
    batch: str | None = None
    external_id: str | None = None
    since: datetime | None = None
    """Received at this time or later."""
    until: datetime | None = None
    """Received before this time."""


class Revision(Record):
    """One state of a tenant's instructions (or delivery settings), as YAML."""

    tenant: str
    number: int
    sha256: str
    yaml: str
    who: str
    created_at: datetime


class Draft(Record):
    """A message for a call; a later one revises an earlier one and never overwrites it."""

    call: str
    number: int
    state: DraftState
    revises: int | None = None
    message: Message
    recipient: str | None = None
    who: str | None = None
    """Who wrote, approved or rejected it last; None: the engine."""
    created_at: datetime


class Attempt(Record):
    """One delivery of a draft, or of an event, to one address; `number` counts its tries."""

    id: str
    tenant: str
    call: str
    draft: int | None = None
    event: str | None = None
    """The webhook event's name; None for a message itself."""
    channel: Channel
    address: str
    """E-mail address, webhook id, or name of a notification target; empty once erased."""
    idempotency_key: str
    number: int = 0
    """Tries begun so far."""
    status: AttemptStatus
    due_at: datetime
    created_at: datetime
    started_at: datetime | None = None
    """When the present try began; None where none is under way."""
    receipt: str | None = None
    error: str | None = None


class Webhook(Record):
    """Where a tenant wants events posted; its secret is shown once, at creation."""

    id: str
    tenant: str
    url: str
    events: tuple[str, ...]
    active: bool
    created_at: datetime


class Key(Record):
    """An API key, without its secret."""

    id: str
    name: str
    role: Role
    tenants: tuple[str, ...] | None
    """Those that it may touch; None: all."""
    created_at: datetime
    revoked_at: datetime | None = None


class AuditEntry(Record):
    """Who did what: each entry's hash covers its content and the hash before it."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    """Id of what was acted upon; never a name or a number."""
    detail: Detail
    previous: str
    hash: str


class AuditCheck(Record):
    """Whether the audit log is whole; `broken` is the first number that is wrong or missing."""

    entries: int
    head: str
    """Hash of the last entry, to be kept elsewhere."""
    broken: int | None = None

    @property
    def ok(self) -> bool:
        return self.broken is None


class Batch(Record):
    """Calls that were submitted together, and how many are in which state."""

    id: str
    tenant: str
    state: Literal["running", "done"]
    """`done` where no call waits or is being handled."""
    counts: dict[CallState, int]
    created_at: datetime


class Retention(Record):
    """Days that each artefact is kept after the call came in; None: without limit."""

    audio_days: int | None = Field(default=None, ge=0)
    transcript_days: int | None = Field(default=None, ge=0)
    """The transcript, and what quotes it: qualification and outcome."""
    message_days: int | None = Field(default=None, ge=0)
    """The drafts, and the addresses that they were sent to. Who called goes with the last that is held."""


class Purge(Record):
    """What a purge removed, and what it found still there afterwards."""

    at: datetime
    audio: int
    transcripts: int
    messages: int
    orphans: int
    """Audio files that belonged to no call."""
    overdue: int
    """Artefacts past their clock that are still there: 0, or the purge did not do its work."""
    waiting: int
    """Overdue calls that still wait to be handled, and were left alone."""


class Erasure(Record):
    """What an erasure removed."""

    calls: tuple[str, ...]
    audio: int
    drafts: int
    attempts: int


class HeldCall(Record):
    """All that is held of one call."""

    call: Call
    transcript: Transcript | None
    qualification: Qualification | None
    outcome: Outcome | None
    drafts: tuple[Draft, ...]
    attempts: tuple[Attempt, ...]


class Held(Record):
    """All that is held on a person, for an answer to their request."""

    calls: tuple[HeldCall, ...]


class Rotation(Record):
    """How many values and audio files were encrypted anew."""

    values: int
    audio: int


class Stats(Record):
    """What an operator watches."""

    calls: dict[CallState, int]
    failures: dict[str, int]
    """Failed calls by reason."""
    oldest_queued_at: datetime | None
    attempts: dict[AttemptStatus, int]
