"""What a tenant's webhooks are told of: the events, and the body that each is posted with."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal, get_args

from pydantic import AwareDatetime, JsonValue

from qualify.records import Record
from qualify.rendering.crm import crm
from qualify.rendering.source import HandledCall

EventType = Literal[
    "transcript.created",
    "qualification.created",
    "message.drafted",
    "message.approved",
    "message.sent",
    "message.acknowledged",
    "call.failed",
]
EVENTS: tuple[EventType, ...] = get_args(EventType)


class Event(Record):
    """Something that happened to a call; the body is that of the Standard Webhooks specification."""

    type: EventType
    timestamp: AwareDatetime
    """When it happened."""
    data: dict[str, JsonValue]

    def body(self) -> bytes:
        """The bytes that are signed and posted: the same event gives the same."""
        told = {"type": self.type, "timestamp": self.timestamp.isoformat(), "data": self.data}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def call_event(kind: EventType, *, call: str, tenant: str, at: datetime, **facts: JsonValue) -> Event:
    """An event that carries ids and a few facts (`code` of a failure…), no words of the call."""
    return Event(type=kind, timestamp=at, data={"call": call, "tenant": tenant, **facts})


def message_event(kind: EventType, handled: HandledCall, *, call: str, draft: int, at: datetime) -> Event:
    """An event that carries the whole message, as `formats/crm.schema.json` describes it under `content`."""
    content: JsonValue = crm(handled).model_dump(mode="json")
    return call_event(kind, call=call, tenant=handled.tenant.id, at=at, draft=draft, content=content)
