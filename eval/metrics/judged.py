"""What has a confidence: each judgment's probability beside whether it is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ..scoring import Case

Judged: TypeAlias = Iterator[tuple[float, bool]]
"""Confidences, and whether each judgment is right."""


def intent(case: Case) -> Judged:
    """The main intent's; nothing where no confidence is given."""
    if "intent" in case.predicted.confidence:
        yield case.predicted.confidence["intent"], case.predicted.intent == case.labels.intent


def urgency(case: Case) -> Judged:
    """The urgency's; nothing where no confidence is given."""
    if "urgency" in case.predicted.confidence:
        yield case.predicted.confidence["urgency"], case.predicted.urgency == case.labels.urgency


def fields(case: Case) -> Judged:
    """Those of the fields found that have a confidence."""
    for field in case.predicted.fields:
        if field in case.predicted.confidence:
            yield case.predicted.confidence[field], case.right(field)


def everything(case: Case) -> Judged:
    """All of a call's judgments."""
    yield from intent(case)
    yield from urgency(case)
    yield from fields(case)


SUBJECTS: dict[str, tuple[Callable[[Case], Judged], str, str]] = {
    "": (everything, "all judgments", "tous jugements"),
    "_intent": (intent, "intent", "motif"),
    "_urgency": (urgency, "urgency", "urgence"),
    "_fields": (fields, "fields", "champs"),
}
"""By the ending of a metric's id: which judgments, and their English and French names."""
