"""Student's t distribution for whole degrees of freedom, by its finite series.

Source: Student 1908; the series of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
"""

from __future__ import annotations

import math
from functools import lru_cache


def within(t: float, freedom: int) -> float:
    """The probability that a t value of `freedom` degrees lies between -t and t; t >= 0, freedom >= 1."""
    angle = math.atan2(t, math.sqrt(freedom))
    odd = freedom % 2
    total, term = 0.0, math.cos(angle) if odd else 1.0
    for power in range(odd, freedom - 1, 2):
        total += term
        term *= math.cos(angle) ** 2 * (power + 1) / (power + 2)
    share = math.sin(angle) * total
    return (angle + share) * 2 / math.pi if odd else share


def two_sided(t: float, freedom: int) -> float:
    """The probability of a t value at least as far from 0 as `t`."""
    return max(0.0, 1 - within(abs(t), freedom))


@lru_cache(maxsize=256)
def bound(level: float, freedom: int) -> float:
    """The t value within which a share `level` of the distribution lies, 0 < level < 1."""
    low, high = 0.0, 1.0
    while within(high, freedom) < level:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < level else (low, middle)
    return high
