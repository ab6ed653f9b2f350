"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "revisions",
    "calls",
    "artefacts",
    "drafts",
    "attempts",
    "persons",
    "webhooks",
    "keys",
    "batches",
    "audit",
    "audit_head",
    "workers",
)
NO_HASH = "0" * 64
"""What the first entry of the audit log has before it."""


def upgrade() -> None:
    """Create the tables, and the head of an empty audit log."""
    _create_calls()
    _create_what_calls_hold()
    _create_deliveries()
    _create_the_rest()
    op.execute(f"INSERT INTO audit_head (number, hash) VALUES (0, '{NO_HASH}')")


def downgrade() -> None:
    """Drop all."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_calls() -> None:
    strings = ("external_id", "idempotency_key", "body_sha256", "reason", "started_at", "intent", "urgency")
    more = ("engine", "called_number", "worker", "batch", "audio_type")
    _create(
        "calls",
        *(_text(name) for name in ("id", "tenant", "state", "origin", "accepted_by")),
        *(_text(name, null=True) for name in (*strings, *more)),
        *(_number(name) for name in ("attempts", "generation", "enqueued_generation", "last_draft")),
        *(_number(name, null=True) for name in ("revision", "agent_channel", "outcome_draft")),
        *(_time(name) for name in ("received_at", "updated_at")),
        _bytes("caller_number", null=True),
        _yes_no("has_audio"),
        unique=(("id",), ("tenant", "external_id"), ("tenant", "idempotency_key")),
        indexes=(("tenant", "seq"), ("state", "seq"), ("tenant", "received_at"), ("batch",)),
    )
    _create(
        "batches",
        _text("id"),
        _text("tenant"),
        _time("created_at"),
        unique=(("id",),),
        indexes=(("tenant",),),
    )


def _create_what_calls_hold() -> None:
    _create("artefacts", _text("call_id"), _text("kind"), _bytes("payload"), unique=(("call_id", "kind"),))
    _create(
        "drafts",
        *(_text("call_id"), _number("number"), _text("state"), _number("revises", null=True)),
        *(_bytes("payload"), _text("who", null=True), _time("created_at")),
        unique=(("call_id", "number"),),
    )
    _create(
        "persons",
        *(_text("call_id"), _number("person"), _number("word"), _text("digest"), _bytes("value")),
        indexes=(("call_id",), ("digest",)),
    )


def _create_deliveries() -> None:
    _create(
        "attempts",
        *(_text(name) for name in ("id", "tenant", "call_id", "channel", "idempotency_key", "status")),
        *(_number("draft", null=True), _text("event", null=True), _number("number")),
        *(_time("due_at"), _time("created_at"), _time("started_at", null=True)),
        *(_bytes(name, null=True) for name in ("address", "receipt", "error")),
        unique=(("id",), ("idempotency_key",)),
        indexes=(("call_id",), ("status", "due_at")),
    )
    _create(
        "webhooks",
        *(_text("id"), _text("tenant"), _bytes("url"), sa.Column("events", sa.Text, nullable=False)),
        *(_yes_no("active"), _time("created_at"), _bytes("secret")),
        unique=(("id",),),
        indexes=(("tenant",),),
    )


def _create_the_rest() -> None:
    _create(
        "revisions",
        *(_text("tenant"), _text("kind"), _number("number"), _text("sha256")),
        *(sa.Column("yaml", sa.Text, nullable=False), _text("who"), _time("created_at")),
        unique=(("tenant", "kind", "number"),),
    )
    _create(
        "keys",
        *(_text("id"), _text("label"), _text("role"), sa.Column("tenants", sa.Text), _text("secret_sha256")),
        *(_time("created_at"), _time("revoked_at", null=True)),
        unique=(("id",), ("secret_sha256",)),
    )
    _create(
        "audit",
        *(_number("number"), _time("at"), _text("who"), _text("action"), _text("subject")),
        *(sa.Column("detail", sa.Text, nullable=False), _text("previous"), _text("hash")),
        unique=(("number",),),
        indexes=(("subject",),),
    )
    _create("audit_head", _number("number"), _text("hash"))
    _create("workers", _text("id"), _time("beat_at"), unique=(("id",),), indexes=(("beat_at",),))


def _create(
    table: str,
    *columns: sa.Column[Any],
    unique: tuple[tuple[str, ...], ...] = (),
    indexes: tuple[tuple[str, ...], ...] = (),
) -> None:
    op.create_table(
        table,
        sa.Column("seq", sa.Integer, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("seq", name=f"pk_{table}"),
        *(sa.UniqueConstraint(*names, name=f"uq_{table}_{'_'.join(names)}") for names in unique),
    )
    for names in indexes:
        op.create_index(f"ix_{table}_{'_'.join(names)}", table, list(names))


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String, nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=null)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _bytes(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=null)


def _yes_no(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean, nullable=False)
