"""The path of a call and its three doors, with engines that the test tells what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import (
    CALL_FILE,
    MAKER,
    SPOKEN,
    ScriptedDrafter,
    ScriptedSpeech,
    ScriptedUnderstanding,
    scripted,
    write_sound,
)
from rich.console import Console

from qualify.dataset import load_call_input, to_transcript
from qualify.drafting.engine import EmbeddedDrafter
from qualify.errors import EngineError
from qualify.pipeline import CallFacts, Engines, handle_recording, handle_transcript
from qualify.records import (
    Evidence,
    InstructionJudgment,
    Judgment,
    Message,
    Outcome,
    Qualification,
    Reason,
    Rival,
    Sentence,
    Speaker,
    Transcript,
    Turn,
)
from qualify.show import show
from qualify.tenant import Tenant
from qualify.understanding.engine import EmbeddedUnderstanding

Record = Callable[[Path], Path]
FACTS = CallFacts(
    started_at=datetime(2026, 11, 19, 9, 12), caller_number="+3281223344", called_number="+3281000000"
)
STAGES = ["decoding", "activity", "transcription", "understanding", "drafting"]
MADE = {"recording": 1, "transcript": 3, "qualification": 4, "message": 5}
"""What a call has once so many stages are done."""


@pytest.fixture
def stereo(tmp_path: Path, recording: Record) -> Path:
    return recording(tmp_path / "appel.wav")


def codes(outcome: Outcome) -> list[str]:
    return [reason.code for reason in outcome.reasons]


def without_timing(outcome: Outcome) -> str:
    return outcome.model_copy(update={"timing_s": {}}).model_dump_json()


# ---------------------------------------------------------------- ready


def test_a_call_without_doubts_is_ready_with_all_that_was_made(stereo: Path, morel: Tenant) -> None:
    outcome = handle_recording(stereo, morel, scripted(), FACTS)
    assert (outcome.status, outcome.reasons, outcome.failure) == ("ready", (), None)
    assert outcome.transcript is not None
    assert [(t.speaker, t.text) for t in outcome.transcript.turns] == [
        ("agent", SPOKEN[0][1]),
        ("caller", SPOKEN[1][1]),
    ]
    assert outcome.qualification is not None
    assert outcome.qualification.fields["phone"].value == "+3281223344"
    assert outcome.message is not None
    assert outcome.message.text == SPOKEN[1][1]


def test_the_recording_is_named_by_its_hash_and_holds_the_facts(stereo: Path, morel: Tenant) -> None:
    found = handle_recording(stereo, morel, scripted(), FACTS).recording
    assert found is not None
    assert found.sha256 == hashlib.sha256(stereo.read_bytes()).hexdigest()
    assert (found.tenant, found.started_at, found.caller_number, found.called_number) == (
        "atelier-morel",
        FACTS.started_at,
        FACTS.caller_number,
        FACTS.called_number,
    )
    assert (found.channels, found.sample_rate_hz, found.duration_s) == (2, 16000, 9.0)
    assert found.location == str(stereo)


def test_every_stage_is_timed(stereo: Path, morel: Tenant) -> None:
    timing = handle_recording(stereo, morel, scripted(), FACTS).timing_s
    assert sorted(timing) == sorted([*STAGES, "audio"])
    assert timing["audio"] == 9.0
    assert all(0 <= timing[stage] < 60 for stage in STAGES)


def test_same_call_same_engines_same_outcome(stereo: Path, morel: Tenant) -> None:
    engines = Engines(ScriptedSpeech, EmbeddedUnderstanding(), EmbeddedDrafter())
    once, again = (handle_recording(stereo, morel, engines, FACTS) for _ in range(2))
    assert without_timing(once) == without_timing(again)


def test_nothing_to_transmit_is_ready_without_a_message(stereo: Path, morel: Tenant) -> None:
    engines = scripted(understanding=ScriptedUnderstanding(disposition="no_message"))
    outcome = handle_recording(stereo, morel, engines, FACTS)
    assert (outcome.status, outcome.message) == ("ready", None)


def test_known_words_take_the_same_path_after_transcription(stereo: Path, morel: Tenant) -> None:
    heard = handle_recording(stereo, morel, scripted(), FACTS)
    assert heard.transcript is not None
    read = handle_transcript(heard.transcript, morel, scripted(), FACTS)
    assert (read.recording, sorted(read.timing_s)) == (None, ["drafting", "understanding"])
    assert without_timing(read) == without_timing(heard.model_copy(update={"recording": None}))


# ---------------------------------------------------------------- needs_review

LATE = Reason(code="phone_unsure", detail="Numéro : à vérifier.")
STRUCK = Reason(code="unsupported_sentence", detail="Phrase retirée.")


@pytest.mark.parametrize(
    ("engines", "facts", "expected"),
    [
        (
            scripted(speech=ScriptedSpeech(confidence=0.3)),
            CallFacts(),
            ["unclear_speech", "unclear_speech"],
        ),
        (scripted(), CallFacts(agent_channel=1), ["parties_unsure"]),
        (scripted(understanding=ScriptedUnderstanding(reasons=(LATE,))), CallFacts(), ["phone_unsure"]),
        (scripted(drafting=ScriptedDrafter(reasons=(STRUCK,))), CallFacts(), ["unsupported_sentence"]),
        (
            scripted(
                understanding=ScriptedUnderstanding(reasons=(LATE,)),
                drafting=ScriptedDrafter(reasons=(LATE, STRUCK)),
            ),
            CallFacts(),
            ["phone_unsure", "unsupported_sentence"],
        ),
    ],
    ids=[
        "mumbled",
        "parties mixed up",
        "understanding in doubt",
        "sentence struck",
        "said twice, shown once",
    ],
)
def test_a_doubt_of_any_stage_sends_the_call_to_a_human_with_all_that_was_made(
    stereo: Path, morel: Tenant, engines: Engines, facts: CallFacts, expected: list[str]
) -> None:
    outcome = handle_recording(stereo, morel, engines, facts)
    assert (outcome.status, codes(outcome), outcome.failure) == ("needs_review", expected, None)
    assert None not in [getattr(outcome, name) for name in MADE]


def test_a_recording_cut_short_is_handled_and_reviewed(stereo: Path, morel: Tenant) -> None:
    stereo.write_bytes(stereo.read_bytes()[:-32000])
    outcome = handle_recording(stereo, morel, scripted(), FACTS)
    assert (outcome.status, codes(outcome)) == ("needs_review", ["audio_truncated"])
    assert outcome.message is not None


@pytest.mark.parametrize("seconds", [5.0, 0.2], ids=["silence", "0.2 s"])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_recording_on_which_nobody_speaks_is_no_silent_call_but_a_doubt(
    tmp_path: Path, morel: Tenant, seconds: float, channels: int
) -> None:
    quiet = [np.zeros(int(seconds * 16000), np.float32)] * channels
    engines = Engines(ScriptedSpeech, EmbeddedUnderstanding(), EmbeddedDrafter())
    outcome = handle_recording(write_sound(tmp_path / "appel.wav", quiet), morel, engines, FACTS)
    assert outcome.status == "needs_review"
    assert "no_speech" in codes(outcome)
    assert outcome.transcript is not None
    assert outcome.transcript.turns == ()
    assert outcome.message is None or outcome.message.reasons


def test_a_written_call_without_a_word_is_reviewed(morel: Tenant) -> None:
    nobody = Transcript(turns=(), made_by=MAKER)
    engines = Engines(ScriptedSpeech, EmbeddedUnderstanding(), EmbeddedDrafter())
    outcome = handle_transcript(nobody, morel, engines, FACTS)
    assert outcome.qualification is not None
    assert (outcome.qualification.intent.value, outcome.status) == ("silent", "needs_review")
    assert "no_speech" in codes(outcome)


# ---------------------------------------------------------------- engines of others


@dataclass
class Foreign(ScriptedUnderstanding):
    """An engine that changes what the scripted one makes; it gives no reason of its own."""

    changes: Mapping[str, Any] = field(default_factory=dict)

    def qualify(self, transcript: Transcript, tenant: Tenant, **facts: Any) -> Qualification:
        return super().qualify(transcript, tenant, **facts).model_copy(update=dict(self.changes))


INVENTED = (Evidence(turn=99, start=0, end=4, quote="rien"), Evidence(turn=0, start=3, end=1, quote=""))


def judged(value: str, *, unsure: bool = False, rival: bool = False) -> Judgment:
    rivals = (Rival(value="autre", confidence=0.1, evidence=INVENTED),) if rival else ()
    evidence = () if rival or unsure else INVENTED
    return Judgment(value=value, confidence=0.9, evidence=evidence, rivals=rivals, unsure=unsure)


@pytest.mark.parametrize(
    ("changes", "code", "name"),
    [
        ({"intent": judged("repair")}, "evidence_unsupported", "intent"),
        ({"intent": judged("repair", rival=True)}, "evidence_unsupported", "intent"),
        ({"other_intents": (judged("other"),)}, "evidence_unsupported", "other_intents"),
        ({"urgency": judged("high")}, "evidence_unsupported", "urgency"),
        ({"fields": {"city": judged("Namur")}}, "evidence_unsupported", "city"),
        (
            {
                "instructions": {
                    "no-price": InstructionJudgment(outcome="broken", confidence=1, evidence=INVENTED)
                }
            },
            "evidence_unsupported",
            "no-price",
        ),
        ({"intent": judged("repair", unsure=True)}, "unsure", "intent"),
        ({"other_intents": (judged("other", unsure=True),)}, "unsure", "other_intents"),
        ({"urgency": judged("high", unsure=True)}, "unsure", "urgency"),
        ({"fields": {"city": judged("Namur", unsure=True)}}, "unsure", "city"),
    ],
)
def test_bad_evidence_and_bare_doubts_of_any_engine_are_never_ready(
    morel: Tenant, changes: dict[str, Any], code: str, name: str
) -> None:
    transcript = to_transcript(load_call_input(CALL_FILE))
    engines = Engines(ScriptedSpeech, Foreign(changes=changes), EmbeddedDrafter())
    outcome = handle_transcript(transcript, morel, engines, FACTS)
    assert outcome.status == "needs_review"
    assert [r.detail for r in outcome.reasons if r.code == code and f"« {name} »" in r.detail]
    assert not any(f'"quote":"{e.quote}"' in outcome.model_dump_json() for e in INVENTED)
    show(Console(file=StringIO()), outcome, morel)


def test_a_field_that_only_bad_evidence_proves_is_not_written_of(morel: Tenant) -> None:
    transcript = to_transcript(load_call_input(CALL_FILE))
    fields = {"city": judged("Namur"), "phone": Judgment(value="+3281223344", confidence=1)}
    engines = Engines(ScriptedSpeech, Foreign(changes={"fields": fields}), EmbeddedDrafter())
    outcome = handle_transcript(transcript, morel, engines, FACTS)
    assert outcome.qualification is not None
    assert list(outcome.qualification.fields) == ["phone"]
    assert outcome.message is None or "Namur" not in outcome.message.text


def test_a_doubt_that_the_engine_tells_is_not_told_twice(morel: Tenant) -> None:
    transcript = to_transcript(load_call_input(CALL_FILE))
    told = Reason(code="city_unsure", detail="Ville : à vérifier.")
    changes = {"fields": {"city": judged("Namur", unsure=True)}}
    engines = scripted(understanding=Foreign(changes=changes, reasons=(told,)))
    assert handle_transcript(transcript, morel, engines, FACTS).reasons == (told,)


def test_a_sentence_that_no_word_proves_is_struck(morel: Tenant) -> None:
    @dataclass
    class Inventive(ScriptedDrafter):
        def draft(self, *call: Any, **facts: Any) -> Message | None:
            made = super().draft(*call, **facts)
            assert made is not None
            false = Sentence(text="Rappeler au 06.", kind="gist", evidence=INVENTED[:1])
            return made.model_copy(update={"sentences": (*made.sentences, false)})

    transcript = to_transcript(load_call_input(CALL_FILE))
    outcome = handle_transcript(transcript, morel, scripted(drafting=Inventive()), FACTS)
    assert (outcome.status, codes(outcome)) == ("needs_review", ["evidence_unsupported"])
    assert outcome.message is not None
    assert outcome.message.text == transcript.turns[-1].text


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [(["agent"], []), (["agent", "caller"], []), (["caller"], ["no_speech"]), ([], ["no_speech"])],
)
def test_only_a_call_in_which_an_agent_is_heard_is_silent(
    morel: Tenant, speakers: list[Speaker], expected: list[str]
) -> None:
    heard = Transcript(turns=tuple(Turn(speaker=s, text="Allô ?") for s in speakers), made_by=MAKER)
    silent = {"intent": Judgment(value="silent", confidence=0.9)}
    engines = scripted(understanding=Foreign(changes=silent, disposition="no_message"))
    assert codes(handle_transcript(heard, morel, engines, CallFacts())) == expected


@pytest.mark.parametrize("code", ["no_speech", "speech_not_understood"])
def test_that_nobody_is_heard_is_said_once(morel: Tenant, code: str) -> None:
    nobody = Transcript(turns=(), reasons=(Reason(code=code, detail="Rien."),), made_by=MAKER)
    assert codes(handle_transcript(nobody, morel, scripted(), CallFacts())) == [code]


# ---------------------------------------------------------------- failed

ERROR = EngineError("Le moteur ne répond pas.")
DEFECT = RuntimeError("index 7 is out of range")


def failing(stage: str, error: Exception) -> Engines:
    return {
        "decoding": scripted(),
        "transcription": scripted(speech=ScriptedSpeech(error=error)),
        "understanding": scripted(understanding=ScriptedUnderstanding(error=error)),
        "drafting": scripted(drafting=ScriptedDrafter(error=error)),
    }[stage]


@pytest.mark.parametrize("error", [ERROR, DEFECT], ids=["named", "defect"])
@pytest.mark.parametrize("stage", ["transcription", "understanding", "drafting"])
def test_a_failure_names_its_stage_and_keeps_what_was_made_before(
    stereo: Path, morel: Tenant, stage: str, error: Exception
) -> None:
    outcome = handle_recording(stereo, morel, failing(stage, error), FACTS)
    assert outcome.status == "failed"
    assert outcome.failure is not None
    assert outcome.failure.stage == stage
    assert str(error) in outcome.failure.error
    done = STAGES.index(stage)
    assert {name: getattr(outcome, name) is not None for name in MADE} == {
        name: after <= done for name, after in MADE.items()
    }
    assert [s for s in STAGES if s in outcome.timing_s] == STAGES[: done + 1]


@pytest.mark.parametrize("stage", ["understanding", "drafting"])
def test_known_words_fail_by_the_same_door(morel: Tenant, stage: str) -> None:
    transcript = to_transcript(load_call_input(CALL_FILE))
    outcome = handle_transcript(transcript, morel, failing(stage, ERROR), FACTS)
    assert outcome.failure is not None
    assert (outcome.failure.stage, outcome.failure.error) == (stage, str(ERROR))
    assert (outcome.transcript, outcome.message) == (transcript, None)


def test_a_speech_engine_that_cannot_be_loaded_fails_at_transcription(stereo: Path, morel: Tenant) -> None:
    def absent() -> ScriptedSpeech:
        raise ERROR

    ready = scripted()
    outcome = handle_recording(stereo, morel, Engines(absent, ready.understanding, ready.drafting), FACTS)
    assert outcome.failure is not None
    assert outcome.failure.stage == "transcription"


def test_a_file_that_is_no_recording_fails_at_decoding_before_an_engine_is_loaded(
    tmp_path: Path, morel: Tenant
) -> None:
    def never() -> ScriptedSpeech:
        raise AssertionError("loaded")

    ready = scripted()
    (tmp_path / "appel.wav").write_text("Bonjour.")
    engines = Engines(never, ready.understanding, ready.drafting)
    outcome = handle_recording(tmp_path / "appel.wav", morel, engines, FACTS)
    assert outcome.failure is not None
    assert outcome.failure.stage == "decoding"
    assert "appel.wav" in outcome.failure.error
    assert (outcome.recording, outcome.message, list(outcome.timing_s)) == (None, None, ["decoding"])


def test_doubts_before_a_failure_are_not_lost(stereo: Path, morel: Tenant) -> None:
    stereo.write_bytes(stereo.read_bytes()[:-32000])
    outcome = handle_recording(stereo, morel, failing("understanding", ERROR), FACTS)
    assert (outcome.status, codes(outcome)) == ("failed", ["audio_truncated"])
