"""Urgency: what a wrong level costs, and the missed emergencies, which are counted and never priced."""

from __future__ import annotations

from collections.abc import Iterator

from qualify.records import URGENCIES

from ..scoring import Case
from .charge import Charge, charge

ALERTS = ("high", "critical")
"""Levels for which somebody is disturbed within the hour."""
_FRENCH = {"critical": "critique", "high": "haute", "normal": "normale", "low": "basse", None: "aucune"}


def missed_emergency(case: Case) -> bool | None:
    """Whether an emergency was taken for calmer: critical not found, or high judged low.

    None where there was none, or where no urgency is said (a failed call, a bare message): the latter
    are counted apart.
    """
    wanted, found = case.labels.urgency, case.predicted.urgency
    if wanted not in ALERTS or found is None:
        return None
    return found != "critical" if wanted == "critical" else found == "low"


def over_triage(case: Case) -> Iterator[Charge]:
    """Somebody is disturbed within the hour by a call that could wait."""
    if case.predicted.urgency in ALERTS and case.labels.urgency not in ALERTS:
        yield charge(case, "over_triage", _levels(case), "disturbed_minutes", "hourly_rate", amount=1 / 60)


def under_triage(case: Case) -> Iterator[Charge]:
    """A call treated later than it should, short of a missed emergency.

    High taken for normal turns out badly now and then, which costs the tenant's `urgent_miss`; normal
    taken for low makes some callers ask again.
    """
    if missed_emergency(case) or case.predicted.urgency is None:
        return
    if URGENCIES.index(case.predicted.urgency) >= URGENCIES.index(case.labels.urgency):
        return
    if case.labels.urgency == "high":
        yield charge(case, "under_triage", _levels(case), "late_harm", "urgent_miss")
    else:
        factors = ("chased", "callback_minutes", "hourly_rate")
        yield charge(case, "under_triage", _levels(case), *factors, amount=1 / 60)


def _levels(case: Case) -> str:
    wanted, found = _FRENCH[case.labels.urgency], _FRENCH[case.predicted.urgency]
    return f"urgence attendue : {wanted}, trouvée : {found}"
