"""The audit log, for those who answer for all tenants."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from qualify.service.auth import Who
from qualify.service.routes.routing import may, router
from qualify.service.schemas import AuditState
from qualify.service.scope import ID_PATTERN, Cursor, Kept, Limit
from qualify.store.domain import AuditEntry, Page

route = router("journal")


@route.get("/audit", dependencies=may("administer"), summary="Le journal, le plus récent d'abord")
def list_audit(
    store: Kept,
    caller: Who,
    subject: Annotated[str | None, Query(pattern=ID_PATTERN, description="L'appel, la clé…")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AuditEntry]:
    """One chain over all tenants; one call's part is at `/v1/calls/{call_id}/audit`."""
    caller.require_all()
    return store.audit(subject=subject, cursor=cursor, limit=limit)


@route.get("/audit/check", dependencies=may("administer"), summary="Relire toute la chaîne du journal")
def check_audit(store: Kept, caller: Who) -> AuditState:
    """Whether an entry was changed or is missing; reads the whole log."""
    caller.require_all()
    check = store.verify_audit()
    return AuditState(ok=check.ok, check=check)
