"""Exact match by type: values that are the labeled ones letter by letter.

Definition: of the labeled values of a type, the share for which exactly that value is found, case, accents
and punctuation included. For names and text this is stricter than the fields' recall (`fields.py`), for the
types that are compared to the character it is the same. Range: 0 to 1. Source: Rajpurkar et al. 2016,
without their normalisation. Unscored: calls in which no value of the type is given.
"""

from __future__ import annotations

from typing import get_args

from qualify.tenant import FieldType

from ..scoring import Case
from .fields import differences, of_type
from .metric import Metric, of_things, ratio


def exact_match(kind: FieldType) -> Metric:
    """The metric of one type."""

    def judged(case: Case) -> tuple[int, int]:
        wanted = {f: v for f, v in case.labels.fields.items() if case.field_types[f] == kind}
        return sum(case.predicted.fields.get(f) == v for f, v in wanted.items()), len(wanted)

    return Metric(
        id=f"exact_{kind}",
        label=f"type {kind}, exact match",
        title=f"Champs de type {kind}, identiques",
        group="fields",
        parts=of_things(judged),
        value=ratio,
        count=lambda sums: float(sums[1]),
        reason=lambda case: differences(case, of_type(kind)),
        detail=True,
    )


EXACT_MATCH = tuple(exact_match(kind) for kind in get_args(FieldType))
