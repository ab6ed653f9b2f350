"""A place said in a call, what the agent asked before it, and which of several places counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from qualify.records import Judgment, Transcript

from .tokens import fold_word

LEAST = 0.5
"""Below this strength a place is left out."""
ASKS_ADDRESS = re.compile(
    r"adresse|ou (?:habitez|etes|est|se trouve|etes-vous|ca se|faut-il)|habite[- ]|quelle rue|"
    r"vous etes ou|quel endroit|"
    r"vos coordonnees|c'est ou|ou ca|quelle residence|quel immeuble|quelle ville|quelle commune|"
    r"ou exactement|a quel niveau|"
    r"quel secteur|quel lieu|d'ou |dans quel|quel site|quel chantier|vous etes a|destination|ou \?|ou ca|"
    r"la rue|quel numero(?! (?:on|je|peut|faut|vous|de tel|est|pour))|(?:a|ou) (?:livrer|intervenir)|"
    r"lieu de residence|ou (?:devons|doit|faut|venir)"
)
_TAKES_BACK = re.compile(
    r"(?:^|[ ,.])(?:non|pardon|plutot|enfin|excusez-moi)[ ,.!…]*(?:c'est |au |a |attendez,? )*$"
)
_BETWEEN = re.compile(r"\b(?:non|pardon|plutot|je me trompe|la nouvelle|maintenant)\b")
"""Words between two places of which the second is the right one."""


@dataclass(frozen=True)
class Place:
    """A place said in a turn: its canonical text and its character range."""

    turn: int
    value: str
    start: int
    end: int
    strength: float
    corrects: bool = False
    estate: bool = False
    """Whether it is a residence or zone, which may have a street beside it."""
    apart: tuple[int, int, int] | None = None
    """Turn and character range of what belongs to it and is said apart: a house number, a yes."""


def judged(transcript: Transcript, found: Sequence[Place]) -> Judgment | None:
    """The strongest place that nothing takes back, the earlier of equals; None where there is none."""
    valid = [p for p, q in zip_longest(found, found[1:]) if q is None or not _replaces(transcript, p, q)]
    best = max(valid, key=lambda p: (p.strength, -p.turn), default=None)
    if best is None:
        return None
    same = [p for p in valid if fold_word(p.value) == fold_word(best.value)]
    spans = [s for p in same for s in ((p.turn, p.start, p.end), p.apart) if s is not None]
    evidence = tuple(transcript.evidence(*span) for span in spans)
    return Judgment(value=best.value, confidence=best.strength, evidence=evidence)


def _replaces(transcript: Transcript, first: Place, then: Place) -> bool:
    """Whether a place is said in the stead of the one before it."""
    if then.corrects or first.turn != then.turn:
        return then.corrects
    between = fold_word(transcript.turns[first.turn].text[first.end : then.start])
    return len(between) < 40 and bool(_BETWEEN.search(between))


def takes_back(before: str) -> bool:
    """Whether folded words before a place say that it stands for the one before."""
    return bool(_TAKES_BACK.search(before))


def asked(transcript: Transcript, turn: int, pattern: re.Pattern[str]) -> bool:
    """Whether the agent's turn before asks by such words; a greeting asks nothing."""
    if not turn or transcript.turns[turn - 1].speaker != "agent":
        return False
    question = transcript.turns[turn - 1].text
    return (turn > 1 or "?" in question) and bool(pattern.search(fold_word(question)))
