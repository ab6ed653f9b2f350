"""References of files, orders, contracts: «dossier AB douze quatre-vingt-quatre» → «AB1284»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .numbers import read_number
from .spelling import read_letter
from .tokens import Token, fold, tokenize

_CUES = frozenset(
    {
        "dossier", "dossiers", "reference", "references", "ref", "commande", "commandes", "facture",
        "factures", "contrat", "sinistre", "client", "devis", "ticket", "adherent", "police", "plaque",
        "immatriculation", "immatriculee", "matricule", "numero", "numeros", "allocataire", "abonne",
        "abonnement", "intervention", "reclamation", "colis", "suivi", "serie", "bail", "lot", "affaire",
        "incident", "compte", "demande", "bordereau", "livraison", "contravention"
    }
)  # fmt: skip
_WEAK_CUES = frozenset(
    {
        "numero", "numeros", "client", "suivi", "demande", "lot", "affaire", "compte", "serie", "livraison"
    }
)  # fmt: skip
"""Cues that are common words: a reference after them needs letters or four digits."""
_BETWEEN = frozenset(
    {
        "numero", "n", "c", "est", "le", "la", "l", "de", "du", "d", "mon", "ma", "votre", "notre", "client",
        "adherent", "police", "contrat", "commande", "euh", "heu", "alors", "donc", "no", "ref", "reference",
        "dossier", "sinistre", "facture", "porte", "c'est", "voila", "oui", "ce", "et", "a", "°", ":",
        ";", ",", ".", "'", "’", "-", "#", "il", "y", "en", "vous", "j", "ai", "sous"
    }
)  # fmt: skip
"""What may stand between the cue and the reference."""
_PHONE = re.compile(r"\b(?:telephone|portable|mobile|fixe|joindre|rappel\w*|joignable)\b")
_MOST_BETWEEN = 8
_HYPHENS: tuple[tuple[str, ...], ...] = (
    ("tiret", "du", "six"), ("tiret", "haut"), ("trait", "d", "'", "union"), ("tiret",), ("-",), ("–",),
)  # fmt: skip
_SLASHES: tuple[tuple[str, ...], ...] = (("barre", "oblique"), ("slash",), ("barre",), ("/",))
_SIGNS = tuple(
    (form, sign)
    for sign, forms in (("-", _HYPHENS), ("/", _SLASHES), ("_", (("underscore",), ("tiret", "bas"))))
    for form in forms
)
_SKIPPED = frozenset(["euh", "heu", "puis", "et", "ensuite", "apres", "point", "espace", "alors", "donc"])
_TAKING_BACK = frozenset(("non", "pardon"))
_COUNTED = re.compile(
    r"^\W*(?:euros?|€|%|pour ?cent|heures?|h\b|ans?\b|jours?|mois|semaines?|metres?|km|kilos?|fois|"
    r"personnes|pages?|pieces?|balles|"
    r"janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|rue|avenue|"
    r"boulevard|centimes)\b"
)
_FEWEST = 3
_FEWEST_WEAK = 4


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference said in a turn: [start, end) are its characters."""

    value: str
    """Upper case, no spaces; «tiret» and «slash» are kept as signs."""
    start: int
    end: int
    cue: str | None = None
    """The folded word that announces it («dossier»); None where only a pattern tells."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    first: int
    next: int
    kind: Literal["letters", "digits", "sign"]


def find_references(text: str, *, pattern: str | None = None, asked: bool = False) -> tuple[Reference, ...]:
    """The references of a turn.

    Without `pattern`, those after a word such as «dossier», or anywhere if the agent just `asked` for one.
    With `pattern`, a tenant's regular expression for the whole value, those that match it, anywhere.
    """
    tokens = tokenize(text)
    if pattern is not None:
        return tuple(_matching(tokens, text, re.compile(pattern)))
    return tuple(_announced(tokens, text, asked=asked))


def _announced(tokens: Sequence[Token], text: str, *, asked: bool) -> Iterator[Reference]:
    at, cue, between = 0, None, 0
    cue = "" if asked else None
    while at < len(tokens):
        token = tokens[at]
        pieces = _pieces(tokens, at, text) if cue is not None and token.text not in _CUES else []
        reference = _reference(pieces, tokens, text, cue or None)
        if reference is not None:
            yield reference
        if any(p.kind == "digits" for p in pieces):
            at, cue = pieces[-1].next, None
            continue
        if token.text in _CUES:
            weaker = cue is not None and between <= _MOST_BETWEEN and token.text in _WEAK_CUES and cue != ""
            cue, between = cue if weaker else token.text, 0
        elif token.text not in _BETWEEN and cue != "":
            between += 1
            cue = None if (between > 1 and token.kind == "word") or token.text in "?!" else cue
        at += 1


def _reference(
    pieces: Sequence[_Piece], tokens: Sequence[Token], text: str, cue: str | None
) -> Reference | None:
    """The reference that pieces make; None for a sum, a date, a short number."""
    value = "".join(p.text for p in pieces).upper()
    if not pieces or not any(p.kind == "digits" for p in pieces):
        return None
    start, end = tokens[pieces[0].first].start, tokens[pieces[-1].next - 1].end
    if _COUNTED.match(fold(text)[end : end + 20]):
        return None
    length = sum(c.isalnum() for c in value)
    weak = (cue in _WEAK_CUES or cue is None) and value.isdigit()
    if length < (_FEWEST_WEAK if weak else _FEWEST):
        return None
    if _is_phone(value) or (cue in ("numero", "numeros") and _PHONE.search(fold(text)[:start][-50:])):
        return None
    return Reference(value, start, end, cue)


def _is_phone(value: str) -> bool:
    """Whether digits look like a French telephone number."""
    return len(value) == 10 and value.isdigit() and value[0] == "0" and value[1] != "0"


def _pieces(tokens: Sequence[Token], at: int, text: str) -> list[_Piece]:
    """The letters, numbers and signs from token `at` on, up to the first other word."""
    pieces: list[_Piece] = []
    back = False
    position = at
    while position < len(tokens):
        token = tokens[position]
        if pieces and token.text in _TAKING_BACK and _code_ahead(tokens, position, text):
            back, position = True, position + 1
            continue
        piece = _piece(tokens, position, text)
        if piece is None:
            if pieces and _skippable(tokens, position, text):
                position += 1
                continue
            break
        if back:
            pieces.pop()
            back = False
        pieces.append(piece)
        position = piece.next
    while pieces and pieces[-1].kind == "sign":
        pieces.pop()
    return pieces if pieces and pieces[0].kind != "sign" else []


def _skippable(tokens: Sequence[Token], at: int, text: str) -> bool:
    """Whether the reference goes on after a pause or filler at token `at`."""
    if tokens[at].text not in _SKIPPED and tokens[at].text not in (",", ".", "…"):
        return False
    return _code_ahead(tokens, at, text)


def _code_ahead(tokens: Sequence[Token], at: int, text: str) -> bool:
    ahead = at + 1
    while ahead < len(tokens) and (
        tokens[ahead].text in _SKIPPED | _TAKING_BACK or tokens[ahead].text in (",", "…")
    ):
        ahead += 1
    sentence_end = tokens[at].text == "." and tokens[at].end < len(text) and text[tokens[at].end].isspace()
    return not sentence_end and ahead < len(tokens) and _piece(tokens, ahead, text) is not None


def _piece(tokens: Sequence[Token], at: int, text: str) -> _Piece | None:
    token = tokens[at]
    for form, sign in _SIGNS:
        if tuple(t.text for t in tokens[at : at + len(form)]) == form:
            return _Piece(sign, at, at + len(form), "sign")
    original = text[token.start : token.end]
    if token.kind == "word" and len(original) <= 4 and original.isupper() and not _comme(tokens, at):
        return _Piece(fold(original), at, at + 1, "letters")
    letter = read_letter(tokens, at, text)
    if letter is not None and letter.kind == "letter" and letter.sure and _is_code_letter(tokens, at, text):
        return _Piece(fold(letter.text), at, letter.next, "letters")
    if token.kind == "digits":
        return _Piece(token.text, at, at + 1, "digits")
    number = read_number(tokens, at)
    if number is None or number.ordinal or token.text == "une":
        return None
    return _Piece(str(number.value), at, number.next, "digits")


def _comme(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].text == "comme"


def _is_code_letter(tokens: Sequence[Token], at: int, text: str) -> bool:
    """Whether a small letter is one of a code and not the word «a» or «y»."""
    original = text[tokens[at].start : tokens[at].end]
    return (
        len(original) > 1
        or original.isupper()
        or _comme(tokens, at)
        or original not in ("a", "y", "l", "d", "c", "à")
    )


def _matching(tokens: Sequence[Token], text: str, pattern: re.Pattern[str]) -> Iterator[Reference]:
    """The longest stretches of pieces whose value matches `pattern`, from left to right."""
    at = 0
    while at < len(tokens):
        reference, after = _longest_match(_pieces(tokens, at, text), tokens, pattern)
        if reference is not None:
            yield reference
        at = max(after, at + 1)


def _longest_match(
    pieces: Sequence[_Piece], tokens: Sequence[Token], pattern: re.Pattern[str]
) -> tuple[Reference | None, int]:
    for last in range(len(pieces), 0, -1):
        for value in _forms(pieces[:last]):
            if pattern.fullmatch(value):
                start, end = tokens[pieces[0].first].start, tokens[pieces[last - 1].next - 1].end
                return Reference(value, start, end), pieces[last - 1].next
    return None, 0


def _forms(pieces: Sequence[_Piece]) -> Iterator[str]:
    """How the pieces may be written: with the signs said, without, or with hyphens between kinds."""
    said = "".join(p.text for p in pieces).upper()
    bare = "".join(p.text for p in pieces if p.kind != "sign").upper()
    yield said
    yield bare
    yield re.sub(r"(?<=[A-Z])(?=\d)|(?<=\d)(?=[A-Z])", "-", bare)
    yield "-".join(p.text for p in pieces if p.kind != "sign").upper()
