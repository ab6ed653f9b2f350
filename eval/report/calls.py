"""All calls, the worst first: the first ones open, the next folded, the rest a line each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..scoring import Case
from .call import full_call, problem_titles, searched
from .french import DOOR, NOTHING, URGENCY, counted, whole
from .html import Html, details, el, listed, row, section, table
from .severity import PROBLEMS, Examined, examined

IN_FULL = 200
"""Calls that are shown whole: more would make the page too heavy for a phone."""
OPEN = 3
"""Of these, the calls that are unfolded from the start."""


def failures_section(cases: Sequence[Case]) -> Html | None:
    """The failed calls with their errors; None where there are none."""
    failed = [case for case in cases if case.failed]
    if not failed:
        return None
    told = (
        f"{counted(len(failed), 'un appel', 'appels')} sans résultat : ni juste ni faux, mais jamais oublié."
    )
    rows = [row([f"{case.tenant.id} / {case.id}", case.failure]) for case in failed]
    return section("echecs", "Appels en échec", el("p", told), table(("Appel", "Erreur"), rows))


def calls_section(cases: Sequence[Case]) -> Html:
    """Every call, with a filter where script runs."""
    ranked = examined(cases)
    full = [full_call(call, open=n < OPEN and bool(call.problems)) for n, call in enumerate(ranked[:IN_FULL])]
    rest = ranked[IN_FULL:]
    more = (
        details(f"Les {whole(len(rest))} autres appels, une ligne chacun", _lines(rest), id="reste")
        if rest
        else None
    )
    legend = (
        "Les plus graves d'abord. Dans l'appel, surligné : les mots qui prouvent un champ, le motif ou "
        "l'urgence, suivis de leur nom ; souligné de points : ceux sur lesquels repose le message. "
        "Dans les messages, souligné : un fait essentiel."
    )
    counts = el("div", el("h3", "Combien d'appels par faute"), listed(_counts(ranked), class_="counts"))
    shown = [el("p", legend, class_="note"), counts, _filter(), *full]
    return section("appels", "Appels, les plus graves d'abord", *shown, more)


def _counts(ranked: Sequence[Examined]) -> Iterable[str]:
    titles = [{problem.title for problem in call.problems} for call in ranked]
    for problem in PROBLEMS:
        n = sum(problem.title in some for some in titles)
        if n:
            yield f"{problem.title} : {whole(n)}"
    yield f"Sans faute : {whole(sum(not some for some in titles))}"


def _filter() -> Html:
    options = [el("option", p.title, value=p.title.lower()) for p in PROBLEMS]
    doors = [el("option", name, value=name) for name in DOOR.values()]
    return el(
        "form",
        el(
            "label",
            "Chercher ",
            el("input", type="search", name="words", placeholder="client, appel, difficulté"),
        ),
        el("label", "Faute ", el("select", el("option", "toutes", value=""), *options, name="problem")),
        el("label", "État ", el("select", el("option", "tous", value=""), *doors, name="door")),
        el("output", class_="small"),
        id="filtre",
        hidden=True,
    )


def _lines(rest: Sequence[Examined]) -> Html:
    head = ("Appel", "État", "Urgence attendue", "trouvée", "Fautes")
    return table(head, [_line(call) for call in rest])


def _line(call: Examined) -> Html:
    case = call.case
    found = case.predicted.urgency
    urgencies = (URGENCY[case.labels.urgency], URGENCY[found] if found else NOTHING)
    cells = [f"{case.tenant.id} / {case.id}", DOOR[case.predicted.status], *urgencies, problem_titles(call)]
    return row(cells, data_search=searched(call))
