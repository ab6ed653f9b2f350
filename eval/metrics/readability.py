"""Readability of the messages, by the French adaptation of Flesch's formula.

Definition: 207 - 1.015 × words a sentence - 73.6 × syllables a word, over all written messages together.
Range: unbounded; about 100 reads very easily, 0 with great effort. Source: Kandel and Moles 1958, after
Flesch 1948. Unscored: calls without a message, or one without words.

Syllables are counted by rule: groups of vowels, «é» and «ï» apart from the vowel after them, «y» a
consonant between vowels, the «u» of «qu» and «gu» silent, a final «e» or «es» mute; each digit counts as
one. The silent «-ent» of verbs is counted, since nouns sound it.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from ..scoring import Case
from ..sentences import sentences
from .metric import Array, Metric, Parts

_SILENT_U = re.compile(r"(?<=[qg])u(?=[eéèêiîy])|(?<=q)u")
_CONSONANT_Y = re.compile(r"(?<=[aeéèêiouâîôû])y(?=[aeéèêiouâîôû])")
_MUTE = re.compile(r"(?<=\w)es?$")
_VOWELS = re.compile(r"[éï]|[aeiouyàâäèêëîôöùûüœæ]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d")


@lru_cache(maxsize=2**16)
def syllables(word: str) -> int:
    """The syllables of a word, at least one."""
    text = _CONSONANT_Y.sub("j", _SILENT_U.sub("", word.lower().replace("’", "'")))
    return max(1, sum(len(_VOWELS.findall(_MUTE.sub("", part))) for part in text.split("'")))


def _parts(case: Case) -> Parts | None:
    """Words, sentences, syllables."""
    said = _WORD.findall(case.predicted.message or "")
    if not said:
        return None
    return len(said), len(sentences(case.predicted.message or "")), sum(map(syllables, said))


def ease(sums: Array) -> float:
    """The formula, of words, sentences and syllables."""
    words, stops, sounds = (float(s) for s in sums)
    return 207 - 1.015 * words / stops - 73.6 * sounds / words if words and stops else math.nan


READABILITY = Metric(
    id="readability",
    label="readability (Kandel-Moles)",
    title="Lisibilité (Kandel-Moles)",
    group="message",
    parts=_parts,
    value=ease,
    unit="points",
    margin=5.0,
)
