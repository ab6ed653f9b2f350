"""Connectionist temporal classification: how likely a beginning of a sentence is, and when it was said.

Graves et al., «Connectionist Temporal Classification», ICML 2006. The prefix score is that of Watanabe
et al., «Hybrid CTC/Attention Architecture for End-to-End Speech Recognition», 2017, algorithm 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANK = 0
Logs = NDArray[np.float64]
"""Log-probabilities; of a whole utterance, shape (frames, classes), class 0 the blank."""

_NEVER = -np.inf


@dataclass(frozen=True)
class Prefixes:
    """Label sequences that a search follows, and what the frames up to each time say of them.

    `in_label` and `in_blank` have shape (prefixes, frames + 1): the log-probability of all paths over
    the first t frames that read the prefix and end in its last label, or in a blank.
    """

    last: NDArray[np.int64]
    """Each prefix's last label; -1 for the empty one."""
    in_label: Logs
    in_blank: Logs

    @staticmethod
    def empty(log_probs: Logs) -> Prefixes:
        """The one prefix that a search starts with."""
        silent = np.concatenate(([0.0], np.cumsum(log_probs[:, BLANK])))[None]
        return Prefixes(np.array([-1]), np.full_like(silent, _NEVER), silent)

    def whole(self) -> Logs:
        """The log-probability that each prefix is all that was said."""
        return np.logaddexp(self.in_label[:, -1], self.in_blank[:, -1])

    def before(self, labels: NDArray[np.int64]) -> Logs:
        """For each prefix and the label that would follow it: paths after which that label may begin."""
        either = np.logaddexp(self.in_label, self.in_blank)
        return np.where((labels == self.last)[:, None], self.in_blank, either)[:, :-1]


def extensions(prefixes: Prefixes, log_probs: Logs) -> Logs:
    """The log-probability that speech begins with each prefix and one more label: (prefixes, classes)."""
    probabilities = np.exp(log_probs)
    either = np.logaddexp(prefixes.in_label, prefixes.in_blank)[:, :-1]
    scores = _log_matmul(either, probabilities)
    for row, last in enumerate(prefixes.last):
        if last >= 0:
            repeated = prefixes.in_blank[row : row + 1, :-1]
            scores[row, last] = _log_matmul(repeated, probabilities[:, last : last + 1])[0, 0]
    scores[:, BLANK] = _NEVER
    return scores


def _log_matmul(logs: Logs, probabilities: NDArray[np.float64]) -> Logs:
    """log(exp(logs) @ probabilities), kept in range."""
    top = logs.max(axis=1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(logs - top) @ probabilities) + top)


def extended(
    prefixes: Prefixes, rows: NDArray[np.int64], labels: NDArray[np.int64], log_probs: Logs
) -> Prefixes:
    """The prefixes `rows`, each with the label of the same place in `labels` behind it."""
    chosen = Prefixes(prefixes.last[rows], prefixes.in_label[rows], prefixes.in_blank[rows])
    starts = chosen.before(labels)
    in_label = np.full_like(chosen.in_label, _NEVER)
    in_blank = np.full_like(chosen.in_blank, _NEVER)
    for t in range(len(log_probs)):
        in_label[:, t + 1] = np.logaddexp(in_label[:, t], starts[:, t]) + log_probs[t, labels]
        in_blank[:, t + 1] = np.logaddexp(in_blank[:, t], in_label[:, t]) + log_probs[t, BLANK]
    return Prefixes(labels, in_label, in_blank)


def align(log_probs: Logs, labels: Sequence[int]) -> list[int]:
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
