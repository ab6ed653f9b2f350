"""Word lists that name finders lean on: first names, towns, words that are no names.

Lists live as text beside the package and are read once, at first use. All words are folded (lower
case, no accents) except towns, which keep their spelling.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Literal

from .tokens import fold_word

Gender = Literal["m", "f", "x"]

_GENDERS: dict[str, Gender] = {"m": "m", "f": "f", "x": "x"}

TITLES: dict[str, Gender] = {
    "madame": "f", "mme": "f", "mademoiselle": "f", "mlle": "f", "monsieur": "m", "mr": "m",
    "docteur": "x", "dr": "x", "docteure": "x", "doctoresse": "f", "maitre": "x", "professeur": "x",
}  # fmt: skip
"""Forms of address, folded, with the gender they tell; `x` where they tell none."""


def word_set(words: str) -> frozenset[str]:
    """A set of words from a line of them."""
    return frozenset(words.split())


PARTICLES = word_set("de du des d' la le les l' van von der den ben bin el al da dos di della o' mac")
"""Small words inside a family name."""

_GENITIVES = word_set("de du des d'")


def is_genitive(word: str) -> bool:
    """Whether a folded particle may also mean «of»: «Julien de Voltea» is no family name."""
    return word in _GENITIVES


def _read(name: str) -> str:
    return (files(__package__) / "words" / f"{name}.txt").read_text(encoding="utf-8")


@cache
def first_names() -> dict[str, Gender]:
    """Folded first names with their gender; `x` for those that women and men bear."""
    names: dict[str, Gender] = {}
    for line in _read("first_names").splitlines():
        gender, *words = line.split()
        names.update(dict.fromkeys(map(fold_word, words), _GENDERS[gender]))
    return names


@cache
def towns() -> dict[str, str]:
    """Larger French, Belgian and Swiss towns: folded, with spaces for hyphens → spelling."""
    listed = (town.strip() for town in _read("towns").split(","))
    return {fold_word(town).replace("-", " "): town for town in listed}


@cache
def function_words() -> frozenset[str]:
    """Words that no name begins with: pronouns, verbs of a call, interjections, numbers, days."""
    return frozenset(map(fold_word, _read("function_words").split()))


@cache
def common_words() -> frozenset[str]:
    """Words of everyday calls; some («marchand», «petit») are family names too."""
    return frozenset(_read("common_words").split())


def is_first_name(word: str) -> bool:
    """Whether a word, or each part of a double-barrelled one, is a listed first name."""
    names = first_names()
    folded = fold_word(word)
    return folded in names or all(part in names for part in folded.split("-"))


def gender_of(first_name: str) -> Gender | None:
    """The gender that a first name tells; None where it is not listed."""
    return first_names().get(fold_word(first_name), first_names().get(fold_word(first_name).split("-")[0]))


@cache
def kin() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Words of labels, and the words by which calls speak of the same."""
    lines = (line.partition(":") for line in _read("kin").splitlines())
    return tuple((word_set(heads), word_set(words)) for heads, _, words in lines)


@cache
def kin_of(word: str) -> frozenset[str]:
    """The words by which calls speak of what a folded word of a label names, in singular or plural."""
    forms = {word, word.removesuffix("s")}
    return frozenset(w for heads, words in kin() if forms & heads for w in words)


@cache
def things() -> tuple[tuple[frozenset[str], tuple[tuple[str, tuple[str, ...]], ...]], ...]:
    """Words of labels, and usual values of such fields, each with the folded forms in which it is said."""
    return tuple(_things_of(line) for line in _read("things").splitlines())


def _things_of(line: str) -> tuple[frozenset[str], tuple[tuple[str, tuple[str, ...]], ...]]:
    heads, _, values = line.partition(":")
    forms = [[form.strip() for form in value.split("/")] for value in values.split(",")]
    return word_set(heads), tuple((some[0], tuple(map(_bare, some))) for some in forms)


def _bare(form: str) -> str:
    return re.sub(r"[-']", " ", fold_word(form))
