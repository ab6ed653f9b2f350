"""How alike two pieces of spoken French are: their stems, and vectors learned from calls of many trades.

A text becomes tokens (stems, and the first letters of longer words, so that an unknown ending still
meets a known word); a `Lexicon` gives each token a weight and a vector, and a text the normalised sum.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt

from qualify.records import Speaker, Transcript

Array = npt.NDArray[np.float32]

CLAUSE_WORDS = 16
"""Words after which a clause without punctuation is cut: about what one breath says."""
PREFIX_LETTERS = 5
"""Letters that words of one family share in French (fact-ure, fact-urer): fewer join strangers."""

_MARKS = re.compile(r"[\u0300-\u036f]")
_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE_END = re.compile(r"[.!?;:…]+(?=\s|$)")
_ELIDED = frozenset({"l", "d", "j", "c", "n", "s", "m", "t", "qu", "jusqu", "lorsqu", "puisqu"})
_SUFFIXES = (
    "issements", "issement", "ations", "ation", "ements", "ement", "euses", "euse", "aient", "eront",
    "erons", "erait", "erais", "eurs", "eur", "ions", "ais", "ait", "ant", "ent", "ees", "ee", "era",
    "ers", "er", "ez", "es", "ir", "is", "it", "e", "s", "x",
)  # fmt: skip
_MIN_STEM = 4


@dataclass(frozen=True)
class Clause:
    """A stretch [start, end) of a turn's text that says one thing."""

    start: int
    end: int
    text: str


def plain(text: str) -> str:
    """`text` in lower case without accents, ligatures spelled out, apostrophes straight."""
    spelled = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return _MARKS.sub("", unicodedata.normalize("NFD", spelled))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A plain word without its ending: `factures`, `facturer` → `factur`."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _MIN_STEM:
            return word[: -len(suffix)]
    return word


def words(text: str) -> list[str]:
    """The plain words of `text`, elided articles and numbers left out."""
    return [w for w in _WORD.findall(plain(text)) if w not in _ELIDED]


def tokens(text: str) -> list[str]:
    """Stems and word beginnings (`factu*`) of `text`, repeated as often as said."""
    found: list[str] = []
    for word in words(text):
        found.append(stem(word))
        if len(word) > PREFIX_LETTERS:
            found.append(word[:PREFIX_LETTERS] + "*")
    return found


def clauses(text: str) -> list[Clause]:
    """The clauses of a turn, in order: cut at punctuation, then every `CLAUSE_WORDS` words."""
    cuts = [0, *(m.end() for m in _CLAUSE_END.finditer(text)), len(text)]
    found: list[Clause] = []
    for start, end in pairwise(cuts):
        spoken = list(re.finditer(r"\S+", text[start:end]))
        for first in range(0, len(spoken), CLAUSE_WORDS):
            part = spoken[first : first + CLAUSE_WORDS]
            begin, stop = start + part[0].start(), start + part[-1].end()
            found.append(Clause(begin, stop, text[begin:stop]))
    return found


@dataclass(frozen=True, eq=False)
class Lexicon:
    """What each known token means: `vectors` (tokens × dimensions), `weights` (how much it tells).

    Two lexicons are equal only where they are the same object.
    """

    index: dict[str, int]
    vectors: Array
    weights: Array

    def ids(self, text: str) -> list[int]:
        """Rows of the known tokens of `text`."""
        return [self.index[t] for t in tokens(text) if t in self.index]

    def embed(self, text: str) -> Array:
        """The unit vector of `text`; zero where no token is known."""
        return unit(self.total(self.ids(text)))

    def overlap(self, said: frozenset[str], written: frozenset[str]) -> float:
        """Weighted share of the tokens `written` that were `said`, from 0 to 1; 0 where none is written."""
        whole = self.weight(written)
        return self.weight(written & said) / whole if whole else 0.0

    def weight(self, some: frozenset[str]) -> float:
        """The summed weight of tokens; an unknown one tells most, as a trade's own words do."""
        return sum(float(self.weights[self.index[t]]) if t in self.index else 1.0 for t in some)

    def total(self, rows: Sequence[int]) -> Array:
        """The weighted sum of the vectors of `rows`."""
        if not rows:
            return np.zeros(self.vectors.shape[1], dtype=np.float32)
        chosen = np.asarray(rows)
        return np.asarray(self.weights[chosen] @ self.vectors[chosen], dtype=np.float32)


def unit(vector: Array) -> Array:
    """`vector` at length 1; zero stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector


@dataclass(frozen=True)
class Memory:
    """What is known of other trades: texts as their clients write them, and how callers say the same."""

    written: Array
    """A row for each known text: the vector of its words."""
    spoken: Array
    """The same rows: the vector of what callers say who mean it."""

    def say(self, written: Array) -> Array:
        """How callers would say a text, by the known texts that resemble it."""
        return unit(softmax(MEMORY_SHARPNESS * (self.written @ written)) @ self.spoken)

    def write(self, spoken: Array) -> Array:
        """How clients would write what a caller says."""
        return unit(softmax(MEMORY_SHARPNESS * (self.spoken @ spoken)) @ self.written)

    def agreement(self, written: Array, spoken: Array) -> float:
        """How much both remind of the same known texts, from 0 to 1."""
        by_text = softmax(MEMORY_SHARPNESS * (self.written @ written))
        by_voice = softmax(MEMORY_SHARPNESS * (self.spoken @ spoken))
        return float(np.sqrt(float(by_text @ by_voice)))


MEMORY_SHARPNESS = 15.0
"""Inverse temperature of resemblance in a memory: at 15 a handful of known texts weigh."""
BEGINNING_TURNS = 3
"""Turns in which callers state their request; later ones mostly give names and numbers."""
MIN_TURN_TOKENS = 3
"""Known tokens from which a turn is worth matching by itself."""
MIN_OPENING_TOKENS = 5
"""Known tokens from which a turn says more than a greeting."""


def softmax(scores: Array) -> Array:
    """Probabilities that sum to 1, in the ratios of the exponentials of `scores`."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


@dataclass(frozen=True)
class Heard:
    """A clause of one turn, with its tokens and its vector."""

    turn: int
    clause: Clause
    tokens: frozenset[str]
    vector: Array


@dataclass(frozen=True)
class CallText:
    """What the matchers read in a call: the caller's clauses, and vectors of whole stretches."""

    heard: tuple[Heard, ...]
    """The caller's clauses in order."""
    first_words: str
    """The first turn in which the caller says more than hello, as text."""
    request: str
    """`BEGINNING_TURNS` turns from there, as text."""
    opening: Array
    """The vector of `first_words`."""
    beginning: Array
    """The vector of `request`."""
    whole: Array
    """All that the caller says."""
    agent: Array
    """All that the agent says."""
    marked: frozenset[str]
    """All tokens, the agent's told apart; what a `WordHead` reads."""
    said_first: frozenset[str]
    """The tokens of the caller's beginning."""
    said: frozenset[str]
    """The tokens of all that the caller says."""
    turns: tuple[str, ...]
    """The caller's turns that say something, as text."""
    agent_text: str
    """All that the agent says, as text."""
    agent_heard: tuple[Heard, ...]
    """The agent's clauses in order."""


@lru_cache(maxsize=8)
def hear(transcript: Transcript, lexicon: Lexicon, *, speaker: Speaker) -> tuple[Heard, ...]:
    """One party's clauses in order; those of the latest calls are kept, since several judgments ask."""
    return tuple(
        Heard(n, c, frozenset(tokens(c.text)), lexicon.embed(c.text))
        for n, turn in enumerate(transcript.turns)
        if turn.speaker == speaker
        for c in clauses(turn.text)
    )


def call_text(caller: Sequence[Heard], agent: Sequence[Heard], lexicon: Lexicon) -> CallText:
    """The clauses of a call, or of a part of it, as the matchers read them."""
    turns = [tuple(group) for _, group in groupby(caller, key=lambda h: h.turn)]
    start = next(
        (k for k, t in enumerate(turns) if len(_said(t) & lexicon.index.keys()) >= MIN_OPENING_TOKENS), 0
    )
    beginning = [h for turn in turns[start : start + BEGINNING_TURNS] for h in turn]
    first_words, request = _together(turns[start] if turns else ()), _together(beginning)
    return CallText(
        heard=tuple(caller),
        first_words=first_words,
        request=request,
        opening=lexicon.embed(first_words),
        beginning=lexicon.embed(request),
        whole=lexicon.embed(_together(caller)),
        agent=lexicon.embed(_together(agent)),
        marked=marked(caller, agent),
        said_first=_said(beginning),
        said=_said(caller),
        turns=tuple(_together(t) for t in turns if len(_said(t) & lexicon.index.keys()) >= MIN_TURN_TOKENS),
        agent_text=_together(agent),
        agent_heard=tuple(agent),
    )


@lru_cache(maxsize=4)
def read_call(transcript: Transcript, lexicon: Lexicon) -> CallText:
    """A whole call as the matchers read it; the latest are kept, since several judgments ask."""
    caller, agent = (hear(transcript, lexicon, speaker=s) for s in ("caller", "agent"))
    return call_text(caller, agent, lexicon)


def _said(heard: Sequence[Heard]) -> frozenset[str]:
    return frozenset().union(*(h.tokens for h in heard))


def _together(heard: Sequence[Heard]) -> str:
    return " . ".join(h.clause.text for h in heard)


@dataclass(frozen=True)
class WordHead:
    """A learned yes/no question put to all words of a call: a weight for each token and party."""

    weights: dict[str, float]
    """Token → weight; the agent's tokens begin with `AGENT_PREFIX`."""
    bias: float

    def logit(self, said: Set[str]) -> float:
        """The log-odds of yes for the marked tokens `said` (see `marked`)."""
        known = [self.weights[t] for t in said if t in self.weights]
        return sum(known) / math.sqrt(len(known) + HEAD_SMOOTHING) + self.bias


AGENT_PREFIX = "A:"
HEAD_SMOOTHING = 5.0
"""Tokens added to a call's length, so that three words don't decide."""


def marked(caller: Iterable[Heard], agent: Iterable[Heard]) -> frozenset[str]:
    """The tokens of both parties, the agent's told apart."""
    said = {t for h in caller for t in h.tokens}
    return frozenset(said | {AGENT_PREFIX + t for h in agent for t in h.tokens})
