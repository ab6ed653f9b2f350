"""Every route, taken from the application itself: nobody gets in without a key, no tenant sees another."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response
from served import OURS, SOUND, THEIRS, YAML_TYPE, YAMLS, Service, call_body, open_service

from qualify.delivery.ack import PATH
from qualify.service.app import SECURED
from qualify.service.limits import ServiceLimits
from qualify.service.routes.routing import KeyedRoute
from qualify.service.settings import ServiceSettings
from qualify.store.domain import NewCall

NUMBER = "+33639981234"
ROUTES = [
    (method, route.path)
    for router in SECURED
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]
IN_PATH = [(method, path) for method, path in ROUTES if "{" in path]
NAMELESS = [(method, path) for method, path in ROUTES if "{" not in path]
FOR_ALL = {"/v1/audit", "/v1/audit/check"}
"""Those that concern all tenants at once."""
PERSON = {"/v1/persons/export", "/v1/persons/erase"}
LISTS = [path for method, path in NAMELESS if method == "GET" and path not in FOR_ALL]
MAKERS = [path for method, path in NAMELESS if method == "POST" and path not in PERSON]


@dataclass(frozen=True)
class World:
    """A service with something of each kind for both tenants; ids by the name that paths give them."""

    service: Service
    ids: dict[str, dict[str, str]]
    clients: dict[str, TestClient]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    limits = ServiceLimits(refusals_per_minute=10_000)
    folder = tmp_path_factory.mktemp("isolation")
    service = open_service(folder, settings=ServiceSettings(limits=limits))
    ids = {tenant: _furnish(service, tenant) for tenant in YAMLS}
    yield World(service, ids, {tenant: service.client("admin", [tenant]) for tenant in YAMLS})
    service.store.close()


def _furnish(service: Service, tenant: str) -> dict[str, str]:
    store = service.store
    call = service.handled(tenant, caller_number=NUMBER)
    audio = NewCall(tenant=tenant, audio_type="audio/wav", caller_number=NUMBER)
    attempt = store.plan_attempt(
        call.id,
        channel="email",
        address=f"boite@{tenant}.example",
        idempotency_key=f"key-{tenant}",
        due_at=datetime.now(UTC),
        draft=1,
    )
    return {
        "tenant": tenant,
        "call_id": call.id,
        "recording": store.accept(audio, who="test", audio=io.BytesIO(SOUND)).call.id,
        "batch_id": store.create_batch(tenant, who="test").id,
        "webhook_id": store.create_webhook(
            tenant, f"https://{tenant}.example/", ["message.sent"], who="test"
        )[0].id,
        "delivery_id": attempt.id,
        "key_id": store.create_key("leur clé", "reader", tenants=[tenant], who="test")[0].id,
        "number": "1",
    }


def body_for(path: str, tenant: str) -> dict[str, Any]:
    """What a good request to that path brings, in the name of a tenant; every path that takes one is here."""
    bodies: dict[str, dict[str, Any]] = {
        "/v1/calls": call_body(tenant),
        "/v1/batches": {"tenant": tenant},
        "/v1/webhooks": {"tenant": tenant, "url": "https://example.org/", "events": ["message.sent"]},
        "/v1/keys": {"name": "une clé", "role": "reader", "tenants": [tenant]},
        "/v1/webhooks/{webhook_id}": {"active": False},
        "/v1/calls/{call_id}/message": {"sentences": ["Réécrit."]},
    }
    return bodies[path]


def send(client: TestClient, method: str, path: str, ids: dict[str, str], tenant: str) -> Response:
    """A good request to a route, with those ids in its path."""
    url = re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], path)
    if path.endswith(("/instructions", "/delivery")) and method == "PUT":
        return client.put(url, content=YAMLS[OURS].encode(), headers=YAML_TYPE)
    if path.endswith("/vcons"):
        return client.post(url, content=b"{}", headers={"content-type": "application/vcon+json"})
    if method in ("PUT", "PATCH") or (method == "POST" and "{" not in path):
        return client.request(method, url, json=body_for(path, tenant))
    return client.request(method, url)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("header", [None, "Bearer qk_wrong", "Basic cXc6cXc="])
def test_nobody_gets_in_without_a_key(world: World, method: str, path: str, header: str | None) -> None:
    client = world.service.nobody()
    if header:
        client.headers["Authorization"] = header
    url = re.sub(r"\{(\w+)\}", lambda name: world.ids[OURS][name[1]], path)
    answer = client.request(method, url, content=b"{not json", headers={"content-type": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), IN_PATH)
def test_what_is_anothers_answers_as_what_does_not_exist(world: World, method: str, path: str) -> None:
    before = world.service.store.verify_audit().head
    theirs = send(world.clients[OURS], method, path, world.ids[THEIRS], OURS)
    unknown = {name: "1" if name == "number" else "unknown-thing" for name in world.ids[THEIRS]}
    nothing = send(world.clients[OURS], method, path, unknown, OURS)
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.content == nothing.content
    assert world.service.store.verify_audit().head == before


@pytest.mark.parametrize("path", [path for method, path in IN_PATH if method == "GET"])
def test_what_is_ones_own_does_exist(world: World, path: str) -> None:
    """Without this, the test above would pass with everything closed."""
    ids = world.ids[THEIRS]
    if path.endswith("/audio"):
        ids = {**ids, "call_id": ids["recording"]}
    answer = send(world.clients[THEIRS], "GET", path, ids, THEIRS)
    assert answer.status_code == (404 if path.endswith("/delivery") else 200)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_holds_nothing_of_another_tenant(world: World, path: str) -> None:
    ours = world.clients[OURS].get(path).text
    theirs = world.clients[THEIRS].get(path).text
    everything = world.service.client("admin").get(path).text
    ids = [i for name, i in world.ids[THEIRS].items() if name != "number"]
    assert not [i for i in ids if i in ours]
    assert [i for i in ids if i in theirs]
    assert all(i in everything for i in ids if i in theirs)


@pytest.mark.parametrize("path", [path for path in LISTS if path not in ("/v1/tenants", "/v1/keys")])
def test_a_list_does_not_take_another_tenant_as_its_filter(world: World, path: str) -> None:
    assert world.clients[OURS].get(path, params={"tenant": THEIRS}).status_code == 404
    assert world.clients[OURS].get(path, params={"tenant": OURS}).status_code == 200


@pytest.mark.parametrize("name", ["call", "batch"])
def test_nor_another_tenants_id(world: World, name: str) -> None:
    path = "/v1/deliveries" if name == "call" else "/v1/calls"
    answer = world.clients[OURS].get(path, params={name: world.ids[THEIRS][f"{name}_id"]})
    assert answer.json()["items"] == []


@pytest.mark.parametrize("path", MAKERS)
def test_nothing_is_made_for_another_tenant(world: World, path: str) -> None:
    before = world.service.store.verify_audit().head
    theirs = send(world.clients[OURS], "POST", path, {}, THEIRS)
    nothing = send(world.clients[OURS], "POST", path, {}, "nobody-there")
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.content == nothing.content
    assert world.service.store.verify_audit().head == before
    assert send(world.clients[THEIRS], "POST", path, {}, THEIRS).status_code in (201, 202)


@pytest.mark.parametrize("path", sorted(FOR_ALL))
def test_what_concerns_all_tenants_needs_a_key_for_all(world: World, path: str) -> None:
    assert world.clients[OURS].get(path).status_code == 403
    assert world.service.client("admin").get(path).status_code == 200


def test_a_person_is_looked_for_only_where_the_key_may_look(world: World) -> None:
    ours = world.clients[OURS].post("/v1/persons/export", json={"number": NUMBER})
    assert {held["call"]["tenant"] for held in ours.json()["calls"]} == {OURS}
    for path in sorted(PERSON):
        assert world.clients[OURS].post(path, json={"number": NUMBER, "tenant": THEIRS}).status_code == 404


def test_a_person_is_erased_only_where_the_key_may_erase(tmp_path: Path) -> None:
    service = open_service(tmp_path)
    calls = {tenant: service.handled(tenant, caller_number=NUMBER) for tenant in (OURS, THEIRS)}
    answer = service.client("admin", [OURS]).post("/v1/persons/erase", json={"number": NUMBER})
    assert answer.json()["calls"] == [calls[OURS].id]
    assert service.store.transcript(calls[THEIRS].id) is not None
    assert service.store.transcript(calls[OURS].id) is None
    service.store.close()


def test_a_batch_of_another_tenant_takes_no_call(world: World) -> None:
    body = call_body(OURS, batch=world.ids[THEIRS]["batch_id"])
    assert world.clients[OURS].post("/v1/calls", json=body).status_code == 422


def test_a_key_for_one_tenant_makes_no_key_for_all(world: World) -> None:
    assert world.clients[OURS].post("/v1/keys", json={"name": "tout", "role": "admin"}).status_code == 403


def test_a_key_for_all_is_hidden_from_one_for_some(world: World) -> None:
    whole = world.service.store.create_key("tout", "admin", tenants=None, who="test")[0]
    assert world.clients[OURS].get(f"/v1/keys/{whole.id}").status_code == 404
    assert world.clients[OURS].delete(f"/v1/keys/{whole.id}").status_code == 404
    assert whole.id not in world.clients[OURS].get("/v1/keys").text


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p in ROUTES if m != "GET"])
def test_a_reader_changes_nothing(world: World, method: str, path: str) -> None:
    ids = world.ids[OURS]
    reader = world.service.client("reader", [OURS])
    answer = (
        reader.post(path, json={"number": NUMBER})
        if path in PERSON
        else send(reader, method, path, ids, OURS)
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        ("integrator", "POST", "/v1/calls", 202),
        ("integrator", "POST", "/v1/webhooks", 201),
        ("integrator", "POST", "/v1/calls/{call_id}/message/approve", 403),
        ("integrator", "PUT", "/v1/tenants/{tenant}/instructions", 403),
        ("agent", "POST", "/v1/calls", 202),
        ("agent", "POST", "/v1/calls/{call_id}/message/approve", 200),
        ("agent", "POST", "/v1/webhooks", 403),
        ("agent", "POST", "/v1/calls/{call_id}/reprocess", 403),
        ("supervisor", "PUT", "/v1/tenants/{tenant}/instructions", 200),
        ("supervisor", "GET", "/v1/calls/{call_id}/audit", 200),
        ("agent", "GET", "/v1/calls/{call_id}/audit", 403),
        ("supervisor", "POST", "/v1/keys", 403),
        ("supervisor", "GET", "/v1/audit", 403),
        ("admin", "POST", "/v1/keys", 201),
    ],
)
def test_a_role_may(world: World, role: Any, method: str, path: str, status: int) -> None:
    answer = send(world.service.client(role, [OURS]), method, path, world.ids[OURS], OURS)
    assert answer.status_code == status


def test_a_revoked_key_opens_nothing_any_more(world: World) -> None:
    key, secret = world.service.store.create_key("brève", "reader", tenants=None, who="test")
    client = world.service.nobody()
    client.headers["Authorization"] = f"Bearer {secret}"
    assert client.get("/v1/calls").status_code == 200
    assert world.service.client("admin").delete(f"/v1/keys/{key.id}").status_code == 200
    assert client.get("/v1/calls").status_code == 401


def test_every_route_is_one_that_needs_a_key_or_is_known_not_to(world: World) -> None:
    """A route added to the application another way would escape the tests above."""
    paths = set(world.service.app.openapi()["paths"])
    free = {PATH + "{token}", "/healthz", "/readyz", "/metrics"}
    assert paths == free | {path for _, path in ROUTES}
    assert all(isinstance(route, KeyedRoute) for router in SECURED for route in router.routes)


def test_metrics_are_for_keys_that_are_for_all_tenants(world: World) -> None:
    assert world.service.nobody().get("/metrics").status_code == 401
    assert world.clients[OURS].get("/metrics").status_code == 403
    assert world.service.client("reader").get("/metrics").status_code == 200
