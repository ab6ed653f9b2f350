"""Signs of life of the workers, and what an operator watches."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlmodel import Session, col, delete, func, select

from qualify.store.database import Transaction
from qualify.store.domain import AttemptStatus, CallState, Stats
from qualify.store.tables import AttemptRow, CallRow, WorkerRow


def beat(tx: Transaction, worker: str) -> None:
    """The worker is alive."""
    row = tx.session.exec(select(WorkerRow).where(WorkerRow.id == worker).with_for_update()).one_or_none()
    row = row or WorkerRow(id=worker, beat_at=tx.now)
    row.beat_at = tx.now
    tx.session.add(row)


def dead(tx: Transaction, older_than_s: float) -> tuple[str, ...]:
    """Workers whose last beat is older."""
    before = tx.now - timedelta(seconds=older_than_s)
    query = select(WorkerRow.id).where(col(WorkerRow.beat_at) < before).order_by(WorkerRow.id)
    return tuple(tx.session.exec(query).all())


def forget(tx: Transaction, worker: str) -> None:
    """The worker is no more."""
    tx.session.exec(delete(WorkerRow).where(col(WorkerRow.id) == worker))


def stats(session: Session) -> Stats:
    """Counts over all tenants."""
    states = select(CallRow.state, func.count()).group_by(CallRow.state)
    failures = select(CallRow.reason, func.count()).where(CallRow.state == "failed").group_by(CallRow.reason)
    oldest = select(func.min(CallRow.received_at)).where(CallRow.state == "queued")
    attempts = select(AttemptRow.status, func.count()).group_by(AttemptRow.status)
    return Stats(
        calls={cast(CallState, state): count for state, count in session.exec(states).all()},
        failures={reason or "": count for reason, count in session.exec(failures).all()},
        oldest_queued_at=session.exec(oldest).one(),
        attempts={cast(AttemptStatus, status): count for status, count in session.exec(attempts).all()},
    )
