"""The HTTP application: the routes over one store."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qualify import __version__
from qualify.service import openapi, problems, refusals
from qualify.service.limits import BodyLimit, RateLimiter
from qualify.service.logs import RequestLog
from qualify.service.metrics import Metrics
from qualify.service.parts import Parts
from qualify.service.routes import (
    acknowledgements,
    audit,
    batches,
    calls,
    deliveries,
    health,
    keys,
    messages,
    persons,
    results,
    tenants,
    vcons,
    webhooks,
)
from qualify.service.settings import ServiceSettings, Tell
from qualify.store import Store

SECURED = (
    *(tenants.route, calls.route, vcons.route, results.route, messages.route, batches.route),
    *(webhooks.route, deliveries.route, keys.route, audit.route, persons.route),
)
"""The routers whose every route needs a key."""
OPEN = (acknowledgements.router, health.router)
"""Those that need none, or not always."""
TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own would record the messages of exceptions, which may quote a caller."""
HEADERS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
"""Of every answer that does not say otherwise: no cache keeps what callers said."""


def create_app(
    store: Store,
    *,
    settings: ServiceSettings,
    enqueue: Tell,
    changed: Tell = lambda call_id: None,
    metrics: Metrics | None = None,
) -> FastAPI:
    """The application over a store. It opens and closes nothing: the store is the caller's.

    `enqueue` has a call handled, by its id; `changed` sees to what follows from a person's decision on its
    message. Where either fails the request does not: workers sweep for calls without work.
    """
    metrics = metrics or Metrics()
    app = FastAPI(
        title=openapi.TITLE,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=TELEMETRY,
        generate_unique_id_function=lambda route: route.name,
        middleware=[
            Middleware(RequestLog, metrics=metrics),
            Middleware(_Headers),
            Middleware(BodyLimit, limits=settings.limits),
        ],
    )
    app.state.parts = Parts(
        store=store,
        settings=settings,
        metrics=metrics,
        limiter=RateLimiter(settings.limits),
        enqueue=enqueue,
        changed=changed,
    )
    for router in (*SECURED, *OPEN):
        app.include_router(router)
    problems.install(app)
    refusals.install(app)
    openapi.install(app)
    return app


class _Headers:
    """ASGI middleware: what every answer says to browsers and caches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                message["headers"] = given + [pair for pair in HEADERS if pair[0] not in names]
            await send(message)

        await self.app(scope, receive, sent)
