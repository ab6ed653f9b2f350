"""What a transcript says against itself, so that nothing unheard passes for understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualify.audio.activity import Segment
from qualify.records import Reason, Speaker, Turn, Word

CLEAR = 0.65
"""Mean word confidence of a party below which its words are not to be relied on; see the model's card."""
HEARD_S = 1.0
"""Seconds of speech without one understood word from which a party counts as not understood."""
MISSED_S = 3.0
MISSED_SHARE = 0.25
"""Stretches without an understood word, at least this long and above this share, are too much to ignore."""

Channel = tuple[tuple[Speaker, ...], Sequence[Segment]]
"""Who speaks on a channel, and when somebody is heard to speak on it."""

_PARTY: dict[Speaker, str] = {"agent": "l'agent", "caller": "l'appelant"}


def doubts(turns: Sequence[Turn], channels: Sequence[Channel]) -> tuple[Reason, ...]:
    """Reasons to review a transcript."""
    if not any(segments for _, segments in channels):
        detail = "Aucune parole sur l'enregistrement : appel muet ou prise de son défaillante."
        return (Reason(code="no_speech", detail=detail),)
    return tuple(reason for channel in channels for reason in _of_channel(turns, channel))


def _of_channel(turns: Sequence[Turn], channel: Channel) -> Iterator[Reason]:
    speakers, segments = channel
    words = {s: [w for t in turns if t.speaker == s for w in t.words] for s in speakers}
    missed_s, whole_s = _missed_s([w for said in words.values() for w in said], segments)
    if missed_s >= (max(MISSED_S, MISSED_SHARE * whole_s) if any(words.values()) else HEARD_S):
        parties = " ou de ".join(_PARTY[speaker] for speaker in speakers)
        detail = (
            f"{missed_s:.0f} s sur {whole_s:.0f} s de parole de {parties} dont aucun mot n'a été compris."
        )
        yield Reason(code="speech_not_understood", detail=detail)
    for speaker, said in words.items():
        if said and (mean := sum(w.confidence for w in said) / len(said)) < CLEAR:
            detail = (
                f"Parole de {_PARTY[speaker]} mal comprise (confiance moyenne {mean:.2f}, seuil {CLEAR})."
            )
            yield Reason(code="unclear_speech", detail=detail)


def _missed_s(words: Sequence[Word], segments: Sequence[Segment]) -> tuple[float, float]:
    """Seconds of the segments that no word overlaps, and of all."""
    missed = [s for s in segments if not any(w.start_s < s.end_s and w.end_s > s.start_s for w in words)]
    return sum(s.duration_s for s in missed), sum(s.duration_s for s in segments)
