"""Calls come in once, are found, and are given to workers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept import DATABASES, NUMBER, OTHER, SPOKEN, TENANT, Kept, opened, outcome, said
from pydantic import ValidationError

from qualify.records import Reason
from qualify.store import IdempotencyError, NotFoundError, StateError, StoreError
from qualify.store.domain import CallFilter, NewCall
from qualify.store.errors import CursorError

UNCLEAR = (Reason(code="unclear", detail="Paroles peu claires."),)


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    with opened(request.param, tmp_path) as kept:
        yield kept


def test_a_call_comes_in_with_all_that_was_said_of_it(kept: Kept) -> None:
    began = datetime(2026, 11, 24, 9, 29, 30)
    call = kept.accept(external_id="pabx-1", started_at=began, called_number="+33140000000", agent_channel=1)
    assert kept.store.call(call.id) == call
    assert (call.state, call.origin, call.tenant, call.accepted_by) == ("queued", "transcript", TENANT, "key")
    assert (call.started_at, call.received_at) == (began, kept.clock.now)
    assert (call.caller_number, call.called_number, call.agent_channel) == (NUMBER, "+33140000000", 1)
    assert kept.store.transcript(call.id) == SPOKEN
    assert kept.store.outcome(call.id) is None


@pytest.mark.parametrize(
    ("again", "result"),
    [
        ({}, "known"),
        ({"external_id": None}, "Idempotency-Key"),
        ({"idempotency_key": None}, "known"),
        ({"idempotency_key": "another"}, "known"),
        ({"caller_number": None}, "Idempotency-Key"),
        ({"caller_number": None, "idempotency_key": None}, "external_id"),
        ({"transcript": SPOKEN.model_copy(update={"language": "en"})}, "Idempotency-Key"),
        ({"external_id": "e2", "idempotency_key": "another"}, "new"),
        ({"tenant": OTHER}, "new"),
    ],
)
def test_the_same_request_is_one_call(kept: Kept, again: dict[str, object], result: str) -> None:
    first = {"tenant": TENANT, "transcript": SPOKEN, "caller_number": NUMBER}
    first |= {"external_id": "e1", "idempotency_key": "once"}
    call = kept.store.accept(NewCall(**first), who="key").call
    second = NewCall(**first | again)
    if result in ("known", "new"):
        accepted = kept.store.accept(second, who="key")
        assert (accepted.new, accepted.call.id == call.id) == (result == "new", result == "known")
    else:
        with pytest.raises(IdempotencyError) as caught:
            kept.store.accept(second, who="key")
        assert caught.value.field == result


def test_threads_that_send_the_same_call_at_once_make_one(kept: Kept) -> None:
    seen: list[tuple[str, bool]] = []

    def send() -> None:
        for number in range(5):
            new = NewCall(tenant=TENANT, transcript=SPOKEN, external_id=f"e{number}")
            accepted = kept.store.accept(new, who="key")
            seen.append((accepted.call.id, accepted.new))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 30
    assert len({call_id for call_id, _ in seen}) == sum(new for _, new in seen) == 5
    assert len(kept.store.calls().items) == 5


@pytest.mark.parametrize(
    "new",
    [
        {"tenant": "nobody", "transcript": SPOKEN},
        {"tenant": TENANT, "transcript": SPOKEN, "revision": 7},
        {"tenant": TENANT, "transcript": SPOKEN, "batch": "batch_0"},
    ],
)
def test_a_call_for_what_is_not_there_is_refused(kept: Kept, new: dict[str, object]) -> None:
    with pytest.raises(NotFoundError):
        kept.store.accept(NewCall(**new), who="key")
    assert kept.store.calls().items == ()


def test_a_call_without_words_and_without_sound_is_refused(kept: Kept) -> None:
    with pytest.raises(StoreError):
        kept.store.accept(NewCall(tenant=TENANT), who="key")


@pytest.mark.parametrize("text", ["", "a\0b", "a\nb", "x" * 201, "\ud800"])
def test_a_label_that_no_database_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        NewCall(tenant=TENANT, external_id=text)


def test_lists_go_by_cursor_newest_first(kept: Kept) -> None:
    ids = [kept.accept().id for _ in range(5)]
    first = kept.store.calls(limit=2)
    kept.accept()
    second = kept.store.calls(cursor=first.next, limit=2)
    third = kept.store.calls(cursor=second.next, limit=2)
    assert [c.id for page in (first, second, third) for c in page.items] == ids[::-1]
    assert third.next is None


@pytest.mark.parametrize(
    "cursor", ["", "x", "c2VxOi0x", "c2VxOmFi", "MTI", "é", "c2VxOjk5OTk5OTk5OTk5OTk5OTk"]
)
def test_a_cursor_that_is_none_of_ours_is_refused(kept: Kept, cursor: str) -> None:
    with pytest.raises(CursorError):
        kept.store.calls(cursor=cursor)


def test_lists_are_restricted(kept: Kept) -> None:
    urgent = kept.handled(urgency="critical")
    kept.clock.pass_(hours=1)
    other = kept.accept(tenant=OTHER, external_id="e9")
    late = kept.clock.now
    for which, expected in [
        (CallFilter(), [other.id, urgent.id]),
        (CallFilter(tenants=(TENANT,)), [urgent.id]),
        (CallFilter(tenants=(TENANT,), tenant=OTHER), []),
        (CallFilter(tenants=()), []),
        (CallFilter(tenant=OTHER), [other.id]),
        (CallFilter(state="queued"), [other.id]),
        (CallFilter(urgency="critical"), [urgent.id]),
        (CallFilter(external_id="e9"), [other.id]),
        (CallFilter(since=late), [other.id]),
        (CallFilter(until=late), [urgent.id]),
    ]:
        assert [call.id for call in kept.store.calls(which).items] == expected, which


def test_a_worker_begins_what_waits_and_nothing_else(kept: Kept) -> None:
    call = kept.accept()
    assert kept.store.begin(call.id, "w1").state == "processing"
    again = kept.store.begin(call.id, "w2")
    assert (again.state, again.worker, again.attempts) == ("processing", "w2", 2)
    done = kept.handled(call)
    assert kept.store.begin(call.id, "w3") == done


def test_the_sweep_sees_calls_that_have_no_workflow(kept: Kept) -> None:
    lost, known, fresh = kept.accept(), kept.accept(), None
    kept.store.mark_enqueued(known.id, 1)
    kept.clock.pass_(seconds=10)
    fresh = kept.accept()
    assert [call.id for call in kept.store.queued_without_work(older_than_s=5)] == [lost.id]
    kept.handled(known)
    kept.store.reprocess(known.id, who="lucie")
    kept.clock.pass_(seconds=10)
    waiting = {call.id for call in kept.store.queued_without_work(older_than_s=5)}
    assert waiting == {lost.id, known.id, fresh.id}


def test_an_outcome_is_kept_whole(kept: Kept) -> None:
    made = outcome(reasons=UNCLEAR)
    call = kept.accept()
    kept.store.begin(call.id, "w")
    done = kept.store.finish(call.id, made, revision=1, engine="embedded", generation=1)
    assert (done.state, done.intent, done.urgency) == ("needs_review", "repair", "normal")
    assert (done.revision, done.engine) == (1, "embedded")
    assert kept.store.outcome(call.id) == made
    assert kept.store.qualification(call.id) == made.qualification
    assert kept.store.draft(call.id).message == made.message


def test_an_outcome_is_kept_once(kept: Kept) -> None:
    done = kept.handled()
    kept.clock.pass_(minutes=1)
    assert kept.handled(done, message=said("saute")) == done
    assert [draft.number for draft in kept.store.drafts(done.id)] == [1]


def test_an_outcome_of_an_earlier_generation_is_not_kept(kept: Kept) -> None:
    call = kept.handled()
    kept.store.reprocess(call.id, who="lucie")
    late = kept.store.finish(call.id, outcome(), revision=1, engine="e", generation=1)
    assert (late.state, late.generation) == ("queued", 2)


@pytest.mark.parametrize(
    ("more", "state", "reason"),
    [
        ({}, "ready", None),
        ({"reasons": UNCLEAR}, "needs_review", None),
        ({"silent": True}, "skipped", "no_message"),
        ({"silent": True, "reasons": UNCLEAR}, "needs_review", None),
    ],
)
def test_a_call_leaves_by_its_door(
    kept: Kept, more: dict[str, object], state: str, reason: str | None
) -> None:
    call = kept.handled(**more)
    assert (call.state, call.reason) == (state, reason)


def test_a_failure_keeps_its_stage_and_no_message(kept: Kept) -> None:
    call = kept.accept()
    failed = kept.store.fail(call.id, code="decoding", detail="fichier tronqué")
    assert (failed.state, failed.reason) == ("failed", "decoding")
    made = kept.store.outcome(call.id)
    assert made is not None
    assert made.failure is not None
    assert (made.failure.error, made.message) == ("fichier tronqué", None)
    assert kept.store.reprocess(call.id, who="lucie").state == "queued"


def test_a_call_that_waits_is_not_queued_again(kept: Kept) -> None:
    call = kept.accept()
    with pytest.raises(StateError):
        kept.store.reprocess(call.id, who="lucie")


def test_a_call_is_reprocessed_by_instructions_that_are_there(kept: Kept) -> None:
    call = kept.handled()
    with pytest.raises(NotFoundError):
        kept.store.reprocess(call.id, who="lucie", revision=2)
    assert kept.store.call(call.id) == call
    again = kept.store.reprocess(call.id, who="lucie", revision=1, engine="llm")
    assert (again.state, again.revision, again.engine, again.attempts) == ("queued", 1, "llm", 0)


def test_a_skipped_call_sends_nothing(kept: Kept) -> None:
    call = kept.handled()
    assert kept.store.skip(call.id, code="duplicate", who="lucie").reason == "duplicate"
    with pytest.raises(StateError):
        kept.store.approve(call.id, who="lucie")


def test_a_batch_counts_its_calls(kept: Kept) -> None:
    batch = kept.store.create_batch(TENANT, who="key")
    calls = [kept.accept(batch=batch.id) for _ in range(3)]
    kept.handled(calls[0])
    assert kept.store.batch(batch.id).counts == {"ready": 1, "queued": 2}
    assert kept.store.batch(batch.id).state == "running"
    for call in calls[1:]:
        kept.handled(call)
    assert [b.state for b in kept.store.batches(tenants=(TENANT,)).items] == ["done"]
    assert kept.store.batches(tenants=(OTHER,)).items == ()
    with pytest.raises(NotFoundError):
        kept.accept(batch=batch.id, tenant=OTHER)


def test_workers_that_fall_silent_are_dead(kept: Kept) -> None:
    kept.store.beat("w1")
    kept.clock.pass_(seconds=20)
    kept.store.beat("w2")
    kept.clock.pass_(seconds=20)
    kept.store.beat("w2")
    assert kept.store.dead_workers(older_than_s=15) == ("w1",)
    kept.store.forget_worker("w1")
    assert kept.store.dead_workers(older_than_s=15) == ()


def test_an_operator_sees_counts(kept: Kept) -> None:
    kept.accept()
    waiting_since = kept.clock.now
    kept.clock.pass_(minutes=5)
    kept.store.fail(kept.accept().id, code="decoding", detail="")
    kept.accept()
    stats = kept.store.stats()
    assert stats.calls == {"queued": 2, "failed": 1}
    assert (stats.failures, stats.oldest_queued_at) == ({"decoding": 1}, waiting_since)


def test_times_outside_utc_are_the_same_moments(kept: Kept) -> None:
    call = kept.accept()
    paris = datetime.fromisoformat("2026-11-24T09:30:00+01:00")
    assert paris == call.received_at
    assert kept.store.calls(CallFilter(since=paris)).items == (call,)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with opened("sqlite", tmp_path_factory.mktemp("shared")) as kept:
        yield kept


@given(text=st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_id_breaks_the_store(shared: Kept, text: str) -> None:
    store = shared.store
    for look in (store.call, store.attempt, store.webhook, store.batch, store.key, store.revision):
        with pytest.raises(StoreError):
            look(text)
    assert store.key_for(text) is None
    with pytest.raises(CursorError):
        store.calls(cursor=text)
