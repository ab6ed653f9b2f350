"""Runs of many tenants' calls: predictions made of the labels, and what a test changes in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from qualify.eval.scoring import Case
from scored import FAILED, TENANT, case, said

from qualify.records import URGENCIES

TURNS = said("Mon vélo est cassé, rappelez-moi.")
MESSAGE = "Vélo cassé."
PROOF = {"turn": 0, "start": 0, "end": 8, "quote": "Mon vélo", "sentence": 0}
INTENTS = ("repair", "sale", "other")
Changes = dict[str, Any]
"""Keys of a prediction, and what they become."""


def labels(n: int) -> Changes:
    """What is right of call number n."""
    return {
        "intent": INTENTS[n % 3], "urgency": URGENCIES[n % 4], "message": MESSAGE,
        "fields": {"phone": f"+3360000{n:04d}", "caller_name": f"Zoé {n}"},
        "key_facts": [{"fact": "la panne", "any_of": ["cassé"]}],
        "instructions": {"ask-model": "followed", "no-price": ("followed", "broken")[n % 2]},
    }  # fmt: skip


def call(n: int, *, tenants: int = 12, **changed: Any) -> Case:
    """Call number n, right but for what is changed; one in ten has a wrong number, and knows it."""
    right, unsure = labels(n), n % 10 == 0
    found = {
        "intent": right["intent"], "urgency": right["urgency"], "message": MESSAGE,
        "fields": {**right["fields"], **({"phone": "+33611111111"} if unsure else {})},
        "confidence": {"intent": 0.99, "urgency": 0.99, "phone": 0.1 if unsure else 0.98},
        "instructions": right["instructions"], "evidence": {"message": [PROOF]},
    }  # fmt: skip
    tenant = TENANT.model_copy(update={"id": f"t{n % tenants}"})
    return replace(case(right, {**found, **changed}, tenant, turns=TURNS), id=f"c{n}")


def run(change: Callable[[int], Changes] | None = None, *, calls: int = 240, tenants: int = 12) -> list[Case]:
    """A run of `calls` calls, each changed in its own way."""
    return [call(n, tenants=tenants, **(change(n) if change else {})) for n in range(calls)]


def wrong(calls: Sequence[int], **changed: Any) -> Callable[[int], Changes]:
    """A change of some calls only; by default they get a wrong intent."""
    some = frozenset(calls)
    return lambda n: (changed or {"intent": "wrong"}) if n in some else {}


def failed(calls: Sequence[int]) -> Callable[[int], Changes]:
    """Some calls that failed."""
    nothing = {"fields": {}, "confidence": {}, "instructions": {}, "evidence": {}}
    return wrong(calls, **FAILED, **nothing)
