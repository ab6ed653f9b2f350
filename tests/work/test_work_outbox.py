"""What leaves, by how far a call has come and what the tenant allows; planned twice it is planned once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import ScriptedUnderstanding, scripted
from work_calls import TENANT, Leaving, Workshop, workshop

from qualify.delivery.events import EVENTS
from qualify.records import Reason
from qualify.store.domain import Call
from qualify.work import outbox

ESCALATION = """
tenant: atelier-morel
recipients:
  - email: [lucie@morel.example]
escalation:
  urgencies: [normal]
  rounds: 2
  contacts:
    - {name: Lucie Morel, email: [lucie@morel.example], minutes: 5}
    - {name: Karim Benali, notify: [garde], minutes: 10}
"""


def events(shop: Workshop, call: Call) -> list[str]:
    return [attempt.event for attempt in shop.attempts(call) if attempt.event is not None]


@pytest.mark.parametrize(
    ("leaving", "reasons", "draft", "planned"),
    [
        ("approved", (), "drafted", 0),
        ("by_itself", (), "approved", 1),
        ("by_itself", (Reason(code="x", detail="X."),), "drafted", 0),
    ],
)
def test_a_message_leaves_by_itself_only_where_the_tenant_lets_it(
    tmp_path: Path, leaving: Leaving, reasons: tuple[Reason, ...], draft: str, planned: int
) -> None:
    shop = workshop(tmp_path, leaving=leaving)
    shop.engines = scripted(understanding=ScriptedUnderstanding(reasons=reasons))
    call = shop.accepted()
    shop.handle(call.id)
    assert shop.store.draft(call.id).state == draft
    assert len(shop.attempts(call)) == planned
    assert len(shop.asked) == planned


def test_an_approved_message_is_planned_once_however_often_it_is_planned(tmp_path: Path) -> None:
    shop = workshop(tmp_path)
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.approve(call.id, who="Anne")
    for _ in range(3):
        shop.announce(call.id)
        shop.clock.pass_(minutes=1)
    (attempt,) = shop.attempts(call)
    assert (attempt.channel, attempt.address) == ("email", "lucie@morel.example")
    assert (attempt.draft, attempt.event, attempt.status) == (1, None, "pending")


def test_an_edited_message_waits_for_approval_even_where_messages_leave_by_themselves(tmp_path: Path) -> None:
    shop = workshop(tmp_path, leaving="by_itself")
    shop.store.put_delivery(TENANT, "tenant: atelier-morel\n", who="test")
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.edit(call.id, ["Rappeler."], who="Anne")
    shop.store.put_delivery(TENANT, ESCALATION, who="test")
    shop.announce(call.id)
    assert shop.store.draft(call.id).state == "drafted"
    assert shop.attempts(call) == ()


def test_contacts_are_told_in_their_turn_until_the_rounds_are_over(tmp_path: Path) -> None:
    shop = workshop(tmp_path)
    shop.store.put_delivery(TENANT, ESCALATION, who="test")
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.approve(call.id, who="Anne")
    now = shop.clock()
    outbox.plan(shop.store, call.id, now=now)
    told = [((a.due_at - now) / timedelta(minutes=1), a.address) for a in shop.attempts(call)]
    mail = "lucie@morel.example"
    assert told == [(0, mail), (0, mail), (5, "garde"), (15, mail), (20, "garde")]
    shop.clock.pass_(minutes=7)
    shop.announce(call.id)
    assert len(shop.attempts(call)) == 5
    assert len(shop.asked) == 3


def test_an_escalation_planned_again_another_day_has_the_same_steps(tmp_path: Path) -> None:
    shop = workshop(tmp_path)
    shop.clock.now = datetime(2026, 12, 20, 22, 58, tzinfo=UTC)
    shop.store.put_delivery(TENANT, ESCALATION, who="test")
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.approve(call.id, who="Anne")
    shop.announce(call.id)
    planned = shop.attempts(call)
    shop.clock.pass_(minutes=10)  # Lucie Morel is away from the 21st on
    shop.announce(call.id)
    assert shop.attempts(call) == planned


def test_each_event_is_told_once_to_each_webhook_that_wants_it(tmp_path: Path) -> None:
    shop = workshop(tmp_path)
    shop.store.create_webhook(TENANT, "https://a.example/", EVENTS, who="test")
    shop.store.create_webhook(TENANT, "https://b.example/", ["message.approved"], who="test")
    call = shop.accepted()
    shop.handle(call.id)
    assert events(shop, call) == ["transcript.created", "qualification.created", "message.drafted"]
    shop.store.approve(call.id, who="Anne")
    shop.announce(call.id)
    shop.announce(call.id)
    assert events(shop, call)[3:] == ["message.approved", "message.approved"]
    shop.store.acknowledge(call.id, who="Lucie")
    shop.announce(call.id)
    assert set(events(shop, call)[5:]) == {"message.sent", "message.acknowledged"}


def test_a_failed_call_is_told_again_where_it_fails_again(tmp_path: Path) -> None:
    shop = workshop(tmp_path)
    shop.store.create_webhook(TENANT, "https://a.example/", ["call.failed"], who="test")
    shop.engines = scripted(understanding=ScriptedUnderstanding(error=ValueError("?")))
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.reprocess(call.id, who="test")
    shop.handle(call.id)
    assert events(shop, call) == ["call.failed", "call.failed"]
