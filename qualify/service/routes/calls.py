"""Calls: brought in, listed, handled anew, set aside."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Query, Request, Response
from pydantic import AfterValidator, AwareDatetime
from starlette.concurrency import run_in_threadpool

from qualify.records import Urgency
from qualify.service.accepting import accept, check_engine
from qualify.service.auth import Who
from qualify.service.bodies import JSON, MULTIPART, read_call
from qualify.service.problems import responses
from qualify.service.routes.routing import may, router
from qualify.service.schemas import TEXT_PATTERN, ReprocessIn, SkipIn, plausible
from qualify.service.scope import (
    SLUG_PATTERN,
    Cursor,
    Kept,
    Limit,
    Served,
    VisibleCall,
    visible,
)
from qualify.store.domain import AuditEntry, Call, CallFilter, CallState, Page

route = router("appels")

CALL_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/CallIn"}},
            MULTIPART: {"schema": {"$ref": "#/components/schemas/RecordingForm"}},
        },
    }
}
"""Read by `bodies.read_call`; FastAPI can't tell of two kinds of bodies."""
LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Où suivre l'appel."}}
ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"description": "Gardé, sera traité", "headers": LOCATION}}

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="La même clé et le même contenu donnent le même appel ; un autre contenu, 409.",
    ),
]
Time = Annotated[AwareDatetime, AfterValidator(plausible)]


@route.post(
    "/calls",
    dependencies=may("submit"),
    status_code=202,
    summary="Confier un appel : sa transcription (JSON) ou son enregistrement (multipart)",
    openapi_extra=CALL_BODY,
    responses={
        **ACCEPTED,
        **responses("malformed", "conflict", "idempotency_conflict", "too_large", "unsupported_media_type"),
    },
)
async def create_call(
    request: Request, response: Response, parts: Served, caller: Who, idempotency_key: IdempotencyKey = None
) -> Call:
    """202 once the call is kept for good; the same request again gives the same call."""
    incoming = await read_call(request, parts.settings.limits)
    call = await run_in_threadpool(accept, incoming, caller, parts, idempotency_key=idempotency_key)
    response.headers["Location"] = f"/v1/calls/{call.id}"
    return call


@route.get("/calls", dependencies=may("read"), summary="Les appels, le dernier reçu d'abord")
def list_calls(
    store: Kept,
    caller: Who,
    tenant: Annotated[str | None, Query(pattern=SLUG_PATTERN, max_length=100)] = None,
    state: CallState | None = None,
    urgency: Urgency | None = None,
    batch: Annotated[str | None, Query(max_length=100, pattern=TEXT_PATTERN)] = None,
    external_id: Annotated[str | None, Query(max_length=200, pattern=TEXT_PATTERN)] = None,
    since: Annotated[Time | None, Query(description="Reçus à cet instant ou après.")] = None,
    until: Annotated[Time | None, Query(description="Reçus avant cet instant.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Call]:
    """Of the tenants that the key is for."""
    which = CallFilter(
        tenants=visible(caller, tenant, key="query.tenant"),
        tenant=tenant,
        state=state,
        urgency=urgency,
        batch=batch,
        external_id=external_id,
        since=since,
        until=until,
    )
    return store.calls(which, cursor=cursor, limit=limit)


@route.get("/calls/{call_id}", dependencies=may("read"), summary="Un appel et son état")
async def get_call(call: VisibleCall) -> Call:
    """How far the call has come."""
    return call


@route.post(
    "/calls/{call_id}/reprocess",
    dependencies=may("configure"),
    status_code=202,
    summary="Traiter à nouveau, avec d'autres consignes ou un autre moteur",
    responses={**ACCEPTED, **responses("malformed", "conflict")},
)
def reprocess_call(
    call: VisibleCall, parts: Served, caller: Who, response: Response, body: ReprocessIn | None = None
) -> Call:
    """What was sent stays as it is; what comes out is a new draft that revises it."""
    asked = body or ReprocessIn()
    check_engine(asked.engine, parts.settings)
    if asked.revision is not None:
        parts.store.revision(call.tenant, asked.revision)
    queued = parts.store.reprocess(call.id, who=caller.who, revision=asked.revision, engine=asked.engine)
    parts.handle(call.id)
    response.headers["Location"] = f"/v1/calls/{call.id}"
    return queued


@route.post(
    "/calls/{call_id}/skip",
    dependencies=may("review"),
    summary="Écarter un appel : rien ne sera envoyé",
    responses=responses("malformed", "conflict"),
)
def skip_call(call: VisibleCall, parts: Served, caller: Who, body: SkipIn | None = None) -> Call:
    """409 where something was sent."""
    skipped = parts.store.skip(call.id, code=(body or SkipIn()).code, who=caller.who)
    parts.follow_up(call.id)
    return skipped


@route.get("/calls/{call_id}/audit", dependencies=may("configure"), summary="Ce qui est arrivé à un appel")
def get_trail(call: VisibleCall, store: Kept, cursor: Cursor = None, limit: Limit = 50) -> Page[AuditEntry]:
    """The call's entries of the audit log, the newest first."""
    return store.audit(subject=call.id, cursor=cursor, limit=limit)
