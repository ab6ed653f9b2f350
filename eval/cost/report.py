"""The hidden cost for people: lines for the terminal, and a fragment for the HTML report; in French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from .bill import BASES, Costs, Emergencies, Missed
from .charge import ITEMS
from .french import euros_within, percent, plain
from .tornado import tornado_svg

_DOOR = {"ready": "partie sans relecture", "needs_review": "à relire", "failed": "en échec"}
_URGENCY = {"critical": "critique", "high": "haute", "normal": "normale", "low": "basse"}
_SHOWN = 3
"""Parameters that the terminal names."""


def cost_lines(costs: Costs) -> Iterator[str]:
    """The bill in a few lines, missed emergencies first."""
    yield from _emergency_lines(costs.emergencies)
    yield f"Coût caché pour 1 000 appels : {euros_within(costs.total)} ({_sample(costs)})"
    for line in costs.items:
        if line.events:
            yield f"  {ITEMS[line.item]} : {euros_within(line.euros)}, {line.events} fois"
    yield f"Repose sur : {_bases(costs)}"
    names = [costs.parameters.by_name[swing.parameter].label for swing in costs.tornado[:_SHOWN]]
    if names:
        yield f"Paramètres qui pèsent le plus : {' ; '.join(names)}"


def cost_section(costs: Costs, *, beside: Mapping[str, Costs] | None = None) -> str:
    """The bill as an HTML fragment without script or outside file; `beside`: other predictions by name."""
    columns = {"Ce passage": costs, **(beside or {})}
    parts = [
        '<section id="cout-cache">',
        "<h2>Coût caché</h2>",
        *(_paragraph(line) for line in _emergency_lines(costs.emergencies)),
        _list([_missed(missed) for missed in costs.emergencies.missed]),
        _table(["Poste, pour 1 000 appels", *columns], list(_bill(columns))),
        _paragraph(f"Intervalles à 95 %, sur les paramètres et les clients ; {_sample(costs)}."),
        _paragraph(f"Le total repose sur : {_bases(costs)}."),
        "<h3>Ce qui fait varier le total</h3>",
        _paragraph(
            "Chaque paramètre seul, de sa valeur basse à sa valeur haute ; en orange, les hypothèses."
        ),
        tornado_svg(costs),
        "<h3>Paramètres</h3>",
        _table(
            ["Paramètre", "Unité", "Bas", "Central", "Haut", "Nature", "Source"], list(_parameters(costs))
        ),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


# ---------------------------------------------------------------- what is said


def _emergency_lines(emergencies: Emergencies) -> Iterator[str]:
    unseen = sum(missed.status == "ready" for missed in emergencies.missed)
    count = f"Urgences manquées, hors de toute somme : {len(emergencies.missed)} sur {emergencies.labeled}"
    count += f", dont sans relecture : {unseen}" if emergencies.missed else ""
    rate = emergencies.rate
    if rate is not None:
        count += f" ; {percent(rate.central)} [{percent(rate.low)} ; {percent(rate.high)}]"
    yield count
    if emergencies.untold:
        yield f"Urgences sans niveau, en échec ou message seul : {emergencies.untold}, à traiter à part"


def _missed(missed: Missed) -> str:
    return (
        f"{missed.tenant}/{missed.id} : {_URGENCY[missed.wanted]}, jugée {_URGENCY[missed.found]} "
        f"({_DOOR[missed.status]})"
    )


def _sample(costs: Costs) -> str:
    one = ", donc sans la variation d'un client à l'autre" if costs.tenants == 1 else ""
    return f"appels : {costs.calls}, en échec : {costs.failed}, clients : {costs.tenants}{one}"


def _bases(costs: Costs) -> str:
    return ", ".join(f"{BASES[basis]} {percent(share)}" for basis, share in costs.shares.items())


def _bill(columns: Mapping[str, Costs]) -> Iterator[list[str]]:
    for lines in zip(*(costs.items for costs in columns.values()), strict=True):
        yield [ITEMS[lines[0].item], *(f"{euros_within(line.euros)}, {line.events} fois" for line in lines)]
    yield ["Total", *(euros_within(costs.total) for costs in columns.values())]
    missed = [f"{len(c.emergencies.missed)} sur {c.emergencies.labeled}" for c in columns.values()]
    yield ["Urgences manquées (hors somme)", *missed]


def _parameters(costs: Costs) -> Iterator[list[str]]:
    for parameter in costs.parameters.by_name.values():
        values = [plain(value) for value in (parameter.low, parameter.central, parameter.high)]
        yield [parameter.label, parameter.unit, *values, BASES[parameter.kind], parameter.source]


# ---------------------------------------------------------------- HTML


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _list(texts: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>" if texts else ""


def _table(head: list[str], rows: list[list[str]]) -> str:
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "\n".join(_line(row) for row in rows)
    return f"<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"


def _line(row: list[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
