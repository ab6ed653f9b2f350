"""The OpenAPI document is whole, and the application keeps to it, whatever is sent (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from served import OURS, Service, open_service

from qualify.service.app import OPEN, SECURED
from qualify.service.bodies import MULTIPART

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
)
ROUTERS = (*SECURED, *OPEN)
LABELS = [
    f"{method} {route.path}"
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods
]
UNHURRIED = settings(
    max_examples=30, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@dataclass(frozen=True)
class Fuzzed:
    """A service that is sent anything, and what does exist in it."""

    service: Service
    operations: dict[str, APIOperation]
    ours: dict[str, Any]
    secret: str


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def fuzzed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    folder, url = tmp_path_factory.mktemp("contract"), None
    if request.param == "postgres":
        url = pytest.importorskip("pgserver").get_server(folder / "postgres").get_uri()
    service = open_service(folder, url=url)
    schema = schemathesis.openapi.from_asgi("/openapi.json", service.app)
    operations = {operation.label: operation for operation in (o.ok() for o in schema.get_all_operations())}
    ours = {"tenant": OURS, "call_id": service.handled(OURS).id, "number": 1}
    yield Fuzzed(service, operations, ours, service.client("admin").headers["Authorization"])
    service.store.close()


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    service = open_service(tmp_path_factory.mktemp("document"))
    service.store.close()
    return service.app.openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_says_what_it_is_for(document: dict[str, Any]) -> None:
    lacking = [
        name
        for name, operation in operations(document)
        if not (operation.get("summary") and operation.get("description") and operation.get("tags"))
    ]
    assert lacking == []


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert {"create_call", "get_audio", "approve_message"} <= set(names)


def test_every_operation_under_v1_asks_for_a_key(document: dict[str, Any]) -> None:
    free = [name for name, operation in operations(document) if not operation.get("security")]
    assert sorted(free) == [
        "GET /healthz",
        "GET /readyz",
        "GET /v1/acknowledge/{token}",
        "POST /v1/acknowledge/{token}",
    ]


def test_every_refusal_is_a_problem_document(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status.startswith(("4", "5")) and "/acknowledge/" not in name:
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_every_json_answer_has_an_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                told = "example" in content or "examples" in content
                assert told or content["schema"].get("type") == "string", (name, status)


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name, operation in operations(document):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            schema = content["schema"]
            named = [schema, *schema.get("anyOf", ())]
            found = [schemas[s["$ref"].rpartition("/")[2]] for s in named if "$ref" in s]
            assert "example" in content or any("examples" in s for s in found) or kind == MULTIPART, name


def test_the_examples_keep_to_their_schemas(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                if "example" in content:
                    schema = {**content["schema"], "components": document["components"]}
                    errors = list(Draft202012Validator(schema).iter_errors(content["example"]))
                    assert errors == [], (name, status)


@pytest.mark.slow
@pytest.mark.parametrize("label", LABELS)
def test_the_application_keeps_to_its_document(fuzzed: Fuzzed, label: str) -> None:
    """Good and bad requests of many shapes: no 5xx, nothing that isn't documented, nothing bad taken."""
    tried = 0

    @given(case=requests_to(fuzzed.operations[label], fuzzed.ours))
    @UNHURRIED
    def keeps(case: schemathesis.Case) -> None:
        nonlocal tried
        tried += 1
        case.call_and_validate(headers={"Authorization": fuzzed.secret}, checks=list(CHECKS))

    keeps()
    assert tried
    assert fuzzed.service.store.verify_audit().ok
    assert fuzzed.service.nobody().get("/readyz").status_code == 200


def requests_to(operation: APIOperation, ours: dict[str, Any]) -> SearchStrategy[schemathesis.Case]:
    """Requests that keep to an operation's schema, that don't, and that name what does exist."""
    named = {p.name: ours[p.name] for p in operation.path_parameters if p.name in ours}
    good = operation.as_strategy(GenerationMode.POSITIVE)
    known = operation.as_strategy(GenerationMode.POSITIVE, path_parameters=named) if named else good
    return good | known | operation.as_strategy(GenerationMode.NEGATIVE)
