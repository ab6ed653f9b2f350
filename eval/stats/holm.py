"""Holm's correction: how sure each of several tests is, when all of them are looked at.

Source: Holm 1979. The chance of one false finding in the whole family stays below the level at which the
adjusted values are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """The adjusted p-values, in the order of the given ones."""
    order = sorted(range(len(values)), key=values.__getitem__)
    scaled = (min(1.0, (len(values) - rank) * values[at]) for rank, at in enumerate(order))
    adjusted = dict(zip(order, accumulate(scaled, max), strict=True))
    return tuple(adjusted[at] for at in range(len(values)))
