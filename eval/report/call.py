"""One call in full: what went wrong, its words, labels beside the prediction, both messages."""

from __future__ import annotations

from ..scoring import Case
from .french import DOOR
from .html import Child, Html, details, el, join, listed
from .judgments import judgments
from .message import messages
from .severity import Examined
from .transcript import transcript


def full_call(call: Examined, *, open: bool) -> Html:
    """The call as a part that unfolds; its summary names the problems."""
    case = call.case
    body = el("div", el("div", transcript(case)), el("div", judgments(case)), class_="sides")
    head = join([_about(case), _problems(call), _reasons(case)])
    return details(
        _summary(call), head, body, messages(case), open=open, class_="call", data_search=searched(call)
    )


def searched(call: Examined) -> str:
    """What the filter of the list looks in."""
    case = call.case
    titles = [problem.title for problem in call.problems] or ["sans faute"]
    return " ".join([case.tenant.id, case.id, DOOR[case.predicted.status], *titles, *case.tags]).lower()


def problem_titles(call: Examined) -> str:
    """The problems' titles, the gravest first; «sans faute» where there is none."""
    return " · ".join(problem.title for problem in call.problems) or "sans faute"


def _summary(call: Examined) -> Html:
    case = call.case
    name = el("b", f"{case.tenant.id} / {case.id}")
    door = el("span", DOOR[case.predicted.status], class_="door")
    return join([name, " ", door, " ", el("span", problem_titles(call), class_="titles")])


def _about(case: Case) -> Html:
    known = [case.tenant.name, *([f"difficultés : {', '.join(case.tags)}"] if case.tags else [])]
    return el("p", " · ".join(known), class_="note")


def _problems(call: Examined) -> Html | None:
    return listed(
        (join([el("b", f"{p.title} : "), " ; ".join(p.told)]) for p in call.problems), class_="problems"
    )


def _reasons(case: Case) -> Html | None:
    if not case.predicted.reasons:
        return None
    told: list[Child] = [f"{reason.detail} ({reason.code})" for reason in case.predicted.reasons]
    return details(f"Motifs de relecture ou d'échec : {len(told)}", listed(told))
