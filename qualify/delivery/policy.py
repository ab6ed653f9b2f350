"""What may leave without a human: the tenant's settings decide, by door and urgency."""

from __future__ import annotations

from qualify.records import Judgment, Outcome, Reason, Record, Value
from qualify.rendering.settings import DeliverySettings


class Release(Record):
    """Whether a draft may leave by itself, and why it may not."""

    allowed: bool
    reason: Reason | None = None
    """None exactly where it is allowed."""


def release(outcome: Outcome, settings: DeliverySettings, *, revises: bool) -> Release:
    """Whether the draft of a call may leave without approval.

    A revision never does: what it revises may have been sent or edited. An unsure urgency counts as
    all that it might be.
    """
    if outcome.message is None or outcome.qualification is None or outcome.status == "failed":
        return _held("no_message", "L'appel n'a pas de message à envoyer.")
    if revises:
        return _held("revision", "Une nouvelle version d'un message ne part qu'après approbation.")
    rules = settings.without_approval
    open_to = rules.ready if outcome.status == "ready" else rules.needs_review
    if not _possible(outcome.qualification.urgency) <= set(open_to):
        return _held("approval_required", "Le client veut qu'un tel message soit approuvé avant l'envoi.")
    return Release(allowed=True)


def _held(code: str, detail: str) -> Release:
    return Release(allowed=False, reason=Reason(code=code, detail=detail))


def _possible(urgency: Judgment) -> set[Value]:
    rivals = {rival.value for rival in urgency.rivals} if urgency.unsure else set()
    return {urgency.value} | rivals
