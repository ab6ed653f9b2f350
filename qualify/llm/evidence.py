"""From the words that a model quotes to where they stand in the call."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qualify.llm.answers import Quoted
from qualify.records import Evidence, Transcript
from qualify.understanding.fields.tokens import fold

_WRAPPING = " \t\n.,;:!?…«»\"“”'’"


def located(quotes: Sequence[Quoted], transcript: Transcript) -> tuple[Evidence, ...]:
    """Where the quotes stand; those that don't are left out."""
    found = (locate(quote, transcript) for quote in quotes)
    return tuple(dict.fromkeys(e for e in found if e is not None))


def locate(quoted: Quoted, transcript: Transcript) -> Evidence | None:
    """The range of the turn that the quote copies, whole words; case, accents and spacing may differ."""
    if not 0 <= quoted.turn < len(transcript.turns):
        return None
    text = transcript.turns[quoted.turn].text
    words = fold(quoted.text).strip(_WRAPPING).split()
    if not words:
        return None
    pattern = r"\s+".join(map(re.escape, words))
    found = re.search(rf"(?<!\w){re.escape(quoted.text.strip(_WRAPPING))}(?!\w)", text) or re.search(
        rf"(?<!\w){pattern}(?!\w)", fold(text)
    )
    return transcript.evidence(quoted.turn, *found.span()) if found else None
