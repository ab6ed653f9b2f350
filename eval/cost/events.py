"""What a call's prediction costs: one function an event, each from labels and prediction to charges.

Only what reaches a reader costs: a number is looked for in its field and in the message, facts in the
message, so that messages without judgments, those that agents wrote, are costed by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from qualify.dataset import KeyFact
from qualify.drafting.facts import fold

from ..scoring import Case
from .charge import Charge, charge
from .number import number_state, says_number
from .triage import over_triage, under_triage

_TIME = ("callback_minutes", "hourly_rate")
_NUMBER = {
    "wrong": "numéro faux",
    "missing": "numéro donné et non transmis",
    "invented": "numéro que l'appelant n'a pas donné",
}


def charges(case: Case, *, spent_eur: float = 0.0) -> list[Charge]:
    """All that a call costs; `spent_eur` is what its requests to paid endpoints came to.

    A failed call is made by hand. A human looks at a call to review, which costs minutes, and lets
    through only a part of its errors.
    """
    work = list(machine(case, spent_eur=spent_eur))
    if case.predicted.status == "failed":
        return [*work, *by_hand(case)]
    errors = [found for event in ERRORS for found in event(case)]
    if case.predicted.status == "ready":
        return [*work, *errors]
    passed = [replace(e, factors=tuple(sorted((*e.factors, "missed_in_review")))) for e in errors]
    return [*work, *review(case), *passed]


# ---------------------------------------------------------------- errors


def call_back(case: Case) -> Iterator[Charge]:
    """A call that a right message would have spared: the number is looked for, or the caller calls again."""
    if not _due(case):
        return
    if not _sent(case):
        yield charge(case, "call_back", "aucun message : l'appelant rappelle", *_TIME, amount=1 / 60)
    elif (state := number_state(case)) in _NUMBER:
        yield charge(case, "call_back", _NUMBER[state], *_TIME, amount=1 / 60)


def clarification(case: Case) -> Iterator[Charge]:
    """The client asks the service again, once a message: a fact is lacking, wrong, or for somebody else."""
    doubts = _doubts(case) if _due(case) and _sent(case) else []
    if doubts:
        factors = ("clarified", "clarify_minutes", "hourly_rate")
        yield charge(case, "clarification", " ; ".join(doubts), *factors, amount=1 / 60)


def lost_request(case: Case) -> Iterator[Charge]:
    """Requests of which a share is lost: nobody is told, nobody can be reached, a second one is forgotten."""
    if not _due(case):
        return
    labels = case.labels
    if not _sent(case):
        why, lost = "demande non transmise", "lost_untold"
        yield charge(case, "lost_request", why, lost, "request_value", intent=labels.intent)
        return
    if number_state(case) in ("wrong", "missing"):
        why, lost = "appelant injoignable", "lost_unreachable"
        yield charge(case, "lost_request", why, lost, "request_value", intent=labels.intent)
    for second in _forgotten(case):
        why, lost = f"seconde demande oubliée : {second}", "lost_second"
        yield charge(case, "lost_request", why, lost, "request_value", intent=second)


def needless_message(case: Case) -> Iterator[Charge]:
    """A message where nothing was to be transmitted: somebody reads it and throws it away."""
    if not _due(case) and _sent(case):
        why = f"message pour « {case.labels.intent} »"
        yield charge(case, "needless_message", why, "needless_minutes", "hourly_rate", amount=1 / 60)


ERRORS: tuple[Callable[[Case], Iterator[Charge]], ...] = (
    call_back,
    clarification,
    lost_request,
    over_triage,
    under_triage,
    needless_message,
)
"""What can be wrong with a call that did not fail."""


# ---------------------------------------------------------------- work


def review(case: Case) -> Iterator[Charge]:
    """The minutes of the human who looks at the call first."""
    reasons = ", ".join(dict.fromkeys(reason.code for reason in case.predicted.reasons))
    why = f"à relire ({reasons})" if reasons else "à relire"
    yield charge(case, "review", why, "review_minutes", "reviewer_hourly_rate", amount=1 / 60)


def by_hand(case: Case) -> Iterator[Charge]:
    """The minutes of the human who listens to a failed call and writes its message."""
    yield charge(case, "by_hand", "appel en échec", "by_hand_minutes", "reviewer_hourly_rate", amount=1 / 60)


def machine(case: Case, *, spent_eur: float = 0.0) -> Iterator[Charge]:
    """The seconds of all stages, and what paid endpoints took; nothing where neither is known."""
    seconds = sum(spent for stage, spent in case.predicted.timing.items() if stage != "audio")
    if seconds > 0:
        yield charge(case, "machine", f"{seconds:.1f} s", "machine_hour", amount=seconds / 3600)
    if spent_eur > 0:
        yield Charge(item="machine", why="requêtes payantes", amount=spent_eur)


# ---------------------------------------------------------------- what the labels want, what the reader has


def _due(case: Case) -> bool:
    return case.labels.message is not None


def _sent(case: Case) -> bool:
    return bool((case.predicted.message or "").strip())


def _doubts(case: Case) -> list[str]:
    """All that makes the client ask again, the call-back number apart, which has its own item."""
    wrong = [f"champ faux : {field}" for field in _wrong_fields(case)]
    lacking = [f"fait absent : {fact.fact}" for fact in lacking_facts(case)]
    return wrong + lacking + _misleading(case) + _misrouted(case)


def lacking_facts(case: Case) -> list[KeyFact]:
    """The key facts that the message does not carry, the call-back number apart."""
    message = fold(case.predicted.message or "")
    facts = [f for f in case.labels.key_facts if not any(fold(said) in message for said in f.any_of)]
    number = case.labels.fields.get("phone")
    return [f for f in facts if number is None or not any(says_number(s, str(number)) for s in f.any_of)]


def _wrong_fields(case: Case) -> list[str]:
    """Fields that the reader needs and has wrong; one that is left out shows in the facts."""
    intent = case.tenant.intents_by_id.get(case.labels.intent)
    needed = dict.fromkeys((*(intent.required_fields if intent else ()), "email"))
    found = case.predicted.fields
    return [f for f in needed if f != "phone" and f in found and not case.right(f)]


def _misleading(case: Case) -> list[str]:
    """Forbidden strings; where the number is wrong they are that number, which is another item."""
    if number_state(case) == "wrong":
        return []
    message = fold(case.predicted.message or "")
    return [f"à ne pas écrire : {wrong}" for wrong in case.labels.forbidden if fold(wrong) in message]


def _misrouted(case: Case) -> list[str]:
    """Whether the message goes to another person than the one whom it is for."""
    wanted = case.labels.fields.get("recipient") or _receiver(case, case.labels.intent)
    found = case.predicted.fields.get("recipient") or _receiver(case, case.predicted.intent)
    if wanted is None or found is None or fold(str(wanted)) == fold(str(found)):
        return []
    return [f"pour {wanted}, adressé à {found}"]


def _receiver(case: Case, intent: str | None) -> str | None:
    known = case.tenant.intents_by_id.get(intent) if intent else None
    return known.recipient if known else None


def _forgotten(case: Case) -> list[str]:
    """Second requests that are neither among the intents nor in a message that carries every fact."""
    found = {case.predicted.intent, *case.predicted.other_intents}
    forgotten = [second for second in case.labels.other_intents if second not in found]
    return forgotten if forgotten and lacking_facts(case) else []
