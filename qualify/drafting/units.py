"""What the caller says, cut into clauses that may be told alone, and cleaned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from qualify.drafting.clean import DAYS, MONTHS, Span, Token, kept_tokens, plain, superseded, words_of
from qualify.records import Evidence, Transcript, Turn

SENTENCE_END = re.compile(r"(?<![.?!…;])[.?!…;]+(?=\s|$)")
SUBJECT = (
    r"(?:j'|je |il |elle |on |ils |elles |nous |vous |ca |c'est|c'etait|y a|y avait|il y a|faut|faudrait"
    r"|est-ce|le probleme|mon |ma |mes )"
)
CLAUSE_START = re.compile(
    rf"(?:,\s*(?=(?:(?:et|mais|donc|alors|puis|et puis) )?{SUBJECT})"
    rf"|\s(?=(?:et|mais|et puis|donc) {SUBJECT})|\s(?=(?:et puis l'autre|par contre|sinon est-ce|deuxieme"
    rf"|ensuite|en plus) ))"
)
UNPUNCTUATED_START = re.compile(
    r"\s(?=(?:alors|c'est pour|je voudrais|j'aurais|je voulais|je vous appelle|mais|faut que|faudrait"
    r"|est-ce que) )"
)
HANGING = re.compile(
    r"\b(?:il|elle|ils|elles|on|nous|vous|me|que|qui|si|de|la|le|les|une?|du|des|au|pour|ou|quand|parce"
    r"|car|lui|leur|je|tu|ce|ne"
    r"|et|mais|qu'\w+)[\s,]*$"
)
"""Words after which no clause is over."""
SUBORDINATE = re.compile(
    r"^(?:si|s'il|s'ils|quand|lorsque|comme|des que|tant que|pendant que|depuis que|vu que|puisque)\b"
)
DEPENDENT = re.compile(
    r"^(?:mais (?:seulement|pas|que|uniquement|surtout|sauf)|seulement|sauf|sinon|parce qu|car"
    r"|a condition|pour qu"
    r"|et (?:qu|si )|et pas|et surtout pas|pas |qui |que |dont |ou alors|ou sinon|si |s'il |comme ca"
    r"|surtout pas|ni |je (?:crois|pense)\W*$)"
)
"""A clause that opens so conditions the one before it: apart, either would say something else."""
VERB = re.compile(
    r"\b(?:je|j'|tu|il|elle|on|nous|vous|ils|elles|ca|c'|ce (?:n'|sont)|y a|ne|n'|qui|dont|s'|est|sont"
    r"|etai(?:s|t|ent)|ont|sera(?:i?t)?|seront|va|vont|vient|fait|doit|peut|veut|faut|marche|sais|pense"
    r"|(?!(?:super|hier|hiver|premier|dernier)\b)\w{2,}(?:er|ir|ndre|ttre|ire|ez|ait|aient|era|eront))\b"
    r"|\b(?:j|c|n|s)'"
)
"""What betrays a verb, in `plain` words: a subject, an auxiliary, an ending."""
DETERMINER = words_of(
    "le la les l' un une des mon ma mes notre nos votre vos ce cet cette son sa ses leur leurs"
)
TOPIC = re.compile(r"(?:et (?:puis )?)?(?:le |la |l'|les |mon |ma |mes |notre |nos |votre |vos |cette )")
RESUMED = re.compile(r"(?:vous|ils?|elles?|ca|c'est|faut|on|je|j'|y a)\b")
"""How a clause opens that says something of the topic or time named before it."""
POINTED = re.compile(
    r"\b(?:sur|a|au) ce numero\b|\bqui s'affiche\b|\bc'est mon (?:portable|mobile|fixe|numero)\b"
)
TIMED = re.compile(
    r"\b(?:heures?|matins?|matinee|midi|apres-midi|soirs?|soiree|demain|aujourd'hui|semaine"
    rf"|{'|'.join(sorted(DAYS | MONTHS - {'mars'}))})\b"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause of the caller with those that condition it: the least that may be told alone."""

    turn: int
    tokens: tuple[Token, ...]

    @property
    def span(self) -> Span:
        """From the first kept word to the last."""
        return self.tokens[0].start, self.tokens[-1].end


def _clauses(text: str) -> list[Span]:
    """Ranges of the turn's clauses, split only where what follows has its own subject."""
    simple = plain(text)
    ends = [m.end() for m in SENTENCE_END.finditer(text)]
    spans = []
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        spans += _within_sentence(simple, start, end)
    return [s for s in spans if simple[s[0] : s[1]].strip(" ,.;?!…")]


def _within_sentence(simple: str, start: int, end: int) -> list[Span]:
    pieces = simple[start:end]
    if pieces.rstrip().endswith("?"):
        return [(start, end)]
    cuts = [
        start + m.end()
        for m in CLAUSE_START.finditer(pieces)
        if not SUBORDINATE.match(pieces[: m.start()].lstrip())
    ]
    if len(pieces.split()) > 14 and not re.search(r"[,.]", pieces[:-1]):
        cuts += [start + m.end() for m in UNPUNCTUATED_START.finditer(pieces)]
    bounds = [start, *sorted(c for c in set(cuts) if not HANGING.search(simple[start:c])), end]
    return [(a, b) for a, b in pairwise(bounds) if a < b]


def units(transcript: Transcript) -> list[Unit]:
    """The caller's clauses, cleaned; one that conditions the clause before it stays with it."""
    found: list[Unit] = []
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            found += _units_of(number, turn)
    return found


def _units_of(number: int, turn: Turn) -> list[Unit]:
    groups: list[list[Span]] = []
    simple = plain(turn.text)
    taken_back = superseded(turn.text)
    for span in _clauses(turn.text):
        head = simple[span[0] : span[1]].lstrip(" ,")
        inside_slip = any(a < span[0] < b for a, b in taken_back)
        if groups and (DEPENDENT.match(head) or inside_slip or _refers(head, simple, groups[-1][-1])):
            groups[-1].append(span)
        else:
            groups.append([span])
    kept = ((tuple(kept_tokens(turn.text, g[0][0], g[-1][1]))) for g in groups)
    return [Unit(number, tokens) for tokens in kept if any(t.text[0].isalnum() for t in tokens)]


def _refers(head: str, simple: str, before: Span) -> bool:
    """Whether it speaks of what the short piece before it names («c'est mon mari, il…», «la clé, vous…»)."""
    named = simple[before[0] : before[1]].strip()
    if not named.endswith(",") or len(named.split()) > 6:
        return False
    topic = (TOPIC.match(named) or TIMED.search(named)) and not VERB.search(named)
    return bool(RESUMED.match(head) if topic else re.match(r"(?:il|elle)s? ", head))


def evidence_of(unit: Unit, transcript: Transcript) -> tuple[Evidence, ...]:
    """The unit's words: one piece, parted only where the caller took words back."""
    text = transcript.turns[unit.turn].text
    start, end = unit.span
    pieces, at = [], start
    for a, b in superseded(text):
        if start <= a and b <= end:
            pieces.append((at, a))
            at = b
    pieces.append((at, end))
    return tuple(transcript.evidence(unit.turn, a, b) for a, b in pieces if text[a:b].strip())
