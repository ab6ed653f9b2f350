"""The name of a town in a turn: where it ends and how one spells it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .house_numbers import is_number
from .lexicon import PARTICLES, TITLES, common_words, is_first_name, towns, word_set
from .person_names import NameToken, is_function_word
from .tokens import fold_word
from .ways import BUILDINGS, SMALL, WAYS

_LANDS = word_set(
    "france belgique suisse allemagne espagne italie portugal angleterre maroc algerie tunisie madagascar "
    "guadeloupe martinique guyane reunion mayotte corse bretagne normandie alsace provence savoie ardeche"
)
_FEASTS = word_set("paques noel toussaint pentecote ascension epiphanie carnaval ramadan mardi-gras")
_NO_TOWNS = WAYS | BUILDINGS | _LANDS | _FEASTS | word_set("entree porte cage hall lot tour eh")
"""Words with a capital that begin no town's name."""


def town_end(tokens: Sequence[NameToken], at: int, *, cased: bool, due: bool) -> int:
    """The word after a town that begins with word `at`; `at` where none does.

    `due` says that a town stands there with or without a capital.
    """
    first = tokens[at]
    if _is_titled(tokens, at):
        return at
    if first.capital or not cased or due:
        for end in range(min(len(tokens), at + 8), at, -1):
            if town_key(tokens[at:end]) in towns() and (first.capital or not _is_everyday(tokens[at:end])):
                return end
    return _unlisted_end(tokens, at) if cased and first.capital else at


def _unlisted_end(tokens: Sequence[NameToken], at: int) -> int:
    """The word after capitalised words that may be a town that the list lacks; `at` where they can't."""
    first = tokens[at]
    shouted = any(t.text.isupper() and len(t.text) > 2 for t in tokens[at : at + 2])
    if shouted or is_first_name(first.text) or first.fold in _NO_TOWNS or is_number(first):
        return at
    article = first.fold in ("la", "le", "les")
    if is_function_word(first.fold) and not (article and at + 1 < len(tokens)):
        return at
    end = at + 1
    while end < min(len(tokens), at + 6) and tokens[end].joined and _goes_on(tokens, end):
        end += 1
    return at if article and end == at + 1 else end


def _goes_on(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether a word goes on with a town's name: «Saint Martin du Var»."""
    small = tokens[at].fold in SMALL and tokens[at].fold not in ("a", "et") and at + 1 < len(tokens)
    return tokens[at].capital or (small and tokens[at + 1].capital)


def _is_titled(tokens: Sequence[NameToken], at: int) -> bool:
    """Whether a title stands before a word, so that it is a person's name: «madame de Brantôme»."""
    before = at - 1
    while before > 0 and tokens[before].fold in PARTICLES and tokens[before + 1].joined:
        before -= 1
    return before >= 0 and tokens[before].fold in TITLES and tokens[before + 1].joined


def _is_everyday(words: Sequence[NameToken]) -> bool:
    """Whether words without capitals say something else as likely: «à la montagne»."""
    return all(t.fold in common_words() or is_function_word(t.fold) for t in words)


def town_key(words: Sequence[NameToken]) -> str:
    """Words as the list of towns holds them."""
    said = "".join(("'" if t.glue in ("'", "’") else " ") + t.fold for t in words)
    return said[1:].replace("-", " ").replace("' ", "'")


def town_spelling(said: str) -> str:
    """A town as one spells it: listed towns by the list, saints with hyphens."""
    listed = towns().get(fold_word(said).replace("-", " "))
    if listed is not None:
        return listed
    return re.sub(r"\s+", "-", said) if fold_word(said).startswith(("saint ", "sainte ")) else said


def with_article(tokens: Sequence[NameToken], at: int, end: int) -> str | None:
    """The town with the article that the word before it is or holds: «au Mans» is at «Le Mans»."""
    before = tokens[at - 1].fold if at and tokens[at].joined else ""
    article = {"au": "le", "du": "le", "aux": "les", "des": "les"}.get(before, before)
    if article not in ("le", "la", "les", "l'"):
        return None
    town = town_key(tokens[at:end])
    listed = towns().get(f"{article} {town}".replace("' ", "'"))
    if listed is not None or before != "au" or town in towns():
        return listed
    return f"Le {_written(tokens[at:end])}"


def _written(words: Sequence[NameToken]) -> str:
    first, *rest = words
    return town_spelling(first.text + "".join(t.glue + t.text for t in rest))


def said_town(tokens: Sequence[NameToken], at: int, end: int) -> str:
    """The town of these words as one spells it, with the article that stands before it."""
    return with_article(tokens, at, end) or _written(tokens[at:end])


def is_listed(tokens: Sequence[NameToken], at: int, end: int) -> bool:
    """Whether the list has the town, with or without the article before it."""
    return town_key(tokens[at:end]) in towns() or with_article(tokens, at, end) is not None
