"""What a metric is: what each call adds, and the figure that the sums make.

Since calls only add up, a figure of any part of a data set, and of any resample of it, is one sum away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..scoring import Case

Array = npt.NDArray[np.float64]
Parts = Sequence[float]
"""What one call adds to a metric's sums."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure of a data set."""

    id: str
    label: str
    """As reports name it."""
    parts: Callable[[Case], Parts | None]
    """What a call adds; None where the metric says nothing of it: unscored, which is not wrong."""
    value: Callable[[Array], float]
    """The figure of the sums; NaN where they don't allow one."""
    better: Literal["higher", "lower"] = "higher"
    count: Callable[[Array], float] | None = None
    """Of the sums, how many things were judged; None: the calls scored."""


def ratio(sums: Array) -> float:
    """The first sum over the second; NaN where that is 0."""
    return float(sums[0] / sums[1]) if sums[1] else math.nan


def share(id: str, label: str, judge: Callable[[Case], bool | None], *, lower: bool = False) -> Metric:
    """The share of the calls scored of which `judge` says yes, from 0 to 1; None leaves a call unscored."""

    def parts(case: Case) -> Parts | None:
        judged = judge(case)
        return None if judged is None else (float(judged), 1.0)

    return Metric(id=id, label=label, parts=parts, value=ratio, better="lower" if lower else "higher")


def rate(id: str, label: str, judge: Callable[[Case], tuple[int, int]], *, lower: bool = False) -> Metric:
    """Of all things judged in all calls, the share that is right (0 to 1); calls with none are unscored."""

    def parts(case: Case) -> Parts | None:
        right, judged = judge(case)
        return (right, judged) if judged else None

    return Metric(
        id=id,
        label=label,
        parts=parts,
        value=ratio,
        better="lower" if lower else "higher",
        count=lambda sums: float(sums[1]),
    )
