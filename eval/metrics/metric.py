"""What a metric is: what each call adds, and the figure that the sums make.

Since calls only add up, a figure of any part of a data set, and of any resample of it, is one sum away.

A failed call answers nothing. Where something should have been found (accuracy, recall), it stays in the
denominator, as not found; figures of what was answered (precision, over-triage, length, calibration) leave
it unscored. `tally` counts it in either case, and its own score is no number but its error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ..scoring import Case

Array: TypeAlias = npt.NDArray[np.float64]
Parts: TypeAlias = Sequence[float]
"""What one call adds to a metric's sums."""
Unit = Literal["share", "index", "points", "words", "seconds", "MiB", "euros"]
Kind = Literal["binary", "sums"]
"""`binary`: each call scored is right or wrong, parts (yes, 1); else a figure of any sums."""
Group = Literal[
    "transcription",
    "intent",
    "urgency",
    "fields",
    "instructions",
    "message",
    "calibration",
    "coverage",
    "cost",
    "resources",
]
"""The heading under which reports show a metric."""
MARGIN = 0.02
STRICT = 0.005
"""The margin of figures of errors that go out to a client."""


def _unexplained(_: Case) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure of a data set."""

    id: str
    label: str
    """As the benchmark names it, in English."""
    title: str
    """As reports for supervisors name it, in French."""
    group: Group
    parts: Callable[[Case], Parts | None]
    """What a call adds; None where the metric says nothing of it: unscored, which is not wrong."""
    value: Callable[[Array], float]
    """The figure of the sums; NaN where they don't allow one."""
    better: Literal["higher", "lower"] = "higher"
    count: Callable[[Array], float] | None = None
    """Of the sums, how many things were judged; None: the calls scored."""
    unit: Unit = "share"
    kind: Kind = "sums"
    margin: float = MARGIN
    """How much worse, in the unit, a gate tolerates."""
    reason: Callable[[Case], str | None] = _unexplained
    """Why a call scored as it did, in French, one line; None where there is nothing to say."""
    collective: bool = False
    """Whether only many calls have the figure (kappa, calibration): a single call has none."""
    detail: bool = False
    """A breakdown of another metric: shown, but in no family of comparisons."""


class Score(NamedTuple):
    """What a metric says of one call."""

    value: float | None
    """None where the call is unscored or failed, or the figure is collective."""
    state: Literal["scored", "unscored", "failed"]
    reason: str | None


def score(metric: Metric, case: Case) -> Score:
    """The call's own score with its reason; a failed call has its error and no number."""
    if case.failed:
        return Score(None, "failed", f"échec : {case.failure}")
    parts = metric.parts(case)
    if parts is None:
        return Score(None, "unscored", None)
    value = math.nan if metric.collective else metric.value(np.asarray(parts, dtype=np.float64))
    return Score(None if math.isnan(value) else value, "scored", metric.reason(case))


class Tally(NamedTuple):
    """How many calls a figure rests on; failed ones are counted apart, scored or not."""

    scored: int
    unscored: int
    failed: int


def tally(metric: Metric, cases: Sequence[Case]) -> Tally:
    """The calls that answered, scored or not, and those that failed: together, all of `cases`."""
    answered = [case for case in cases if not case.failed]
    scored = sum(metric.parts(case) is not None for case in answered)
    return Tally(scored, len(answered) - scored, len(cases) - len(answered))


def ratio(sums: Array) -> float:
    """The first sum over the second; NaN where that is 0."""
    return float(sums[0] / sums[1]) if sums[1] else math.nan


def f1(sums: Array) -> float:
    """F1 of sums (right, found, wanted): the harmonic mean of precision and recall; NaN without cases."""
    return float(2 * sums[0] / (sums[1] + sums[2])) if sums[1] + sums[2] else math.nan


def of_calls(judge: Callable[[Case], bool | None]) -> Callable[[Case], Parts | None]:
    """The parts of a share of calls: (yes, 1); None leaves a call unscored."""

    def parts(case: Case) -> Parts | None:
        judged = judge(case)
        return None if judged is None else (float(judged), 1.0)

    return parts


def of_things(judge: Callable[[Case], tuple[float, float]]) -> Callable[[Case], Parts | None]:
    """The parts of a ratio of sums over calls; calls that add nothing to the denominator are unscored."""

    def parts(case: Case) -> Parts | None:
        judged = judge(case)
        return judged if judged[1] else None

    return parts


def share(
    id: str,
    label: str,
    judge: Callable[[Case], bool | None],
    *,
    title: str,
    group: Group,
    lower: bool = False,
    margin: float = MARGIN,
    reason: Callable[[Case], str | None] = _unexplained,
) -> Metric:
    """The share of the calls scored of which `judge` says yes, from 0 to 1; None leaves a call unscored."""
    return Metric(
        id=id,
        label=label,
        title=title,
        group=group,
        parts=of_calls(judge),
        value=ratio,
        better="lower" if lower else "higher",
        kind="binary",
        margin=margin,
        reason=reason,
    )


def rate(
    id: str,
    label: str,
    judge: Callable[[Case], tuple[float, float]],
    *,
    title: str,
    group: Group,
    lower: bool = False,
    reason: Callable[[Case], str | None] = _unexplained,
) -> Metric:
    """Of all things judged in all calls, the share that is right (0 to 1); calls with none are unscored."""
    return Metric(
        id=id,
        label=label,
        title=title,
        group=group,
        parts=of_things(judge),
        value=ratio,
        better="lower" if lower else "higher",
        count=lambda sums: float(sums[1]),
        reason=reason,
    )


def mean(
    id: str,
    label: str,
    measure: Callable[[Case], float | None],
    *,
    title: str,
    group: Group,
    unit: Unit,
    margin: float,
) -> Metric:
    """The mean of what is measured of each call, the less the better; None leaves a call unscored."""

    def parts(case: Case) -> Parts | None:
        measured = measure(case)
        return None if measured is None else (measured, 1.0)

    return Metric(
        id=id,
        label=label,
        title=title,
        group=group,
        parts=parts,
        value=ratio,
        better="lower",
        unit=unit,
        margin=margin,
    )


def expected(wanted: object, found: object) -> str:
    """«attendu X, trouvé Y», with «rien» for what there is not."""
    return f"attendu {_shown(wanted)}, trouvé {_shown(found)}"


def _shown(value: object) -> str:
    return "rien" if value is None or value == "" else f"« {value} »"
