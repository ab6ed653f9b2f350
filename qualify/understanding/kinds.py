"""What kind of request a text is, whatever the trade: a breakdown, a cancellation, an invoice, a complaint.

Callers of all trades say alike that something doesn't work or has to be moved; only the objects differ.
The kinds are learned from many trades, from words that several of them share, so that a trade's own
nouns weigh nothing here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qualify.understanding.similarity import HEAD_SMOOTHING, Array, softmax, stem, tokens, words

UNLIKELY = 0.01
"""Added to an agreement before its logarithm, so that one sure mistake does not rule an intent out."""


@dataclass(frozen=True)
class KindHead:
    """A learned question with one answer among the kinds, put to the words of a text."""

    index: dict[str, int]
    """Token (see `grams`) → row."""
    weights: Array
    """Tokens × kinds."""
    bias: Array
    """One for each kind."""

    def logits(self, text: str) -> Array:
        """The log-odds of each kind for `text`; the bias where no token is known."""
        rows = [self.index[g] for g in sorted(grams(text)) if g in self.index]
        summed = self.weights[rows].sum(axis=0) / math.sqrt(len(rows) + HEAD_SMOOTHING)
        return np.asarray(summed + self.bias, dtype=np.float32)


@dataclass(frozen=True)
class IntentKinds:
    """The kinds that an intent of a tenant's may be, as probabilities."""

    written: Array
    """By its label and description."""
    together: Array
    """By its examples too."""
    examples: tuple[Array, ...]
    """By each example alone."""


@dataclass(frozen=True)
class Kinds:
    """The two learned heads: clients write of a kind in other words than callers say it."""

    written: KindHead
    spoken: KindHead

    def of_intent(self, described: str, examples: Sequence[str]) -> IntentKinds:
        """The kinds of an intent by the tenant's file."""
        written, spoken = self.written.logits(described), [self.spoken.logits(e) for e in examples]
        mean = np.mean(spoken, axis=0, dtype=np.float32) if spoken else np.zeros_like(written)
        return IntentKinds(softmax(written), softmax(written + mean), tuple(softmax(s) for s in spoken))

    def of_caller(self, said: str) -> Array:
        """The kinds of what a caller says, as probabilities."""
        return softmax(self.spoken.logits(said))


def grams(text: str) -> frozenset[str]:
    """The tokens of `text` and its pairs of neighbouring stems (« march plus »)."""
    stems = [stem(w) for w in words(text)]
    return frozenset(tokens(text)) | {f"{a} {b}" for a, b in pairwise(stems)}


def agreement(some: Array, others: Array) -> float:
    """Logarithm of the probability that both mean the same kind."""
    return math.log(float(some @ others) + UNLIKELY)
