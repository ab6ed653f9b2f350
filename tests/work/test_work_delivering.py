"""One try of a delivery: sent and kept, tried again later, given up, never sent twice by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from work_calls import TENANT, Workshop, workshop

from qualify.delivery.result import SendResult, dead, retry, sent, unknown
from qualify.store.domain import Attempt, AttemptStatus, Call
from qualify.work import parcels

Sends = Callable[[SendResult], list[Attempt]]


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return workshop(tmp_path)


@pytest.fixture
def sends(monkeypatch: pytest.MonkeyPatch) -> Sends:
    """Has every sending end with a result, and lists what was sent."""

    def answer(result: SendResult) -> list[Attempt]:
        made: list[Attempt] = []

        def send(attempt: Attempt, *inputs: object, **options: object) -> SendResult:
            made.append(attempt)
            return result

        monkeypatch.setattr(parcels, "send_message", send)
        monkeypatch.setattr(parcels, "send_event", send)
        return made

    return answer


def approved(shop: Workshop) -> Call:
    """A call whose message is to leave by e-mail."""
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.approve(call.id, who="Anne")
    shop.announce(call.id)
    return call


def test_a_message_that_was_sent_makes_its_call_sent_and_is_not_sent_again(
    shop: Workshop, sends: Sends
) -> None:
    made = sends(sent("250 pris"))
    call = approved(shop)
    (attempt,) = shop.attempts(call)
    shop.deliver(attempt.id)
    shop.deliver(attempt.id)
    assert len(made) == 1
    (attempt,) = shop.attempts(call)
    assert (attempt.status, attempt.receipt, attempt.number) == ("sent", "250 pris", 1)
    assert shop.store.call(call.id).state == "sent"
    assert shop.store.draft(call.id).state == "sent"


@pytest.mark.parametrize(
    ("result", "status"), [(unknown("Réponse perdue."), "unknown"), (dead("Refusé."), "dead")]
)
def test_what_is_in_doubt_or_refused_waits_for_a_person(
    shop: Workshop, sends: Sends, result: SendResult, status: AttemptStatus
) -> None:
    made = sends(result)
    call = approved(shop)
    (attempt,) = shop.attempts(call)
    for _ in range(3):
        shop.deliver(attempt.id)
        shop.clock.pass_(hours=30)
    (attempt,) = shop.attempts(call)
    assert (attempt.status, attempt.error, len(made)) == (status, result.error, 1)
    assert shop.store.call(call.id).state == "ready"


def test_what_may_go_later_is_tried_again_when_it_is_due_and_given_up_after_a_day(
    shop: Workshop, sends: Sends
) -> None:
    made = sends(retry("Le serveur refuse pour l'instant."))
    call = approved(shop)
    (attempt,) = shop.attempts(call)
    begun_at = shop.clock()
    while attempt.status == "pending":
        shop.deliver(attempt.id)
        shop.deliver(attempt.id)
        (attempt,) = shop.attempts(call)
        shop.clock.now = attempt.due_at
    assert attempt.status == "dead"
    assert shop.clock() - begun_at == timedelta(hours=24)
    assert len(made) == attempt.number > 10


def test_an_e_mail_that_a_dead_process_began_to_send_is_left_to_a_person(
    shop: Workshop, sends: Sends
) -> None:
    made = sends(sent("250"))
    call = approved(shop)
    (attempt,) = shop.attempts(call)
    assert shop.store.begin_attempt(attempt.id)
    shop.deliver(attempt.id)
    (attempt,) = shop.attempts(call)
    assert (attempt.status, made) == ("unknown", [])
    shop.store.replay(attempt.id, who="Anne")
    shop.deliver(attempt.id)
    assert len(made) == 1
    assert shop.attempts(call)[0].status == "sent"


def test_a_webhook_that_a_dead_process_began_to_post_is_posted_again(shop: Workshop, sends: Sends) -> None:
    made = sends(sent("204"))
    shop.store.create_webhook(TENANT, "https://a.example/", ["message.drafted"], who="test")
    call = shop.accepted()
    shop.handle(call.id)
    (attempt,) = shop.attempts(call)
    assert shop.store.begin_attempt(attempt.id)
    shop.deliver(attempt.id)
    assert len(made) == 1
    (attempt,) = shop.attempts(call)
    assert (attempt.status, attempt.number) == ("sent", 2)


def test_a_message_that_was_confirmed_meanwhile_tells_nobody_else(shop: Workshop, sends: Sends) -> None:
    made = sends(sent("250"))
    call = approved(shop)
    (attempt,) = shop.attempts(call)
    shop.store.acknowledge(call.id, who="Lucie")
    shop.deliver(attempt.id)
    assert (shop.attempts(call)[0].status, made) == ("acknowledged", [])


def test_a_message_that_was_rejected_meanwhile_does_not_leave(shop: Workshop, sends: Sends) -> None:
    made = sends(sent("250"))
    call = approved(shop)
    (attempt,) = shop.attempts(call)
    shop.store.reject(call.id, who="Anne")
    shop.deliver(attempt.id)
    assert (shop.attempts(call)[0].status, made) == ("dead", [])


def test_a_webhook_that_was_removed_or_switched_off_gets_nothing(shop: Workshop, sends: Sends) -> None:
    made = sends(sent("204"))
    gone, _ = shop.store.create_webhook(TENANT, "https://a.example/", ["message.drafted"], who="test")
    off, _ = shop.store.create_webhook(TENANT, "https://b.example/", ["message.drafted"], who="test")
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.remove_webhook(gone.id, who="test")
    shop.store.set_webhook(off.id, who="test", active=False)
    for attempt in shop.attempts(call):
        shop.deliver(attempt.id)
    assert [a.status for a in shop.attempts(call)] == ["dead", "dead"]
    assert made == []
