"""Where tenants want events posted; the secret signs (Standard Webhooks) and is shown once."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence

from sqlmodel import col, select

from qualify.store import audit
from qualify.store.database import Transaction
from qualify.store.domain import Webhook
from qualify.store.errors import NotFoundError
from qualify.store.lists import new_id
from qualify.store.tables import WebhookRow

SECRET_BYTES = 32


def create(tx: Transaction, tenant: str, url: str, events: Sequence[str], *, who: str) -> tuple[Webhook, str]:
    """The webhook and its secret."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    row = WebhookRow(
        id=new_id("wh"),
        tenant=tenant,
        url=b"",
        events=json.dumps(list(events)),
        active=True,
        created_at=tx.now,
        secret=b"",
    )
    row.url, row.secret = tx.sealed(row, "url", url), tx.sealed(row, "secret", secret)
    tx.session.add(row)
    audit.append(tx, who, "webhook.create", row.id, {"tenant": tenant})
    return _webhook(tx, row), secret


def listed(tx: Transaction, tenants: Sequence[str] | None) -> tuple[Webhook, ...]:
    """By creation."""
    query = select(WebhookRow).order_by(col(WebhookRow.seq))
    if tenants is not None:
        query = query.where(col(WebhookRow.tenant).in_(tenants))
    return tuple(_webhook(tx, row) for row in tx.session.exec(query).all())


def one(tx: Transaction, webhook_id: str) -> Webhook:
    """NotFoundError where there is none."""
    return _webhook(tx, _row(tx, webhook_id))


def secret(tx: Transaction, webhook_id: str) -> str:
    """For signing."""
    return tx.opened(_row(tx, webhook_id), "secret")


def change(
    tx: Transaction,
    webhook_id: str,
    *,
    who: str,
    url: str | None,
    events: Sequence[str] | None,
    active: bool | None,
) -> Webhook:
    """Change what is not None."""
    row = _row(tx, webhook_id)
    row.url = row.url if url is None else tx.sealed(row, "url", url)
    row.events = row.events if events is None else json.dumps(list(events))
    row.active = row.active if active is None else active
    tx.session.add(row)
    audit.append(tx, who, "webhook.change", webhook_id, {"active": row.active})
    return _webhook(tx, row)


def remove(tx: Transaction, webhook_id: str, *, who: str) -> None:
    """NotFoundError where there is none."""
    tx.session.delete(_row(tx, webhook_id))
    audit.append(tx, who, "webhook.remove", webhook_id, {})


def _row(tx: Transaction, webhook_id: str) -> WebhookRow:
    row = tx.session.exec(select(WebhookRow).where(WebhookRow.id == webhook_id)).one_or_none()
    if row is None:
        raise NotFoundError("le webhook", webhook_id)
    return row


def _webhook(tx: Transaction, row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id,
        tenant=row.tenant,
        url=tx.opened(row, "url"),
        events=tuple(json.loads(row.events)),
        active=row.active,
        created_at=row.created_at,
    )
