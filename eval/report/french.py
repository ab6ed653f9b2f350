"""What the report calls things, and how it writes numbers."""

from __future__ import annotations

import math

from qualify.records import InstructionOutcome, Status

from ..cost.french import percent
from ..intervals import Figure
from ..metrics.metric import Group

GROUPS: dict[Group, str] = {
    "transcription": "Transcription",
    "intent": "Motif et suite",
    "urgency": "Urgence",
    "fields": "Champs",
    "instructions": "Consignes",
    "message": "Message",
    "calibration": "Calibration des confiances",
    "coverage": "Couverture et risque",
    "cost": "Coût des services d'IA",
    "resources": "Échecs, temps et mémoire",
}
URGENCY = {"critical": "critique", "high": "haute", "normal": "normale", "low": "basse"}
DISPOSITION = {
    "message": "message à transmettre",
    "transfer": "appel transféré",
    "no_message": "rien à transmettre",
}
DOOR: dict[Status, str] = {"ready": "prêt", "needs_review": "à relire", "failed": "en échec"}
OUTCOME: dict[InstructionOutcome, str] = {
    "followed": "suivie",
    "broken": "non suivie",
    "not_applicable": "sans objet",
}
NOTHING = "—"
_THIN, _SPACE = "\u202f", "\u00a0"
"""Spaces that no line breaks at."""


def number(value: float) -> str:
    """Three decimals, `0,750`; a dash where there is no figure."""
    return (
        NOTHING
        if math.isnan(value)
        else f"{value:,.3f}".replace(",", _THIN).replace(".", ",").replace("-", "−")
    )


def within(figure: Figure) -> str:
    """`0,750 [0,694 ; 0,806]`, without an interval where there is none."""
    if math.isnan(figure.value) or math.isnan(figure.low):
        return number(figure.value)
    return f"{number(figure.value)} {bounds(figure)}"


def bounds(figure: Figure) -> str:
    """`[0,694 ; 0,806]`."""
    return f"[{number(figure.low)}{_SPACE};{_SPACE}{number(figure.high)}]"


def percent_within(figure: Figure) -> str:
    """`75,0 % [69,4 % ; 80,6 %]`, without an interval where there is none."""
    if math.isnan(figure.value) or math.isnan(figure.low):
        return NOTHING if math.isnan(figure.value) else percent(figure.value)
    return f"{percent(figure.value)} [{percent(figure.low)}{_SPACE};{_SPACE}{percent(figure.high)}]"


def whole(count: int) -> str:
    """`10 000`."""
    return f"{count:,}".replace(",", _THIN)


def counted(count: int, one: str, many: str) -> str:
    """`aucun appel`, `1 appel`, `12 appels`; the word for none agrees with `un` or `une` in `one`."""
    article, noun = one.split(" ", 1)
    if count == 0:
        return f"auc{article} {noun}"
    return f"1 {noun}" if count == 1 else f"{whole(count)} {many}"
