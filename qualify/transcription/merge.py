"""Utterances of both parties become the turns of one transcript."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from qualify.records import Speaker, Turn, Word
from qualify.transcription.engine import HeardWord, Utterance

JOIN_GAP_S = 2.5
"""A party that goes on after a shorter pause, with no word of the other between, is in the same turn."""


def turns_of(spoken: Iterable[tuple[Speaker, Utterance]]) -> tuple[Turn, ...]:
    """Turns in the order of their starts."""
    ordered = sorted(spoken, key=lambda s: (s[1].start_s, s[1].end_s, s[0]))
    groups: list[tuple[Speaker, list[HeardWord]]] = []
    for speaker, utterance in ordered:
        if groups and groups[-1][0] == speaker and utterance.start_s - groups[-1][1][-1].end_s < JOIN_GAP_S:
            groups[-1][1].extend(utterance.words)
        else:
            groups.append((speaker, list(utterance.words)))
    return tuple(_turn(speaker, words) for speaker, words in groups)


def _turn(speaker: Speaker, heard: Sequence[HeardWord]) -> Turn:
    words, text = [], ""
    for word in heard:
        start = len(text) + bool(text)
        text = f"{text} {unicodedata.normalize('NFC', word.text)}".strip()
        end = len(text)
        words.append(
            Word(start=start, end=end, start_s=word.start_s, end_s=word.end_s, confidence=word.confidence)
        )
    mean = sum(w.confidence for w in words) / len(words)
    return Turn(
        speaker=speaker,
        text=text,
        start_s=heard[0].start_s,
        end_s=heard[-1].end_s,
        confidence=mean,
        words=tuple(words),
    )
