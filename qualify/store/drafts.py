"""Drafts of a call's message: a new one revises the one before, and nothing that was sent changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlmodel import Session, col, select, update

from qualify import __version__
from qualify.records import Maker, Message, Sentence
from qualify.store import audit, calls
from qualify.store.database import Transaction
from qualify.store.domain import Draft, DraftState
from qualify.store.errors import NotFoundError, StateError
from qualify.store.tables import AttemptRow, CallRow, DraftRow

DRAFT = "le message"
GONE: tuple[DraftState, ...] = ("sent", "acknowledged")
"""States of a draft that has left the house."""


def listed(tx: Transaction, call_id: str) -> tuple[Draft, ...]:
    """All drafts by number."""
    calls.row_of(tx.session, call_id)
    query = select(DraftRow).where(DraftRow.call_id == call_id).order_by(col(DraftRow.number))
    return tuple(_draft(tx, row) for row in tx.session.exec(query).all())


def one(tx: Transaction, call_id: str, number: int | None) -> Draft:
    """A draft by number, the last without."""
    return _draft(tx, _row(tx.session, call_id, number))


def keep_engines(tx: Transaction, call: CallRow, message: Message | None) -> Draft | None:
    """The call's draft after the engine drafted `message`: the last one where it says the same, or has left
    and there is nothing to say any more.
    """
    last = _last(tx.session, call.id)
    if message is None:
        if last is not None and last.state in GONE:
            return _draft(tx, last)
        reject_open(tx, call.id)
        return None
    if last is None or last.state == "rejected" or _says(_draft(tx, last).message) != _says(message):
        last = _add(tx, call, message, last, who=None)
    call.outcome_draft = last.number
    return _draft(tx, last)


def approve(tx: Transaction, call_id: str, number: int | None, *, who: str) -> Draft:
    """The last draft may leave."""
    call, row = _last_of(tx, call_id, number)
    if row.state == "rejected":
        raise StateError("ce message a été rejeté")
    if row.state == "drafted":
        _set(tx, row, "approved", who=who, action="draft.approve")
    if row.state == "approved" and call.state != "ready":
        call.state, call.reason = "ready", None
        calls.touched(tx, call)
    return _draft(tx, row)


def reject(tx: Transaction, call_id: str, number: int | None, *, who: str) -> Draft:
    """The last draft may not leave."""
    call, row = _last_of(tx, call_id, number)
    if row.state in GONE:
        raise StateError("ce message est déjà parti")
    if row.state != "rejected":
        _supersede(tx, row)
        _set(tx, row, "rejected", who=who, action="draft.reject")
        call.state, call.reason = "needs_review", None
        calls.touched(tx, call)
    return _draft(tx, row)


def acknowledge(tx: Transaction, call_id: str, number: int | None, *, who: str) -> Draft:
    """The client has seen a draft, the last that left or was approved."""
    call = calls.row_of(tx.session, call_id, locked=True)
    row = _row(tx.session, call_id, number) if number is not None else _last_approved(tx.session, call_id)
    if row.state in ("drafted", "rejected"):
        raise StateError("ce message n'est pas parti")
    if row.state != "acknowledged":
        _set(tx, row, "acknowledged", who=who, action="draft.acknowledge")
        settle_call(tx, call, row)
    return _draft(tx, row)


def edit(
    tx: Transaction, call_id: str, sentences: Sequence[str], *, who: str, recipient: str | None
) -> Draft:
    """A draft in a person's words."""
    call = calls.row_of(tx.session, call_id, locked=True)
    if call.state in calls.OPEN or call.reason == calls.ERASED:
        raise StateError("cet appel est en traitement, ou a été effacé")
    last = _last(tx.session, call_id)
    message = edited(_draft(tx, last).message if last else None, sentences, who=who, recipient=recipient)
    row = _add(tx, call, message, last, who=who)
    call.state, call.reason = "needs_review", None
    calls.touched(tx, call)
    audit.append(tx, who, "draft.edit", call_id, {"number": row.number, "revises": row.revises})
    return _draft(tx, row)


def edited(message: Message | None, sentences: Sequence[str], *, who: str, recipient: str | None) -> Message:
    """The message that a person wrote over another: what it keeps word for word keeps its evidence."""
    kept = {sentence.text: sentence for sentence in message.sentences} if message else {}
    return Message(
        sentences=tuple(kept.get(text) or Sentence(text=text, kind="fixed") for text in sentences),
        recipient=recipient or (message.recipient if message else None),
        made_by=Maker(engine=f"person:{who}", version=__version__),
    )


def left(tx: Transaction, call_id: str, number: int, *, acknowledged: bool) -> None:
    """A delivery brought the draft to its recipient; nothing to note where it was purged meanwhile."""
    call = calls.row_of(tx.session, call_id, locked=True)
    query = select(DraftRow).where(DraftRow.call_id == call_id, DraftRow.number == number)
    row = tx.session.exec(query).one_or_none()
    if row is not None and row.state != "acknowledged":
        row.state = "acknowledged" if acknowledged else "sent"
        tx.session.add(row)
        settle_call(tx, call, row)


def settle_call(tx: Transaction, call: CallRow, row: DraftRow) -> None:
    """The call goes by its last draft, unless it waits to be handled anew."""
    if row.number == call.last_draft and call.state not in calls.OPEN and call.reason != calls.ERASED:
        call.state, call.reason = row.state, None
        calls.touched(tx, call)


def reject_open(tx: Transaction, call_id: str) -> None:
    """What has not left yet does not leave any more."""
    if (last := _last(tx.session, call_id)) is not None:
        _supersede(tx, last)


def _add(
    tx: Transaction, call: CallRow, message: Message, last: DraftRow | None, *, who: str | None
) -> DraftRow:
    if last is not None:
        _supersede(tx, last)
    call.last_draft += 1
    revises = last.number if last else None
    row = DraftRow(
        call_id=call.id,
        number=call.last_draft,
        state="drafted",
        revises=revises,
        payload=b"",
        who=who,
        created_at=tx.now,
    )
    message = message.model_copy(update={"revises": f"{call.id}:{revises}" if revises else None})
    row.payload = tx.sealed(row, "payload", message.model_dump_json())
    tx.session.add_all((row, call))
    tx.session.flush()
    return row


def _supersede(tx: Transaction, row: DraftRow) -> None:
    """A draft that has not left is rejected, and its deliveries that have not begun are off."""
    if row.state in GONE:
        return
    row.state = "rejected"
    tx.session.add(row)
    tx.session.exec(
        update(AttemptRow)
        .where(
            col(AttemptRow.call_id) == row.call_id,
            col(AttemptRow.draft) == row.number,
            col(AttemptRow.event).is_(None),
            col(AttemptRow.status) == "pending",
            col(AttemptRow.started_at).is_(None),
        )
        .values(status="dead")
    )


def _set(tx: Transaction, row: DraftRow, state: DraftState, *, who: str, action: str) -> None:
    row.state, row.who = state, who
    tx.session.add(row)
    audit.append(tx, who, action, row.call_id, {"number": row.number})


def _last_of(tx: Transaction, call_id: str, number: int | None) -> tuple[CallRow, DraftRow]:
    """The call and its last draft; StateError where another number is meant or the call waits."""
    call = calls.row_of(tx.session, call_id, locked=True)
    row = _row(tx.session, call_id, None)
    if number not in (None, row.number):
        raise StateError(f"le message n° {number} a été remplacé par le n° {row.number}")
    if call.state in calls.OPEN:
        raise StateError("cet appel est en attente ou en traitement")
    return call, row


def _last(session: Session, call_id: str) -> DraftRow | None:
    query = select(DraftRow).where(DraftRow.call_id == call_id)
    return session.exec(query.order_by(col(DraftRow.number).desc()).limit(1)).one_or_none()


def _last_approved(session: Session, call_id: str) -> DraftRow:
    query = select(DraftRow).where(
        DraftRow.call_id == call_id, col(DraftRow.state).in_(("approved", "sent", "acknowledged"))
    )
    row = session.exec(query.order_by(col(DraftRow.number).desc()).limit(1)).one_or_none()
    return row or _row(session, call_id, None)


def _row(session: Session, call_id: str, number: int | None) -> DraftRow:
    query = select(DraftRow).where(DraftRow.call_id == call_id, DraftRow.number == number)
    row = _last(session, call_id) if number is None else session.exec(query).one_or_none()
    if row is None:
        calls.row_of(session, call_id)
        raise NotFoundError(DRAFT, f"{call_id}, n° {number or 1}")
    return row


def _draft(tx: Transaction, row: DraftRow) -> Draft:
    message = Message.model_validate_json(tx.opened(row, "payload"))
    return Draft(
        call=row.call_id,
        number=row.number,
        state=cast(DraftState, row.state),
        revises=row.revises,
        message=message,
        recipient=message.recipient,
        who=row.who,
        created_at=row.created_at,
    )


def _says(message: Message) -> tuple[object, ...]:
    return (message.recipient, *(sentence.text for sentence in message.sentences))
