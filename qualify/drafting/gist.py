"""What the caller wants and why: his clauses that a message must carry, told in the third person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from qualify.drafting.bystanders import without, wrong_names
from qualify.drafting.clean import DENIAL, Token, joined, near_miss, plain, token_class
from qualify.drafting.cues import PAST_STORY, REQUEST, Clues, content
from qualify.drafting.person import Address, third_person
from qualify.drafting.render import written_numbers
from qualify.drafting.salience import Salience, stem
from qualify.drafting.units import (
    DEPENDENT,
    DETERMINER,
    POINTED,
    RESUMED,
    TIMED,
    VERB,
    Unit,
    evidence_of,
    units,
)
from qualify.records import Evidence, Sentence, Transcript

PADDING = 3
"""Words added to a clause's length when its worth a word is told, so that the shortest don't win."""
LENGTH_POWER = 0.8
"""How much length counts against worth."""
TODAY = re.compile(r"(?:nous sommes|on est) (?:bien )?(?:le |un )?\S+(?: \S+)?")
"""«Nous sommes mardi» tells the tenant nothing."""
LEAST_NUMBERS = 4
"""Numbers from which a clause that has hardly more dictates rather than tells."""
MOST_COMMAS = 12
"""Commas up to which parts of a clause are looked at: their number grows with its square."""
LEAST_WORTH = 0.12
"""Summed chances under which a clause adds nothing to those told already."""
URGENT, INTENT = 1.5, 1.2
"""What a clause is worth more that proves the urgency or denies a field, that proves the intent."""
QUOTED, VERBLESS, NAMING, ELSEWHERE = 0.85, 0.75, 0.4, 0.4
"""What it is worth where it can only be quoted, has no verb, names somebody who is not of the call, or tells
of other times and people."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the gist, and the order in which it was said."""

    sentence: Sentence
    order: int
    unit: Unit

    @property
    def words(self) -> int:
        """Words as a tenant's limit counts them."""
        return len(self.sentence.text.split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause, or part of one, as it would be told, and the chances of its words to be wanted."""

    line: Line
    whole: int
    """Number of the clause that it is all or part of."""
    chances: dict[str, float]
    """Stem → chance that a message must carry it; without what field lines say."""
    factor: float

    def gain(self, said: frozenset[str]) -> float:
        """What it adds to the stems that are said already."""
        return self.factor * sum(chance for s, chance in self.chances.items() if s not in said)

    def density(self, said: frozenset[str]) -> float:
        """Its gain for its length."""
        return self.gain(said) / float((self.line.words + PADDING) ** LENGTH_POWER)


def told(unit: Unit, transcript: Transcript, *, caller: str, address: Address) -> Sentence:
    """The unit as the message says it: told in the third person, else quoted."""
    words = [t.text for t in unit.tokens]
    evidence = evidence_of(unit, transcript)
    clause = third_person(words, caller=caller, address=address)
    if clause is None or not clause.strip():
        return Sentence(text=f"« {written_numbers(joined(words))} ».", kind="quote", evidence=evidence)
    clause = written_numbers(clause).strip(" ,;")
    return Sentence(text=clause[0].upper() + clause[1:] + ".", kind="gist", evidence=evidence)


def caller_words(transcript: Transcript) -> str:
    """How the message names the caller within a clause, by how the agent addresses him."""
    agent = plain(" ".join(t.text for t in transcript.turns if t.speaker == "agent"))
    herself = plain(" ".join(t.text for t in transcript.turns if t.speaker == "caller"))
    if re.search(r"\bje (?:me )?suis (?:\w+ee|\w+euse|la|une)\b", herself):
        return "l'appelante"
    woman = len(re.findall(r"\b(?:madame|mademoiselle)\b", agent)) > len(re.findall(r"\bmonsieur\b", agent))
    return "l'appelante" if woman else "l'appelant"


def _overlaps(unit: Unit, evidence: Sequence[Evidence]) -> bool:
    start, end = unit.span
    return any(e.turn == unit.turn and e.start < end and start < e.end for e in evidence)


def _said_by_fields(unit: Unit, clues: Clues) -> set[str]:
    """Stems of the unit's words that lie in a field's evidence, or stand in a field's sentence.

    Such a sentence doesn't stand for what is urgent, nor for a denial of the same words.
    """
    ranges = [(e.start, e.end) for e in clues.fields if e.turn == unit.turn]
    within = {stem(plain(t.text)) for t in unit.tokens if any(a <= t.start < b for a, b in ranges)}
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
    if TODAY.fullmatch(_plain_words(unit)):
        return True
    told = any(p.search(_plain_words(unit)) for p in (VERB, REQUEST, TIMED))
    return not told and not _has_noun_and_verb(unit)


def _has_noun_and_verb(unit: Unit) -> bool:
    """Whether a determiner and two words that mean something follow each other («la chaudière fume»)."""
    words = [t.text for t in unit.tokens]
    return any(
        plain(a) in DETERMINER and content([b]) and content([c]) and c[0].islower()
        for a, b, c in zip(words, words[1:], words[2:], strict=False)
    )


def _is_contact(unit: Unit) -> bool:
    """Whether the unit dictates a number, an e-mail or a spelling, or points at the number shown."""
    simple = _plain_words(unit)
    digits = re.findall(r"\d\d|\bzero\b|-vingt\b|\bsoixante\b", simple)
    said = [t for t in unit.tokens if t.text[0].isalnum()]
    numbers = [t for t in said if token_class(t) == "number"]
    letters = re.findall(r"\b[a-z]\b", simple.replace("j'", "").replace("y a", ""))
    return (
        len(digits) >= 3
        or len(numbers) >= max(LEAST_NUMBERS, len(said) / 2)
        or len([c for c in letters if c not in "ay"]) >= 3
        or "@" in simple
        or "arobase" in simple
        or bool(POINTED.search(simple) and not DENIAL.search(simple))
    )


def gist_lines(
    transcript: Transcript, clues: Clues, salience: Salience, *, words: int, address: Address = "vous"
) -> tuple[Line, ...]:
    """The clauses worth most that fit into so many words, the worthiest first; always one if any is known.

    Each counts for what those before it don't say.
    """
    chances = {(s.turn, s.start): (carried, story) for s, carried, story in salience.weigh(transcript, clues)}
    left = _Telling(transcript, clues, chances, caller_words(transcript), address).candidates()
    said: frozenset[str] = frozenset()
    lines: list[Line] = []
    room = words
    while left:
        best = max(left, key=lambda c: c.density(said))
        gain = best.gain(said)
        if gain < LEAST_WORTH and lines:
            break
        if best.line.words <= room or not lines:
            lines.append(best.line)
            room -= best.line.words
            said |= best.chances.keys()
            left = [c for c in left if c.whole != best.whole]
        else:
            left.remove(best)
    return tuple(lines)


@dataclass(frozen=True)
class _Telling:
    """A call, and what is needed to tell and weigh its clauses."""

    transcript: Transcript
    clues: Clues
    chances: dict[tuple[int, int], tuple[float, float]]
    """Turn and start of a word → that it is to be carried, that it is of a side story."""
    caller: str
    address: Address

    def candidates(self) -> list[Candidate]:
        """All clauses that may be told, whole and shortened."""
        wrong = wrong_names(self.transcript)
        found = []
        for number, unit in enumerate(units(self.transcript)):
            if any(_is_wrong(t, wrong, self.clues.names) for t in unit.tokens):
                continue
            idle = _is_contact(unit) or _is_scrap(unit, self.clues)
            if not idle or _overlaps(unit, self.clues.urgent):
                parts = (self.candidate(part, number) for part in (unit, *shortened(unit)))
                found += [part for part in parts if part is not None]
        return found

    def candidate(self, unit: Unit, whole: int) -> Candidate | None:
        """The clause as it would be told; None where nothing is left of it without strangers' names."""
        names = [(a, b) for turn, a, b in self.clues.strangers if turn == unit.turn]
        tokens, naming = without(unit.tokens, names)
        if not tokens:
            return None
        kept = replace(unit, tokens=tokens)
        sentence = told(kept, self.transcript, caller=self.caller, address=self.address)
        chances, story = self._chances(kept)
        factor = (1 - story) ** 2 * (NAMING if naming else 1.0) * self._factor(kept)
        factor *= QUOTED if sentence.kind == "quote" else 1.0
        line = Line(sentence, unit.turn * 10_000 + unit.span[0], kept)
        return Candidate(line, whole, chances, factor)

    def _chances(self, unit: Unit) -> tuple[dict[str, float], float]:
        """The chances of its stems that no field line says, and that it is a side story."""
        known = _said_by_fields(unit, self.clues)
        chances: dict[str, float] = {}
        stories = []
        for token in unit.tokens:
            chance, story = self.chances.get((unit.turn, token.start), (0.0, 0.0))
            key = stem(plain(token.text))
            if chance and key not in known:
                chances[key] = max(chance, chances.get(key, 0.0))
                stories.append(story)
        return chances, sum(stories) / len(stories) if stories else 0.0

    def _factor(self, unit: Unit) -> float:
        """What the clause is worth more or less whatever its words."""
        simple = _plain_words(unit)
        factor = ELSEWHERE if PAST_STORY.search(simple) else 1.0
        factor *= 1.0 if VERB.search(simple) else VERBLESS
        factor *= URGENT if _overlaps(unit, self.clues.urgent) or self._denies_a_field(unit) else 1.0
        return factor * (INTENT if _overlaps(unit, self.clues.intent) else 1.0)

    def _denies_a_field(self, unit: Unit) -> bool:
        """Whether it denies words that a field line says."""
        stems = content(t.text for t in unit.tokens)
        return bool(stems & self.clues.stated and DENIAL.search(_plain_words(unit)))


def shortened(unit: Unit) -> list[Unit]:
    """Parts of a clause that may stand alone: what commas part, where nothing left conditions the rest."""
    commas = [i for i, t in enumerate(unit.tokens) if t.text == ","]
    if not 0 < len(commas) <= MOST_COMMAS or DEPENDENT_WITHIN.search(_plain_words(unit)):
        return []
    bounds = [-1, *commas, len(unit.tokens)]
    found = []
    for first, after in combinations(range(len(bounds)), 2):
        if (first, after) == (0, len(commas) + 1):
            continue
        tokens = unit.tokens[bounds[first] + 1 : bounds[after]]
        if tokens and _stands_alone(replace(unit, tokens=tuple(tokens)), opens=first == 0):
            found.append(replace(unit, tokens=tuple(tokens)))
    return found


DEPENDENT_WITHIN = re.compile(
    r"\b(?:si|s'il|s'ils|sauf|sinon|mais|seulement|a condition|ni|pas|sans|parce|car|or|au lieu)(?!\w)"
)
"""In a clause with such a word no part is told alone."""


def _stands_alone(part: Unit, *, opens: bool) -> bool:
    simple = _plain_words(part)
    if not VERB.search(simple) or len(simple.split()) < 3:
        return False
    return opens or not (RESUMED.match(simple) or DEPENDENT.match(simple))


def _is_wrong(token: Token, wrong: frozenset[str], names: frozenset[str]) -> bool:
    return plain(token.text) in wrong or near_miss(token.text, names)
