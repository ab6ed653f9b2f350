"""Dictated digits of one party: which words are digits, and what stands between them.

A `Run` is a chain of digit words that may belong together, across turns where the other party only
says «oui» or echoes. `dictation.py` reads runs into numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from qualify.records import Speaker, Turn

from .numbers import VALUES, find_numbers
from .reference import find_codes
from .tokens import Token, fold, tokenize

Marker = Literal["", "weak", "strong", "restart"]

MISHEARD = {
    "si": 6, "scie": 6, "sis": 6, "ssix": 6, "cis": 6, "sete": 7, "cette": 7, "set": 7, "cet": 7, "cete": 7,
    "sank": 5, "cinque": 5, "saint": 5, "katre": 4, "quatr": 4, "troi": 3, "deu": 2, "hui": 8, "neuve": 9,
    "vin": 20, "vint": 20, "trante": 30, "carante": 40, "onse": 11, "ons": 11, "douse": 12, "treise": 13,
    "quinse": 15, "disse": 10, "dis": 10, "zerot": 0, "heros": 0, "zorro": 0, "oh": 0, "o": 0,
}  # fmt: skip
"""What speech recognition writes for a digit; believed only next to other digits."""

FILLERS = frozenset(
    {
        "euh", "heu", "hum", "hm", "mm", "alors", "donc", "et", "puis", "apres", "ensuite", "c", "est", "le",
        "la", "les", "l", "tiret", "trait", "union", "point", "espace", "virgule", "oui", "voila", "bon",
        "ben", "bah", "hein", "ok", "regarde", "je", "vous", "te", "tu", "notez", "note", "avez", "as",
        "suivi", "de", "du", "d", "ca", "fait", "enfin", "mais", "toujours", "encore", "maintenant", "suite",
        "allez", "y", "ouais", "accord", "pour", "finir", "termine", "finit", "fini", "commence", "par", "a",
        "nouveau", "voyez", "bien", "s", "il", "plait", "dire", "dis", "disais", "ah", "numero", "moi", "me",
        "j", "ai", "lunettes", "prends", "cherche", "debut", "milieu", "dernier", "derniers"
    }
)  # fmt: skip
"""Words within a dictation that say nothing of the number."""

STRONG = frozenset(
    {
        "non", "pardon", "trompe", "trompee", "erreur", "oups", "zut", "mince", "rectifie", "rectification",
        "corrige", "correction", "excusez", "excuse", "desole", "desolee", "goure", "plutot", "plante",
        "mauvais", "melange", "confonds", "confondu", "flute"
    }
)  # fmt: skip
WEAK = frozenset(["attendez", "attends", "enfin", "minute"])
RESTART = frozenset(
    {
        "recommence", "recommencer", "reprends", "reprend", "reprenons", "repete", "repeter", "redis",
        "redonne", "refais"
    }
)  # fmt: skip
AROUND_MARKER = frozenset(
    {
        "pas", "suis", "veux", "voulais", "voulait", "ai", "c'est", "que", "qu", "on", "bonne", "c'etait",
        "etait", "dit", "faux", "reste"
    }
)  # fmt: skip

HARD = frozenset(
    [
        "ou",
        "sinon",
        "soit",
        "dossier",
        "reference",
        "code",
        "poste",
        "digicode",
        "rue",
        "avenue",
        "boulevard",
        "allee",
        "chemin",
        "place",
        "impasse",
        "batiment",
        "etage",
        "porte",
        "appartement",
        "date",
        "naissance",
        "ne",
        "nee",
        "commande",
        "facture",
        "contrat",
        "client",
        "fixe",
        "portable",
        "mobile",
        "bureau",
        "domicile",
        "fax",
        "email",
        "mail",
        "arobase",
        "siret",
        "securite",
        "sociale",
        "carte",
        "voila",
        "merci",
        "aurevoir",
    ]
) - {"voila"}
"""Words that end a dictation."""

COUNTED = frozenset(
    {
        "heure", "heures", "h", "euro", "euros", "an", "ans", "jour", "jours", "minute", "minutes", "min",
        "mois", "semaine", "semaines", "rue", "avenue", "av", "boulevard", "bd", "allee", "allees", "chemin",
        "place", "impasse", "route", "quai", "cours", "square", "lotissement", "personnes", "enfants",
        "metres", "kilos", "degres", "bis", "ter", "pourcent", "pour-cent", "janvier", "fevrier", "mars",
        "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre", "pieces",
        "etage", "etages", "eme", "instant", "moment", "seconde", "secondes", "message", "fois", "nuits",
        "appartements", "salaries", "lots", "cm", "kg", "km", "litres", "mille", "million", "millions",
        "centimes"
    }
)  # fmt: skip
"""What follows a number that counts something: it is no part of a dictation."""

ACKNOWLEDGING = (FILLERS - {"numero", "moi", "me"}) | frozenset(
    {
        "tres", "parfait", "note", "suite", "continuez", "ecoute", "entendu", "exact", "exactement", "super",
        "genial", "allo", "fin", "tout", "suivre", "mhm", "attend", "merci", "d'accord", "alors", "monsieur",
        "madame"
    }
)  # fmt: skip
_ASKS_AGAIN = re.compile(
    r"\brepet|\bredi[ts]|\bredonne|pas (?:bien )?(?:entendu|compris|saisi|note)|\bpardon\b|^\W*comment\b|"
    r"j'ai (?:loupe|rate)"
)
_NUMERIC_DATE = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/\d{2,4}(?![\d/])|\d+(?=\s*(?:€|%))")
_AFTER_NOON = re.compile(r"\bmidi et (?:deux|2|une|quart|demie?)\b")
_PAUSES = frozenset(",;:.!?…()")
_HYPHENS = frozenset("-‐‑")
_COUNT_WORDS = {"double": 2, "triple": 3}
MOST_UNKNOWN = 2
"""Most words that are neither digits nor known filler between two groups of one dictation."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One digit word or digit string: [start, end) are its characters in turn number `turn`."""

    turn: int
    start: int
    end: int
    value: int
    digits: str
    kind: Literal["word", "digits", "misheard", "plus", "repeat"]


@dataclass(frozen=True, slots=True)
class Gap:
    """What is said between two atoms."""

    hyphen: bool = False
    plural: bool = False
    """«vingts» follows, which is only written in «quatre vingts»."""
    joined_by_et: bool = False
    pause: bool = False
    turn: Literal["", "on", "again"] = ""
    """Whether a turn ends here: the other party lets the speaker go «on», or asks to hear it «again»."""
    marker: Marker = ""
    after: bool = False
    """The marker belongs to the group before it: «dix-sept, dix-huit pardon, …»."""
    negates: bool = False
    """The next group is said to be wrong: «dix-huit, pas dix-sept»."""
    unknown: int = 0
    """Words that are no known filler."""
    plain: bool = True
    """Whether nothing but white space, hyphens, pauses or «et» stands here."""


@dataclass(frozen=True)
class Run:
    """Atoms that may make one or several numbers; `gaps[i]` stands between atoms i and i + 1."""

    atoms: tuple[Atom, ...]
    gaps: tuple[Gap, ...]
    hyphenated: bool = False
    """Whether compounds are written with hyphens here, so that «soixante douze» is likelier 60 12."""


@dataclass(frozen=True)
class SpokenTurn:
    """A turn cut into tokens and atoms; `atom_at[i]` says which atom token i begins."""

    number: int
    speaker: Speaker
    folded: str
    tokens: tuple[Token, ...]
    atom_at: dict[int, tuple[Atom, int]] = field(default_factory=dict)
    """Index of an atom's first token → the atom and the index of the token after it."""
    counted: frozenset[int] = frozenset()
    """Tokens of numbers that count something, or stand in a code with letters."""


def read_turn(number: int, turn: Turn) -> SpokenTurn:
    """The tokens and atoms of turn number `number`."""
    tokens = tokenize(turn.text)
    folded = fold(turn.text)
    counted = _counted(turn.text, folded, tokens) | _in_codes(turn.text, tokens)
    atoms: dict[int, tuple[Atom, int]] = {}
    at = 0
    while at < len(tokens):
        atom = None if at in counted else _atom(tokens, at, number)
        if atom is not None:
            atoms[at] = atom
        at = atom[1] if atom else at + 1
    return SpokenTurn(number, turn.speaker, folded, tokens, atoms, counted)


def _counted(text: str, folded: str, tokens: Sequence[Token]) -> frozenset[int]:
    if not any(t.text in COUNTED or t.text in "/€%" or t.text == "midi" for t in tokens):
        return frozenset()
    spans = [m.span() for m in _NUMERIC_DATE.finditer(folded)]
    spans += [m.span() for m in _AFTER_NOON.finditer(folded)]
    following = {t.start: n for n, t in enumerate(tokens)}
    for number in find_numbers(text):
        after = next((n for start, n in following.items() if start >= number.end), None)
        if (
            after is not None
            and tokens[after].text in COUNTED
            and not _is_multiplier(tokens, after, number.value)
        ):
            spans.append((number.start, number.end))
    return frozenset(n for n, t in enumerate(tokens) if any(s <= t.start < e for s, e in spans))


def _in_codes(text: str, tokens: Sequence[Token]) -> frozenset[int]:
    """The tokens of references that begin with letters («EA 31 70»)."""
    capitals = (t.start for t in tokens if t.kind == "word" and text[t.start : t.end].isupper())
    first = next((start for start in capitals if text[start + 1 : start + 2] != "'"), None)
    if first is None or not any(t.start > first and (t.kind == "digits" or t.text in VALUES) for t in tokens):
        return frozenset()
    spans = [(r.start, r.end) for r in find_codes(text)]
    return frozenset(n for n, t in enumerate(tokens) if any(s <= t.start < e for s, e in spans))


def _is_multiplier(tokens: Sequence[Token], at: int, value: int) -> bool:
    """Whether «fois» multiplies («deux fois le douze») and does not count («deux fois par jour»)."""
    if tokens[at].text != "fois" or not 2 <= value <= 5:
        return False
    ahead = [t for t in tokens[at + 1 : at + 4] if t.text not in ("le", "la", "les", "un", "chiffre")]
    return bool(ahead) and (ahead[0].kind == "digits" or ahead[0].text in VALUES)


def _atom(tokens: Sequence[Token], at: int, turn: int) -> tuple[Atom, int] | None:
    token = tokens[at]
    if token.kind == "digits":
        multiplied = _multiplier(tokens, at, turn, int(token.text[:2]))
        return multiplied or (
            Atom(turn, token.start, token.end, int(token.text[:15]), token.text, "digits"),
            at + 1,
        )
    if token.text in ("plus", "+"):
        ahead = tokens[at + 1] if at + 1 < len(tokens) else None
        dialled = ahead is not None and (ahead.kind == "digits" or ahead.text in VALUES)
        return (Atom(turn, token.start, token.end, -1, "+", "plus"), at + 1) if dialled else None
    if token.text in _COUNT_WORDS:
        count = _COUNT_WORDS[token.text]
        dictated = at + 1 < len(tokens) and (tokens[at + 1].text in VALUES or tokens[at + 1].kind == "digits")
        return (Atom(turn, token.start, token.end, count, "", "repeat"), at + 1) if dictated else None
    if token.text in VALUES:
        return _word_atom(tokens, at, turn)
    return _misheard_atom(tokens, at, turn) if token.text in MISHEARD else None


def _word_atom(tokens: Sequence[Token], at: int, turn: int) -> tuple[Atom, int] | None:
    token, value = tokens[at], VALUES[tokens[at].text]
    multiplied = _multiplier(tokens, at, turn, value)
    if multiplied is not None:
        return multiplied
    if token.text in ("un", "une") and not _un_is_a_digit(tokens, at):
        return None
    if value == 0 and at + 1 < len(tokens) and tokens[at + 1].text == "devant":
        return None
    return Atom(turn, token.start, token.end, value, str(value), "word"), at + 1


def _un_is_a_digit(tokens: Sequence[Token], at: int) -> bool:
    if tokens[at].text == "une":
        return False
    ahead = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        ahead is None or ahead.kind != "word" or ahead.text in VALUES or ahead.text in FILLERS | STRONG | WEAK
    )


def _multiplier(tokens: Sequence[Token], at: int, turn: int, value: int) -> tuple[Atom, int] | None:
    """«deux fois le», «trois» before «zéros»."""
    if at + 1 >= len(tokens) or not 2 <= value <= 5:
        return None
    token, ahead = tokens[at], tokens[at + 1]
    if ahead.text == "zeros":
        return Atom(turn, token.start, token.end, value, "", "repeat"), at + 1
    if ahead.text != "fois" or not _is_multiplier(tokens, at + 1, value):
        return None
    end = at + 2
    while tokens[end].text in ("le", "la", "les", "un", "chiffre"):
        end += 1
    return Atom(turn, token.start, tokens[end - 1].end, value, "", "repeat"), end


def _misheard_atom(tokens: Sequence[Token], at: int, turn: int) -> tuple[Atom, int] | None:
    token, value = tokens[at], MISHEARD[tokens[at].text]
    after = _is_number(tokens, at + 1)
    if value == 0 and token.text in ("o", "oh"):
        heard = after
    else:
        ended = at + 1 == len(tokens) or tokens[at + 1].text in _PAUSES
        heard = _is_number(tokens, at - 1) and (after or ended)
    return (Atom(turn, token.start, token.end, value, str(value), "misheard"), at + 1) if heard else None


def _is_number(tokens: Sequence[Token], at: int) -> bool:
    if not 0 <= at < len(tokens):
        return False
    return tokens[at].kind == "digits" or tokens[at].text in VALUES


def runs(turns: Sequence[SpokenTurn], speaker: Speaker, *, breaks: Collection[int]) -> tuple[Run, ...]:
    """The runs of `speaker` over the whole call.

    A run never goes on over a turn of `breaks`: there the other party says a whole number.
    """
    found: list[Run] = []
    atoms: list[Atom] = []
    gaps: list[Gap] = []
    link = _Link()
    for turn in turns:
        if turn.speaker != speaker:
            link.hear(turn, hard=turn.number in breaks)
            continue
        for atom, gap in _steps(turn, link):
            if atoms and gap is None:
                found.append(_run(atoms, gaps))
                atoms, gaps = [], []
            elif atoms and gap is not None:
                gaps.append(gap)
            atoms.append(atom)
    return (*found, _run(atoms, gaps)) if atoms else tuple(found)


def _run(atoms: Sequence[Atom], gaps: Sequence[Gap]) -> Run:
    hyphenated = any(
        (g.hyphen and a.kind == b.kind == "word" and a.value >= 20 and b.value < 20)
        or (g.hyphen and a.value == 4)
        for a, g, b in zip(atoms, gaps, atoms[1:], strict=False)
    )
    return Run(tuple(atoms), tuple(gaps), hyphenated)


@dataclass
class _Link:
    """The words since the last atom, and what the other party said meanwhile."""

    words: list[Token] = field(default_factory=list)
    turn: Literal["", "on", "again"] = ""
    hard: bool = False

    def hear(self, turn: SpokenTurn, *, hard: bool) -> None:
        """Take note of the other party's turn."""
        reply = _reply(turn)
        self.hard = self.hard or hard or reply == ""
        self.turn = "again" if "again" in (self.turn, reply) else "on"

    def reset(self) -> None:
        self.words, self.turn, self.hard = [], "", False


def _reply(turn: SpokenTurn) -> Literal["", "on", "again"]:
    """Whether `turn` lets the other party dictate on, asks again, or speaks of something else ("")."""
    if _ASKS_AGAIN.search(turn.folded):
        return "again"
    position, unknown = 0, 0
    while position < len(turn.tokens):
        if position in turn.atom_at:
            position = turn.atom_at[position][1]
            continue
        token = turn.tokens[position]
        unknown += token.kind == "word" and token.text not in ACKNOWLEDGING
        position += 1
    asks = turn.folded.rstrip().endswith("?")
    return "on" if unknown <= (0 if asks else 1) else ""


def _steps(turn: SpokenTurn, link: _Link) -> list[tuple[Atom, Gap | None]]:
    """The atoms of a turn, each with the gap before it; None where the gap is too wide to bridge."""
    steps: list[tuple[Atom, Gap | None]] = []
    position = 0
    while position < len(turn.tokens):
        if position in turn.atom_at:
            plural = turn.tokens[position].text == "vingts"
            atom, position = turn.atom_at[position]
            gap = None if link.hard else _gap(link.words, link.turn)
            steps.append((atom, replace(gap, plural=plural) if gap else None))
            link.reset()
            continue
        link.hard = link.hard or position in turn.counted
        link.words.append(turn.tokens[position])
        position += 1
    if turn.tokens and link.turn == "":
        link.turn = "on"
    return steps


def _gap(tokens: Sequence[Token], turn: Literal["", "on", "again"]) -> Gap | None:
    words = [t.text for t in tokens if t.kind == "word"]
    marks = {t.text for t in tokens if t.kind == "mark"}
    marker = _marker(words)
    known = FILLERS | STRONG | WEAK | RESTART | (AROUND_MARKER if marker else frozenset({"pas"}))
    unknown = sum(w not in known for w in words)
    if HARD & set(words) or unknown > (4 if marker else MOST_UNKNOWN):
        return None
    return Gap(
        hyphen=bool(marks) and marks <= _HYPHENS and not words,
        joined_by_et=words == ["et"] and not marks & _PAUSES,
        pause=bool(marks & _PAUSES),
        turn=turn,
        marker=marker,
        after=not turn and _belongs_before(tokens),
        negates=_negates(words),
        unknown=0 if marker else unknown,
        plain=not words or words == ["et"],
    )


def _marker(words: Sequence[str]) -> Marker:
    said = set(words)
    if said & RESTART:
        return "restart"
    if said & STRONG:
        return "strong"
    return "weak" if said & WEAK else ""


def _belongs_before(tokens: Sequence[Token]) -> bool:
    """«dix-huit pardon, …»: the marker follows without a pause and a pause follows it."""
    if len(tokens) < 2 or tokens[0].text not in ("pardon", "plutot"):
        return False
    return len(tokens) == 2 and tokens[1].text in _PAUSES


def _negates(words: Sequence[str]) -> bool:
    said = [w for w in words if w not in ("le", "du", "de", "euh")]
    return bool(said) and (said[-1] == "pas" or said[-2:] == ["lieu"] or words[-3:] == ["au", "lieu", "de"])


def whole(run: Run, first: int, last: int) -> Run:
    """The atoms `first` to `last` of a run, both included."""
    return replace(run, atoms=run.atoms[first : last + 1], gaps=run.gaps[first:last])
