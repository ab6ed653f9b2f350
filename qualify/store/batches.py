"""Batches of calls and how far they have come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlmodel import Session, col, func, select

from qualify.store import calls
from qualify.store.database import Transaction
from qualify.store.domain import Batch, CallState, Page
from qualify.store.errors import NotFoundError
from qualify.store.lists import new_id, page
from qualify.store.tables import BatchRow, CallRow


def create(tx: Transaction, tenant: str) -> Batch:
    """A batch without calls."""
    row = BatchRow(id=new_id("batch"), tenant=tenant, created_at=tx.now)
    tx.session.add(row)
    return _batch(tx.session, row)


def one(session: Session, batch_id: str) -> Batch:
    """NotFoundError where there is none."""
    row = session.exec(select(BatchRow).where(BatchRow.id == batch_id)).one_or_none()
    if row is None:
        raise NotFoundError("le lot", batch_id)
    return _batch(session, row)


def listed(session: Session, *, tenants: Sequence[str] | None, cursor: str | None, limit: int) -> Page[Batch]:
    """The newest first."""
    query = select(BatchRow)
    if tenants is not None:
        query = query.where(col(BatchRow.tenant).in_(tenants))
    return page(session, query, BatchRow, lambda row: _batch(session, row), cursor=cursor, limit=limit)


def _batch(session: Session, row: BatchRow) -> Batch:
    query = select(CallRow.state, func.count()).where(CallRow.batch == row.id).group_by(CallRow.state)
    counts = {cast(CallState, state): count for state, count in session.exec(query).all()}
    return Batch(
        id=row.id,
        tenant=row.tenant,
        state="running" if any(state in counts for state in calls.OPEN) else "done",
        counts=counts,
        created_at=row.created_at,
    )
