"""What went wrong in a call, and which calls come first: by the gravest problem, then by how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ..cost import missed_emergency
from ..metrics.evidence import supported
from ..metrics.forbidden import held
from ..metrics.key_facts import lost_facts
from ..metrics.urgency import steps
from ..metrics.wrong_contacts import wrong_contacts
from ..scoring import Case
from ..slices import intent_label
from .french import URGENCY


class Problem(NamedTuple):
    """A kind of problem."""

    title: str
    find: Callable[[Case], Sequence[str]]
    """Each occurrence in a call, in words."""


class Found(NamedTuple):
    """A call's problems of one kind."""

    title: str
    told: Sequence[str]


class Examined(NamedTuple):
    """A call with its problems, the gravest first."""

    case: Case
    problems: Sequence[Found]


def examined(cases: Iterable[Case]) -> list[Examined]:
    """All calls, the worst first; equals in the order of tenant and id."""
    return sorted(map(_examine, cases), key=_rank)


def field_label(case: Case, field: str) -> str:
    """What the tenant calls a field; its id where the tenant has no such one."""
    known = case.tenant.fields_by_id
    return known[field].label if field in known else field


def _examine(case: Case) -> Examined:
    looked_for = [FAILED] if case.failed else PROBLEMS
    found = [Found(problem.title, problem.find(case)) for problem in looked_for]
    return Examined(case, [one for one in found if one.told])


def _rank(call: Examined) -> tuple[list[int], str, str]:
    """Sorts upwards: more of a graver problem comes first."""
    counts = {found.title: len(found.told) for found in call.problems}
    return [-counts.get(problem.title, 0) for problem in PROBLEMS], call.case.tenant.id, call.case.id


# ---------------------------------------------------------------- the kinds


def _ready(case: Case) -> bool:
    return case.predicted.status == "ready"


def _missed(case: Case) -> Sequence[str]:
    return _levels(case) if missed_emergency(case) else ()


def _levels(case: Case) -> Sequence[str]:
    found = case.predicted.urgency
    return (f"attendue {URGENCY[case.labels.urgency]}, trouvée {URGENCY[found] if found else 'aucune'}",)


def _contacts(case: Case) -> Sequence[str]:
    wanted, found = case.labels.fields, case.predicted.fields
    return [
        f"{field_label(case, f)} : {found[f]}, attendu {wanted.get(f, 'rien')}" for f in wrong_contacts(case)
    ]


def _intent(case: Case) -> Sequence[str]:
    wanted, found = case.labels.intent, case.predicted.intent
    if wanted == found:
        return ()
    return (f"attendu {intent_label(case, wanted)}, trouvé {intent_label(case, found) or 'aucun'}",)


def _message(case: Case) -> Sequence[str]:
    if (case.labels.message is None) == (case.predicted.message is None):
        return ()
    return ("aucun message écrit",) if case.predicted.message is None else ("aucun message attendu",)


def _facts(case: Case) -> Sequence[str]:
    due = case.labels.message is not None and case.predicted.message is not None
    return lost_facts(case) if due else ()


def _unproven(case: Case) -> Sequence[str]:
    proven, stated = supported(case)
    return (f"{stated - proven} sur {stated}",) if proven < stated else ()


def _urgency(case: Case) -> Sequence[str]:
    return _levels(case) if steps(case) != 0 and not missed_emergency(case) else ()


def _fields(case: Case) -> Sequence[str]:
    known = {**case.labels.fields, **case.predicted.fields}
    contacts = wrong_contacts(case)
    return [field_label(case, f) for f in known if f not in case.right_fields and f not in contacts]


def _instructions(case: Case) -> Sequence[str]:
    judged = case.predicted.instructions
    return [name for name, outcome in case.labels.instructions.items() if judged.get(name) != outcome]


def _disposition(case: Case) -> Sequence[str]:
    wrong = case.predicted.disposition != case.labels.disposition
    return ("suite donnée fausse",) if wrong else ()


FAILED = Problem("En échec", lambda case: (case.failure,) if case.failed else ())
"""A failed call has no other problem."""
PROBLEMS: Sequence[Problem] = (
    Problem("Urgence manquée, sans relecture", lambda c: _missed(c) if _ready(c) else ()),
    Problem("Coordonnées fausses non signalées", lambda c: _contacts(c) if _ready(c) else ()),
    Problem("Urgence manquée, à relire", lambda c: () if _ready(c) else _missed(c)),
    Problem("Texte interdit dans le message", held),
    FAILED,
    Problem("Coordonnées fausses, à relire", lambda c: () if _ready(c) else _contacts(c)),
    Problem("Message manquant ou inutile", _message),
    Problem("Faits essentiels perdus", _facts),
    Problem("Motif faux", _intent),
    Problem("Phrases sans preuve", _unproven),
    Problem("Urgence mal jugée", _urgency),
    Problem("Suite fausse", _disposition),
    Problem("Champs faux ou manquants", _fields),
    Problem("Consignes mal jugées", _instructions),
)
"""From the gravest to the lightest."""
