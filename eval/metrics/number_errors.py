"""Errors on numbers: those of the call that the engine's transcript does not hold to the digit.

Definition: of the numbers of the labeled transcript (runs of two digits or more after normalisation, so
that a dictated telephone number is one, as are two numbers said without a word between), the share that the
same party's heard words don't hold as often. One digit by itself is mostly an article or a small count, and
is left to the word error rate. Range: 0 to 1. Source: ours; a bag of numbers, so that nothing depends on an
alignment. Unscored: calls handled from written turns, and those without numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from ..scoring import Case
from .metric import rate

LEAST_DIGITS = 2


def numbers(words: Sequence[str]) -> Counter[str]:
    """The runs of digits of normalised words, and how often each stands there."""
    runs = ("".join(run) for digits, run in groupby(words, str.isdigit) if digits)
    return Counter(run for run in runs if len(run) >= LEAST_DIGITS)


def _lost(case: Case) -> Counter[str]:
    heard = case.heard_words or {}
    lost: Counter[str] = Counter()
    for party, words in case.said_words.items():
        lost += numbers(words) - numbers(heard.get(party, ()))
    return lost


def _errors(case: Case) -> tuple[int, int]:
    if case.heard is None:
        return 0, 0
    return _lost(case).total(), sum(numbers(words).total() for words in case.said_words.values())


def _reason(case: Case) -> str | None:
    lost = _lost(case)
    return f"nombres non entendus : {', '.join(lost)}" if lost else None


NUMBER_ERRORS = rate(
    "number_errors",
    "numbers not heard to the digit",
    _errors,
    title="Nombres mal entendus",
    group="transcription",
    lower=True,
    reason=_reason,
)
