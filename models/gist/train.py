"""Recipe of the gist model: `python models/gist/train.py`, three minutes on one core.

Learns which of a caller's words a message must carry from whole calls with their messages: labeled calls
(key facts, message, forbidden strings) and the corpus's calls (gist, facts). Measured on tenants left out.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from cases import MATERIAL, GistCase, labeled, written  # noqa: E402

from qualify.drafting.clean import plain  # noqa: E402
from qualify.drafting.cues import STOPWORDS  # noqa: E402
from qualify.drafting.facts import fold  # noqa: E402
from qualify.drafting.gist import gist_lines  # noqa: E402
from qualify.drafting.salience import WORD, Salience, described, stem, with_vectors  # noqa: E402
from qualify.understanding import weights as understanding  # noqa: E402
from qualify.understanding.engine import EmbeddedUnderstanding  # noqa: E402
from qualify.understanding.similarity import stem as root  # noqa: E402

DIMENSIONS, HIDDEN = 64, 64
EPOCHS, BATCH, RATE, DECAY = 10, 16, 3e-3, 0.05
DROPPED = 0.3
STORY_WEIGHT = 0.5
LABELED_WEIGHT = 2.0
"""What a word of a labeled call counts beside one of the corpus, whose facts are looser."""
WIDTHS = (25, 36, 50)
"""Words of gist at which the share of facts is measured."""
FOLDS, SEED = 5, 1


@dataclass(frozen=True)
class Example:
    """A call as the network sees it."""

    case: GistCase
    inputs: torch.Tensor
    carried: torch.Tensor
    story: torch.Tensor
    weight: torch.Tensor
    story_weight: torch.Tensor


@dataclass(frozen=True)
class Words:
    """The words that have a vector."""

    index: dict[str, int]
    vectors: np.ndarray[Any, np.dtype[np.float32]]
    rarity: np.ndarray[Any, np.dtype[np.float32]]


def known_words(cases: Sequence[GistCase]) -> Words:
    """Vectors of the words of the material and their stems: the matcher's, on its main axes."""
    matcher = understanding.shipped().intent.matcher
    centred = matcher.vectors.astype(np.float32) - matcher.vectors.mean(axis=0)
    axes = np.linalg.svd(centred[::7], full_matrices=False)[2][:DIMENSIONS]
    space = centred @ axes.T
    space /= space.std()
    calls = Counter[str]()
    for case in cases:
        said = " ".join(t.text for t in case.transcript.turns if t.speaker == "caller")
        calls.update({plain(w) for w in WORD.findall(said)})
    named = [p for p in matcher.index if " " not in p and not p.endswith("*")]
    index: dict[str, int] = {}
    rows: list[np.ndarray[Any, np.dtype[np.float32]]] = []
    rarity: list[float] = []
    by_stem: dict[str, list[int]] = {}
    for word in sorted({*calls, *named}):
        at = matcher.index.get(root(word), matcher.index.get(word[:5] + "*"))
        if at is None:
            continue
        by_stem.setdefault(stem(word) + "*", []).append(len(rows))
        index[word] = len(rows)
        rows.append(space[at])
        rarity.append(float(np.log(len(cases) / (1 + calls[word])) / 6))
    for key, members in sorted(by_stem.items()):
        index[key] = len(rows)
        rows.append(np.mean([rows[m] for m in members], axis=0))
        rarity.append(float(np.mean([rarity[m] for m in members])))
    rows.append(np.zeros(DIMENSIONS, dtype=np.float32))
    rarity.append(1.0)
    return Words(
        index, np.array(rows, dtype=np.float16).astype(np.float32), np.array(rarity, dtype=np.float32)
    )


def example(case: GistCase, words: Words) -> Example:
    """The inputs and targets of a call."""
    said, own, sentences = described(case.transcript, case.clues)
    blank = Salience(words.index, words.vectors, words.rarity, *(np.zeros((0, 0), dtype=np.float32),) * 5)
    rows = np.array([blank.row(s.word) for s in said])
    inputs = with_vectors(own, words.vectors[rows], words.rarity[rows], sentences)
    targets = case.targets()
    marked = {(turn, start): how for turn, marks in targets.items() for start, _, how in marks}
    told = np.array([marked[s.turn, s.start] for s in said])
    stories = {(turn, start) for turn, start in case.side_stories()}
    sidelined = np.array([(s.turn, s.start) in stories for s in said], dtype=float)
    means = np.array([float(s.word not in STOPWORDS) for s in said])
    weight = LABELED_WEIGHT if case.labeled else 1.0
    tensor = lambda a: torch.tensor(a, dtype=torch.float32)  # noqa: E731
    return Example(
        case, tensor(inputs), tensor(told), tensor(sidelined), tensor(means * weight),
        tensor(means * (STORY_WEIGHT if case.labeled else 0.0)),
    )  # fmt: skip


class Network(nn.Module):
    """As `Salience` computes it."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(inputs, HIDDEN)
        self.out = nn.Linear(HIDDEN, 2)
        self.skip = nn.Linear(inputs, 2, bias=False)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        inputs = functional.dropout(inputs, DROPPED, self.training)
        inner = functional.dropout(functional.relu(self.hidden(inputs)), DROPPED, self.training)
        return self.out(inner) + self.skip(inputs)


def train(examples: Sequence[Example], words: Words, *, seed: int = SEED) -> Salience:
    """The network that these calls teach."""
    torch.manual_seed(seed)
    dice = random.Random(seed)
    network = Network(examples[0].inputs.shape[1])
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    order = [e for _ in range(EPOCHS) for e in dice.sample(examples, len(examples))]
    steps = len(order) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    network.train()
    for step in range(steps):
        batch = order[step * BATCH : (step + 1) * BATCH]
        odds = network(torch.cat([e.inputs for e in batch]))
        loss = sum(
            (functional.binary_cross_entropy_with_logits(odds[:, n], truth, reduction="none") * weight).sum()
            / weight.sum().clamp(min=1)
            for n, (truth, weight) in enumerate(
                (
                    (torch.cat([e.carried for e in batch]), torch.cat([e.weight for e in batch])),
                    (torch.cat([e.story for e in batch]), torch.cat([e.story_weight for e in batch])),
                )
            )
        )
        optimiser.zero_grad()
        loss.backward()  # type: ignore[union-attr]
        optimiser.step()
        schedule.step()
    array = lambda t: t.detach().numpy().astype(np.float32)  # noqa: E731
    return Salience(
        words.index, words.vectors, words.rarity, array(network.hidden.weight.T), array(network.hidden.bias),
        array(network.out.weight.T), array(network.out.bias), array(network.skip.weight.T),
    )  # fmt: skip


def facts_held(case: GistCase, model: Salience, words: int) -> tuple[int, int, int]:
    """Facts that a gist of so many words holds, forbidden strings in it, and facts in all."""
    lines = gist_lines(case.transcript, case.clues, model, words=words)
    text = fold(" ".join(line.sentence.text for line in lines))
    held = sum(any(fold(form) in text for form in fact) for fact in case.facts)
    return held, int(any(fold(f) in text for f in case.forbidden)), len(case.facts)


def left_out(cases: Sequence[GistCase], examples: Sequence[Example], words: Words) -> dict[str, Any]:
    """Facts found on labeled tenants that training didn't see."""
    groups = sorted({c.group for c in cases if c.labeled})
    random.Random(SEED).shuffle(groups)
    found: dict[int, list[tuple[int, int, int]]] = {w: [] for w in WIDTHS}
    for fold_ in range(FOLDS):
        out = set(groups[fold_::FOLDS])
        model = train([e for e in examples if e.case.group not in out], words)
        for width in WIDTHS:
            found[width] += [facts_held(c, model, width) for c in cases if c.group in out]
    return {
        str(width): {
            "facts": sum(n for *_, n in rows),
            "held": round(sum(h for h, _, _ in rows) / sum(n for *_, n in rows), 3),
            "calls with a forbidden string": round(sum(f for _, f, _ in rows) / len(rows), 3),
        }
        for width, rows in found.items()
    }


def write(path: Path, model: Salience) -> None:
    """The weights as one compressed file; vectors in half precision."""
    np.savez_compressed(
        path, words=np.array(list(model.index)), vectors=model.vectors.astype(np.float16), rarity=model.rarity,
        hidden=model.hidden, hidden_shift=model.hidden_shift, out=model.out, out_shift=model.out_shift,
        skip=model.skip,
    )  # fmt: skip


def main() -> None:
    """Measure on tenants left out, then train on all."""
    engine = EmbeddedUnderstanding()
    cases = [
        *(c for name in ("labeled", "labeled-2", "labeled-3") for c in labeled(MATERIAL / name, engine)),
        *written(MATERIAL / "corpus", engine),
    ]
    words = known_words(cases)
    examples = [example(case, words) for case in cases]
    metrics = left_out(cases, examples, words)
    print(json.dumps(metrics, indent=1))
    write(HERE / "weights.npz", train(examples, words))
    metrics["weights_sha256"] = hashlib.sha256((HERE / "weights.npz").read_bytes()).hexdigest()
    (HERE / "metrics.json").write_text(
        json.dumps(metrics, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
