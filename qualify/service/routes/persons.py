"""A person's rights: what is held on them, and its erasure. By POST, so that no address holds a number."""

from __future__ import annotations

from qualify.service.auth import Who
from qualify.service.problems import responses
from qualify.service.routes.routing import may, router
from qualify.service.schemas import PersonIn
from qualify.service.scope import Kept, visible
from qualify.store.domain import Erasure, Held

route = router("personnes")


@route.post(
    "/persons/export",
    dependencies=may("administer"),
    summary="Tout ce qui est gardé sur une personne",
    responses=responses("malformed"),
)
def export_person(body: PersonIn, store: Kept, caller: Who) -> Held:
    """Of the tenants that the key is for; written into the audit log without the number or name."""
    tenants = visible(caller, body.tenant, key="body.tenant")
    return store.held_on(who=caller.who, number=body.number, name=body.name, tenants=tenants)


@route.post(
    "/persons/erase",
    dependencies=may("administer"),
    summary="Effacer ce qui est gardé sur une personne",
    responses=responses("malformed", "conflict"),
)
def erase_person(body: PersonIn, store: Kept, caller: Who) -> Erasure:
    """For good: recordings, transcripts, messages, contacts; ids stay."""
    tenants = visible(caller, body.tenant, key="body.tenant")
    return store.erase(who=caller.who, number=body.number, name=body.name, tenants=tenants)
