"""The sentences of a French message.

A sentence ends at a full stop, question or exclamation mark or ellipsis before a space and something that
is no lower-case letter, and at a line's end. «M.», «Tél.» and initials end none; «h.» or «etc.» do where a
capital follows; marks within « … » belong to the quote, which is one with the stop after it.
"""

from __future__ import annotations

import re
from functools import lru_cache

_END = re.compile(r"[.!?…]+(?:\s?[»”)])*[.!?…]*(?=\s|$)")
_QUOTE = re.compile(r"«[^«»]*»")
_TITLE = re.compile(
    r"(?:^|[\s«('’])(?:MM?|Mr|Mmes?|Mlles?|Mes?|Drs?|Pr|Ste?|[Tt][ée]l|[Rr][ée]f|[Nn]o?|av|bd|[A-Z])\.$"
)
"""Never the end of a sentence but at the text's end."""
_UNIT = re.compile(r"(?:^|[\s\d])(?:h|min|etc|env|art|chap|cf|ex|app|[ée]t|b[âa]t|rdv)\.$", re.IGNORECASE)
"""The end of a sentence only where a capital or a quote follows."""


@lru_cache(maxsize=2**14)
def sentences(text: str) -> tuple[str, ...]:
    """The text's sentences in their order, without the spaces between them."""
    return tuple(sentence for line in text.splitlines() for sentence in _of_line(line))


def _of_line(line: str) -> list[str]:
    quotes = [quote.span() for quote in _QUOTE.finditer(line)]
    found, start = [], 0
    for end in (mark.end() for mark in _END.finditer(line)):
        quoted = any(begin < end < stop for begin, stop in quotes)
        if not quoted and _ends(line[start:end], line[end:].lstrip()):
            found.append(line[start:end].strip())
            start = end
    return [s for s in (*found, line[start:].strip()) if s]


def _ends(said: str, rest: str) -> bool:
    if not rest:
        return True
    if rest[0].islower() or _TITLE.search(said):
        return False
    return not _UNIT.search(said) or rest[0].isupper() or rest[0] == "«"
