"""Small tenants and calls that the tests of understanding share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from qualify.records import Maker, Transcript, Turn
from qualify.tenant import Tenant
from qualify.understanding import weights

WEIGHTS = Path(__file__).parents[2] / "models" / "intent-first" / "weights.pt"


@cache
def models() -> weights.Models:
    return weights.read(WEIGHTS)


def call(*turns: str) -> Transcript:
    """The transcript of `A: …` (agent) and `C: …` (caller) lines."""
    speakers = {"A": "agent", "C": "caller"}
    said = tuple(Turn(speaker=speakers[t[0]], text=t[3:]) for t in turns)  # type: ignore[arg-type]
    return Transcript(turns=said, made_by=Maker(engine="test", version="1"))


def intent(name: str, label: str, description: str, *examples: str, **more: Any) -> dict[str, Any]:
    given = {"urgency": "normal", "disposition": "message", "required_fields": []}
    return {
        "id": name,
        "label": label,
        "description": description,
        "examples": list(examples),
        **given,
        **more,
    }


LEAK = intent(
    "leak",
    "Fuite d'eau",
    "L'appelant signale une fuite ou un dégât des eaux.",
    "j'ai de l'eau qui coule sous l'évier",
    urgency="high",
    required_fields=["caller_name", "phone"],
)
QUOTE = intent(
    "quote",
    "Demande de devis",
    "L'appelant veut un prix pour des travaux.",
    "vous prenez combien",
    urgency="low",
)
BILL = intent(
    "billing",
    "Facture",
    "L'appelant a une question sur sa facture ou un paiement.",
    "je ne comprends pas ma facture",
)
GAS = {"id": "gas", "when": "Odeur de gaz, ou eau qui touche l'électricité.", "urgency": "critical"}


def tenant(*intents: dict[str, Any], **more: Any) -> Tenant:
    """A plumber, unless told otherwise."""
    return Tenant.model_validate(
        {
            "id": "plombier",
            "name": "Plomberie Vasseur",
            "activity": "Dépannage en plomberie et chauffage.",
            "language": "fr",
            "timezone": "Europe/Paris",
            "updated_on": "2026-01-01",
            "intents": list(intents or (LEAK, QUOTE, BILL)),
            "urgency_rules": [GAS],
            **more,
        }
    )
