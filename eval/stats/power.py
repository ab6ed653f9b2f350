"""How many calls it would take to tell a difference of the size seen, four times in five.

Both formulas take the difference seen for the true one, and more calls of the same kind, from as many more
tenants. Level: two-sided; power: 80%.
"""

from __future__ import annotations

import math
from statistics import NormalDist

POWER = 0.8


def pairs_needed(gained: int, lost: int, pairs: int, *, level: float) -> int | None:
    """Pairs for McNemar's test; None where as many were gained as lost.

    n = (z_a·√ψ + z_b·√(ψ - δ²))² / δ², with ψ the share of pairs that changed and δ the difference of the
    two shares. Source: Connor 1987, after Miettinen 1968.
    """
    if gained == lost:
        return None
    changed, difference = (gained + lost) / pairs, (gained - lost) / pairs
    z_level, z_power = _z(level)
    spread = z_level * math.sqrt(changed) + z_power * math.sqrt(changed - difference**2)
    return math.ceil((spread / difference) ** 2)


def calls_needed(difference: float, error: float, calls: int, *, level: float) -> int | None:
    """Calls for a difference whose standard error is `error` on `calls` of them; None without either.

    The error shrinks with the root of the calls: n = calls·((z_a + z_b)·error / difference)². Source: the
    usual normal approximation, Cohen 1988.
    """
    if not difference or not error:
        return None
    return math.ceil(calls * (sum(_z(level)) * error / difference) ** 2)


def _z(level: float) -> tuple[float, float]:
    """The normal values of a two-sided level and of the power."""
    normal = NormalDist()
    return normal.inv_cdf(1 - level / 2), normal.inv_cdf(POWER)
