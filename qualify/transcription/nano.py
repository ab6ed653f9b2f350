"""The embedded speech engine: this project's small Whisper checkpoint, searched with its CTC head.

The encoder's CTC head proposes sentences, the decoder scores them all in one pass, and the best of
both wins (attention rescoring, Zhang et al. 2020, «Unified Streaming and Non-streaming Two-pass
End-to-end Model for Speech Recognition»). It is trained on synthetic voices only, so it is for
demonstration and tests; the same weights also run in stock openai-whisper (`whisper_engine`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import whisper
from numpy.typing import NDArray
from whisper.tokenizer import get_tokenizer

from qualify.audio.activity import Segment
from qualify.audio.decode import RATE_HZ
from qualify.records import Maker
from qualify.transcription import ctc
from qualify.transcription.engine import HeardWord, Samples, Utterance
from qualify.transcription.weights import sha256_of, shipped

FOLDER = "speech-fr-nano"
DECODER_WEIGHT = 0.6
"""Share of the decoder's log-probability beside the CTC's; chosen on voices held out from training."""
BEAM = 8
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

    demonstration = True

    def __init__(self) -> None:
        weights, head = shipped(FOLDER, "weights.pt"), shipped(FOLDER, "ctc.pt")
        self._model = whisper.load_model(str(weights), device="cpu")
        saved = torch.load(head, weights_only=True)
        self._ctc_weight, self._ctc_bias = saved["weight"].float(), saved["bias"].float()
        self._ids: list[int] = saved["token_ids"]
        self._tokenizer = get_tokenizer(True, num_languages=99, language="fr", task="transcribe")
        self.maker = Maker(engine=FOLDER, version=whisper.__version__, weights_sha256=sha256_of(weights))

    def transcribe(self, samples: Samples, segments: Sequence[Segment], *, prompt: str) -> list[Utterance]:
        """See SpeechEngine; `prompt` is not used, the checkpoint was not trained for it."""
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
        logits = audio[0] @ self._ctc_weight.T + self._ctc_bias
        log_probs: NDArray[np.float32] = logits.log_softmax(-1).numpy()
        options = [c for c in ctc.candidates(log_probs, beam=BEAM) if c[0]]
        if not options:
            return _Heard((), (), ())
        whisper_ids = [[self._ids[i - 1] for i in labels] for labels, _ in options]
        scores = self._decoder_scores(audio, whisper_ids)
        totals = [
            (1 - DECODER_WEIGHT) * option[1] + DECODER_WEIGHT * float(score.sum())
            for option, score in zip(options, scores, strict=True)
        ]
        best = max(range(len(options)), key=totals.__getitem__)
        labels = options[best][0]
        frames = ctc.align(log_probs, labels)
        decoder = scores[best][: len(labels)].exp().tolist()
        acoustic = [
            math.exp(max(float(row[label]) for row in log_probs[f : f + 2]))
            for f, label in zip(frames, labels, strict=True)
        ]
        both = tuple(math.sqrt(a * d) for a, d in zip(acoustic, decoder, strict=True))
        return _Heard(tuple(whisper_ids[best]), tuple(frames), both)

    def _decoder_scores(self, audio: torch.Tensor, sentences: list[list[int]]) -> list[torch.Tensor]:
        """Log-probability of each sentence's tokens, and of its end, given the audio."""
        t = self._tokenizer
        start = [t.sot, t.language_token, t.transcribe, t.no_timestamps]
        rows = [[*start, *s, t.eot] for s in sentences]
        longest = max(map(len, rows))
        padded = torch.tensor([r + [t.eot] * (longest - len(r)) for r in rows])
        logits = self._model.decoder(padded, audio.expand(len(rows), -1, -1))
        log_probs = logits[:, len(start) - 1 : -1].log_softmax(-1)
        picked = log_probs.gather(2, padded[:, len(start) :, None])[..., 0]
        return [picked[i, : len(s) + 1] for i, s in enumerate(sentences)]

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
