"""Messages: a new draft revises the one before it, and what was sent never changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from kept import DATABASES, Kept, opened, outcome, said

from qualify.records import Reason
from qualify.store import NotFoundError, StateError
from qualify.store.domain import Attempt, Call, Draft

UNCLEAR = (Reason(code="unclear", detail="Paroles peu claires."),)


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    with opened(request.param, tmp_path) as kept:
        yield kept


def planned(kept: Kept, draft: Draft, *, event: str | None = None, key: str = "once") -> Attempt:
    return kept.store.plan_attempt(
        draft.call,
        draft=draft.number,
        event=event,
        channel="email",
        address="lucie@morel.example",
        idempotency_key=key,
        due_at=kept.clock.now,
    )


def sent(kept: Kept, call: Call) -> Draft:
    draft = kept.store.approve(call.id, who="policy")
    attempt = planned(kept, draft, key=f"{call.id}:{draft.number}")
    assert kept.store.begin_attempt(attempt.id)
    kept.store.record_attempt(attempt.id, "sent", receipt="250 OK")
    return kept.store.draft(call.id)


def states(kept: Kept, call: Call) -> list[str]:
    return [kept.store.call(call.id).state, *(draft.state for draft in kept.store.drafts(call.id))]


def test_a_draft_is_approved_sent_and_acknowledged(kept: Kept) -> None:
    call = kept.handled(reasons=UNCLEAR)
    assert states(kept, call) == ["needs_review", "drafted"]
    assert kept.store.approve(call.id, who="lucie") == kept.store.approve(call.id, who="paul")
    assert states(kept, call) == ["ready", "approved"]
    sent(kept, call)
    assert states(kept, call) == ["sent", "sent"]
    assert kept.store.acknowledge(call.id, who="morel").state == "acknowledged"
    kept.store.acknowledge(call.id, who="morel")
    assert states(kept, call) == ["acknowledged", "acknowledged"]


def test_an_edit_keeps_the_evidence_of_what_it_keeps(kept: Kept) -> None:
    call = kept.handled()
    draft = kept.store.edit(call.id, ["Ma chaîne saute", "Urgent."], who="lucie", recipient="Paul Morel")
    first, second = draft.message.sentences
    assert (first.kind, second.kind) == ("quote", "fixed")
    assert first.evidence
    assert (draft.number, draft.revises, draft.recipient, draft.who) == (2, 1, "Paul Morel", "lucie")
    assert draft.message.revises == f"{call.id}:1"
    assert states(kept, call) == ["needs_review", "rejected", "drafted"]


def test_an_edit_takes_back_what_had_not_left(kept: Kept) -> None:
    call = kept.handled()
    attempt = planned(kept, kept.store.approve(call.id, who="lucie"))
    event = planned(kept, kept.store.draft(call.id), event="message.approved", key="event")
    kept.store.edit(call.id, ["Autre chose."], who="lucie")
    assert kept.store.attempt(attempt.id).status == "dead"
    assert kept.store.attempt(event.id).status == "pending"
    assert not kept.store.begin_attempt(attempt.id)
    with pytest.raises(StateError):
        kept.store.replay(attempt.id, who="lucie")


def test_an_edit_that_comes_while_a_message_leaves_does_not_deny_it(kept: Kept) -> None:
    call = kept.handled()
    attempt = planned(kept, kept.store.approve(call.id, who="lucie"))
    assert kept.store.begin_attempt(attempt.id)
    kept.store.edit(call.id, ["Autre chose."], who="lucie")
    kept.store.record_attempt(attempt.id, "sent")
    assert states(kept, call) == ["needs_review", "sent", "drafted"]


def test_a_person_writes_where_the_engine_drafted_nothing(kept: Kept) -> None:
    call = kept.handled(silent=True)
    with pytest.raises(NotFoundError):
        kept.store.approve(call.id, who="lucie")
    assert kept.store.edit(call.id, ["Rappeler."], who="lucie").number == 1
    assert states(kept, call) == ["needs_review", "drafted"]


def test_a_rejected_draft_does_not_leave(kept: Kept) -> None:
    call = kept.handled()
    kept.store.reject(call.id, who="lucie")
    assert states(kept, call) == ["needs_review", "rejected"]
    for refused in (kept.store.approve, kept.store.acknowledge):
        with pytest.raises(StateError):
            refused(call.id, who="lucie")


def test_only_the_last_draft_is_approved(kept: Kept) -> None:
    call = kept.handled()
    kept.store.edit(call.id, ["Rappeler."], who="lucie")
    with pytest.raises(StateError, match="remplacé par le n° 2"):
        kept.store.approve(call.id, who="lucie", number=1)


def test_what_was_sent_is_not_rejected_nor_skipped(kept: Kept) -> None:
    call = kept.handled()
    sent(kept, call)
    with pytest.raises(StateError):
        kept.store.reject(call.id, who="lucie")
    with pytest.raises(StateError):
        kept.store.skip(call.id, code="duplicate", who="lucie")


def test_reprocessing_never_overwrites_what_was_sent(kept: Kept) -> None:
    call = kept.handled()
    first = sent(kept, call)
    kept.store.reprocess(call.id, who="lucie")
    with pytest.raises(StateError):
        kept.store.approve(call.id, who="lucie")
    kept.handled(kept.store.call(call.id), message=said("rappelez Jeanne Lefèvre"))
    assert kept.store.draft(call.id, 1) == first
    assert kept.store.draft(call.id).revises == 1
    assert states(kept, call) == ["ready", "sent", "drafted"]


def test_reprocessing_to_the_same_words_drafts_and_sends_nothing_again(kept: Kept) -> None:
    call = kept.handled()
    sent(kept, call)
    kept.store.reprocess(call.id, who="lucie")
    again = kept.handled(kept.store.call(call.id))
    assert (again.state, len(kept.store.drafts(call.id))) == ("sent", 1)
    made = kept.store.outcome(call.id)
    assert made is not None
    assert made.message == said()


@pytest.mark.parametrize(("leaves", "expected"), [(False, ["skipped", "rejected"]), (True, ["sent", "sent"])])
def test_reprocessing_to_no_message(kept: Kept, leaves: bool, expected: list[str]) -> None:
    call = kept.handled()
    if leaves:
        sent(kept, call)
    kept.store.reprocess(call.id, who="lucie")
    kept.handled(kept.store.call(call.id), silent=True)
    assert states(kept, call) == expected
    made = kept.store.outcome(call.id)
    assert made is not None
    assert made.message is None


def test_a_delivery_is_planned_once(kept: Kept) -> None:
    draft = kept.store.approve(kept.handled().id, who="policy")
    attempt = planned(kept, draft)
    assert planned(kept, draft) == attempt
    assert (attempt.status, attempt.number, attempt.address) == ("pending", 0, "lucie@morel.example")
    assert kept.store.attempts(call_id=draft.call).items == (attempt,)


def test_a_try_is_begun_once_and_counted(kept: Kept) -> None:
    attempt = planned(kept, kept.store.approve(kept.handled().id, who="policy"))
    assert kept.store.begin_attempt(attempt.id)
    assert not kept.store.begin_attempt(attempt.id)
    due_at = kept.clock.now + timedelta(minutes=5)
    retried = kept.store.record_attempt(attempt.id, "pending", due_at=due_at, error="451")
    assert (retried.number, retried.started_at, retried.due_at, retried.error) == (1, None, due_at, "451")
    assert kept.store.due_attempts() == ()
    kept.clock.pass_(minutes=5)
    assert [due.id for due in kept.store.due_attempts()] == [attempt.id]
    assert kept.store.begin_attempt(attempt.id)
    assert kept.store.attempt(attempt.id).number == 2
    with pytest.raises(NotFoundError):
        kept.store.begin_attempt("att_0")


def test_a_retry_without_a_time_is_refused(kept: Kept) -> None:
    attempt = planned(kept, kept.store.approve(kept.handled().id, who="policy"))
    with pytest.raises(StateError):
        kept.store.record_attempt(attempt.id, "pending")


@pytest.mark.parametrize("late", ["unknown", "dead", "sent"])
def test_what_arrived_stays_so(kept: Kept, late: str) -> None:
    call = kept.handled()
    sent(kept, call)
    (attempt,) = kept.store.attempts(call_id=call.id).items
    assert kept.store.record_attempt(attempt.id, late, error="perdu").status == "sent"
    assert kept.store.record_attempt(attempt.id, "acknowledged").status == "acknowledged"
    assert states(kept, call) == ["acknowledged", "acknowledged"]


@pytest.mark.parametrize("status", ["dead", "unknown"])
def test_a_dead_letter_is_replayed_under_its_key(kept: Kept, status: str) -> None:
    attempt = planned(kept, kept.store.approve(kept.handled().id, who="policy"))
    kept.store.begin_attempt(attempt.id)
    kept.store.record_attempt(attempt.id, status, error="550")
    assert [letter.id for letter in kept.store.dead_letters().items] == [attempt.id]
    again = kept.store.replay(attempt.id, who="lucie")
    assert (again.status, again.idempotency_key) == ("pending", attempt.idempotency_key)
    assert kept.store.dead_letters().items == ()
    assert kept.store.begin_attempt(attempt.id)
    with pytest.raises(StateError):
        kept.store.replay(attempt.id, who="lucie")


def test_an_event_that_arrived_does_not_make_the_message_sent(kept: Kept) -> None:
    call = kept.handled()
    attempt = planned(kept, kept.store.draft(call.id), event="message.drafted")
    kept.store.begin_attempt(attempt.id)
    kept.store.record_attempt(attempt.id, "sent")
    assert states(kept, call) == ["ready", "drafted"]


def test_deliveries_are_listed_by_tenant_and_status(kept: Kept) -> None:
    attempt = planned(kept, kept.store.approve(kept.handled().id, who="policy"))
    assert kept.store.attempts(tenants=()).items == ()
    assert kept.store.attempts(status="sent").items == ()
    assert kept.store.attempts(tenants=(attempt.tenant,), status="pending").items == (attempt,)


def test_an_outcome_of_a_known_message_reads_back(kept: Kept) -> None:
    call = kept.handled(message=said("saute"))
    kept.store.edit(call.id, ["Autre chose."], who="lucie")
    made = kept.store.outcome(call.id)
    assert made == outcome(message=said("saute"))
