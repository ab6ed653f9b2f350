"""Deliveries: what left for where, and what a person must see to."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from qualify.service.auth import Who
from qualify.service.problems import responses
from qualify.service.routes.routing import may, router
from qualify.service.scope import (
    ID_PATTERN,
    SLUG_PATTERN,
    Cursor,
    Kept,
    Limit,
    Served,
    VisibleDelivery,
    visible,
)
from qualify.store.domain import Attempt, AttemptStatus, Page

route = router("livraisons")


@route.get("/deliveries", dependencies=may("read"), summary="Les livraisons, la dernière prévue d'abord")
def list_deliveries(
    store: Kept,
    caller: Who,
    tenant: Annotated[str | None, Query(pattern=SLUG_PATTERN, max_length=100)] = None,
    call: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    status: AttemptStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Attempt]:
    """`status=dead`: given up after 24 h; `status=unknown`: the mail server's answer was lost."""
    tenants = visible(caller, tenant, key="query.tenant")
    return store.attempts(call_id=call, tenants=tenants, status=status, cursor=cursor, limit=limit)


@route.get("/deliveries/{delivery_id}", dependencies=may("read"), summary="Une livraison")
async def get_delivery(delivery: VisibleDelivery) -> Attempt:
    """With how often it was tried, and its receipt or error."""
    return delivery


@route.post(
    "/deliveries/{delivery_id}/replay",
    dependencies=may("connect"),
    status_code=202,
    summary="Reprendre une livraison abandonnée ou douteuse",
    responses=responses("conflict"),
)
def replay_delivery(delivery: VisibleDelivery, parts: Served, caller: Who) -> Attempt:
    """Due now, under the same key, so that a receiver can tell a repetition; 409 where it is under way."""
    replayed = parts.store.replay(delivery.id, who=caller.who)
    parts.follow_up(delivery.call)
    return replayed
