"""Urgency: what each level was taken for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualify.records import URGENCIES, Urgency

from ..metrics.metric import Array
from ..metrics.urgency import confusion
from ..scoring import Case
from .french import URGENCY, whole
from .html import Html, el, row, section, table

_DOWNWARDS: tuple[Urgency, ...] = URGENCIES[::-1]


def confusion_section(cases: Sequence[Case]) -> Html:
    """Calls by labeled urgency (rows) and found urgency (columns), the most urgent first."""
    head = ["Attendue ↓ / trouvée →", *(URGENCY[level] for level in _DOWNWARDS), "non dite", "total"]
    seen = confusion(cases)
    told = (
        "Chaque ligne est ce que l'humain dit, chaque colonne ce que le moteur en fait. ▼ : jugé trop calme, "
        "▲ : jugé trop urgent, ✓ : juste. « Non dite » : appels en échec ou sans urgence."
    )
    rows = [_level(level, seen, cases) for level in _DOWNWARDS]
    return section("urgence", "Urgence : confusions", el("p", told), table(head, rows, class_="confusion"))


def _level(wanted: Urgency, seen: Array, cases: Sequence[Case]) -> Html:
    total = sum(case.labels.urgency == wanted for case in cases)
    counts = seen[URGENCIES.index(wanted)]
    unsaid = total - int(counts.sum())
    return row([URGENCY[wanted], *_cells(wanted, counts, total), whole(unsaid), whole(total)])


def _cells(wanted: Urgency, counts: Array, total: int) -> Iterator[Html]:
    for found in _DOWNWARDS:
        n = int(counts[URGENCIES.index(found)])
        off = URGENCIES.index(found) - URGENCIES.index(wanted)
        mark, kind = ("✓", "right") if off == 0 else ("▲", "urgent") if off > 0 else ("▼", "calm")
        weight = f"--share:{n / total:.2f}" if total else None
        yield el("td", f"{mark} {whole(n)}" if n else "0", class_=kind if n else "none", style=weight)
