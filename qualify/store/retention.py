"""What is removed when its time is over, and whether it is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, exists, func, select, update

from qualify.store import calls
from qualify.store.database import Transaction
from qualify.store.domain import Retention
from qualify.store.lists import blocks
from qualify.store.tables import ArtefactRow, AttemptRow, CallRow, DraftRow, PersonRow

BLOCK = 500
"""Calls whose artefacts one transaction removes."""


@dataclass(frozen=True)
class Removed:
    """How many calls lost their transcript and their messages, and whose audio is to be removed."""

    audio: tuple[str, ...] = ()
    transcripts: int = 0
    messages: int = 0

    def __bool__(self) -> bool:
        return bool(self.audio or self.transcripts or self.messages)


def tenants(session: Session) -> tuple[str, ...]:
    """Those that have calls."""
    return tuple(session.exec(select(CallRow.tenant).distinct()).all())


def remove_overdue(tx: Transaction, tenant: str, retention: Retention) -> Removed:
    """Remove artefacts past their clocks, of at most BLOCK calls each; files are the caller's to remove."""
    audio = _ids(tx, _overdue(tx.now, tenant, retention.audio_days), col(CallRow.has_audio).is_(True))
    words = _ids(tx, _overdue(tx.now, tenant, retention.transcript_days), _has(ArtefactRow))
    messages = _ids(tx, _overdue(tx.now, tenant, retention.message_days), _has_messages())
    _lock(tx, sorted({*audio, *words, *messages}))
    _of(tx, audio, update(CallRow).values(has_audio=False), col(CallRow.id))
    _of(tx, words, delete(ArtefactRow), col(ArtefactRow.call_id))
    remove_messages(tx, messages)
    _forget_contacts(tx, {*audio, *words, *messages})
    return Removed(tuple(audio), len(words), len(messages))


def count_overdue(tx: Transaction, tenant: str, retention: Retention) -> int:
    """Artefacts past their clocks that are still there."""
    checks = (
        (retention.audio_days, col(CallRow.has_audio).is_(True)),
        (retention.transcript_days, _has(ArtefactRow)),
        (retention.message_days, _has_messages()),
    )
    return sum(_count(tx, _overdue(tx.now, tenant, days), holds) for days, holds in checks)


def count_waiting(tx: Transaction, tenant: str, retention: Retention) -> int:
    """Calls past a clock that still wait to be handled."""
    days = [
        d for d in (retention.audio_days, retention.transcript_days, retention.message_days) if d is not None
    ]
    if not days:
        return 0
    query = select(func.count()).where(
        CallRow.tenant == tenant,
        col(CallRow.received_at) < tx.now - timedelta(days=min(days)),
        col(CallRow.state).in_(calls.OPEN),
    )
    return tx.session.exec(query).one()


def remove_messages(tx: Transaction, call_ids: list[str]) -> tuple[int, int]:
    """Remove drafts and what deliveries tell of people; gives how many drafts and deliveries."""
    drafts = _of(tx, call_ids, delete(DraftRow), col(DraftRow.call_id))
    attempts = _of(tx, call_ids, _blanked(), col(AttemptRow.call_id))
    pending = update(AttemptRow).where(col(AttemptRow.status) == "pending").values(status="dead")
    _of(tx, call_ids, pending, col(AttemptRow.call_id))
    _of(tx, call_ids, update(CallRow).values(outcome_draft=None), col(CallRow.id))
    return drafts, attempts


def erase(tx: Transaction, call_ids: list[str]) -> tuple[int, int]:
    """Leave nothing of calls but their ids; gives how many drafts and deliveries lost their content."""
    _lock(tx, sorted(call_ids))
    counts = remove_messages(tx, call_ids)
    _of(tx, call_ids, delete(ArtefactRow), col(ArtefactRow.call_id))
    _of(tx, call_ids, delete(PersonRow), col(PersonRow.call_id))
    emptied = update(CallRow).values(
        state="skipped",
        reason=calls.ERASED,
        has_audio=False,
        caller_number=None,
        called_number=None,
        started_at=None,
        intent=None,
        urgency=None,
        body_sha256=None,
        updated_at=tx.now,
    )
    _of(tx, call_ids, emptied, col(CallRow.id))
    return counts


def _lock(tx: Transaction, call_ids: list[str]) -> None:
    """Calls are locked before what belongs to them, everywhere, so that no two wait for each other."""
    for block in blocks(call_ids):
        query = select(CallRow.seq).where(col(CallRow.id).in_(block)).order_by(col(CallRow.seq))
        tx.session.exec(query.with_for_update()).all()


def _overdue(now: datetime, tenant: str, days: int | None) -> ColumnElement[bool] | None:
    """Handled calls of the tenant that came in more than `days` ago."""
    if days is None:
        return None
    return (
        (col(CallRow.tenant) == tenant)
        & (col(CallRow.received_at) < now - timedelta(days=days))
        & col(CallRow.state).not_in(calls.OPEN)
    )


def _has(table: type[ArtefactRow | DraftRow]) -> ColumnElement[bool]:
    return exists().where(col(table.call_id) == col(CallRow.id))


def _has_messages() -> ColumnElement[bool]:
    addressed = exists().where(
        col(AttemptRow.call_id) == col(CallRow.id), col(AttemptRow.address).is_not(None)
    )
    return _has(DraftRow) | addressed


def _ids(tx: Transaction, overdue: ColumnElement[bool] | None, holds: ColumnElement[bool]) -> list[str]:
    if overdue is None:
        return []
    return list(tx.session.exec(select(CallRow.id).where(overdue, holds).limit(BLOCK)).all())


def _count(tx: Transaction, overdue: ColumnElement[bool] | None, holds: ColumnElement[bool]) -> int:
    if overdue is None:
        return 0
    return tx.session.exec(select(func.count()).select_from(CallRow).where(overdue, holds)).one()


def _blanked() -> Any:
    return update(AttemptRow).values(address=None, receipt=None, error=None)


def _forget_contacts(tx: Transaction, call_ids: set[str]) -> None:
    """By whom a call was made goes with the last that is held of it."""
    held = col(CallRow.has_audio).is_(True) | _has(ArtefactRow) | _has(DraftRow)
    for block in blocks(sorted(call_ids)):
        empty = list(tx.session.exec(select(CallRow.id).where(col(CallRow.id).in_(block), ~held)).all())
        _of(tx, empty, update(CallRow).values(caller_number=None, body_sha256=None), col(CallRow.id))
        _of(tx, empty, delete(PersonRow), col(PersonRow.call_id))


def _of(tx: Transaction, call_ids: list[str], statement: Any, column: Any) -> int:
    """Run a statement on the rows of those calls; gives how many rows it touched."""
    return sum(
        tx.session.exec(
            statement.where(column.in_(block)), execution_options={"synchronize_session": False}
        ).rowcount
        for block in blocks(call_ids)
    )
