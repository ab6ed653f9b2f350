"""Whether the caller speaks French: told by its small words, which hold most of what is said."""

from __future__ import annotations

import re

from qualify.records import Transcript
from qualify.understanding.fields.lexicon import function_words
from qualify.understanding.similarity import plain

LEAST_WORDS = 12
"""Words from which the language is judged; fewer may be names and numbers alone."""
LEAST_SHARE = 0.4
"""Share of French small words under which it is another language: French calls hold 0.6 and more, English,
Spanish, German, Italian and Portuguese under 0.25."""

_WORD = re.compile(r"[a-z]+")


def speaks_french(transcript: Transcript) -> bool:
    """Whether the caller's words are French, or too few to tell."""
    said = [w for t in transcript.turns if t.speaker == "caller" for w in _WORD.findall(plain(t.text))]
    small = sum(len(w) < 2 or w in function_words() for w in said)
    return len(said) < LEAST_WORDS or small / len(said) >= LEAST_SHARE
