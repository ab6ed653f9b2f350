"""Speaks the example calls: `python examples/make_audio.py` (needs Debian's espeak-ng, and scipy).

Two parties with different voices over a simulated telephone line, as `audio.yaml` says; the same
settings give the same recording. The voices are never used in training the embedded checkpoint.
"""

from __future__ import annotations

import json
import random
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from models.voices import Espeak, Voice, telephone  # noqa: E402

RATE_HZ = 8000


def sides(espeak: Espeak, call: dict, settings: dict) -> dict[str, np.ndarray]:
    """Each party's side of the call, before the line."""
    events, now = [], round(0.6 * RATE_HZ)
    for turn in call["turns"]:
        speech = espeak.say(turn["text"], Voice(**settings[turn["speaker"]]["voice"]))
        if speech is None:
            raise SystemExit(f"{call['id']}: no sound for {turn['text']!r}")
        events.append((turn["speaker"], now, speech.samples))
        now += len(speech.samples) + round(settings["pause_s"] * RATE_HZ)
    total = now + round(settings["tail_s"] * RATE_HZ)
    found = {party: np.zeros(total, np.float32) for party in ("agent", "caller")}
    for party, start, samples in events:
        found[party][start : start + len(samples)] += samples
    return found


def recording(call: dict, settings: dict, espeak: Espeak) -> np.ndarray:
    """The call as the telephone system records it, shape (channels, samples)."""
    rng = random.Random(settings["seed"])
    spoken = sides(espeak, call, settings)
    lines = {}
    for number, (party, samples) in enumerate(spoken.items()):
        silent = not samples.any()
        if silent:
            noise = np.random.default_rng(settings["seed"]).standard_normal(len(samples))
            lines[party] = (noise * 0.002).astype(np.float32)
        else:
            lines[party] = telephone(
                samples, rng, snr_db=settings[party]["snr_db"], seed=settings["seed"] + number
            )
    if settings["agent_channel"] is None:
        return np.mean([lines["agent"], lines["caller"]], axis=0, keepdims=True)
    order = ("agent", "caller") if settings["agent_channel"] == 0 else ("caller", "agent")
    return np.stack([lines[party] for party in order])


def write(path: Path, samples: np.ndarray, codec: str) -> None:
    """Encode at 8 kHz; `codec` is a name that PyAV knows."""
    layout = "stereo" if len(samples) == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE_HZ, layout=layout)
        if codec == "libmp3lame":
            stream.bit_rate = 32000 * len(samples)
        data = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
        for start in range(0, data.shape[1], 1152):
            part = np.ascontiguousarray(data[:, start : start + 1152].T.reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


def main() -> None:
    """Write every recording of `audio.yaml`."""
    espeak = Espeak()
    for call_id, settings in yaml.safe_load((HERE / "audio.yaml").read_text(encoding="utf-8"))[
        "calls"
    ].items():
        folder = HERE / "calls" / settings["tenant"]
        call = json.loads((folder / f"{call_id}.json").read_text(encoding="utf-8"))
        codec = "libmp3lame" if settings["format"].startswith("mp3") else "pcm_alaw"
        samples = recording(call, settings, espeak)
        write(folder / settings["file"], samples, codec)
        print(f"{settings['file']}: {samples.shape[1] / RATE_HZ:.0f} s, {len(samples)} channel(s)")


if __name__ == "__main__":
    main()
