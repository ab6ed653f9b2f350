"""Calls as vCon: one accepted for a tenant, any exported. `service/vcon.py` says which draft."""

from __future__ import annotations

import io
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from qualify.service import vcon
from qualify.service.accepting import keep
from qualify.service.auth import Who
from qualify.service.bodies import JSON, media_type
from qualify.service.examples import VCON
from qualify.service.problems import refuse, responses
from qualify.service.routes.calls import ACCEPTED, IdempotencyKey
from qualify.service.routes.routing import may, router
from qualify.service.scope import Kept, Served, VisibleCall, VisibleTenant
from qualify.store.domain import Call

route = router("vCon")


_DOCUMENT: dict[str, Any] = {"schema": {"type": "object"}, "example": VCON}
VCON_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {vcon.MEDIA_TYPE: _DOCUMENT, JSON: _DOCUMENT}}
}


class VconResponse(JSONResponse):
    """JSON under the name of the draft."""

    media_type = vcon.MEDIA_TYPE


@route.post(
    "/tenants/{tenant}/vcons",
    dependencies=may("submit"),
    status_code=202,
    summary="Confier un appel sous forme de vCon",
    openapi_extra=VCON_BODY,
    responses={
        **ACCEPTED,
        **responses(
            "malformed", "idempotency_conflict", "too_large", "unsupported_media_type", "invalid_recording"
        ),
    },
)
async def create_call_of_vcon(
    tenant: VisibleTenant,
    request: Request,
    response: Response,
    parts: Served,
    caller: Who,
    idempotency_key: IdempotencyKey = None,
) -> Call:
    """Its UUID becomes the call's `external_id`; a recording must be inside, nothing is fetched."""
    if media_type(request) not in (*vcon.MEDIA_TYPES, JSON):
        raise refuse("unsupported_media_type", f"« Content-Type » attendu : {vcon.MEDIA_TYPE}.")
    document = await request.body()

    def read_and_keep() -> Call:
        read = vcon.read(document, parts.store.instructions(tenant))
        new = read.call.model_copy(update={"idempotency_key": idempotency_key})
        return keep(new, io.BytesIO(read.audio) if read.audio else None, caller, parts)

    call = await run_in_threadpool(read_and_keep)
    response.headers["Location"] = f"/v1/calls/{call.id}"
    return call


@route.get(
    "/calls/{call_id}/vcon",
    dependencies=may("read"),
    summary="L'appel sous forme de vCon",
    response_class=VconResponse,
    responses={200: {"content": {vcon.MEDIA_TYPE: _DOCUMENT}}},
)
def get_vcon(
    call: VisibleCall,
    store: Kept,
    caller: Who,
    audio: Annotated[bool, Query(description="Avec l'enregistrement, s'il y en a un.")] = False,
) -> VconResponse:
    """Without its recording it says that it is redacted."""
    sound = None
    if audio and call.has_audio:
        store.note(caller.who, "audio.read", call.id)
        reader = store.open_audio(call.id)
        sound = reader.read(0, reader.size)
    tenant = store.instructions(call.tenant, call.revision)
    document = vcon.write(call, store.outcome(call.id), tenant, audio=sound)
    return VconResponse(document)
