"""The seam of speech engines: a party's samples and speaking times go in, utterances come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qualify.audio.activity import Segment
from qualify.records import Maker

Samples = NDArray[np.float32]
"""Mono samples at 16 kHz, between -1 and 1."""


@dataclass(frozen=True)
class HeardWord:
    """A word, when it was said, and the probability that it is right."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True)
class Utterance:
    """What one party says without a longer pause."""

    words: tuple[HeardWord, ...]

    @property
    def start_s(self) -> float:
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        return self.words[-1].end_s


class SpeechEngine(Protocol):
    """Transcribes French telephone speech."""

    @property
    def maker(self) -> Maker:
        """Engine, version and the weights' hash; one for demonstration only says so in its name."""

    def transcribe(self, samples: Samples, segments: Sequence[Segment], *, prompt: str) -> list[Utterance]:
        """Utterances of one channel in order of time, none for a segment in which nothing is understood.

        `prompt` holds the tenant's vocabulary; an engine that can't use it ignores it.
        Raises EngineError where the engine itself fails.
        """
