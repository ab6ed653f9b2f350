"""What a path names, as the caller may see it: another tenant's things do not exist.

The only way from an id in a path to a thing of a tenant; each goes through `Caller.require`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from qualify.service.auth import Who
from qualify.service.parts import Parts
from qualify.service.problems import refuse
from qualify.store import Store
from qualify.store.domain import Attempt, Batch, Call, Key, Webhook

ID_PATTERN = r"^[A-Za-z0-9._:-]{1,100}$"
SLUG_PATTERN = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
MAX_NUMBER = 1_000_000
"""Of revisions and drafts: beyond, it is none of ours, and databases' integers end somewhere."""

Id = Annotated[str, Path(pattern=ID_PATTERN)]
Slug = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=100)]
Number = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="Le `next` de la page précédente ; sans lui, le début."),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Éléments par page.")]


async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


Served = Annotated[Parts, Depends(_parts)]


async def _store(parts: Served) -> Store:
    return parts.store


Kept = Annotated[Store, Depends(_store)]


async def _tenant(tenant: Slug, caller: Who) -> str:
    caller.require(tenant)
    return tenant


def _call(call_id: Id, caller: Who, store: Kept) -> Call:
    call = store.call(call_id)
    caller.require(call.tenant)
    return call


def _batch(batch_id: Id, caller: Who, store: Kept) -> Batch:
    batch = store.batch(batch_id)
    caller.require(batch.tenant)
    return batch


def _webhook(webhook_id: Id, caller: Who, store: Kept) -> Webhook:
    webhook = store.webhook(webhook_id)
    caller.require(webhook.tenant)
    return webhook


def _attempt(delivery_id: Id, caller: Who, store: Kept) -> Attempt:
    attempt = store.attempt(delivery_id)
    caller.require(attempt.tenant)
    return attempt


def _key(key_id: Id, caller: Who, store: Kept) -> Key:
    key = store.key(key_id)
    if not caller.covers(key):
        raise refuse("not_found")
    return key


VisibleTenant = Annotated[str, Depends(_tenant)]
VisibleCall = Annotated[Call, Depends(_call)]
VisibleBatch = Annotated[Batch, Depends(_batch)]
VisibleWebhook = Annotated[Webhook, Depends(_webhook)]
VisibleDelivery = Annotated[Attempt, Depends(_attempt)]
VisibleKey = Annotated[Key, Depends(_key)]


def visible(caller: Who, tenant: str | None, *, key: str) -> tuple[str, ...] | None:
    """The tenants that a list holds: the one asked for, if it may be seen, else all that may be."""
    if tenant is None:
        return caller.tenants
    caller.require(tenant, key=key)
    return (tenant,)
