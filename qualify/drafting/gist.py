"""What the caller wants and why: his clauses that matter, cleaned and told in the third person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qualify.drafting.clean import (
    DAYS,
    DENIAL,
    MONTHS,
    Span,
    Token,
    denied_names,
    joined,
    kept_tokens,
    near_miss,
    plain,
    superseded,
    words_of,
)
from qualify.drafting.person import Address, third_person
from qualify.drafting.render import written_numbers
from qualify.records import Evidence, Sentence, Transcript, Turn

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

CONTACT_QUESTION = re.compile(
    r"quel nom|votre nom|vous etes\b.*\?|vous vous appelez|s'appelle|votre (?:numero|telephone|adresse"
    r"|mail|prenom)"
    r"|un (?:numero|telephone)|vous joindre|vous joint|vous rappel|epel|coordonnees|date de naissance"
    r"|l'adresse"
)
CONTACT = re.compile(
    r"\b(?:mon (?:numero|portable|mail|adresse|nom)|mon fixe|numero de telephone|arobase|point com"
    r"|point fr|comme \w+,|j'epelle"
    r"|je vous epelle|ca s'ecrit|m'appelle|a l'appareil|rappelez-moi au|c'est le zero|je suis (?:madame"
    r"|monsieur))\b|@"
)
REQUEST = re.compile(
    r"\b(?:voudr|voula|souhait|aimer|besoin|faudr|il faut|faut |est-ce|demand|savoir|pouvez|pourri"
    r"|possible|dites-|annul"
    r"|report|decal|deplac|rappel|urgent|envoy|confirm|prevenir|veux|refus|attend|exig|devis|rendez-vous)"
)
CHATTER = re.compile(
    r"\b(?:vous comprenez|vous imaginez|franchement|honnetement|je plaisante|ca va et vous|comment allez"
    r"|je rigole"
    r"|on verra|c'est complique|j'espere|vous me remettez|vous connaissez|c'est gentil|tant pis"
    r"|pensez-vous|a mon age|(?:deux|trois) choses|faire vite)\b"
)
LENGTH = 6
"""Words added to a clause's length when its worth a word is told, so that the shortest don't win."""
SHORT = 0.6
"""What a clause of one or two words is worth beside a longer one."""
FIRST_TURN, SOON = 1.5, 1.25
"""What a clause of the caller's first turns is worth more than a later one."""
STOPWORDS = words_of(
    """a ai ainsi alors apres as au aucun aussi autre aux avait avant avec avez avoir bien bon c ca car ce
    cela celle celui ces cet cette chez chose ci combien comme comment d dans de deja depuis des deux
    dire dit dites doit donc du elle elles en encore enfin entre est et etait etaient etc ete etes etre
    eu fait faire fais faut faudrait fois font hein ici il ils j je jusqu juste l la là le les leur lui
    ma mais me mes mieux moi moins mon n ne non nos notre nous on ont ou oui par parce pas peu peut peux
    plus plutot pour pourquoi pouvez pouvoir qu quand que quel quelle qui quoi rien s sa sais sans
    savoir se ses si soit son sont suis sur t ta te tes toi ton toujours tous tout toute toutes tres
    trop tu un une va vais vers veux veut voila voir vos votre voudrais voulais vous vraiment vu y ya
    chose truc machin madame monsieur merci bonjour petit petite dont meme puis sera serait aurait avais
    etais peut-etre vient allez aller met mettre quelque"""
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


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the gist, what telling it is worth, and the order in which it was said."""

    sentence: Sentence
    worth: float
    order: int
    unit: Unit


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


def told(unit: Unit, transcript: Transcript, *, caller: str, address: Address) -> Sentence:
    """The unit as the message says it: told in the third person, else quoted."""
    words = [t.text for t in unit.tokens]
    evidence = evidence_of(unit, transcript)
    clause = third_person(words, caller=caller, address=address)
    if clause is None or not clause.strip():
        return Sentence(text=f"« {written_numbers(joined(words))} ».", kind="quote", evidence=evidence)
    clause = written_numbers(clause)
    return Sentence(text=clause[0].upper() + clause[1:] + ".", kind="gist", evidence=evidence)


def content(words: Iterable[str]) -> set[str]:
    """Stems of the words that mean something: the first six letters, without accents."""
    simple = (plain(w) for w in words)
    return {w[:6] for w in simple if (len(w) > 2 and w.isalpha() and w not in STOPWORDS) or w.isdigit()}


def caller_words(transcript: Transcript) -> str:
    """How the message names the caller within a clause, by how the agent addresses him."""
    agent = plain(" ".join(t.text for t in transcript.turns if t.speaker == "agent"))
    herself = plain(" ".join(t.text for t in transcript.turns if t.speaker == "caller"))
    if re.search(r"\bje (?:me )?suis (?:\w+ee|\w+euse|la|une)\b", herself):
        return "l'appelante"
    woman = len(re.findall(r"\b(?:madame|mademoiselle)\b", agent)) > len(re.findall(r"\bmonsieur\b", agent))
    return "l'appelante" if woman else "l'appelant"


@dataclass(frozen=True, slots=True)
class Clues:
    """What else is known of the call when its clauses are weighed."""

    urgent: tuple[Evidence, ...] = ()
    intent: tuple[Evidence, ...] = ()
    fields: tuple[Evidence, ...] = ()
    """Words that field sentences state already."""
    stated: frozenset[str] = frozenset()
    """Stems of the field sentences."""
    names: frozenset[str] = frozenset()
    """Words of the fields' values, `plain`: a clause with a name that is almost one of them is not told."""
    trade: frozenset[str] = frozenset()
    """Stems of the tenant's vocabulary, intents and urgency rules."""


def _overlaps(unit: Unit, evidence: Sequence[Evidence]) -> bool:
    start, end = unit.span
    return any(e.turn == unit.turn and e.start < end and start < e.end for e in evidence)


def _said_by_fields(unit: Unit, clues: Clues) -> set[str]:
    """Stems of the unit's words that lie in a field's evidence, or stand in a field's sentence.

    Such a sentence doesn't stand for what is urgent, nor for a denial of the same words.
    """
    ranges = [(e.start, e.end) for e in clues.fields if e.turn == unit.turn]
    within = content(t.text for t in unit.tokens if any(a <= t.start < b for a, b in ranges))
    apart = _overlaps(unit, clues.urgent) or DENIAL.search(_plain_words(unit))
    return within if apart else within | clues.stated


def _plain_words(unit: Unit) -> str:
    return plain(joined([t.text for t in unit.tokens]))


def _is_scrap(unit: Unit, clues: Clues) -> bool:
    """Whether it is a word or two without a verb («Super.», a bare name) that no judgment rests on.

    A time, a request and the tenant's own words are none.
    """
    stems = content(t.text for t in unit.tokens)
    if len(stems) > 2 or stems & clues.trade or _overlaps(unit, (*clues.urgent, *clues.intent)):
        return False
    told = any(p.search(_plain_words(unit)) for p in (VERB, REQUEST, TIMED))
    return not told and not _has_noun_and_verb(unit)


def _has_noun_and_verb(unit: Unit) -> bool:
    """Whether a determiner and two words that mean something follow each other («la chaudière fume»)."""
    words = [t.text for t in unit.tokens]
    return any(
        plain(a) in DETERMINER and content([b]) and content([c]) and c[0].islower()
        for a, b, c in zip(words, words[1:], words[2:], strict=False)
    )


def _worth(unit: Unit, transcript: Transcript, clues: Clues, first_turn: int) -> float:
    """How much the unit matters, apart from the words that it shares with others."""
    simple = _plain_words(unit)
    asked = plain(transcript.turns[unit.turn - 1].text) if unit.turn else ""
    worth = FIRST_TURN if unit.turn == first_turn else SOON if unit.turn <= first_turn + 2 else 1.0
    worth *= 1.35 if REQUEST.search(simple) else 1.0
    worth *= 0.45 if CHATTER.search(simple) else 1.0
    worth *= 0.35 if CONTACT.search(simple) else 1.0
    worth *= 0.6 if CONTACT_QUESTION.search(asked) and "?" in asked else 1.0
    worth *= 2.0 if _overlaps(unit, clues.urgent) else 1.0
    return worth * (1.4 if _overlaps(unit, clues.intent) else 1.0)


def _is_contact(unit: Unit) -> bool:
    """Whether the unit dictates a number, an e-mail or a spelling, or points at the number shown."""
    simple = _plain_words(unit)
    digits = re.findall(r"\d\d|\bzero\b|-vingt\b|\bsoixante\b", simple)
    letters = re.findall(r"\b[a-z]\b", simple.replace("j'", "").replace("y a", ""))
    return (
        len(digits) >= 3
        or len([c for c in letters if c not in "ay"]) >= 3
        or "@" in simple
        or "arobase" in simple
        or bool(POINTED.search(simple) and not DENIAL.search(simple))
    )


def gist_lines(
    transcript: Transcript, clues: Clues, *, max_lines: int = 12, address: Address = "vous"
) -> tuple[Line, ...]:
    """The clauses that matter, the worthiest first; each counts for what those before it don't say."""
    caller = caller_words(transcript)
    wrong = wrong_names(transcript)
    sayable = [u for u in units(transcript) if not any(_is_wrong(t, wrong, clues.names) for t in u.tokens)]
    candidates = [
        u for u in sayable if not (_is_contact(u) or _is_scrap(u, clues)) or _overlaps(u, clues.urgent)
    ]
    if not candidates:
        return ()
    first = candidates[0].turn
    weighed = [
        (
            u,
            content(t.text for t in u.tokens) - _said_by_fields(u, clues),
            _worth(u, transcript, clues, first),
        )
        for u in candidates
    ]
    said: set[str] = set()
    lines: list[Line] = []
    while weighed and len(lines) < max_lines:
        best, at = max((_gain(u, stems - said, w, clues), -i) for i, (u, stems, w) in enumerate(weighed))
        if best <= 0:
            break
        unit, stems, _ = weighed.pop(-at)
        said |= stems
        sentence = told(unit, transcript, caller=caller, address=address)
        lines.append(Line(sentence, best, unit.turn * 10_000 + unit.span[0], unit))
    return tuple(lines)


def _is_wrong(token: Token, wrong: frozenset[str], names: frozenset[str]) -> bool:
    return plain(token.text) in wrong or near_miss(token.text, names)


def wrong_names(transcript: Transcript) -> frozenset[str]:
    """Names that the caller says are wrong, in `plain` words: nothing that holds one is told."""
    denied = (denied_names(t.text) for t in transcript.turns if t.speaker == "caller")
    return frozenset().union(*denied)


def _gain(unit: Unit, new: set[str], worth: float, clues: Clues) -> float:
    """What the unit adds, by these stems that nothing says yet, for a word of its length."""
    words = sum(t.text[0].isalnum() for t in unit.tokens)
    weight = sum(1.5 if stem in clues.trade else 1.0 for stem in new)
    return worth * weight / (words + LENGTH) * (SHORT if words <= 2 else 1.0)
