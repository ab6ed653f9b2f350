"""A few calls with planted faults, and ways to read a page."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from qualify.eval.scoring import Case

from qualify.dataset import CallTurn, Labels, Prediction
from qualify.tenant import load_tenant

TENANT = load_tenant(Path(__file__).parents[2] / "data" / "dataset" / "tenants" / "atelier-morel.yaml")
OTHER = TENANT.model_copy(update={"id": "autre-client"})
PHONE = "+33639981234"
SWAPPED = "+33639981243"
TURNS = (
    CallTurn(speaker="agent", text="Atelier Morel, bonjour."),
    CallTurn(speaker="caller", text="Ici Rose Petit, mon vélo fume. Le 06 39 98 12 34."),
)


def call(
    id: str, labels: dict[str, Any] | None = None, predicted: dict[str, Any] | None = None, **known: Any
) -> Case:
    """A call that is right in all that a test does not change."""
    right: dict[str, Any] = {
        "intent": "repair", "other_intents": [], "urgency": "normal", "disposition": "message", "fields": {},
        "missing": [], "key_facts": [], "forbidden": [], "instructions": {}, "message": "Un message.",
    }  # fmt: skip
    answered: dict[str, Any] = {
        "id": id, "tenant": TENANT.id, "status": "ready", "intent": "repair", "urgency": "normal",
        "disposition": "message", "message": "Un message.",
    }  # fmt: skip
    return Case(
        id,
        labels=Labels.model_validate({**right, **(labels or {})}),
        predicted=Prediction.model_validate({**answered, **(predicted or {})}),
        **{"tenant": TENANT, "turns": TURNS, "style": "asr", **known},
    )


def proof(quote: str, turn: int = 1) -> dict[str, Any]:
    """Evidence for words of `TURNS`."""
    start = TURNS[turn].text.index(quote)
    return {"turn": turn, "start": start, "end": start + len(quote), "quote": quote}


RIGHT = call("right", tags=("read_back",))
MISSED = call("missed", {"urgency": "critical"}, {"urgency": "normal"})
WRONG_PHONE = call("phone", {"fields": {"phone": PHONE}}, {"fields": {"phone": SWAPPED}})
LOOKED_AT = call(
    "looked-at",
    {"fields": {"phone": PHONE}},
    {
        "status": "needs_review", "fields": {"phone": SWAPPED},
        "reasons": [{"code": "unsure", "detail": "numéro incertain"}],
    },
)  # fmt: skip
FORBIDDEN = call("forbidden", {"forbidden": ["06 00"]}, {"message": "Tél. 06 00."})
LOST = call("lost", {"key_facts": [{"fact": "un vélo fume", "any_of": ["fume"]}]})
BROKEN = call(
    "broken",
    {},
    {
        "status": "failed", "intent": None, "urgency": None, "disposition": None, "message": None,
        "reasons": [{"code": "failed", "detail": "transcription : mémoire insuffisante"}],
    },
)  # fmt: skip
CALLS = [RIGHT, LOST, BROKEN, FORBIDDEN, LOOKED_AT, WRONG_PHONE, MISSED]
"""The lightest first, the gravest last."""


class Elements(HTMLParser):
    """All elements of a page with their attributes, in order, and its visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]):
            self.text += data

    def ids(self) -> list[str]:
        """The sections' ids, in order."""
        return [str(attributes["id"]) for tag, attributes in self.found if tag == "section"]
