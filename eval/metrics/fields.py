"""The fields: each value against the labeled one.

Definition: precision, recall and their harmonic mean (F1) over the values of all fields, or of some. A
value is right where it is the labeled one: to the character for numbers, e-mails, references and dates, as
a number for amounts, without regard to case and accents for names and text. A wrong value counts against
both precision and recall. Range: 0 to 1. Source: van Rijsbergen 1979; MUC-5 (Chinchor and Sundheim 1993)
for values. Unscored: calls in which no such field is given or found (precision: none found; recall: none
given). A failed call finds none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import get_args

from qualify.tenant import STANDARD_FIELDS, FieldType

from ..scoring import Case
from .metric import Array, Metric, Parts, expected, f1, of_things, ratio, share

Chosen = Callable[[Case, str], bool]
"""Whether a field of a call is one of those that a metric judges."""


def _all(_: Case, __: str) -> bool:
    return True


def of_ids(ids: Collection[str]) -> Chosen:
    """The fields with these ids."""
    return lambda case, field: field in ids


def of_type(kind: FieldType) -> Chosen:
    """The fields of a type."""
    return lambda case, field: case.field_types[field] == kind


def _counts(case: Case, chosen: Chosen) -> tuple[int, int, int]:
    """How many are right, found, wanted."""
    wanted = [f for f in case.labels.fields if chosen(case, f)]
    found = sum(chosen(case, f) for f in case.predicted.fields)
    return sum(f in case.right_fields for f in wanted), found, len(wanted)


def differences(case: Case, chosen: Chosen = _all) -> str | None:
    """The chosen fields that are not right, each with what was expected and found; None where all are."""
    wanted, found = case.labels.fields, case.predicted.fields
    wrong = [f for f in {**wanted, **found} if chosen(case, f) and f not in case.right_fields]
    return " ; ".join(f"{f} : {expected(wanted.get(f), found.get(f))}" for f in wrong) or None


def _f1(chosen: Chosen, *, id: str, label: str, title: str, detail: bool) -> Metric:
    def parts(case: Case) -> Parts | None:
        counts = _counts(case, chosen)
        return counts if counts[1] or counts[2] else None

    return Metric(
        id=id,
        label=label,
        title=title,
        group="fields",
        parts=parts,
        value=f1,
        count=lambda sums: float(sums[2]),
        reason=lambda case: differences(case, chosen),
        detail=detail,
    )


def _rate(chosen: Chosen, part: int, *, id: str, label: str, title: str, detail: bool) -> Metric:
    """Precision (part 1: of the found) or recall (part 2: of the wanted)."""

    def judged(case: Case) -> tuple[int, int]:
        counts = _counts(case, chosen)
        return counts[0], counts[part]

    return Metric(
        id=id,
        label=label,
        title=title,
        group="fields",
        parts=of_things(judged),
        value=ratio,
        count=_second,
        reason=lambda case: differences(case, chosen),
        detail=detail,
    )


def _second(sums: Array) -> float:
    return float(sums[1])


def fields_f1(
    chosen: Collection[str] | None = None, *, id: str = "fields", label: str = "fields, F1"
) -> Metric:
    """F1 over the values of all fields, or of the `chosen` ids."""
    judged = _all if chosen is None else of_ids(chosen)
    return _f1(judged, id=id, label=label, title="Champs, F1", detail=chosen is not None)


def own_fields(standard: Collection[str]) -> Metric:
    """F1 of the fields that are not `standard`: the tenants' own."""
    return _f1(
        lambda case, field: field not in standard,
        id="own_fields",
        label="tenants' own fields, F1",
        title="Champs propres aux clients, F1",
        detail=True,
    )


def _of(chosen: Chosen, id: str, label: str, title: str) -> Iterator[Metric]:
    """Precision, recall and F1 of some fields."""
    for part, key, word, mot in (
        (1, "precision", "precision", "précision"),
        (2, "recall", "recall", "rappel"),
    ):
        yield _rate(
            chosen, part, id=f"{id}_{key}", label=f"{label}, {word}", title=f"{title}, {mot}", detail=True
        )
    yield _f1(chosen, id=f"{id}_f1", label=f"{label}, F1", title=f"{title}, F1", detail=True)


FIELDS = fields_f1()
PRECISION = _rate(
    _all, 1, id="fields_precision", label="fields, precision", title="Champs, précision", detail=False
)
RECALL = _rate(_all, 2, id="fields_recall", label="fields, recall", title="Champs, rappel", detail=False)
OWN = own_fields(STANDARD_FIELDS)
BY_TYPE = tuple(
    metric
    for kind in get_args(FieldType)
    for metric in _of(of_type(kind), f"type_{kind}", f"type {kind}", f"Champs de type {kind}")
)
BY_FIELD = tuple(
    metric
    for field in STANDARD_FIELDS.values()
    for metric in _of(of_ids({field.id}), f"field_{field.id}", field.id, field.label)
)

CALL_BACK = share(
    "call_back",
    "call-back number right",
    lambda c: c.right("phone") if "phone" in c.labels.fields else None,
    title="Numéro à rappeler juste",
    group="fields",
    margin=0.01,
    reason=lambda c: differences(c, of_ids({"phone"})) if "phone" in c.labels.fields else None,
)
"""Share of calls with a number to call back in which it is found to the digit."""
