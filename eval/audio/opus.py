"""Two telephone channels in an Ogg Opus file: a tenth of their size in G.711."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE_HZ = 8000
BIT_RATE = 24_000
"""Bits a second for both channels. At 16,000 the encoder mixes them into one, and the parties with them."""

_CHUNK = 960
"""Samples handed over at a time: 120 ms, a whole number of Opus frames."""


def write_opus(path: Path, samples: npt.NDArray[np.float32]) -> None:
    """Encode two channels, shape (2, samples), in [-1, 1] at 8 kHz; the same samples give the same bytes.

    A decoder gives them at 48 kHz, as it does any Opus stream; nothing lies above 4 kHz.
    """
    data = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(
            "libopus", rate=RATE_HZ, layout="stereo", options={"application": "voip"}
        )
        stream.bit_rate = BIT_RATE
        for start in range(0, data.shape[1], _CHUNK):
            interleaved = np.ascontiguousarray(data[:, start : start + _CHUNK].T.reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
