"""Training of the matcher: every trade's callers against its intents and its urgency rules."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from trades import OWN_EXAMPLES, Trade, unslotted

from qualify.understanding.matcher import LONGEST, Matcher, Side, pieces
from qualify.understanding.similarity import Array, Lexicon

DIMENSIONS = 192
STEPS = 400
TRADES_A_STEP = 4
UTTERANCES = 7
"""Drawn of each intent in a step."""
MIN_TRADES = 3
"""Trades in which a pair of stems must stand to have a vector."""
DROPPED_PIECES, DROPPED_VALUES = 0.2, 0.3
STAY = 0.02
"""Penalty on moving away from the lexicon's vectors."""
RATES = {"vectors": 1e-3, "weights": 3e-3, "maps": 5e-4, "mixes": 1e-2}
RULE_WEIGHT = 0.5
WRITTEN_EXAMPLES = (0, 0, 1, 2, 3)
CALL_TURNS = (2, 3, 4)
"""Of a whole call as many of the caller's first turns."""


@dataclass(frozen=True)
class Draw:
    """A trade's texts for one step."""

    said: list[str]
    target: list[int]
    """For each text said, the number of its intent."""
    written: list[str]
    owner: list[int]
    """For each text written, the number of its intent."""


class Encoder(nn.Module):
    """The matcher while it learns."""

    def __init__(self, index: dict[str, int], lexicon: Lexicon) -> None:
        super().__init__()
        self.index = index
        self.padding = len(index)
        vectors = torch.randn(len(index) + 1, DIMENSIONS) * 0.05
        known = [(row, lexicon.index[p]) for p, row in index.items() if p in lexicon.index]
        rows, theirs = (list(x) for x in zip(*known, strict=True))
        vectors[rows, : lexicon.vectors.shape[1]] = torch.from_numpy(lexicon.vectors[theirs])
        vectors[self.padding] = 0
        weights = torch.full((len(index) + 1, 1), -0.5)
        weights[rows, 0] = torch.from_numpy(np.log(lexicon.weights[theirs] + 1e-4))
        self.vectors = nn.Embedding.from_pretrained(vectors, freeze=False, padding_idx=self.padding)
        self.first = vectors.clone()
        self.said = nn.Linear(DIMENSIONS, DIMENSIONS)
        self.written = nn.Linear(DIMENSIONS, DIMENSIONS)
        for side in (self.said, self.written):
            nn.init.eye_(side.weight)
            nn.init.zeros_(side.bias)
        self.said_weights = nn.Embedding.from_pretrained(weights, freeze=False)
        self.written_weights = nn.Embedding.from_pretrained(weights.clone(), freeze=False)
        self.intent_mix = nn.Parameter(torch.tensor([6.0, 6.0, 3.0, 3.0]))
        self.rule_mix = nn.Parameter(torch.tensor([3.0, 3.0, 2.0, 1.0, -4.0]))
        self.dropout = nn.Dropout(DROPPED_VALUES)
        self.cache: dict[str, list[int]] = {}

    def rows(self, text: str) -> list[int]:
        if text not in self.cache:
            self.cache[text] = [self.index[p] for p in pieces(text) if p in self.index][:LONGEST]
        return self.cache[text]

    def batch(self, texts: Sequence[str], dice: random.Random) -> Tensor:
        kept = [
            [r for r in self.rows(t) if dice.random() > DROPPED_PIECES] or self.rows(t)[:1] for t in texts
        ]
        table = torch.full((len(kept), max(1, max(map(len, kept)))), self.padding)
        for line, rows in zip(table, kept, strict=True):
            line[: len(rows)] = torch.tensor(rows)
        return table

    def read(
        self, table: Tensor, side: nn.Linear, weights: nn.Embedding
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        padded = table == self.padding
        mapped = side(self.dropout(self.vectors(table)))
        attention = weights(table)[..., 0].masked_fill(padded, -1e4).softmax(1)
        pooled = functional.normalize((attention[..., None] * mapped).sum(1), dim=-1)
        return functional.normalize(mapped, dim=-1), attention, pooled, padded

    def compare(self, said: Tensor, written: Tensor, owner: Tensor, groups: int) -> Tensor:
        """Texts said × groups of texts written × the matcher's comparisons."""
        heard, heard_weights, heard_pool, heard_pad = self.read(said, self.said, self.said_weights)
        read, read_weights, read_pool, read_pad = self.read(written, self.written, self.written_weights)
        together = torch.zeros(groups, DIMENSIONS).index_add(0, owner, read_pool)
        size = (len(said), said.shape[1], len(written), written.shape[1])
        alike = (heard.reshape(-1, DIMENSIONS) @ read.reshape(-1, DIMENSIONS).T).view(size)
        of_said = alike.masked_fill(read_pad[None, None], -1).amax(-1)
        of_written = (read_weights[None] * alike.masked_fill(heard_pad[:, :, None, None], -1).amax(1)).sum(-1)
        best_said = torch.full((*size[:2], groups), -1.0).scatter_reduce(
            2, owner[None, None].expand(*size[:2], -1), of_said, "amax"
        )
        return torch.stack(
            [
                heard_pool @ functional.normalize(together, dim=-1).T,
                (heard_weights[..., None] * best_said).sum(1),
                _best(of_written, owner, groups),
                _best(heard_pool @ read_pool.T, owner, groups),
            ],
            dim=-1,
        )


def _best(values: Tensor, owner: Tensor, groups: int) -> Tensor:
    start = torch.full((len(values), groups), -1.0)
    return start.scatter_reduce(1, owner[None].expand(len(values), -1), values, "amax")


def train_matcher(trades: Sequence[Trade], lexicon: Lexicon, *, steps: int = STEPS, seed: int = 0) -> Matcher:
    """The matcher of these trades, its vectors begun as the lexicon's."""
    torch.manual_seed(seed)
    dice = random.Random(seed)
    encoder = Encoder(_index(trades, lexicon), lexicon)
    groups = {
        "vectors": [encoder.vectors.weight],
        "weights": [encoder.said_weights.weight, encoder.written_weights.weight],
        "maps": [*encoder.said.parameters(), *encoder.written.parameters()],
        "mixes": [encoder.intent_mix, encoder.rule_mix],
    }
    optimiser = torch.optim.Adam([{"params": p, "lr": RATES[n]} for n, p in groups.items()])
    for step in range(steps):
        for group, rate in zip(optimiser.param_groups, RATES.values(), strict=True):
            group["lr"] = rate * min(1.0, step / 50) * (1 - step / steps)
        optimiser.zero_grad()
        for trade in dice.sample(list(trades), min(TRADES_A_STEP, len(trades))):
            loss = intent_loss(encoder, draw(trade, dice), dice) + RULE_WEIGHT * rule_loss(
                encoder, trade, dice
            )
            (loss / TRADES_A_STEP).backward()
        (STAY * ((encoder.vectors.weight - encoder.first) ** 2).sum(1).mean()).backward()
        optimiser.step()
    return _frozen(encoder)


def _index(trades: Sequence[Trade], lexicon: Lexicon) -> dict[str, int]:
    """The lexicon's tokens, then the pairs of stems that several trades share."""
    seen: dict[str, set[str]] = defaultdict(set)
    for trade in trades:
        for text in _texts(trade.raw):
            for piece in pieces(text):
                if " " in piece:
                    seen[piece].add(trade.raw["profession"])
    pairs = sorted(p for p, names in seen.items() if len(names) >= MIN_TRADES)
    return {p: row for row, p in enumerate([*lexicon.index, *pairs])}


def _texts(raw: dict[str, Any]) -> list[str]:
    intents = [t for i in raw["intents"] for t in (i["label"], i["description"], *i["utterances"])]
    rules = [t for r in raw["urgency"] for t in (r["when"], *r["yes"], *r["no"])]
    return [unslotted(t) for t in (*intents, *rules)]


def draw(trade: Trade, dice: random.Random) -> Draw:
    """Some utterances of each intent, whole calls' beginnings, and each intent as a file might give it."""
    said, target, written, owner = [], [], [], []
    for n, intent in enumerate(trade.raw["intents"]):
        spoken = [unslotted(u) for u in intent["utterances"]]
        dice.shuffle(spoken)
        count, own = dice.choice(WRITTEN_EXAMPLES), intent.get("examples", [])
        by_client = bool(own) and dice.random() < OWN_EXAMPLES
        examples = dice.sample(own, min(count, len(own))) if by_client else spoken[:count]
        texts = [intent["label"], intent["description"], *examples]
        written += texts
        owner += [n] * len(texts)
        chosen = spoken[count : count + UTTERANCES]
        said += chosen
        target += [n] * len(chosen)
    known = {i["id"]: n for n, i in enumerate(trade.raw["intents"])}
    for call in (c for c in trade.raw["calls"] if c["intent"] in known):
        caller = [unslotted(t[2:]) for t in call["turns"] if t.startswith("C")]
        said.append(" . ".join(caller[: dice.choice(CALL_TURNS)]))
        target.append(known[call["intent"]])
    return Draw(said, target, written, owner)


def intent_loss(encoder: Encoder, drawn: Draw, dice: random.Random) -> Tensor:
    said, written = encoder.batch(drawn.said, dice), encoder.batch(drawn.written, dice)
    alike = encoder.compare(said, written, torch.tensor(drawn.owner), max(drawn.owner) + 1)
    return functional.cross_entropy(alike @ encoder.intent_mix, torch.tensor(drawn.target))


def rule_loss(encoder: Encoder, trade: Trade, dice: random.Random) -> Tensor:
    """Each utterance against its own rule, met or not; one that meets a rule against the others, not met."""
    rules = trade.raw["urgency"]
    drawn = [
        (n, met, unslotted(u))
        for n, rule in enumerate(rules)
        for met, key in ((True, "yes"), (False, "no"))
        for u in dice.sample(rule[key], min(UTTERANCES, len(rule[key])))
    ]
    said = encoder.batch([u for *_, u in drawn], dice)
    written = encoder.batch([r["when"] for r in rules], dice)
    alike = encoder.compare(said, written, torch.arange(len(rules)), len(rules))
    logits = alike @ encoder.rule_mix[:-1] + encoder.rule_mix[-1]
    truth = torch.zeros(len(drawn), len(rules))
    counts = torch.full((len(drawn), len(rules)), 0.3)
    for line, (n, met, _) in enumerate(drawn):
        truth[line, n], counts[line, n] = float(met), 1.0
        if not met:
            counts[line] = functional.one_hot(torch.tensor(n), len(rules)).float()
    each = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return (each * counts).sum() / counts.sum()


def _frozen(encoder: Encoder) -> Matcher:
    def array(tensor: Tensor) -> Array:
        return tensor.detach().numpy().astype(np.float16).astype(np.float32)

    def side(linear: nn.Linear, weights: nn.Embedding) -> Side:
        return Side(array(linear.weight), array(linear.bias), array(weights.weight[:-1, 0]))

    return Matcher(
        encoder.index,
        array(encoder.vectors.weight[:-1]),
        side(encoder.said, encoder.said_weights),
        side(encoder.written, encoder.written_weights),
        array(encoder.intent_mix),
        array(encoder.rule_mix),
    )
