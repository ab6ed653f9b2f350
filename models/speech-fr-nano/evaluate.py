"""Step 4 of the recipe: measure the released files on voices, names and sentences never in training.

    python models/speech-fr-nano/evaluate.py [--utterances 300] [--numbers 100]

Writes `metrics.json` with word and character errors (case and signs aside), and the share of dictated
telephone numbers that the product's grammar reads right from the transcript: for the embedded engine
(decoder and CTC head together) and for stock openai-whisper on the same weights. All of it is
synthetic speech: real callers are not measured here.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jiwer
import numpy as np
import phonenumbers
import scipy.signal as sg
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))
sys.path.insert(0, str(HERE))
from text import normalised, speakable  # noqa: E402
from train import plain  # noqa: E402

from models.material.fill import Filler  # noqa: E402
from models.voices import HELD_OUT_VARIANTS, Espeak, Voice, telephone  # noqa: E402
from qualify.audio.activity import Segment  # noqa: E402
from qualify.records import Judgment, Maker, Transcript, Turn  # noqa: E402
from qualify.transcription.doubts import CLEAR  # noqa: E402
from qualify.transcription.nano import NanoEngine  # noqa: E402
from qualify.transcription.whisper_engine import WhisperEngine  # noqa: E402
from qualify.understanding.fields.phone import callback_number  # noqa: E402
from qualify.weights import sha256_of  # noqa: E402

UNFOLLOWABLE_VARIANTS = ["whisper", "croak", "UniRobot", "robosoft5", "whisperf"]
FRAMES = ["Mon numéro, c'est le {}.", "Vous pouvez me rappeler au {}.", "{}.", "Alors c'est le {}, merci."]
Hear = Callable[[np.ndarray], str]


def spoken(
    rng: random.Random,
    espeak: Espeak,
    text: str,
    accent: str,
    seed: int,
    *,
    variants: list[str] = HELD_OUT_VARIANTS,
    snr_db: float | None = None,
) -> np.ndarray | None:
    """16 kHz samples of a voice over a line; None where it takes over 12 s."""
    voice = Voice.draw(rng, variants)
    speech = espeak.say(text, replace(voice, accent=accent))
    if speech is None or speech.duration_s > 12:
        return None
    pause = np.zeros(2400, np.float32)
    line = telephone(np.concatenate([pause, speech.samples, pause]), rng, seed=seed, snr_db=snr_db)
    return sg.resample_poly(line, 2, 1).astype(np.float32)


def sentences(count: int) -> list[tuple[str, np.ndarray]]:
    rng, espeak, found = random.Random("sentences"), Espeak(), []
    while len(found) < count:
        accent = rng.choice(["fr-fr", "fr-fr", "fr-fr", "fr-be", "fr-ch"])
        text = speakable(rng, accent, held_out=True, shuffled=False)
        samples = spoken(rng, espeak, text, accent, len(found))
        if samples is not None:
            found.append((text, samples))
    return found


def numbers(count: int) -> list[tuple[str, np.ndarray]]:
    """National digits of numbers that exist in the numbering plan, and their dictation."""
    rng, espeak, found = random.Random("numbers"), Espeak(), []
    while len(found) < count:
        accent = rng.choice(["fr-fr", "fr-fr", "fr-fr", "fr-be", "fr-ch"])
        filler = Filler(rng, accent, held_out=True)
        filler.spoken("phone")
        if not phonenumbers.is_valid_number(phonenumbers.parse(filler.values["phone"][1], "FR")):
            continue
        text = normalised(rng.choice(FRAMES).format(filler.spoken("phone")))
        samples = spoken(rng, espeak, text, accent, len(found))
        if samples is not None:
            found.append((filler.values["phone"][1], samples))
    return found


def parties(count: int, variants: list[str], snr_db: float | None) -> list[list[tuple[str, np.ndarray]]]:
    """`count` parties of six utterances each, one voice variant a party."""
    rng, espeak, found = random.Random(f"parties{variants}"), Espeak(), []
    while len(found) < count:
        one = [variants[len(found) % len(variants)]]
        party: list[tuple[str, np.ndarray]] = []
        while len(party) < 6:
            text = speakable(rng, "fr-fr", held_out=True, shuffled=False)
            samples = spoken(rng, espeak, text, "fr-fr", len(party), variants=one, snr_db=snr_db)
            if samples is not None:
                party.append((text, samples))
        found.append(party)
    return found


def flagged(engine: NanoEngine) -> dict[str, object]:
    """Whether parties that it can't follow are said to be unclear, and those that it follows are not."""
    seen = []
    for variants, snr_db in (
        (HELD_OUT_VARIANTS, 25.0),
        (UNFOLLOWABLE_VARIANTS, 15.0),
        (HELD_OUT_VARIANTS, 0.0),
    ):
        for party in parties(20 if snr_db == 25.0 else 10, variants, snr_db):
            found = [engine.transcribe(x, [Segment(0.0, len(x) / 16000)], prompt="") for _, x in party]
            words = [[w for u in heard for w in u.words] for heard in found]
            wer = jiwer.wer(
                [plain(t) for t, _ in party], [plain(" ".join(w.text for w in ws)) for ws in words]
            )
            every = [w.confidence for ws in words for w in ws]
            seen.append((wer, sum(every) / len(every) if every else 0.0))
    print("party word errors, confidence:", [(round(w, 2), round(c, 2)) for w, c in sorted(seen)])
    lost, followed = (
        [c < CLEAR for w, c in seen if test(w)] for test in (lambda w: w > 0.5, lambda w: w < 0.25)
    )
    return {
        "threshold": CLEAR,
        "lost_parties": len(lost),
        "lost_parties_flagged": round(sum(lost) / max(1, len(lost)), 3),
        "followed_parties": len(followed),
        "followed_parties_flagged": round(sum(followed) / max(1, len(followed)), 3),
    }


def number_in(text: str) -> Judgment | None:
    """The call-back number that the product reads in a caller's words."""
    if not text:
        return None
    transcript = Transcript(
        turns=(Turn(speaker="caller", text=text),), made_by=Maker(engine="eval", version="1")
    )
    return callback_number(transcript, caller_number=None, region="FR")


def measure(name: str, hear: Hear, said: list, dictated: list) -> dict[str, float]:
    begun = time.time()
    pairs = [(plain(text), plain(hear(samples))) for text, samples in said]
    took = time.time() - begun
    references, hypotheses = [a for a, _ in pairs], [b for _, b in pairs]
    read = [(f"+33{digits[1:]}", number_in(hear(samples))) for digits, samples in dictated]
    right = [found is not None and found.value == wanted for wanted, found in read]
    misled = [found is not None and not found.unsure and found.value != wanted for wanted, found in read]
    seconds = sum(len(s) for _, s in said) / 16000
    figures: dict[str, float] = {
        "utterances": len(said),
        "numbers": len(dictated),
        "word_errors": round(jiwer.wer(references, hypotheses), 4),
        "character_errors": round(jiwer.cer(references, hypotheses), 4),
        "numbers_right": round(sum(right) / len(right), 4),
        "numbers_wrong_and_sure": round(sum(misled) / len(misled), 4),
        "seconds_per_audio_second": round(took / seconds, 3),
    }
    print(name, figures, flush=True)
    for reference, hypothesis in pairs[: 8 * 5 : 5]:
        print(f"    {reference}\n    → {hypothesis}")
    return figures


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--utterances", type=int, default=300)
    parser.add_argument("--numbers", type=int, default=100)
    options = parser.parse_args()
    torch.manual_seed(0)
    said, dictated = sentences(options.utterances), numbers(options.numbers)
    nano, stock = NanoEngine(), WhisperEngine(str(HERE / "weights.pt"))

    def by(engine: NanoEngine | WhisperEngine) -> Hear:
        def hear(samples: np.ndarray) -> str:
            found = engine.transcribe(samples, [Segment(0.0, len(samples) / 16000)], prompt="")
            return " ".join(w.text for u in found for w in u.words)

        return hear

    metrics = {
        "material": "espeak-ng voices, names, trades and streets held out from training; synthetic telephone line",
        "embedded_engine": measure("embedded engine", by(nano), said, dictated),
        "stock_whisper": measure("stock openai-whisper", by(stock), said[::4], dictated[::4]),
        "unclear_parties": flagged(nano),
        "sha256": {name: sha256_of(HERE / name) for name in ("weights.pt", "ctc.pt", "tokens.json")},
    }
    (HERE / "metrics.json").write_text(json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
