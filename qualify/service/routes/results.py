"""What was made of a call: transcript, qualification, evidence, outcome; and its recording."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import Header, Response
from fastapi.responses import StreamingResponse

from qualify.records import Outcome, Qualification, Transcript
from qualify.service.auth import Who
from qualify.service.problems import ProblemError, refuse, responses
from qualify.service.proofs import proofs
from qualify.service.ranges import UnsatisfiableError, byte_range
from qualify.service.routes.routing import may, router
from qualify.service.schemas import EvidenceList
from qualify.service.scope import Kept, VisibleCall
from qualify.store.domain import Call

route = router("résultats")

T = TypeVar("T")
_SOUND: dict[str, Any] = {"audio/*": {"schema": {"type": "string", "format": "binary"}}}
_PLAIN_TYPE = "application/octet-stream"


@route.get("/calls/{call_id}/transcript", dependencies=may("read"), summary="Ce qui a été dit")
def get_transcript(call: VisibleCall, store: Kept) -> Transcript:
    """Turns in the order of their starts."""
    return _made(store.transcript(call.id), call)


@route.get("/calls/{call_id}/qualification", dependencies=may("read"), summary="Ce qu'est l'appel")
def get_qualification(call: VisibleCall, store: Kept) -> Qualification:
    """Intent, urgency, fields and instructions, each with confidence and evidence."""
    return _made(store.qualification(call.id), call)


@route.get("/calls/{call_id}/outcome", dependencies=may("read"), summary="Tout le résultat")
def get_outcome(call: VisibleCall, store: Kept) -> Outcome:
    """With the reasons for which a human must look, and the seconds by stage."""
    return _made(store.outcome(call.id), call)


@route.get("/calls/{call_id}/evidence", dependencies=may("read"), summary="Ce qui prouve quoi, et quand")
def get_evidence(call: VisibleCall, store: Kept) -> EvidenceList:
    """The words behind the qualification and the last draft, with their second in the recording."""
    transcript = _made(store.transcript(call.id), call)
    drafts = store.drafts(call.id)
    message = drafts[-1].message if drafts else None
    items = proofs(transcript, store.qualification(call.id), message)
    return EvidenceList(call=call.id, items=tuple(items))


@route.get(
    "/calls/{call_id}/audio",
    dependencies=may("read"),
    summary="L'enregistrement, en entier ou par plages",
    response_class=StreamingResponse,
    responses={
        200: {"content": _SOUND, "description": "Tout l'enregistrement"},
        206: {"content": _SOUND, "description": "La plage demandée"},
        **responses("range_not_satisfiable"),
    },
)
def get_audio(
    call: VisibleCall,
    store: Kept,
    caller: Who,
    wanted: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
) -> Response:
    """Who listens is written into the audit log, once a hearing: where it begins."""
    reader = store.open_audio(call.id)
    try:
        part = byte_range(wanted, reader.size)
    except UnsatisfiableError:
        raise _outside(reader.size) from None
    start, end = part or (0, reader.size)
    if start == 0:
        store.note(caller.who, "audio.read", call.id)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{reader.size}"
    return StreamingResponse(
        reader.chunks(start, end),
        206 if part else 200,
        headers,
        media_type=reader.media_type or _PLAIN_TYPE,
    )


def _made(thing: T | None, call: Call) -> T:
    """What was made; where it was not, or is gone, the problem that says which."""
    if thing is not None:
        return thing
    if call.state in ("queued", "processing"):
        raise refuse("not_found", "L'appel n'est pas encore traité.")
    raise refuse("not_found", "Rien de tel pour cet appel : ce n'a pas pu être fait, ou a été supprimé.")


def _outside(size: int) -> ProblemError:
    return refuse("range_not_satisfiable", headers={"Content-Range": f"bytes */{size}"})
