"""The models learned from calls that weigh clues of names: whose a name is, which words name a firm."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from qualify import weights
from qualify.errors import EngineError

FOLDER = "name-roles"
"""The folder of `models/` that the recipe and the weights are in."""
NAMES = ("roles", "firms")


@dataclass(frozen=True)
class ClueModel:
    """A softmax over outcomes: each clue adds its weight for each of them."""

    outcomes: int
    weights: Mapping[str, Sequence[float]]

    def probabilities(self, clues: frozenset[str]) -> list[float]:
        """How likely each outcome is with these clues; they sum to one."""
        known = [self.weights[c] for c in sorted(clues) if c in self.weights]
        scores = [sum(column) for column in zip(*known, strict=True)] or [0.0] * self.outcomes
        highest = max(scores)
        powers = [math.exp(s - highest) for s in scores]
        return [p / sum(powers) for p in powers]


@cache
def shipped() -> Mapping[str, ClueModel]:
    """The models that the package ships, by `NAMES`; EngineError where they are lacking or unusable."""
    path = weights.shipped(FOLDER, "weights.json")
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return {name: ClueModel(len(read[name]["bias"]), read[name]) for name in NAMES}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise EngineError(f"« {path} » : poids inutilisables. Remède : relancer la recette.") from error
