"""The engines that a model falls back to, what they make of a plumber's call, and those that ask a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from llm_calls import CALL, CALLER_NUMBER, NOW, endpoint, tenant
from llm_server import Server

from qualify.drafting.engine import EmbeddedDrafter
from qualify.llm.drafting import LlmDrafter
from qualify.llm.endpoint import Endpoint
from qualify.llm.settings import EndpointSettings
from qualify.llm.understanding import LlmUnderstanding
from qualify.records import Message, Qualification, Transcript
from qualify.tenant import Tenant
from qualify.understanding.engine import EmbeddedUnderstanding, UnderstandingEngine


@cache
def embedded() -> EmbeddedUnderstanding:
    return EmbeddedUnderstanding()


@dataclass
class Knows:
    """An engine that has this to say of every call."""

    made: Qualification

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        return self.made


@cache
def chat(settings: EndpointSettings) -> Endpoint:
    """One client for all tests with the same settings: making it takes half a second."""
    return Endpoint(settings)


def known(call: Transcript = CALL, client: Tenant | None = None) -> Qualification:
    """What the embedded engine makes of a call."""
    return embedded().qualify(call, client or tenant(), started_at=NOW, caller_number=CALLER_NUMBER)


def qualified(
    server: Server,
    call: Transcript = CALL,
    client: Tenant | None = None,
    fallback: UnderstandingEngine | None = None,
    **settings: Any,
) -> Qualification:
    """What comes of asking the server about a call."""
    chosen = endpoint(server.url, **settings)
    engine = LlmUnderstanding(chosen, chat(chosen), fallback or embedded())
    return engine.qualify(call, client or tenant(), started_at=NOW, caller_number=CALLER_NUMBER)


def message(
    server: Server,
    made: Qualification,
    call: Transcript = CALL,
    client: Tenant | None = None,
    **settings: Any,
) -> Message:
    """The message that comes of asking the server about a qualified call."""
    chosen = endpoint(server.url, **settings)
    engine = LlmDrafter(chosen, chat(chosen), EmbeddedDrafter())
    drafted = engine.draft(call, made, client or tenant(), started_at=NOW)
    assert drafted is not None
    return drafted
