"""Instructions: whether the agent followed each.

Definition: the share of all labeled outcomes (followed, broken, not applicable) that are predicted. Range: 0
to 1. Unscored: calls whose tenant has no instruction; what a failed call should have judged is not right.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import expected, rate


def _right(case: Case) -> tuple[int, int]:
    wanted, found = case.labels.instructions, case.predicted.instructions
    return sum(found.get(i) == w for i, w in wanted.items()), len(wanted)


def _reason(case: Case) -> str | None:
    found = case.predicted.instructions
    wrong = {i: w for i, w in case.labels.instructions.items() if found.get(i) != w}
    return " ; ".join(f"{i} : {expected(w, found.get(i))}" for i, w in wrong.items()) or None


OUTCOMES = rate(
    "instructions",
    "instructions judged right",
    _right,
    title="Consignes bien jugées",
    group="instructions",
    reason=_reason,
)
