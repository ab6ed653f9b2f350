"""Failed calls: those of which nothing could be made.

Definition: the share of all calls whose status is `failed`, a call without prediction included. Range: 0 to
1. Unscored: none.
"""

from __future__ import annotations

from .metric import STRICT, share

FAILED = share(
    "failed",
    "failed calls",
    lambda c: c.failed,
    title="Appels en échec",
    group="resources",
    lower=True,
    margin=STRICT,
)
