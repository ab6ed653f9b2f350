"""A plumber, a call, and what a right model answers about it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from qualify.llm.settings import EndpointSettings
from qualify.records import Evidence, Maker, Transcript, Turn
from qualify.tenant import Tenant

NOW = datetime(2026, 11, 24, 9, 30)
CALLER_NUMBER = "+33639981234"


def transcript(*turns: str) -> Transcript:
    """A transcript from lines «A: …» (agent) and «C: …» (caller)."""
    made = (Turn(speaker="agent" if t[0] == "A" else "caller", text=t[3:]) for t in turns)
    return Transcript(turns=tuple(made), made_by=Maker(engine="test", version="1"))


def said(call: Transcript, words: str) -> Evidence:
    turn = next(i for i, t in enumerate(call.turns) if words in t.text)
    start = call.turns[turn].text.index(words)
    return call.evidence(turn, start, start + len(words))


def intent(name: str, label: str, *examples: str, **more: Any) -> dict[str, Any]:
    given = {"urgency": "normal", "disposition": "message", "required_fields": []}
    return {"id": name, "label": label, "description": label, "examples": list(examples), **given, **more}


def tenant(**changes: Any) -> Tenant:
    """A plumber, with these keys changed."""
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
                intent(
                    "leak",
                    "Fuite d'eau",
                    "j'ai de l'eau qui coule sous l'évier",
                    urgency="high",
                    required_fields=["caller_name", "phone"],
                    recipient="Hélène Durand",
                ),
                intent("estimate", "Demande de devis", "vous prenez combien", urgency="low"),
            ],
            "urgency_rules": [
                {
                    "id": "flood",
                    "when": "L'eau inonde un logement ou menace l'électricité.",
                    "urgency": "critical",
                }
            ],
            "instructions": [{"id": "ask-phone", "text": "Demander le numéro de téléphone.", "kind": "do"}],
            **changes,
        }
    )


CALL = transcript(
    "A: Plomberie Vasseur, bonjour.",
    "C: Bonjour, je m'appelle Claire Renaud, j'ai une fuite d'eau sous l'évier de la cuisine.",
    "A: Quel est votre numéro ?",
    "C: C'est le zéro six, trente-neuf, quatre-vingt-dix-huit, douze, trente-quatre.",
    "A: Le 06 39 98 12 34, c'est noté.",
    "C: Oui. J'habite au deuxième étage. Merci, au revoir.",
)


def write_dataset(folder: Path) -> Path:
    """The plumber and the call as a data set."""
    client = tenant()
    calls = folder / "calls" / client.id
    calls.mkdir(parents=True)
    (folder / "tenants").mkdir()
    written = client.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    text = yaml.safe_dump(written, allow_unicode=True)
    (folder / "tenants" / f"{client.id}.yaml").write_text(text, encoding="utf-8")
    call = {
        "id": "fuite",
        "tenant": client.id,
        "started_at": NOW.isoformat(),
        "caller_number": CALLER_NUMBER,
        "style": "verbatim",
        "turns": [t.model_dump(include={"speaker", "text"}) for t in CALL.turns],
    }
    (calls / "fuite.json").write_text(json.dumps(call), encoding="utf-8")
    return folder


LEAK = "j'ai une fuite d'eau sous l'évier de la cuisine"
NUMBER = "zéro six, trente-neuf, quatre-vingt-dix-huit, douze, trente-quatre"


def quote(turn: int, text: str) -> dict[str, Any]:
    return {"turn": turn, "text": text}


def given(name: str, value: Any, *quotes: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "value": value, "quotes": list(quotes)}


def understood(**changes: Any) -> dict[str, Any]:
    """The right answer about CALL, with these keys changed."""
    return {
        "intent": {"id": "leak", "quotes": [quote(1, LEAK)]},
        "other_intents": [],
        "urgency_rules": [],
        "fields": [
            given("caller_name", "Claire Renaud", quote(1, "Claire Renaud")),
            given("phone", CALLER_NUMBER, quote(3, NUMBER)),
            given("floor", "deuxième étage", quote(5, "deuxième étage")),
        ],
        "instructions": [
            {"id": "ask-phone", "outcome": "followed", "quotes": [quote(2, "Quel est votre numéro ?")]}
        ],
        **changes,
    }


WHO = {"text": "Appel de Claire Renaud.", "kind": "field", "field": "caller_name", "quotes": []}
PHONE = {"text": "Tél. 06 39 98 12 34.", "kind": "field", "field": "phone", "quotes": []}
GIST = {
    "text": "Signale une fuite d'eau sous l'évier de la cuisine.",
    "kind": "gist",
    "field": None,
    "quotes": [quote(1, LEAK)],
}


def gist(text: str, *quotes: dict[str, Any]) -> dict[str, Any]:
    return GIST | {"text": text, "quotes": list(quotes)}


def drafted(*sentences: dict[str, Any]) -> dict[str, Any]:
    """The answer with those sentences; without any, the right one about CALL."""
    return {"sentences": list(sentences or (WHO, PHONE, GIST))}


def endpoint(url: str, **changes: Any) -> EndpointSettings:
    """Settings for a server that answers at once; a million tokens in cost 1 euro, out 10."""
    given = {"base_url": url, "model": "modele", "input_price": 1.0, "output_price": 10.0}
    return EndpointSettings.model_validate({**given, "timeout_s": 5.0, "deadline_s": 10.0, **changes})
