"""Calls: how they come in, are found, and are given to a worker."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlmodel import Session, col, or_, select, update

from qualify.records import Transcript, Urgency
from qualify.store import artefacts, audit, persons
from qualify.store.database import Transaction
from qualify.store.domain import Call, CallFilter, CallState, Detail, NewCall, Origin, Page
from qualify.store.errors import IdempotencyError, NotFoundError, StateError
from qualify.store.lists import blocks, page
from qualify.store.tables import BatchRow, CallRow, RevisionRow

CALL = "l'appel"
OPEN: tuple[CallState, ...] = ("queued", "processing")
"""States in which a call waits for its outcome."""
ERASED = "erased"


def body_sha256(new: NewCall, audio_sha256: str) -> str:
    """What the body of a request is known by: all but the key and the batch that it came with."""
    body = new.model_dump_json(exclude={"idempotency_key", "batch"})
    return hashlib.sha256(f"{audio_sha256}{body}".encode()).hexdigest()


def known(tx: Transaction, new: NewCall, body: str) -> Call | None:
    """The call that the same request made before; IdempotencyError where the body was another."""
    same = [
        column == value
        for column, value in (
            (col(CallRow.idempotency_key), new.idempotency_key),
            (col(CallRow.external_id), new.external_id),
        )
        if value is not None
    ]
    if not same:
        return None
    for row in tx.session.exec(select(CallRow).where(CallRow.tenant == new.tenant, or_(*same))):
        if row.body_sha256 not in (body, None):
            by_key = row.idempotency_key is not None and row.idempotency_key == new.idempotency_key
            field = "Idempotency-Key" if by_key else "external_id"
            raise IdempotencyError(field, (new.idempotency_key if by_key else new.external_id) or "")
        return call_of(tx, row)
    return None


def create(tx: Transaction, call_id: str, new: NewCall, *, body: str, has_audio: bool, who: str) -> Call:
    """A queued call; NotFoundError where its tenant, revision or batch is not there."""
    _check_references(tx.session, new)
    row = CallRow(
        id=call_id,
        body_sha256=body,
        state="queued",
        origin="recording" if has_audio else "transcript",
        started_at=new.started_at.isoformat() if new.started_at else None,
        received_at=tx.now,
        updated_at=tx.now,
        accepted_by=who,
        has_audio=has_audio,
        **new.model_dump(exclude={"transcript", "started_at", "caller_number"}),
    )
    if new.caller_number is not None:
        row.caller_number = tx.sealed(row, "caller_number", new.caller_number)
        persons.put_new(tx, call_id, (persons.number_words(new.caller_number),))
    tx.session.add(row)
    if new.transcript is not None:
        artefacts.add(tx, call_id, "transcript", new.transcript)
    tx.session.flush()
    return call_of(tx, row)


def _check_references(session: Session, new: NewCall) -> None:
    _check_revision(session, new.tenant, new.revision)
    if new.batch is not None:
        batches = select(BatchRow.id).where(BatchRow.id == new.batch, BatchRow.tenant == new.tenant)
        if session.exec(batches).first() is None:
            raise NotFoundError("le lot", new.batch)


def _check_revision(session: Session, tenant: str, number: int | None) -> None:
    """NotFoundError for a tenant without instructions, or without those of that number."""
    query = select(RevisionRow.seq).where(RevisionRow.tenant == tenant, RevisionRow.kind == "instructions")
    if session.exec(query.limit(1)).first() is None:
        raise NotFoundError("le client", tenant)
    if number is not None and session.exec(query.where(RevisionRow.number == number)).first() is None:
        raise NotFoundError("la révision", str(number))


def row_of(session: Session, call_id: str, *, locked: bool = False) -> CallRow:
    """The row, locked against other writers where asked; NotFoundError."""
    query = select(CallRow).where(CallRow.id == call_id)
    row = session.exec(query.with_for_update() if locked else query).one_or_none()
    if row is None:
        raise NotFoundError(CALL, call_id)
    return row


def with_audio(session: Session, names: Sequence[str]) -> frozenset[str]:
    """Those of the names that are calls with a recording."""
    found: set[str] = set()
    for block in blocks(names):
        query = select(CallRow.id).where(col(CallRow.id).in_(block), col(CallRow.has_audio).is_(True))
        found.update(session.exec(query).all())
    return frozenset(found)


def listed(tx: Transaction, which: CallFilter, *, cursor: str | None, limit: int) -> Page[Call]:
    """The calls that pass the filter, the last received first."""
    query = select(CallRow)
    if which.tenants is not None:
        query = query.where(col(CallRow.tenant).in_(which.tenants))
    for name in ("tenant", "state", "urgency", "batch", "external_id"):
        if (value := getattr(which, name)) is not None:
            query = query.where(getattr(CallRow, name) == value)
    if which.since is not None:
        query = query.where(col(CallRow.received_at) >= which.since)
    if which.until is not None:
        query = query.where(col(CallRow.received_at) < which.until)
    return page(tx.session, query, CallRow, lambda row: call_of(tx, row), cursor=cursor, limit=limit)


def begin(tx: Transaction, call_id: str, worker: str) -> Call:
    """Queued or processing become processing by that worker; any other state stays."""
    row = row_of(tx.session, call_id, locked=True)
    if row.state in OPEN:
        row.state, row.worker = "processing", worker
        row.attempts += 1
        touched(tx, row)
    return call_of(tx, row)


def skip(tx: Transaction, call_id: str, code: str, *, who: str) -> Call:
    """Nothing is to be sent; what was drafted and not sent is rejected by the caller of this."""
    row = row_of(tx.session, call_id, locked=True)
    if row.state in ("sent", "acknowledged"):
        raise StateError("le message de cet appel est déjà parti")
    row.state, row.reason = "skipped", code
    touched(tx, row)
    audit.append(tx, who, "call.skip", call_id, {"reason": code})
    return call_of(tx, row)


def reprocess(tx: Transaction, call_id: str, *, who: str, revision: int | None, engine: str | None) -> Call:
    """Queue the call again, in its next generation."""
    row = row_of(tx.session, call_id, locked=True)
    if row.state in OPEN:
        raise StateError("cet appel est déjà en attente ou en traitement")
    if not row.has_audio and artefacts.read(tx, call_id, "transcript", Transcript) is None:
        raise StateError("l'enregistrement et la transcription de cet appel ont été effacés")
    if row.reason == ERASED:
        raise StateError("cet appel a été effacé")
    _check_revision(tx.session, row.tenant, revision)
    row.revision, row.engine = revision, engine or row.engine
    row.state, row.reason, row.worker, row.attempts = "queued", None, None, 0
    row.generation += 1
    touched(tx, row)
    detail: Detail = {"generation": row.generation, "revision": revision, "engine": engine}
    audit.append(tx, who, "call.reprocess", call_id, detail)
    return call_of(tx, row)


def queued_without_work(tx: Transaction, *, older_than_s: float, limit: int) -> tuple[Call, ...]:
    """Queued calls that no workflow is known of, the oldest first."""
    query = (
        select(CallRow)
        .where(
            CallRow.state == "queued",
            col(CallRow.enqueued_generation) < col(CallRow.generation),
            col(CallRow.updated_at) <= tx.now - timedelta(seconds=older_than_s),
        )
        .order_by(col(CallRow.seq))
        .limit(limit)
    )
    return tuple(call_of(tx, row) for row in tx.session.exec(query).all())


def mark_enqueued(tx: Transaction, call_id: str, generation: int) -> None:
    """The workflow of that generation is in the durable queue."""
    tx.session.exec(
        update(CallRow)
        .where(col(CallRow.id) == call_id, col(CallRow.enqueued_generation) < generation)
        .values(enqueued_generation=generation)
    )


def touched(tx: Transaction, row: CallRow) -> None:
    """The row changed now."""
    row.updated_at = tx.now
    tx.session.add(row)


def call_of(tx: Transaction, row: CallRow) -> Call:
    """The record of a row."""
    return Call(
        id=row.id,
        tenant=row.tenant,
        external_id=row.external_id,
        state=cast(CallState, row.state),
        reason=row.reason,
        origin=cast(Origin, row.origin),
        started_at=datetime.fromisoformat(row.started_at) if row.started_at else None,
        received_at=row.received_at,
        updated_at=row.updated_at,
        intent=row.intent,
        urgency=cast(Urgency | None, row.urgency),
        revision=row.revision,
        engine=row.engine,
        caller_number=tx.opened(row, "caller_number") or None,
        called_number=row.called_number,
        agent_channel=row.agent_channel,
        attempts=row.attempts,
        generation=row.generation,
        worker=row.worker,
        accepted_by=row.accepted_by,
        batch=row.batch,
        has_audio=row.has_audio,
        audio_type=row.audio_type,
    )
