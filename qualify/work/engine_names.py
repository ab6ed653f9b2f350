"""The engines that a call may ask for, by the names that the configuration gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qualify import engines
from qualify.errors import EngineError
from qualify.llm.settings import load_settings
from qualify.pipeline import Engines

EMBEDDED, LLM = "embedded", "llm"


@dataclass(frozen=True)
class NamedEngines:
    """Engines by name, and which of them handles a call that names none."""

    default: str
    by_name: Mapping[str, Engines]

    def named(self, name: str | None) -> tuple[str, Engines]:
        """The engines of that name, with it; EngineError where the configuration has none so called."""
        chosen = name or self.default
        if chosen not in self.by_name:
            known = ", ".join(sorted(self.by_name))
            raise EngineError(f"moteur inconnu « {chosen} ». Configurés : {known}.")
        return chosen, self.by_name[chosen]


def load(*, speech_model: str = engines.EMBEDDED, llm: Path | None = None) -> NamedEngines:
    """`embedded`, and `llm` by default where a configuration of a language model is given."""
    by_name = {EMBEDDED: engines.load(speech_model=speech_model)}
    if llm is not None:
        by_name[LLM] = engines.load(speech_model=speech_model, llm=load_settings(llm))
    return NamedEngines(LLM if llm else EMBEDDED, by_name)
