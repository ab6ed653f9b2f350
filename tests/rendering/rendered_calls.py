"""A small call, its message and its tenant, for the tests of renderings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from qualify.drafting.facts import field_line, missing_line, stated, uncertain_line
from qualify.records import (
    Evidence,
    Judgment,
    Maker,
    Message,
    Qualification,
    Reason,
    Rival,
    Sentence,
    Transcript,
    Turn,
    Urgency,
    Value,
)
from qualify.rendering.source import HandledCall
from qualify.tenant import Tenant

MAKER = Maker(engine="test", version="1")
STARTED = datetime(2026, 11, 24, 9, 30)
VALUES: dict[str, Value] = {
    "caller_name": "Nadia Moreau",
    "phone": "+33622189105",
    "third_party": "Karim Benali",
    "email": "nadia.moreau@exemple.fr",
    "illness": "bronchite",
    "floor": "deuxième",
}
GIST = ("Son fils a une bronchite depuis mardi.", "Souhaite un rendez-vous demain matin.")


def call_of(*turns: str) -> Transcript:
    """The caller says these turns, ten seconds each."""
    made = (Turn(speaker="caller", text=t, start_s=10.0 * i, end_s=10.0 * i + 9) for i, t in enumerate(turns))
    return Transcript(turns=tuple(made), made_by=MAKER)


def tenant(*, order: Iterable[str] = (), required: Iterable[str] = ("caller_name", "phone")) -> Tenant:
    """A doctor, with these fields first in messages and these required."""
    return Tenant.model_validate(
        {
            "id": "cabinet",
            "name": "Cabinet du docteur Petit",
            "activity": "Médecine générale.",
            "language": "fr",
            "timezone": "Europe/Paris",
            "updated_on": "2026-09-01",
            "fields": [
                {"id": "illness", "label": "Motif médical (symptômes)", "type": "text"},
                {"id": "floor", "label": "Étage de la visite", "type": "text"},
            ],
            "intents": [
                {
                    "id": "visit",
                    "label": "Demande de visite",
                    "description": "L'appelant veut une visite.",
                    "examples": [],
                    "urgency": "normal",
                    "disposition": "message",
                    "required_fields": list(required),
                }
            ],
            "message": {"order": list(order)},
        }
    )


def handled(
    *,
    values: dict[str, Value] = VALUES,
    gist: Iterable[str] = GIST,
    urgency: Urgency = "normal",
    unsure: Iterable[str] = (),
    missing: Iterable[str] = (),
    reasons: Iterable[Reason] = (),
    recipient: str | None = None,
    instructions: Tenant | None = None,
) -> HandledCall:
    """A call in which each value and each line of the gist is a turn, and the message that states all."""
    of = instructions or tenant()
    gist, unsure, missing = tuple(gist), tuple(unsure), tuple(missing)
    said = [*(str(v) for v in values.values()), *gist]
    transcript = call_of("Bonjour, je voudrais une visite.", *said)
    fields = {
        field: _judged(value, transcript.evidence(at, 0, len(str(value))), unsure=field in unsure)
        for at, (field, value) in enumerate(values.items(), 1)
    }
    intent = _judged("visit", transcript.evidence(0, 9, 31))
    first = 1 + len(values)
    message = Message(
        sentences=(
            *(_sentence(field, judgment, of) for field, judgment in fields.items()),
            *(
                Sentence(text=text, kind="gist", evidence=(transcript.evidence(first + i, 0, len(text)),))
                for i, text in enumerate(gist)
            ),
            *(Sentence(text=missing_line(field, of), kind="fixed") for field in missing),
        ),
        recipient=recipient,
        made_by=MAKER,
    )
    return HandledCall(
        message=_flagged(message) if urgency in ("high", "critical") else message,
        qualification=Qualification(
            intent=intent,
            urgency=_judged(urgency),
            disposition="message",
            fields=fields,
            missing=missing,
            made_by=MAKER,
        ),
        transcript=transcript,
        tenant=of,
        started_at=STARTED,
        reasons=tuple(reasons),
    )


def _judged(value: Value, *evidence: Evidence, unsure: bool = False) -> Judgment:
    rivals = (Rival(value="autre", confidence=0.3),) if unsure else ()
    return Judgment(value=value, confidence=0.9, evidence=evidence, rivals=rivals, unsure=unsure)


def _sentence(field: str, judgment: Judgment, of: Tenant) -> Sentence:
    if judgment.unsure:
        return Sentence(text=uncertain_line(field, of), kind="fixed")
    text = field_line(field, stated(field, judgment, of), of)
    return Sentence(text=text, kind="field", evidence=judgment.evidence, field=field)


def _flagged(message: Message) -> Message:
    """The message with its urgent sentence, the first of the gist, in front."""
    at = next((i for i, s in enumerate(message.sentences) if s.kind == "gist"), None)
    if at is None:
        return message.model_copy(
            update={"sentences": (Sentence(text="URGENT.", kind="fixed"), *message.sentences)}
        )
    urgent = message.sentences[at]
    flagged = urgent.model_copy(update={"text": f"URGENT : {urgent.text}"})
    rest = (*message.sentences[:at], *message.sentences[at + 1 :])
    return message.model_copy(update={"sentences": (flagged, *rest)})


def changed(call: HandledCall, **update: Any) -> HandledCall:
    """The call with these parts of its qualification changed."""
    made = {f: getattr(call, f) for f in call.__dataclass_fields__}
    return HandledCall(**made | {"qualification": call.qualification.model_copy(update=update)})
