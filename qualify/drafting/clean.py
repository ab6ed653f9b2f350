"""What a caller says, without what carries nothing: hesitations, politeness, repetitions, slips.

All ranges are half-open character ranges of the turn's own text, so that what is kept can be proven.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

Span = tuple[int, int]


class Token(NamedTuple):
    """A word or a mark of a turn, and its range in the turn's text."""

    text: str
    start: int
    end: int


def words_of(text: str) -> frozenset[str]:
    """The words of a list written with spaces."""
    return frozenset(text.split())


TOKEN = re.compile(
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|aujourd['’]hui|quelqu['’]un"
    r"|(?:[^\W\d_]+\d|\d+[^\W\d_])[^\W_]*|\d+(?:[.,:/]\d+)*"
    r"|[^\W\d_]+(?:-[^\W_]+)*['’]?|\w+|[^\w\s]",
    re.IGNORECASE,
)

STANDALONE = (
    r"pardon|d'accord|tres bien|entendu|parfait|attendez|ecoutez|tenez|dites|disons|parfaitement"
    r"|c'est (?:bien )?(?:ca|cela|exact|correct)"
    r"|j'espere bien|tout a fait|exactement|ca marche|bien sur|effectivement|je sais pas|je sais plus"
)
"""Carry nothing where a mark or the end follows."""

FILLERS = re.compile(
    r"\b(?:"
    r"euh+|heu+|hum+|hmm+|mmh+|ben|bah|beh|hein|voila|bref|eh bien|eh|he|ah|oh(?: la la)?|ouais|ouf|allo"
    r"|en fait|du coup|comment dire|quand meme|vous (?:savez|voyez)(?: (?:bien|le genre))?|tu (?:sais|vois)"
    r"|si vous voulez|j'allais dire|je vous (?:dis|jure|assure|previens|avoue)|comment ca s'appelle"
    r"|enfin bref"
    r"|(?:re)?bonjour|bonsoir|merci(?: (?:beaucoup|bien|d'avance))?|s'il (?:vous|te) plait|au revoir"
    r"|excusez-moi(?: d[e'][^,.?!]{0,40}(?=[,.?!]))?|je (?:suis desole|m'excuse)e?(?: de vous deranger)?"
    r"|je vous en prie|bonne (?:journee|soiree|fin de journee)|je vous ecoute|je vais vous (?:dire|expliquer)"
    r"|je vous explique|oui|si si|non non(?: non)*|ok|okay|zut|mince|salut|je veux dire|je voulais dire"
    r"|(?<=, )la(?=,)"
    rf"|(?:{STANDALONE})(?= *(?:[,.?!…;]|$))"
    r")\b(?!-)",
)
"""Said without carrying anything; matched against `plain` text."""

VOCATIVES = re.compile(
    r"(?:(?<=bonjour)|(?<=bonsoir)|(?<=oui)|(?<=non)|(?<=merci)|(?<=allo)|(?<=,)) *"
    r"\b(?:madame|monsieur|mademoiselle|docteur)\b"
    r"(?= *(?:[,.?!…]|$|c'est|je|j'|euh|voila|alors|excusez|ici))"
)
OPENERS = re.compile(
    r"^[\s,.!?…-]*(?:"
    r"(?:alors|bon|donc|enfin|puis|et puis|et|mais|non|quoi|la|ici|deja|moi|nous)\b *[,.…]+ *"
    r"|(?:(?:alors|bon|donc|enfin|et puis|et alors|et donc|puis)\b"
    r"|et(?= (?!qu|si\b|pas\b))|mais(?= (?!pas\b|si\b|seulement|uniquement|surtout|sauf|qu))"
    r"|(?:attendez|pardon)(?= (?:je|j'|non|c'est))|moi(?= (?:je|j'|c'est))|non(?= \w+ \w+)) *)+"
)
"""Words that only hang a clause on what was said before; «mais» stays where it opposes."""

CLOSERS = re.compile(
    r"(?<![\s,'’])(?:[\s,]*\b(?:quoi|enfin|et tout|et voila|la|alors|bon|donc|et|mais|non|ou quoi|je|j'"
    r"|il|elle|que|qui|c'est|parce que)(?!\w)|[\s,]*,\s*(?:moi|nous))++[\s,.…!;]*$"
)
"""Words that a speaker leaves hanging at the end of a clause."""

CORRECTION = re.compile(
    r"\b(?:euh,? *|heu,? *|enfin,? *|ah,? *|oh,? *)*"
    r"(?:non(?: non)*(?:,? *(?:pardon|attendez|excusez-moi|je me trompe|je dis n'importe quoi|c'est))?"
    r"|pardon|ou plutot|je (?:veux|voulais) dire|je me (?:trompe|suis trompee?)|erreur|excusez-moi)"
    r"\b[\s,.…!]*(?:c'est )?"
)
NUMBER_WORDS = words_of(
    "zero un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "vingt trente "
    "quarante cinquante soixante septante huitante nonante cent cents mille"
)
DAYS = words_of("lundi mardi mercredi jeudi vendredi samedi dimanche")
MONTHS = words_of("janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre")
DENIAL = re.compile(
    r"\b(?:pas|jamais|rien|aucun\w*|sans|ni|ne|plus (?:de|d'|rien|personne))(?!\w)|\bn'(?!importe)"
)
"""Words that deny the rest of their sentence."""
DENIED = re.compile(
    r"(?:^|[,.;?!…]\s*|\bet |\bnon )(?:pas|non pas|et non|ni|au lieu de) "
    r"(?:de |d['’])?(?:[Mm]onsieur |[Mm]adame )?((?:[A-ZÀ-Þ][\w’'-]+ ?)+)"
)
SHORTEST_NAME = 4
"""Letters below which likeness between two names says nothing."""
ALMOST = 75
"""Percent of likeness from which two different names are taken for one, once misheard."""
LOOK_BACK = 8
"""Tokens before a slip's cue among which the slip is sought."""


def _plain_character(character: str) -> str:
    return "'" if character == "’" else unicodedata.normalize("NFD", character)[0].lower()[0]


LATIN = {code: _plain_character(chr(code)) for code in (*range(0x250), 0x2019)}
"""What `plain` makes of the characters of European languages."""


def plain(text: str) -> str:
    """The text in lower case without accents, character for character."""
    simple = text.translate(LATIN)
    return simple if simple.isascii() else "".join(map(_plain_character, simple))


def tokenize(text: str, spans: tuple[Span, ...] | None = None) -> list[Token]:
    """The tokens of the text, or of these ranges of it."""
    ranges = ((0, len(text)),) if spans is None else spans
    return [Token(m.group(), m.start(), m.end()) for a, b in ranges for m in TOKEN.finditer(text, a, b)]


def token_class(token: Token) -> str:
    """What a slip and its correction have in common: number, day, month, name, or the word itself."""
    word = plain(token.text)
    parts = set(word.split("-"))
    if token.text[0].isdigit() or parts <= NUMBER_WORDS | {"et"}:
        return "number"
    if word in DAYS:
        return "day"
    if word in MONTHS:
        return "month"
    return "name" if token.text[0].isupper() else word


@lru_cache(maxsize=64)
def superseded(text: str) -> tuple[Span, ...]:
    """Ranges that the speaker takes back: «lundi, euh non, mardi» gives that of «lundi, euh non, ».

    A slip is recognised where what follows the cue is of the same class as a word shortly before it,
    or begins with the same word; else nothing is taken back.
    """
    found = []
    words = [t for t in tokenize(text) if t.text[0].isalnum()]
    ends = [w.end for w in words]
    for cue in CORRECTION.finditer(plain(text)):
        after = TOKEN.search(text, cue.end())
        at = bisect_right(ends, cue.start())
        before = words[max(0, at - LOOK_BACK) : at]
        if not after or not before:
            continue
        slip = _slip_start(before, token_class(Token(after.group(), *after.span())))
        if slip is not None:
            found.append((slip, cue.end()))
    return tuple(found)


def denied_names(text: str) -> frozenset[str]:
    """Names, as `plain` words, that the speaker says are wrong: «Moreau, pas Martin», «non, pas Martin»."""
    found = (m.group(1) for m in DENIED.finditer(text))
    return frozenset(plain(word) for names in found for word in re.findall(r"[^\W_]+", names))


def near_miss(word: str, names: frozenset[str]) -> bool:
    """Whether a capitalised word is almost, but not, one of these `plain` names: misheard or mistaken."""
    simple = plain(word)
    if not word[:1].isupper() or len(simple) < SHORTEST_NAME or simple in names:
        return False
    return any(len(n) >= SHORTEST_NAME and fuzz.ratio(simple, n) >= ALMOST for n in names)


def _slip_start(before: list[Token], wanted: str) -> int | None:
    """Where the words that are taken back begin: the nearest of that class, with its whole number."""
    nearest = next((i for i in range(len(before) - 1, -1, -1) if token_class(before[i]) == wanted), None)
    if nearest is None or (wanted not in {"number", "day", "month"} and nearest < len(before) - 4):
        return None
    while wanted in {"number", "name"} and nearest > 0 and token_class(before[nearest - 1]) == wanted:
        nearest -= 1
    return before[nearest].start


def _filled(text: str, spans: list[Span]) -> str:
    """The text with these ranges blanked, so that offsets stay."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def repetitions(tokens: list[Token]) -> list[Token]:
    """The tokens without immediate repetitions of up to three words («le le», «j'ai j'ai»)."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        for size in (3, 2, 1):
            tail = [plain(t.text) for t in kept[-2 * size :]]
            repeated = len(tail) == 2 * size and tail[:size] == tail[size:]
            if repeated and not {"nous", "vous"} & set(tail) and token_class(token) != "number":
                del kept[-size:]
                break
    return kept


@lru_cache(maxsize=64)
def _unslipped(text: str) -> str:
    """The `plain` text with what the speaker takes back blanked."""
    return _filled(plain(text), list(superseded(text)))


def kept_tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of [start, end) that carry something, in order."""
    stop = len(text) if end is None else end
    simple = _unslipped(text)[start:stop]
    vocatives = [m.span() for m in VOCATIVES.finditer(simple)]
    simple = _filled(simple, vocatives)
    simple = _filled(simple, [m.span() for m in FILLERS.finditer(simple)])
    for edge in (OPENERS, CLOSERS):
        simple = _filled(simple, [m.span() for m in edge.finditer(simple)])
    kept = [t for t in tokenize(text, ((start, stop),)) if simple[t.start - start : t.end - start].strip()]
    return _punctuated(repetitions(kept))


def _punctuated(tokens: list[Token]) -> list[Token]:
    """Without marks at the edges, doubled marks, and marks left over by what was dropped."""
    marks = set(',.;:!?…-–«»"()')
    kept: list[Token] = []
    for token in tokens:
        if token.text in marks and (not kept or kept[-1].text in marks):
            continue
        kept.append(token)
    while kept and kept[-1].text in marks - {"?", ")"}:
        kept.pop()
    return kept


def joined(words: list[str]) -> str:
    """Words put together as French is written."""
    text = " ".join(words)
    text = re.sub(r"(['’]) ", r"\1", text)
    text = re.sub(r",(?: ,)+", ",", text)
    text = re.sub(r" ([,.…)])", r"\1", text)
    return re.sub(r"\( ", "(", text)
