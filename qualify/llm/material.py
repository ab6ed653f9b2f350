"""A tenant and a call as data for a prompt: what a model needs of them, nothing more."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue

from qualify.drafting.facts import mandatory_fields, stated, usable
from qualify.llm.answers import DataTurn, DraftingData, Fact, UnderstandingData
from qualify.records import Qualification, Transcript
from qualify.tenant import Tenant

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_NOT_OF_THE_FILE = {"id", "costs", "greeting", "updated_on", "review_every_days", "intents", "fields"}
"""Keys of a tenant that say nothing of a call, and those that are given with the built-in ones."""


def understanding_data(
    transcript: Transcript, tenant: Tenant, *, started_at: datetime | None, caller_number: str | None
) -> UnderstandingData:
    """What the understanding prompt is rendered with."""
    return UnderstandingData(
        tenant=_instructions(tenant),
        started_at=started_at.isoformat(timespec="minutes") if started_at else None,
        weekday=WEEKDAYS[started_at.weekday()] if started_at else None,
        caller_number=caller_number,
        turns=_turns(transcript),
    )


def drafting_data(
    transcript: Transcript, made: Qualification, tenant: Tenant, *, max_words: int | None
) -> DraftingData:
    """What the drafting prompt is rendered with: of the fields, only those that may be stated."""
    mandatory = mandatory_fields(made, tenant)
    intents = (tenant.intents_by_id.get(str(j.value)) for j in (made.intent, *made.other_intents))
    form = tenant.message.model_dump(mode="json", include={"address", "order", "forbid"})
    return DraftingData(
        tenant={"name": tenant.name, "activity": tenant.activity, **form},
        intents=tuple(intent.label for intent in intents if intent is not None),
        urgency=str(made.urgency.value),
        facts=tuple(
            Fact(
                field=name,
                label=tenant.field(name).label,
                value=stated(name, judged, tenant),
                mandatory=name in mandatory,
            )
            for name, judged in made.fields.items()
            if usable(judged, transcript)
        ),
        max_words=max_words,
        turns=_turns(transcript),
    )


def _instructions(tenant: Tenant) -> dict[str, JsonValue]:
    """The tenant's file, with the intents and fields that every tenant has."""
    data: dict[str, JsonValue] = tenant.model_dump(
        mode="json", exclude=_NOT_OF_THE_FILE, exclude_defaults=True
    )
    intents = tenant.intents_by_id.values()
    data["intents"] = [i.model_dump(mode="json", exclude={"value", "recipient"}) for i in intents]
    data["fields"] = [f.model_dump(mode="json", exclude_none=True) for f in tenant.fields_by_id.values()]
    return data


def _turns(transcript: Transcript) -> tuple[DataTurn, ...]:
    return tuple(
        DataTurn(turn=number, speaker=turn.speaker, text=turn.text)
        for number, turn in enumerate(transcript.turns)
    )
