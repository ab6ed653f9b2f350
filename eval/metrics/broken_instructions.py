"""Broken instructions, which are few among the followed: those found, and those said for nothing.

Definition: recall, of the labeled `broken` the share that is predicted; precision, of the predicted ones that
have a label the share that is `broken`. Range: 0 to 1. Source: van Rijsbergen 1979. Unscored: calls without a
broken instruction (recall), or in which none is said to be (precision).
"""

from __future__ import annotations

from ..scoring import Case
from .metric import rate


def _broken(case: Case) -> frozenset[str]:
    return frozenset(i for i, outcome in case.labels.instructions.items() if outcome == "broken")


def _said(case: Case) -> frozenset[str]:
    """Those said to be broken that have a label."""
    said = (i for i, outcome in case.predicted.instructions.items() if outcome == "broken")
    return frozenset(i for i in said if i in case.labels.instructions)


def _recall(case: Case) -> tuple[int, int]:
    broken = _broken(case)
    return len(broken & _said(case)), len(broken)


def _precision(case: Case) -> tuple[int, int]:
    said = _said(case)
    return len(_broken(case) & said), len(said)


def _overlooked(case: Case) -> str | None:
    lost = sorted(_broken(case) - _said(case))
    return f"manquements non relevés : {', '.join(lost)}" if lost else None


def _needless(case: Case) -> str | None:
    wrong = sorted(_said(case) - _broken(case))
    return f"manquements relevés à tort : {', '.join(wrong)}" if wrong else None


BROKEN_RECALL = rate(
    "broken_recall",
    "broken instructions found",
    _recall,
    title="Manquements relevés",
    group="instructions",
    reason=_overlooked,
)
BROKEN_PRECISION = rate(
    "broken_precision",
    "said broken that are",
    _precision,
    title="Manquements relevés à raison",
    group="instructions",
    reason=_needless,
)
