"""An accepted call handled: kept once, by the engine and revision asked for, also where workers die."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from conftest import ScriptedDrafter, ScriptedUnderstanding, scripted
from work_calls import TENANT, Workshop, workshop

from qualify.records import Message, Reason, Transcript
from qualify.store.domain import CallState, NewCall
from qualify.understanding.engine import UnderstandingEngine
from qualify.work.handling import GIVEN_UP, MOST_BEGUN


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return workshop(tmp_path)


@pytest.mark.parametrize(
    ("understanding", "state", "reason"),
    [
        (ScriptedUnderstanding(), "ready", None),
        (ScriptedUnderstanding(reasons=(Reason(code="x", detail="X."),)), "needs_review", None),
        (ScriptedUnderstanding(disposition="no_message"), "skipped", "no_message"),
        (ScriptedUnderstanding(error=ValueError("?")), "failed", "understanding"),
    ],
)
def test_a_call_leaves_by_the_door_that_the_pipeline_says(
    shop: Workshop, understanding: UnderstandingEngine, state: CallState, reason: str | None
) -> None:
    shop.engines = scripted(understanding=understanding)  # type: ignore[arg-type]
    call = shop.accepted()
    shop.handle(call.id)
    handled = shop.store.call(call.id)
    assert (handled.state, handled.reason) == (state, reason)
    assert (handled.revision, handled.engine, handled.attempts) == (1, "nano", 1)


def test_a_call_handled_twice_is_handled_once(shop: Workshop) -> None:
    call = shop.accepted()
    shop.handle(call.id)
    first = shop.store.drafts(call.id)
    shop.handle(call.id)
    assert shop.store.drafts(call.id) == first
    assert shop.store.call(call.id).attempts == 1


def test_a_call_that_a_dead_worker_began_is_handled_by_the_next(shop: Workshop) -> None:
    call = shop.accepted()
    shop.store.begin(call.id, "dead")
    shop.handle(call.id)
    handled = shop.store.call(call.id)
    assert (handled.state, handled.worker, handled.attempts) == ("ready", "w1", 2)


def test_a_call_that_kills_its_workers_is_given_up(shop: Workshop) -> None:
    call = shop.accepted()
    for _ in range(MOST_BEGUN):
        shop.store.begin(call.id, "dead")
    shop.handle(call.id)
    handled = shop.store.call(call.id)
    assert (handled.state, handled.reason) == ("failed", GIVEN_UP)


def test_an_engine_that_is_not_configured_fails_the_call_and_says_which_are(shop: Workshop) -> None:
    call = shop.accepted(engine="turbo")
    shop.handle(call.id)
    assert shop.store.call(call.id).state == "failed"
    outcome = shop.store.outcome(call.id)
    assert outcome is not None
    assert outcome.failure is not None
    assert outcome.failure.error == "moteur inconnu « turbo ». Configurés : nano."


class ForKarim(ScriptedDrafter):
    """Drafts the same words for somebody else."""

    def draft(self, transcript: Transcript, *rest: Any, **options: Any) -> Message | None:
        message = super().draft(transcript, *rest, **options)
        return message and message.model_copy(update={"recipient": "Karim Benali"})


def test_a_call_handled_anew_gets_a_draft_that_revises_the_first(shop: Workshop) -> None:
    call = shop.accepted()
    shop.handle(call.id)
    shop.store.reprocess(call.id, who="test")
    shop.engines = scripted(drafting=ForKarim())
    shop.handle(call.id)
    drafts = shop.store.drafts(call.id)
    assert [(d.number, d.revises, d.state) for d in drafts] == [(1, None, "rejected"), (2, 1, "drafted")]


def test_a_recording_is_decoded_apart_and_no_path_of_it_is_kept(
    shop: Workshop, recording: Callable[[Path], Path], tmp_path: Path
) -> None:
    new = NewCall(tenant=TENANT, agent_channel=0)
    with recording(tmp_path / "call.wav").open("rb") as audio:
        call = shop.store.accept(new, who="test", audio=audio).call
    shop.handle(call.id)
    assert shop.store.call(call.id).state == "ready"
    outcome = shop.store.outcome(call.id)
    assert outcome is not None
    assert outcome.recording is not None
    assert outcome.recording.location == f"call:{call.id}"
    assert outcome.timing_s["audio"] == pytest.approx(9.0, abs=0.1)


def test_a_recording_that_is_none_fails_in_decoding(shop: Workshop) -> None:
    call = shop.store.accept(NewCall(tenant=TENANT), who="test", audio=BytesIO(b"not a sound")).call
    shop.handle(call.id)
    handled = shop.store.call(call.id)
    assert (handled.state, handled.reason) == ("failed", "decoding")
