"""The firm or body that the caller calls for: «de la société Delmas», «la mairie de Vertou»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qualify.records import Judgment, Transcript

from .clue_model import shipped
from .firm_cues import (
    AFTER_PERSON,
    ASKED,
    ASKED_OF_OTHERS,
    AT_ODDS,
    BEFORE_A_LINE,
    BEFORE_A_NAME,
    CUES,
    FAMILY,
    IN_STREET,
    KIND,
    KIND_AT,
    LINES,
    MINE,
    TALKED,
)
from .lexicon import PARTICLES, TITLES, is_first_name, towns
from .name_cues import question as asks_for
from .person_names import NameToken, is_cased, is_function_word, name_tokens, titled
from .phonetic import similarity
from .tokens import fold_word
from .word_clues import beside

_WIDTH = 70
_LEAST = 0.4
"""Below this probability a name is no firm."""
_ANSWERED = 0.6
"""Probability at least of what the caller answers when asked for his firm."""


@dataclass(frozen=True)
class Firm:
    """A capitalised name in a turn that may be a firm's, with its clues."""

    turn: int
    value: str
    start: int
    end: int
    clues: frozenset[str]
    answers: bool
    """Whether it stands first in the answer to «quelle société ?»."""
    talked_of: bool = False
    """Whether the words before it tell of a firm that the caller deals with."""

    @property
    def stands_alone(self) -> bool:
        """Whether it is a firm though it was taken for the caller's name: asked for, or with a town."""
        first, *others = self.value.split()
        town = bool(others) and others[-1].capitalize() in towns().values()
        return not is_first_name(first) and (self.answers or (town and self.probability >= _LEAST))

    @property
    def probability(self) -> float:
        """How likely it is the firm that the caller speaks for."""
        learned = shipped()["firms"].probabilities(self.clues)[1]
        if self.talked_of and not self.answers:
            return 0.0
        return max(learned, _ANSWERED) if self.answers else learned


def company(transcript: Transcript, *, excluded: Sequence[str] = ()) -> Judgment | None:
    """The firm or body that the caller speaks for, with its kind where it has one («Mairie de Vertou»).

    `excluded` are names that are not it: the tenant, the caller. None where none is said.
    """
    likely = [
        (firm.probability, firm)
        for firm in firms_said(transcript)
        if firm.stands_alone or not any(_is_same(firm.value, name) for name in excluded)
    ]
    chance, best = max(likely, key=lambda found: found[0], default=(0.0, None))
    if best is None or chance < _LEAST:
        return None
    same = [f for _, f in likely if _is_same(f.value, best.value)]
    evidence = tuple(transcript.evidence(f.turn, f.start, f.end) for f in same)
    return Judgment(value=best.value, confidence=round(chance, 3), evidence=evidence)


def firms_said(transcript: Transcript) -> Iterator[Firm]:
    """Every name in the caller's turns that may be a firm's, in order."""
    callers = [i for i, turn in enumerate(transcript.turns) if turn.speaker == "caller"]
    at_odds = False
    for nth, number in enumerate(callers):
        at_odds = at_odds or bool(AT_ODDS.search(fold_word(transcript.turns[number].text)))
        for firm in _firms(transcript, number, f"turn {min(nth, 3)}"):
            yield replace(firm, talked_of=True, answers=False) if at_odds else firm


def _is_same(one: str, other: str) -> bool:
    """Whether names are the same, or the first stands whole in the second."""
    first, second = (f" {fold_word(name).replace('-', ' ')} " for name in (one, other))
    return first in second or similarity(one, other) > 0.9


def _firms(transcript: Transcript, turn: int, place: str) -> Iterator[Firm]:
    text = transcript.turns[turn].text
    tokens = name_tokens(text)
    cased = is_cased(text)
    question = transcript.turns[turn - 1].text if turn else ""
    asked = bool(ASKED.search(fold_word(question)) and not ASKED_OF_OTHERS.search(fold_word(question)))
    at = 0
    while at < len(tokens):
        if cased and not tokens[at].capital:
            at += 1
            continue
        before = fold_word(text[max(0, tokens[at].start - _WIDTH) : tokens[at].start])
        strength = _strength(tokens, at, before, asked=asked)
        capital = cased and _may_be_firm(tokens, at, before)
        may_begin = (strength or capital) and not IN_STREET.search(before)
        end = _end(tokens, at, cased=cased) if may_begin else at
        if end == at:
            at += 1
            continue
        seen = {"bias", place, f"rule {strength:.1f}", f"asked {asked}", f"name {asks_for(question)}"}
        seen.update(beside(text, tokens, start=tokens[at].start, end=tokens[end - 1].end))
        seen.update(_shape(tokens, at, end, before))
        answers = asked and all(is_function_word(t.fold) or KIND.fullmatch(t.fold) for t in tokens[:at])
        asked = False
        value, start = _with_kind(text, tokens[at:end], before)
        talked = bool(TALKED.search(before))
        yield Firm(turn, value, start, tokens[end - 1].end, frozenset(seen), answers, talked)
        at = end


def _shape(tokens: Sequence[NameToken], begin: int, end: int, before: str) -> Iterator[str]:
    """What the name itself looks like, and the word for a kind of firm before it."""
    words, glue = tokens[begin:end], tokens[begin].glue.strip()[:1]
    kind = KIND_AT.search(before)
    after_capital = begin > 0 and tokens[begin - 1].capital
    yield f"words {min(len(words), 4)}"
    yield f"first name {is_first_name(words[0].text)} {len(words) > 1}"
    yield f"titled {begin > 0 and tokens[begin - 1].fold in TITLES}"
    yield f"town {words[0].fold.replace('-', ' ') in towns()} {bool(kind)}"
    yield f"kind {kind.group(1).split()[0] if kind else None}"
    yield f"has kind {bool(kind)}"
    yield f"kind within {any(KIND.fullmatch(w.fold) for w in words)}"
    yield f"acronym {words[0].text.isupper()}"
    yield f"opens {words[0].opens}"
    yield f"parted {glue} {after_capital}"


def _strength(tokens: Sequence[NameToken], at: int, before: str, *, asked: bool) -> float:
    if asked and all(is_function_word(t.fold) for t in tokens[:at]):
        return 0.85
    kind = KIND_AT.search(before)
    if kind and MINE.search(before[: kind.start(1)]):
        return 0.8
    cue = next((s for pattern, s in CUES if pattern.search(before)), 0.0)
    if cue or IN_STREET.search(before):
        return cue if cue >= 0.8 or not is_first_name(tokens[at].text) else 0.0
    return _beside_person(tokens, at, before)


def _beside_person(tokens: Sequence[NameToken], at: int, before: str) -> float:
    """Strength of what a presented person is of: «Odile de Foncia», «Marchand, de Foncia»."""
    words = [t for t in tokens[max(0, at - 4) : at] if t.fold not in PARTICLES and t.fold != "chez"]
    presented = bool(words) and words[-1].capital and bool(AFTER_PERSON.search(before))
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
    return token.fold in FAMILY or (inside and after is not None and (after.capital or after.fold in FAMILY))


def _goes_on_lower(tokens: Sequence[NameToken], begin: int, at: int) -> bool:
    token = tokens[at]
    return not token.text.isdigit() and not is_function_word(token.fold) and at - begin < 2


def _may_be_firm(tokens: Sequence[NameToken], at: int, before: str) -> bool:
    """Whether a firm's name may begin at a word: not at the person of «Odile de Foncia»."""
    of_a_firm = is_first_name(tokens[at].text) and at + 1 < len(tokens) and tokens[at + 1].fold in PARTICLES
    person = of_a_firm and not KIND_AT.search(before)
    return tokens[at].capital and not is_function_word(tokens[at].fold) and not person


def _with_kind(text: str, words: Sequence[NameToken], before: str) -> tuple[str, int]:
    """The firm with the word for its kind that stands before it, and where it starts."""
    if len(words) > 1 and words[0].fold == "groupe":
        words = words[1:]
    start, end = words[0].start, words[-1].end
    value = titled([w.text for w in words]) if not is_cased(text) else text[start:end]
    kind = KIND_AT.search(before)
    if kind and not _is_apart(kind.group(1), words, text, start):
        start -= len(before) - kind.start(1)
        said = text[start : words[0].start]
        value = said[:1].upper() + said[1:] + value
    return " ".join(value.split()), start


def _is_apart(kind: str, words: Sequence[NameToken], text: str, start: int) -> bool:
    """Whether a name of several words does without its kind: «l'agence Littoral Immobilier»."""
    named = len(words) > 1 and not is_first_name(words[0].text)
    written = text[max(0, start - len(kind)) : start]
    without = BEFORE_A_LINE if words[-1].fold in LINES else BEFORE_A_NAME
    return named and kind.strip() in without and written.islower()
