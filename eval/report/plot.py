"""The frame that the report's diagrams share: a square of shares with both axes named, as inline SVG."""

from __future__ import annotations

from .html import Child, Html, el

LEFT, TOP, SIDE_X, SIDE_Y = 62, 14, 300, 220
"""Where the plotted area begins, and its sides, in SVG units."""
_RIGHT, _BELOW = 22, 50
_TICKS = 5


def x_at(share: float) -> float:
    """Where a share of the horizontal axis, from 0 to 1, stands."""
    return LEFT + share * SIDE_X


def y_at(value: float, top: float = 1.0) -> float:
    """Where a value of the vertical axis, from 0 to `top`, stands."""
    return TOP + (1 - value / top) * SIDE_Y


def plot(title: str, x_name: str, y_name: str, *drawn: Child, top: float = 1.0) -> Html:
    """The frame with what is drawn in it; `top` is the vertical axis' end."""
    width, height = LEFT + SIDE_X + _RIGHT, TOP + SIDE_Y + _BELOW
    middle = TOP + SIDE_Y / 2
    return el(
        "svg",
        el("title", title),
        *(_x_tick(n / _TICKS) for n in range(_TICKS + 1)),
        *(_y_tick(n / _TICKS * top, top) for n in range(_TICKS + 1)),
        label(x_name, LEFT + SIDE_X / 2, height - 8, anchor="middle"),
        label(y_name, 13, middle, anchor="middle", transform=f"rotate(-90 13 {middle:g})"),
        *drawn,
        class_="plot",
        role="img",
        viewBox=f"0 0 {width} {height}",
        width=f"{width}",
    )


def segment(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    """A straight line in SVG units."""
    return el("line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", class_=class_)


def label(words: str, x: float, y: float, *, anchor: str, transform: str | None = None) -> Html:
    """A few words in the frame, in SVG units."""
    return el("text", words, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, transform=transform)


def _x_tick(share: float) -> Html:
    at = x_at(share)
    bottom = TOP + SIDE_Y
    name = label(f"{share * 100:.0f} %", at, bottom + 18, anchor="middle")
    return el("g", segment(at, TOP, at, bottom, "grid"), name)


def _y_tick(value: float, top: float) -> Html:
    at = y_at(value, top)
    named = f"{value * 100:.0f} %"
    return el("g", segment(LEFT, at, LEFT + SIDE_X, at, "grid"), label(named, LEFT - 6, at + 4, anchor="end"))
