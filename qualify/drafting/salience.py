"""Which of the caller's words a message must carry: a small network trained on calls and their messages.

Each word is described by itself (a learned vector, rarity, kind), by its place in the call, by what the
fields, the intent and the urgency already rest on, and by its sentence; the network tells how likely the
word is part of what a human message says, and how likely its clause is a side story.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from qualify.drafting.clean import DAYS, DENIAL, FILLERS, MONTHS, NUMBER_WORDS, Span, plain, superseded
from qualify.drafting.cues import (
    ASKED_OPENLY,
    CHATTER,
    CONTACT,
    CONTACT_QUESTION,
    PAST_STORY,
    REQUEST,
    STOPWORDS,
    Clues,
)
from qualify.errors import EngineError
from qualify.records import Evidence, Transcript
from qualify.weights import UNREADABLE

Array = npt.NDArray[np.float32]
WORD = re.compile(r"[^\W_]+")
STEM_LETTERS = 6
"""Letters that the forms of a French word mostly share."""
AFTER_OWN = re.compile(r"\b(?:mon|ma|mes|notre|nos) $")
AFTER_DEGREE = re.compile(r"\b(?:pas|plus|jamais|rien|trop|tres) $")
AFTER_SUBJECT = re.compile(r"(?:\b(?:je|on|il|elle|ca|qui|ne) |\b(?:j|c'est|n)'?)$")
AFTER_DETERMINER = re.compile(r"(?:\b(?:le|la|les|un|une|des|du|de|au|aux) |\b[ld]')$")
SENTENCE = re.compile(r"[^.?!]+[.?!]*")


class Said(NamedTuple):
    """A word of a turn."""

    turn: int
    start: int
    end: int
    word: str
    """`plain`."""


def stem(word: str) -> str:
    """The first letters of a `plain` word."""
    return word[:STEM_LETTERS]


@dataclass(frozen=True)
class Salience:
    """The network: one hidden layer over a word's features, its vector and its sentence's mean vector."""

    index: dict[str, int]
    """Word or stem → row."""
    vectors: Array
    """Rows × dimensions; the last row stands for unknown words."""
    rarity: Array
    """How rare each row is, from 0 to about 1."""
    hidden: Array
    hidden_shift: Array
    out: Array
    """Hidden units × 2: that the word is to be carried, that its clause is a side story; log-odds."""
    out_shift: Array
    skip: Array
    """Inputs × 2, past the hidden layer."""

    @cached_property
    def unknown(self) -> int:
        """The row of words never met."""
        return len(self.vectors) - 1

    def row(self, word: str) -> int:
        """The row of a `plain` word: its own, else its stem's."""
        return self.index.get(word, self.index.get(stem(word) + "*", self.unknown))

    def weigh(self, transcript: Transcript, clues: Clues) -> list[tuple[Said, float, float]]:
        """Each of the caller's words that mean something, with the two probabilities."""
        said, own, sentences = described(transcript, clues)
        if not said:
            return []
        rows = np.array([self.row(s.word) for s in said])
        inputs = with_vectors(own, self.vectors[rows], self.rarity[rows], sentences)
        inner = np.maximum(inputs @ self.hidden + self.hidden_shift, 0)
        odds = inner @ self.out + inputs @ self.skip + self.out_shift
        chances = 1 / (1 + np.exp(-odds.clip(-30, 30)))
        return [
            (s, float(carried), float(story))
            for s, (carried, story) in zip(said, chances, strict=True)
            if s.word not in STOPWORDS
        ]


def with_vectors(own: Array, vectors: Array, rarity: Array, sentences: Sequence[int]) -> Array:
    """All inputs: a word's own features, its rarity and vector, the mean vector of its sentence."""
    at = np.asarray(sentences)
    counts = np.bincount(at)[:, None]
    sums = np.zeros((len(counts), vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, at, vectors)
    means = (sums / counts.clip(1))[at]
    return np.concatenate([own, rarity[:, None], vectors, means], axis=1).astype(np.float32)


def described(transcript: Transcript, clues: Clues) -> tuple[list[Said], Array, list[int]]:
    """The caller's words, their own features, and the number of the sentence that each is in."""
    by_caller = Counter[str]()
    by_agent = Counter[str]()
    for turn in transcript.turns:
        counts = by_caller if turn.speaker == "caller" else by_agent
        counts.update(stem(w) for w in WORD.findall(plain(turn.text)))
    said: list[Said] = []
    rows: list[list[float]] = []
    sentences: list[int] = []
    number = nth = 0
    for at, turn in enumerate(transcript.turns):
        if turn.speaker != "caller":
            continue
        whole = _turn_features(transcript, at, nth)
        marks = _Marks(at, turn.text, clues)
        for sentence in SENTENCE.finditer(turn.text):
            around = _sentence_features(plain(sentence.group()))
            for found in WORD.finditer(turn.text, *sentence.span()):
                word = plain(found.group())
                said.append(Said(at, *found.span(), word))
                counts_ = [min(by_caller[stem(word)], 3) / 3, min(by_agent[stem(word)], 2) / 2]
                rows.append([*_word_features(found, word, marks, clues), *counts_, *around, *whole])
                sentences.append(number)
            number += 1
        nth += 1
    return said, np.array(rows, dtype=np.float32), sentences


class _Marks:
    """What of a turn is known already, as ranges."""

    def __init__(self, at: int, text: str, clues: Clues) -> None:
        self.simple = plain(text)
        self.fields = _ranges(clues.fields, at)
        self.urgent = _ranges(clues.urgent, at)
        self.intent = _ranges(clues.intent, at)
        self.strangers = [(a, b) for turn, a, b in clues.strangers if turn == at]
        self.taken_back = list(superseded(text))
        self.fillers = [m.span() for m in FILLERS.finditer(self.simple)]


def _ranges(evidence: Sequence[Evidence], turn: int) -> list[Span]:
    return [(e.start, e.end) for e in evidence if e.turn == turn]


def _within(found: re.Match[str], ranges: Sequence[Span]) -> bool:
    return any(a < found.end() and found.start() < b for a, b in ranges)


def _word_features(found: re.Match[str], word: str, marks: _Marks, clues: Clues) -> list[float]:
    before = marks.simple[max(0, found.start() - 12) : found.start()]
    capital = found.group()[0].isupper() and bool(before.strip()) and before.strip()[-1] not in ".?!"
    return [
        word in STOPWORDS,
        capital,
        word in DAYS,
        word in MONTHS,
        word in NUMBER_WORDS or word.isdigit(),
        word.isdigit(),
        len(word) / 10,
        _within(found, marks.fields),
        _within(found, marks.urgent),
        _within(found, marks.intent),
        _within(found, marks.strangers),
        _within(found, marks.taken_back),
        _within(found, marks.fillers),
        stem(word) in clues.stated,
        stem(word) in clues.trade,
        stem(word) in clues.wanted,
        bool(AFTER_OWN.search(before)),
        bool(AFTER_DEGREE.search(before)),
        bool(AFTER_SUBJECT.search(before)),
        bool(AFTER_DETERMINER.search(before)),
    ]


def _sentence_features(sentence: str) -> list[float]:
    cues = (DENIAL, REQUEST, CHATTER, CONTACT, PAST_STORY)
    return [*(bool(c.search(sentence)) for c in cues), "?" in sentence, len(sentence) / 150]


def _turn_features(transcript: Transcript, at: int, nth: int) -> list[float]:
    """Where the turn stands (`nth` of the caller's), and what the agent asked before it."""
    before = plain(transcript.turns[at - 1].text) if at else ""
    asked = "?" in before
    contact = asked and bool(CONTACT_QUESTION.search(before))
    length = len(transcript.turns[at].text.split())
    return [
        *(nth == n for n in range(4)),
        nth >= 4,
        at / len(transcript.turns),
        asked and not contact,
        contact,
        bool(ASKED_OPENLY.search(before)),
        math.log1p(length) / 4,
        length <= 4,
    ]


def read(path: Path) -> Salience:
    """The weights of a file; EngineError where it holds none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return Salience(
            index={str(w): n for n, w in enumerate(arrays["words"])},
            **{
                name: np.asarray(arrays[name], dtype=np.float32)
                for name in ("vectors", "rarity", "hidden", "hidden_shift", "out", "out_shift", "skip")
            },
        )
    except (*UNREADABLE, ValueError, BadZipFile) as error:
        raise EngineError(f"{path} : poids illisibles ({type(error).__name__}).") from error
