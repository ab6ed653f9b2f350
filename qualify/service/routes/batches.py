"""Batches: calls that were submitted together, and how far they have come."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from qualify.service.auth import Who
from qualify.service.problems import responses
from qualify.service.routes.routing import may, router
from qualify.service.schemas import BatchIn
from qualify.service.scope import SLUG_PATTERN, Cursor, Kept, Limit, VisibleBatch, visible
from qualify.store.domain import Batch, Page

route = router("lots")


@route.post(
    "/batches",
    dependencies=may("submit"),
    status_code=201,
    summary="Ouvrir un lot",
    responses=responses("malformed"),
)
def create_batch(body: BatchIn, store: Kept, caller: Who, response: Response) -> Batch:
    """Calls join it by their `batch`."""
    caller.require(body.tenant, key="body.tenant")
    batch = store.create_batch(body.tenant, who=caller.who)
    response.headers["Location"] = f"/v1/batches/{batch.id}"
    return batch


@route.get("/batches", dependencies=may("read"), summary="Les lots, le dernier ouvert d'abord")
def list_batches(
    store: Kept,
    caller: Who,
    tenant: Annotated[str | None, Query(pattern=SLUG_PATTERN, max_length=100)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Batch]:
    """Each with its calls by state."""
    return store.batches(tenants=visible(caller, tenant, key="query.tenant"), cursor=cursor, limit=limit)


@route.get("/batches/{batch_id}", dependencies=may("read"), summary="L'avancement d'un lot")
async def get_batch(batch: VisibleBatch) -> Batch:
    """Its calls are those of `/v1/calls?batch=…`."""
    return batch
