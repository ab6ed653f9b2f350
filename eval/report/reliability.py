"""Reliability diagrams: whether «sure at 90%» is right nine times in ten."""

from __future__ import annotations

from collections.abc import Sequence

from ..cost.french import percent
from ..metrics import judged
from ..metrics.calibration import Bin, reliability
from ..scoring import Case
from .french import whole
from .html import Html, el, section
from .plot import plot, segment, x_at, y_at

_LEAST_RADIUS, _MOST_RADIUS = 3.0, 11.0


def reliability_section(cases: Sequence[Case]) -> Html | None:
    """A diagram for each subject that has confidences; None where there are none."""
    diagrams = [
        _diagram(title, bins)
        for judgments, _, title in judged.SUBJECTS.values()
        if (bins := reliability(cases, judgments))
    ]
    if not diagrams:
        return None
    told = (
        "Un point par tranche de confiance, d'autant plus gros qu'elle compte de jugements. Sur la "
        "diagonale, la confiance dit vrai ; au-dessous, le moteur se croit plus sûr qu'il ne l'est."
    )
    return section(
        "calibration", "Confiance et justesse", el("p", told), el("div", *diagrams, class_="plots")
    )


def _diagram(title: str, bins: Sequence[Bin]) -> Html:
    most = max(one.n for one in bins)
    total = sum(one.n for one in bins)
    drawn = [segment(x_at(0), y_at(0), x_at(1), y_at(1), "ideal"), *(_point(one, most) for one in bins)]
    name = f"{title[:1].upper()}{title[1:]}"
    chart = plot(f"Fiabilité, {title}", "confiance annoncée", "part juste", *drawn)
    return el("figure", chart, el("figcaption", f"{name}, {whole(total)} jugements"))


def _point(one: Bin, most: int) -> Html:
    """A bin, its area by the judgments it holds."""
    radius = max(_LEAST_RADIUS, _MOST_RADIUS * (one.n / most) ** 0.5)
    told = f"confiance {percent(one.confidence)}, juste {percent(one.right)}, {whole(one.n)} jugements"
    at = {"cx": f"{x_at(one.confidence):.1f}", "cy": f"{y_at(one.right):.1f}", "r": f"{radius:.1f}"}
    return el("circle", el("title", told), **at, class_="point")
