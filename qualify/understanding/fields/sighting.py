"""A value seen in a turn for a field of the tenant's own, and the judgment that several make together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qualify.records import Evidence, Judgment, Rival, Transcript, Value

from .tokens import fold_word

_DISPUTED = 0.05
"""Two values whose strengths differ by less leave it unsure which is meant."""


@dataclass(frozen=True)
class Sighting:
    """A value for the field, said at characters [start, end) of a turn."""

    value: Value
    turn: int
    start: int
    end: int
    strength: float
    """How probable it is, in [0, 1]."""

    def evidence(self, transcript: Transcript) -> Evidence:
        """The words that say it."""
        return transcript.evidence(self.turn, self.start, self.end)


def judged(transcript: Transcript, found: Sequence[Sighting], *, last: bool) -> Judgment | None:
    """The strongest value; of equals the `last` said, or the first. Others about as strong are rivals."""
    if not found:
        return None
    best = max(found, key=lambda s: (s.strength, s.turn if last else -s.turn, s.start if last else -s.start))
    same = [s for s in found if _key(s.value) == _key(best.value)]
    close = [s for s in found if s not in same and best.strength - s.strength < _DISPUTED]
    rivals = {_key(s.value): s for s in reversed(close)}
    return Judgment(
        value=best.value,
        confidence=round(best.strength / (1.5 if rivals else 1), 3),
        evidence=tuple(s.evidence(transcript) for s in same),
        rivals=tuple(
            Rival(value=s.value, confidence=round(s.strength / 3, 3), evidence=(s.evidence(transcript),))
            for s in rivals.values()
        ),
        unsure=bool(rivals),
    )


def _key(value: Value) -> str:
    return fold_word(str(value))
