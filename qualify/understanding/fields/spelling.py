"""Spelled names: «L E plus loin G O deux F» → «Le Goff»."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from .tokens import Token, fold_word, tokenize

LETTER_NAMES = {
    "be": "b", "bee": "b", "ce": "c", "de": "d", "effe": "f", "ef": "f", "ge": "g", "ache": "h",
    "hache": "h", "ji": "j",
    "gi": "j", "ka": "k", "kah": "k", "elle": "l", "el": "l", "aile": "l", "emme": "m", "em": "m",
    "aime": "m", "enne": "n",
    "en": "n", "haine": "n", "pe": "p", "cu": "q", "ku": "q", "qu": "q", "erre": "r", "er": "r", "ere": "r",
    "air": "r",
    "esse": "s", "es": "s", "te": "t", "hue": "u", "ve": "v", "ixe": "x", "ix": "x", "igrec": "y",
    "zede": "z", "zed": "z",
    "zedde": "z", "eau": "o", "oh": "o", "ah": "a", "eux": "e",
}  # fmt: skip
"""Names of letters as speech recognition writes them."""
_COMMON_WORDS = frozenset(
    {
        "ce", "de", "te", "elle", "el", "en", "air", "aime", "haine", "es", "er", "ere", "eau", "oh", "ah",
        "eux", "aile", "be", "ka", "qu", "cu", "hue", "em", "ve"
    }
)  # fmt: skip
"""Letter names that are words too: they count among other letters only."""
_LOOSE_EDGES = frozenset(
    ["ce", "de", "te", "en", "air", "es", "eau", "oh", "ah", "eux", "a", "y", "qu", "el", "er"]
)
"""Letter names that, at either end of a spelling, are more likely words."""
_ACCENTS = {
    "aigu": "\u0301",
    "grave": "\u0300",
    "circonflexe": "\u0302",
    "trema": "\u0308",
    "cedille": "\u0327",
}
_SKIPPED = frozenset(
    {
        "puis", "et", "euh", "heu", "alors", "ensuite", "apres", "donc", "majuscule", "minuscule", "suivi",
        "la", "lettre", "un", "le", "hein", "voila"
    }
)  # fmt: skip
_TAKING_BACK = frozenset(["non", "pardon", "plutot"])
_FEWEST_LETTERS = 3
_MOST_SKIPPED = 2
_CUE = re.compile(r"\b(?:ecri\w*|epel\w*|lettres?)\W+(?:\w+\W+){0,2}$")
_PARTICLE = re.compile(r"^d'(?=\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelled name: [start, end) are its characters in the turn."""

    value: str
    """Cased as a name: «Le Goff», «d'Almeida»."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or separator that tokens spell, up to (not including) token `next`."""

    text: str
    next: int
    sure: bool
    """Whether the token can hardly be a word."""
    kind: Literal["letter", "separator", "skip", "back"] = "letter"


@dataclass
class _Run:
    """A spelling in the making."""

    letters: list[tuple[Letter, int]] = field(default_factory=list)
    """Each letter with its first token."""
    back: bool = False

    def add(self, letter: Letter, at: int) -> None:
        if letter.kind == "back":
            self.back = True
        elif letter.kind != "skip":
            if self.back and self.letters:
                self.letters.pop()
            self.back = False
            self.letters.append((letter, at))


def name_case(name: str) -> str:
    """`name` with capitals as in French names.

    >>> name_case("LE GOFF"), name_case("D'ALMEIDA"), name_case("jean-marc")
    ('Le Goff', "d'Almeida", 'Jean-Marc')
    """
    capitals = re.sub(r"[^\W\d_]+", lambda m: m[0][:1].upper() + m[0][1:].lower(), name)
    return _PARTICLE.sub("d'", capitals)


def find_spellings(text: str) -> tuple[Spelling, ...]:
    """The names that `text` spells letter by letter."""
    tokens = tokenize(text)
    found: list[Spelling] = []
    at = 0
    while at < len(tokens):
        run, after = _run(tokens, at, text)
        spelling = _spelling(run, tokens, text)
        if spelling is not None:
            found.append(spelling)
        at = max(after, at + 1)
    return tuple(found)


def _run(tokens: Sequence[Token], at: int, text: str) -> tuple[_Run, int]:
    """The letters from token `at` on, and the token after them."""
    run, position, skipped = _Run(), at, 0
    while position < len(tokens) and skipped <= _MOST_SKIPPED:
        letter = read_letter(tokens, position, text)
        if letter is None or (not run.letters and letter.kind != "letter"):
            break
        skipped = skipped + 1 if letter.kind in ("skip", "back") and tokens[position].kind == "word" else 0
        run.add(letter, position)
        position = letter.next
    return run, position


def read_letter(tokens: Sequence[Token], at: int, text: str) -> Letter | None:
    """The letter or separator that begins at token `at`; None where the spelling ends."""
    token = tokens[at]
    if token.kind == "mark":
        return Letter("", at + 1, sure=False, kind="skip") if token.text in "-.,‐…" else None
    separator = _separator(tokens, at)
    if separator is not None:
        return separator
    if token.text in _TAKING_BACK:
        return Letter("", at + 1, sure=False, kind="back")
    return _doubled(tokens, at, text) or _one_letter(tokens, at, text) or _skip(tokens, at)


def _skip(tokens: Sequence[Token], at: int) -> Letter | None:
    return Letter("", at + 1, sure=False, kind="skip") if tokens[at].text in _SKIPPED else None


def _words(tokens: Sequence[Token], at: int, count: int) -> tuple[str, ...]:
    return tuple(t.text for t in tokens[at : at + count])


def _separator(tokens: Sequence[Token], at: int) -> Letter | None:
    for words, text in _SEPARATORS:
        if _words(tokens, at, len(words)) == words:
            return Letter(text, at + len(words), sure=False, kind="separator" if text else "skip")
    return None


_SEPARATORS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("plus", "loin"), " "), (("en", "deux", "mots"), ""), (("en", "un", "mot"), ""), (("espace",), " "),
    (("trait", "d", "'", "union"), "-"), (("tiret",), "-"), (("apostrophe",), "'"), (("nouveau", "mot"), " "),
)  # fmt: skip


def _doubled(tokens: Sequence[Token], at: int, text: str) -> Letter | None:
    """«deux F», «double T»; «double v» is one letter."""
    if tokens[at].text not in ("deux", "double", "2") or at + 1 >= len(tokens):
        return None
    if tokens[at].text == "double" and tokens[at + 1].text in ("v", "ve"):
        return _completed("w", tokens, at + 2)
    start = at + 2 if tokens[at + 1].text == "fois" and at + 2 < len(tokens) else at + 1
    letter = _one_letter(tokens, start, text)
    if letter is None or len(letter.text) != 1:
        return None
    return Letter(letter.text * 2, letter.next, sure=letter.sure)


def _one_letter(tokens: Sequence[Token], at: int, text: str) -> Letter | None:
    token = tokens[at]
    if (
        at + 2 < len(tokens)
        and tokens[at + 1].text == "comme"
        and len(token.text) <= 5
        and tokens[at + 2].kind == "word"
    ):
        return Letter(tokens[at + 2].text[0], at + 3, sure=True) if _may_be_letter(token) else None
    if token.text in ("i", "y") and at + 1 < len(tokens) and tokens[at + 1].text in ("grec", "grecque"):
        return Letter("y", at + 2, sure=True)
    if token.text == "e" and _words(tokens, at + 1, 4) == ("dans", "l", "'", "o"):
        return Letter("œ", at + 5, sure=True)
    original = text[token.start : token.end].lower()
    if token.kind == "word" and len(token.text) == 1:
        elided = at + 1 < len(tokens) and tokens[at + 1].text in "'’" and tokens[at + 1].start == token.end
        return None if original == "à" or elided else _completed(original, tokens, at + 1)
    named = LETTER_NAMES.get(token.text)
    if named is None:
        return None
    sure = token.text not in _COMMON_WORDS or original != token.text
    return _completed(named, tokens, at + 1, sure=sure)


def _may_be_letter(token: Token) -> bool:
    return token.kind == "word" and (
        len(token.text) <= 2 or token.text in LETTER_NAMES or len(token.text) == 3
    )


def _completed(letter: str, tokens: Sequence[Token], after: int, *, sure: bool = True) -> Letter:
    """`letter` with the accent that is named after it."""
    position = after
    if position < len(tokens) and tokens[position].text == "accent":
        position += 1
    mark = _ACCENTS.get(tokens[position].text) if position < len(tokens) else None
    if mark is None:
        return Letter(letter, after, sure=sure)
    return Letter(unicodedata.normalize("NFC", letter + mark), position + 1, sure=True)


def _spelling(run: _Run, tokens: Sequence[Token], text: str) -> Spelling | None:
    letters = _trimmed(run.letters, tokens, text)
    count = sum(len(letter.text) for letter, _ in letters if letter.kind == "letter")
    if not letters or sum(letter.sure for letter, _ in letters) < 2:
        return None
    start, end = tokens[letters[0][1]].start, tokens[letters[-1][0].next - 1].end
    asked = (
        _CUE.search(" ".join(t.text for t in tokens[max(0, letters[0][1] - 5) : letters[0][1]]) + " ")
        is not None
    )
    if count < (2 if asked else _FEWEST_LETTERS):
        return None
    return Spelling(name_case("".join(letter.text for letter, _ in letters).strip(" -'")), start, end)


def _trimmed(
    letters: list[tuple[Letter, int]], tokens: Sequence[Token], text: str
) -> list[tuple[Letter, int]]:
    """`letters` without the words at both ends that merely look like letters, unless a name said agrees."""
    low, high = 0, len(letters)
    capitals = sum(_is_capital(at, tokens, text) for _, at in letters) * 2 > len(letters)
    names = {t.text for t in tokens if t.kind == "word" and len(t.text) > 2}
    if fold_word("".join(letter.text for letter, _ in letters)) in names:
        return letters
    while low < high and (
        _is_remark(tokens, letters[low][1]) or _is_loose(letters[low], tokens, text, capitals=capitals)
    ):
        low += 1
    while high > low and _is_loose(letters[high - 1], tokens, text, capitals=capitals):
        high -= 1
    return letters[low:high]


def _is_capital(at: int, tokens: Sequence[Token], text: str) -> bool:
    return tokens[at].end - tokens[at].start == 1 and text[tokens[at].start].isupper()


def _is_loose(entry: tuple[Letter, int], tokens: Sequence[Token], text: str, *, capitals: bool) -> bool:
    letter, at = entry
    if letter.kind == "separator":
        return True
    token = tokens[at]
    if len(letter.text) != 1 or letter.next != at + 1:
        return False
    if len(token.text) == 1:
        small = text[token.start].islower()
        return small and (capitals or _is_il_y_a(tokens, at))
    return not letter.sure and token.text in _LOOSE_EDGES


def _is_il_y_a(tokens: Sequence[Token], at: int) -> bool:
    """Whether the «y» or «a» at `at` belongs to «(il) y a»."""
    pair = ("y", "a")
    return _words(tokens, at, 2) == pair or (at > 0 and _words(tokens, at - 1, 2) == pair)


def _is_remark(tokens: Sequence[Token], at: int) -> bool:
    """Whether the letter at `at` is only spoken of: «avec un K, …»."""
    return (
        at >= 2 and tokens[at - 1].text in ("un", "deux") and tokens[at - 2].text in ("avec", "par", "prend")
    )
