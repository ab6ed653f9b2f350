"""The tornado chart: how far each parameter alone moves the total, as one self-contained SVG."""

from __future__ import annotations

from html import escape

from .bill import Costs, Swing
from .french import euros, plain

_LABELS = 370
"""Width kept for the parameters' names, in SVG units."""
_BARS = 330
_EDGE = 190
"""Width kept right of the bars for the totals at both ends."""
_ROW = 30
_TOP = 34
_MOST = 12
"""Parameters shown: further ones move the total too little to be told apart."""


def tornado_svg(costs: Costs) -> str:
    """The chart; empty where no parameter matters."""
    swings = costs.tornado[:_MOST]
    if not swings:
        return ""
    least, most = min(s.at_low for s in swings), max(s.at_high for s in swings)
    scale = _BARS / (most - least)
    middle = _LABELS + (costs.total.central - least) * scale
    width, height = _LABELS + _BARS + _EDGE, _TOP + _ROW * len(swings) + 6
    rows = [_row(costs, swing, n, least, scale) for n, swing in enumerate(swings)]
    title = "Ce que chaque paramètre, seul, fait varier dans le total, en euros pour 1 000 appels"
    size = f'viewBox="0 0 {width} {height}" width="{width}" style="max-width:100%;height:auto"'
    text = 'font-family="sans-serif" font-size="12" fill="currentColor"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {text}>',
            f"<title>{title}</title>",
            f'<text x="{middle:.1f}" y="16" text-anchor="middle">{euros(costs.total.central)}</text>',
            *rows,
            f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="22" y2="{height}" stroke="currentColor"/>',
            "</svg>",
        ]
    )


def _row(costs: Costs, swing: Swing, index: int, least: float, scale: float) -> str:
    """One parameter: its name, the bar from its low to its high value, both values and both totals."""
    parameter = costs.parameters.by_name[swing.parameter]
    start, end = (_LABELS + (at - least) * scale for at in (swing.at_low, swing.at_high))
    top = _TOP + _ROW * index
    fill = "#c77d3a" if parameter.kind == "assumption" else "#3a78b5"
    told = (
        f"{parameter.label} : de {plain(parameter.low)} à {plain(parameter.high)} ({parameter.unit}), "
        f"total de {euros(swing.at_low)} à {euros(swing.at_high)}"
    )
    return (
        f"<g><title>{escape(told)}</title>"
        f'<text x="{_LABELS - 8}" y="{top + 14}" text-anchor="end">{escape(_short(parameter.label))}</text>'
        f'<rect x="{start:.1f}" y="{top}" width="{max(end - start, 1):.1f}" height="20" fill="{fill}"/>'
        f'<text x="{end + 6:.1f}" y="{top + 14}">{euros(swing.at_low)} – {euros(swing.at_high)}</text></g>'
    )


def _short(label: str) -> str:
    return label if len(label) <= 62 else label[:61] + "…"
