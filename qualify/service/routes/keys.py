"""API keys: made, listed, revoked; a secret is shown once and kept as a hash."""

from __future__ import annotations

from fastapi import Response

from qualify.service.auth import Who
from qualify.service.problems import responses
from qualify.service.routes.routing import may, router
from qualify.service.schemas import KeyIn, NewKey
from qualify.service.scope import Kept, VisibleKey
from qualify.store.domain import Key, Page

route = router("clés d'API")


@route.post(
    "/keys",
    dependencies=may("administer"),
    status_code=201,
    summary="Créer une clé",
    responses=responses("malformed"),
)
def create_key(body: KeyIn, store: Kept, caller: Who, response: Response) -> NewKey:
    """A key that is for some tenants makes none that opens others."""
    if body.tenants is None:
        caller.require_all()
    for index, tenant in enumerate(body.tenants or ()):
        caller.require(tenant, key=f"body.tenants[{index}]")
    key, secret = store.create_key(body.name, body.role, tenants=body.tenants, who=caller.who)
    response.headers["Location"] = f"/v1/keys/{key.id}"
    return NewKey(key=key, secret=secret)


@route.get("/keys", dependencies=may("administer"), summary="Les clés, sans leurs secrets")
def list_keys(store: Kept, caller: Who) -> Page[Key]:
    """All on one page, the revoked ones too."""
    return Page(items=tuple(filter(caller.covers, store.keys())))


@route.get("/keys/{key_id}", dependencies=may("administer"), summary="Une clé, sans son secret")
async def get_key(key: VisibleKey) -> Key:
    """With what it opens."""
    return key


@route.delete("/keys/{key_id}", dependencies=may("administer"), summary="Révoquer une clé")
def revoke_key(key: VisibleKey, store: Kept, caller: Who) -> Key:
    """From the next request on it opens nothing; it stays listed."""
    return store.revoke_key(key.id, who=caller.who)
