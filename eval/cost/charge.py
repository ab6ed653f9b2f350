"""What one event of a call costs: an amount times a few parameters, the tenant's own figures put in.

A charge stays a product until values are known, so that ten thousand calls and as many draws of the
parameters are one small matrix.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from qualify.tenant import Tenant

from ..scoring import Case

Item = Literal[
    "call_back",
    "clarification",
    "lost_request",
    "over_triage",
    "under_triage",
    "needless_message",
    "review",
    "by_hand",
    "machine",
]
ITEMS: dict[Item, str] = {
    "call_back": "Rappels inutiles",
    "clarification": "Éclaircissements",
    "lost_request": "Demandes perdues",
    "over_triage": "Fausses urgences",
    "under_triage": "Demandes jugées trop calmes",
    "needless_message": "Messages inutiles",
    "review": "Relecture",
    "by_hand": "Appels repris à la main",
    "machine": "Machine",
}
"""Every item of the bill, as reports name it."""

_OF_COSTS = ("hourly_rate", "callback_minutes", "clarify_minutes", "urgent_miss")
"""Parameters that a tenant's `costs` may replace."""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One event's cost: `amount` × the parameters of those names, in euros."""

    item: Item
    why: str
    """What happened, in French."""
    amount: float
    factors: tuple[str, ...] = ()
    declared: bool = False
    """Whether a figure that the tenant gives stands in the amount."""

    def euros(self, values: Mapping[str, float]) -> float:
        """The cost where the parameters have these values."""
        return self.amount * math.prod(values[factor] for factor in self.factors)


def charge(
    case: Case, item: Item, why: str, *factors: str, amount: float = 1.0, intent: str | None = None
) -> Charge:
    """A charge in which the tenant's own figures replace parameters; `intent` is the request at stake."""
    own = {name: value for name, value in declared(case.tenant, intent).items() if name in factors}
    left = tuple(sorted(name for name in factors if name not in own))
    return Charge(
        item=item, why=why, amount=amount * math.prod(own.values()), factors=left, declared=bool(own)
    )


def declared(tenant: Tenant, intent: str | None = None) -> dict[str, float]:
    """The parameters of which the tenant's file gives its own figure; the model's defaults are not given."""
    given = tenant.costs.model_fields_set
    own = {name: float(getattr(tenant.costs, name)) for name in _OF_COSTS if name in given}
    asked = tenant.intents_by_id.get(intent) if intent else None
    if asked is not None and "value" in asked.model_fields_set:
        own["request_value"] = asked.value
    return own
