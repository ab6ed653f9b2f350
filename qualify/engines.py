"""The engines that a configuration names; the embedded ones need no network."""

from __future__ import annotations

from functools import cache

from qualify.drafting.engine import RulesDrafter
from qualify.pipeline import Engines
from qualify.transcription.engine import SpeechEngine
from qualify.transcription.nano import NanoEngine
from qualify.transcription.whisper_engine import WhisperEngine
from qualify.understanding.engine import EmbeddedUnderstanding

EMBEDDED = "nano"


@cache
def speech_engine(model: str = EMBEDDED) -> SpeechEngine:
    """`nano`, or an openai-whisper checkpoint by name or path; EngineError where it can't be loaded."""
    return NanoEngine() if model == EMBEDDED else WhisperEngine(model)


def load(*, speech_model: str = EMBEDDED) -> Engines:
    """Engines for the whole path; the speech engine is loaded at its first use."""
    return Engines(lambda: speech_engine(speech_model), EmbeddedUnderstanding(), RulesDrafter())
