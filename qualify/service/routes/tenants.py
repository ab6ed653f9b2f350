"""Tenants, their instructions and delivery settings: YAML in and out, every revision kept."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Request, Response
from starlette.concurrency import run_in_threadpool

from qualify.service.auth import Who
from qualify.service.bodies import YAML, read_yaml
from qualify.service.problems import FieldProblem, refuse, responses
from qualify.service.routes.routing import may, router
from qualify.service.schemas import RevisionDiff, RevisionSummary, TenantSummary
from qualify.service.scope import MAX_NUMBER, Cursor, Kept, Limit, Number, Served, VisibleTenant
from qualify.store import NotFoundError, Store
from qualify.store.domain import Page, Revision
from qualify.tenant.reading import parse

route = router("clients")

_FILE: dict[str, Any] = {
    "schema": {"type": "object", "description": "Un fichier YAML, tel que l'écrit un humain."},
    "example": {"id": "clinique-tilleuls", "name": "Clinique des Tilleuls"},
}
YAML_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {YAML: _FILE}}}
YAML_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {YAML: _FILE}}}
CHANGE = responses("malformed", "too_large", "unsupported_media_type")
Against = Annotated[int | None, Query(ge=1, le=MAX_NUMBER)]


@route.get("/tenants", dependencies=may("read"), summary="Les clients visibles de la clé")
def list_tenants(store: Kept, caller: Who, cursor: Cursor = None, limit: Limit = 50) -> Page[TenantSummary]:
    """By id; the cursor is the last id of the page before."""
    names = [name for name in store.tenants(among=caller.tenants) if cursor is None or name > cursor]
    page = names[:limit]
    return Page(
        items=tuple(_summary(store, name) for name in page), next=page[-1] if len(names) > limit else None
    )


@route.get("/tenants/{tenant}", dependencies=may("read"), summary="Un client")
def get_tenant(tenant: VisibleTenant, store: Kept) -> TenantSummary:
    """The tenant's name and its newest revision."""
    return _summary(store, tenant)


@route.get(
    "/tenants/{tenant}/instructions",
    dependencies=may("read"),
    summary="Les consignes, en YAML",
    response_class=Response,
    responses=YAML_ANSWER,
)
def get_instructions(tenant: VisibleTenant, store: Kept, revision: Against = None) -> Response:
    """The file as it was sent, of one revision or the newest."""
    return _yaml(store.revision(tenant, revision))


@route.put(
    "/tenants/{tenant}/instructions",
    dependencies=may("configure"),
    summary="Nouvelles consignes, en YAML",
    openapi_extra=YAML_BODY,
    responses={201: {"model": RevisionSummary, "description": "Nouvelle révision"}, **CHANGE},
)
async def put_instructions(
    tenant: VisibleTenant, request: Request, response: Response, parts: Served, caller: Who
) -> RevisionSummary:
    """201 and a new revision, or 200 where nothing changed; 422 with every defect and its line."""
    yaml = await read_yaml(request)

    def keep() -> tuple[Revision, bool]:
        _check_id(yaml, tenant)
        before = _newest(lambda: parts.store.revision(tenant))
        after = parts.store.put_revision(yaml, who=caller.who)
        return after, before is None or before.number != after.number

    revision, new = await run_in_threadpool(keep)
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/v1/tenants/{tenant}/revisions/{revision.number}"
    return _without_text(revision)


@route.get("/tenants/{tenant}/revisions", dependencies=may("read"), summary="Les révisions des consignes")
def list_revisions(
    tenant: VisibleTenant, store: Kept, cursor: Cursor = None, limit: Limit = 50
) -> Page[RevisionSummary]:
    """The newest first: who changed the instructions, and when."""
    page = store.revisions(tenant, cursor=cursor, limit=limit)
    return Page(items=tuple(map(_without_text, page.items)), next=page.next)


@route.get("/tenants/{tenant}/revisions/{number}", dependencies=may("read"), summary="Une révision")
def get_revision(tenant: VisibleTenant, number: Number, store: Kept) -> Revision:
    """With its YAML."""
    return store.revision(tenant, number)


@route.get(
    "/tenants/{tenant}/revisions/{number}/diff",
    dependencies=may("read"),
    summary="Ce qu'une révision a changé",
)
def get_diff(tenant: VisibleTenant, number: Number, store: Kept, against: Against = None) -> RevisionDiff:
    """Against another revision, or the one before; the first is compared with nothing."""
    after, base = store.revision(tenant, number), number - 1 if against is None else against
    before = store.revision(tenant, base).yaml if base else ""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.yaml.splitlines(keepends=True), str(base), str(number)
    )
    return RevisionDiff(tenant=tenant, before=base, after=number, diff="".join(lines))


@route.get(
    "/tenants/{tenant}/delivery",
    dependencies=may("read"),
    summary="Les réglages de livraison, en YAML",
    response_class=Response,
    responses=YAML_ANSWER,
)
def get_delivery_settings(tenant: VisibleTenant, store: Kept) -> Response:
    """404 where the tenant has none and the defaults hold."""
    revision = store.delivery_revision(tenant)
    if revision is None:
        raise refuse("not_found", "Ce client n'a pas de réglages de livraison : ceux par défaut valent.")
    return _yaml(revision)


@route.put(
    "/tenants/{tenant}/delivery",
    dependencies=may("configure"),
    summary="Nouveaux réglages de livraison, en YAML",
    openapi_extra=YAML_BODY,
    responses=CHANGE,
)
async def put_delivery_settings(
    tenant: VisibleTenant, request: Request, parts: Served, caller: Who
) -> RevisionSummary:
    """422 with every defect and its line."""
    yaml = await read_yaml(request)
    kept = await run_in_threadpool(lambda: parts.store.put_delivery(tenant, yaml, who=caller.who))
    return _without_text(kept)


def _summary(store: Store, tenant: str) -> TenantSummary:
    newest = store.revision(tenant)
    return TenantSummary(
        id=tenant,
        name=store.instructions(tenant).name,
        revision=newest.number,
        sha256=newest.sha256,
        updated_at=newest.created_at,
    )


def _newest(find: Callable[[], Revision]) -> Revision | None:
    try:
        return find()
    except NotFoundError:
        return None


def _check_id(yaml: str, tenant: str) -> None:
    """Refuse instructions that name another tenant than the path; those that name none are refused later."""
    data = parse("consignes", yaml).data
    found = data.get("id", tenant) if isinstance(data, dict) else tenant
    if found != tenant:
        expected = f"« {tenant} », le client de l'adresse"
        raise refuse("invalid", errors=[FieldProblem(key="id", found="un autre client", expected=expected)])


def _without_text(revision: Revision) -> RevisionSummary:
    return RevisionSummary(**revision.model_dump(exclude={"yaml"}))


def _yaml(revision: Revision) -> Response:
    headers = {"ETag": f'"{revision.sha256}"', "X-Revision": str(revision.number)}
    return Response(revision.yaml, media_type=YAML, headers=headers)
