"""French telephone speech without a caller: espeak-ng's voices through a simulated telephone line.

Used by recipes and by `examples/make_audio.py` only; needs Debian's `espeak-ng` and scipy. Synthetic
voices are no substitute for recorded callers, and figures measured on them must say so.
"""

from __future__ import annotations

import ctypes
import random
from dataclasses import dataclass

import numpy as np
import scipy.signal as sg

ACCENTS = {"fr-fr": "roa/fr", "fr-be": "roa/fr-BE", "fr-ch": "roa/fr-CH"}
TRAINING_VARIANTS = (
    "m1 m2 m4 m5 m6 m7 m8 f1 f3 f4 f5 Denis Diogo Mr Alex Henrique rob michel Michael adam benjamin ed edward "
    "edward2 john Lee miguel pablo pedro robert sandro travis victor zac Mario marcelo caleb antonio Gene Gene2 "
    "gustave norbert steph2 steph3 Tweaky aunty klatt klatt2 anika Jacky david boris ivan paul Andy shelby"
).split()
"""Variants that a person understands; whispering, croaking and novelty ones are left out."""
HELD_OUT_VARIANTS = "Hugo Annie steph m3 f2 linda quincy Marco max belinda".split()
"""Never in training; the example recordings and all figures use these."""

_EVENT_WORD, _PARAM_RATE, _PARAM_PITCH, _PARAM_RANGE, _PARAM_WORDGAP = 1, 1, 3, 4, 7


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True)
class Voice:
    """One speaker: accent, espeak-ng variant, words a minute, pitch and its range (0 to 99), pitch warp."""

    accent: str = "fr-fr"
    variant: str = "Hugo"
    rate_wpm: int = 160
    pitch: int = 50
    pitch_range: int = 50
    word_gap: int = 0
    warp: float = 1.0
    """Resampling factor that moves the formants: 1.1 is a smaller throat."""

    @staticmethod
    def draw(rng: random.Random, variants: list[str]) -> Voice:
        """A random speaker among `variants`."""
        return Voice(
            accent=rng.choices(list(ACCENTS), [0.6, 0.2, 0.2])[0],
            variant=rng.choice(variants),
            rate_wpm=rng.randint(125, 200),
            pitch=rng.randint(20, 80),
            pitch_range=rng.randint(20, 85),
            word_gap=rng.choice([0, 0, 0, 0, 1, 2]),
            warp=rng.uniform(0.87, 1.17) if rng.random() < 0.6 else 1.0,
        )


@dataclass(frozen=True)
class Speech:
    """An utterance at 8 kHz, its level normalised, and when each word starts (seconds)."""

    samples: np.ndarray
    word_starts_s: tuple[float, ...]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / 8000


class Espeak:
    """espeak-ng's library, which unlike its program gives the time of each word."""

    def __init__(self) -> None:
        self._lib = ctypes.CDLL("libespeak-ng.so.1")
        self.rate_hz = self._lib.espeak_Initialize(2, 500, None, 0)
        self._chunks: list[np.ndarray] = []
        self._events: list[tuple[int, float]] = []
        self._callback = _CALLBACK(self._receive)
        self._lib.espeak_SetSynthCallback(self._callback)
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def _receive(self, wav, count, events):
        if count > 0 and wav:
            self._chunks.append(np.ctypeslib.as_array(wav, shape=(count,)).copy())
        i = 0
        while events and events[i].type != 0:
            if events[i].type == _EVENT_WORD:
                self._events.append((events[i].text_position - 1, events[i].audio_position / 1000))
            i += 1
        return 0

    def say(self, text: str, voice: Voice) -> Speech | None:
        """Speak `text`; None where the voice gives no sound."""
        self._lib.espeak_SetVoiceByName(f"{ACCENTS[voice.accent]}+{voice.variant}".encode())
        for parameter, value in (
            (_PARAM_RATE, voice.rate_wpm),
            (_PARAM_PITCH, voice.pitch),
            (_PARAM_RANGE, voice.pitch_range),
            (_PARAM_WORDGAP, voice.word_gap),
        ):
            self._lib.espeak_SetParameter(parameter, int(value), 0)
        self._chunks.clear()
        self._events.clear()
        data = text.encode() + b"\0"
        self._lib.espeak_Synth(data, len(data), 0, 1, 0, 1, None, None)
        self._lib.espeak_Synchronize()
        if not self._chunks:
            return None
        return self._trimmed(text, np.concatenate(self._chunks).astype(np.float32) / 32768, voice)

    def _trimmed(self, text: str, raw: np.ndarray, voice: Voice) -> Speech | None:
        down = round(441 * self.rate_hz / 22050 * voice.warp)
        x = sg.resample_poly(raw, 160, down).astype(np.float32)
        energy = np.convolve(x**2, np.ones(80) / 80, "same")
        loud = np.flatnonzero(energy > 1e-4 * energy.max())
        if len(loud) == 0 or len(x) < 1200:
            return None
        first = max(0, loud[0] - 40)
        scale = self.rate_hz * 160 / down / 8000
        x = x[first : loud[-1] + 80]
        x = x / (np.sqrt(np.mean(x**2)) + 1e-9) * 0.1
        events = [(p, min(max(0.0, t * scale - first / 8000), len(x) / 8000)) for p, t in self._events]
        return Speech(x, _word_starts(text, events, len(x) / 8000))

    def phonemes(self, text: str) -> str:
        """espeak-ng's phoneme mnemonics, for the voice used last."""
        pointer = ctypes.c_char_p(text.encode() + b"\0")
        parts = []
        while pointer.value:
            parts.append(self._lib.espeak_TextToPhonemes(ctypes.byref(pointer), 1, 0) or b"")
        return b" ".join(parts).decode()


def _word_starts(text: str, events: list[tuple[int, float]], end_s: float) -> tuple[float, ...]:
    """When each whitespace-separated word starts; words without an event of their own are interpolated."""
    starts: list[float | None] = []
    position = 0
    for word in text.split():
        begin = text.index(word, position)
        position = begin + len(word)
        times = [t for p, t in events if begin <= p < position]
        starts.append(min(times) if times else None)
    known: list[float] = []
    for i, start in enumerate(starts):
        if start is None:
            ahead = next((j for j in range(i, len(starts)) if starts[j] is not None), len(starts))
            until = starts[ahead] if ahead < len(starts) else end_s
            previous = known[-1] if known else 0.0
            start = previous + (until - previous) / (ahead - i + 1) if known else 0.0
        known.append(max(start, known[-1] if known else 0.0))
    return tuple(known)


def _compand(x: np.ndarray, law: str) -> np.ndarray:
    """G.711 quantisation to 8 bits and back (ITU-T G.711, continuous form)."""
    sign, size = np.sign(x), np.abs(x)
    if law == "mu":
        y = np.log1p(255 * size) / np.log(256)
        y = np.round(y * 127) / 127
        return sign * np.expm1(y * np.log(256)) / 255
    a, knee = 87.6, 1 + np.log(87.6)
    y = np.where(size < 1 / a, a * size, 1 + np.log(np.maximum(a * size, 1e-9))) / knee
    y = np.round(y * 127) / 127
    return sign * np.where(y < 1 / knee, y * knee / a, np.exp(y * knee - 1) / a)


def _noise(rng: random.Random, random_: np.random.Generator, count: int) -> np.ndarray:
    """Line noise of unit power: white, low-passed or mains hum, sometimes swelling."""
    noise = random_.standard_normal(count)
    kind, t = rng.random(), np.arange(count) / 8000
    if kind < 0.35:
        noise = sg.lfilter([1], [1, -rng.uniform(0.5, 0.97)], noise)
    elif kind < 0.5:
        base = rng.choice([50, 60, 100])
        hum = sum(np.sin(2 * np.pi * base * h * t + rng.uniform(0, 6)) / h for h in range(1, 9))
        noise = noise * 0.3 + hum
    if rng.random() < 0.3:
        noise = noise * (1 + 0.8 * np.sin(2 * np.pi * rng.uniform(0.05, 0.6) * t + rng.uniform(0, 6)))
    return noise / (noise.std() + 1e-9)


def telephone(x: np.ndarray, rng: random.Random, *, snr_db: float | None = None, seed: int = 0) -> np.ndarray:
    """Send 8 kHz samples through a line: band-pass, handset resonance, noise, gain, G.711.

    `snr_db` fixes the signal-to-noise ratio over speech; None draws one, or none at all.
    """
    random_ = np.random.default_rng(seed)
    band = [rng.uniform(150, 350), rng.uniform(3000, 3700)]
    x = sg.sosfilt(sg.butter(rng.choice([2, 3, 4]), band, "band", fs=8000, output="sos"), x)
    if rng.random() < 0.5:
        b, a = sg.iirpeak(rng.uniform(400, 2800), rng.uniform(0.7, 3), fs=8000)
        x = x + rng.uniform(-0.5, 0.8) * sg.lfilter(b, a, x)
    if rng.random() < 0.4:
        x = sg.lfilter([1, rng.uniform(-0.5, 0.4)], [1], x)
    spoken = x[np.abs(x) > 1e-4]
    if len(spoken):
        x = x / (np.sqrt(np.mean(spoken**2)) + 1e-9)
    if snr_db is None and rng.random() < 0.75:
        snr_db = rng.uniform(12, 42)
    if snr_db is not None:
        x = x + _noise(rng, random_, len(x)) * 10 ** (-snr_db / 20)
    x = np.clip(x * 10 ** (rng.uniform(-30, -12) / 20), -1, 1)
    law = rng.choice(["a", "a", "mu", "mu", "none"])
    return (x if law == "none" else _compand(x, law)).astype(np.float32)
