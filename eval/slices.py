"""Slices: the same figures on parts of the calls, so that an average hides nobody.

A call stands in one slice of each dimension, in several by tag, and in none where it does not say (a call
without turns has no length). Dimensions follow the labels, never the prediction: a slice holds the same
calls whatever the engine answers, and two runs can be laid side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from .intervals import Figure, figure
from .metrics.fields import CALL_BACK, FIELDS
from .metrics.intent import ACCURACY
from .metrics.key_facts import KEY_FACTS
from .metrics.metric import Metric, Parts
from .metrics.ready import READY
from .metrics.serious_errors import SERIOUS_READY
from .metrics.urgency_right import URGENCY_RIGHT
from .scoring import Case, Key

MAIN: Sequence[Metric] = (ACCURACY, URGENCY_RIGHT, FIELDS, CALL_BACK, KEY_FACTS, SERIOUS_READY, READY)
"""What slices are compared by; all of them shares, so that their shortfalls can be averaged."""
FEW = 20
"""Calls below which a slice is too small to conclude from: an error more moves a share by five points."""
LENGTHS = (100, 200, 400)
"""Words of the labeled transcript at which a longer class of calls begins."""


@dataclass(frozen=True)
class Slice:
    """The calls that have something in common, and their figures."""

    value: str
    cases: Sequence[Case]
    figures: Mapping[str, Figure]
    """By the metric's id."""
    shortfall: float
    """How much worse than all calls, the mean over the metrics that have a figure; negative: better."""

    @property
    def weight(self) -> float:
        """The shortfall as far as the calls bear it out: that of few calls counts for little."""
        n = len(self.cases)
        return self.shortfall * n / (n + FEW)

    @property
    def few(self) -> bool:
        """Whether the slice is too small to conclude from."""
        return len(self.cases) < FEW


def intent_label(case: Case, intent: str | None) -> str:
    """What the tenant calls an intent; its id where the tenant has no such one."""
    known = case.tenant.intents_by_id
    return known[intent].label if intent in known else intent or ""


def _lengths(case: Case) -> Iterable[str]:
    words = sum(len(turn.text.split()) for turn in case.turns)
    if not words:
        return ()
    reached = [bound for bound in LENGTHS if words >= bound]
    if not reached:
        return (f"moins de {LENGTHS[0]} mots",)
    if len(reached) == len(LENGTHS):
        return (f"{LENGTHS[-1]} mots et plus",)
    return (f"de {reached[-1]} à {LENGTHS[len(reached)] - 1} mots",)


DIMENSIONS: Mapping[str, Callable[[Case], Iterable[str]]] = {
    "tenant": lambda case: (case.tenant.id,),
    "intent": lambda case: (intent_label(case, case.labels.intent),),
    "urgency": lambda case: (case.labels.urgency,),
    "style": lambda case: filter(None, (case.style,)),
    "tag": lambda case: dict.fromkeys(case.tags),
    "length": _lengths,
}
"""By name, the slices that a call stands in."""


def slices(cases: Iterable[Case]) -> dict[str, dict[str, list[Case]]]:
    """The calls by dimension and value."""
    found: dict[str, dict[str, list[Case]]] = {name: {} for name in DIMENSIONS}
    for case in cases:
        for name, values in DIMENSIONS.items():
            for value in values(case):
                found[name].setdefault(value, []).append(case)
    return found


def compared(
    cases: Sequence[Case], overall: Mapping[str, Figure], metrics: Sequence[Metric] = MAIN
) -> dict[str, list[Slice]]:
    """Each dimension's slices, the worst first as far as their calls bear it out; equals by name.

    `overall` are the figures of all calls, by the metric's id.
    """
    remembering = [_remembering(metric) for metric in metrics]
    return {
        name: sorted(
            (_slice(value, some, remembering, overall) for value, some in by_value.items()),
            key=lambda one: (-one.weight, one.value),
        )
        for name, by_value in slices(cases).items()
    }


def _remembering(metric: Metric) -> Metric:
    """The metric, which asks each call only once, however many slices it stands in."""
    known: dict[Key, Parts | None] = {}

    def parts(case: Case) -> Parts | None:
        key = (case.tenant.id, case.id)
        if key not in known:
            known[key] = metric.parts(case)
        return known[key]

    return replace(metric, parts=parts)


def _slice(
    value: str, cases: Sequence[Case], metrics: Sequence[Metric], overall: Mapping[str, Figure]
) -> Slice:
    figures = {metric.id: figure(metric, cases) for metric in metrics}
    gaps = [worse_by(metric, figures[metric.id], overall[metric.id]) for metric in metrics]
    known = [gap for gap in gaps if not math.isnan(gap)]
    return Slice(value, cases, figures, fmean(known) if known else 0.0)


def worse_by(metric: Metric, some: Figure, overall: Figure) -> float:
    """How much worse a figure is than that of all calls, in the metric's unit; NaN where either is none."""
    gap = overall.value - some.value
    return gap if metric.better == "higher" else -gap
