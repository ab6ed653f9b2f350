"""All charges of some calls added up by tenant: what every draw of parameters and tenants multiplies."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..scoring import Case
from .charge import Item
from .events import charges

PER = 1000
"""Calls that a figure is for."""

Array = npt.NDArray[np.float64]
CallKey = tuple[str, str]
"""A call's tenant and id."""


class Term(NamedTuple):
    """What charges are added up by."""

    item: Item
    factors: tuple[str, ...]
    declared: bool
    """Whether a tenant's own figures stand in the amounts."""


@dataclass(frozen=True)
class Ledger:
    """The charges of some calls."""

    terms: tuple[Term, ...]
    amounts: Array
    """Tenants × terms."""
    calls: Array
    """Calls of each tenant."""
    events: Counter[Item]

    def euros(self, values: Mapping[str, float]) -> Array:
        """Euros for 1,000 calls of each term where the parameters have these values."""
        amounts = self.amounts.sum(axis=0) / max(self.calls.sum(), 1.0)
        priced: Array = amounts * prices(self.terms, values)[0] * PER
        return priced

    def drawn(self, values: Mapping[str, Array], taken: Array) -> Array:
        """The same for draws of the parameters and of the tenants (draws × tenants): draws × terms."""
        amounts = taken @ self.amounts / np.maximum(taken @ self.calls, 1.0)[:, None]
        priced: Array = amounts * prices(self.terms, values) * PER
        return priced


def ledger_of(cases: Sequence[Case], spent_eur: Mapping[CallKey, float]) -> Ledger:
    """The charges of all calls; summed exactly, so that the calls' order changes nothing."""
    found: dict[tuple[str, Term], list[float]] = {}
    events: Counter[Item] = Counter()
    for case in cases:
        for made in charges(case, spent_eur=spent_eur.get(key_of(case), 0.0)):
            term = Term(made.item, made.factors, made.declared)
            found.setdefault((case.tenant.id, term), []).append(made.amount)
            events[made.item] += 1
    calls = Counter(case.tenant.id for case in cases)
    tenants, terms = sorted(calls), sorted({term for _, term in found})
    amounts = [[math.fsum(found.get((tenant, term), ())) for term in terms] for tenant in tenants]
    return Ledger(
        tuple(terms),
        np.array(amounts, dtype=float).reshape(len(tenants), len(terms)),
        np.array([calls[tenant] for tenant in tenants], dtype=float),
        events,
    )


def key_of(case: Case) -> CallKey:
    """A call's place in a data set."""
    return case.tenant.id, case.id


def prices(terms: Sequence[Term], values: Mapping[str, float] | Mapping[str, Array]) -> Array:
    """What one unit of each term costs: draws × terms, one draw where the values are single ones."""
    draws = max((np.size(value) for value in values.values()), default=1)
    found = np.ones((draws, len(terms)))
    for index, term in enumerate(terms):
        for factor in term.factors:
            found[:, index] *= values[factor]
    return found
