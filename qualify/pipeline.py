"""The path of a call: recording → transcript → qualification → message → one of three doors.

`ready` may be sent, `needs_review` has typed reasons and all that was made, `failed` names the stage
and its error. Nothing is loaded or saved here but the recording: engines and facts come in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from qualify.audio.activity import ActivityOptions, call_segments
from qualify.audio.decode import DecodedAudio, decode
from qualify.drafting.engine import DraftingEngine
from qualify.errors import QualifyError
from qualify.records import (
    Failure,
    Message,
    Outcome,
    Qualification,
    Reason,
    Recording,
    Transcript,
)
from qualify.review import doubts_of, proven, proven_message
from qualify.tenant import Tenant
from qualify.transcription.engine import SpeechEngine
from qualify.transcription.listen import listen
from qualify.understanding.engine import UnderstandingEngine

SEGMENTS = ActivityOptions(max_segment_s=12.0)
"""The embedded checkpoint was trained on windows of up to 14 s; larger ones join neighbours themselves."""


@dataclass(frozen=True, kw_only=True)
class CallFacts:
    """What the telephone system says of a call; None where it doesn't."""

    started_at: datetime | None = None
    """Local time in the tenant's zone."""
    caller_number: str | None = None
    called_number: str | None = None
    agent_channel: int | None = None


@dataclass(frozen=True)
class Engines:
    """One engine for each seam; the speech engine is loaded when the first recording comes."""

    speech: Callable[[], SpeechEngine]
    understanding: UnderstandingEngine
    drafting: DraftingEngine


@dataclass
class _Course:
    """What has been made of one call so far."""

    recording: Recording | None = None
    transcript: Transcript | None = None
    qualification: Qualification | None = None
    message: Message | None = None
    reasons: list[Reason] = field(default_factory=list)
    timing_s: dict[str, float] = field(default_factory=dict)
    stage_name: str = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.stage_name, begun = name, time.perf_counter()
        try:
            yield
        finally:
            self.timing_s[name] = time.perf_counter() - begun

    def outcome(self, error: Exception | None = None) -> Outcome:
        failure = None if error is None else Failure(stage=self.stage_name, error=told(error))
        unique = tuple(dict.fromkeys(self.reasons))
        made_by_engines = [made for made in (self.qualification, self.message) if made is not None]
        return Outcome(
            status="failed" if failure else "needs_review" if unique else "ready",
            reasons=unique,
            recording=self.recording,
            transcript=self.transcript,
            qualification=self.qualification,
            message=self.message,
            failure=failure,
            notes=tuple(note for made in made_by_engines for note in made.notes),
            usage=tuple(spent for made in made_by_engines for spent in made.usage),
            timing_s=self.timing_s,
        )


def handle_recording(
    path: Path,
    tenant: Tenant,
    engines: Engines,
    facts: CallFacts,
    *,
    decoder: Callable[[Path], DecodedAudio] = decode,
) -> Outcome:
    """Take a recording through all stages; `decoder` is another's where recordings aren't to be trusted."""
    course = _Course()
    try:
        with course.stage("decoding"):
            audio = decoder(path)
            course.recording = _recording(path, audio, tenant, facts)
            course.timing_s["audio"] = audio.duration_s
            course.reasons += audio.reasons
        with course.stage("activity"):
            segments = call_segments(list(audio.pcm), options=SEGMENTS)
        with course.stage("transcription"):
            transcript = listen(audio, segments, tenant, engines.speech(), agent_channel=facts.agent_channel)
        _understand_and_draft(course, transcript, tenant, engines, facts)
    except Exception as error:  # a defect of ours leaves by the third door too
        return course.outcome(error)
    return course.outcome()


def handle_transcript(transcript: Transcript, tenant: Tenant, engines: Engines, facts: CallFacts) -> Outcome:
    """Take a call whose words are known already through the stages after transcription."""
    course = _Course()
    try:
        _understand_and_draft(course, transcript, tenant, engines, facts)
    except Exception as error:  # a defect of ours leaves by the third door too
        return course.outcome(error)
    return course.outcome()


def _understand_and_draft(
    course: _Course, transcript: Transcript, tenant: Tenant, engines: Engines, facts: CallFacts
) -> None:
    course.transcript = transcript
    course.reasons += transcript.reasons
    with course.stage("understanding"):
        qualification = engines.understanding.qualify(
            transcript, tenant, started_at=facts.started_at, caller_number=facts.caller_number
        )
        course.reasons += (*qualification.reasons, *doubts_of(transcript, qualification, tenant))
        qualification = course.qualification = proven(transcript, qualification)
    with course.stage("drafting"):
        message = engines.drafting.draft(transcript, qualification, tenant, started_at=facts.started_at)
        if message is not None:
            course.message, struck = proven_message(transcript, message)
            course.reasons += (*message.reasons, *struck)


def told(error: Exception) -> str:
    """An error as a failure states it: a named one in its own words, any other as a defect of ours."""
    return (
        str(error) if isinstance(error, QualifyError) else f"défaut interne, {type(error).__name__} : {error}"
    )


def _recording(path: Path, audio: DecodedAudio, tenant: Tenant, facts: CallFacts) -> Recording:
    return Recording(
        sha256=audio.info.sha256,
        tenant=tenant.id,
        started_at=facts.started_at,
        caller_number=facts.caller_number,
        called_number=facts.called_number,
        channels=audio.info.channels,
        sample_rate_hz=audio.info.sample_rate_hz,
        duration_s=audio.duration_s,
        location=str(path),
    )
