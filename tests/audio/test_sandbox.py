from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest

from qualify.audio import sandbox
from qualify.audio.decode import AudioLimits, DecodedAudio, decode
from qualify.audio.sandbox import Bounds, decode_apart
from qualify.errors import AudioError, EngineError, QualifyError

VOICE = Path(__file__).parent / "data" / "agent.wav"


def sound(path: Path, *, container: str = "wav", codec: str = "pcm_s16le", channels: int = 1) -> Path:
    """Half a second of two tones, one a channel."""
    rate = 48000 if codec == "libopus" else 8000
    times = np.arange(rate // 2) / rate
    tones = [0.3 * np.sin(2 * np.pi * hz * times) for hz in (440, 900)[:channels]]
    samples = (np.stack(tones, axis=1).reshape(1, -1) * 32767).astype(np.int16)
    layout = {1: "mono", 2: "stereo"}[channels]
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
    frame.sample_rate = rate
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        out.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def same(one: DecodedAudio, other: DecodedAudio) -> bool:
    facts = [(a.info, a.dual_mono, a.reasons, a.pcm.dtype, a.pcm.shape) for a in (one, other)]
    return facts[0] == facts[1] and np.array_equal(one.pcm, other.pcm)


@pytest.mark.parametrize(
    ("container", "codec", "channels"),
    [("wav", "pcm_s16le", 1), ("wav", "pcm_alaw", 2), ("flac", "flac", 2), ("ogg", "libopus", 2)],
)
def test_the_sound_is_that_of_decode_to_the_bit(
    tmp_path: Path, container: str, codec: str, channels: int
) -> None:
    path = sound(tmp_path / "a", container=container, codec=codec, channels=channels)
    assert same(decode_apart(path), decode(path))


def test_one_voice_on_two_channels_comes_once(tmp_path: Path) -> None:
    path = sound(tmp_path / "mono.wav")
    with av.open(str(path)) as source, av.open(str(tmp_path / "a.wav"), "w") as out:
        mono = next(source.decode(audio=0)).to_ndarray().reshape(-1)
        frame = av.AudioFrame.from_ndarray(np.repeat(mono, 2).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = 8000
        stream = out.add_stream("pcm_s16le", rate=8000, layout="stereo")
        out.mux([*stream.encode(frame), *stream.encode(None)])
    audio = decode_apart(tmp_path / "a.wav")
    assert audio.dual_mono
    assert same(audio, decode(tmp_path / "a.wav"))


def test_a_relative_path_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound(tmp_path / "a.wav")
    monkeypatch.chdir(tmp_path)
    assert decode_apart("a.wav").pcm.shape == (1, 8000)


@pytest.mark.parametrize(
    ("write", "limits"),
    [
        (lambda p: None, AudioLimits()),
        (lambda p: p.write_bytes(b""), AudioLimits()),
        (lambda p: p.write_text("Bonjour.\n" * 99), AudioLimits()),
        (lambda p: sound(p), AudioLimits(max_duration_s=0.2)),
        (lambda p: sound(p, channels=2), AudioLimits(max_channels=1)),
    ],
    ids=["missing", "empty", "text", "too long", "too many channels"],
)
def test_what_decode_refuses_is_refused_in_its_words(
    tmp_path: Path, write: Callable[[Path], object], limits: AudioLimits
) -> None:
    path = tmp_path / "a.wav"
    write(path)
    with pytest.raises(AudioError) as apart:
        decode_apart(path, limits=limits)
    with pytest.raises(AudioError) as here:
        decode(path, limits=limits)
    assert str(apart.value) == str(here.value)


def replace_child(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the child run `code` in place of the decoder."""
    real = subprocess.Popen
    monkeypatch.setattr(
        sandbox.subprocess, "Popen", lambda command, **options: real([sys.executable, "-c", code], **options)
    )


def test_time_is_bounded() -> None:
    begun = time.monotonic()
    with pytest.raises(AudioError, match=r"interrompu après 0\.02 s"):
        decode_apart(VOICE, bounds=Bounds(wall_s=0.02))
    assert time.monotonic() - begun < 2


def test_memory_is_bounded() -> None:
    with pytest.raises(AudioError, match=r"mémoire insuffisante|SIG"):
        decode_apart(VOICE, bounds=Bounds(memory_bytes=100_000_000))


ENDINGS = [
    ("crashes", "import os; os.kill(os.getpid(), 11)", AudioError, "SIGSEGV"),
    ("is killed for its memory", "import os; os.kill(os.getpid(), 9)", AudioError, "SIGKILL"),
    ("says nothing", "", AudioError, "incohérent"),
    ("says nonsense", "print('bonjour' * 9)", AudioError, "incohérent"),
    ("states a huge head", "import sys; sys.stdout.buffer.write(bytes([255] * 9))", AudioError, "incohérent"),
    ("does not start", "raise SystemExit(1)", EngineError, "qualify doctor"),
    ("hangs", "import time; time.sleep(60)", AudioError, "interrompu"),
    (
        "leaves a child that holds its output",
        "import os, time; os.fork() or time.sleep(60)",
        AudioError,
        "interrompu|incohérent",
    ),
]


@pytest.mark.parametrize(("code", "kind", "said"), [e[1:] for e in ENDINGS], ids=[e[0] for e in ENDINGS])
def test_however_the_child_ends_the_error_is_named(
    monkeypatch: pytest.MonkeyPatch, code: str, kind: type[QualifyError], said: str
) -> None:
    replace_child(monkeypatch, code)
    begun = time.monotonic()
    with pytest.raises(kind, match=said):
        decode_apart(VOICE, bounds=Bounds(wall_s=1.0))
    assert time.monotonic() - begun < 5


SOUND = {
    "rows": 1,
    "samples": 16000,
    "dual_mono": False,
    "reasons": [],
    "info": {
        "channels": 1,
        "sample_rate_hz": 8000,
        "duration_s": 1.0,
        "codec": "pcm",
        "sha256": "0" * 64,
        "tags": {},
    },
}
LIES = [
    ("more channels than allowed", {"rows": 3}),
    ("more sound than allowed", {"samples": 10**12}),
    ("fewer samples than said", {"samples": 32000}),
    ("no channel", {"rows": 0}),
    ("a channel too many in words", {"rows": "1"}),
    ("a key of its own", {"code": "import os"}),
]


@pytest.mark.parametrize("lie", [lie[1] for lie in LIES], ids=[lie[0] for lie in LIES])
def test_a_child_that_was_taken_over_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, lie: dict[str, object]
) -> None:
    head = json.dumps({"content": {**SOUND, **lie}})
    code = (
        f"import sys; o = sys.stdout.buffer; h = {head!r}.encode()\n"
        "o.write(len(h).to_bytes(4, 'big') + h + bytes(32000))"
    )
    replace_child(monkeypatch, code)
    with pytest.raises(AudioError, match="incohérent"):
        decode_apart(VOICE, limits=AudioLimits(max_duration_s=60))


BIND = "from qualify.audio.sandbox import Bounds, _bind; import resource; _bind(Bounds(cpu_s=1))"


def confined(code: str) -> str:
    """What `code` prints in a process with the child's limits."""
    done = subprocess.run(
        [sys.executable, "-c", f"{BIND}\n{code}"], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_child_cannot_write_files_nor_raise_its_limits(tmp_path: Path) -> None:
    target = tmp_path / "a"
    assert "File too large" in confined(f"with open({str(target)!r}, 'w') as file: file.write('a')")
    assert target.read_bytes() == b""
    assert "ValueError" in confined("resource.setrlimit(resource.RLIMIT_CPU, (999, 999))")


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_child(monkeypatch, f"{BIND}\nwhile True: pass")
    with pytest.raises(AudioError, match="interrompu après 1 s"):
        decode_apart(VOICE, bounds=Bounds(cpu_s=1))


def test_the_child_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    real = subprocess.Popen

    def popen(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        seen.append(dict(options["env"]))  # type: ignore[call-overload]
        return real(command, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setenv("QUALIFY_DATA_KEYS", "1:secret")
    monkeypatch.setattr(sandbox.subprocess, "Popen", popen)
    decode_apart(VOICE)
    assert seen
    assert "secret" not in str(seen)


def test_no_process_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[int] = []
    real = subprocess.Popen

    def popen(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        child = real([sys.executable, "-c", "import time; time.sleep(60)"], **options)  # type: ignore[call-overload]
        children.append(child.pid)
        return child  # type: ignore[no-any-return]

    monkeypatch.setattr(sandbox.subprocess, "Popen", popen)
    with pytest.raises(AudioError):
        decode_apart(VOICE, bounds=Bounds(wall_s=0.2))
    with pytest.raises(ProcessLookupError):
        os.kill(children[0], signal.SIGTERM)


def mutated(data: bytes, dice: np.random.Generator) -> bytes:
    """A recording as a bad line, a full disk or an attacker leaves it."""
    broken = bytearray(data)
    for at in dice.integers(0, min(len(data), 512), dice.integers(0, 12)):  # headers break most
        broken[at] = dice.integers(256)
    for at in dice.integers(0, len(data), dice.integers(0, 40)):
        broken[at] = dice.integers(256)
    if dice.random() < 0.3:
        del broken[dice.integers(1, len(broken)) :]
    if dice.random() < 0.2:
        at = int(dice.integers(len(broken)))
        broken[at:at] = dice.bytes(int(dice.integers(1, 5000)))
    return bytes(broken)


def refused(folder: Path, seeds: range) -> int:
    """Decode mutations of four formats, two at a time; how many were refused.

    Anything but an `AudioError` gets out.
    """
    formats = [("wav", "pcm_alaw"), ("flac", "flac"), ("ogg", "libopus"), ("mp4", "aac")]
    whole = [
        sound(folder / container, container=container, codec=codec).read_bytes()
        for container, codec in formats
    ]

    def refuses(seed: int) -> bool:
        path = folder / f"mutated-{seed}"
        path.write_bytes(mutated(whole[seed % 4], np.random.default_rng(seed)))
        try:
            audio = decode_apart(path, limits=AudioLimits(max_duration_s=60))
        except AudioError:
            return True
        finally:
            path.unlink()
        assert 0 < audio.duration_s <= 60
        return False

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(refuses, seeds))


def test_mutated_recordings_are_decoded_or_refused(tmp_path: Path) -> None:
    assert 0 < refused(tmp_path, range(8)) < 8


@pytest.mark.slow
def test_a_thousand_mutated_recordings_are_decoded_or_refused(tmp_path: Path) -> None:
    assert 100 < refused(tmp_path, range(1000, 2000)) < 900
