"""What leaves because a call has come as far as it has: its message, its escalation, its events.

Planning is idempotent: each delivery has a key that follows from what it is for, and the store keeps one
a key. So whoever changed a call, or finds it changed, plans all that its present state asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from qualify.delivery.escalation import steps
from qualify.delivery.events import EventType
from qualify.delivery.plan import idempotency_key, planned, planned_for
from qualify.delivery.policy import release
from qualify.rendering.settings import DeliverySettings
from qualify.store import StateError, Store
from qualify.store.domain import Attempt, Call, Draft

POLICY = "policy"
"""Who approves a draft that may leave without a human, as the audit log has it."""
MOST_ATTEMPTS = 1000
"""More than any call has deliveries."""
LEAVING = ("approved", "sent")
"""States of a draft that is to reach its recipients."""


def plan(store: Store, call_id: str, *, now: datetime) -> tuple[Attempt, ...]:
    """Plan all that a call's present state lets leave; what was planned before comes back as it is."""
    call = store.call(call_id)
    settings = store.delivery(call.tenant)
    drafts = store.drafts(call_id)
    if drafts:
        drafts = (*drafts[:-1], _released(store, call, drafts[-1], settings))
    made = list(_events(store, call, drafts, now))
    if drafts and drafts[-1].state in LEAVING:
        made += _message(store, call, drafts[-1], settings, now)
    return tuple(made)


def _released(store: Store, call: Call, draft: Draft, settings: DeliverySettings) -> Draft:
    """The last draft, approved where the tenant's settings let it leave by itself."""
    outcome = store.outcome(call.id) if draft.state == "drafted" and draft.who is None else None
    if outcome is None or not release(outcome, settings, revises=draft.revises is not None).allowed:
        return draft
    try:
        return store.approve(call.id, who=POLICY, number=draft.number)
    except StateError:  # somebody edited or rejected it, or has the call handled anew, this very moment
        return draft


def _message(
    store: Store, call: Call, draft: Draft, settings: DeliverySettings, now: datetime
) -> Iterator[Attempt]:
    """The message to its recipients at once, and to each contact of the escalation in its turn."""
    urgency = call.urgency or "normal"
    where = planned(settings, call=call.id, draft=draft.number, person=draft.recipient, urgency=urgency)
    due = [(now, parcel) for parcel in where]
    if settings.escalation is not None:
        tenant = store.instructions(call.tenant, call.revision)
        started_at = _first_planned_at(store, draft, now).astimezone(tenant.zone)
        for step in steps(settings.escalation, tenant, urgency=urgency, started_at=started_at):
            told = planned_for(step.contact, call=call.id, draft=draft.number, step=step.number)
            due += [(step.due_at.astimezone(UTC), parcel) for parcel in told]
    for due_at, parcel in due:
        yield store.plan_attempt(
            call.id,
            channel=parcel.channel,
            address=parcel.address,
            idempotency_key=parcel.idempotency_key,
            due_at=due_at,
            draft=draft.number,
        )


def _first_planned_at(store: Store, draft: Draft, now: datetime) -> datetime:
    """When a draft's deliveries were planned first: planned again, an escalation has the same steps."""
    attempts = store.attempts(call_id=draft.call, limit=MOST_ATTEMPTS).items
    return min((a.created_at for a in attempts if (a.draft, a.event) == (draft.number, None)), default=now)


def _events(store: Store, call: Call, drafts: tuple[Draft, ...], now: datetime) -> Iterator[Attempt]:
    """Each event that has happened, to each webhook that wants it."""
    listening = [hook for hook in store.webhooks(tenants=[call.tenant]) if hook.active]
    for kind, draft, occasion in _happened(call, drafts):
        for hook in listening:
            if kind in hook.events:
                yield store.plan_attempt(
                    call.id,
                    channel="webhook",
                    address=hook.id,
                    idempotency_key=idempotency_key(f"{call.id}/{occasion}/{kind}", "webhook", hook.id),
                    due_at=now,
                    draft=draft,
                    event=kind,
                )


def _happened(call: Call, drafts: tuple[Draft, ...]) -> Iterator[tuple[EventType, int | None, str]]:
    """Events, the draft that each is about, and what makes one that happens again another one."""
    again = f"generation/{call.generation}"
    if call.state == "failed":
        yield "call.failed", None, again
    if call.intent is not None:
        yield "transcript.created", None, again
        yield "qualification.created", None, again
    for draft in drafts:
        occasion = str(draft.number)
        yield "message.drafted", draft.number, occasion
        if draft.state in (*LEAVING, "acknowledged"):
            yield "message.approved", draft.number, occasion
        if draft.state in ("sent", "acknowledged"):
            yield "message.sent", draft.number, occasion
        if draft.state == "acknowledged":
            yield "message.acknowledged", draft.number, occasion
