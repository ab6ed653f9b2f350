"""Small calls and qualifications for the tests of drafting."""

from __future__ import annotations

from qualify.records import Evidence, Judgment, Maker, Qualification, Rival, Transcript, Turn, Urgency, Value
from qualify.tenant import Tenant

MAKER = Maker(engine="test", version="1")


def transcript(*turns: str) -> Transcript:
    """A transcript from lines «A: …» (agent) and «C: …» (caller)."""
    made = (Turn(speaker="agent" if t[0] == "A" else "caller", text=t[3:]) for t in turns)
    return Transcript(turns=tuple(made), made_by=MAKER)


def said(call: Transcript, words: str) -> Evidence:
    """The evidence for words that stand once in the call."""
    turn = next(i for i, t in enumerate(call.turns) if words in t.text)
    start = call.turns[turn].text.index(words)
    return call.evidence(turn, start, start + len(words))


def judged(
    value: Value, *evidence: Evidence, rivals: tuple[Value, ...] = (), unsure: bool = False
) -> Judgment:
    return Judgment(
        value=value,
        confidence=0.9,
        evidence=evidence,
        rivals=tuple(Rival(value=r, confidence=0.3) for r in rivals),
        unsure=unsure,
    )


def qualified(
    intent: Judgment,
    *,
    urgency: Urgency = "normal",
    urgent: tuple[Evidence, ...] = (),
    fields: dict[str, Judgment] | None = None,
    missing: tuple[str, ...] = (),
    others: tuple[Judgment, ...] = (),
    disposition: str = "message",
) -> Qualification:
    return Qualification.model_validate(
        {
            "intent": intent,
            "other_intents": others,
            "urgency": judged(urgency, *urgent),
            "disposition": disposition,
            "fields": fields or {},
            "missing": missing,
            "made_by": MAKER,
        }
    )


def intent(name: str, label: str, *required: str) -> dict[str, object]:
    return {
        "id": name,
        "label": label,
        "description": label,
        "examples": [],
        "urgency": "normal",
        "disposition": "message",
        "required_fields": list(required),
    }


def tenant(**message: object) -> Tenant:
    """A plumber, with these keys of `message`."""
    return Tenant.model_validate(
        {
            "id": "plombier",
            "name": "Plomberie Vasseur",
            "activity": "Dépannage en plomberie.",
            "language": "fr",
            "timezone": "Europe/Paris",
            "updated_on": "2026-09-01",
            "people": [{"name": "Hélène Durand", "aliases": ["la patronne"]}],
            "fields": [
                {"id": "floor", "label": "Étage", "type": "text"},
                {"id": "quote", "label": "Devis", "type": "money"},
            ],
            "intents": [
                intent("leak", "Fuite d'eau", "caller_name", "phone", "address")
                | {"recipient": "Hélène Durand"},
                intent("estimate", "Demande de devis", "caller_name"),
            ],
            "message": message,
        }
    )
