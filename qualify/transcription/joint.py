"""Beam search by the CTC head and the decoder together.

Each hypothesis is scored by what the decoder writes and by what the encoder's frames read (Watanabe et
al. 2017, one-pass decoding): the first knows the language, the second neither skips nor repeats words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from whisper.decoding import PyTorchInference
from whisper.model import Whisper

from qualify.transcription.ctc import Logs, Prefixes, extended, extensions

BEAM = 6
CTC_WEIGHT = 0.3
"""Share of the CTC's log-probability; chosen on voices held out from training, see the model's card."""
TOKENS_PER_FRAME = 0.4
"""No one says more: 20 tokens a second; ends a search that would not end."""


@dataclass(frozen=True)
class Sentence:
    """The best hypothesis: CTC labels, and the decoder's log-probability of each."""

    labels: tuple[int, ...]
    decoder: tuple[float, ...]


@dataclass
class _Beam:
    """The hypotheses of one length, best first."""

    labels: list[tuple[int, ...]]
    decoder: list[tuple[float, ...]]
    prefixes: Prefixes


def search(
    model: Whisper,
    audio: torch.Tensor,
    ctc: Logs,
    *,
    start: Sequence[int],
    end: int,
    token_ids: Sequence[int],
) -> Sentence:
    """The likeliest sentence in one stretch of speech, empty where silence is likelier.

    `audio` is the encoder's output, shape (1, frames, width); `start` the decoder's first tokens, `end`
    the token that closes a text; `token_ids[i]` is the decoder's token for CTC label i + 1.
    """
    ids = torch.tensor(token_ids)
    inference = PyTorchInference(model, len(start))
    try:
        return _search(inference, audio, ctc, torch.tensor([list(start)]), end, ids)
    finally:
        inference.cleanup_caching()


def _search(
    inference: PyTorchInference,
    audio: torch.Tensor,
    ctc: Logs,
    start: torch.Tensor,
    end: int,
    ids: torch.Tensor,
) -> Sentence:
    beam = _Beam([()], [()], Prefixes.empty(ctc))
    best, best_score = Sentence((), ()), -np.inf
    tokens = start
    for _ in range(max(4, round(TOKENS_PER_FRAME * len(ctc)))):
        logits = inference.logits(tokens, audio.expand(len(tokens), -1, -1))[:, -1]
        written = logits.log_softmax(-1)
        so_far = np.array([sum(d) for d in beam.decoder])
        ends = _mixed(beam.prefixes.whole(), so_far + written[:, end].double().numpy())
        if ends.max() > best_score:
            row = int(ends.argmax())
            best, best_score = Sentence(beam.labels[row], beam.decoder[row]), float(ends.max())
        next_logs = written[:, ids].double().numpy()
        grown = _mixed(extensions(beam.prefixes, ctc)[:, 1:], so_far[:, None] + next_logs)
        order = np.argsort(-grown, axis=None, kind="stable")[:BEAM]
        rows, columns = np.unravel_index(order, grown.shape)
        alive = grown[rows, columns] > best_score
        if not alive.any():
            return best
        rows, columns = rows[alive], columns[alive]
        beam = _Beam(
            [(*beam.labels[r], int(c) + 1) for r, c in zip(rows, columns, strict=True)],
            [(*beam.decoder[r], float(next_logs[r, c])) for r, c in zip(rows, columns, strict=True)],
            extended(beam.prefixes, rows, columns + 1, ctc),
        )
        # Not rearrange_kv_cache: it takes [0] of four hypotheses for the same four.
        for module in inference.kv_modules:
            inference.kv_cache[module] = inference.kv_cache[module][torch.from_numpy(rows)]
        tokens = torch.cat([tokens[torch.from_numpy(rows)], ids[torch.from_numpy(columns)][:, None]], 1)
    return best


def _mixed(ctc: Logs, decoder: Logs | NDArray[np.float64]) -> Logs:
    return np.asarray(CTC_WEIGHT * ctc + (1 - CTC_WEIGHT) * decoder)
