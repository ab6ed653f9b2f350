"""Bodies that are no plain JSON: YAML files, and calls that come as words, as a recording or as a vCon."""

from __future__ import annotations

from typing import Any, BinaryIO, NamedTuple, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from qualify import __version__
from qualify.records import Maker, Transcript, Turn
from qualify.service.limits import ServiceLimits
from qualify.service.problems import FieldProblem, refuse
from qualify.service.schemas import CallFacts, CallIn, RecordingIn
from qualify.tenant import MAX_FILE_BYTES
from qualify.tenant.reading import decode

JSON, MULTIPART, YAML = "application/json", "multipart/form-data", "application/yaml"
YAML_TYPES = (YAML, "application/x-yaml", "text/yaml", "text/x-yaml")
RECORDING = "recording"
"""The part of a form that is the recording."""
AUDIO_TYPES = ("audio/", "video/", "application/octet-stream", "application/ogg")
"""How the media type of a recording begins; the decoder looks at the bytes, not at it."""
MAX_FORM_FIELDS = 20
MAX_FIELD_BYTES = 2000

_Model = TypeVar("_Model", bound=BaseModel)


class Incoming(NamedTuple):
    """A call as a request brings it: its words, or its recording."""

    facts: CallFacts
    transcript: Transcript | None
    audio: BinaryIO | None = None
    audio_type: str | None = None


class _InMemoryParser(MultiPartParser):
    """Holds a recording in memory while it arrives: nothing of a call is written to disk in clear."""

    def __init__(self, request: Request, limits: ServiceLimits) -> None:
        self.spool_max_size = limits.upload_bytes + 1
        super().__init__(
            request.headers,
            request.stream(),
            max_files=1,
            max_fields=MAX_FORM_FIELDS,
            max_part_size=MAX_FIELD_BYTES,
        )


async def read_call(request: Request, limits: ServiceLimits) -> Incoming:
    """The call in a request's body; the problem of what is wrong with it otherwise."""
    match media_type(request):
        case "application/json":
            return _of_words(validated(CallIn, await request.body()))
        case "multipart/form-data":
            return await _of_form(request, limits)
    raise refuse("unsupported_media_type", f"« Content-Type » attendu : {JSON} ou {MULTIPART}.")


async def read_yaml(request: Request) -> str:
    """A YAML file's text, not yet parsed."""
    if media_type(request) not in YAML_TYPES:
        raise refuse("unsupported_media_type", f"« Content-Type » attendu : {YAML}.")
    content = await request.body()
    if len(content) > MAX_FILE_BYTES:
        raise refuse("too_large", f"Le fichier dépasse {MAX_FILE_BYTES / 1e6:g} Mo.")
    return decode("YAML", content)


def media_type(request: Request) -> str:
    """The body's media type without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def validated(model: type[_Model], body: bytes | dict[str, Any]) -> _Model:
    """A model of a request's body; RequestValidationError, which names the fields, otherwise."""
    try:
        return model.model_validate_json(body) if isinstance(body, bytes) else model.model_validate(body)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise RequestValidationError([{**d, "loc": ("body", *d["loc"])} for d in details]) from error


def _of_words(call: CallIn) -> Incoming:
    turns = (Turn(speaker=t.speaker, text=t.text, start_s=t.start, end_s=t.end) for t in call.turns)
    return Incoming(call, Transcript(turns=tuple(turns), made_by=Maker(engine="turns", version=__version__)))


async def _of_form(request: Request, limits: ServiceLimits) -> Incoming:
    try:
        form = await _InMemoryParser(request, limits).parse()
    except MultiPartException as error:
        raise refuse("malformed", "Le formulaire multipart ne peut pas être lu.") from error
    fields = {name: value for name, value in form.items() if name != RECORDING}
    recording = form.get(RECORDING)
    if not isinstance(recording, UploadFile) or not recording.size:
        raise _wrong(RECORDING, "rien", "un fichier audio dans cette partie du formulaire")
    if len(form.multi_items()) > len(form):
        raise _wrong("", "un champ envoyé deux fois", "chaque champ une seule fois")
    audio_type = (recording.content_type or "application/octet-stream").partition(";")[0].strip().lower()
    if not audio_type.startswith(AUDIO_TYPES):
        raise _wrong(
            RECORDING, "un type de contenu qui n'est pas un son", "audio/wav, audio/mpeg, audio/ogg…"
        )
    return Incoming(validated(RecordingIn, fields), None, recording.file, audio_type)


def _wrong(key: str, found: str, expected: str) -> Exception:
    named = FieldProblem(key=f"body.{key}" if key else "body", found=found, expected=expected)
    return refuse("invalid", errors=[named])
