"""The number of a house beside its way: «12 bis rue …», «le 14 de la rue …», «rue …, au numéro 40»."""

from __future__ import annotations

import re
from collections.abc import Sequence

from text_to_num import text2num

from .days import MONTHS
from .lexicon import word_set
from .person_names import NameToken

_NUMBER_WORDS = re.compile(
    r"(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|"
    r"vingts?|trente|quarante|"
    r"cinquante|soixante|septante|huitante|octante|nonante|cents?|mille|et)(?:-(?:et|un|deux|trois|"
    r"quatre|cinq|six|sept|"
    r"huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|quatre))*"
)
INDEX = word_set("bis ter quater a b c d")
"""Folded words that may follow a house number."""
_BEFORE_LATE = word_set("au numero le c' c'est est y a pas de s'est oui alors euh donc voila et")
"""Words that may part a way from the number said after it; «au», «numéro» or «le» must be among them."""
_MARKS = word_set("au numero le")
_COUNTED = word_set(
    "heures heure h ans an euros mois minutes jours etage eme e er ieme metres fois personnes kilometres "
    "premier deuxieme de"
) | frozenset(MONTHS)
"""Words after a number that is no house's."""


def is_number(token: NameToken) -> bool:
    """Whether a word is a number, in digits or in words."""
    return token.text.isdigit() or bool(_NUMBER_WORDS.fullmatch(token.fold))


def number_before(tokens: Sequence[NameToken], at: int) -> tuple[str, int]:
    """The number before the way at word `at`, in digits with its index, and the word where it begins."""
    house, begin = _ending_at(tokens, at)
    if house:
        return house, begin
    links = [t.fold for t in tokens[max(0, at - 2) : at]]
    if links in (["de", "la"], ["de", "l'"]):
        house, begin = _ending_at(tokens, at - 2)
    return (house, begin) if house else ("", at)


def number_after(tokens: Sequence[NameToken], end: int, *, asked: bool) -> tuple[str, int]:
    """The number said behind a way that ends before word `end`, and the word after it; ("", end) if none."""
    at = end
    while at < min(len(tokens), end + 12) and (
        tokens[at].fold in _BEFORE_LATE or (len(tokens[at].text) == 1 and tokens[at].capital)
    ):
        at += 1
    said = {t.fold for t in tokens[end:at]}
    bare = at == end and at < len(tokens) and tokens[at].text.isdigit() and tokens[at].joined
    if not (bare or said & {"au", "numero"} or (asked and said & _MARKS)):
        return "", end
    return number_at(tokens, at)


def number_at(tokens: Sequence[NameToken], at: int) -> tuple[str, int]:
    """The house number that begins with word `at`, and the word after it; ("", at) where none does."""
    stop = at
    while stop < len(tokens) and is_number(tokens[stop]) and (stop == at or tokens[stop].joined):
        stop += 1
        if tokens[stop - 1].text.isdigit():
            break
    if stop == at or (stop < len(tokens) and tokens[stop].fold in _COUNTED and tokens[stop].joined):
        return "", at
    house, _ = _ending_at(tokens, stop)
    if not house or len(house) > 4:
        return "", at
    if stop < len(tokens) and tokens[stop].fold in ("bis", "ter", "quater"):
        return f"{house} {tokens[stop].fold}", stop + 1
    return house, stop


def _ending_at(tokens: Sequence[NameToken], at: int) -> tuple[str, int]:
    begin, index = at, ""
    if begin and tokens[begin - 1].fold in INDEX and begin > 1 and is_number(tokens[begin - 2]):
        index = tokens[begin - 1].text
        index = index.lower() if len(index) > 1 else index.upper()
        begin -= 1
    if begin and tokens[begin - 1].text.isdigit():
        return f"{tokens[begin - 1].text} {index}".strip(), begin - 1
    said: list[NameToken] = []
    while len(said) < begin and is_number(tokens[begin - len(said) - 1]):
        said.insert(0, tokens[begin - len(said) - 1])
        if not said[0].joined:
            break
    while said and said[0].fold == "et":
        said.pop(0)
    digits = _digits(" ".join(t.text.lower() for t in said))
    return (f"{digits} {index}".strip(), begin - len(said)) if digits else ("", at)


def _digits(words: str) -> str:
    """A number in words as digits; empty where the words are no number."""
    try:
        return str(text2num(words, "fr")) if words else ""
    except ValueError:
        return ""
