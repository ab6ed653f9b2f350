"""HTML by elements: whatever is not already markup is escaped, so that no text of a call becomes a tag."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import TypeAlias

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that HTML forbids or UTF-8 cannot hold."""
_VOID = frozenset({"input", "meta"})


class Html(str):
    """Markup; joining it to a plain string gives a plain string, which is escaped again."""

    __slots__ = ()


Child: TypeAlias = str | None
"""Markup as it is, other text escaped, None left out."""


def text(plain: str) -> Html:
    """Plain text as markup; characters that cannot be shown become U+FFFD."""
    return Html(escape(_UNPRINTABLE.sub("\ufffd", plain)))


def join(children: Iterable[Child]) -> Html:
    """Children side by side."""
    return Html("".join(c if isinstance(c, Html) else text(c) for c in children if c is not None))


def el(tag: str, /, *children: Child, **attributes: str | bool | None) -> Html:
    """An element; attributes as `class_`, `data_label`; None and False leave one out, True gives no value."""
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{tag}{given}>" if tag in _VOID else f"<{tag}{given}>{join(children)}</{tag}>")


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(value)}"'


def section(id: str, title: str, *children: Child) -> Html:
    """A part of the page that the navigation leads to."""
    return el("section", el("h2", title), *children, id=id)


def details(summary: Child, *children: Child, open: bool = False, **attributes: str | None) -> Html:
    """What unfolds at a click, without script."""
    return el("details", el("summary", summary), *children, open=open, **attributes)


def listed(items: Iterable[Child], **attributes: str | None) -> Html | None:
    """A list; None where there is nothing."""
    points = [el("li", item) for item in items]
    return el("ul", *points, **attributes) if points else None


def row(cells: Iterable[Child], **attributes: str | None) -> Html:
    """A table's row whose first cell names it; cells that are `td` or `th` already stay."""
    made = [_cell(cell, first=n == 0) for n, cell in enumerate(cells)]
    return el("tr", *made, **attributes)


def _cell(cell: Child, *, first: bool) -> Html:
    if isinstance(cell, Html) and cell.startswith(("<td", "<th")):
        return cell
    return el("th", cell, scope="row") if first else el("td", cell)


def table(head: Sequence[Child], rows: Iterable[Html], **attributes: str | None) -> Html:
    """A table that scrolls sideways by itself where the screen is narrow."""
    titles = el("tr", *(el("th", title, scope="col") for title in head))
    whole = el("table", el("thead", titles), el("tbody", *rows), **attributes)
    return el("div", whole, class_="scroll")
