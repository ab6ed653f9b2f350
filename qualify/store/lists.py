"""Lists by cursor: rows in the order of their creation, the newest first."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from sqlmodel import Session, col
from sqlmodel.sql.expression import SelectOfScalar

from qualify.store.domain import Page
from qualify.store.errors import CursorError
from qualify.store.tables import Row

MAX_LIMIT = 500
"""Most items of one page."""
_PREFIX = b"seq:"
_BLOCK = 500

R = TypeVar("R", bound=Row)
T = TypeVar("T")


def new_id(kind: str) -> str:
    """An id that cannot be guessed: `call_3f…`, 96 random bits."""
    return f"{kind}_{secrets.token_hex(12)}"


def blocks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in parts: databases limit the values of one statement."""
    return (items[start : start + _BLOCK] for start in range(0, len(items), _BLOCK))


def page(
    session: Session,
    query: SelectOfScalar[R],
    row_type: type[R],
    record_of: Callable[[R], T],
    *,
    cursor: str | None,
    limit: int,
) -> Page[T]:
    """One page of a query's rows as records; CursorError for a cursor that is none of ours."""
    limit = min(max(limit, 1), MAX_LIMIT)
    if cursor is not None:
        query = query.where(col(row_type.seq) < _read(cursor))
    rows = session.exec(query.order_by(col(row_type.seq).desc()).limit(limit + 1)).all()
    following = _written(rows[limit - 1].seq) if len(rows) > limit else None
    return Page(items=tuple(record_of(row) for row in rows[:limit]), next=following)


def _written(seq: Any) -> str:
    return base64.urlsafe_b64encode(_PREFIX + str(seq).encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        number = int(raw.removeprefix(_PREFIX))
    except (binascii.Error, ValueError) as error:
        raise CursorError(cursor) from error
    if not raw.startswith(_PREFIX) or not 0 <= number < 2**31:
        raise CursorError(cursor)
    return number
