"""Step 2 of the recipe: train the Whisper-architecture checkpoint on prepared shards.

    python models/speech-fr-nano/train.py SHARDS RUN [--minutes 118] [--processes 2]

Resumes from RUN/state.pt where there is one; `--minutes` is the schedule's whole length. What makes
the decoder align within hours on two cores: fragments cut at espeak-ng's word times first, then
utterances, then windows with timestamps, then padding to 30 s; two heads of each cross-attention guided
to the word times; a frame-wise loss of the encoder's output against the token embedding; CTC on
phonemes in the middle and on tokens at the top of the encoder; a small softmax; random tokens in the
decoder's input. `LOG.md` has what was tried.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F  # noqa: N812
from torch import nn

sys.path.insert(0, str(Path(__file__).parent))
from prepare import MEL_FLOOR, MEL_SPAN
from tokens import WHISPER_VOCABULARY, Tokens
from whisper.model import ModelDimensions, Whisper

WIDTH, HEADS, ENCODER_LAYERS, DECODER_LAYERS = 256, 4, 6, 3
MIDDLE_LAYER = 3
"""Encoder layer after which the phoneme CTC reads."""
GUIDED_HEADS, GUIDE_WIDTH_S = 2, 0.14
BATCH_S = 48
"""Seconds of audio, padding included, in one process's step."""
PEAK_RATE, WARM_STEPS = 1.3e-3, 300
PHONEMES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@&1234"


@dataclass(frozen=True)
class Utterance:
    start: float
    end: float
    text: str
    tokens: tuple[int, ...]
    spans: tuple[tuple[float, float], ...]
    """Start and end of each token, seconds in the channel."""
    word_tokens: tuple[int, ...]
    """Index of each word's first token."""
    phonemes: tuple[int, ...]


@dataclass(frozen=True)
class Channel:
    frames: np.ndarray
    loudest: float
    utterances: tuple[Utterance, ...]

    @property
    def duration_s(self) -> float:
        return len(self.frames) / 100


@dataclass(frozen=True)
class Item:
    """One training example; times are seconds from the window's start."""

    mel: np.ndarray
    floor: float
    target: list[int]
    centres: list[float]
    """Middle of each target token in the audio; -1 for specials."""
    prompt_length: int
    frame_tokens: np.ndarray
    text_tokens: list[int]
    phonemes: list[int]
    pad_to: int


def phoneme_ids(mnemonics: str) -> tuple[int, ...]:
    text = re.sub(r"\([a-z]+\)", "", mnemonics)
    for old, new in (("A~", "1"), ("O~", "2"), ("E~", "3"), ("W~", "4")):
        text = text.replace(old, new)
    return tuple(PHONEMES.index(c) + 1 for c in text if c in PHONEMES)


def token_spans(tokens: Tokens, text: str, words: list[float], end: float):
    """Share each word's time among its tokens by their letters."""
    ids = tokens.encode(f" {text}")
    firsts, spans, word = [], [], -1
    by_word: list[list[int]] = []
    for i, token in enumerate(ids):
        if tokens.bytes[token].startswith(b" "):
            word += 1
            firsts.append(i)
            by_word.append([])
        by_word[word].append(token)
    if len(by_word) != len(words):
        return None
    for k, group in enumerate(by_word):
        start, until = words[k], words[k + 1] if k + 1 < len(words) else end
        sizes = [max(0.3, len(tokens.bytes[t].strip(b" ,.?-'"))) for t in group]
        done = 0.0
        for size in sizes:
            spans.append(
                (
                    start + (until - start) * done / sum(sizes),
                    start + (until - start) * (done + size) / sum(sizes),
                )
            )
            done += size
    return tuple(ids), tuple(spans), tuple(firsts)


def load(tokens: Tokens, folder: Path, pattern: str, share: slice = slice(None)) -> list[Channel]:
    channels = []
    for path in sorted(folder.glob(f"{pattern}-????.npy"))[share]:
        frames = np.load(path, mmap_mode="r")
        for about in json.loads(path.with_suffix(".json").read_text()):
            mel = frames[about["offset"] : about["offset"] + about["frames"]]
            utterances = []
            for u in about["utterances"]:
                try:
                    cut = token_spans(tokens, u["text"], u["words"], u["end"])
                except ValueError:
                    cut = None
                if cut is None:
                    break
                utterances.append(
                    Utterance(u["start"], u["end"], u["text"], *cut, phoneme_ids(u["phonemes"]))
                )
            else:
                loudest = float(mel[::7].max()) * MEL_SPAN / 255 + MEL_FLOOR
                channels.append(Channel(mel, loudest, tuple(utterances)))
    return channels


class Sampler:
    """Draws examples; `progress` (0 to 1) moves from fragments to whole windows."""

    def __init__(self, rng: random.Random, tokens: Tokens, channels: list[Channel]) -> None:
        self.rng, self.tokens, self.channels = rng, tokens, channels

    def draw(self, progress: float) -> Item:
        fragment = 0.6 if progress < 0.35 else 0.35 if progress < 0.6 else 0.15
        padded = 0.0 if progress < 0.72 else 0.06
        several = 0.1 if progress < 0.35 else 0.3
        while True:
            channel, way = self.rng.choice(self.channels), self.rng.random()
            if way < 0.015:
                item = self.silence(channel)
            elif way < fragment:
                item = self.fragment(channel)
            elif way < fragment + several:
                item = self.window(channel, padded=self.rng.random() < padded * 3)
            else:
                item = self.utterance(channel, padded=self.rng.random() < padded)
            if item is not None and len(item.target) <= 300 and len(item.mel) >= 30:
                return item

    def silence(self, channel: Channel) -> Item | None:
        i = self.rng.randrange(len(channel.utterances))
        start = channel.utterances[i].end + 0.1
        until = (
            channel.utterances[i + 1].start - 0.1 if i + 1 < len(channel.utterances) else channel.duration_s
        )
        if until - start < 0.6:
            return None
        return self.item(
            channel, start, min(until, start + self.rng.uniform(0.6, 8)), [], timed=True, padded=False
        )

    def fragment(self, channel: Channel) -> Item | None:
        u = self.rng.choice(channel.utterances)
        count = len(u.word_tokens)
        if count < 3:
            return None
        a = self.rng.randrange(count)
        b = min(count, a + self.rng.randint(2, 7))
        first, last = u.word_tokens[a], u.word_tokens[b] if b < count else len(u.tokens)
        start, end = u.spans[first][0], u.spans[last - 1][1]
        if not 0.4 < end - start < 5:
            return None
        part = Utterance(start, end, "", u.tokens[first:last], u.spans[first:last], (), ())
        return self.item(channel, max(0, start - 0.06), end + 0.06, [part], timed=False, padded=False)

    def utterance(self, channel: Channel, *, padded: bool) -> Item | None:
        i = self.rng.randrange(len(channel.utterances))
        u = channel.utterances[i]
        before = channel.utterances[i - 1].end if i else 0.0
        after = channel.utterances[i + 1].start if i + 1 < len(channel.utterances) else channel.duration_s
        if u.end - u.start > 10:
            return None
        start = max(before, u.start - self.rng.uniform(0.05, 0.4))
        end = min(after, u.end + self.rng.uniform(0.05, 0.4))
        return self.item(channel, start, end, [u], timed=self.rng.random() < 0.25, padded=padded)

    def window(self, channel: Channel, *, padded: bool) -> Item | None:
        i = self.rng.randrange(len(channel.utterances))
        longest = self.rng.choice([8.0, 12.0, 29.0 if padded else 14.0])
        start = max(0.0, channel.utterances[i].start - self.rng.uniform(0.05, 0.8))
        inside = [u for u in channel.utterances[i:] if u.end <= start + longest]
        if not inside:
            return None
        j = i + len(inside)
        after = channel.utterances[j].start if j < len(channel.utterances) else channel.duration_s
        end = min(after, inside[-1].end + self.rng.uniform(0.05, 0.8))
        return self.item(channel, start, end, inside, timed=self.rng.random() < 0.7, padded=padded)

    def item(
        self,
        channel: Channel,
        start: float,
        end: float,
        inside: list[Utterance],
        *,
        timed: bool,
        padded: bool,
    ) -> Item:
        t, rng = self.tokens, self.rng
        frames = channel.frames[int(start * 100) : int(end * 100)]
        loudest = channel.loudest + rng.uniform(-0.1, 0.35)
        mel = np.maximum(frames.astype(np.float32) * (MEL_SPAN / 255) + MEL_FLOOR, loudest - 8)
        prompt = self.prompt(channel, start) if rng.random() < 0.12 else []
        target, centres = [*prompt, t.sot], [-1.0] * (len(prompt) + 1)
        if inside:
            target += [t.french, t.transcribe, *([] if timed else [t.no_times])]
            centres += [-1.0] * (2 + (not timed))
            for u in inside:
                if timed:
                    target.append(self.time(u.start - start))
                    centres.append(u.start - start)
                target += u.tokens
                centres += [(a + b) / 2 - start for a, b in u.spans]
                if timed:
                    target.append(self.time(u.end - start))
                    centres.append(u.end - start)
            target.append(t.eot)
        else:
            target.append(t.no_speech)
        centres += [-1.0] * (len(target) - len(centres))
        frame_tokens = np.full((len(mel) + 1) // 2, -1, np.int64)
        for u in inside:
            for token, (a, b) in zip(u.tokens, u.spans, strict=True):
                frame_tokens[max(0, int((a - start) * 50)) : max(0, math.ceil((b - start) * 50))] = token
        phonemes = [p for u in inside for p in u.phonemes] if all(u.phonemes for u in inside) else []
        return Item(
            (mel + 4) / 4, (loudest - 4) / 4, target, centres, len(prompt), frame_tokens,
            [i for u in inside for i in u.tokens], phonemes, 3000 if padded else 0,
        )  # fmt: skip

    def prompt(self, channel: Channel, start: float) -> list[int]:
        before = [u for u in channel.utterances if u.end <= start + 0.05][-self.rng.choice([1, 2, 4]) :]
        ids = [i for u in before for i in u.tokens][-120:]
        return [self.tokens.previous, *ids] if ids else []

    def time(self, seconds: float) -> int:
        return self.tokens.time_zero + min(1500, max(0, round(seconds * 10) * 5))

    def batches(self, progress: float, order: random.Random) -> list[list[Item]]:
        """Some 256 examples in batches of like lengths.

        `order` shuffles them, seeded alike in all processes, so that none waits for another's longer batch.
        """
        items = [self.draw(progress) for _ in range(256)]
        items.sort(key=lambda i: max(len(i.mel), i.pad_to) + self.rng.random() * 25)
        batches: list[list[Item]] = [[]]
        longest = 0
        for item in items:
            longest = max(longest, len(item.mel), item.pad_to)
            if batches[-1] and longest * (len(batches[-1]) + 1) > BATCH_S * 100:
                batches.append([])
                longest = max(len(item.mel), item.pad_to)
            batches[-1].append(item)
        places = [order.random() for _ in range(len(batches) + 20)]
        return [b for _, b in sorted(zip(places, batches, strict=False), key=lambda p: p[0])]


@dataclass(frozen=True)
class Batch:
    mel: torch.Tensor
    target: torch.Tensor
    mask: torch.Tensor
    centres: torch.Tensor
    frame_tokens: torch.Tensor
    lengths: torch.Tensor
    text_tokens: list[list[int]]
    phonemes: list[list[int]]


def collate(rng: random.Random, tokens: Tokens, items: list[Item], *, augment: bool = True) -> Batch:
    frames = max(max(len(i.mel), i.pad_to) for i in items)
    frames = min(3000, (frames + 31) // 32 * 32)
    length = max(len(i.target) for i in items)
    mel = np.zeros((len(items), frames, 80), np.float32)
    target = np.full((len(items), length), tokens.eot, np.int64)
    mask = np.zeros((len(items), length), bool)
    centres = np.full((len(items), length), -1, np.float32)
    frame_tokens = np.full((len(items), frames // 2), -1, np.int64)
    for b, item in enumerate(items):
        x = item.mel[:frames]
        if augment:
            x = masked(rng, x)
        mel[b] = item.floor
        mel[b, : len(x)] = x
        target[b, : len(item.target)] = item.target
        mask[b, item.prompt_length : len(item.target)] = True
        centres[b, : len(item.target)] = item.centres
        labels = item.frame_tokens[: frames // 2]
        frame_tokens[b, : len(labels)] = labels
    return Batch(
        torch.from_numpy(mel), torch.from_numpy(target), torch.from_numpy(mask), torch.from_numpy(centres),
        torch.from_numpy(frame_tokens), torch.tensor([min(len(i.mel), frames) // 2 for i in items]),
        [i.text_tokens for i in items], [i.phonemes for i in items],
    )  # fmt: skip


def masked(rng: random.Random, mel: np.ndarray) -> np.ndarray:
    """SpecAugment (Park et al. 2019), gently: at most one band and one stretch of 0.1 s."""
    mel, mean = mel.copy(), mel.mean()
    if rng.random() < 0.5:
        band = rng.randint(0, 70)
        mel[:, band : band + rng.randint(1, 6)] = mean
    if rng.random() < 0.5:
        start = rng.randrange(len(mel))
        mel[start : start + rng.randint(1, 10)] = mean
    return mel


class Nano(nn.Module):
    """openai-whisper's model with the small token set, and two CTC heads."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.tokens = tokens
        self.whisper = Whisper(
            ModelDimensions(
                80,
                1500,
                WIDTH,
                HEADS,
                ENCODER_LAYERS,
                len(tokens.whisper_ids),
                448,
                WIDTH,
                HEADS,
                DECODER_LAYERS,
            )
        )
        self.ctc = nn.Linear(WIDTH, len(tokens.text_ids) + 1)
        self.phonemes = nn.Linear(WIDTH, len(PHONEMES) + 1)
        nn.init.normal_(self.whisper.decoder.token_embedding.weight, std=0.04)
        nn.init.normal_(self.whisper.decoder.positional_embedding, std=0.01)
        scale = 1 / math.sqrt(2 * ENCODER_LAYERS)
        for block in [*self.whisper.encoder.blocks, *self.whisper.decoder.blocks]:
            for layer in [
                block.attn.out,
                block.mlp[2],
                *([block.cross_attn.out] if block.cross_attn else []),
            ]:
                layer.weight.data.mul_(scale)
        self._look_nearby()

    def _look_nearby(self) -> None:
        """Start the encoder's heads on neighbours: rotate the sinusoidal positions by a fixed offset."""
        half, size = WIDTH // 2, WIDTH // HEADS
        rates = torch.exp(-math.log(10000) / (half - 1) * torch.arange(half))
        for number, block in enumerate(self.whisper.encoder.blocks):
            side = 1 if number % 2 else -1
            for head in range(HEADS):
                first = [0, 0, size // 4, size // 2][head % 4]
                offset = [0, 4 * side, -6 * side, 25 * side][head % 4]
                query, key = torch.zeros(size, WIDTH), torch.zeros(size, WIDTH)
                for j in range(size // 2):
                    f = first + j
                    c, s = math.cos(rates[f] * offset), math.sin(rates[f] * offset)
                    key[j, f] = key[size // 2 + j, half + f] = 1.15
                    query[j, f], query[j, half + f] = 1.15 * c, 1.15 * s
                    query[size // 2 + j, half + f], query[size // 2 + j, f] = 1.15 * c, -1.15 * s
                rows = slice(head * size, (head + 1) * size)
                for linear, start in ((block.attn.query, query), (block.attn.key, key)):
                    linear.weight.data[rows] = linear.weight.data[rows] * 0.3 + start

    @torch.no_grad()
    def calibrate(self, mel: torch.Tensor) -> None:
        """Scale the convolutions so that content weighs as much as position from the start."""
        x = mel.transpose(1, 2)
        for conv in (self.whisper.encoder.conv1, self.whisper.encoder.conv2):
            conv.bias.zero_()
            y = conv(x)
            conv.weight.div_(y.std())
            conv.bias.copy_(-(y / y.std()).mean((0, 2)) * 0.5)
            x = F.gelu(conv(x))

    def encode(self, mel: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Encoder output and the middle layer's, shape (batch, frames / 2, width)."""
        e = self.whisper.encoder
        x = mel.bfloat16().transpose(1, 2)
        x = F.gelu(linear_conv(e.conv1, x))
        x = F.gelu(linear_conv(e.conv2, x)).transpose(1, 2)
        x = x + e.positional_embedding[: x.shape[1]].bfloat16()
        middle = x
        for number, block in enumerate(e.blocks):
            x = x + attention(block.attn, norm(block.attn_ln, x), None, causal=False)[0]
            x = x + mlp(block, x)
            if number + 1 == MIDDLE_LAYER:
                middle = x
        return norm(e.ln_post, x), middle

    def decode(self, target: torch.Tensor, audio: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Decoder states and each layer's cross-attention weights."""
        d = self.whisper.decoder
        x = (
            F.embedding(target, d.token_embedding.weight) + d.positional_embedding[: target.shape[1]]
        ).bfloat16()
        looks = []
        for block in d.blocks:
            x = x + attention(block.attn, norm(block.attn_ln, x), None, causal=True)[0]
            y, weights = attention(block.cross_attn, norm(block.cross_attn_ln, x), audio, causal=False)
            looks.append(weights)
            x = x + y
            x = x + mlp(block, x)
        return norm(d.ln, x), looks

    def losses(self, batch: Batch, noise: float) -> dict[str, tuple[torch.Tensor, int]]:
        """Summed losses and how many terms each has."""
        audio, middle = self.encode(batch.mel)
        given, wanted, mask = batch.target[:, :-1], batch.target[:, 1:], batch.mask[:, 1:]
        texts = len(self.tokens.text_ids)
        swap = (torch.rand(given.shape) < noise) & (given < texts)
        given = torch.where(swap, torch.randint(0, texts, given.shape), given)
        states, looks = self.decode(given, audio)
        out: dict[str, tuple[torch.Tensor, int]] = {}
        logits = (states[mask] @ self.whisper.decoder.token_embedding.weight.bfloat16().T).float()
        unused = torch.full((len(logits), 1), math.log(WHISPER_VOCABULARY - len(self.tokens.whisper_ids)))
        total = torch.logsumexp(torch.cat([logits, unused], 1), 1)
        right = logits.gather(1, wanted[mask][:, None])[:, 0]
        out["decoder"] = ((total - right + 0.05 * (right - logits.mean(1))).sum(), len(logits))
        out["guide"] = guide(looks[1:], batch.centres[:, 1:], audio.shape[1])
        labelled = (batch.frame_tokens.flatten() >= 0).nonzero()[:, 0]
        labelled = labelled[torch.randperm(len(labelled))[:1500]]
        embedding = self.whisper.decoder.token_embedding.weight[:texts].bfloat16()
        frames = (audio.flatten(0, 1)[labelled] @ embedding.T).float()
        frame_loss = F.cross_entropy(frames, batch.frame_tokens.flatten()[labelled], reduction="sum")
        out["frame"] = (frame_loss, len(labelled))
        out["ctc"] = ctc_loss(self.ctc, audio, batch.text_tokens, batch.lengths)
        out["phonemes"] = ctc_loss(
            self.phonemes, F.layer_norm(middle, (WIDTH,)), batch.phonemes, batch.lengths
        )
        return out

    @torch.no_grad()
    def greedy(self, mel: torch.Tensor, longest: int = 110) -> tuple[list[str], list[str]]:
        """What the decoder writes, and what the CTC head reads."""
        t = self.tokens
        audio, _ = self.encode(mel)
        y = torch.tensor([[t.sot, t.french, t.transcribe, t.no_times]] * len(mel))
        done = torch.zeros(len(mel), dtype=torch.bool)
        for _ in range(longest):
            states, _ = self.decode(y, audio)
            following = (
                (states[:, -1] @ self.whisper.decoder.token_embedding.weight.bfloat16().T).float().argmax(-1)
            )
            following[done] = t.eot
            y = torch.cat([y, following[:, None]], 1)
            done |= following == t.eot
            if done.all():
                break
        best = linear(self.ctc, audio).argmax(-1).tolist()
        read = [[c for c, p in zip(row, [None, *row], strict=False) if c != p and c] for row in best]
        return [t.decode(row) for row in y[:, 4:].tolist()], [t.decode([c - 1 for c in row]) for row in read]


def linear(layer: nn.Linear, x: torch.Tensor) -> torch.Tensor:
    return F.linear(x, layer.weight.to(x.dtype), None if layer.bias is None else layer.bias.to(x.dtype))


def linear_conv(conv: nn.Conv1d, x: torch.Tensor) -> torch.Tensor:
    return F.conv1d(x, conv.weight.to(x.dtype), conv.bias.to(x.dtype), conv.stride, conv.padding)


def norm(layer: nn.LayerNorm, x: torch.Tensor) -> torch.Tensor:
    return F.layer_norm(
        x, layer.normalized_shape, layer.weight.to(x.dtype), layer.bias.to(x.dtype), layer.eps
    )


def mlp(block: nn.Module, x: torch.Tensor) -> torch.Tensor:
    return linear(block.mlp[2], F.gelu(linear(block.mlp[0], norm(block.mlp_ln, x))))


def attention(
    layer: nn.Module, x: torch.Tensor, other: torch.Tensor | None, *, causal: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Whisper's attention, with its weights."""
    source = x if other is None else other
    size = WIDTH // HEADS
    q = linear(layer.query, x).unflatten(-1, (HEADS, size)).transpose(1, 2) * size**-0.5
    k = linear(layer.key, source).unflatten(-1, (HEADS, size)).transpose(1, 2)
    v = linear(layer.value, source).unflatten(-1, (HEADS, size)).transpose(1, 2)
    scores = q @ k.transpose(-1, -2)
    if causal:
        scores = scores + torch.full(scores.shape[-2:], -1e4, dtype=scores.dtype).triu(1)
    weights = scores.softmax(-1)
    return linear(layer.out, (weights @ v).transpose(1, 2).flatten(2)), weights


def guide(looks: list[torch.Tensor], centres: torch.Tensor, frames: int) -> tuple[torch.Tensor, int]:
    """Cross-entropy of the guided heads' weights with a bell around each token's time.

    `looks` leaves out the first layer, which cannot know yet how far the text has come.
    """
    known = centres >= 0
    at = centres[..., None] * 50
    bell = torch.exp(-0.5 * ((torch.arange(frames) + 0.5 - at) / (GUIDE_WIDTH_S * 50)) ** 2)
    bell = bell / (bell.sum(-1, keepdim=True) + 1e-6)
    total = torch.zeros(())
    for weights in looks:
        w = weights[:, :GUIDED_HEADS].float().clamp(min=1e-6)
        total = total - (w.log() * bell[:, None]).sum(-1).mean(1)[known].sum() / len(looks)
    return total, int(known.sum())


def ctc_loss(
    head: nn.Linear, states: torch.Tensor, targets: list[list[int]], lengths: torch.Tensor
) -> tuple[torch.Tensor, int]:
    """CTC (Graves et al. 2006) of token ids + 1; blank is 0."""
    rows = [i for i, t in enumerate(targets) if t and int(lengths[i]) > len(t) + 4]
    if not rows:
        return torch.zeros(()), 1
    # CTC ids are one more than token ids; phoneme ids start at 1 already.
    shift = 1 if head.out_features > 100 else 0
    log = linear(head, states[rows]).float().log_softmax(-1).transpose(0, 1)
    flat = torch.tensor([p + shift for i in rows for p in targets[i]])
    sizes = torch.tensor([len(targets[i]) for i in rows])
    return F.ctc_loss(log, flat, lengths[rows], sizes, reduction="sum", zero_infinity=True), int(sizes.sum())


def plain(text: str) -> str:
    text = text.lower().replace("'", "' ").replace("-", " ")
    return " ".join(re.sub(r"[^\w' ]", " ", text).split())


def evaluate(net: Nano, channels: list[Channel], count: int) -> list[tuple[str, str, str]]:
    """Reference, decoder and CTC text of `count` utterances, always the same ones."""
    rng = random.Random(1)
    sampler = Sampler(rng, net.tokens, channels)
    every = [(c, u) for c in channels for u in c.utterances if u.end - u.start < 10]
    rng.shuffle(every)
    chosen = sorted(every[:count], key=lambda p: p[1].end - p[1].start)
    rows = []
    for i in range(0, len(chosen), 20):
        part = chosen[i : i + 20]
        items = [
            sampler.item(c, max(0, u.start - 0.2), u.end + 0.2, [u], timed=False, padded=False)
            for c, u in part
        ]
        written, read = net.greedy(collate(rng, net.tokens, items, augment=False).mel)
        rows += [(u.text, w, r) for (_, u), w, r in zip(part, written, read, strict=True)]
    return rows


def report(net: Nano, channels: list[Channel], count: int) -> str:
    import jiwer

    rows = [tuple(plain(t) for t in row) for row in evaluate(net, channels, count)]
    wer = [jiwer.wer([r[0] for r in rows], [r[k] for r in rows]) for k in (1, 2)]
    text = f"EVAL n={len(rows)} WER decoder {wer[0]:.3f} CTC {wer[1]:.3f}"
    return "\n".join(
        [text, *(f"    {r[0]}\n      D {r[1]}\n      C {r[2]}" for r in rows[10 :: len(rows) // 4])]
    )


def rate(step: int, progress: float) -> float:
    return PEAK_RATE * min(1, (step + 1) / WARM_STEPS) * max(0.01, 1 - progress)


def run(rank: int, options: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    if options.processes > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29518")
        dist.init_process_group("gloo", rank=rank, world_size=options.processes)
    tokens = Tokens.load()
    rng = random.Random(options.seed * 1000 + rank)
    net = Nano(tokens)
    parameters = [p for p in net.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.02},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)
    gradient = torch.zeros(sum(p.numel() for p in parameters))
    position = 0
    for p in parameters:
        p.grad = gradient[position : position + p.numel()].view_as(p)
        position += p.numel()
    step, spent_s, state_file = 0, 0.0, options.run / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        step, spent_s = state["step"], state["spent_s"]
        rng.seed(step * 10 + rank)
        torch.manual_seed(step * 10 + rank)
    test = load(tokens, options.shards, "test")
    sampler = Sampler(
        rng, tokens, load(tokens, options.shards, "train", slice(rank, None, options.processes))
    )
    if step == 0:
        seen = Sampler(random.Random(7), tokens, test)
        net.calibrate(collate(rng, tokens, [seen.draw(0) for _ in range(24)]).mel)
    began, queue, sums, last_save, last_log = time.time() - spent_s, [], {}, spent_s, time.time()
    schedule_s, seconds = options.minutes * 60, 0.0
    clock = torch.zeros(1)
    while True:
        clock[0] = time.time() - began
        if options.processes > 1:
            dist.broadcast(clock, 0)
        spent_s = float(clock)
        progress = spent_s / schedule_s
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate(step, progress)
        if not queue:
            queue = sampler.batches(progress, random.Random(step))
            if step < 40:
                queue.sort(key=lambda b: -len(b[0].mel))
        batch = collate(rng, tokens, queue.pop())
        gradient.zero_()
        losses = net.losses(batch, noise=0.1)
        mean = {name: total / max(1, n) for name, (total, n) in losses.items()}
        guided = 0.3 * (1 - progress)
        loss = (
            mean["decoder"]
            + 0.5 * mean["ctc"]
            + 0.3 * mean["phonemes"]
            + guided * mean["guide"]
            + 0.5 * mean["frame"]
        )
        loss.backward()
        if options.processes > 1:
            dist.all_reduce(gradient)
            gradient.div_(options.processes)
        size = torch.nn.utils.clip_grad_norm_(parameters, 2.0)
        optimizer.step()
        step += 1
        seconds += float(batch.lengths.sum()) / 50 * options.processes
        for name, value in mean.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach()) / 50
        if rank == 0 and step % 50 == 0:
            text = " ".join(f"{k} {v:.3f}" for k, v in sums.items())
            pace = (time.time() - last_log) / 50
            print(
                f"{step} {spent_s / 60:.1f}m {text} |g| {size:.1f} {seconds / 3600:.1f}h {pace:.2f}s",
                flush=True,
            )
            sums, last_log = {}, time.time()
        if rank == 0 and spent_s - last_save > 420:
            last_save = spent_s
            save(state_file, net, optimizer, step, spent_s)
            print(report(net, test, 80), flush=True)
            last_log = time.time()
    if rank == 0:
        save(state_file, net, optimizer, step, spent_s)
        print(report(net, test, 400), flush=True)


def save(path: Path, net: Nano, optimizer: torch.optim.Optimizer, step: int, spent_s: float) -> None:
    temporary = path.with_suffix(".part")
    state = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "spent_s": spent_s}
    torch.save(state, temporary)
    temporary.rename(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shards", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, default=118)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    if options.processes > 1:
        torch.multiprocessing.spawn(run, args=(options,), nprocs=options.processes)
    else:
        run(0, options)


if __name__ == "__main__":
    main()
