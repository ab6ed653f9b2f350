"""What a review service exports, one call a line: the call, the prediction as sent, what the reviewer did."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from qualify.dataset import CallInput, CallTurn, FieldValues, KeyFact, Prediction
from qualify.records import Disposition, InstructionOutcome, Reason, Record, Urgency
from qualify.tenant import Tenant
from qualify.tenant.model import Slug

from .lines import Shape

Reviewed = Literal["intent", "urgency", "disposition", "fields", "instructions", "message"]
REVIEWED: tuple[Reviewed, ...] = ("intent", "urgency", "disposition", "fields", "instructions", "message")
"""What a reviewer must have looked at for the call to become a label."""


class Corrected(Record):
    """The right values of what the engine had wrong; a key left out was not wrong, or not looked at."""

    intent: Slug | None = None
    other_intents: tuple[Slug, ...] | None = None
    urgency: Urgency | None = None
    disposition: Disposition | None = None
    fields: FieldValues = Field(default={})
    """Only those that change or were not found."""
    not_given: tuple[Slug, ...] = ()
    """Fields that the engine found and the call does not give."""
    instructions: dict[Slug, InstructionOutcome] = Field(default={})
    """Only those that change."""
    message: str | None = None
    """Null, where it stands: nothing is to be transmitted."""
    key_facts: tuple[KeyFact, ...] | None = None
    """Left out: taken from the right fields that stand in the message."""
    forbidden: tuple[Annotated[str, Field(min_length=2)], ...] = ()
    """Beside the wrong names and numbers that were corrected, which are forbidden by themselves."""


class Review(Record):
    """What one reviewer looked at, and changed."""

    by: str = Field(min_length=1)
    at: datetime
    confirmed: tuple[Reviewed, ...] = ()
    """Right as the engine had it; `fields`, `instructions`: all the others, beside those corrected."""
    corrected: Corrected = Corrected()


class Correction(Record):
    """One line of an export: the call as the engine read it, its prediction as sent, and the review."""

    call: CallInput
    prediction: Prediction
    review: Review


def unseen(correction: Correction, tenant: Tenant) -> tuple[Reviewed, ...]:
    """What nobody confirmed or corrected; instructions where the tenant has some."""
    whole = correction.review.corrected.model_fields_set - {"fields", "instructions"}
    needed = (key for key in REVIEWED if key != "instructions" or tenant.instructions)
    return tuple(key for key in needed if key not in {*correction.review.confirmed, *whole})


SHAPE = Shape(
    models={
        (): Correction,
        ("call",): CallInput,
        ("call", "turns"): CallTurn,
        ("prediction",): Prediction,
        ("prediction", "reasons"): Reason,
        ("review",): Review,
        ("review", "corrected"): Corrected,
        ("review", "corrected", "key_facts"): KeyFact,
    },
    nullable=(
        ("call", "caller_number"),
        ("prediction", "intent"),
        ("prediction", "urgency"),
        ("prediction", "disposition"),
        ("prediction", "message"),
        ("review", "corrected", "message"),
    ),
)
