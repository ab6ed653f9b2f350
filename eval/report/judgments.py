"""Labels beside the prediction, line by line, with what differs marked by a sign and a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

from ..cost.french import percent
from ..scoring import Case
from ..slices import intent_label
from .french import DISPOSITION, NOTHING, OUTCOME, URGENCY
from .html import Html, el, join, row, table, text
from .severity import field_label

_HEAD = ("Verdict", "Attendu", "Trouvé", "Confiance")
_Key = TypeVar("_Key", bound=str)
_COMPARED_UP_TO = 120
"""Characters beyond which two values are not compared letter by letter."""
_ALIKE = 0.6
"""Likeness below which two values have too little in common for that."""


class Line(NamedTuple):
    """One thing judged."""

    name: str
    wanted: str | None
    found: str | None
    right: bool
    confidence: float | None = None


def judgments(case: Case) -> Html:
    """The table of all that was judged; of the instructions, those judged wrongly."""
    shown = table(("", *_HEAD), [_row(line) for line in _lines(case)], class_="judged")
    return join([el("h4", "Étiquettes et prédiction"), shown, _right_ones(case), _second(case)])


def _lines(case: Case) -> Iterator[Line]:
    wanted, found, sure = case.labels, case.predicted, case.predicted.confidence
    yield _line(
        "Motif", intent_label(case, wanted.intent), intent_label(case, found.intent), sure.get("intent")
    )
    others = [
        ", ".join(intent_label(case, i) for i in sorted(some.other_intents)) for some in (wanted, found)
    ]
    if any(others):
        yield _line("Autres motifs", others[0], others[1])
    yield _line("Urgence", URGENCY[wanted.urgency], _named(URGENCY, found.urgency), sure.get("urgency"))
    yield _line("Suite", DISPOSITION[wanted.disposition], _named(DISPOSITION, found.disposition))
    yield from _fields(case)
    missing = [", ".join(field_label(case, f) for f in sorted(some.missing)) for some in (wanted, found)]
    if any(missing):
        yield _line("Champs manquants", missing[0], missing[1])
    for name, outcome in wanted.instructions.items():
        if found.instructions.get(name) != outcome:
            yield _line(f"Consigne {name}", OUTCOME[outcome], _named(OUTCOME, found.instructions.get(name)))


def _fields(case: Case) -> Iterator[Line]:
    wanted, found = case.labels.fields, case.predicted.fields
    for field in {**wanted, **found}:
        texts = [str(some[field]) if field in some else None for some in (wanted, found)]
        sure = case.predicted.confidence.get(field)
        yield Line(field_label(case, field), texts[0], texts[1], field in case.right_fields, sure)


def _line(name: str, wanted: str, found: str | None, confidence: float | None = None) -> Line:
    return Line(name, wanted or None, found or None, (wanted or None) == (found or None), confidence)


def _named(names: Mapping[_Key, str], key: _Key | None) -> str | None:
    return None if key is None else names[key]


def _right_ones(case: Case) -> Html | None:
    wanted, found = case.labels.instructions, case.predicted.instructions
    if not wanted:
        return None
    right = sum(found.get(name) == outcome for name, outcome in wanted.items())
    return el("p", f"Consignes bien jugées : {right} sur {len(wanted)}.", class_="note")


def _second(case: Case) -> Html | None:
    """Where the second human says something else: there the engine's error may be none."""
    if case.second is None:
        return None
    first, second = case.labels, case.second
    pairs = [
        ("motif", intent_label(case, first.intent), intent_label(case, second.intent)),
        ("urgence", URGENCY[first.urgency], URGENCY[second.urgency]),
        ("suite", DISPOSITION[first.disposition], DISPOSITION[second.disposition]),
    ]
    for field in {**first.fields, **second.fields}:
        one, other = (str(some.fields.get(field, "rien")) for some in (first, second))
        pairs.append((field_label(case, field), one, other))
    told = [f"{name} : {other}" for name, one, other in pairs if one != other]
    return el("p", f"Le second humain dit autrement : {' ; '.join(told)}.", class_="note") if told else None


def _row(line: Line) -> Html:
    sure = NOTHING if line.confidence is None else percent(line.confidence)
    wanted, found = _values(line)
    cells = zip((_verdict(line), wanted, found, sure), _HEAD, strict=True)
    named = [el("td", cell, data_label=name) for cell, name in cells]
    return row([line.name, *named], class_=None if line.right else "wrong")


def _verdict(line: Line) -> str:
    if line.right:
        return "✓ juste"
    if line.wanted is None:
        return "+ en trop"
    return "∅ manque" if line.found is None else "✗ faux"


def _values(line: Line) -> tuple[Html, Html]:
    """Both values; where they differ by some letters, these are marked."""
    wanted, found = line.wanted or NOTHING, line.found or NOTHING
    both = line.wanted is not None and line.found is not None
    if line.right or not both or max(len(wanted), len(found)) > _COMPARED_UP_TO:
        return text(wanted), text(found)
    matcher = SequenceMatcher(None, wanted, found, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return text(wanted), text(found)
    steps = matcher.get_opcodes()
    return (
        join(_piece(wanted[start:end], kind) for kind, start, end, _, _ in steps),
        join(_piece(found[start:end], kind) for kind, _, _, start, end in steps),
    )


def _piece(letters: str, kind: str) -> Html | None:
    if not letters:
        return None
    return text(letters) if kind == "equal" else el("b", letters, class_="differs")
