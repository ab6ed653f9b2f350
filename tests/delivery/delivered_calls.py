"""A small urgent call with its message, and the tenant that receives it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from qualify.records import (
    Evidence,
    Judgment,
    Maker,
    Message,
    Outcome,
    Qualification,
    Reason,
    Rival,
    Sentence,
    Transcript,
    Turn,
    Urgency,
)
from qualify.rendering.settings import DeliverySettings
from qualify.rendering.source import HandledCall
from qualify.store.domain import Attempt, Channel
from qualify.tenant import Tenant

MAKER = Maker(engine="test", version="1")
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
DOUBT = Reason(code="intent_unsure", detail="Le motif n'est pas sûr.")
KEY = "0123456789abcdef0123456789abcdef"


def tenant(*, people: Iterable[dict[str, Any]] = ()) -> Tenant:
    """A plumber."""
    return Tenant.model_validate(
        {
            "id": "plomberie",
            "name": "Plomberie Garnier",
            "activity": "Dépannage.",
            "language": "fr",
            "timezone": "Europe/Paris",
            "updated_on": "2026-09-01",
            "people": list(people),
            "intents": [
                {
                    "id": "leak",
                    "label": "Fuite d'eau",
                    "description": "L'appelant a une fuite.",
                    "examples": [],
                    "urgency": "high",
                    "disposition": "message",
                    "required_fields": ["caller_name"],
                }
            ],
        }
    )


def settings(**keys: Any) -> DeliverySettings:
    """Delivery settings with these keys, as a file would give them."""
    return DeliverySettings.model_validate({"tenant": "plomberie", **keys})


def judged(value: str, *evidence: Evidence, rivals: Iterable[str] = ()) -> Judgment:
    """A judgment, unsure where it has rivals."""
    others = tuple(Rival(value=rival, confidence=0.3) for rival in rivals)
    return Judgment(value=value, confidence=0.9, evidence=evidence, rivals=others, unsure=bool(others))


def handled(urgency: Urgency = "critical", *, rivals: Iterable[str] = ()) -> HandledCall:
    """The plumber's call."""
    said = "Ici Léa Morin, l'eau coule du plafond."
    transcript = Transcript(turns=(Turn(speaker="caller", text=said),), made_by=MAKER)
    name, leak = transcript.evidence(0, 4, 13), transcript.evidence(0, 15, 38)
    message = Message(
        sentences=(
            Sentence(text="Léa Morin.", kind="field", field="caller_name", evidence=(name,)),
            Sentence(text="L'eau coule du plafond.", kind="quote", evidence=(leak,)),
        ),
        made_by=MAKER,
    )
    qualification = Qualification(
        intent=judged("leak", leak),
        urgency=judged(urgency, leak, rivals=rivals),
        disposition="message",
        fields={"caller_name": judged("Léa Morin", name)},
        made_by=MAKER,
    )
    return HandledCall(
        message=message, qualification=qualification, transcript=transcript, tenant=tenant(), call_id="c1"
    )


def outcome(
    urgency: Urgency = "normal", *, reasons: Iterable[Reason] = (), rivals: Iterable[str] = ()
) -> Outcome:
    """The same call as the pipeline gives it."""
    call, reasons = handled(urgency, rivals=rivals), tuple(reasons)
    return Outcome(
        status="needs_review" if reasons else "ready",
        reasons=reasons,
        transcript=call.transcript,
        qualification=call.qualification,
        message=call.message,
    )


def attempt(channel: Channel, address: str) -> Attempt:
    """A delivery of that call's first draft."""
    return Attempt(
        id="a1",
        tenant="plomberie",
        call="c1",
        draft=1,
        channel=channel,
        address=address,
        idempotency_key=KEY,
        status="pending",
        due_at=NOW,
        created_at=NOW,
    )
