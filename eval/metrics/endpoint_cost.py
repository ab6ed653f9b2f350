"""What endpoints cost a call, as a whole and by stage.

Definition: the mean of the euros that a call's requests to endpoints cost by the prices of the configuration,
failed attempts included; 0 where none was asked. Range: 0 up. Source: ours. The machine's own cost is not in
it. Unscored: calls for which nobody noted the requests, and those with a request that has no price.
"""

from __future__ import annotations

from collections.abc import Callable

from ..scoring import Case
from .metric import mean

STAGES = {"understanding": "compréhension", "drafting": "rédaction"}
"""The stages that may ask an endpoint."""


def _of(stage: str | None) -> Callable[[Case], float | None]:
    def cost(case: Case) -> float | None:
        if case.usage is None:
            return None
        prices = [u.cost_eur for u in case.usage if stage in (None, u.stage)]
        known = [price for price in prices if price is not None]
        return sum(known) if len(known) == len(prices) else None

    return cost


COST = mean(
    "endpoint_cost",
    "euros a call to endpoints",
    _of(None),
    title="Coût des services d'IA par appel (€)",
    group="cost",
    unit="euros",
    margin=0.01,
)
BY_STAGE = tuple(
    mean(
        f"endpoint_cost_{stage}",
        f"euros a call to endpoints, {stage}",
        _of(stage),
        title=f"Coût des services d'IA par appel, {name} (€)",
        group="cost",
        unit="euros",
        margin=0.01,
    )
    for stage, name in STAGES.items()
)
