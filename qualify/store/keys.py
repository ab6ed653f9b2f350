"""API keys: the secret is 256 random bits, so its plain SHA-256 is enough to keep."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import cast

from sqlmodel import Session, col, select

from qualify.store import audit
from qualify.store.database import Transaction
from qualify.store.domain import Key, Role
from qualify.store.errors import NotFoundError
from qualify.store.lists import new_id
from qualify.store.tables import KeyRow

PREFIX = "qk_"
"""By which a leaked secret is recognised."""


def create(
    tx: Transaction, name: str, role: Role, *, tenants: Sequence[str] | None, who: str
) -> tuple[Key, str]:
    """The key and its secret."""
    secret = PREFIX + secrets.token_urlsafe(32)
    row = KeyRow(
        id=new_id("key"),
        label=name,
        role=role,
        tenants=None if tenants is None else json.dumps(list(tenants)),
        secret_sha256=_digest(secret),
        created_at=tx.now,
    )
    tx.session.add(row)
    audit.append(tx, who, "key.create", row.id, {"role": role, "tenants": row.tenants})
    return _key(row), secret


def by_secret(session: Session, secret: str) -> Key | None:
    """The key, unless revoked."""
    query = select(KeyRow).where(KeyRow.secret_sha256 == _digest(secret), col(KeyRow.revoked_at).is_(None))
    row = session.exec(query).one_or_none()
    return _key(row) if row else None


def listed(session: Session) -> tuple[Key, ...]:
    """By creation."""
    return tuple(_key(row) for row in session.exec(select(KeyRow).order_by(col(KeyRow.seq))).all())


def one(session: Session, key_id: str) -> Key:
    """NotFoundError where there is none."""
    return _key(_row(session, key_id))


def revoke(tx: Transaction, key_id: str, *, who: str) -> Key:
    """The key opens nothing any more."""
    row = _row(tx.session, key_id)
    if row.revoked_at is None:
        row.revoked_at = tx.now
        tx.session.add(row)
        audit.append(tx, who, "key.revoke", key_id, {})
    return _key(row)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _row(session: Session, key_id: str) -> KeyRow:
    row = session.exec(select(KeyRow).where(KeyRow.id == key_id)).one_or_none()
    if row is None:
        raise NotFoundError("la clé d'accès", key_id)
    return row


def _key(row: KeyRow) -> Key:
    return Key(
        id=row.id,
        name=row.label,
        role=cast(Role, row.role),
        tenants=None if row.tenants is None else tuple(json.loads(row.tenants)),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
