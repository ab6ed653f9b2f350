"""The metrics, one subject a file; the tables below are what benchmarks print."""

from __future__ import annotations

from collections.abc import Sequence

from . import calibration, fields, instructions, intent, message, urgency
from .metric import Metric

UNDERSTANDING: Sequence[Metric] = (
    intent.ACCURACY,
    intent.OTHER,
    intent.SECOND,
    urgency.KAPPA,
    urgency.CRITICAL,
    urgency.OVER,
    urgency.SEVERE,
    intent.DISPOSITION,
    fields.FIELDS,
    fields.PRECISION,
    fields.RECALL,
    fields.CALL_BACK,
    intent.MISSING,
    instructions.OUTCOMES,
    instructions.BROKEN_RECALL,
    instructions.BROKEN_PRECISION,
    *calibration.CALIBRATION,
    fields.READY,
    fields.WRONG_READY,
    fields.SERIOUS_READY,
)

MESSAGE: Sequence[Metric] = message.MESSAGE
