"""The whole page: its sections in the order in which a supervisor asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..cost import Costs, cost_section
from ..intervals import Figure
from ..metrics import of_calls
from ..metrics.coverage import SAFE_COVERAGE
from ..scoring import Case
from .agreement import agreement_section
from .calls import calls_section, failures_section
from .confusion import confusion_section
from .figures import figures_section, measured
from .headline import headline_section
from .html import Html, el, join
from .provenance import provenance_section
from .reliability import reliability_section
from .risk import risk_section
from .script import SCRIPT, policy
from .slices_section import slices_section
from .style import STYLE

_TITLE = "Évaluation de la qualification des appels"
_SECTIONS = {
    "essentiel": "Essentiel",
    "passage": "Ce qui a été évalué",
    "mesures": "Mesures",
    "urgence": "Urgence",
    "calibration": "Confiance",
    "risque": "Risque",
    "accord": "Accord entre humains",
    "tranches": "Tranches",
    "cout-cache": "Coût caché",
    "echecs": "Échecs",
    "appels": "Appels",
}
"""What the navigation calls each section, by its id."""


def report_html(
    cases: Sequence[Case],
    *,
    run: Mapping[str, object],
    ceiling: Mapping[str, Figure] | None = None,
    agreement: Mapping[str, Figure] | None = None,
    costs: Costs | None = None,
    beside: Mapping[str, Costs] | None = None,
    figures: Mapping[str, Figure] | None = None,
) -> str:
    """The report of a run as one HTML file that needs nothing else.

    `run` is what `run.json` says. `ceiling` is a second human's figures, by the metric's id; `agreement`
    that of both humans, by name. `beside` are costs of other predictions for the same calls. `figures` are
    those already made, by the metric's id: they are not made anew.
    """
    all_measured = measured(of_calls(cases), cases, ceiling or {}, known=figures or {})
    known = {one.metric.id: one.figure for one in all_measured}
    sections: dict[str, Html | None] = {
        "essentiel": headline_section(cases, known, costs),
        "passage": provenance_section(run),
        "mesures": figures_section(all_measured),
        "urgence": confusion_section(cases),
        "calibration": reliability_section(cases),
        "risque": risk_section(cases, known[SAFE_COVERAGE.id]),
        "accord": agreement_section(agreement or {}),
        "tranches": slices_section(cases, known),
        "cout-cache": None if costs is None else Html(cost_section(costs, beside=beside)),
        "echecs": failures_section(cases),
        "appels": calls_section(cases),
    }
    return _document({id: part for id, part in sections.items() if part is not None})


def _document(sections: Mapping[str, Html]) -> str:
    links = [el("a", _SECTIONS[id], href=f"#{id}") for id in sections]
    header = el("header", el("h1", _TITLE), el("nav", *links))
    body = el("body", header, el("main", *sections.values()), el("script", Html(SCRIPT)))
    return f"<!DOCTYPE html>\n{el('html', _head(), body, lang='fr')}\n"


def _head() -> Html:
    return el(
        "head",
        join([el("meta", charset="utf-8"), el("meta", name="viewport", content="width=device-width")]),
        el("meta", http_equiv="Content-Security-Policy", content=policy()),
        el("title", _TITLE),
        el("style", Html(STYLE)),
    )
