"""WER, the word error rate of the engine's own transcript.

Definition: word substitutions, deletions and insertions over the words of the labeled transcript, after
French normalisation (`normalise.py`), counted party by party: a word put into the other party's mouth is a
deletion and an insertion. Range: 0 up, above 1 where much is invented. Source: Levenshtein 1966; the
concatenation of each speaker's turns as in Watanabe et al. 2020 (cpWER), without its permutation.
Unscored: calls that were handled from written turns, and those whose labeled transcript has no words
(`invented_words.py`).
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from ..scoring import Case
from .metric import rate


def _errors(case: Case) -> tuple[int, int]:
    heard = case.heard_words
    if heard is None:
        return 0, 0
    said = case.said_words
    return sum(Levenshtein.distance(said[p], heard[p]) for p in said), sum(map(len, said.values()))


def _reason(case: Case) -> str | None:
    wrong, said = _errors(case)
    return f"{wrong} erreurs pour {said} mots" if wrong else None


WORD_ERRORS = rate(
    "wer",
    "word error rate",
    _errors,
    title="Erreurs de mots (WER)",
    group="transcription",
    lower=True,
    reason=_reason,
)
