"""A few hundred of Whisper's 51,865 tokens, close to letters, and how text is cut into them.

Training's softmax runs over these, the special tokens and the timestamps only; at export the other
rows of the embedding stay zero, so that stock openai-whisper reads the checkpoint.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import regex
from whisper.tokenizer import get_tokenizer

FILE = Path(__file__).parent / "tokens.json"
WHISPER_VOCABULARY = 51865
_WORDS = regex.compile(r" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+")
_ALWAYS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZàâäçéèêëîïôöùûüÿÀÂÇÉÈÊÎÔ0123456789,.?'-"

tokenizer = get_tokenizer(True, num_languages=99, language="fr", task="transcribe")


class Tokens:
    """Local ids: text tokens first, then the specials, then 1,501 timestamps of 0.02 s."""

    def __init__(self, text_ids: list[int]) -> None:
        t = tokenizer
        self.text_ids = text_ids
        specials = [t.eot, t.sot, t.language_token, t.transcribe, t.no_timestamps, t.no_speech, t.sot_prev]
        self.whisper_ids = text_ids + specials + list(range(t.timestamp_begin, t.timestamp_begin + 1501))
        local = {w: i for i, w in enumerate(self.whisper_ids)}
        self.eot, self.sot, self.french, self.transcribe, self.no_times, self.no_speech, self.previous = (
            local[s] for s in specials
        )
        self.time_zero = local[t.timestamp_begin]
        self._by_bytes = {t.encoding.decode_single_token_bytes(w): i for i, w in enumerate(text_ids)}
        self.bytes = {i: b for b, i in self._by_bytes.items()}
        self._longest = max(map(len, self._by_bytes))
        self._word = cache(self._cut)

    @staticmethod
    def load() -> Tokens:
        """The released set."""
        return Tokens(json.loads(FILE.read_text()))

    def encode(self, text: str) -> list[int]:
        """Local ids of `text`, in the fewest tokens; ValueError for a character outside the set."""
        return [i for word in _WORDS.findall(text) for i in self._word(word)]

    def decode(self, ids: list[int]) -> str:
        """Text of local ids; specials and times are left out."""
        return b"".join(self.bytes[i] for i in ids if i in self.bytes).decode("utf-8", "replace")

    def _cut(self, word: str) -> tuple[int, ...]:
        data = word.encode()
        best: list[tuple[int, tuple[int, ...]] | None] = [(0, ())] + [None] * len(data)
        for end in range(1, len(data) + 1):
            for start in range(max(0, end - self._longest), end):
                before, token = best[start], self._by_bytes.get(data[start:end])
                if before and token is not None and (best[end] is None or before[0] + 1 < best[end][0]):
                    best[end] = (before[0] + 1, (*before[1], token))
        if best[-1] is None:
            raise ValueError(f"no tokens for {word!r}")
        return best[-1][1]


def choose(texts: list[str], *, at_least: int) -> list[int]:
    """Tokens that Whisper's own encoding uses `at_least` times in `texts`, and every single letter."""
    counts: dict[int, int] = {}
    for text in texts:
        for token in tokenizer.encoding.encode(f" {text}"):
            counts[token] = counts.get(token, 0) + 1
    kept = {t for t, n in counts.items() if n >= at_least and len(tokenizer.decode([t]).strip()) <= 4}
    for letter in _ALWAYS:
        kept.update(tokenizer.encoding.encode(letter))
        spaced = tokenizer.encoding.encode(f" {letter}")
        if len(spaced) == 1:
            kept.add(spaced[0])
    kept.add(tokenizer.encoding.encode(" ")[0])
    return sorted(kept)
