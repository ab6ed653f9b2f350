"""A call that came in by a request, checked against what its sender may do, and kept."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from qualify.service.auth import Caller
from qualify.service.bodies import Incoming
from qualify.service.parts import Parts
from qualify.service.problems import FieldProblem, refuse
from qualify.service.schemas import RecordingIn
from qualify.service.settings import ServiceSettings
from qualify.store import NotFoundError, Store
from qualify.store.domain import Call, NewCall


def accept(incoming: Incoming, caller: Caller, parts: Parts, *, idempotency_key: str | None) -> Call:
    """The call, kept for good and about to be handled; an earlier one where the request is a repetition."""
    facts, store = incoming.facts, parts.store
    caller.require(facts.tenant, key="body.tenant")
    check_engine(facts.engine, parts.settings)
    _check_batch(facts.batch, facts.tenant, store)
    channel = facts.agent_channel if isinstance(facts, RecordingIn) else None
    new = NewCall(
        tenant=facts.tenant,
        transcript=incoming.transcript,
        external_id=facts.external_id,
        idempotency_key=idempotency_key,
        started_at=_local(facts.started_at, facts.tenant, store),
        caller_number=facts.caller_number,
        called_number=facts.called_number,
        agent_channel=None if channel is None else int(channel),
        audio_type=incoming.audio_type,
        revision=facts.revision,
        engine=facts.engine,
        batch=facts.batch,
    )
    return keep(new, incoming.audio, caller, parts)


def keep(new: NewCall, audio: BinaryIO | None, caller: Caller, parts: Parts) -> Call:
    """Keep a call that was checked, and have it handled if it is new."""
    accepted = parts.store.accept(new, who=caller.who, audio=audio)
    if accepted.new:
        parts.metrics.accepted(accepted.call.origin)
        parts.handle(accepted.call.id)
    return accepted.call


def check_engine(engine: str | None, settings: ServiceSettings) -> None:
    """Refuse an engine that the configuration does not name."""
    if engine is not None and engine not in settings.engines:
        expected = f"l'un de {', '.join(settings.engines)}"
        raise refuse(
            "invalid", errors=[FieldProblem(key="body.engine", found="un moteur inconnu", expected=expected)]
        )


def _check_batch(batch: str | None, tenant: str, store: Store) -> None:
    """Refuse a batch of another tenant as one that is not there."""
    if batch is None:
        return
    try:
        known = store.batch(batch).tenant == tenant
    except NotFoundError:
        known = False
    if not known:
        expected = "l'identifiant d'un lot de ce client"
        raise refuse(
            "invalid", errors=[FieldProblem(key="body.batch", found="un lot inconnu", expected=expected)]
        )


def _local(moment: datetime | None, tenant: str, store: Store) -> datetime | None:
    """A moment in the tenant's local time, without offset."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(store.instructions(tenant).zone).replace(tzinfo=None)
