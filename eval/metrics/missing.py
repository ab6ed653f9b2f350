"""Missing fields: the intent's required fields that are said not to be given.

Definition: Jaccard index of the fields said to be missing and those that are, over all calls. Range: 0 to 1.
Source: Jaccard 1912. Unscored: calls in which nothing is missing and nothing said to be.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import expected, rate


def _missing(case: Case) -> tuple[int, int]:
    wanted, found = set(case.labels.missing), set(case.predicted.missing)
    return len(wanted & found), len(wanted | found)


def _reason(case: Case) -> str | None:
    wanted, found = sorted(case.labels.missing), sorted(case.predicted.missing)
    return None if wanted == found else expected(", ".join(wanted), ", ".join(found))


MISSING = rate(
    "missing",
    "missing fields, agreement",
    _missing,
    title="Champs manquants, accord",
    group="fields",
    reason=_reason,
)
