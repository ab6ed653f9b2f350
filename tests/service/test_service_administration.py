"""Tenants, batches, webhooks, keys, audit, persons, and what an operator asks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import OURS, THEIRS, YAML, YAML_TYPE, Service, call_body, open_service

from qualify.service.limits import ServiceLimits
from qualify.service.settings import ServiceSettings
from qualify.store.errors import UnavailableError

HOOK = {"tenant": OURS, "url": "https://example.org/in", "events": ["message.sent"]}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = open_service(tmp_path)
    yield service
    service.store.close()


@pytest.fixture
def client(service: Service) -> TestClient:
    return service.client("admin")


def put_yaml(client: TestClient, text: str | bytes, *, what: str = "instructions") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.put(f"/v1/tenants/{OURS}/{what}", content=content, headers=YAML_TYPE)


# ---------------------------------------------------------------- tenants


def test_instructions_come_out_as_they_went_in(client: TestClient) -> None:
    answer = client.get(f"/v1/tenants/{OURS}/instructions")
    assert (answer.text, answer.headers["content-type"]) == (YAML, "application/yaml")
    assert answer.headers["x-revision"] == "1"


def test_a_change_is_a_new_revision_and_is_told(client: TestClient) -> None:
    changed = YAML.replace("name: Atelier Morel", "name: Atelier Morel et fils")
    answer = put_yaml(client, changed)
    assert (answer.status_code, answer.json()["number"]) == (201, 2)
    assert answer.headers["location"] == f"/v1/tenants/{OURS}/revisions/2"
    assert put_yaml(client, changed).status_code == 200
    revisions = client.get(f"/v1/tenants/{OURS}/revisions").json()["items"]
    assert [(r["number"], r["who"].split()[0]) for r in revisions] == [(2, "admin"), (1, "test")]
    diff = client.get(f"/v1/tenants/{OURS}/revisions/2/diff").json()["diff"]
    assert [line for line in diff.splitlines() if line[0] in "+-"] == [
        *("--- 1", "+++ 2", "-name: Atelier Morel", "+name: Atelier Morel et fils")
    ]
    assert client.get(f"/v1/tenants/{OURS}/revisions/2/diff", params={"against": 2}).json()["diff"] == ""
    assert client.get(f"/v1/tenants/{OURS}/instructions", params={"revision": 1}).text == YAML
    assert client.get(f"/v1/tenants/{OURS}/revisions/2").json()["yaml"] == changed
    assert client.get(f"/v1/tenants/{OURS}").json()["name"] == "Atelier Morel et fils"


def test_the_first_revision_is_compared_with_nothing(client: TestClient) -> None:
    diff = client.get(f"/v1/tenants/{OURS}/revisions/1/diff").json()
    assert (diff["before"], diff["diff"].count("\n+")) == (0, YAML.count("\n") + 1)


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        (YAML.replace("timezone: Europe/Brussels", "timezone: Europe/Bruxelles"), "timezone", 5),
        (YAML.replace("name: Atelier Morel\n", "nom: Atelier Morel\n"), "nom", 2),
        (YAML.replace(f"id: {OURS}", f"id: {THEIRS}"), "id", None),
        ("id: [", "", 1),
        (b"id: \xff", "", 1),
    ],
)
def test_instructions_with_defects_are_refused_by_line(
    client: TestClient, text: str | bytes, key: str, line: int | None
) -> None:
    answer = put_yaml(client, text)
    assert answer.status_code == 422
    assert (key, line) in [(error["key"], error["line"]) for error in answer.json()["errors"]]
    assert client.get(f"/v1/tenants/{OURS}").json()["revision"] == 1


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 415),
        (YAML_TYPE, b"# " + b"x" * 1_100_000, 413),
    ],
)
def test_instructions_are_yaml_of_some_size(
    client: TestClient, headers: dict[str, str], content: bytes, status: int
) -> None:
    answer = client.put(f"/v1/tenants/{OURS}/instructions", content=content, headers=headers)
    assert answer.status_code == status


def test_tenants_are_walked_by_their_cursor(client: TestClient) -> None:
    first = client.get("/v1/tenants", params={"limit": 1}).json()
    rest = client.get("/v1/tenants", params={"cursor": first["next"]}).json()
    assert [page["items"][0]["id"] for page in (first, rest)] == [OURS, THEIRS]
    assert rest["next"] is None


def test_delivery_settings_are_kept_too(client: TestClient) -> None:
    assert client.get(f"/v1/tenants/{OURS}/delivery").status_code == 404
    text = f"tenant: {OURS}\nconfidential: [reference]\n"
    assert put_yaml(client, text, what="delivery").status_code == 200
    assert client.get(f"/v1/tenants/{OURS}/delivery").text == text
    wrong = put_yaml(client, text.replace("reference", "nothing"), what="delivery")
    assert (wrong.status_code, wrong.json()["errors"][0]["key"]) == (422, "confidential[0]")


# ---------------------------------------------------------------- batches


def test_a_batch_tells_how_far_its_calls_have_come(client: TestClient) -> None:
    answer = client.post("/v1/batches", json={"tenant": OURS})
    batch = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/batches/{batch['id']}")
    for number in range(3):
        client.post("/v1/calls", json=call_body(batch=batch["id"], external_id=str(number)))
    state = client.get(f"/v1/batches/{batch['id']}").json()
    assert (state["state"], state["counts"]["queued"]) == ("running", 3)
    assert len(client.get("/v1/calls", params={"batch": batch["id"]}).json()["items"]) == 3


# ---------------------------------------------------------------- webhooks


def test_a_webhooks_secret_is_shown_once(client: TestClient) -> None:
    made = client.post("/v1/webhooks", json=HOOK)
    assert made.status_code == 201
    secret, webhook = made.json()["secret"], made.json()["webhook"]
    assert secret.startswith("whsec_")
    assert secret not in client.get(f"/v1/webhooks/{webhook['id']}").text + client.get("/v1/webhooks").text
    changed = client.patch(f"/v1/webhooks/{webhook['id']}", json={"active": False}).json()
    assert changed == {**webhook, "active": False}
    assert client.delete(f"/v1/webhooks/{webhook['id']}").status_code == 204
    assert client.get(f"/v1/webhooks/{webhook['id']}").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:secret@example.org/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "no address",
    ],
)
def test_a_webhook_does_not_lead_behind_the_walls(client: TestClient, url: str) -> None:
    made = client.post("/v1/webhooks", json={**HOOK, "url": url})
    assert (made.status_code, made.json()["errors"][0]["key"]) == (422, "body.url")
    kept = client.post("/v1/webhooks", json=HOOK).json()["webhook"]
    assert client.patch(f"/v1/webhooks/{kept['id']}", json={"url": url}).status_code == 422


def test_a_private_network_may_be_allowed(tmp_path: Path) -> None:
    settings = ServiceSettings(webhook_networks=(ip_network("127.0.0.0/8"),))
    service = open_service(tmp_path, settings=settings)
    client = service.client()
    for url, status in (("http://127.0.0.1:8080/", 201), ("http://10.0.0.1/", 422)):
        assert client.post("/v1/webhooks", json={**HOOK, "url": url}).status_code == status
    service.store.close()


@pytest.mark.parametrize("events", [[], ["call.lost"], "message.sent"])
def test_a_webhook_names_events_that_there_are(client: TestClient, events: object) -> None:
    answer = client.post("/v1/webhooks", json={**HOOK, "events": events})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["key"].startswith("body.events")


# ---------------------------------------------------------------- keys, audit, persons


def test_a_keys_secret_is_shown_once_and_kept_as_a_hash(client: TestClient, tmp_path: Path) -> None:
    made = client.post("/v1/keys", json={"name": "standard", "role": "integrator", "tenants": [OURS]})
    key, secret = made.json()["key"], made.json()["secret"]
    assert made.status_code == 201
    assert secret not in client.get("/v1/keys").text + client.get(f"/v1/keys/{key['id']}").text
    dump = "\n".join(sqlite3.connect(tmp_path / "service.db").iterdump())
    assert key["id"] in dump
    assert secret not in dump


@pytest.mark.parametrize(
    ("name", "role", "tenants", "key"),
    [
        ("\ud800", "reader", [OURS], "body.name"),
        ("a\u0000", "reader", [OURS], "body.name"),
        ("", "reader", [OURS], "body.name"),
        ("a", "root", [OURS], "body.role"),
        ("a", "reader", [], "body.tenants"),
        ("a", "reader", ["A B"], "body.tenants[0]"),
    ],
)
def test_a_bad_key_is_not_made(
    client: TestClient, name: str, role: str, tenants: list[str], key: str
) -> None:
    content = json.dumps({"name": name, "role": role, "tenants": tenants})
    answer = client.post("/v1/keys", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["key"]) == (422, key)


def test_the_audit_log_says_whether_it_is_whole(client: TestClient, tmp_path: Path) -> None:
    client.post("/v1/calls", json=call_body())
    assert client.get("/v1/audit/check").json()["ok"] is True
    with sqlite3.connect(tmp_path / "service.db") as database:
        (table,) = database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'audit%'").fetchone()
        database.execute(f"UPDATE {table} SET who = 'nobody' WHERE number = 2")
    state = client.get("/v1/audit/check").json()
    assert (state["ok"], state["check"]["broken"]) == (False, 2)


def test_a_persons_calls_are_given_out_and_erased(service: Service, client: TestClient) -> None:
    call = service.handled(caller_number="+32470123456")
    person = {"number": "+32470123456"}
    held = client.post("/v1/persons/export", json=person).json()["calls"]
    assert [h["call"]["id"] for h in held] == [call.id]
    assert client.post("/v1/persons/erase", json=person).json()["calls"] == [call.id]
    assert client.post("/v1/persons/export", json=person).json()["calls"] == []
    left = client.get(f"/v1/calls/{call.id}").json()
    assert (left["state"], left["reason"], left["caller_number"]) == ("skipped", "erased", None)
    assert "+32470123456" not in client.get("/v1/audit").text


@pytest.mark.parametrize("body", [{}, {"number": "06"}, {"name": ""}, {"name": "!"}])
def test_somebody_must_be_named(client: TestClient, body: dict[str, str]) -> None:
    for path in ("export", "erase"):
        assert client.post(f"/v1/persons/{path}", json=body).status_code == 422


# ---------------------------------------------------------------- the service itself


def test_it_lives_and_says_whether_it_is_ready(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    client = service.nobody()
    assert client.get("/readyz").json()["status"] == "ok"

    def away() -> None:
        raise UnavailableError("base de données indisponible")

    monkeypatch.setattr(service.store, "ping", away)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (
        503,
        "unavailable",
        "5",
    )


def test_a_database_that_is_away_is_a_503(
    service: Service, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise UnavailableError("base de données indisponible")

    monkeypatch.setattr(service.store, "accept", away)
    answer = client.post("/v1/calls", json=call_body())
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert service.enqueued == []


def test_metrics_count_what_came_in(service: Service, client: TestClient) -> None:
    client.post("/v1/calls", json=call_body())
    text = client.get("/metrics").text
    assert 'qualify_calls_accepted_total{origin="transcript"} 1.0' in text
    assert 'qualify_calls{state="queued"} 1.0' in text
    assert 'route="/v1/calls",status="202"' in text


def test_metrics_may_be_open(tmp_path: Path) -> None:
    service = open_service(tmp_path, settings=ServiceSettings(open_metrics=True))
    assert service.nobody().get("/metrics").status_code == 200
    service.store.close()


def test_a_key_asks_no_more_than_its_rate(tmp_path: Path) -> None:
    limits = ServiceLimits(requests_per_minute=3, refusals_per_minute=2)
    service = open_service(tmp_path, settings=ServiceSettings(limits=limits))
    client, other = service.client(), service.client()
    statuses = [client.get("/v1/calls").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert other.get("/v1/calls").status_code == 200
    service.store.close()


def test_wrong_keys_lock_out_nobody_else_at_their_address(tmp_path: Path) -> None:
    limits = ServiceLimits(refusals_per_minute=2)
    service = open_service(tmp_path, settings=ServiceSettings(limits=limits))
    wrong, right = service.nobody(), service.client()
    wrong.headers["Authorization"] = "Bearer qk_wrong"
    assert [wrong.get("/v1/calls").status_code for _ in range(3)] == [401, 401, 429]
    assert right.get("/v1/calls").status_code == 200
    service.store.close()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/v1/calls", 405, "method_not_allowed"),
        ("GET", "/v1/calls/", 404, "not_found"),
        ("GET", "/v1/calls/a%00b", 422, "invalid"),
        ("GET", "/v1/calls/..%2f..%2fetc", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
    ],
)
def test_an_address_that_is_none_is_a_problem_too(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_answer_is_kept_by_no_cache_and_has_an_id(client: TestClient) -> None:
    answer = client.get("/v1/calls")
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
        "no-store",
        "nosniff",
    )
    assert answer.headers["x-request-id"]
