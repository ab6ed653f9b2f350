"""Shortening what the caller said, at a clause or word border, without turning its meaning round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qualify.drafting.render import NUMBER

LONGEST = 400
"""Characters beyond which no shortened text goes: no rendering that shortens has room for more."""
CLAUSE_SHARE = 0.6
"""A cut between clauses is preferred where it keeps this share of what the cut between words keeps."""
_CLAUSE_END = re.compile(r"[,;:.?!](?=\s|$)")
_NEGATION = re.compile(r"\b(?:pas|plus|jamais|rien|aucune?|personne|ni|sans|guère|non)\b", re.IGNORECASE)
_NE = re.compile(r"\bn(?:e\b|['’])", re.IGNORECASE)
_COUNTED = re.compile(rf"(?:\d\S*|{NUMBER}|heures?|h)\b", re.IGNORECASE)
"""What a number or a time of day is made of."""
_LINKS = frozenset(
    "ne à au aux avec car ce ces cette chez dans de des donc du elle en et il la le les leur leurs mais ou où"
    " par pour que qui sa sans se ses si son sur un une vers y est sont a ont votre vos".split()
)
"""Words that nothing is said with where they come last."""


def shortened(text: str, fits: Callable[[str], bool], *, mark: str) -> str:
    """The text where it fits, else the longest beginning that does, with `mark`; empty where none does.

    No cut parts a number, nor a clause from its own negation: «ne viendra pas» is never «ne viendra…».
    """
    if fits(text):
        return text
    cut = next((c for c in _cuts(text) if fits(_marked(text, c, mark))), 0)
    clauses = (m.start() for m in _CLAUSE_END.finditer(text[:cut]) if _is_cut(text, m.start()))
    clause = max(clauses, default=0)
    best = clause if clause >= CLAUSE_SHARE * cut else cut
    return _marked(text, best, mark) if best and fits(_marked(text, best, mark)) else ""


def _marked(text: str, cut: int, mark: str) -> str:
    return text[:cut].rstrip(" ,;:.?!") + mark


def _cuts(text: str) -> Iterator[int]:
    """Where the text may be cut, the longest beginning first."""
    borders = [m.start() for m in re.finditer(r"\s+", text[:LONGEST])]
    return (cut for cut in reversed(borders) if cut and _is_cut(text, cut))


def _is_cut(text: str, cut: int) -> bool:
    before, after = text[:cut].split(), text[cut:].lstrip(" ,;:.?!")
    if not before or not after:
        return False
    ends_in_number = bool(_COUNTED.fullmatch(before[-1].rstrip(" ,;:.?!")))
    if _CLAUSE_END.search(text[cut - 1 : cut + 1]):
        return not (ends_in_number and _COUNTED.match(after))
    return not ends_in_number and _ends_well(before[-1], after)


def _ends_well(last: str, after: str) -> bool:
    """Whether words may be cut off here, within a clause: a negation goes whole, with its «ne», or stays."""
    rest_of_clause = _CLAUSE_END.split(after, maxsplit=1)[0]
    negation = _NEGATION.search(rest_of_clause)
    goes_whole = negation is None or bool(_NE.search(rest_of_clause[: negation.start()]))
    return goes_whole and last.casefold() not in _LINKS
