"""What an operator asks: does it live, may it be sent requests, how is it doing."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from qualify import __version__
from qualify.service.auth import SCHEME_NAME, authenticate
from qualify.service.metrics import CONTENT_TYPE, QueueState
from qualify.service.problems import responses
from qualify.service.schemas import Health
from qualify.service.scope import Kept, Served
from qualify.store.domain import Stats

router = APIRouter(tags=["exploitation"])


@router.get("/healthz", summary="Le processus répond")
async def healthz() -> Health:
    """Without looking at anything else: a server whose database is away must not be restarted for it."""
    return Health(status="ok", version=__version__)


@router.get("/readyz", summary="Les requêtes peuvent être servies", responses=responses("unavailable"))
def readyz(store: Kept) -> Health:
    """A 503 problem where the database or the data folder is away."""
    store.ping()
    return Health(status="ok", version=__version__)


@router.get(
    "/metrics",
    summary="Mesures, au format de Prometheus",
    response_class=Response,
    openapi_extra={"security": [{SCHEME_NAME: []}, {}]},
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **responses("unauthenticated", "forbidden", "unavailable"),
    },
)
async def metrics(request: Request, parts: Served) -> Response:
    """Counts over all tenants; without `open_metrics`, for a key that is for all tenants."""
    if not parts.settings.open_metrics:
        caller = await run_in_threadpool(authenticate, request, parts.store, parts.limiter)
        caller.require_all()
    stats = await run_in_threadpool(parts.store.stats)
    return Response(parts.metrics.text(_queue(stats, datetime.now(UTC))), media_type=CONTENT_TYPE)


def _queue(stats: Stats, now: datetime) -> QueueState:
    oldest = stats.oldest_queued_at
    return QueueState(
        calls={str(state): count for state, count in stats.calls.items()},
        oldest_s=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        dead_letters=stats.attempts.get("dead", 0) + stats.attempts.get("unknown", 0),
    )
