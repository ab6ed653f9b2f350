"""A figure as a small horizontal bar: its interval, its value, and the human ceiling, from 0 to 1."""

from __future__ import annotations

import math

from ..intervals import Figure
from .french import number, within
from .html import Child, Html, el

_WIDTH, _HEIGHT, _EDGE = 150, 18, 6
_SPAN = _WIDTH - 2 * _EDGE


def interval_bar(figure: Figure, ceiling: Figure | None = None) -> Html | None:
    """The bar as SVG; None where the figure is not one between 0 and 1."""
    shown = [v for v in (figure.value, figure.low, figure.high) if not math.isnan(v)]
    if not shown or min(shown) < 0 or max(shown) > 1:
        return None
    told = within(figure)
    parts: list[Child] = [el("line", **_line(0, 1), class_="axis")]
    if not math.isnan(figure.low):
        parts.append(el("line", **_line(figure.low, figure.high), class_="spread"))
    if ceiling is not None and 0 <= ceiling.value <= 1:
        told += f" ; plafond humain {number(ceiling.value)}"
        parts.append(_tick(ceiling.value))
    parts.append(el("circle", cx=_at(figure.value), cy=f"{_HEIGHT / 2}", r="4", class_="dot"))
    size = {"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "width": f"{_WIDTH}", "height": f"{_HEIGHT}"}
    return el("svg", el("title", told), *parts, class_="bar", role="img", **size)


def _at(share: float) -> str:
    return f"{_EDGE + share * _SPAN:.1f}"


def _line(start: float, end: float) -> dict[str, str]:
    return {"x1": _at(start), "x2": _at(end), "y1": f"{_HEIGHT / 2}", "y2": f"{_HEIGHT / 2}"}


def _tick(share: float) -> Html:
    return el("line", x1=_at(share), x2=_at(share), y1="1", y2=f"{_HEIGHT - 1}", class_="ceiling")
