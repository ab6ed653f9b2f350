"""The shipped speech checkpoint: what its card promises of the files, and that it hears an example."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
import whisper

from qualify.audio.activity import Segment, call_segments
from qualify.audio.decode import RATE_HZ, decode
from qualify.errors import EngineError
from qualify.transcription import nano
from qualify.transcription.nano import NanoEngine
from qualify.transcription.whisper_engine import WhisperEngine
from qualify.weights import sha256_of, shipped

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "models" / "speech-fr-nano"
RECORDING = ROOT / "examples" / "calls" / "clinique-tilleuls" / "tilleuls-001.wav"


def words(engine: NanoEngine | WhisperEngine, channel: int, until_s: float) -> list[str]:
    audio = decode(RECORDING)
    segments = [s for s in call_segments(list(audio.pcm))[channel] if s.end_s < until_s]
    found = engine.transcribe(audio.channel(channel), segments, prompt="")
    return [w.text.strip(",.?").lower() for u in found for w in u.words]


def test_files_are_the_released_ones() -> None:
    released = json.loads((FOLDER / "metrics.json").read_text(encoding="utf-8"))["sha256"]
    assert {name: sha256_of(FOLDER / name) for name in released} == released
    assert (FOLDER / "weights.pt").stat().st_size < 40_000_000


@pytest.mark.slow
def test_stock_whisper_reads_the_checkpoint() -> None:
    model = whisper.load_model(str(shipped("speech-fr-nano", "weights.pt")), device="cpu")
    assert model.dims.n_vocab >= 51865
    assert model.dims.n_audio_ctx == 1500
    assert model.is_multilingual


@pytest.mark.slow
def test_the_embedded_engine_hears_the_call_in_order_and_the_same_twice() -> None:
    audio = decode(RECORDING)
    segments = call_segments(list(audio.pcm))[1][:3]
    engine = NanoEngine()
    once, again = (engine.transcribe(audio.channel(1), segments, prompt="") for _ in range(2))
    assert once == again
    spoken = [w for u in once for w in u.words]
    assert all(a.start_s <= a.end_s <= b.start_s + 1e-6 for a, b in pairwise(spoken))
    assert {"bonjour", "rendez-vous", "chien"} <= {w.text.strip(",.?").lower() for w in spoken}
    assert all(0 <= w.confidence <= 1 for w in spoken)


@pytest.mark.slow
def test_stock_whisper_transcribes_with_the_checkpoint() -> None:
    engine = WhisperEngine(str(FOLDER / "weights.pt"))
    assert "bonjour" in words(engine, 1, 9.0)
    assert engine.maker.weights_sha256 == sha256_of(FOLDER / "weights.pt")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.1, 1.0, 5.0])
def test_silence_and_noise_give_few_words_and_no_error(seconds: float) -> None:
    noise = np.random.default_rng(0).standard_normal(int(seconds * RATE_HZ)).astype(np.float32) * 1e-3
    engine = NanoEngine()
    assert engine.transcribe(np.zeros_like(noise), [], prompt="") == []
    found = engine.transcribe(noise, [Segment(0.0, seconds)], prompt="")
    assert len([w for u in found for w in u.words]) <= 2


def saved(path: Path, state: object) -> Path:
    torch.save(state, path)
    return path


UNREADABLE = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("Ceci n'est pas un modèle."),
    "pickle of something else": lambda path: path.write_bytes(b"\x80\x04N."),
    "no dimensions": lambda path: saved(path, {}),
    "no weights": lambda path: saved(path, {"dims": {}}),
    "cut short": lambda path: path.write_bytes((FOLDER / "weights.pt").read_bytes()[:10_000]),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_weights_are_a_named_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    path = tmp_path / "broken.pt"
    UNREADABLE[case](path)
    with pytest.raises(EngineError, match=r"broken\.pt"):
        WhisperEngine(str(path))
    monkeypatch.setattr(nano, "shipped", lambda folder, name: path)
    with pytest.raises(EngineError, match="poids illisibles"):
        NanoEngine()


@pytest.mark.parametrize("lacking", ["weight", "bias", "token_ids"])
def test_an_incomplete_head_is_a_named_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    head = {"weight": torch.zeros(1), "bias": torch.zeros(1), "token_ids": [1]}
    path = saved(tmp_path / "ctc.pt", {k: v for k, v in head.items() if k != lacking})
    monkeypatch.setattr(nano, "shipped", lambda folder, name: path)
    monkeypatch.setattr(nano.whisper, "load_model", lambda name, device: None)
    with pytest.raises(EngineError, match="poids illisibles"):
        NanoEngine()


def test_a_model_given_by_name_is_named_by_the_hash_of_its_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny").write_text("openai-whisper looks at names first")
    monkeypatch.setattr(whisper, "load_model", lambda name, device: None)
    maker = WhisperEngine("tiny").maker
    assert maker.engine == "whisper:tiny"
    assert maker.weights_sha256 == "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9"


def test_an_unknown_model_name_says_what_is_known() -> None:
    with pytest.raises(EngineError, match="large-v3"):
        WhisperEngine("gigantic")
