"""From calls to their hidden cost: sums by tenant, then draws of the parameters and of the tenants.

Each parameter is drawn from a PERT distribution over its low, central and high value (Malcolm et al.
1959: a beta distribution whose mode is the central value, weight 4), independently of the others; each
draw takes tenants with replacement too, as the intervals of all metrics do. With one tenant only the
parameters vary.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..intervals import LEVEL
from ..scoring import Case
from .bill import BASES, Basis, Costs, ItemCost, Spread, Swing
from .charge import ITEMS, Charge
from .emergencies import emergencies
from .events import charges
from .ledger import Array, CallKey, Ledger, Term, key_of, ledger_of
from .parameters import Parameter, Parameters

DRAWS = 4000
SEED = 1


def cost_of(
    cases: Sequence[Case],
    parameters: Parameters,
    *,
    spent_eur: Mapping[CallKey, float] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Costs:
    """What the predictions of these calls cost, whoever made them.

    `spent_eur` is what requests to paid endpoints took, by call; what is not known there costs nothing.
    """
    ledger = ledger_of(cases, spent_eur or {})
    central = ledger.euros(parameters.central)
    drawn = _drawn(ledger, parameters, draws, seed)
    return Costs(
        calls=len(cases),
        tenants=len(ledger.calls),
        failed=sum(case.predicted.status == "failed" for case in cases),
        total=_spread(central, drawn),
        items=tuple(_items(ledger, central, drawn)),
        tornado=tuple(sorted(_swings(ledger, parameters), key=lambda s: (-s.width, s.parameter))),
        shares=_shares(ledger, parameters, central),
        emergencies=emergencies(cases),
        parameters=parameters,
        draws=draws,
        seed=seed,
    )


def saving(
    ours: Sequence[Case],
    theirs: Sequence[Case],
    parameters: Parameters,
    *,
    our_spent_eur: Mapping[CallKey, float] | None = None,
    their_spent_eur: Mapping[CallKey, float] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Spread:
    """Euros for 1,000 calls that `ours` costs less than `theirs`, paired: same calls, tenants and parameters.

    Spent euros are those of paid endpoints, as in `cost_of`. ValueError where the calls are not the same.
    """
    if sorted(map(key_of, ours)) != sorted(map(key_of, theirs)):
        raise ValueError("two costs are compared on the same calls")
    more, less = ledger_of(theirs, their_spent_eur or {}), ledger_of(ours, our_spent_eur or {})
    central = more.euros(parameters.central).sum() - less.euros(parameters.central).sum()
    drawn = [_drawn(ledger, parameters, draws, seed).sum(axis=1) for ledger in (more, less)]
    return Spread(float(central), *_interval(drawn[0] - drawn[1]))


def call_euros(
    case: Case, values: Mapping[str, float], *, spent_eur: float = 0.0
) -> list[tuple[Charge, float]]:
    """Each charge of one call with its euros where the parameters have these values."""
    return [(made, made.euros(values)) for made in charges(case, spent_eur=spent_eur)]


# ---------------------------------------------------------------- uncertainty


def pert(parameter: Parameter, draws: int, dice: np.random.Generator) -> Array:
    """Values of a parameter from its PERT distribution."""
    width = parameter.high - parameter.low
    if not width:
        return np.full(draws, parameter.central)
    left = 1 + 4 * (parameter.central - parameter.low) / width
    right = 1 + 4 * (parameter.high - parameter.central) / width
    values: Array = parameter.low + width * dice.beta(left, right, size=draws)
    return values


def _drawn(ledger: Ledger, parameters: Parameters, draws: int, seed: int) -> Array:
    """Euros for 1,000 calls of each term in each draw: draws × terms."""
    dice = np.random.default_rng(seed)
    values = {name: pert(parameter, draws, dice) for name, parameter in parameters.by_name.items()}
    tenants = len(ledger.calls)
    if not tenants:
        return np.zeros((draws, 0))
    taken = dice.multinomial(tenants, [1 / tenants] * tenants, size=draws).astype(float)
    return ledger.drawn(values, taken)


def _interval(values: Array) -> tuple[float, float]:
    edge = (1 - LEVEL) / 2
    low, high = np.quantile(values, [edge, 1 - edge])
    return float(low), float(high)


def _spread(central: Array, drawn: Array) -> Spread:
    return Spread(float(central.sum()), *_interval(drawn.sum(axis=1)))


def _items(ledger: Ledger, central: Array, drawn: Array) -> Iterator[ItemCost]:
    for item in ITEMS:
        chosen = [index for index, term in enumerate(ledger.terms) if term.item == item]
        yield ItemCost(item, ledger.events[item], _spread(central[chosen], drawn[:, chosen]))


def _swings(ledger: Ledger, parameters: Parameters) -> Iterator[Swing]:
    """Each parameter that moves the total, alone at its bounds."""
    for name, parameter in parameters.by_name.items():
        low, high = (
            float(ledger.euros({**parameters.central, name: bound}).sum())
            for bound in (parameter.low, parameter.high)
        )
        if low != high:
            yield Swing(name, low, high)


# ---------------------------------------------------------------- what it rests on


def _shares(ledger: Ledger, parameters: Parameters, central: Array) -> dict[Basis, float]:
    sums = dict.fromkeys(BASES, 0.0)
    for term, euros in zip(ledger.terms, central, strict=True):
        sums[_basis(term, parameters)] += float(euros)
    total = math.fsum(sums.values())
    return {basis: euros / total if total else 0.0 for basis, euros in sums.items()}


def _basis(term: Term, parameters: Parameters) -> Basis:
    """The weakest of what a charge is made of: an assumption before anything that is known."""
    kinds: set[Basis] = {parameters.by_name[factor].kind for factor in term.factors}
    if term.declared:
        kinds.add("declared")
    weakest: tuple[Basis, ...] = ("assumption", "published", "declared")
    return next((basis for basis in weakest if basis in kinds), "measured")
