"""What people decide on messages, by their key and by a signed link; deliveries that they replay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import LINK_KEY, OURS, Service, open_service

from qualify.delivery.ack import PATH, Acknowledgement, signed
from qualify.service.limits import ServiceLimits
from qualify.service.settings import ServiceSettings
from qualify.store.domain import Attempt, AttemptStatus

SENTENCE = "Bonjour, ma chaîne saute."


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = open_service(tmp_path)
    yield service
    service.store.close()


@pytest.fixture
def agent(service: Service) -> TestClient:
    return service.client("agent", [OURS])


def message_of(service: Service) -> str:
    """The path of a ready call's message."""
    return f"/v1/calls/{service.handled().id}/message"


def attempt(service: Service, call_id: str) -> Attempt:
    """A delivery of the call's first draft."""
    return service.store.plan_attempt(
        call_id,
        channel="email",
        address="lucie@morel.example",
        idempotency_key=f"{call_id}/1",
        due_at=datetime.now(UTC),
        draft=1,
    )


def link_of(delivery: Attempt, *, hours: float = 1, key: bytes = LINK_KEY) -> str:
    expires_at = datetime.now(UTC) + timedelta(hours=hours)
    return PATH + signed(Acknowledgement(attempt=delivery.id, expires_at=expires_at), key=key)


# ---------------------------------------------------------------- decisions


def test_a_message_is_approved_and_its_leaving_seen_to(service: Service, agent: TestClient) -> None:
    path = message_of(service)
    answer = agent.post(f"{path}/approve", json={"number": 1})
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert answer.json()["who"].startswith("agent (key_")
    assert service.changed == [answer.json()["call"]]


def test_a_message_is_rewritten_and_what_stood_keeps_its_evidence(
    service: Service, agent: TestClient
) -> None:
    path = message_of(service)
    answer = agent.put(path, json={"sentences": [SENTENCE, "Rappeler avant midi."], "recipient": "Karim"})
    draft = answer.json()
    assert (draft["number"], draft["revises"], draft["recipient"]) == (2, 1, "Karim")
    kinds = [(s["kind"], bool(s["evidence"])) for s in draft["message"]["sentences"]]
    assert kinds == [("quote", True), ("fixed", False)]
    drafts = agent.get(path.replace("/message", "/drafts")).json()["items"]
    assert [d["state"] for d in drafts] == ["rejected", "drafted"]
    assert agent.get(path).json() == drafts[1]
    assert agent.get(path.replace("/message", "/drafts/1")).json() == drafts[0]


def test_a_draft_that_is_not_the_last_any_more_is_not_approved(service: Service, agent: TestClient) -> None:
    path = message_of(service)
    agent.put(path, json={"sentences": ["Autre chose."]})
    answer = agent.post(f"{path}/approve", json={"number": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_rejected_message_needs_review(service: Service, agent: TestClient) -> None:
    path = message_of(service)
    assert agent.post(f"{path}/reject").json()["state"] == "rejected"
    assert agent.get(path.removesuffix("/message")).json()["state"] == "needs_review"
    assert agent.post(f"{path}/approve").status_code == 409


def test_a_message_is_acknowledged_only_once_it_may_leave(service: Service, agent: TestClient) -> None:
    path = message_of(service)
    assert agent.post(f"{path}/acknowledge").status_code == 409
    agent.post(f"{path}/approve")
    assert agent.post(f"{path}/acknowledge").json()["state"] == "acknowledged"
    assert agent.post(f"{path}/acknowledge").status_code == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"sentences": []}, {"sentences": [""]}, {"sentences": "texte"}, {"sentences": ["a"], "to": 1}],
)
def test_a_bad_edit_is_refused(service: Service, agent: TestClient, body: dict[str, object]) -> None:
    answer = agent.put(message_of(service), json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["key"].startswith("body.")


# ---------------------------------------------------------------- links


def test_a_link_acknowledges_by_its_button_and_not_by_being_opened(service: Service) -> None:
    call = service.handled()
    service.store.approve(call.id, who="test")
    link, browser = link_of(attempt(service, call.id)), service.nobody()
    page = browser.get(link)
    assert (page.status_code, '<form method="post">' in page.text) == (200, True)
    assert service.store.draft(call.id).state == "approved"
    assert "Merci" in browser.post(link).text
    assert browser.post(link).status_code == 200
    assert service.store.draft(call.id).state == "acknowledged"
    assert service.changed == [call.id, call.id]
    assert [a.status for a in service.store.attempts(call_id=call.id).items] == ["acknowledged"]


def test_a_page_tells_nothing_of_the_call(service: Service) -> None:
    call = service.handled(caller_number="+32470123456")
    page = service.nobody().get(link_of(attempt(service, call.id)))
    assert SENTENCE not in page.text
    assert call.id not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("hours", "key", "status"), [(-1, LINK_KEY, 410), (1, b"another key", 404), (-1, b"another key", 404)]
)
def test_a_link_that_is_not_good_acknowledges_nothing(
    service: Service, method: str, hours: float, key: bytes, status: int
) -> None:
    call = service.handled()
    service.store.approve(call.id, who="test")
    link = link_of(attempt(service, call.id), hours=hours, key=key)
    assert service.nobody().request(method, link).status_code == status
    assert service.store.draft(call.id).state == "approved"


def test_a_link_to_a_message_that_was_replaced_acknowledges_nothing(service: Service) -> None:
    call = service.handled()
    link = link_of(attempt(service, call.id))
    service.store.edit(call.id, ["Autre chose."], who="test")
    assert service.nobody().post(link).status_code == 410


def test_links_are_not_guessed_without_end(tmp_path: Path) -> None:
    settings = ServiceSettings(limits=ServiceLimits(refusals_per_minute=3), acknowledgement_keys=(LINK_KEY,))
    service = open_service(tmp_path, settings=settings)
    statuses = [service.nobody().get(f"{PATH}guess").status_code for _ in range(4)]
    assert statuses == [404, 404, 404, 429]
    service.store.close()


# ---------------------------------------------------------------- deliveries


@pytest.mark.parametrize("status", ["dead", "unknown"])
def test_a_delivery_that_was_given_up_is_replayed(service: Service, status: AttemptStatus) -> None:
    call = service.handled()
    service.store.approve(call.id, who="test")
    delivery = attempt(service, call.id)
    service.store.begin_attempt(delivery.id)
    service.store.record_attempt(delivery.id, status, error="le serveur ne répond pas")
    client = service.client("supervisor", [OURS])
    assert client.post(f"/v1/deliveries/{delivery.id}/replay").json()["status"] == "pending"
    assert service.changed == [call.id]
    assert client.post(f"/v1/deliveries/{delivery.id}/replay").status_code == 409


def test_deliveries_are_listed_by_call_and_status(service: Service, agent: TestClient) -> None:
    first, second = (attempt(service, service.handled().id) for _ in range(2))
    service.store.begin_attempt(second.id)
    service.store.record_attempt(second.id, "dead")

    def found(**asked: str) -> list[str]:
        return [item["id"] for item in agent.get("/v1/deliveries", params=asked).json()["items"]]

    assert found() == [second.id, first.id]
    assert found(call=first.call) == [first.id]
    assert found(status="dead") == [second.id]
    assert agent.get(f"/v1/deliveries/{first.id}").json()["address"] == "lucie@morel.example"
