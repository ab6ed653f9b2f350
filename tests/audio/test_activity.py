from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from qualify.audio.activity import ActivityOptions, Segment, _segments, call_segments
from qualify.audio.decode import RATE_HZ, decode

DATA = Path(__file__).parent / "data"
WINDOW_S = 512 / RATE_HZ
Array = np.ndarray


def seconds(count: float) -> Array:
    return np.arange(int(count * RATE_HZ)) / RATE_HZ


def sine(*frequencies_hz: float, time_s: Array, gain: float = 0.2) -> Array:
    return gain * sum(np.sin(2 * np.pi * f * time_s) for f in frequencies_hz)


def noise(count: float, *, gain: float = 0.1) -> Array:
    return np.random.default_rng(0).standard_normal(int(count * RATE_HZ)) * gain


def hum(count: float) -> Array:
    time_s = seconds(count)
    return sum(0.2 / n * np.sin(2 * np.pi * 50 * n * time_s + n) for n in range(1, 12))


def keypad(count: float) -> Array:
    keys = [(697, 1209), (770, 1336), (852, 1477), (941, 1336)]
    one = [np.concatenate([sine(*key, time_s=seconds(0.12)), np.zeros(RATE_HZ // 10)]) for key in keys]
    return np.tile(np.concatenate(one), 20)[: int(count * RATE_HZ)]


def clicks(count: float) -> Array:
    samples = np.zeros(int(count * RATE_HZ))
    samples[5000::9000] = 0.9
    return samples


T = seconds(6)
NOT_SPEECH = {
    "silence": np.zeros_like(T),
    "white noise": noise(6),
    "faint noise": noise(6, gain=0.002),
    "mains hum": hum(6),
    "ring-back 425 Hz": sine(425, time_s=T) * (T % 5 < 1.5),
    "ring-back 440 Hz": sine(440, time_s=T) * (T % 5 < 1.5),
    "engaged tone": sine(440, time_s=T) * (T % 1 < 0.5),
    "British ring-back": sine(400, 450, time_s=T) * (T % 3 < 0.4),
    "answering machine's beep": sine(1400, time_s=T) * (T < 0.5),
    "keypad": keypad(6),
    "clicks": clicks(6),
    "noise in bursts": noise(6) * (T % 2 < 0.4),
}


def speech_segments(samples: Array) -> tuple[Segment, ...]:
    """Those of a channel that is alone."""
    return call_segments([samples])[0]


def clip(name: str) -> Array:
    return decode(DATA / f"{name}.wav").channel(0)


@pytest.mark.parametrize("sound", NOT_SPEECH)
def test_what_is_no_speech_gives_no_segment(sound: str) -> None:
    assert speech_segments(NOT_SPEECH[sound].astype(np.float32)) == ()


@pytest.mark.parametrize("gain_db", [0, -20, -40])
@pytest.mark.parametrize("name", ["agent", "caller"])
def test_speech_is_found_at_any_level(name: str, gain_db: int) -> None:
    samples = clip(name)
    found = speech_segments(samples * np.float32(10 ** (gain_db / 20)))
    spoken_s = len(samples) / RATE_HZ - 0.6
    assert sum(s.duration_s for s in found) == pytest.approx(spoken_s, abs=0.8)


@pytest.mark.parametrize("disturbance", ["white noise", "mains hum", "ring-back 425 Hz"])
def test_speech_is_found_in_noise(disturbance: str) -> None:
    samples = clip("caller")
    loud = NOT_SPEECH[disturbance][: len(samples)].astype(np.float32)
    loud *= 0.2 * np.sqrt(np.mean(np.square(samples))) / np.sqrt(np.mean(np.square(loud)))
    assert sum(s.duration_s for s in speech_segments(samples + loud)) > 3


def test_integers_and_floats_give_the_same_segments_every_time() -> None:
    pcm = decode(DATA / "agent.wav").pcm[0]
    assert speech_segments(pcm) == speech_segments(pcm) == speech_segments(clip("agent"))


@pytest.mark.parametrize("count", [0, 1, 511, 513])
def test_less_than_a_window_is_no_speech(count: int) -> None:
    assert speech_segments(np.zeros(count, np.float32)) == ()


def two_parties(leak_db: float, *, caller_db: float = 0.0) -> list[Array]:
    """The agent speaks, then the caller, and each leaks 0.1 s late into the other's channel."""
    agent, caller = clip("agent"), clip("caller") * np.float32(10 ** (caller_db / 20))
    own = [np.concatenate([agent, 0 * caller]), np.concatenate([0 * agent, caller])]
    late = [np.roll(x, RATE_HZ // 10) * np.float32(10 ** (leak_db / 20)) for x in own]
    return [own[0] + late[1], own[1] + late[0]]


@pytest.mark.parametrize(("leak_db", "caller_db"), [(-25, 0), (-25, -10), (-35, 0), (-20, 0)])
def test_the_other_partys_leakage_is_no_speech(leak_db: float, caller_db: float) -> None:
    channels = two_parties(leak_db, caller_db=caller_db)
    border_s = len(clip("agent")) / RATE_HZ
    agent, caller = call_segments(channels)
    assert agent
    assert caller
    assert all(s.end_s <= border_s + 0.2 for s in agent)
    assert all(s.start_s >= border_s - 0.2 for s in caller)
    assert speech_segments(channels[1])[0].start_s < 1  # the leakage is there to be heard


def test_a_party_who_speaks_softly_while_the_other_speaks_is_kept() -> None:
    loud = np.tile(clip("agent"), 2)
    soft = np.zeros_like(loud)
    said = clip("caller") * np.float32(10 ** (-20 / 20))
    soft[RATE_HZ : RATE_HZ + len(said)] = said
    soft = np.concatenate([soft, said])
    loud = np.concatenate([loud, 0 * said])
    _, caller = call_segments([loud, soft])
    assert sum(s.duration_s for s in caller if s.start_s < 5.5) > 2.5


def voice(*stretches: tuple[float, int]) -> Array:
    """Probabilities of voice: (probability, windows) after one another."""
    return np.concatenate([np.full(count, p, np.float32) for p, count in stretches])


def windows(probabilities: Array, **options: float) -> list[tuple[float, float]]:
    """Segments of the probabilities in windows, without padding unless asked."""
    chosen = ActivityOptions(**{"pad_s": 0.0, **options})
    found = _segments(probabilities, len(probabilities) * WINDOW_S, chosen)
    return [(round(s.start_s / WINDOW_S, 1), round(s.end_s / WINDOW_S, 1)) for s in found]


SHAPES = [
    ("nothing", voice((0.1, 50)), {}, []),
    ("speech", voice((0, 20), (0.9, 20), (0, 20)), {}, [(20, 40)]),
    ("never sure", voice((0, 20), (0.45, 20), (0, 20)), {}, []),
    ("weak ending stays", voice((0, 20), (0.9, 20), (0.4, 5), (0, 20)), {}, [(20, 45)]),
    ("short pause merges", voice((0.9, 20), (0, 10), (0.9, 20)), {}, [(0, 50)]),
    ("long pause separates", voice((0.9, 20), (0, 11), (0.9, 20)), {}, [(0, 20), (31, 51)]),
    ("too short", voice((0, 20), (0.9, 3), (0, 20)), {}, []),
    ("just long enough", voice((0, 20), (0.9, 4), (0, 20)), {}, [(20, 24)]),
    ("padded", voice((0, 20), (0.9, 20), (0, 20)), {"pad_s": 0.16}, [(15, 45)]),
    ("padding ends with the recording", voice((0.9, 20), (0, 2)), {"pad_s": 0.16}, [(0, 22)]),
    (
        "padding does not overlap",
        voice((0.9, 20), (0, 6), (0.9, 20)),
        {"pad_s": 0.16, "merge_gap_s": 0.1},
        [(0, 23), (23, 46)],
    ),
    (
        "split at the longest pause",
        voice((0.9, 60), (0, 2), (0.9, 20), (0, 5), (0.9, 30), (0, 2), (0.9, 40)),
        {"max_segment_s": 4.0},
        [(0, 82), (87, 159)],
    ),
    (
        "no pause: split where the voice is weakest",
        voice((0.9, 70), (0.6, 1), (0.9, 70)),
        {"max_segment_s": 4.0},
        [(0, 70), (70, 141)],
    ),
]


@pytest.mark.parametrize(
    ("probabilities", "options", "expected"), [s[1:] for s in SHAPES], ids=[s[0] for s in SHAPES]
)
def test_shape_of_segments(probabilities: Array, options: dict[str, float], expected: list) -> None:
    assert windows(probabilities, **options) == expected


def test_no_segment_is_longer_than_allowed() -> None:
    options = ActivityOptions()
    found = _segments(np.full(20_000, 0.8, np.float32), 640.0, options)
    assert max(s.duration_s for s in found) <= options.max_segment_s
    assert found[0].start_s == 0
    assert found[-1].end_s == 640
    assert all(a.end_s == b.start_s for a, b in pairwise(found))


def test_options_that_leave_no_room_are_refused() -> None:
    with pytest.raises(ValueError, match="max_segment_s"):
        ActivityOptions(max_segment_s=1.0)


def test_duration_of_a_segment() -> None:
    assert Segment(1.5, 4.0).duration_s == 2.5
