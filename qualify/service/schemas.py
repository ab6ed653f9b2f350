"""What requests bring and answers hold, beside the store's own records. Keys are English, as in the files."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from qualify.delivery.events import EventType
from qualify.delivery.targets import MAX_URL_CHARACTERS
from qualify.records import Record, Speaker
from qualify.service.scope import MAX_NUMBER, SLUG_PATTERN
from qualify.store.domain import AuditCheck, Draft, Key, Role, Webhook
from qualify.tenant.defects import fault, kind_of

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
TEXT_PATTERN = r"^[^\x00-\x1f\x7f]+$"
"""Text on one line, without control characters."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_LATEST_YEAR, _EARLIEST_YEAR = 2200, 1970


def _composed(text: str) -> str:
    """Accents as part of their letters: evidence counts characters of the text that is kept."""
    if _SURROGATE.search(text):
        fault(kind_of(text), "un texte sans caractère invalide")
    return unicodedata.normalize("NFC", text)


def plausible(moment: datetime) -> datetime:
    """A moment that a database can hold and a clock may show."""
    if not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
        fault("une date hors du possible", f"une année de {_EARLIEST_YEAR} à {_LATEST_YEAR}")
    return moment


Moment = Annotated[datetime, AfterValidator(plausible)]
E164 = Annotated[str, Field(pattern=E164_PATTERN, examples=["+33639981234"])]
TenantId = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=100, examples=["clinique-tilleuls"])]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT_PATTERN)]
Ordinal = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Body(Record):
    """Base of what requests bring: closed to unknown keys, its keys described by their docstrings.

    Lists are `list`: of a tuple with one bad item pydantic also says that it is too short.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)


# ---------------------------------------------------------------- calls


class TurnIn(Body):
    """What one party says."""

    speaker: Speaker
    text: Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_composed)]
    start: Seconds | None = None
    """Seconds from the call's start."""
    end: Seconds | None = None


class CallFacts(Body):
    """What the telephone system says of a call."""

    tenant: TenantId
    external_id: Line | None = None
    """The sender's own id, unique per tenant."""
    started_at: Moment | None = None
    """Local time in the tenant's zone; with an offset, it is converted."""
    caller_number: E164 | None = None
    """E.164, as the network shows it; left out where hidden."""
    called_number: E164 | None = None
    revision: Ordinal | None = None
    """The instructions to use; left out: the newest."""
    engine: Line | None = None
    """An engine of the configuration; left out: the configured one."""
    batch: Line | None = None


class CallIn(CallFacts):
    """A call whose words are known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tenant": "clinique-tilleuls",
                    "external_id": "pbx-2026-11-24-0017",
                    "started_at": "2026-11-24T09:30:00",
                    "caller_number": "+33639981234",
                    "turns": [
                        {"speaker": "agent", "text": "Clinique des Tilleuls, bonjour."},
                        {"speaker": "caller", "text": "Bonjour, je voudrais déplacer mon rendez-vous."},
                    ],
                }
            ]
        }
    )

    turns: Annotated[list[TurnIn], Field(min_length=1, max_length=5000)]


class RecordingIn(CallFacts):
    """The form fields that come with a recording, which is the part `recording`."""

    agent_channel: Literal["0", "1"] | None = None
    """The agent's channel, where the system knows it."""


class ReprocessIn(Body):
    """With what a call is to be handled anew; what is left out is the newest, or the configured one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 3}]})

    revision: Ordinal | None = None
    engine: Line | None = None


class SkipIn(Body):
    """Why nothing is to be sent for a call."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "duplicate"}]})

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")] = "by_hand"
    """A typed reason, never words of the call."""


class Quoted(Record):
    """Words of the call that prove something, and when they were said."""

    of: str = Field(examples=["field:phone"])
    """`intent`, `urgency`, `field:<id>`, `instruction:<id>`, or `sentence:<n>` of the last draft, from 0."""
    turn: int
    speaker: Speaker
    start: int
    end: int
    quote: str
    second: float | None
    """When the words begin in the recording; null where that is not known."""


class EvidenceList(Record):
    """All that proves a call's qualification and its last draft."""

    call: str
    items: tuple[Quoted, ...]


# ---------------------------------------------------------------- messages


class DecisionIn(Body):
    """Which draft a person decides on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": 1}]})

    number: Ordinal | None = None
    """The draft that the person has read: refused where a later one is there. Left out: the last."""


class EditIn(Body):
    """A message in a person's words."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sentences": ["Mme Carpentier souhaite déplacer son rendez-vous."]}]}
    )

    sentences: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_composed)]],
        Field(min_length=1, max_length=100),
    ]
    recipient: Line | None = None
    """The person on the tenant's side; left out: the last draft's."""


class DraftList(Record):
    """All drafts of a call, by number."""

    items: tuple[Draft, ...]


# ---------------------------------------------------------------- tenants


class TenantSummary(Record):
    """A tenant and its newest instructions."""

    id: str
    name: str
    revision: int
    sha256: str
    updated_at: datetime


class RevisionSummary(Record):
    """A revision without its text."""

    tenant: str
    number: int
    sha256: str
    who: str
    created_at: datetime


class RevisionDiff(Record):
    """What changed between two revisions of a tenant's instructions."""

    tenant: str
    before: int
    after: int
    diff: str = Field(examples=["--- 1\n+++ 2\n@@ -1 +1 @@\n-name: Cabinet\n+name: Cabinet Sorel\n"])
    """In the unified format; empty where nothing changed."""


# ---------------------------------------------------------------- the rest


class BatchIn(Body):
    """A batch to be filled with calls."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tenant": "clinique-tilleuls"}]})

    tenant: TenantId


WebhookUrl = Annotated[str, Field(min_length=1, max_length=MAX_URL_CHARACTERS, pattern=TEXT_PATTERN)]
Events = Annotated[list[EventType], Field(min_length=1, max_length=20)]


class WebhookIn(Body):
    """Where events are to be posted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tenant": "clinique-tilleuls",
                    "url": "https://example.org/qualify",
                    "events": ["message.sent", "call.failed"],
                }
            ]
        }
    )

    tenant: TenantId
    url: WebhookUrl
    events: Events


class WebhookChange(Body):
    """What is to change of a webhook."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": False}]})

    url: WebhookUrl | None = None
    events: Events | None = None
    active: bool | None = None


class NewWebhook(Record):
    """A webhook with its secret, which is never shown again."""

    webhook: Webhook
    secret: str = Field(examples=["whsec_…"])


class KeyIn(Body):
    """A key to be made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "standard", "role": "integrator", "tenants": ["clinique-tilleuls"]}]
        }
    )

    name: Line
    role: Role
    tenants: Annotated[list[TenantId], Field(min_length=1, max_length=1000)] | None = None
    """The tenants that it may touch; left out: all."""


class NewKey(Record):
    """A key with its secret, which is never shown again."""

    key: Key
    secret: str = Field(examples=["qk_…"])


class PersonIn(Body):
    """Who asks what is held on them, or that it be erased: by number, by name, or by both."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "+33639981234"}]})

    number: E164 | None = None
    name: Line | None = None
    tenant: TenantId | None = None
    """Left out: all tenants that the key is for."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.number is None and self.name is None:
            fault("ni « number » ni « name »", "un numéro, un nom, ou les deux")
        return self


class AuditState(Record):
    """Whether the audit log is whole."""

    ok: bool
    check: AuditCheck


class Health(Record):
    """That the process answers, and what its parts say."""

    status: Literal["ok", "unavailable"]
    version: str
