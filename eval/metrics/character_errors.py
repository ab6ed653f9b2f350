"""CER, the character error rate of the engine's own transcript.

Definition: character substitutions, deletions and insertions over the characters of the labeled transcript,
after French normalisation, party by party, words joined by one space. Range: 0 up. Source: Levenshtein 1966.
Unscored: as for words (`word_errors.py`).
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from ..scoring import Case
from .metric import rate


def _errors(case: Case) -> tuple[int, int]:
    heard = case.heard_words
    if heard is None:
        return 0, 0
    pairs = [(" ".join(words), " ".join(heard[party])) for party, words in case.said_words.items()]
    return sum(Levenshtein.distance(said, got) for said, got in pairs), sum(len(said) for said, _ in pairs)


CHARACTER_ERRORS = rate(
    "cer",
    "character error rate",
    _errors,
    title="Erreurs de caractères (CER)",
    group="transcription",
    lower=True,
)
