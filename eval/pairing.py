"""The calls of two runs beside each other: only what both judged by the same labels can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .scoring import Case, Key


@dataclass(frozen=True)
class Pairs:
    """The same calls in two runs, and those that are not the same."""

    a: tuple[Case, ...]
    b: tuple[Case, ...]
    """In the order of `a`."""
    only_a: tuple[Key, ...]
    only_b: tuple[Key, ...]
    relabeled: tuple[Key, ...]
    """In both, but with other labels: their figures can't be compared."""

    def __len__(self) -> int:
        return len(self.a)

    @cached_property
    def tenants(self) -> tuple[str, ...]:
        """The tenant's id of each pair."""
        return tuple(case.tenant.id for case in self.a)


def paired(cases_a: Sequence[Case], cases_b: Sequence[Case]) -> Pairs:
    """Calls are the same by tenant and id, which are unique within a run."""
    in_a, in_b = ({(c.tenant.id, c.id): c for c in cases} for cases in (cases_a, cases_b))
    common = [key for key in in_a if key in in_b]
    relabeled = tuple(key for key in common if in_a[key].labels != in_b[key].labels)
    other = set(relabeled)
    same = [key for key in common if key not in other]
    return Pairs(
        a=tuple(in_a[key] for key in same),
        b=tuple(in_b[key] for key in same),
        only_a=tuple(key for key in in_a if key not in in_b),
        only_b=tuple(key for key in in_b if key not in in_a),
        relabeled=relabeled,
    )
