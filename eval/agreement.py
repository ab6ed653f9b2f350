"""How far two humans agree who labeled the same calls, and what that makes of each metric: the human ceiling.

Intent and disposition: Krippendorff's alpha for names (nominal). Urgency: alpha with squared steps
(interval), as the quadratic kappa that it stands beside; the ordinal one shrinks the distance between two
levels with the calls that have them, so that `critical` taken for `high` would count for little just because
both are rare. Fields: F1 of one human's values against the other's, the same either way round, since no
number says what both rightly left empty (Hripcsak and Rothschild 2005). Source of alpha: Krippendorff 2011.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import get_args

from qualify.dataset import Labels, Prediction, SecondLabels
from qualify.records import URGENCIES, Disposition

from .intervals import Figure, figure
from .metrics.fields import fields_f1
from .metrics.metric import Array, Group, Metric, Parts
from .scoring import Case
from .stats.alpha import alpha, interval, nominal

SAID: tuple[Group, ...] = ("intent", "urgency", "fields")
UNSAID = ("intent_second", "missing")
"""Metrics of these groups that need more than a second human says."""


def ceiling(cases: Sequence[Case], metrics: Sequence[Metric]) -> dict[str, Figure]:
    """A second human's figures by the metric's id, on the calls that have one; empty without such calls.

    Only metrics of what second labels say: intent, urgency, disposition and fields.
    """
    said = seconded(cases)
    judged = [m for m in metrics if m.group in SAID and m.id not in UNSAID]
    found = {metric.id: figure(metric, said) for metric in judged}
    return {name: some for name, some in found.items() if not math.isnan(some.value)}


def agreement(cases: Sequence[Case]) -> dict[str, Figure]:
    """Each agreement by its French name; empty without second labels."""
    said = seconded(cases)
    return {metric.title: figure(metric, said) for metric in _agreements(said)} if said else {}


def seconded(cases: Sequence[Case]) -> list[Case]:
    """The calls that have second labels, as if these were what the engine said."""
    return [
        replace(case, predicted=_predicted(case, case.second)) for case in cases if case.second is not None
    ]


def _predicted(case: Case, second: SecondLabels) -> Prediction:
    return Prediction(id=case.id, tenant=case.tenant.id, status="needs_review", **second.model_dump())


def _agreements(said: Sequence[Case]) -> Iterator[Metric]:
    """Alpha of the three judgments, then F1 of all fields and of each."""
    intents = sorted({i for c in said if c.second for i in (c.labels.intent, c.second.intent)})
    outcomes = get_args(Disposition)
    yield _alpha("Motif", lambda said: said.intent, intents, nominal(len(intents)))
    yield _alpha("Urgence", lambda said: said.urgency, URGENCIES, interval(len(URGENCIES)))
    yield _alpha("Suite à donner", lambda said: said.disposition, outcomes, nominal(len(outcomes)))
    yield replace(fields_f1(), title="Champs, F1")
    for field in sorted({field for case in said for field in case.field_types}):
        yield replace(fields_f1({field}), title=f"Champ {field}, F1")


def _alpha(
    name: str,
    judged: Callable[[Labels | SecondLabels], str],
    values: Sequence[str],
    distances: Array,
) -> Metric:
    """Alpha as a metric: a call adds the distance of its two values, both ways round, and the values."""
    place = {value: at for at, value in enumerate(values)}

    def parts(case: Case) -> Parts | None:
        if case.second is None:
            return None
        first, second = place[judged(case.labels)], place[judged(case.second)]
        totals = [0.0] * len(values)
        totals[first] += 1
        totals[second] += 1
        return (2 * float(distances[first, second]), *totals)

    return Metric(
        id=f"alpha_{name}",
        label=f"{name}, Krippendorff's alpha",
        title=f"{name}, α de Krippendorff",
        group="intent",
        parts=parts,
        value=lambda sums: alpha(float(sums[0]), sums[1:], distances),
        unit="index",
        collective=True,
    )
