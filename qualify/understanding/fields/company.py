"""The firm or body that the caller calls for: «de la société Delmas», «la mairie de Vertou»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qualify.records import Judgment, Transcript

from .lexicon import PARTICLES, is_first_name
from .person_names import NameToken, is_cased, is_function_word, name_tokens, titled
from .phonetic import similarity
from .tokens import fold_word

_GENERIC = r"societes?|entreprise|boite|groupe|marque"
"""Words that announce a firm without being part of its name."""
_KINDS = (
    r"cabinet|agence|sarl|sci|sas|eurl|sa|scp|selarl|gaec|earl|etude|garage|hotel|restaurant|mairie|"
    r"clinique|hopital|"
    r"pharmacie|boulangerie|boucherie|syndic|assurances?|transports?|etablissements?|ets|menuiserie|"
    r"imprimerie|lycee|"
    r"college|ecole|ehpad|foyer|laboratoire|banque|boutique|fromagerie|librairie|brasserie|"
    r"blanchisserie|negoce|"
    r"domaine|compagnie|association|pressing|camping|plomberie|carrosserie|maconnerie|pompes funebres|"
    r"ambulances?|"
    r"conciergerie|mutuelle|etablissement|pizzeria|usine|centre|institut|cooperative|traiteur|"
    r"bijouterie|serrurerie|charpentes?|"
    r"jardins|taxis?|office|comite|club|caisse|prefecture|tribunal|crous|caf|cpam|notaires?|atelier|studio"
)
"""Kinds of firms and bodies; they stay in the name."""
_LINK = (
    r"(?: (?:de la|de l'|des|de|du|d'|a|immobilier|dentaire|medical|notariale|d'architectes?|"
    r"d'accueil|comptable))*"
)

_CUES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"(?:^|[^a-z-])(?:{pattern})$"), strength)
    for pattern, strength in (
        (rf"(?:de |pour |a |, |^)?(?:la |une |l'|notre |ma )?(?:{_GENERIC})(?: (?:s'appelle|c'est))? ", 0.88),
        (r"(?:de |, |directeur |directrice |travaille |gerante? |equipe |salariee? |employee? |"
         r"responsable |technicien )"
         r"chez ", 0.75),
        (r"(?:pour le compte d(?:e |')|j'appelle pour |je represente (?:la maison )?|"
         r"je travaille (?:pour|chez) |nom de l'entreprise)", 0.75),
        (r"(?:la boite|le nom|l'entreprise|la societe|la boutique|le magasin)[a-z ]*,? (?:c'est|est) ", 0.8),
        (r"(?:services?|responsable|gerante?|direct(?:eur|rice)|secretaire|comptable|employee?|"
         r"assistante?|commerciale?|"
         r"gestionnaire|ressources humaines|standard|accueil|achats)[a-z ]*(?: de| du| d'| chez|,)? ?", 0.6),
        (r"(?:ici|vous appelle de|vous appelle de la part de|vous contacte de) ", 0.5),
    )
)  # fmt: skip
_ASKED = re.compile(
    r"quelle (?:societe|entreprise|agence|structure|compagnie|association)|(?:votre|la|l'|nom de l[a'] ?) ?"
    r"(?:societe|entreprise(?: utilisatrice)?|etablissement|structure|raison sociale|commerce)[a-z ]*\?|"
    r"de quelle societe|"
    r"vous (?:appelez|etes) (?:pour|de) quelle"
)
_KIND_AT = re.compile(rf"(?:^|[^a-z-])((?:{_KINDS}){_LINK} ?)$")
_MINE = re.compile(
    r"(?:ici|de|du|des|de la|de l'|bonjour|bonsoir|allo|c'est|je suis a|pour|gerante? de|directrice de|"
    r"directeur de|et)"
    r"[, ]*(?:le |la |l'|les |une? )?$|, (?:le |la |l')?$|^$"
)
_AFTER_PERSON = re.compile(r" (?:de|du|des)(?: la)?(?: chez)? $")
_IN_STREET = re.compile(r"(?:rue|avenue|boulevard|place|quai|cours|residence|allee|impasse)[a-z' ]*$")
_WIDTH = 70
_LEAST = 0.6


@dataclass(frozen=True)
class _Found:
    """A firm's name in a turn."""

    turn: int
    value: str
    start: int
    end: int
    strength: float


def company(transcript: Transcript, *, excluded: Sequence[str] = ()) -> Judgment | None:
    """The firm or body that the caller speaks for, with its kind where it has one («Mairie de Vertou»).

    `excluded` are names that are not it: the tenant, the caller. None where none is said.
    """
    found = [
        f for i, turn in enumerate(transcript.turns) if turn.speaker == "caller"
        for f in _firms(transcript, i) if not any(_is_same(f.value, name) for name in excluded)
    ]  # fmt: skip
    best = max(found, key=lambda f: f.strength, default=None)
    if best is None or best.strength < _LEAST:
        return None
    same = [f for f in found if _is_same(f.value, best.value)]
    evidence = tuple(transcript.evidence(f.turn, f.start, f.end) for f in same)
    return Judgment(value=best.value, confidence=best.strength, evidence=evidence)


def _is_same(one: str, other: str) -> bool:
    return similarity(one, other) > 0.9 or fold_word(one) in fold_word(other)


def _firms(transcript: Transcript, turn: int) -> Iterator[_Found]:
    text = transcript.turns[turn].text
    tokens = name_tokens(text)
    cased = is_cased(text)
    asked = bool(turn) and bool(_ASKED.search(fold_word(transcript.turns[turn - 1].text)))
    at = 0
    while at < len(tokens):
        start = tokens[at].start
        before = fold_word(text[max(0, start - _WIDTH) : start])
        strength = _strength(tokens, at, before, asked=asked)
        end = _end(tokens, at, cased=cased) if strength else at
        if end == at:
            at += 1
            continue
        asked = False
        if all(len(t.text) < 3 for t in tokens[at:end]):
            at = end
            continue
        yield _with_kind(turn, text, tokens[at:end], before, strength)
        at = end


def _strength(tokens: Sequence[NameToken], at: int, before: str, *, asked: bool) -> float:
    if asked and all(is_function_word(t.fold) for t in tokens[:at]):
        return 0.85
    kind = _KIND_AT.search(before)
    if kind and _MINE.search(before[: kind.start(1)]):
        return 0.8
    cue = next((s for pattern, s in _CUES if pattern.search(before)), 0.0)
    if cue or _IN_STREET.search(before):
        return cue if cue >= 0.8 or not is_first_name(tokens[at].text) else 0.0
    return _beside_person(tokens, at, before)


def _beside_person(tokens: Sequence[NameToken], at: int, before: str) -> float:
    """Strength of what a presented person is of: «Odile de Foncia», «Marchand, de Foncia»."""
    words = [t for t in tokens[max(0, at - 4) : at] if t.fold not in PARTICLES and t.fold != "chez"]
    presented = bool(words) and words[-1].capital and bool(_AFTER_PERSON.search(before))
    if not presented or is_first_name(tokens[at].text):
        return 0.0
    return 0.7 if is_first_name(words[-1].text) or "," in tokens[at].glue else 0.0


def _end(tokens: Sequence[NameToken], begin: int, *, cased: bool) -> int:
    """The word after a firm's name that begins with word `begin`; `begin` where none does."""
    end = begin
    while end < min(len(tokens), begin + 6) and (end == begin or tokens[end].joined):
        if not (_goes_on_cased(tokens, begin, end) if cased else _goes_on_lower(tokens, begin, end)):
            break
        end += 1
    return end


def _goes_on_cased(tokens: Sequence[NameToken], begin: int, at: int) -> bool:
    token = tokens[at]
    if token.capital:
        return at > begin or not (token.opens and is_function_word(token.fold))
    if at == begin:
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].joined else None
    inside = token.fold in PARTICLES or token.fold == "et"
    return token.fold in _FAMILY or (
        inside and after is not None and (after.capital or after.fold in _FAMILY)
    )


def _goes_on_lower(tokens: Sequence[NameToken], begin: int, at: int) -> bool:
    token = tokens[at]
    return not token.text.isdigit() and not is_function_word(token.fold) and at - begin < 2


_FAMILY = frozenset(("fils", "freres", "associes", "cie", "filles"))


def _with_kind(turn: int, text: str, words: Sequence[NameToken], before: str, strength: float) -> _Found:
    """The firm, with the word for its kind that stands before it."""
    start, end = words[0].start, words[-1].end
    value = titled([w.text for w in words]) if not is_cased(text) else text[start:end]
    kind = _KIND_AT.search(before)
    if kind:
        start -= len(before) - kind.start(1)
        said = text[start : words[0].start]
        value = said[:1].upper() + said[1:] + value
    return _Found(turn, " ".join(value.split()), start, end, strength)
