"""A compact encoder that matches what is said with what is written, token by token.

Each token has a learned vector and, for either side, a learned weight and map. A text said and a text
written are compared by their pooled vectors and by late interaction: each token of one side finds its
best partner on the other (Khattab and Zaharia 2020, ColBERT). It was trained across trades, to tell an
intent from its siblings and a rule that is met from one that only seems to be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from qualify.understanding.similarity import Array, softmax, stem, tokens, words

LONGEST = 80
"""Tokens of a text that are read."""
KEPT = 512
"""Readings kept of either side."""
COMPARISONS = 4
"""Ways in which a text said and a group of texts written are compared; see `Matcher.compare`."""


def pieces(text: str) -> list[str]:
    """What of `text` is looked up: its tokens, then its pairs of neighbouring stems, each once."""
    stems = [stem(w) for w in words(text)]
    return list(dict.fromkeys([*tokens(text), *(f"{a} {b}" for a, b in pairwise(stems))]))


@dataclass(frozen=True)
class Reading:
    """A text as the matcher reads it."""

    vectors: Array
    """Tokens × dimensions, each of length 1."""
    weights: Array
    """One for each token; they sum to 1."""
    pooled: Array
    """Of length 1; zero where nothing is known."""


@dataclass(frozen=True)
class Side:
    """How one side, said or written, reads tokens."""

    map: Array
    """Dimensions × dimensions."""
    shift: Array
    log_weights: Array
    """One for each token."""


@dataclass(frozen=True)
class Matcher:
    """The learned encoder and its two mixtures."""

    index: dict[str, int]
    """Piece (see `pieces`) → row."""
    vectors: Array
    """Pieces × dimensions."""
    said: Side
    written: Side
    intent_mix: Array
    """Weights of the `COMPARISONS` by which an intent's score is made."""
    rule_mix: Array
    """The same for an urgency rule, then its bias."""

    @cached_property
    def hear(self) -> Callable[[str], Reading]:
        """Reads a text that somebody says; the latest are kept, since every intent and rule asks."""
        return lru_cache(maxsize=KEPT)(lambda text: self._read(text, self.said))

    @cached_property
    def read(self) -> Callable[[str], Reading]:
        """Reads a text that a client writes; the latest are kept from call to call."""
        return lru_cache(maxsize=KEPT)(lambda text: self._read(text, self.written))

    def compare(self, said: Reading, texts: Sequence[Reading]) -> Array:
        """How alike what is said and some texts that mean one thing are: `COMPARISONS` numbers from -1 to 1.

        Pooled vectors of all texts together; each token said with its best partner in any text; each
        token written with its best partner said, in the best text; pooled vectors of the best text.
        """
        known = [t for t in texts if len(t.weights)]
        if not len(said.weights) or not known:
            return np.full(COMPARISONS, -1.0, dtype=np.float32)
        together = np.sum([t.pooled for t in known], axis=0)
        alike = [said.vectors @ t.vectors.T for t in known]
        best_said = np.max([a.max(axis=1) for a in alike], axis=0)
        return np.array(
            [
                said.pooled @ together / max(float(np.linalg.norm(together)), 1e-6),
                said.weights @ best_said,
                max(float(t.weights @ a.max(axis=0)) for t, a in zip(known, alike, strict=True)),
                max(float(said.pooled @ t.pooled) for t in known),
            ],
            dtype=np.float32,
        )

    def intent_score(self, said: Reading, texts: Sequence[Reading]) -> float:
        """How much what is said speaks for the intent that `texts` describe; unbounded."""
        return float(self.intent_mix @ self.compare(said, texts))

    def rule_score(self, said: Reading, rule: Reading) -> float:
        """Log-odds that what is said meets the rule."""
        return float(self.rule_mix[:-1] @ self.compare(said, [rule]) + self.rule_mix[-1])

    def _read(self, text: str, side: Side) -> Reading:
        rows = [self.index[p] for p in pieces(text) if p in self.index][:LONGEST]
        if not rows:
            nothing = np.zeros(0, dtype=np.float32)
            return Reading(nothing.reshape(0, self.vectors.shape[1]), nothing, np.zeros_like(side.shift))
        mapped = self.vectors[rows] @ side.map.T + side.shift
        weights = softmax(side.log_weights[rows])
        pooled = weights @ mapped
        lengths = np.sqrt((mapped**2).sum(axis=1, keepdims=True)).clip(1e-6)
        return Reading(
            np.asarray(mapped / lengths, dtype=np.float32),
            weights,
            np.asarray(pooled / max(float(np.linalg.norm(pooled)), 1e-6), dtype=np.float32),
        )
