"""Structured logs, one JSON object a line, with ids and without a word of what a call says.

Rules hold that without care at the call: a message is written as its template, with numbers alone filled in;
of further fields only those of `FIELDS` are written, and only where they look like an id or a code; of an
exception its type and the lines it passed, never its message, which may quote what it could not read.
"""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qualify.service.metrics import METHODS, Metrics

FIELDS = frozenset(
    {
        *("request", "call", "tenant", "batch", "draft", "attempt", "key", "webhook", "worker"),
        *("delivery", "workflow"),
        *("method", "route", "status", "state", "stage", "reason", "role", "origin", "channel", "event"),
        *("engine", "revision", "number", "count", "seconds", "database"),
    }
)
"""What may be logged beside a message: ids, typed codes, counts and seconds."""
FOREIGN = ("uvicorn", "uvicorn.error", "dbos", "alembic", "sqlalchemy", "httpx", "httpcore", "limits")
"""Loggers of others that write by our rules too."""
SILENT = ("uvicorn.access", "httpx", "httpcore", "aiosmtplib", "multipart", "python_multipart")
"""Loggers of which only warnings are written: they tell whole addresses, or every byte."""

_CODE = re.compile(r"[\w.:/{}+-]{1,96}", re.ASCII)
_OWN_ID = re.compile(r"[a-z]+_[0-9a-f]{24}", re.ASCII)
"""What the store calls things: an id that a client cannot choose."""
_PHONE = re.compile(r"(?<![\w-])\+?\d(?:[\s./-]?\d){8,14}(?![\w-])")
_CONTACT = re.compile(rf"[^\s@<>\"']+@[^\s@<>\"']+|{_PHONE.pattern}")
_PLACEHOLDER = "…"

_context: ContextVar[Mapping[str, str]] = ContextVar("log_context", default=MappingProxyType({}))


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Add ids to all that is logged within: `with about(call=call.id, tenant=call.tenant)`."""
    token = _context.set({**_context.get(), **ids})
    try:
        yield
    finally:
        _context.reset(token)


def set_up(stream: TextIO, *, level: int = logging.INFO) -> None:
    """Write all logs of the process to `stream` as JSON lines. To be called before uvicorn and DBOS start.

    uvicorn needs `log_config=None` beside it.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers, root.level = [handler], level
    for name in FOREIGN:  # their own handler keeps DBOS from adding its own
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.WARNING)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON, by the rules of this module."""

    def format(self, record: logging.LogRecord) -> str:
        extra = {name: record.__dict__[name] for name in FIELDS & record.__dict__.keys()}
        fields = {
            name: _field(value) for name, value in {**_context.get(), **extra}.items() if name in FIELDS
        }
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **dict(sorted(fields.items())),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _course(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The template with numbers filled in and contact details struck out."""
    template, args = str(record.msg), record.args
    if args:
        with suppress(TypeError, ValueError, KeyError):  # `%d` of what we leave out: the template stands
            template %= _numbers(args)
    return _CONTACT.sub(_PLACEHOLDER, template)


def _numbers(args: object) -> object:
    """The arguments, with all but numbers replaced."""
    if isinstance(args, Mapping):
        return {name: _number(value) for name, value in args.items()}
    return tuple(_number(value) for value in args) if isinstance(args, tuple) else _number(args)


def _number(value: object) -> object:
    return value if isinstance(value, int | float) else _PLACEHOLDER


def _field(value: object) -> object:
    """A number, or a text that is an id or a code; anything else is struck out."""
    if value is None or isinstance(value, float):
        return value
    text = str(value)
    if not _CODE.fullmatch(text) or _PHONE.fullmatch(text):
        return _PLACEHOLDER
    return value if isinstance(value, int) else text


def _course(error: BaseException) -> dict[str, object]:
    """An exception's type, those that caused it, and where it passed."""
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < 8:
        causes.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "type": type(error).__name__,
        "causes": causes,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    }


class RequestLog:
    """ASGI middleware: gives each request an id (`X-Request-ID`), logs it and counts it in the metrics."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics
        self._logger = logging.getLogger("qualify.service.requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; log its route's template, never its path or query."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request, status, begun = str(uuid.uuid4()), 500, time.perf_counter()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request.encode())]
            await send(message)

        with about(request=request):
            try:
                await self.app(scope, receive, sent)
            finally:
                self._tell(scope, status, time.perf_counter() - begun)
        return None

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.request(method=method, route=route, status=status, seconds=seconds)
        ids = {
            name.removesuffix("_id"): value
            for name, value in scope.get("path_params", {}).items()
            if _OWN_ID.fullmatch(str(value))
        }
        fields = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4), **ids}
        self._logger.info("requête traitée", extra=fields)
