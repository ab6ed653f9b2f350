"""The date that the caller asks for or must meet, chosen among all days that a call speaks of.

An appointment, a wish, a deadline and an availability count, dates told in a story don't: a logistic
regression over the clues at each day (`models/requested-date`) says how likely it is the request.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from qualify.errors import EngineError
from qualify.records import Evidence, Judgment, Rival, Transcript
from qualify.weights import shipped

from .asked_days import OVERTAKEN, AskedDay, asked_days
from .date_clues import OFFERED
from .dates import OpeningHours
from .window import CallTurns

FOLDER = "requested-date"
LEAST_LIKELY = 0.5
"""Probability from which a day is taken for the request."""
_LEAST_RIVAL = 0.3
_MOST_RIVALS = 2


class DateModel:
    """How likely a day is asked for, by its clues; `""` is the weight that every day has."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = weights

    def probability(self, day: AskedDay) -> float:
        """That the day is the one that the caller asks for or must meet."""
        score = self.weights[""] + sum(self.weights.get(clue, 0.0) for clue in sorted(day.clues))
        return 1 / (1 + math.exp(-score))


@lru_cache(maxsize=1)
def shipped_model() -> DateModel:
    """The model that the package ships, read once; EngineError where the installation lacks it."""
    path = shipped(FOLDER, "weights.json")
    try:
        return DateModel(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise EngineError(f"{path} : poids illisibles. Remède : réinstaller le paquet.") from error


def requested_datetime(
    transcript: Transcript, *, started_at: datetime, opening_hours: OpeningHours
) -> Judgment | None:
    """What the caller wants or must meet; None where the call asks for no date.

    The value is an ISO date or datetime, or the caller's own words where they can't be resolved.
    """
    call = CallTurns.of(transcript, started_at)
    model = shipped_model()
    likely = [(model.probability(day), day) for day in asked_days(call, opening_hours)]
    ranked = sorted(_standing(likely), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] < LEAST_LIKELY:
        return None
    probability, best = ranked[0]
    return Judgment(
        value=best.value,
        confidence=probability,
        evidence=_evidence(call, best),
        rivals=_rivals(call, ranked[1:]),
    )


def _standing(likely: Sequence[tuple[float, AskedDay]]) -> list[tuple[float, AskedDay]]:
    """The days without those for which the caller then accepts another."""
    settled = any(OFFERED in day.clues and probability >= LEAST_LIKELY for probability, day in likely)
    return [pair for pair in likely if not (settled and OVERTAKEN in pair[1].clues)]


def _evidence(call: CallTurns, day: AskedDay) -> tuple[Evidence, ...]:
    """The words of the day, of its time where they are others, and the caller's yes to the agent's."""
    first, telling = day.mentions[0], day.telling
    found: list[Evidence] = []
    for mention in (first, telling) if telling is not first else (first,):
        found.append(call.transcript.evidence(mention.turn, mention.start, mention.end))
        if call.speakers[mention.turn] == "agent":
            found += call.agreement(mention.turn)
    return tuple(found)


def _rivals(call: CallTurns, others: Sequence[tuple[float, AskedDay]]) -> tuple[Rival, ...]:
    """Other days that are likely too, for who reviews the call."""
    return tuple(
        Rival(value=day.value, confidence=probability, evidence=_evidence(call, day))
        for probability, day in others[:_MOST_RIVALS]
        if probability >= _LEAST_RIVAL
    )
