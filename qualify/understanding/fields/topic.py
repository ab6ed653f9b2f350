"""What a tenant's own field is about: its label's words and their kin, and where a call speaks of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from qualify.records import Transcript

from .lexicon import function_words, kin_of, word_set
from .person_names import name_tokens
from .tokens import fold_word

_STEM = 6
"""Letters that two words must share at their start to be forms of one."""
_GENERIC = word_set(
    "nom date type numero code nombre patient patiente client cliente personne concerne concernee votre "
    "quel quelle avez vous etes dans pour avec demande demandee demandees appel appelant lieu information "
    "autre souhaite souhaitee souhaitees parle dont annees metres euros cause voir jeu sait s'agit"
)
"""Words of labels that say little: a question is not about the field for holding one of them."""
_SENTENCE = re.compile(r"[^.?!]+[.?!…]*")
_ASKING = re.compile(
    r"\?|\b(?:quel(?:le)?s?|combien|comment|quand|votre|vos)\b",
)
_OPEN = re.compile(
    r"\b(?:quel(?:le)?s?|comment|qui|quoi|laquelle|lequel)\b|^\W*(?:et |alors |donc )?(?:pour )?"
    r"(?:votre|vos|le|la|l'|les|un|une|son|sa)\b|\bc'est \?|\bavez (?:\S+ )?(?:le|la|l'|votre|les)\b"
)
_WHERE = re.compile(r"\bou(?: |\?|-)(?!bien)")


@dataclass(frozen=True)
class Topic:
    """The folded words that a field is known by."""

    label: str
    words: tuple[str, ...]
    """Those of the label that say what it is about."""
    kin: frozenset[str]
    """Words that callers and agents use for it."""

    def names(self, text: str) -> bool:
        """Whether a text holds a word of the label."""
        return _shares(self.words, content(text))

    def touches(self, text: str) -> bool:
        """Whether a text holds a word of the label or of its kin."""
        return _shares((*self.words, *self.kin), content(text))

    def asked_before(self, transcript: Transcript, turn: int) -> bool:
        """Whether the agent's turn right before asks for the field."""
        return any(self.touches(question) for question in questions_before(transcript, turn))

    def wanted_before(self, transcript: Transcript, turn: int) -> bool:
        """Whether that question can't be answered by yes or no, nor by a place."""
        asked = (q for q in questions_before(transcript, turn) if self.touches(q))
        return any(_OPEN.search(fold_word(q)) and not _WHERE.search(fold_word(q)) for q in asked)


@cache
def topic(label: str) -> Topic:
    """The topic of a field with this label; words in brackets only explain it."""
    bare = re.sub(r"\(.*?\)", "", label)
    all_words = content(bare)
    words = tuple(w for w in all_words if w not in _GENERIC) or all_words
    explained = [w for w in content(label) if w not in _GENERIC]
    kin = frozenset(k for word in explained for k in kin_of(word))
    return Topic(fold_word(label), words, kin)


@lru_cache(maxsize=2048)
def content(text: str) -> tuple[str, ...]:
    """The folded words of a text that say what it is about."""
    return tuple(t.fold for t in name_tokens(text) if len(t.fold) > 2 and t.fold not in function_words())


def same_stem(one: str, other: str) -> bool:
    """Whether two folded words look like forms of one."""
    shorter = min(len(one), len(other), _STEM)
    return one[:shorter] == other[:shorter] and abs(len(one) - len(other)) <= 3


def questions_before(transcript: Transcript, turn: int) -> Iterator[str]:
    """The sentences of the agent's turn before a caller's that ask for something; not the greeting."""
    if turn < 2 and not (turn and "?" in transcript.turns[0].text):
        return
    before = transcript.turns[turn - 1]
    if before.speaker == "agent":
        yield from (s for s in _SENTENCE.findall(before.text) if _ASKING.search(fold_word(s)))


def caller_turns(transcript: Transcript) -> Iterator[int]:
    """The numbers of the caller's turns."""
    return (i for i, turn in enumerate(transcript.turns) if turn.speaker == "caller")


def _shares(ours: Iterable[str], theirs: tuple[str, ...]) -> bool:
    return any(same_stem(a, b) for a in ours for b in theirs)
