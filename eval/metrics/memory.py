"""Memory a call takes.

Definition: the mean of the most memory that the process held while it handled each call. Range: 0 MiB up; of
the machine that made the predictions. Source: ours. Unscored: calls for which nobody noted it.
"""

from __future__ import annotations

from .metric import mean

MEMORY = mean(
    "memory",
    "memory a call, MiB",
    lambda c: c.memory_mib,
    title="Mémoire par appel (Mio)",
    group="resources",
    unit="MiB",
    margin=100.0,
)
