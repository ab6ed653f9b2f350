"""The date that the caller asks for or must meet, chosen among all days that a call speaks of.

An appointment, a wish, a deadline and an availability count, dates told in a story don't: a regression over
the clues at each day (`models/requested-date`) says how likely it is the request, and how likely none is.
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
LEAST_LIKELY = 0.45
"""Probability from which a day is taken for the request: found are then about as many as asked for."""
_LEAST_RIVAL = 0.15
_MOST_RIVALS = 2


class DateModel:
    """How likely a call asks for each of its days, by their clues; `""` is the weight that every day has."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = weights

    def score(self, day: AskedDay) -> float:
        """How much speaks for the day, against 0 for no day at all."""
        return self.weights[""] + sum(self.weights.get(clue, 0.0) for clue in sorted(day.clues))

    def probabilities(self, days: Sequence[AskedDay]) -> list[float]:
        """That each of a call's days is the one that the caller asks for; the rest to 1 is that none is.

        A day is out where the caller then accepts another one that the agent offers.
        """
        scores = [self.score(day) for day in days]
        settled = any(OFFERED in day.clues and score > 0 for day, score in zip(days, scores, strict=True))
        odds = [
            0.0 if settled and OVERTAKEN in day.clues else math.exp(score)
            for day, score in zip(days, scores, strict=True)
        ]
        return [each / (1 + sum(odds)) for each in odds]


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
    days = asked_days(call, opening_hours)
    ranked = sorted(zip(model.probabilities(days), days, strict=True), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] < LEAST_LIKELY:
        return None
    probability, best = ranked[0]
    return Judgment(
        value=best.value,
        confidence=probability,
        evidence=_evidence(call, best),
        rivals=_rivals(call, ranked[1:]),
    )


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
