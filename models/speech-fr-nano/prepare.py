"""Step 1 of the recipe: speak sentences over a telephone line and keep their log-mel frames.

    python models/speech-fr-nano/prepare.py FOLDER [--hours 100] [--processes 2]

Writes shards `train-NNNN.npy` (uint8 frames, 100 a second, 80 bands) and `.json` (channels and their
utterances with word times), `test-0000` with voices, names and trades that training never sees, and
`tokens.json` beside this file. Existing shards are kept, so a second call resumes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import scipy.signal as sg
import torch

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))
import tokens
from text import speakable
from whisper.audio import mel_filters

from models.voices import HELD_OUT_VARIANTS, TRAINING_VARIANTS, Espeak, Voice, telephone

CHANNELS_PER_SHARD = 60
MEL_FLOOR, MEL_SPAN = -10.0, 13.0
"""log10 energies from -10 to 3 are stored as 0 to 255."""


def log_mel(samples_8k: np.ndarray) -> np.ndarray:
    """Whisper's log10 mel energies before its normalisation, as bytes, shape (frames, 80)."""
    x = torch.from_numpy(sg.resample_poly(samples_8k, 2, 1).astype(np.float32))
    spectrum = torch.stft(x, 400, 160, window=torch.hann_window(400), return_complex=True)[:, :-1].abs() ** 2
    mel = torch.clamp(mel_filters("cpu", 80) @ spectrum, min=1e-10).log10().numpy()
    return np.clip(np.round((mel - MEL_FLOOR) * (255 / MEL_SPAN)), 0, 255).astype(np.uint8).T


def channel(espeak: Espeak, rng: random.Random, seed: int, *, held_out: bool) -> tuple[np.ndarray, dict]:
    """One party's side of a call of about a minute: frames, and its utterances."""
    voice = Voice.draw(rng, HELD_OUT_VARIANTS if held_out else TRAINING_VARIANTS)
    parts, utterances, now_s = [], [], 0.0
    patient = rng.random() < 0.5
    until_s = rng.uniform(50, 80)

    def pause(seconds: float) -> None:
        nonlocal now_s
        parts.append(np.zeros(int(seconds * 8000), np.float32))
        now_s += int(seconds * 8000) / 8000

    pause(rng.uniform(0.05, 1))
    while now_s < until_s:
        text = speakable(rng, voice.accent, held_out=held_out)
        speech = espeak.say(text, voice)
        if speech is None or speech.duration_s > 16 or len(speech.word_starts_s) != len(text.split()):
            continue
        starts = [round(now_s + t, 3) for t in speech.word_starts_s]
        utterances.append(
            {
                "text": text,
                "start": round(now_s, 3),
                "end": round(now_s + speech.duration_s, 3),
                "words": starts,
                "phonemes": espeak.phonemes(text),
            }
        )
        parts.append(speech.samples * 10 ** (rng.uniform(-3, 3) / 20))
        now_s += speech.duration_s
        pause(rng.uniform(0.3, 4) if patient else rng.uniform(0.25, 1.2))
    frames = log_mel(telephone(np.concatenate(parts), rng, seed=seed))
    return frames, {"voice": voice.variant, "accent": voice.accent, "utterances": utterances}


def shard(folder: Path, name: str, number: int, *, held_out: bool) -> float:
    """Write one shard; returns its hours."""
    torch.set_num_threads(1)
    target = folder / f"{name}-{number:04d}.npy"
    if target.exists():
        return len(np.load(target, mmap_mode="r")) / 360000
    rng, espeak = random.Random(f"{name}{number}"), Espeak()
    frames, channels, offset = [], [], 0
    for i in range(CHANNELS_PER_SHARD):
        mel, about = channel(espeak, rng, number * 1000 + i, held_out=held_out)
        channels.append({**about, "offset": offset, "frames": len(mel)})
        frames.append(mel)
        offset += len(mel)
    target.with_suffix(".json").write_text(json.dumps(channels, ensure_ascii=False))
    temporary = target.with_suffix(".part.npy")
    np.save(temporary, np.concatenate(frames))
    temporary.rename(target)
    return offset / 360000


def write_tokens() -> None:
    """Choose the token set from what the text generator says, and release it."""
    rng = random.Random(3)
    texts = [speakable(rng, rng.choice(["fr-fr", "fr-fr", "fr-be"])) for _ in range(60000)]
    tokens.FILE.write_text(json.dumps(tokens.choose(texts, at_least=200)))


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hours", type=float, default=100)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if not tokens.FILE.exists():
        write_tokens()
    shard(options.folder, "test", 0, held_out=True)
    numbers = range(round(options.hours / (CHANNELS_PER_SHARD * 67 / 3600)))
    with ProcessPoolExecutor(options.processes) as pool:
        jobs = [pool.submit(shard, options.folder, "train", n, held_out=False) for n in numbers]
        for number, job in enumerate(jobs):
            print(f"shard {number}: {job.result():.2f} h", flush=True)


if __name__ == "__main__":
    main()
