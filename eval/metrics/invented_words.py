"""Words invented where nobody speaks: on silence, noise and music.

Definition: words heard of a party that says nothing in the labeled transcript, a mean over such parties;
hesitations aside. Range: 0 up. Source: ours, after the «hallucinations» of Koenecke et al. 2024. Unscored:
calls handled from written turns, and those in which both parties speak.
"""

from __future__ import annotations

from ..scoring import Case
from .metric import Metric, Parts, ratio


def _invented(case: Case) -> Parts | None:
    heard = case.heard_words
    silent = [party for party, words in case.said_words.items() if not words]
    if heard is None or not silent:
        return None
    return float(sum(len(heard[party]) for party in silent)), float(len(silent))


def _reason(case: Case) -> str | None:
    parts = _invented(case)
    return f"{parts[0]:.0f} mots entendus là où personne ne parle" if parts and parts[0] else None


INVENTED_WORDS = Metric(
    id="invented_words",
    label="words invented for a party who says nothing",
    title="Mots inventés quand personne ne parle",
    group="transcription",
    parts=_invented,
    value=ratio,
    better="lower",
    count=lambda sums: float(sums[1]),
    unit="words",
    margin=0.5,
    reason=_reason,
)
