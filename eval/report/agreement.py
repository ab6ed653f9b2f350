"""How far two humans agree who labeled the same calls: what no engine can be asked to surpass."""

from __future__ import annotations

from collections.abc import Mapping

from ..intervals import Figure
from .french import bounds, number, whole
from .html import Html, el, row, section, table
from .interval_bar import interval_bar


def agreement_section(agreement: Mapping[str, Figure]) -> Html | None:
    """Each agreement by name; None where no second human labeled anything."""
    if not agreement:
        return None
    rows = [row([name, _value(some), _spread(some), whole(some.n)]) for name, some in agreement.items()]
    told = (
        "Deux humains étiquettent les mêmes appels sans se voir. α : 1 est l'accord parfait, 0 celui du "
        "hasard ; F1 : part des valeurs qu'ils ont en commun."
    )
    shown = table(("Accord", "Valeur", "Intervalle à 95 %", "Jugés"), rows)
    return section("accord", "Accord entre humains", el("p", told), shown)


def _value(some: Figure) -> Html:
    return el("b", number(some.value))


def _spread(some: Figure) -> Html:
    return el("td", interval_bar(some), " ", el("span", bounds(some), class_="small"))
