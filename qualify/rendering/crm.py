"""The call as JSON for a client's CRM: facts with their proof, and the message. `formats/crm.schema.json`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, cast

from pydantic import ConfigDict, Field

from qualify.drafting.facts import stated
from qualify.records import (
    Disposition,
    Evidence,
    Judgment,
    Reason,
    Record,
    SentenceKind,
    Transcript,
    Urgency,
    Value,
)
from qualify.rendering.source import HandledCall, facts_of, one_line
from qualify.tenant import FieldType, Tenant


class _CrmRecord(Record):
    """Base of the format's objects: the docstrings of their keys are the schema's descriptions."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class CrmQuote(_CrmRecord):
    """Words of the call."""

    turn: int = Field(ge=0)
    """Number of the turn, from 0."""
    speaker: Literal["agent", "caller"]
    quote: str
    second: float | None
    """When the words begin in the recording; null where it is not known."""


class CrmIntent(_CrmRecord):
    """A kind of call of the tenant's instructions."""

    id: str
    label: str
    confidence: float = Field(ge=0, le=1)
    """Probability that it is right."""
    unsure: bool
    """Whether a human must look before anything is done with it."""
    quotes: tuple[CrmQuote, ...]


class CrmUrgency(_CrmRecord):
    """How soon somebody must act."""

    value: Urgency
    rule: str | None
    """Id of the tenant's rule that sets it; null where it is the intent's default."""
    confidence: float = Field(ge=0, le=1)
    unsure: bool
    quotes: tuple[CrmQuote, ...]


class CrmField(_CrmRecord):
    """A piece of information that the call gives."""

    id: str
    label: str
    type: FieldType
    value: Value
    """In the canonical form of its type: E.164, ISO date…"""
    text: str
    """As messages write it."""
    confidence: float = Field(ge=0, le=1)
    unsure: bool
    """Whether sources disagree: not to be used before a human has looked."""
    in_message: bool
    """Whether the message states it as a proven fact."""
    quotes: tuple[CrmQuote, ...]


class CrmMissing(_CrmRecord):
    """A required field that the call does not give."""

    id: str
    label: str


class CrmSentence(_CrmRecord):
    """A sentence of the message."""

    text: str
    kind: SentenceKind
    field: str | None
    quotes: tuple[CrmQuote, ...]


class CrmMessage(_CrmRecord):
    """What the tenant receives."""

    text: str
    recipient: str | None
    revises: str | None
    """Id of the message that this one replaces."""
    sentences: tuple[CrmSentence, ...]


class CrmCall(_CrmRecord):
    """A handled call."""

    format_version: Literal[1] = 1
    """Raised where a key goes or changes its meaning; new keys come without."""
    call_id: str | None
    tenant: str
    started_at: datetime | None
    """ISO, local time in the tenant's zone."""
    caller_number: str | None
    """E.164, as the telephone network shows it."""
    status: Literal["ready", "needs_review"]
    intent: CrmIntent
    other_intents: tuple[CrmIntent, ...]
    urgency: CrmUrgency
    disposition: Disposition
    fields: tuple[CrmField, ...]
    missing: tuple[CrmMissing, ...]
    message: CrmMessage
    reasons: tuple[Reason, ...]
    """Why a human must look first; empty for `ready`."""
    notes: tuple[Reason, ...]
    """What a supervisor should know and needs no review."""


def crm(call: HandledCall) -> CrmCall:
    """The call in the words of a CRM."""
    known, transcript = call.qualification, call.transcript
    return CrmCall(
        call_id=call.call_id,
        tenant=call.tenant.id,
        started_at=call.started_at,
        caller_number=call.caller_number,
        status="needs_review" if call.reasons else "ready",
        intent=_intent(known.intent, call),
        other_intents=tuple(_intent(other, call) for other in known.other_intents),
        urgency=CrmUrgency(
            value=cast(Urgency, known.urgency.value),
            rule=known.urgency_rule,
            confidence=known.urgency.confidence,
            unsure=known.urgency.unsure,
            quotes=_quotes(known.urgency.evidence, transcript),
        ),
        disposition=known.disposition,
        fields=_fields(call),
        missing=tuple(CrmMissing(id=field, label=_label(field, call.tenant)) for field in known.missing),
        message=_message(call),
        reasons=call.reasons,
        notes=(*known.notes, *call.message.notes),
    )


def _intent(judgment: Judgment, call: HandledCall) -> CrmIntent:
    known = call.tenant.intents_by_id.get(str(judgment.value))
    return CrmIntent(
        id=str(judgment.value),
        label=known.label if known else str(judgment.value),
        confidence=judgment.confidence,
        unsure=judgment.unsure,
        quotes=_quotes(judgment.evidence, call.transcript),
    )


def _label(field: str, tenant: Tenant) -> str:
    known = tenant.fields_by_id.get(field)
    return known.label if known else field


def _fields(call: HandledCall) -> tuple[CrmField, ...]:
    in_message = {fact.field for fact in facts_of(call)}
    known = call.tenant.fields_by_id
    return tuple(
        CrmField(
            id=field,
            label=_label(field, call.tenant),
            type=known[field].type if field in known else "text",
            value=judgment.value,
            text=one_line(stated(field, judgment, call.tenant)),
            confidence=judgment.confidence,
            unsure=judgment.unsure,
            in_message=field in in_message,
            quotes=_quotes(judgment.evidence, call.transcript),
        )
        for field, judgment in call.qualification.fields.items()
    )


def _message(call: HandledCall) -> CrmMessage:
    sentences = tuple(
        CrmSentence(text=s.text, kind=s.kind, field=s.field, quotes=_quotes(s.evidence, call.transcript))
        for s in call.message.sentences
    )
    return CrmMessage(
        text=call.message.text,
        recipient=call.message.recipient,
        revises=call.message.revises,
        sentences=sentences,
    )


def _quotes(evidence: Sequence[Evidence], transcript: Transcript) -> tuple[CrmQuote, ...]:
    return tuple(
        CrmQuote(
            turn=e.turn,
            speaker=transcript.turns[e.turn].speaker,
            quote=e.quote,
            second=transcript.second_of(e),
        )
        for e in evidence
        if transcript.supports(e)
    )
