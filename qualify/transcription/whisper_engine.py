"""Any openai-whisper checkpoint, by name (`turbo`, `large-v3`…) or by path.

A name is downloaded by openai-whisper into its cache at the first use, which needs a network; a path
never is. Needs no ffmpeg program: samples are handed over as an array.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
import whisper

from qualify.audio.activity import Segment
from qualify.audio.decode import RATE_HZ
from qualify.errors import EngineError
from qualify.records import Maker
from qualify.transcription.engine import HeardWord, Samples, Utterance
from qualify.weights import UNREADABLE, sha256_of

WINDOW_S = 28.0
"""Neighbouring segments are handed over together up to this length, for context; Whisper's window is 30 s."""
NO_SPEECH = 0.6
MEAN_LOG_PROBABILITY = -1.0
COMPRESSION_RATIO = 2.4
"""Whisper's own limits (Radford et al. 2022, section 4.5): beyond them a segment is invented or loops."""


class WhisperEngine:
    """Runs stock `whisper.load_model(checkpoint)` and `transcribe` on each party's segments."""

    def __init__(self, checkpoint: str, *, device: str = "cpu") -> None:
        path, named = Path(checkpoint), checkpoint in whisper.available_models()
        if not path.is_file() and not named:
            raise EngineError(
                f"modèle Whisper « {checkpoint} » : ni un fichier, ni un nom connu. "
                f"Attendu : un chemin ou l'un de {', '.join(whisper.available_models())}."
            )
        try:
            self._model = whisper.load_model(checkpoint, device=device)
        except UNREADABLE as error:
            raise EngineError(f"modèle Whisper « {checkpoint} » illisible : {error}") from error
        self._half = device != "cpu"
        self.maker = Maker(
            engine=f"whisper:{checkpoint if named else path.stem}",
            version=whisper.__version__,
            weights_sha256=_published_sha256(checkpoint) if named else sha256_of(path),
        )

    def transcribe(self, samples: Samples, segments: Sequence[Segment], *, prompt: str) -> list[Utterance]:
        """See SpeechEngine."""
        found: list[Utterance] = []
        for window in _windows(segments):
            first = round(window.start_s * RATE_HZ)
            clip = samples[first : round(window.end_s * RATE_HZ)]
            try:
                result = self._model.transcribe(
                    clip,
                    language="fr",
                    fp16=self._half,
                    word_timestamps=True,
                    condition_on_previous_text=False,
                    initial_prompt=prompt or None,
                    no_speech_threshold=NO_SPEECH,
                    logprob_threshold=MEAN_LOG_PROBABILITY,
                    compression_ratio_threshold=COMPRESSION_RATIO,
                    verbose=None,
                )
            except (RuntimeError, torch.OutOfMemoryError) as error:
                raise EngineError(f"Whisper a échoué : {error}") from error
            found += _utterances(result["segments"], window)
        return found


def _published_sha256(name: str) -> str:
    """The hash that openai-whisper checks its download of a named model against: it is in the address."""
    return str(whisper._MODELS[name].split("/")[-2])


def _windows(segments: Sequence[Segment]) -> Iterator[Segment]:
    current: Segment | None = None
    for segment in segments:
        if current is not None and segment.end_s - current.start_s <= WINDOW_S:
            current = Segment(current.start_s, segment.end_s)
            continue
        if current is not None:
            yield current
        current = segment
    if current is not None:
        yield current


def _utterances(segments: list[dict[str, Any]], window: Segment) -> Iterator[Utterance]:
    for segment in segments:
        silent = segment["no_speech_prob"] > NO_SPEECH and segment["avg_logprob"] < MEAN_LOG_PROBABILITY
        if silent or segment["compression_ratio"] > COMPRESSION_RATIO:
            continue
        words = tuple(
            HeardWord(
                word["word"].strip(),
                window.start_s + float(word["start"]),
                window.start_s + max(float(word["start"]), float(word["end"])),
                min(1.0, max(0.0, float(word["probability"]))),
            )
            for word in segment.get("words", [])
            if word["word"].strip()
        )
        if words:
            yield Utterance(words)
