"""The hidden cost of a run: euros for 1,000 calls, by item, and what stands apart from every sum."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from qualify.records import Status, Urgency

from .charge import Item
from .parameters import Parameters

Basis = Literal["measured", "declared", "published", "assumption"]
"""What a sum rests on at its weakest; `declared` is the tenant's own figure."""
BASES: dict[Basis, str] = {
    "measured": "mesuré",
    "declared": "déclaré par le client",
    "published": "publié",
    "assumption": "hypothèse",
}


@dataclass(frozen=True)
class Spread:
    """A figure with all parameters central, and its 95% interval over parameters and tenants."""

    central: float
    low: float
    high: float


@dataclass(frozen=True)
class ItemCost:
    """One item of the bill, in euros for 1,000 calls."""

    item: Item
    events: int
    """How often it happened in these calls."""
    euros: Spread


@dataclass(frozen=True)
class Swing:
    """The total in euros for 1,000 calls with one parameter at its bounds, the others central."""

    parameter: str
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        return self.at_high - self.at_low


@dataclass(frozen=True)
class Missed:
    """An emergency taken for calmer."""

    tenant: str
    id: str
    wanted: Urgency
    found: Urgency
    status: Status


@dataclass(frozen=True)
class Emergencies:
    """Calls labeled critical or high: a constraint, never part of a sum."""

    labeled: int
    untold: int
    """Of those, calls of which no urgency is said: they failed, or are bare messages."""
    missed: tuple[Missed, ...]
    """Critical not found, or high judged low; those that are `ready` nobody looks at again."""
    rate: Spread | None
    """Missed of those told, with a 95% interval by tenant; None where there are none."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What a run costs, and all that the figures rest on."""

    calls: int
    tenants: int
    failed: int
    total: Spread
    """Euros for 1,000 calls."""
    items: tuple[ItemCost, ...]
    tornado: tuple[Swing, ...]
    """Parameters that matter, the widest first."""
    shares: dict[Basis, float]
    """Of the central total, the part that rests on each basis at its weakest; all 0 where the total is."""
    emergencies: Emergencies
    parameters: Parameters
    draws: int
    seed: int

    def to_json(self) -> str:
        """All of it as JSON, figures with three decimals; the same calls give the same bytes."""
        data = {**asdict(self), "parameters": self.parameters.model_dump()}
        return json.dumps(_rounded(data), ensure_ascii=False, indent=2) + "\n"


def _rounded(data: Any) -> Any:
    """The data with every float at three decimals."""
    if isinstance(data, float):
        return round(data, 3)
    if isinstance(data, dict):
        return {key: _rounded(value) for key, value in data.items()}
    if isinstance(data, Sequence) and not isinstance(data, str):
        return [_rounded(value) for value in data]
    return data
