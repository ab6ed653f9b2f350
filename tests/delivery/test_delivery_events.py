import json

import pytest
from delivered_calls import NOW, handled

from qualify.delivery.events import EVENTS, EventType, call_event, message_event


@pytest.mark.parametrize("kind", EVENTS)
def test_the_body_of_an_event(kind: EventType) -> None:
    event = call_event(kind, call="c1", tenant="plomberie", at=NOW, code="décodage")
    assert json.loads(event.body()) == {
        "type": kind,
        "timestamp": "2026-11-24T08:30:00+00:00",
        "data": {"call": "c1", "tenant": "plomberie", "code": "décodage"},
    }


def test_a_message_event_carries_the_message() -> None:
    event = message_event("message.approved", handled(), call="c1", draft=2, at=NOW)
    data = json.loads(event.body())["data"]
    assert (data["call"], data["tenant"], data["draft"]) == ("c1", "plomberie", 2)
    assert data["content"]["message"]["text"] == "Léa Morin. L'eau coule du plafond."


def test_the_same_event_gives_the_same_bytes() -> None:
    first, second = (message_event("message.sent", handled(), call="c1", draft=1, at=NOW) for _ in range(2))
    assert first.body() == second.body()
