"""Probabilities that mean what they say: learned corrections of raw confidences (Platt 1999).

A raw confidence's log-odds are scaled and shifted, the shift learned for each kind of judgment, so that of
all judgments said to be right with probability p about a share p is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qualify.errors import EngineError
from qualify.tenant import STANDARD_FIELDS

OWN = "own"
"""Name under which the tenants' own fields are corrected together."""
LEAST, MOST = 0.01, 0.99
"""Bounds of what a confidence can say."""


@dataclass(frozen=True)
class Calibration:
    """The corrections: a common slope, and for each kind of judgment a shift."""

    slope: float
    shifts: Mapping[str, float]
    """By `intent`, `urgency`, standard field and `OWN`."""

    def probability(self, name: str, confidence: float) -> float:
        """The probability that a judgment of that name is right; as it is where nothing was learned."""
        known = name in STANDARD_FIELDS or name in self.shifts
        shift = self.shifts.get(name if known else OWN)
        if shift is None:
            return confidence
        odds = self.slope * log_odds(confidence) + shift
        return min(MOST, max(LEAST, 1 / (1 + math.exp(-odds))))


def log_odds(confidence: float) -> float:
    """The log-odds of a confidence kept within bounds."""
    kept = min(MOST, max(LEAST, confidence))
    return math.log(kept / (1 - kept))


def read(path: Path) -> Calibration:
    """The corrections of a file; EngineError where it holds none."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(float(known["slope"]), {n: float(s) for n, s in known["shifts"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineError(
            f"« {path} » ne contient pas d'étalonnage. Remède : relancer sa recette."
        ) from error
