"""References of files, orders, contracts: «dossier AB douze quatre-vingt-quatre» → «AB1284»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .numbering import to_e164
from .numbers import read_number
from .spelling import read_letter
from .tokens import Token, fold, tokenize

_CUES = frozenset(
    {
        "dossier", "dossiers", "reference", "references", "ref", "commande", "commandes", "facture",
        "factures", "contrat", "sinistre", "client", "devis", "ticket", "adherent", "police", "plaque",
        "immatriculation", "immatriculee", "matricule", "numero", "numeros", "allocataire", "abonne",
        "abonnement", "intervention", "reclamation", "colis", "suivi", "serie", "bail", "lot", "affaire",
        "incident", "reservation", "compte", "demande", "bordereau", "livraison", "contravention"
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
        ";", ",", ".", "'", "’", "-", "#", "il", "y", "en", "vous", "j", "ai", "sous", "je", "attendez",
        "donne", "voici", "tenez"
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
_SIGN_BEGINNINGS = frozenset(form[0] for form, _ in _SIGNS)
_SKIPPED = frozenset(["euh", "heu", "puis", "et", "ensuite", "apres", "point", "espace", "alors", "donc"])
_TAKING_BACK = frozenset(("non", "pardon", "plutot", "trompe", "erreur"))
_BEGINNING_AGAIN = frozenset(("reprends", "recommence", "repete", "redis"))
_TIMES = {"double": 2, "triple": 3}
_FARTHEST_CORRECTION = 14
"""Most tokens between a code and the digits that correct it: «… je regarde ma fiche. Non, 31 70»."""
_BEFORE_A_GROUP = _TAKING_BACK | _BEGINNING_AGAIN | _SKIPPED | {"est", "le", ",", ".", "…"}
"""What stands before a short correction; «il y a un zéro devant» is none."""
_WITH_HYPHENS = re.compile(r"^\W*(?:le tout )?avec (?:des |les |un |deux )?(?:tirets?|traits? d'union)\b")
_NO_CODE = frozenset(("bp", "cs", "rn", "tsa", "fr", "iso", "rib", "iban", "tva"))
"""Letters before digits that make an address, a norm or a bank account."""
_FEWEST_DIGITS_UNCUED, _MOST_UNCUED = 4, 14
"""Digits, and signs in all, of a code that nothing announces: «la FA 26 0871»."""
_FEWEST_OF_A_PHONE = 9
_COUNTED = re.compile(
    r"^\W*(?:euros?|€|%|pour ?cent|heures?|h\b|ans?\b|jours?|mois|semaines?|metres?|km|kilos?|fois|"
    r"personnes|pages?|pieces?|balles|litres?|kg|mg|grammes?|milligrammes?|tonnes?|m2|metres?|logements?|francs|"
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

    Without `pattern`, those after a word such as «dossier», or anywhere if the agent just `asked` for one
    or if they are letters followed by many digits. With `pattern`, a tenant's regular expression for the
    whole value, those that match it, anywhere.
    """
    tokens = tokenize(text)
    if pattern is not None:
        return tuple(_matching(tokens, text, re.compile(pattern)))
    return tuple(_announced(tokens, text, asked=asked))


def find_codes(text: str) -> tuple[Reference, ...]:
    """The references of a turn that begin with letters and hold fewer digits than a telephone number."""
    tokens = tokenize(text)
    return tuple(
        r
        for r in _announced(tokens, text, asked=False)
        if r.value[0].isalpha() and sum(c.isdigit() for c in r.value) < _FEWEST_OF_A_PHONE
    )


def _announced(tokens: Sequence[Token], text: str, *, asked: bool) -> Iterator[Reference]:
    at, cue, between = 0, None, 0
    cue = "" if asked else None
    while at < len(tokens):
        token = tokens[at]
        possible = token.text not in _CUES and (cue is not None or text[token.start].isupper())
        pieces = _pieces(tokens, at, text) if possible else []
        if cue is None and not _tells_itself(pieces):
            pieces = []
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


def _tells_itself(pieces: Sequence[_Piece]) -> bool:
    """Whether pieces are a code by their mere form: letters, then many digits."""
    letters = "".join(p.text for p in pieces[: _leading_letters(pieces)])
    value = "".join(p.text for p in pieces if p.kind != "sign")
    digits = sum(c.isdigit() for c in value)
    spelled = len(letters) > 1 and all(len(p.text) == 1 for p in pieces if p.kind == "letters")
    closed = bool(pieces) and pieces[-1].kind == "digits"
    return (
        0 < len(letters) <= 4
        and letters not in _NO_CODE
        and digits >= _FEWEST_DIGITS_UNCUED - (spelled and closed)
        and len(value) <= _MOST_UNCUED
        and not _is_phone(value[len(letters) :])
    )


def _leading_letters(pieces: Sequence[_Piece]) -> int:
    """How many of `pieces`, from the first on, are letters."""
    return next((n for n, p in enumerate(pieces) if p.kind != "letters"), len(pieces))


def _reference(
    pieces: Sequence[_Piece], tokens: Sequence[Token], text: str, cue: str | None
) -> Reference | None:
    """The reference that pieces make; None for a sum, a date, a short number."""
    value = _value(pieces, tokens, text)
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
    """Whether digits look like a telephone number, French or dialled with 00."""
    return len(value) >= 10 and value.isdigit() and value[0] == "0" and to_e164(value, "FR") is not None


def _value(pieces: Sequence[_Piece], tokens: Sequence[Token], text: str) -> str:
    """What pieces make, with the hyphens that are said, or asked for after them («avec des tirets»)."""
    value = "".join(p.text for p in pieces).upper()
    after = fold(text)[tokens[pieces[-1].next - 1].end :] if pieces else ""
    if not _WITH_HYPHENS.search(after) or any(p.kind == "sign" for p in pieces):
        return value
    spaced = "-".join(p.text for p in pieces).upper()
    return re.sub(r"(?<=[A-Z])-(?=[A-Z](?![A-Z]*\d))", "", spaced)


def _pieces(tokens: Sequence[Token], at: int, text: str) -> list[_Piece]:
    """The letters, numbers and signs from token `at` on, with what the speaker then corrects of them."""
    pieces = _begun_again(_chunk(tokens, at, text))
    while pieces:
        correction = _correction(tokens, pieces[-1].next, text)
        if correction is None:
            break
        again, position = correction
        new = _chunk(tokens, position, text)
        pieces = _corrected(pieces, new, again=again)
    return pieces


def _chunk(tokens: Sequence[Token], at: int, text: str) -> list[_Piece]:
    """The letters, numbers and signs from token `at` on, up to the first other word."""
    pieces: list[_Piece] = []
    position = at
    while position < len(tokens):
        piece = _piece(tokens, position, text) if tokens[position].text not in _TAKING_BACK else None
        if piece is None:
            if pieces and _skippable(tokens, position, text):
                position += 1
                continue
            break
        if pieces and _comme(tokens, position) and pieces[-1].text == piece.text:
            piece = _Piece(piece.text, pieces.pop().first, piece.next, "letters")
        pieces.append(piece)
        position = piece.next
    while pieces and pieces[-1].kind == "sign":
        pieces.pop()
    return pieces if pieces and pieces[0].kind != "sign" else []


def _begun_again(pieces: list[_Piece]) -> list[_Piece]:
    """The last of several beginnings with the same two letters or more: «R C deux… R C vingt-six»."""
    letters = [p.text for p in pieces[: _leading_letters(pieces)]]
    start = 0
    for at in range(len(letters), len(pieces)):
        following = pieces[at : at + _leading_letters(pieces[at:])]
        if len("".join(letters)) > 1 and "".join(p.text for p in following) == "".join(letters):
            start = at
    return pieces[start:]


def _correction(tokens: Sequence[Token], at: int, text: str) -> tuple[bool, int] | None:
    """Where, after a word such as «non», a code goes on; and whether all of it is said again."""
    marker = ""
    for position in range(at, min(at + _FARTHEST_CORRECTION, len(tokens))):
        token = tokens[position]
        if token.text in _TAKING_BACK | _BEGINNING_AGAIN:
            marker = token.text
        elif token.kind == "digits" or _PHONE.search(token.text) or token.text in _CUES | {"nom", "rue"}:
            return (marker in _BEGINNING_AGAIN, position) if marker and token.kind == "digits" else None
        elif _corrects(_chunk(tokens, position, text), tokens):
            return (marker in _BEGINNING_AGAIN, position) if marker else None
    return None


def _corrects(pieces: Sequence[_Piece], tokens: Sequence[Token]) -> bool:
    """Whether pieces can be the correction of a code, and are no «un» before a noun."""
    if not pieces:
        return False
    if not any(p.kind == "digits" for p in pieces):
        return len(pieces) > 1 or pieces[0].next - pieces[0].first > 1
    before, after = tokens[pieces[0].first - 1].text, tokens[pieces[-1].next : pieces[-1].next + 1]
    if len(_text(pieces)) < _FEWEST and before not in _BEFORE_A_GROUP:
        return False
    return len(pieces) > 1 or not after or after[0].kind == "mark"


def _corrected(pieces: list[_Piece], new: list[_Piece], *, again: bool) -> list[_Piece]:
    """A code of which the speaker says `new`, the whole or a part, once more or otherwise."""
    end = new[-1].next
    letters = _leading_letters(pieces)
    before, after = _text(pieces), _text(new)
    if before.endswith(after):
        return [*pieces[:-1], _Piece(pieces[-1].text, pieces[-1].first, end, pieces[-1].kind)]
    if letters and after.startswith(before[0]) and new[0].kind == "letters":
        return new
    if again and new[0].kind == "digits":
        return pieces[:letters] + new
    same = [n for n in range(letters, len(pieces)) if pieces[n].text == new[0].text]
    if same and len(new) > 1:
        return pieces[: same[-1]] + new
    kept = len(pieces)
    while kept > 1 and len(_text(pieces[kept:])) < len(after):
        kept -= 1
    return pieces[: kept if len(_text(pieces[kept:])) == len(after) else len(pieces) - 1] + new


def _text(pieces: Sequence[_Piece]) -> str:
    return "".join(p.text for p in pieces if p.kind != "sign")


def _skippable(tokens: Sequence[Token], at: int, text: str) -> bool:
    """Whether the reference goes on after a pause or filler at token `at`."""
    if tokens[at].text not in _SKIPPED and tokens[at].text not in (",", ".", "…"):
        return False
    return _code_ahead(tokens, at, text)


def _code_ahead(tokens: Sequence[Token], at: int, text: str) -> bool:
    ahead = at + 1
    while ahead < len(tokens) and (tokens[ahead].text in _SKIPPED or tokens[ahead].text in (",", "…")):
        ahead += 1
    sentence_end = tokens[at].text == "." and tokens[at].end < len(text) and text[tokens[at].end].isspace()
    return not sentence_end and ahead < len(tokens) and _piece(tokens, ahead, text) is not None


def _piece(tokens: Sequence[Token], at: int, text: str) -> _Piece | None:
    token = tokens[at]
    for form, sign in _SIGNS if token.text in _SIGN_BEGINNINGS else ():
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
    times = _TIMES.get(token.text, 1)
    number = read_number(tokens, at + 1 if times > 1 and at + 1 < len(tokens) else at)
    if number is not None and times > 1:
        return _Piece(str(number.value) * times, at, number.next, "digits") if number.value < 10 else None
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
