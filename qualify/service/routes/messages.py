"""The message of a call: its drafts, and what people decide on them."""

from __future__ import annotations

from qualify.service.auth import Who
from qualify.service.problems import responses
from qualify.service.routes.routing import may, router
from qualify.service.schemas import DecisionIn, DraftList, EditIn
from qualify.service.scope import Kept, Number, Served, VisibleCall
from qualify.store.domain import Draft

route = router("messages")

DECISION = responses("malformed", "conflict")


@route.get("/calls/{call_id}/message", dependencies=may("read"), summary="Le message, en son dernier état")
def get_message(call: VisibleCall, store: Kept) -> Draft:
    """404 where the call has none."""
    return store.draft(call.id)


@route.put(
    "/calls/{call_id}/message",
    dependencies=may("review"),
    summary="Réécrire le message",
    responses=DECISION,
)
def edit_message(call: VisibleCall, body: EditIn, parts: Served, caller: Who) -> Draft:
    """A new draft, to be approved; a sentence left as it was keeps its evidence."""
    draft = parts.store.edit(call.id, body.sentences, who=caller.who, recipient=body.recipient)
    parts.follow_up(call.id)
    return draft


@route.get("/calls/{call_id}/drafts", dependencies=may("read"), summary="Toutes les versions du message")
def list_drafts(call: VisibleCall, store: Kept) -> DraftList:
    """By number; none is ever overwritten."""
    return DraftList(items=store.drafts(call.id))


@route.get("/calls/{call_id}/drafts/{number}", dependencies=may("read"), summary="Une version du message")
def get_draft(call: VisibleCall, number: Number, store: Kept) -> Draft:
    """With its state and who decided on it."""
    return store.draft(call.id, number)


@route.post(
    "/calls/{call_id}/message/approve",
    dependencies=may("review"),
    summary="Approuver : le message part",
    responses=DECISION,
)
def approve_message(call: VisibleCall, parts: Served, caller: Who, body: DecisionIn | None = None) -> Draft:
    """409 where the draft that was read is not the last any more."""
    draft = parts.store.approve(call.id, who=caller.who, number=body.number if body else None)
    parts.follow_up(call.id)
    return draft


@route.post(
    "/calls/{call_id}/message/reject",
    dependencies=may("review"),
    summary="Refuser : le message ne part pas",
    responses=DECISION,
)
def reject_message(call: VisibleCall, parts: Served, caller: Who, body: DecisionIn | None = None) -> Draft:
    """The call needs review again."""
    draft = parts.store.reject(call.id, who=caller.who, number=body.number if body else None)
    parts.follow_up(call.id)
    return draft


@route.post(
    "/calls/{call_id}/message/acknowledge",
    dependencies=may("review"),
    summary="Noter que le client a pris connaissance du message",
    responses=DECISION,
)
def acknowledge_message(
    call: VisibleCall, parts: Served, caller: Who, body: DecisionIn | None = None
) -> Draft:
    """Ends the escalation."""
    draft = parts.store.acknowledge(call.id, who=caller.who, number=body.number if body else None)
    parts.follow_up(call.id)
    return draft
