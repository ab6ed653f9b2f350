"""Whether the agent followed each instruction: the outcome, and the broken ones."""

from __future__ import annotations

from ..scoring import Case
from .metric import rate


def _right(case: Case) -> tuple[int, int]:
    wanted, found = case.labels.instructions, case.predicted.instructions
    return sum(found.get(i) == w for i, w in wanted.items()), len(wanted)


def _found(case: Case) -> tuple[int, int]:
    broken = [i for i, w in case.labels.instructions.items() if w == "broken"]
    return sum(case.predicted.instructions.get(i) == "broken" for i in broken), len(broken)


def _said(case: Case) -> tuple[int, int]:
    said = [
        i for i, f in case.predicted.instructions.items() if f == "broken" and i in case.labels.instructions
    ]
    return sum(case.labels.instructions[i] == "broken" for i in said), len(said)


OUTCOMES = rate("instructions", "instructions judged right", _right)
"""Share of all labeled outcomes (followed, broken, not applicable) that are the same."""
BROKEN_RECALL = rate("broken_recall", "broken instructions found", _found)
BROKEN_PRECISION = rate("broken_precision", "said broken that are", _said)
