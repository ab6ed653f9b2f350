"""McNemar's test, exact: whether right became wrong as often as wrong became right.

Calls that both runs judge alike say nothing of their difference; under no difference each of the others is
as likely to have been gained as lost. Source: McNemar 1947; the exact two-sided binomial form.
"""

from __future__ import annotations


def exact(gained: int, lost: int) -> float:
    """The two-sided probability of a split at least as uneven; 1 where no call changed."""
    changed = gained + lost
    ways, below = 1, 0
    for k in range(min(gained, lost) + 1):
        below += ways
        ways = ways * (changed - k) // (k + 1)
    return min(1.0, 2 * below / (1 << changed))
