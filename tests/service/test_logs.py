from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from served import call_body, open_service

from qualify.service.logs import FIELDS, FOREIGN, SILENT, JsonFormatter, RequestLog, about, set_up
from qualify.service.metrics import Metrics, QueueState

SAID = "Madame Petit est enceinte"
NUMBERS = [
    "0639981234",
    "+33639981234",
    "06 39 98 12 34",
    "06.39.98.12.34",
    "+33 6 39 98 12 34",
    "06-39-98-12-34",
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged during a test; afterwards all loggers are as before."""
    names = ["", *FOREIGN, *SILENT]
    before = [(n, (g := logging.getLogger(n)).handlers[:], g.level, g.propagate) for n in names]
    stream = io.StringIO()
    set_up(stream)
    yield stream
    for name, handlers, level, propagate in before:
        logger = logging.getLogger(name)
        logger.handlers, logger.level, logger.propagate = handlers, level, propagate


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_ids(written: io.StringIO) -> None:
    with about(call="01HF-abc", tenant="cabinet-morel"), about(attempt="7"):
        logging.getLogger("qualify.work").info("appel traité", extra={"seconds": 1.5, "state": "ready"})
    logging.getLogger("qualify.work").info("arrêt")
    first, second = lines(written)
    assert first.pop("at").endswith("+00:00")
    assert first == {
        "level": "info",
        "logger": "qualify.work",
        "message": "appel traité",
        "attempt": "7",
        "call": "01HF-abc",
        "tenant": "cabinet-morel",
        "seconds": 1.5,
        "state": "ready",
    }
    assert "call" not in second


MESSAGES: list[tuple[str, tuple[object, ...], str]] = [
    ("%s tours en %.1f s", (12, 3.25), "12 tours en 3.2 s"),
    ("reçu : %s", (SAID,), "reçu : …"),
    ("port %d", (8000,), "port 8000"),
    ("appel de %s", (33639981234,), "appel de …"),
    ("%d tours", (Decimal(3),), "%d tours"),
    ("%(a)s et %(b)s", ({"a": 3, "b": SAID},), "3 et …"),
    ("de a.petit@exemple.fr à <b@exemple.fr>", (), "de … à <…>"),
    ("le 2026-11-24 à 09:30:00, 100 %", (), "le 2026-11-24 à 09:30:00, 100 %"),
    *[(f"rappeler {number} demain", (), "rappeler … demain") for number in NUMBERS],
]


@pytest.mark.parametrize(("template", "args", "message"), MESSAGES, ids=[m[0] for m in MESSAGES])
def test_of_a_message_only_the_template_and_numbers_are_written(
    written: io.StringIO, template: str, args: tuple[object, ...], message: str
) -> None:
    logging.getLogger("uvicorn.error").info(template, *args)
    assert lines(written)[0]["message"] == message


EXTRAS: list[tuple[str, object, object]] = [
    ("call", "3f0e1a52-7a6e-4c0b-9b0e-2f1f9a1f2b3c", "3f0e1a52-7a6e-4c0b-9b0e-2f1f9a1f2b3c"),
    ("route", "/v1/calls/{call_id}", "/v1/calls/{call_id}"),
    ("reason", "TimeoutError", "TimeoutError"),
    ("count", 10, 10),
    ("seconds", 0.012345678901, 0.012345678901),
    ("status", None, None),
    ("reason", SAID, "…"),
    ("call", "0639981234", "…"),
    ("number", 33639981234, "…"),
    ("key", "a.petit@exemple.fr", "…"),
    ("tenant", "a" * 200, "…"),
]


@pytest.mark.parametrize(("name", "value", "shown"), EXTRAS)
def test_fields_are_written_where_they_look_like_ids(
    written: io.StringIO, name: str, value: object, shown: object
) -> None:
    logging.getLogger("qualify").info("x", extra={name: value})
    assert lines(written)[0][name] == shown


def test_fields_of_other_names_are_left_out(written: io.StringIO) -> None:
    logging.getLogger("qualify").info("x", extra={"caller_number": "abc", "transcript": "def"})
    with about(caller="ghi"):
        logging.getLogger("qualify").info("x")
    assert not {"abc", "def", "ghi"} & {str(v) for line in lines(written) for v in line.values()}


def test_an_error_is_told_by_its_type_and_place(written: io.StringIO) -> None:
    class Body(BaseModel):
        number: int

    try:
        try:
            Body.model_validate({"number": SAID})
        except ValueError as error:
            raise RuntimeError(f"« {SAID} »") from error
    except RuntimeError:
        logging.getLogger("qualify").exception("traitement interrompu")
    error = lines(written)[0]["error"]
    assert (error["type"], error["causes"]) == ("RuntimeError", ["ValidationError"])
    assert "test_an_error_is_told_by_its_type_and_place" in error["frames"][0]
    assert "Petit" not in written.getvalue()


@given(
    said=st.text(min_size=12).filter(lambda text: not text.isdecimal()), name=st.sampled_from(sorted(FIELDS))
)
def test_whatever_is_said_is_not_written(said: str, name: str) -> None:
    said = f"{said} é"  # no code of ours
    try:
        raise ValueError(said)
    except ValueError as error:
        record = logging.LogRecord("qualify", 20, "f.py", 1, "appel %s", (said,), (ValueError, error, None))
    record.__dict__[name] = said
    line = JsonFormatter().format(record)
    assert said not in json.loads(line).values()
    assert json.dumps(said, ensure_ascii=False)[1:-1] not in line


def test_loggers_that_tell_addresses_are_silent(written: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://exemple.fr/hook?token=abc")
    logging.getLogger("uvicorn.access").info('%s - "%s"', "192.0.2.1", "/v1/ack?token=abc")
    assert written.getvalue() == ""
    logging.getLogger("httpx").warning("lent")
    assert lines(written)[0]["logger"] == "httpx"


def test_dbos_adds_no_handler_of_its_own(written: io.StringIO) -> None:
    from dbos._logger import init_logger

    init_logger()
    logging.getLogger("dbos").warning("file d'attente")
    assert len(lines(written)) == 1


@pytest.fixture
def service() -> tuple[TestClient, Metrics]:
    app, metrics = FastAPI(), Metrics()
    app.add_middleware(RequestLog, metrics=metrics)

    @app.get("/calls/{call_id}")
    def call(call_id: str, number: str = "") -> str:
        if call_id == "defect":
            raise RuntimeError(SAID)
        logging.getLogger("qualify.service").info("appel lu")
        return call_id

    return TestClient(app, raise_server_exceptions=False), metrics


def test_a_request_is_logged_by_its_route(written: io.StringIO, service: tuple[TestClient, Metrics]) -> None:
    answer = service[0].get("/calls/petit?number=0639981234")
    inner, outer = [line for line in lines(written) if line["logger"].startswith("qualify")]
    assert inner["request"] == outer["request"] == answer.headers["x-request-id"]
    assert (outer["method"], outer["route"], outer["status"]) == ("GET", "/calls/{call_id}", 200)
    assert outer["seconds"] < 5
    assert "petit" not in written.getvalue()
    assert "0639981234" not in written.getvalue()


@pytest.mark.parametrize(
    ("method", "path", "shown", "route", "status"),
    [
        ("GET", "/petit", "GET", "unknown", 404),
        ("PETIT", "/calls/a", "other", "/calls/{call_id}", 405),
        ("GET", "/calls/defect", "GET", "/calls/{call_id}", 500),
    ],
)
def test_requests_that_fail_are_logged_and_counted_too(
    written: io.StringIO,
    service: tuple[TestClient, Metrics],
    method: str,
    path: str,
    shown: str,
    route: str,
    status: int,
) -> None:
    client, metrics = service
    client.request(method, path)
    line = next(line for line in lines(written) if line["logger"] == "qualify.service.requests")
    assert (line["method"], line["route"], line["status"]) == (shown, route, status)
    counted = f'qualify_request_seconds_count{{method="{shown}",route="{route}",status="{status}"}} 1.0'
    assert counted in metrics.text(QueueState()).decode()
    assert "petit" not in written.getvalue().lower()


def test_the_ids_of_a_path_are_told_and_nothing_else_of_it(
    written: io.StringIO, service: tuple[TestClient, Metrics]
) -> None:
    ours = "call_0123456789abcdef01234567"
    for call in (ours, "petit", "0639981234"):
        service[0].get(f"/calls/{call}")
    told = [line.get("call") for line in lines(written) if line["logger"] == "qualify.service.requests"]
    assert told == [ours, None, None]


SECRETS = ["chaîne saute", "Alain Petit", "639981234", "39 98 12", "a.petit@exemple.fr", "dossier-petit"]


def test_a_service_at_work_logs_nothing_that_a_call_says(written: io.StringIO, tmp_path: Path) -> None:
    served = open_service(tmp_path)
    client = served.client()
    words = "Alain Petit, a.petit@exemple.fr, au 06 39 98 12 34 : ma chaîne saute."
    call = client.post("/v1/calls", json=call_body(caller_number="+33639981234", external_id="dossier-petit"))
    assert call.status_code == 202
    ready = served.handled(caller_number="+33639981234")
    for path in ("transcript", "message", "evidence", "vcon"):
        assert "saute" in client.get(f"/v1/calls/{ready.id}/{path}").text
    statuses = [
        client.post("/v1/calls", json=call_body(caller_number=words)).status_code,
        client.post("/v1/calls", json={"turns": [{"speaker": words, "text": words}]}).status_code,
        client.post("/v1/calls", content=words.encode(), headers={"content-type": "text/plain"}).status_code,
        client.get("/v1/calls", params={"external_id": "dossier-petit", "state": words}).status_code,
        client.get(f"/v1/calls/{words}").status_code,
        client.post("/v1/persons/export", json={"number": "+33639981234", "name": "Alain Petit"}).status_code,
    ]
    assert all(400 <= status < 500 for status in statuses[:5]), statuses
    served.store.close()
    assert any(line.get("call") == ready.id for line in lines(written))
    assert [secret for secret in SECRETS if secret in written.getvalue()] == []
