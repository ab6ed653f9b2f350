"""The gate: whether run B may take the place of run A.

A metric fails where, on the same calls, B's figure is worse than A's by more than the margin, whether or
not the test tells it from chance: the margin is what is tolerated, the verdict what may be concluded. It
fails too where a single tenant got worse beyond margin and chance, and where B gives nothing to judge any
more. What depends on how a run was made (from audio or turns, on which machine) is skipped where B doesn't
have it. Without common calls nothing passes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from .compare import Compared, Comparison

Outcome = Literal["passed", "failed", "skipped"]
Fault = Literal["margin", "tenant", "lost"]
OF_THE_RUN = ("transcription", "cost", "resources")
"""Groups of metrics that a run has or not by the way in which it was made."""


@dataclass(frozen=True)
class Check:
    """A metric at the gate."""

    compared: Compared
    faults: tuple[Fault, ...]

    @property
    def outcome(self) -> Outcome:
        """`skipped` where there is nothing to compare and nobody's fault."""
        if self.faults:
            return "failed"
        return "skipped" if math.isnan(self.compared.difference.value) else "passed"


@dataclass(frozen=True)
class Gate:
    """All metrics at the gate."""

    comparison: Comparison
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The metrics that fail."""
        return tuple(check for check in self.checks if check.faults)

    @property
    def passed(self) -> bool:
        """Whether there are common calls and no metric fails."""
        return bool(self.comparison.pairs) and not self.failed


def gate(comparison: Comparison) -> Gate:
    """Every metric of a comparison at the gate."""
    return Gate(comparison, tuple(Check(one, _faults(one)) for one in comparison.metrics))


def _faults(compared: Compared) -> tuple[Fault, ...]:
    found: dict[Fault, bool] = {
        "margin": compared.over_margin,
        "tenant": bool(compared.spoilt),
        "lost": compared.lost and compared.metric.group not in OF_THE_RUN,
    }
    return tuple(fault for fault, there in found.items() if there)
