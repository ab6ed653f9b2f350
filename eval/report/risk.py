"""Risk against coverage: how many calls may go out untouched, and what that risks."""

from __future__ import annotations

from collections.abc import Sequence

from ..cost.french import percent
from ..intervals import Figure
from ..metrics.coverage import RISK, Point, curve
from ..scoring import Case
from .french import number, percent_within
from .html import Html, el, section
from .plot import label, plot, segment, x_at, y_at

_TOPS = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Where the vertical axis may end."""


def risk_section(cases: Sequence[Case], safe: Figure) -> Html | None:
    """The curve with `safe`, the share that may be sent; None where no call can be ranked."""
    points = curve(cases)
    if not points:
        return None
    told = (
        f"Appels rangés du plus sûr au moins sûr. Part qui pourrait partir sans relecture avec au plus "
        f"{percent(RISK)} d'erreurs graves (coordonnées fausses, appel critique pris pour plus calme) : "
        f"{percent_within(safe)}."
    )
    caution = (
        "Ne voir aucune erreur sur peu d'appels ne prouve pas ce risque : il faut environ 600 appels sans "
        "erreur pour l'établir à 95 %."
    )
    chart = el("figure", _chart(points, safe.value), el("figcaption", _ends(points)))
    return section("risque", "Risque et couverture", el("p", told), el("p", caution, class_="note"), chart)


def _ends(points: Sequence[Point]) -> str:
    last = points[-1]
    return f"Si tout partait ({percent(last.coverage)} des appels) : {percent(last.risk)} d'erreurs graves."


def _chart(points: Sequence[Point], safe: float) -> Html:
    top = next(end for end in _TOPS if end >= max(point.risk for point in points))
    path = " ".join(f"{x_at(p.coverage):.1f},{y_at(p.risk, top):.1f}" for p in points)
    limit = y_at(RISK, top)
    return plot(
        "Risque selon la couverture",
        "part des appels envoyés sans relecture",
        "erreurs graves parmi eux",
        segment(x_at(0), limit, x_at(1), limit, "limit"),
        segment(x_at(safe), y_at(0, top), x_at(safe), y_at(top, top), "ceiling"),
        label("risque toléré", x_at(1) - 4, limit - 5, anchor="end"),
        label(percent(safe), x_at(safe) + 5, y_at(top, top) + 13, anchor="start"),
        el("polyline", points=path, class_="curve"),
        *(_dot(point, top) for point in points),
        top=top,
    )


def _dot(point: Point, top: float) -> Html:
    told = (
        f"confiance d'au moins {number(point.trust)} : {percent(point.coverage)} des appels, "
        f"{percent(point.risk)} d'erreurs graves"
    )
    at = {"cx": f"{x_at(point.coverage):.1f}", "cy": f"{y_at(point.risk, top):.1f}", "r": "3"}
    return el("circle", el("title", told), **at, class_="point")
