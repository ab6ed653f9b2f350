"""Recordings made on the fly and engines that do what a test tells them, so that no model is loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import numpy as np
import pytest

from qualify.audio.activity import Segment
from qualify.audio.decode import decode
from qualify.pipeline import Engines
from qualify.records import (
    Disposition,
    Judgment,
    Maker,
    Message,
    Qualification,
    Reason,
    Sentence,
    Transcript,
)
from qualify.tenant import Tenant, load_tenant
from qualify.transcription.engine import HeardWord, Samples, Utterance

TESTS = Path(__file__).parent
DATASET = TESTS / "data" / "dataset"
TENANT_FILE = DATASET / "tenants" / "atelier-morel.yaml"
CALL_FILE = DATASET / "calls" / "atelier-morel" / "morel-001.json"
MAKER = Maker(engine="scripted", version="1")
SPOKEN = [
    (0.4, "Atelier Morel, bonjour."),
    (4.4, "Bonjour, je vous appelle pour mon vélo, ma chaîne saute."),
]
"""Seconds and words of the two voices that `recording` plays: the agent's, then the caller's."""


@dataclass
class ScriptedSpeech:
    """Hears on each channel those words of SPOKEN that fall into its stretches of speech."""

    confidence: float = 0.9
    error: Exception | None = None
    maker: Maker = MAKER

    def transcribe(self, samples: Samples, segments: Sequence[Segment], *, prompt: str) -> list[Utterance]:
        if self.error:
            raise self.error
        within = [(at, text) for at, text in SPOKEN if any(s.start_s <= at < s.end_s for s in segments)]
        return [
            Utterance(
                tuple(
                    HeardWord(word, at + 0.2 * i, at + 0.2 * (i + 1), self.confidence)
                    for i, word in enumerate(text.split())
                )
            )
            for at, text in within
        ]


@dataclass
class ScriptedUnderstanding:
    """Takes every call for a repair, proven by the last turn."""

    disposition: Disposition = "message"
    reasons: tuple[Reason, ...] = ()
    unsure: bool = False
    error: Exception | None = None

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        if self.error:
            raise self.error
        last = len(transcript.turns) - 1
        proof = (transcript.evidence(last, 0, len(transcript.turns[last].text)),) if last >= 0 else ()
        fields = {"phone": Judgment(value=caller_number, confidence=1.0)} if caller_number else {}
        return Qualification(
            intent=Judgment(value="repair", confidence=0.8, evidence=proof, unsure=self.unsure),
            urgency=Judgment(value="normal", confidence=0.7),
            disposition=self.disposition,
            fields=fields,
            reasons=self.reasons,
            made_by=MAKER,
        )


@dataclass
class ScriptedDrafter:
    """Quotes the last turn."""

    reasons: tuple[Reason, ...] = ()
    error: Exception | None = None

    def draft(
        self,
        transcript: Transcript,
        qualification: Qualification,
        tenant: Tenant,
        *,
        started_at: datetime | None,
    ) -> Message | None:
        if self.error:
            raise self.error
        if qualification.disposition == "no_message" or not transcript.turns:
            return None
        proof = qualification.intent.evidence
        sentence = Sentence(text=proof[0].quote, kind="quote", evidence=proof)
        return Message(sentences=(sentence,), recipient="Lucie Morel", reasons=self.reasons, made_by=MAKER)


def scripted(
    *,
    speech: ScriptedSpeech | None = None,
    understanding: ScriptedUnderstanding | None = None,
    drafting: ScriptedDrafter | None = None,
) -> Engines:
    """Engines that load nothing; by default the call that they make is ready."""
    heard = speech or ScriptedSpeech()
    return Engines(lambda: heard, understanding or ScriptedUnderstanding(), drafting or ScriptedDrafter())


def write_sound(path: Path, channels: Sequence[np.ndarray], *, rate: int = 16000) -> Path:
    """A 16-bit WAV file of float samples in [-1, 1]."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    samples = (np.stack(channels, axis=1).reshape(1, -1) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
    frame.sample_rate = rate
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="wav") as out:
        stream = out.add_stream("pcm_s16le", rate=rate, layout=layout)
        out.mux([*stream.encode(frame), *stream.encode(None)])
    return path


@pytest.fixture(scope="session")
def call_sound() -> np.ndarray:
    """Nine seconds of a call, agent then caller: 2 × samples at 16 kHz."""
    sound = np.zeros((2, 9 * 16000), np.float32)
    for channel, (name, at) in enumerate((("agent", 0), ("caller", 4 * 16000))):
        voice = decode(TESTS / "audio" / "data" / f"{name}.wav").channel(0)
        sound[channel, at : at + len(voice)] = voice
    return sound


@pytest.fixture(scope="session")
def recording(call_sound: np.ndarray) -> Callable[[Path], Path]:
    """Writes the call in stereo, agent left, to a path."""
    return lambda path: write_sound(path, list(call_sound))


@pytest.fixture(scope="session")
def morel() -> Tenant:
    return load_tenant(TENANT_FILE)
