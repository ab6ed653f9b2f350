"""Whether the caller speaks French: told by common words, which make most of what is said."""

from __future__ import annotations

import re

from qualify.records import Transcript
from qualify.understanding.fields.lexicon import common_words, function_words
from qualify.understanding.similarity import plain

LEAST_WORDS = 12
"""Words from which the language is judged; fewer may be names and numbers alone."""
LEAST_SHARE = 0.55
"""Share of common French words under which it is another language: calls in French hold 0.85 and more, of
English, Spanish, German and Italian under 0.3 are French too."""

_WORD = re.compile(r"[a-z]{2,}")


def speaks_french(transcript: Transcript) -> bool:
    """Whether the caller's words are French, or too few to tell."""
    said = [w for t in transcript.turns if t.speaker == "caller" for w in _WORD.findall(plain(t.text))]
    common = sum(w in function_words() or w in common_words() for w in said)
    return len(said) < LEAST_WORDS or common / len(said) >= LEAST_SHARE
