"""The records made of a call, sealed: its transcript, its qualification, and the rest of its outcome."""

from __future__ import annotations

from typing import Literal, TypeVar

from sqlmodel import col, delete, select

from qualify.records import Record
from qualify.store.database import Transaction
from qualify.store.tables import ArtefactRow

Kind = Literal["transcript", "qualification", "outcome"]

R = TypeVar("R", bound=Record)


def add(tx: Transaction, call_id: str, kind: Kind, record: Record) -> None:
    """Keep the record of a call that has none of that kind."""
    row = ArtefactRow(call_id=call_id, kind=kind, payload=b"")
    row.payload = tx.sealed(row, "payload", record.model_dump_json())
    tx.session.add(row)


def put(tx: Transaction, call_id: str, kind: Kind, record: Record | None) -> None:
    """Keep the record in place of the one before; None leaves none."""
    tx.session.exec(
        delete(ArtefactRow).where(col(ArtefactRow.call_id) == call_id, col(ArtefactRow.kind) == kind)
    )
    if record is not None:
        add(tx, call_id, kind, record)


def read(tx: Transaction, call_id: str, kind: Kind, model: type[R]) -> R | None:
    """The record; None where there is none."""
    query = select(ArtefactRow).where(ArtefactRow.call_id == call_id, ArtefactRow.kind == kind)
    row = tx.session.exec(query).one_or_none()
    return model.model_validate_json(tx.opened(row, "payload")) if row else None
