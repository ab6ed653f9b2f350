"""Connectionist temporal classification: candidates by prefix beam search, and when each token was said.

Graves et al., «Connectionist Temporal Classification», ICML 2006; the search is that of Hannun et al.,
«First-Pass Large Vocabulary Continuous Speech Recognition using Bi-Directional RNNs», 2014.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BLANK = 0
LogProbabilities = NDArray[np.float32]
"""Shape (frames, classes); class 0 is the blank."""
Labels = tuple[int, ...]
Ends = tuple[float, float]
"""Log-probabilities of a prefix that ends in a blank, and in its last label."""

_NEVER = -math.inf


def _log_add(a: float, b: float) -> float:
    if a < b:
        a, b = b, a
    return a if b == _NEVER else a + math.log1p(math.exp(b - a))


def candidates(
    log_probs: LogProbabilities, *, beam: int = 10, least: float = -7.0
) -> list[tuple[Labels, float]]:
    """The `beam` likeliest label sequences with their log-probabilities, best first.

    Classes whose log-probability in a frame is below `least` are not followed there.
    """
    beams: dict[Labels, Ends] = {(): (0.0, _NEVER)}
    for row in log_probs:
        classes = [int(c) for c in np.flatnonzero(row > least)]
        if classes == [BLANK]:
            blank = float(row[BLANK])
            beams = {p: (_log_add(b, s) + blank, _NEVER) for p, (b, s) in beams.items()}
            continue
        beams = _step(beams, row, classes, beam)
    scored = [(p, total) for p, ends in beams.items() if (total := _log_add(*ends)) > _NEVER]
    return sorted(scored, key=lambda c: (-c[1], c[0]))[:beam]


def _step(
    beams: dict[Labels, Ends],
    row: NDArray[np.float32],
    classes: Sequence[int],
    beam: int,
) -> dict[Labels, Ends]:
    """One frame further."""
    ends: dict[Labels, list[float]] = defaultdict(lambda: [_NEVER, _NEVER])
    for prefix, (in_blank, in_label) in beams.items():
        total = _log_add(in_blank, in_label)
        for c in classes:
            p = float(row[c])
            if c == BLANK:
                ends[prefix][0] = _log_add(ends[prefix][0], total + p)
            elif prefix and prefix[-1] == c:
                ends[prefix][1] = _log_add(ends[prefix][1], in_label + p)
                grown = ends[(*prefix, c)]
                grown[1] = _log_add(grown[1], in_blank + p)
            else:
                grown = ends[(*prefix, c)]
                grown[1] = _log_add(grown[1], total + p)
    best = sorted(ends.items(), key=lambda e: (-_log_add(*e[1]), e[0]))[:beam]
    return {prefix: (scores[0], scores[1]) for prefix, scores in best}


def align(log_probs: LogProbabilities, labels: Sequence[int]) -> list[int]:
    """The frame in which each label is likeliest begun, on the best path (Viterbi) through all of them."""
    frames, states = len(log_probs), 2 * len(labels) + 1
    path = [BLANK if s % 2 == 0 else labels[s // 2] for s in range(states)]
    score = np.full(states, -np.inf)
    score[:2] = log_probs[0, path[:2]]
    skip = np.array([s % 2 == 1 and s > 1 and path[s] != path[s - 2] for s in range(states)])
    back = np.zeros((frames, states), np.int8)
    for t in range(1, frames):
        from_one = np.concatenate(([-np.inf], score[:-1]))
        from_two = np.where(skip, np.concatenate(([-np.inf, -np.inf], score[:-2]))[:states], -np.inf)
        options = np.stack([score, from_one, from_two])
        back[t] = options.argmax(0)
        score = options.max(0) + log_probs[t, path]
    state = states - 1 if states == 1 or score[-1] >= score[-2] else states - 2
    begun = [0] * len(labels)
    for t in range(frames - 1, -1, -1):
        if state % 2 == 1:
            begun[state // 2] = t
        state -= int(back[t, state])
    return begun
