"""Recordings of labeled calls: who speaks, what is written, and those that the data set has."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from qualify.eval.audio.casting import cast, first_calls
from qualify.eval.audio.opus import BIT_RATE, RATE_HZ, write_opus

from qualify.audio.decode import decode
from qualify.dataset import CallFile, Dataset

CALLS = Dataset.open(Path(__file__).parents[3] / "eval" / "calls").calls
RECORDED = [file for file in CALLS if file.audio is not None]
VARIANTS = ("Hugo", "Annie", "linda")


def test_the_same_call_has_the_same_cast() -> None:
    assert cast("morel", "morel-001", VARIANTS) == cast("morel", "morel-001", VARIANTS)


def test_a_tenants_agent_has_one_voice_and_callers_have_others() -> None:
    casts = [cast("morel", f"morel-{n:03}", VARIANTS) for n in range(30)]
    assert len({c.agent for c in casts}) == 1
    assert len({c.agent_channel for c in casts}) == 1
    assert {c.caller.voice.variant for c in casts} == {*VARIANTS} - {casts[0].agent.voice.variant}
    assert len({c.seed for c in casts}) > 20


def test_the_first_calls_of_every_tenant_are_taken() -> None:
    paths = ("b/2.json", "a/2.json", "b/1.json", "a/1.json", "b/3.json", "c/1.json")
    chosen = first_calls([CallFile(Path(path), None) for path in paths], each=2)
    assert [str(file.path) for file in chosen] == ["a/1.json", "a/2.json", "b/1.json", "b/2.json", "c/1.json"]


def tones(seconds: float) -> np.ndarray:
    """One party whistles in the first half, the other in the second; shape (2, samples)."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    first = t < seconds / 2
    return (
        np.stack([np.where(first, np.sin(3000 * t), 0), np.where(first, 0, np.sin(5000 * t))]).astype(
            np.float32
        )
        * 0.3
    )


def test_each_party_keeps_its_channel(tmp_path: Path) -> None:
    path = tmp_path / "call.ogg"
    write_opus(path, tones(4))
    audio = decode(path)
    left, right = audio.channel(0), audio.channel(1)
    half = len(left) // 2
    power = [float(np.mean(part**2)) for part in (left[:half], right[:half], left[half:], right[half:])]
    assert min(power[0], power[3]) > 100 * max(power[1], power[2])


def test_the_same_samples_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.ogg", tmp_path / "two.ogg"
    write_opus(one, tones(1))
    write_opus(two, tones(1))
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size < BIT_RATE / 8 * 2


def test_two_calls_of_every_tenant_have_their_recording() -> None:
    assert [f.path for f in RECORDED] == [f.path for f in first_calls(CALLS, each=2)]
    assert len(RECORDED) >= 20
    assert sum(f.audio.stat().st_size for f in RECORDED if f.audio) < 6_000_000


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.path.stem)
def test_a_recording_has_two_channels_of_a_telephone(file: CallFile) -> None:
    with av.open(str(file.audio)) as container:
        (stream,) = container.streams
        assert (stream.codec_context.name, stream.channels) == ("opus", 2)
        assert float(container.duration / av.time_base) > 20
