"""Whose a name is, weighed by a model learned from calls: the caller's, the person's concerned, another's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qualify.records import Transcript

from .clue_model import shipped
from .mentions import Mention
from .name_cues import Cue, Role
from .role_clues import clues

ROLES: tuple[Role, ...] = ("caller", "third", "other")
"""What the model tells apart, in the order of its outcomes."""
_WAVERING = 0.7
"""Below this probability the words beside a name decide, where they are plain."""
_PLAIN = 0.85
"""Strength of words that are plain: «il s'appelle X», a question's answer."""


def with_roles(transcript: Transcript, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, each with the likeliest role and its probability as strength."""
    model = shipped()["roles"]
    found = []
    for mention, seen in zip(mentions, clues(transcript, mentions), strict=True):
        chances = model.probabilities(seen)
        best = max(range(len(ROLES)), key=chances.__getitem__)
        role, strength, rest = ROLES[best], chances[best], _without_caller(chances)
        if strength < _WAVERING and mention.role in ROLES and mention.strength >= _PLAIN:
            role, strength = mention.role, 1 - strength
        found.append(replace(mention, role=role, strength=strength, otherwise=rest))
    return tuple(found)


def _without_caller(chances: Sequence[float]) -> Cue:
    """The likelier of the other roles, its probability among them."""
    _, third, other = chances
    return ("third", third / (third + other)) if third > other else ("other", other / (third + other))
