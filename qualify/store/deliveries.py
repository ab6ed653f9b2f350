"""Deliveries of drafts and events: planned once by their key, tried, recorded, given up, replayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlmodel import col, select, update

from qualify.store import audit, calls, drafts
from qualify.store.database import Transaction
from qualify.store.domain import Attempt, AttemptStatus, Channel, Page
from qualify.store.errors import NotFoundError, StateError
from qualify.store.lists import new_id, page
from qualify.store.tables import AttemptRow

ATTEMPT = "l'envoi"
ARRIVED: tuple[AttemptStatus, ...] = ("sent", "acknowledged")
FOR_A_PERSON: tuple[AttemptStatus, ...] = ("dead", "unknown")


def planned(tx: Transaction, idempotency_key: str) -> Attempt | None:
    """The delivery that was planned under that key."""
    query = select(AttemptRow).where(AttemptRow.idempotency_key == idempotency_key)
    row = tx.session.exec(query).one_or_none()
    return _attempt(tx, row) if row else None


def plan(
    tx: Transaction,
    call_id: str,
    *,
    channel: Channel,
    address: str,
    idempotency_key: str,
    due_at: datetime,
    draft: int | None,
    event: str | None,
) -> Attempt:
    """A new pending delivery."""
    call = calls.row_of(tx.session, call_id)
    row = AttemptRow(
        id=new_id("att"),
        tenant=call.tenant,
        call_id=call_id,
        draft=draft,
        event=event,
        channel=channel,
        idempotency_key=idempotency_key,
        status="pending",
        due_at=due_at,
        created_at=tx.now,
    )
    row.address = tx.sealed(row, "address", address)
    tx.session.add(row)
    tx.session.flush()
    return _attempt(tx, row)


def one(tx: Transaction, attempt_id: str) -> Attempt:
    """NotFoundError where there is none."""
    return _attempt(tx, _row(tx, attempt_id))


def listed(
    tx: Transaction,
    *,
    call_id: str | None,
    tenants: Sequence[str] | None,
    statuses: Sequence[AttemptStatus] | None,
    cursor: str | None,
    limit: int,
) -> Page[Attempt]:
    """Deliveries, the last planned first; what is None does not restrict."""
    query = select(AttemptRow)
    if call_id is not None:
        query = query.where(AttemptRow.call_id == call_id)
    if tenants is not None:
        query = query.where(col(AttemptRow.tenant).in_(tenants))
    if statuses is not None:
        query = query.where(col(AttemptRow.status).in_(statuses))
    return page(tx.session, query, AttemptRow, lambda row: _attempt(tx, row), cursor=cursor, limit=limit)


def of_call(tx: Transaction, call_id: str) -> tuple[Attempt, ...]:
    """All deliveries of a call, as they were planned."""
    query = select(AttemptRow).where(AttemptRow.call_id == call_id).order_by(col(AttemptRow.seq))
    return tuple(_attempt(tx, row) for row in tx.session.exec(query).all())


def due(tx: Transaction, limit: int) -> tuple[Attempt, ...]:
    """Pending deliveries whose time has come."""
    query = select(AttemptRow).where(AttemptRow.status == "pending", col(AttemptRow.due_at) <= tx.now)
    rows = tx.session.exec(query.order_by(col(AttemptRow.due_at), col(AttemptRow.seq)).limit(limit)).all()
    return tuple(_attempt(tx, row) for row in rows)


def begin(tx: Transaction, attempt_id: str) -> bool:
    """Whether the try that begins now may be made; one statement, so that two processes cannot both begin."""
    begun = tx.session.exec(
        update(AttemptRow)
        .where(
            col(AttemptRow.id) == attempt_id,
            col(AttemptRow.status) == "pending",
            col(AttemptRow.started_at).is_(None),
        )
        .values(started_at=tx.now, number=col(AttemptRow.number) + 1)
    )
    if not begun.rowcount:
        _row(tx, attempt_id)
    return bool(begun.rowcount)


def record(
    tx: Transaction,
    attempt_id: str,
    status: AttemptStatus,
    *,
    due_at: datetime | None,
    receipt: str | None,
    error: str | None,
) -> Attempt:
    """The result of a try; what has arrived stays so, and was at most acknowledged since."""
    if status == "pending" and due_at is None:
        raise StateError("un envoi à refaire demande une échéance")
    calls.row_of(tx.session, _row(tx, attempt_id).call_id, locked=True)  # calls first, or two may deadlock
    row = _row(tx, attempt_id, locked=True)
    row.started_at = None
    if row.status not in ARRIVED or (row.status, status) == ("sent", "acknowledged"):
        row.status, row.due_at = status, due_at or row.due_at
        row.receipt = tx.sealed(row, "receipt", receipt) if receipt else row.receipt
        row.error = tx.sealed(row, "error", error) if error else None
        if status in ARRIVED and row.draft is not None and row.event is None:
            drafts.left(tx, row.call_id, row.draft, acknowledged=status == "acknowledged")
    tx.session.add(row)
    return _attempt(tx, row)


def replay(tx: Transaction, attempt_id: str, *, who: str) -> Attempt:
    """Due now again, under the same key."""
    row = _row(tx, attempt_id, locked=True)
    if row.status not in FOR_A_PERSON:
        raise StateError("seul un envoi abandonné ou incertain se relance")
    if row.address is None:
        raise StateError("l'adresse de cet envoi a été effacée")
    is_message = row.draft is not None and row.event is None
    if is_message and drafts.one(tx, row.call_id, row.draft).state == "rejected":
        raise StateError("le message de cet envoi a été rejeté ou remplacé")
    row.status, row.due_at, row.started_at, row.error = "pending", tx.now, None, None
    tx.session.add(row)
    audit.append(tx, who, "attempt.replay", attempt_id, {"call": row.call_id})
    return _attempt(tx, row)


def _row(tx: Transaction, attempt_id: str, *, locked: bool = False) -> AttemptRow:
    query = select(AttemptRow).where(AttemptRow.id == attempt_id)
    row = tx.session.exec(query.with_for_update() if locked else query).one_or_none()
    if row is None:
        raise NotFoundError(ATTEMPT, attempt_id)
    return row


def _attempt(tx: Transaction, row: AttemptRow) -> Attempt:
    return Attempt(
        id=row.id,
        tenant=row.tenant,
        call=row.call_id,
        draft=row.draft,
        event=row.event,
        channel=cast(Channel, row.channel),
        address=tx.opened(row, "address"),
        idempotency_key=row.idempotency_key,
        number=row.number,
        status=cast(AttemptStatus, row.status),
        due_at=row.due_at,
        created_at=row.created_at,
        started_at=row.started_at,
        receipt=tx.opened(row, "receipt") or None,
        error=tx.opened(row, "error") or None,
    )
