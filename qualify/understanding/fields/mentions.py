"""Every person named by the caller, with whom the words around say that it is.

One pass serves all finders of names: the same mention cannot be the caller for one and the person
concerned for another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qualify.records import Transcript, Turn

from .lexicon import PARTICLES, TITLES, common_words, is_first_name, word_set
from .name_cues import (
    AFTER,
    BEFORE,
    BY_QUESTION,
    GENITIVE,
    PLAIN,
    TAKES_BACK,
    THEIR_KIN,
    Ask,
    Cue,
    Role,
    cue,
    question,
)
from .name_letters import as_remarked
from .person_names import NameToken, PersonName, is_cased, is_function_word, name_tokens, read_name, titled
from .phonetic import similarity
from .tokens import fold_word

_CONTEXT = 80
"""Characters on either side of a name that are looked at."""
_SPELLS = re.compile(r"(?:^|[^a-z])[a-z],? comme $")
"""Before a name that only says a letter: «R comme Robert»."""
_FAMILY = re.compile(r"(?:^|[^a-z])nom(?: de famille)?,? (?:c'est |est )?$")
_FIRST = re.compile(r"^[ ,.;]*(?:et )?(?:le |mon )?prenom\b")
_LIKE_FIRST = re.compile(
    r"^,? (?:comme (?:le|un) prenom\b|(?:c'est )?(?:le|mon) nom de famille\b|c'est (?:le|mon) nom\b)"
)
"""After a family name that may be a first name too: «Bernard comme le prénom»."""
_CERTAIN = 0.9
"""Strength of words after which even an everyday word is a name: «je m'appelle Petit»."""
_ANSWER_OPENERS = word_set(
    "oui alors euh c'est c' est bien sur bonjour madame monsieur au nom de d' le la ben bah donc mon j' ah"
)


@dataclass(frozen=True)
class Mention:
    """A person's name in a caller's turn, and whose it seems to be (`strength` in [0, 1])."""

    turn: int
    name: PersonName
    role: Role
    strength: float
    otherwise: Cue = ("unknown", 0.0)
    """Whose it is, and how surely, should it not be the caller's."""
    corrects: bool = False
    """Whether the words before it take back what was said («non, pardon, …»)."""
    stands_alone: bool = False
    """Whether it is a full name between punctuation, that no word before it governs."""
    earlier: tuple[tuple[int, int, int], ...] = ()
    """Where letters of it stand in turns before: turn, start, end."""
    only_first: bool = False
    """Whether the agent has asked for the first name alone."""


@dataclass(frozen=True)
class _Around:
    """What stands around a word: the folded words before it, what they tell, what the agent asked."""

    before: str
    left: Cue | None
    ask: Ask


def caller_mentions(transcript: Transcript) -> tuple[Mention, ...]:
    """All names in the caller's turns, in order."""
    found: list[Mention] = []
    asked = ""
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            found.extend(_turn_mentions(number, turn, asked))
        asked = turn.text if turn.speaker == "agent" else ""
    return tuple(found)


def _turn_mentions(number: int, turn: Turn, asked: str) -> Iterator[Mention]:
    """The names in one turn; `asked` is the agent's turn just before, whose question the first answers."""
    tokens, echo = name_tokens(turn.text), _echo(asked)
    cased = is_cased(turn.text)
    ask = question(asked) if asked else "none"
    at = said_to = 0
    while at < len(tokens):
        around = _around(turn.text, tokens[at], ask) if _may_begin(tokens[at], cased=cased) else None
        due = around is not None and _is_due(tokens, at, around, echo, cased=cased)
        read = read_name(tokens, at, cased=cased, expected=due) if around else None
        if around is None or read is None or _SPELLS.search(around.before):
            at += 1
            continue
        name, at = read
        adjacent = not turn.text[said_to : name.start].strip(" dDeEuU'’")
        mention = _judged(number, turn.text, name, around, adjacent=adjacent)
        said_to = name.end
        if mention.role in ("caller", "third"):
            ask = "none"
        yield mention


def _echo(asked: str) -> tuple[str, ...]:
    """The folded names that the agent has just said back: words after a title or a first name."""
    return tuple(b.fold for a, b in pairwise(name_tokens(asked)) if a.fold in TITLES or is_first_name(a.text))


def _around(text: str, token: NameToken, ask: Ask) -> _Around:
    before = fold_word(text[max(0, token.start - _CONTEXT) : token.start])
    return _Around(before, cue(BEFORE, before), ask)


def _may_begin(token: NameToken, *, cased: bool) -> bool:
    """A quick look, before the words around are read."""
    if token.fold in PARTICLES or token.fold in TITLES:
        return True
    return token.capital if cased else not is_function_word(token.fold)


def _is_due(
    tokens: Sequence[NameToken], at: int, around: _Around, echo: Sequence[str], *, cased: bool
) -> bool:
    """Whether a name is to be expected at a word, so that an everyday word may be one."""
    word = tokens[at].fold
    if around.ask != "none" and all(t.fold in _ANSWER_OPENERS for t in tokens[:at]):
        return True
    if around.left and around.left[0] == "caller" and around.left[1] >= _CERTAIN:
        return cased or not around.before.endswith("moi ")
    if around.before.endswith(("au nom de ", "au nom d'")):
        return word not in common_words()
    if TAKES_BACK.search(around.before) and any(0.5 <= similarity(word, said) < 1 for said in echo):
        return True
    return any(t.fold == "appareil" for t in tokens[at + 1 : at + 6] if not t.opens)


def _judged(number: int, text: str, name: PersonName, around: _Around, *, adjacent: bool) -> Mention:
    """Whose name it is; `adjacent` says that only «de» parts it from another name before."""
    after = fold_word(text[name.end : name.end + _CONTEXT])
    role, strength = _role(around.left, cue(AFTER, after), around.ask)
    if (role, strength) == PLAIN and (name.title or not name.single or number <= 1):
        strength = 0.8
    if role == "third" and around.ask != "third" and _is_bare(name, around.before):
        strength = min(strength, 0.5)
    if adjacent and GENITIVE.search(around.before):
        role, strength = "other", 0.9
    return Mention(
        turn=number,
        name=_as_written(_as_said(text, name, around, role), after),
        role=role,
        strength=strength,
        only_first=around.ask == "first" and name.single,
        corrects=bool(TAKES_BACK.search(around.before)),
        stands_alone=name.is_person and not name.title and not around.left and not after[:2].strip(" .,;!?…"),
    )


def _is_bare(name: PersonName, before: str) -> bool:
    """Whether a relative's name might be something else: «ma petite Clio»."""
    return name.single and not name.first and not name.title and "," not in before[-2:]


def _as_said(text: str, name: PersonName, around: _Around, role: Role) -> PersonName:
    """The name as a first or family name only, where the words before it say that it is one."""
    if _wants_first_name(around, role):
        return _as_first_name(name)
    parts_told = _FAMILY.search(around.before) and _FIRST.search(fold_word(text[name.end :]))
    family = titled(text[name.start : name.end].split()) if parts_told else ""
    if name.single and _LIKE_FIRST.search(fold_word(text[name.end :])):
        family = name.value
    return replace(name, first="", last=family) if family else name


def _as_written(name: PersonName, after: str) -> PersonName:
    """The name with its last word written as the words after it say."""
    if name.last:
        return replace(name, last=as_remarked(name.last, after))
    return replace(name, first=as_remarked(name.first, after))


def _wants_first_name(around: _Around, role: Role) -> bool:
    asked = around.ask == "first" and role == "caller"
    return asked or around.before.rstrip(" ,:").endswith(("prenom", "prenom c'est"))


def _as_first_name(name: PersonName) -> PersonName:
    return replace(name, first=name.value, last="") if name.single else name


def _role(left: Cue | None, right: Cue | None, ask: Ask) -> Cue:
    """Whose a name is, by the words on its left and right and the question."""
    if left and left[0] == "other":
        return left
    if right and right[1] >= 0.8 and (not left or left[1] < 0.85):
        return right
    if left == THEIR_KIN and ask == "caller":
        return BY_QUESTION["first"]
    if left and left[1] >= 0.7:
        return left
    asked = BY_QUESTION.get(ask)
    if asked and (not left or left[1] > 0.0 or ask == "third"):
        return asked
    known = [c for c in (left, right) if c and c[1] > 0]
    return max(known, key=lambda c: c[1]) if known else ("unknown", 0.0)
