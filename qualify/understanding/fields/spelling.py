"""Spelled names: «L E plus loin G O deux F» → «Le Goff»."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
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
    "cas": "k", "haie": "h", "jet": "g", "the": "t",
}  # fmt: skip
"""Names of letters as speech recognition writes them."""
_COMMON_WORDS = frozenset(
    {
        "ce", "de", "te", "elle", "el", "en", "air", "aime", "haine", "es", "er", "ere", "eau", "oh", "ah",
        "eux", "aile", "be", "ka", "qu", "cu", "hue", "em", "ve", "cas", "haie", "jet", "the"
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
_STOP = re.compile(r"[.!?] ")
_OPENERS = frozenset(
    "oui non voila c ' est ca et puis ensuite apres alors euh ben exactement en un mot".split()
)
_PARTICLE = re.compile(r"^d'(?=\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelled name: [start, end) are its characters in the turn."""

    value: str
    """Cased as a name: «Le Goff», «d'Almeida»."""
    start: int
    end: int
    letters: str = ""
    """What is spelled as said, with a separator at its end too: «le go», «d'»."""
    last_part: str = ""
    """The name that the letters after its only full stop make alone; empty where there is none."""
    open: bool = False
    """Whether the turn ends with it, so that it may go on in the next one."""


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
        spelling = _spelling(run, tokens, text) if len(run.letters) > 1 else None
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
    for words, text in _SEPARATORS if tokens[at].text in _SEPARATOR_BEGINNINGS else ():
        if _words(tokens, at, len(words)) == words:
            return Letter(text, at + len(words), sure=False, kind="separator" if text else "skip")
    return None


_SEPARATORS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("plus", "loin"), " "), (("en", "deux", "mots"), ""), (("en", "un", "mot"), ""), (("espace",), " "),
    (("trait", "d", "'", "union"), "-"), (("tiret",), "-"), (("apostrophe",), "'"), (("nouveau", "mot"), " "),
)  # fmt: skip
_SEPARATOR_BEGINNINGS = frozenset(words[0] for words, _ in _SEPARATORS)


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
    one = token.text if token.text in LETTER_NAMES else token.text.removesuffix("s")
    named = LETTER_NAMES.get(one)
    if named is None:
        return None
    sure = one not in _COMMON_WORDS or original != token.text
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
    if not letters or sum(letter.sure for letter, _ in letters) < 2:
        return None
    count = sum(len(letter.text) for letter, _ in letters if letter.kind == "letter")
    if count < (2 if _is_announced(tokens, letters) else _FEWEST_LETTERS):
        return None
    return _of_letters(letters, run, tokens, text)


def _is_announced(tokens: Sequence[Token], letters: Sequence[tuple[Letter, int]]) -> bool:
    """Whether words for spelling stand before the letters, or the name: «Lê, L E accent circonflexe»."""
    first = letters[0][1]
    before = [t.text for t in tokens[max(0, first - 5) : first]]
    return _CUE.search(" ".join(before) + " ") is not None or _folded(letters) in before[-2:]


def _of_letters(
    letters: Sequence[tuple[Letter, int]], run: _Run, tokens: Sequence[Token], text: str
) -> Spelling:
    first, (last, _) = letters[0][1], letters[-1]
    end = tokens[last.next - 1].end
    trailing = [letter.text for letter, at in run.letters if at >= last.next and letter.kind == "separator"]
    return Spelling(
        value=name_case(_joined(letters).strip(" -'")),
        start=tokens[first].start,
        end=end,
        letters=_joined(letters) + "".join(trailing),
        last_part=_last_part(letters, tokens, text),
        open=not any(c.isalnum() for c in text[tokens[_run_end(run) - 1].end :]),
    )


def _joined(letters: Sequence[tuple[Letter, int]]) -> str:
    return "".join(letter.text for letter, _ in letters)


def _folded(letters: Sequence[tuple[Letter, int]]) -> str:
    return fold_word(_joined(letters))


def _run_end(run: _Run) -> int:
    """The token after the last letter or separator of a run."""
    return run.letters[-1][0].next


def _last_part(letters: Sequence[tuple[Letter, int]], tokens: Sequence[Token], text: str) -> str:
    """«E T. B E R N E T» may be a remark and a spelling: the name that the second makes."""
    gaps = [text[tokens[a.next - 1].end : tokens[at].start] for (a, _), (_, at) in pairwise(letters)]
    stops = [i + 1 for i, gap in enumerate(gaps) if _STOP.search(gap)]
    if len(stops) != 1 or len(letters) - stops[0] < _FEWEST_LETTERS:
        return ""
    return name_case(_joined(letters[stops[0] :]).strip(" -'"))


def opening_letters(text: str) -> Spelling | None:
    """The letters that a turn begins with, after a «oui» at most, up to a stop or its end; one may do."""
    tokens = tokenize(text)
    at = 0
    while at < len(tokens) and (tokens[at].kind == "mark" or tokens[at].text in _OPENERS):
        at += 1
    run, after = _run(tokens, at, text)
    letters = [entry for entry in run.letters if entry[0].kind == "letter"]
    if not letters or not any(letter.sure for letter, _ in letters):
        return None
    end = tokens[_run_end(run) - 1].end
    alone = after == len(tokens) and not text[end:].strip(" .,;!…")
    if not alone and (len(letters) < _FEWEST_LETTERS or not text[end:].lstrip().startswith((".", ",", ";"))):
        return None
    return _of_letters(run.letters, run, tokens, text)


def _trimmed(
    letters: list[tuple[Letter, int]], tokens: Sequence[Token], text: str
) -> list[tuple[Letter, int]]:
    """`letters` without the words at both ends that merely look like letters, unless a name said agrees."""
    low, high = 0, len(letters)
    capitals = sum(_is_capital(at, tokens, text) for _, at in letters) * 2 > len(letters)
    names = {t.text for t in tokens if t.kind == "word" and len(t.text) > 2}
    if _folded(letters) in names:
        return letters
    while low < high and (
        _is_remark(tokens, letters[low][1]) or _is_loose(letters[low], tokens, text, capitals=capitals)
    ):
        low += 1
    while high > low and (
        _is_loose(letters[high - 1], tokens, text, capitals=capitals) or _is_apart(letters, high - 1, tokens)
    ):
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


def _is_apart(letters: Sequence[tuple[Letter, int]], last: int, tokens: Sequence[Token]) -> bool:
    """Whether a word that may be a letter comes after a stop or a skipped word: «…I E R. Et elle»."""
    letter, at = letters[last]
    return (
        bool(last) and not letter.sure and any(t.text != "," for t in tokens[letters[last - 1][0].next : at])
    )


def _is_il_y_a(tokens: Sequence[Token], at: int) -> bool:
    """Whether the «y» or «a» at `at` belongs to «(il) y a»."""
    pair = ("y", "a")
    return _words(tokens, at, 2) == pair or (at > 0 and _words(tokens, at - 1, 2) == pair)


def _is_remark(tokens: Sequence[Token], at: int) -> bool:
    """Whether the letter at `at` is only spoken of: «avec un K, …», «sans S. …», «comme elle, …»."""
    if at and (
        tokens[at - 1].text == "sans" or (tokens[at - 1].text == "comme" and len(tokens[at].text) > 1)
    ):
        return True
    said_of = ("avec", "par", "prend", "sans")
    return at >= 2 and tokens[at - 1].text in ("un", "deux") and tokens[at - 2].text in said_of
