"""Stretches of a text marked in place, each with the name of what it is: never by colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .html import Html, el, join, text


class Span(NamedTuple):
    """Characters [start, end) of a text."""

    start: int
    end: int
    kind: str
    """The class that styles it."""
    label: str | None = None
    """Written behind it, small; None: only styled."""


def marked(plain: str, spans: Sequence[Span]) -> Html:
    """The text with its spans marked; they may overlap, and what lies beyond the text is left out."""
    within = [s for s in spans if 0 <= s.start < s.end <= len(plain)]
    edges = sorted({0, len(plain), *(s.start for s in within), *(s.end for s in within)})
    return join(_pieces(plain, within, edges))


def _pieces(plain: str, spans: Sequence[Span], edges: Sequence[int]) -> Iterator[Html]:
    for start, end in pairwise(edges):
        over = [s for s in spans if s.start <= start and end <= s.end]
        if not over:
            yield text(plain[start:end])
            continue
        labels = list(dict.fromkeys(s.label for s in over if s.label))
        kinds = " ".join(dict.fromkeys(s.kind for s in over))
        yield el("mark", plain[start:end], class_=kinds, title=", ".join(labels) or None)
        ending = list(dict.fromkeys(s.label for s in over if s.label and s.end == end))
        if ending:
            yield el("sup", ", ".join(ending))
