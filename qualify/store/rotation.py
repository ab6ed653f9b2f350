"""Encrypting anew what is under another key than the ring's first, a block of rows at a time."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from qualify.store.database import Transaction
from qualify.store.keyring import key_of
from qualify.store.tables import PersonRow

BLOCK = 200
"""Rows of one transaction."""


def rotate_block(tx: Transaction, table: type[Any], after: int) -> tuple[int | None, int]:
    """Seal the next rows anew; gives the last row's `seq` (None at the end) and how many values changed."""
    query = select(table).where(col(table.seq) > after).order_by(col(table.seq)).limit(BLOCK)
    rows = tx.session.exec(query.with_for_update()).all()
    changed = sum(_reseal(tx, row, column) for row in rows for column in table.SEALED)
    return (rows[-1].seq if rows else None), changed


def _reseal(tx: Transaction, row: Any, column: str) -> bool:
    sealed: bytes | None = getattr(row, column)
    if sealed is None or key_of(sealed) == tx.ring.first.id:
        return False
    value = tx.opened(row, column)
    setattr(row, column, tx.sealed(row, column, value))
    if isinstance(row, PersonRow):
        row.digest = tx.ring.lookups(value)[0]
    tx.session.add(row)
    return True
