"""What a transcript says against itself, so that nothing unheard passes for understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qualify.audio.activity import Segment
from qualify.records import Reason, Speaker, Turn

CLEAR = 0.6
"""Mean word confidence of a party below which its words are not to be relied on; see the model's card."""
HEARD_S = 1.0
"""Seconds of speech without one understood word from which a party counts as not understood."""
_PARTY: dict[Speaker, str] = {"agent": "l'agent", "caller": "l'appelant"}


def doubts(turns: Sequence[Turn], speech: Mapping[Speaker, Sequence[Segment]]) -> tuple[Reason, ...]:
    """Reasons to review a transcript; `speech` is when each party was heard to speak."""
    if not any(speech.values()):
        detail = "Aucune parole sur l'enregistrement : appel muet ou prise de son défaillante."
        return (Reason(code="no_speech", detail=detail),)
    return tuple(_of_parties(turns, speech))


def _of_parties(turns: Sequence[Turn], speech: Mapping[Speaker, Sequence[Segment]]) -> Iterator[Reason]:
    for speaker, segments in speech.items():
        words = [w.confidence for t in turns if t.speaker == speaker for w in t.words]
        seconds = sum(s.duration_s for s in segments)
        if not words and seconds >= HEARD_S:
            detail = f"{seconds:.0f} s de parole de {_PARTY[speaker]} dont aucun mot n'a été compris."
            yield Reason(code="speech_not_understood", detail=detail)
        elif words and (mean := sum(words) / len(words)) < CLEAR:
            detail = (
                f"Parole de {_PARTY[speaker]} mal comprise (confiance moyenne {mean:.2f}, seuil {CLEAR})."
            )
            yield Reason(code="unclear_speech", detail=detail)
