"""Figures as French readers write them."""

from __future__ import annotations

from .bill import Spread

_THIN = "\u202f"
"""The narrow space that doesn't break, between thousands and before units."""


def euros(amount: float) -> str:
    """`1 234,50 €`."""
    return f"{amount:,.2f}".replace(",", _THIN).replace(".", ",") + f"{_THIN}€"


def euros_within(spread: Spread) -> str:
    """`12,00 € [8,00 € ; 20,00 €]`."""
    return f"{euros(spread.central)} [{euros(spread.low)} ; {euros(spread.high)}]"


def percent(share: float) -> str:
    """`12,3 %`."""
    return f"{share * 100:.1f}".replace(".", ",") + f"{_THIN}%"


def plain(value: float) -> str:
    """A parameter's value: `0,5`, `12`."""
    return f"{value:g}".replace(".", ",")
