"""Every figure by group: value, interval, how much was judged, what was not, and the human ceiling."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

from ..intervals import Figure, figure
from ..metrics.metric import Group, Metric
from ..metrics.urgency import KAPPA
from ..scoring import Case
from .french import GROUPS, NOTHING, bounds, counted, number, whole
from .html import Child, Html, details, el, join, listed, row, section, table
from .interval_bar import interval_bar

_HEAD = ("Mesure", "Valeur", "Intervalle à 95 %", "Jugés", "Non notés", "En échec", "Plafond humain")
_ARROW = {"higher": "↑", "lower": "↓"}
_UNIT = {"words": "mots", "seconds": "s", "MiB": "Mio", "euros": "€"}


class Measured(NamedTuple):
    """A metric with its figure, and its human ceiling where there is one."""

    metric: Metric
    figure: Figure
    ceiling: Figure | None
    failed: int
    """Failed calls: where an answer was due they count as wrong, elsewhere they are not judged."""
    unscored: int
    """Calls that answered and of which the metric says nothing: not wrong."""


def measured(
    metrics: Sequence[Metric],
    cases: Sequence[Case],
    ceiling: Mapping[str, Figure],
    *,
    known: Mapping[str, Figure] | None = None,
) -> list[Measured]:
    """The figures of all calls; those `known` already, by the metric's id, are not made anew."""
    failed = [case for case in cases if case.failed]
    found = []
    for metric in metrics:
        made = (known or {}).get(metric.id) or figure(metric, cases)
        silent = sum(metric.parts(case) is None for case in failed)
        found.append(Measured(metric, made, ceiling.get(metric.id), len(failed), made.unscored - silent))
    return found


def figures_section(all_measured: Sequence[Measured]) -> Html:
    """A table for each group; breakdowns unfold."""
    legend = (
        "↑ : plus haut est mieux, ↓ : plus bas est mieux. Trait épais : intervalle à 95 %, "
        "rééchantillonné par client ; point : valeur ; trait vertical : plafond humain (un second humain, "
        "jugé comme le moteur). « Non notés » : appels dont la mesure ne dit rien, ce qui n'est pas une "
        "faute. « En échec » : appels dont rien n'est sorti ; ils comptent comme non trouvés là où "
        "une réponse était due."
    )
    known = [m for m in all_measured if not math.isnan(m.figure.value)]
    empty = [m for m in all_measured if math.isnan(m.figure.value)]
    groups = [_group(g, [m for m in known if m.metric.group == g]) for g in get_args(Group)]
    return section("mesures", "Mesures", el("p", legend, class_="note"), *groups, _unmeasured(empty))


def _group(group: Group, members: Sequence[Measured]) -> Html | None:
    if not members:
        return None
    main = [m for m in members if not m.metric.detail]
    broken_down = [m for m in members if m.metric.detail]
    parts: list[Child] = [el("h3", GROUPS[group])]
    if main:
        parts.append(_table(main))
    if broken_down:
        name = f"Détail : {counted(len(broken_down), 'une mesure', 'mesures')}"
        parts.append(details(name, _table(broken_down)))
    return join(parts)


def _unmeasured(empty: Sequence[Measured]) -> Html | None:
    if not empty:
        return None
    names = listed(f"{GROUPS[m.metric.group]} : {m.metric.title}" for m in empty)
    return details(f"Sans aucun cas dans ces appels, donc sans chiffre : {len(empty)}", names)


def _table(members: Sequence[Measured]) -> Html:
    return table(_HEAD, [_row(m) for m in members], class_="figures")


def _row(one: Measured) -> Html:
    unit = _UNIT.get(one.metric.unit)
    title = f"{one.metric.title} ({unit})" if unit and unit not in one.metric.title else one.metric.title
    arrow = el("span", _ARROW[one.metric.better], class_="arrow")
    bar = interval_bar(one.figure, one.ceiling) if one.metric.unit == "share" or one.metric is KAPPA else None
    cells = (
        el("td", el("b", number(one.figure.value)), data_label=_HEAD[1]),
        el("td", bar, " ", _interval(one.figure), data_label=_HEAD[2]),
        _count(one.figure.n, 3),
        _count(one.unscored, 4),
        _count(one.failed, 5),
        _ceiling(one.ceiling),
    )
    return row([join([title, " ", arrow]), *cells])


def _ceiling(some: Figure | None) -> Html:
    if some is None:
        return el("td", NOTHING, class_="empty")
    n = el("span", f"n = {whole(some.n)}", class_="small")
    return el("td", number(some.value), " ", _interval(some), " ", n, data_label=_HEAD[6])


def _interval(some: Figure) -> Html:
    return el("span", NOTHING if math.isnan(some.low) else bounds(some), class_="small")


def _count(value: int, column: int) -> Html:
    return el("td", whole(value), class_="count", data_label=_HEAD[column])
