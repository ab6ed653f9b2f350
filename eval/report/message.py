"""The message written beside the human's, with the key facts found and lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..metrics.forbidden import held
from ..metrics.key_facts import lost_facts
from ..scoring import Case, folded
from .html import Html, el, join, listed
from .marks import Span, marked


def messages(case: Case) -> Html:
    """Both messages side by side, then each key fact with what became of it."""
    facts = [wording for fact in case.labels.key_facts for wording in fact.any_of]
    sides = (
        _side("Message rédigé", case.predicted.message, facts, held(case)),
        _side("Message de référence", case.labels.message, facts, ()),
    )
    return join([el("div", *sides, class_="sides"), _facts(case)])


def places(plain: str, wordings: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where wordings first stand in a text, folded as for the metrics; nothing for those that do not."""
    letters = [(letter, at) for at, character in enumerate(plain) for letter in folded(character)]
    within = "".join(letter for letter, _ in letters)
    for sought in filter(None, map(folded, wordings)):
        start = within.find(sought)
        if start >= 0:
            yield letters[start][1], letters[start + len(sought) - 1][1] + 1


def _side(title: str, message: str | None, facts: Iterable[str], forbidden: Iterable[str]) -> Html:
    if message is None:
        return el("div", el("h4", title), el("p", "Aucun message.", class_="note"))
    carried = [Span(start, end, "fact") for start, end in places(message, facts)]
    wrong = [Span(start, end, "forbidden", "⚠ interdit") for start, end in places(message, forbidden)]
    return el("div", el("h4", title), el("blockquote", marked(message, [*carried, *wrong])))


def _facts(case: Case) -> Html | None:
    if case.labels.message is None or not case.labels.key_facts:
        return None
    lost = lost_facts(case)
    items = [_fact(fact.fact, lost=fact.fact in lost, wordings=fact.any_of) for fact in case.labels.key_facts]
    return join([el("h4", "Faits essentiels"), listed(items, class_="facts")])


def _fact(name: str, *, lost: bool, wordings: Iterable[str]) -> Html:
    if not lost:
        return el("span", f"✓ transmis : {name}")
    return el("span", el("b", f"✗ perdu : {name}"), f" (attendu : {' ou '.join(wordings)})", class_="lost")
