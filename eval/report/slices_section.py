"""Slices: by tenant, intent, urgency, style, tag and length, the worst first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from ..intervals import Figure
from ..metrics.metric import Metric
from ..scoring import Case
from ..slices import FEW, MAIN, Slice, compared, worse_by
from .french import URGENCY, bounds, counted, number, whole
from .html import Html, details, el, join, row, section, table

_TITLES = {
    "tenant": "Par client",
    "intent": "Par motif",
    "urgency": "Par urgence",
    "style": "Par style de transcription",
    "tag": "Par difficulté",
    "length": "Par longueur",
}
_STYLES = {"verbatim": "mot à mot", "asr": "comme un transcripteur"}
_SHOWN = 12
"""Slices of a dimension that are shown before the rest unfolds."""
_LEAST = 3
"""Calls from which a slice is among them."""
_MUCH = 0.1
"""Shortfall from which a figure is marked."""


def slices_section(cases: Sequence[Case], overall: Mapping[str, Figure]) -> Html:
    """A table for each dimension that parts the calls in at least two; `overall`: all calls' figures."""
    told = (
        "Les tranches les plus faibles d'abord, par l'écart moyen à l'ensemble ; peu d'appels pèsent peu "
        f"dans cet ordre. ▼ : au moins {_MUCH * 100:.0f} points moins bien que l'ensemble. ⚠ : moins de "
        f"{FEW} appels, une erreur de plus ou de moins y change tout ; n'en rien conclure seul. "
        "L'intervalle manque où il n'y a qu'un client."
    )
    parts = [
        _dimension(name, some, overall) for name, some in compared(cases, overall).items() if len(some) > 1
    ]
    return section("tranches", "Tranches", el("p", told, class_="note"), *parts)


def _dimension(name: str, some: Sequence[Slice], overall: Mapping[str, Figure]) -> Html:
    first = [one for one in some if len(one.cases) >= _LEAST][:_SHOWN]
    rest = [one for one in some if one not in first]
    shown = _table(name, first, overall) if first else None
    told = f"{counted(len(rest), 'une autre tranche', 'autres tranches')}, de peu d'appels ou moins faibles"
    more = details(told, _table(name, rest, overall)) if rest else None
    return join([el("h3", _TITLES[name]), shown, more])


def _table(name: str, some: Iterable[Slice], overall: Mapping[str, Figure]) -> Html:
    head = ["", "Appels", *(metric.title for metric in MAIN), "Écart moyen"]
    return table(head, [_slice(name, one, overall) for one in some], class_="slices")


def _slice(name: str, one: Slice, overall: Mapping[str, Figure]) -> Html:
    known = {"urgency": URGENCY, "style": _STYLES}.get(name, {})
    count = f"⚠ {whole(len(one.cases))}" if one.few else whole(len(one.cases))
    figures = [_cell(metric, one.figures[metric.id], overall[metric.id]) for metric in MAIN]
    return row([known.get(one.value, one.value), count, *figures, number(-one.shortfall)])


def _cell(metric: Metric, some: Figure, overall: Figure) -> Html:
    gap = worse_by(metric, some, overall)
    worse = not math.isnan(gap) and gap >= _MUCH
    spread = None if math.isnan(some.low) else el("span", " ", bounds(some), class_="small")
    shown = f"▼ {number(some.value)}" if worse else number(some.value)
    return el("td", shown, spread, class_="worse" if worse else None)
