"""The engines that a configuration names; the embedded ones need no network."""

from __future__ import annotations

from functools import cache

from qualify.drafting.engine import DraftingEngine, EmbeddedDrafter
from qualify.llm.drafting import LlmDrafter
from qualify.llm.endpoint import Endpoint
from qualify.llm.settings import EndpointSettings
from qualify.llm.understanding import LlmUnderstanding
from qualify.pipeline import Engines
from qualify.transcription.engine import SpeechEngine
from qualify.transcription.nano import NanoEngine
from qualify.transcription.whisper_engine import WhisperEngine
from qualify.understanding.engine import EmbeddedUnderstanding, UnderstandingEngine

EMBEDDED = "nano"


@cache
def speech_engine(model: str = EMBEDDED) -> SpeechEngine:
    """`nano`, or an openai-whisper checkpoint by name or path; EngineError where it can't be loaded."""
    return NanoEngine() if model == EMBEDDED else WhisperEngine(model)


def load(*, speech_model: str = EMBEDDED, llm: EndpointSettings | None = None) -> Engines:
    """Engines for the whole path; the speech engine is loaded at its first use.

    `llm` names a language model for the steps that it says; EngineError where its client, key or prompts
    are lacking. Whether its server answers shows at the first call.
    """
    understanding: UnderstandingEngine = EmbeddedUnderstanding()
    drafting: DraftingEngine = EmbeddedDrafter()
    if llm is not None:
        endpoint = Endpoint(llm)
        understanding = LlmUnderstanding(llm, endpoint, understanding) if llm.understanding else understanding
        drafting = LlmDrafter(llm, endpoint, drafting) if llm.drafting else drafting
    return Engines(lambda: speech_engine(speech_model), understanding, drafting)
