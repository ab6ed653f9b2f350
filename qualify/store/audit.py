"""The audit log: who did what, each entry's hash covering its content and the hash before it.

The head, locked while an entry is written, keeps the chain in one piece and shows entries cut off its end.
Details name no person and no number: the log outlives what is erased.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from qualify.store.database import Transaction
from qualify.store.domain import AuditCheck, AuditEntry, Detail, Page
from qualify.store.errors import StoreError
from qualify.store.lists import page
from qualify.store.tables import AuditHeadRow, AuditRow

NO_HASH = "0" * 64
_BLOCK = 1000


def append(tx: Transaction, who: str, action: str, subject: str, detail: Detail) -> AuditEntry:
    """Write the next entry."""
    head = tx.session.exec(select(AuditHeadRow).with_for_update()).one_or_none()
    if head is None:
        raise StoreError("journal d'audit sans tête : la base a été modifiée par un autre programme")
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    number, previous = head.number + 1, head.hash
    digest = _hash(number, tx.now, who, action, subject, text, previous)
    row = AuditRow(
        number=number,
        at=tx.now,
        who=who,
        action=action,
        subject=subject,
        detail=text,
        previous=previous,
        hash=digest,
    )
    head.number, head.hash = number, digest
    tx.session.add_all((row, head))
    return _entry(row)


def entries(session: Session, *, subject: str | None, cursor: str | None, limit: int) -> Page[AuditEntry]:
    """The log, the newest first."""
    query = select(AuditRow)
    if subject is not None:
        query = query.where(AuditRow.subject == subject)
    return page(session, query, AuditRow, _entry, cursor=cursor, limit=limit)


def verify(session: Session) -> AuditCheck:
    """Read the chain from its first entry to the head."""
    head = session.exec(select(AuditHeadRow)).one_or_none()
    number, previous = 0, NO_HASH
    while rows := session.exec(_after(number)).all():
        for row in rows:
            if not _follows(row, number + 1, previous):
                return AuditCheck(entries=number, head=previous, broken=number + 1)
            number, previous = row.number, row.hash
        session.expunge_all()
    whole = head is not None and (head.number, head.hash) == (number, previous)
    return AuditCheck(entries=number, head=previous, broken=None if whole else number + 1)


def _after(number: int) -> SelectOfScalar[AuditRow]:
    return select(AuditRow).where(col(AuditRow.number) > number).order_by(col(AuditRow.number)).limit(_BLOCK)


def _follows(row: AuditRow, number: int, previous: str) -> bool:
    digest = _hash(row.number, row.at, row.who, row.action, row.subject, row.detail, row.previous)
    return (row.number, row.previous, row.hash) == (number, previous, digest)


def _hash(number: int, at: datetime, who: str, action: str, subject: str, detail: str, previous: str) -> str:
    content = json.dumps([number, at.isoformat(), who, action, subject, detail, previous])
    return hashlib.sha256(content.encode()).hexdigest()


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        who=row.who,
        action=row.action,
        subject=row.subject,
        detail=json.loads(row.detail),
        previous=row.previous,
        hash=row.hash,
    )
