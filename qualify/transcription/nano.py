"""The embedded speech engine: this project's small Whisper checkpoint, searched with its CTC head.

The decoder and the encoder's CTC head search together (`joint`). It is trained on synthetic voices
only, so it is for demonstration and tests; the same weights also run in stock openai-whisper
(`whisper_engine`), less well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import whisper
from whisper.tokenizer import get_tokenizer

from qualify.audio.activity import Segment
from qualify.audio.decode import RATE_HZ
from qualify.errors import EngineError
from qualify.records import Maker
from qualify.transcription.ctc import Logs, align
from qualify.transcription.engine import HeardWord, Samples, Utterance
from qualify.transcription.joint import search
from qualify.weights import UNREADABLE, sha256_of, shipped

FOLDER = "speech-fr-nano"
FRAMES_PER_S = 50
BLOCK_S = 600.0
"""Log-mel frames are made for at most this much of a channel at once, to bound memory."""
LAST_TOKEN_S = 0.16
"""How long a segment's last token is taken to last."""


@dataclass(frozen=True)
class _Heard:
    """The sentence found in one segment: Whisper token ids, the frame each begins in, and its probability."""

    tokens: tuple[int, ...]
    frames: tuple[int, ...]
    probabilities: tuple[float, ...]


class NanoEngine:
    """Loads the shipped checkpoint (about 60 MB of memory); deterministic on one machine."""

    def __init__(self) -> None:
        weights, head = shipped(FOLDER, "weights.pt"), shipped(FOLDER, "ctc.pt")
        try:
            self._model = whisper.load_model(str(weights), device="cpu")
            saved = torch.load(head, weights_only=True)
            self._ctc_weight, self._ctc_bias = saved["weight"].float(), saved["bias"].float()
            self._ids: list[int] = saved["token_ids"]
        except UNREADABLE as error:
            raise EngineError(
                f"{weights.parent} : poids illisibles ({error}). Remède : réinstaller."
            ) from error
        self._tokenizer = get_tokenizer(True, num_languages=99, language="fr", task="transcribe")
        self.maker = Maker(
            engine=f"{FOLDER} (démonstration)", version=whisper.__version__, weights_sha256=sha256_of(weights)
        )

    def transcribe(self, samples: Samples, segments: Sequence[Segment], *, prompt: str) -> list[Utterance]:
        """See SpeechEngine; `prompt` is not used, the checkpoint was not trained for it."""
        with _one_thread():
            return self._transcribed(samples, segments)

    def _transcribed(self, samples: Samples, segments: Sequence[Segment]) -> list[Utterance]:
        found: list[Utterance] = []
        for start_s, block in _blocks(samples, segments):
            first = round(start_s * RATE_HZ)
            last = round(block[-1].end_s * RATE_HZ)
            mel = whisper.log_mel_spectrogram(torch.from_numpy(samples[first:last]))
            for segment in block:
                a, b = (round((t - start_s) * 100) for t in (segment.start_s, segment.end_s))
                words = self._words(mel[:, a:b], segment)
                if words:
                    found.append(Utterance(words))
        return found

    def _words(self, mel: torch.Tensor, segment: Segment) -> tuple[HeardWord, ...]:
        if mel.shape[1] < 20:
            return ()
        with torch.inference_mode():
            heard = self._hear(self._encode(mel))
        return tuple(self._timed(heard, segment)) if heard.tokens else ()

    def _encode(self, mel: torch.Tensor) -> torch.Tensor:
        """Whisper's encoder without padding to 30 s; shape (1, frames, width)."""
        encoder = self._model.encoder
        x = torch.nn.functional.gelu(encoder.conv1(mel[None]))
        x = torch.nn.functional.gelu(encoder.conv2(x)).permute(0, 2, 1)
        x = x + encoder.positional_embedding[: x.shape[1]]
        for block in encoder.blocks:
            x = block(x)
        return encoder.ln_post(x)  # type: ignore[no-any-return]

    def _hear(self, audio: torch.Tensor) -> _Heard:
        t = self._tokenizer
        logits = audio[0] @ self._ctc_weight.T + self._ctc_bias
        log_probs: Logs = logits.double().log_softmax(-1).numpy()
        start = [t.sot, t.language_token, t.transcribe, t.no_timestamps]
        found = search(self._model, audio, log_probs, start=start, end=t.eot, token_ids=self._ids)
        frames = align(log_probs, found.labels) if found.labels else []
        acoustic = [log_probs[f : f + 2, label].max() for f, label in zip(frames, found.labels, strict=True)]
        both = tuple(math.exp((a + d) / 2) for a, d in zip(acoustic, found.decoder, strict=True))
        return _Heard(tuple(self._ids[i - 1] for i in found.labels), tuple(frames), both)

    def _timed(self, heard: _Heard, segment: Segment) -> Iterator[HeardWord]:
        """Group tokens into words; a word's confidence is its tokens' geometric mean."""
        groups: list[list[int]] = []
        for i, token in enumerate(heard.tokens):
            starts = self._tokenizer.decode([token]).startswith(" ")
            if starts or not groups:
                groups.append([])
            groups[-1].append(i)
        for number, group in enumerate(groups):
            text = self._tokenizer.decode([heard.tokens[i] for i in group]).strip()
            if not text:
                continue
            start = heard.frames[group[0]] / FRAMES_PER_S
            last = heard.frames[group[-1]] / FRAMES_PER_S + LAST_TOKEN_S
            if number + 1 < len(groups):
                last = min(last, heard.frames[groups[number + 1][0]] / FRAMES_PER_S)
            mean = math.exp(sum(math.log(max(1e-6, heard.probabilities[i])) for i in group) / len(group))
            start_s, end_s = segment.start_s + start, min(segment.end_s, segment.start_s + last)
            yield HeardWord(text, start_s, max(start_s, end_s), min(1.0, mean))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Torch on one thread: its steps are so small here that a second one doubles the time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _blocks(samples: Samples, segments: Sequence[Segment]) -> Iterator[tuple[float, list[Segment]]]:
    """Stretches in groups that span at most BLOCK_S, each group with its start."""
    group: list[Segment] = []
    for segment in segments:
        if group and segment.end_s - group[0].start_s > BLOCK_S:
            yield group[0].start_s, group
            group = []
        group.append(segment)
    if group:
        yield group[0].start_s, group
