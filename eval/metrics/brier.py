"""Brier score: the mean squared distance of confidence from being right.

Definition: over judgments, the mean of (confidence - right)², right being 1 or 0. Range: 0 to 1; 0.25 is what
always saying 0.5 gets. Unlike calibration it also rewards being sure. Source: Brier 1950. Unscored: calls
without a confidence for the judgment.
"""

from __future__ import annotations

from ..scoring import Case
from . import judged
from .metric import Metric, of_things, ratio


def _metric(ending: str) -> Metric:
    judgments, label, title = judged.SUBJECTS[ending]

    def squared(case: Case) -> tuple[float, float]:
        distances = [(confidence - right) ** 2 for confidence, right in judgments(case)]
        return sum(distances), len(distances)

    return Metric(
        id=f"brier{ending}",
        label=f"Brier score, {label}",
        title=f"Score de Brier, {title}",
        group="calibration",
        parts=of_things(squared),
        value=ratio,
        better="lower",
        count=lambda sums: float(sums[1]),
        detail=bool(ending),
    )


BRIER = tuple(map(_metric, judged.SUBJECTS))
