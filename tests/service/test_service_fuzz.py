"""A thousand mutated requests leave the service running, and its store as it says it is."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import OURS, SOUND, YAML_TYPE, YAMLS, Service, open_service

from qualify.store.domain import CallFilter

REQUESTS = 1000
CALL = {
    "tenant": OURS,
    "external_id": "pbx-1",
    "started_at": "2026-11-24T09:30:00",
    "caller_number": "+33639981234",
    "turns": [{"speaker": "agent", "text": "Bonjour."}, {"speaker": "caller", "text": "J'ai une fuite."}],
}
MULTIPART = (
    b'--sep\r\nContent-Disposition: form-data; name="tenant"\r\n\r\n' + OURS.encode() + b"\r\n"
    b'--sep\r\nContent-Disposition: form-data; name="recording"; filename="a.wav"\r\n'
    b"Content-Type: audio/wav\r\n\r\n" + SOUND[:2000] + b"\r\n--sep--\r\n"
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(tmp_path)
    yield opened
    opened.store.close()


def mutated(body: bytes, dice: random.Random) -> bytes:
    """The body with some bytes changed, cut out, doubled, or put in."""
    changed = bytearray(body)
    for _ in range(dice.choice([0, 1, 1, 2, 5, 20])):
        at = dice.randrange(len(changed) + 1)
        kind = dice.randrange(4)
        if kind == 0 and changed:
            changed[at % len(changed)] = dice.randrange(256)
        elif kind == 1:
            del changed[at : at + dice.randrange(1, 200)]
        elif kind == 2:
            changed[at:at] = changed[at : at + dice.randrange(1, 200)]
        else:
            changed[at:at] = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 8)))
    return bytes(changed)


@pytest.mark.slow
def test_mutated_requests_leave_the_service_running_and_its_store_consistent(service: Service) -> None:
    dice = random.Random(11)
    client = service.client()
    kinds = (
        ("POST", "/v1/calls", {"content-type": "application/json"}, json.dumps(CALL).encode()),
        ("POST", "/v1/calls", {"content-type": "multipart/form-data; boundary=sep"}, MULTIPART),
        ("PUT", f"/v1/tenants/{OURS}/instructions", YAML_TYPE, YAMLS[OURS].encode()),
        (
            "POST",
            "/v1/webhooks",
            {"content-type": "application/json"},
            b'{"tenant": "x", "url": "https://a.fr/"}',
        ),
    )
    accepted: set[str] = set()
    statuses = set()
    for number in range(REQUESTS):
        method, path, headers, body = dice.choice(kinds)
        fresh = body.replace(b"pbx-1", f"pbx-{number}".encode())
        answer = client.request(method, path, headers=headers, content=mutated(fresh, dice))
        assert answer.status_code < 500, (method, path, answer.text)
        statuses.add(answer.status_code)
        if answer.status_code == 202:
            accepted.add(answer.json()["id"])
        elif answer.status_code >= 400:
            assert answer.headers["content-type"].startswith("application/problem+json")
    assert {202, 400, 422} <= statuses
    assert client.get("/readyz").status_code == 200
    kept: set[str] = set()
    cursor = None
    while True:
        page = service.store.calls(CallFilter(), cursor=cursor, limit=100)
        kept |= {call.id for call in page.items}
        cursor = page.next
        if cursor is None:
            break
    assert kept == accepted
    assert set(service.enqueued) == accepted
    assert service.store.verify_audit().ok
    for call_id in kept:
        call = service.store.call(call_id)
        assert call.state == "queued"
        assert call.has_audio or service.store.transcript(call_id).turns
