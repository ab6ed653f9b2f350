"""Decoding of untrusted recordings in a process of their own, with bounds on time and memory.

Decoders are large C libraries that read what strangers send. Here they run in a child that gets none of
its parent's environment, may not write files, and is killed beyond its bounds. What comes back is one
JSON object, which is validated, and plain samples: a child that was taken over can give wrong sound, no
code. This bounds a process, it doesn't jail it: the child still reads what its user may read.

`python -m qualify.audio.sandbox` is the child: the request comes on its standard input, the answer goes to
its standard output as the length of the JSON object (4 bytes, big-endian), the object, and the samples,
channel by channel interleaved, as `decode` holds them.
"""

from __future__ import annotations

import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, ValidationError

from qualify.audio.decode import DEFAULT_LIMITS, RATE_HZ, AudioInfo, AudioLimits, DecodedAudio, Int16, decode
from qualify.errors import AudioError, EngineError, QualifyError
from qualify.records import Reason, Record

MAX_HEAD_BYTES = 1_000_000
"""Of the JSON object. Tags are free text, and no recorder writes that much."""
BLOCK = 30 * RATE_HZ
"""Samples of each channel that the child hands over at once."""
OPEN_FILES = 16
"""Files that the child may have open: three streams, the recording, modules loaded late."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What decoding one recording may take."""

    wall_s: float = 120.0
    """From start to end; four hours of stereo take ten seconds."""
    cpu_s: int = 60
    memory_bytes: int = 2_500_000_000
    """Address space of the child: four hours of stereo are 920 MB of samples, libraries 300 MB."""


DEFAULT_BOUNDS = Bounds()

Count = Annotated[int, Field(strict=True, ge=1)]


class _Request(Record):
    path: Path
    limits: AudioLimits
    bounds: Bounds


class _Sound(Record):
    """A recording that was decoded; `samples` of each of `rows` channels follow."""

    rows: Count
    samples: Count
    dual_mono: bool
    info: AudioInfo
    reasons: tuple[Reason, ...]


class _Refusal(Record):
    """Why it could not be decoded, in the words of an `AudioError`."""

    key: str
    found: str
    expected: str


class _Answer(Record):
    content: _Sound | _Refusal


def decode_apart(
    path: Path | str, *, limits: AudioLimits = DEFAULT_LIMITS, bounds: Bounds = DEFAULT_BOUNDS
) -> DecodedAudio:
    """As `decode`, in a process of its own.

    Raises `AudioError` where `decode` does, where the bounds were reached and where the decoder crashed;
    `EngineError` where the process does not start.
    """
    path = Path(path).absolute()
    deadline = time.monotonic() + bounds.wall_s
    with _child(_Request(path=path, limits=limits, bounds=bounds)) as child:
        try:
            return _received(child, path, limits, deadline)
        except TimeoutError as error:
            raise _too_long(path, bounds.wall_s) from error
        except (ValidationError, EOFError) as error:
            raise _stopped(path, _exit_code(child), bounds) from error


@contextmanager
def _child(request: _Request) -> Iterator[subprocess.Popen[bytes]]:
    """A child at work on the request; it and whatever it has started in its group are gone afterwards."""
    environment = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "OPENBLAS_NUM_THREADS": "1"}
    if "LD_LIBRARY_PATH" in os.environ:  # without which some installations of Python don't start
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "qualify.audio.sandbox"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    ) as child:
        try:
            assert child.stdin is not None
            with suppress(BrokenPipeError), child.stdin as stdin:
                stdin.write(request.model_dump_json().encode())
            yield child
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def _received(
    child: subprocess.Popen[bytes], path: Path, limits: AudioLimits, deadline: float
) -> DecodedAudio:
    """The child's answer; EOFError where it ends early or does not fit the limits."""
    assert child.stdout is not None
    pipe = child.stdout.fileno()
    size = int.from_bytes(_read(pipe, 4, deadline), "big")
    if size > MAX_HEAD_BYTES:
        raise EOFError
    content = _Answer.model_validate_json(bytes(_read(pipe, size, deadline))).content
    if isinstance(content, _Refusal):
        raise AudioError(path, content.key, content.found, content.expected)
    if content.rows > limits.max_channels or content.samples > (limits.max_duration_s + 1) * RATE_HZ:
        raise EOFError
    data = _read(pipe, 2 * content.rows * content.samples, deadline)
    pcm = np.frombuffer(data, dtype=np.int16).reshape(content.samples, content.rows).T
    return DecodedAudio(content.info, pcm, dual_mono=content.dual_mono, reasons=content.reasons)


def _read(pipe: int, size: int, deadline: float) -> bytearray:
    """Exactly `size` bytes; EOFError where the pipe ends before, TimeoutError at the deadline."""
    data = bytearray(size)
    done, view = 0, memoryview(data)
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while done < size:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            got = os.readv(pipe, [view[done:]])
            if not got:
                raise EOFError
            done += got
    return data


def _exit_code(child: subprocess.Popen[bytes]) -> int:
    """How the child ended; one that closed its output and lingers counts as killed."""
    try:
        return child.wait(1)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL


def _too_long(path: Path, seconds: float) -> AudioError:
    expected = "un enregistrement qui se décode plus vite ; l'exporter de nouveau, en WAV"
    return AudioError(path, "", f"décodage interrompu après {seconds:g} s", expected)


def _stopped(path: Path, code: int, bounds: Bounds) -> QualifyError:
    """The error for a child that ended by itself, without an answer that can be used."""
    if code == -signal.SIGXCPU:
        return _too_long(path, bounds.cpu_s)
    if code > 0:
        return EngineError(f"Le processus de décodage ne démarre pas (code {code}). Lancer : qualify doctor.")
    found = f"le décodeur s'est arrêté ({signal.Signals(-code).name})" if code else "décodage incohérent"
    return AudioError(path, "", found, "un enregistrement intact ; l'exporter de nouveau, en WAV")


# ---------------------------------------------------------------- the child


def _main() -> None:
    request = _Request.model_validate_json(sys.stdin.buffer.read())
    _bind(request.bounds)
    try:
        audio = decode(request.path, limits=request.limits)
    except AudioError as error:
        return _hand_over(_Refusal(key=error.key, found=error.found, expected=error.expected))
    except Exception as error:  # MemoryError too: what a hostile file provokes is told as its defect
        found = "mémoire insuffisante" if isinstance(error, MemoryError) else type(error).__name__
        expected = "un enregistrement intact ; l'exporter de nouveau, en WAV"
        return _hand_over(_Refusal(key="", found=f"décodage impossible ({found})", expected=expected))
    rows, samples = audio.pcm.shape
    sound = _Sound(
        rows=rows, samples=samples, dual_mono=audio.dual_mono, info=audio.info, reasons=audio.reasons
    )
    return _hand_over(sound, audio.pcm)


def _bind(bounds: Bounds) -> None:
    """Set the limits of this process. It can lower them further, never raise them again."""
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_s, bounds.cpu_s + 1))  # SIGXCPU, then SIGKILL
    for limit, value in (
        (resource.RLIMIT_AS, bounds.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(limit, (value, value))


def _hand_over(content: _Sound | _Refusal, pcm: Int16 | None = None) -> None:
    head = _Answer(content=content).model_dump_json().encode()
    out = sys.stdout.buffer
    out.write(len(head).to_bytes(4, "big") + head)
    if pcm is not None:
        for start in range(0, pcm.shape[1], BLOCK):
            out.write(np.ascontiguousarray(pcm[:, start : start + BLOCK].T).data)
    out.flush()


if __name__ == "__main__":
    _main()
