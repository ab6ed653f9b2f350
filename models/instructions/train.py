"""Recipe of judging instructions: `python models/instructions/train.py`, some minutes on one core, seeded.

The combining weights are learned from features of instructions and tenants that the heads of slips have
not seen, and everything is measured on instructions and tenants left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE), str(HERE.parent / "intent-first")]

from cases import Example, excerpts, labeled, ordinary, slips  # noqa: E402
from fitting import logistic, minimise  # noqa: E402
from slip_heads import learn_heads  # noqa: E402

from qualify.records import InstructionJudgment  # noqa: E402
from qualify.understanding import weights as understanding  # noqa: E402
from qualify.understanding.instructions import InstructionModel, judge, weights  # noqa: E402
from qualify.understanding.instructions.forbidden import ForbiddenModel  # noqa: E402
from qualify.understanding.instructions.reading_back import read_back_types  # noqa: E402
from qualify.understanding.instructions.slips import SlipHeads  # noqa: E402
from qualify.understanding.instructions.wanted import (  # noqa: E402
    OUTCOMES,
    Seen,
    WantedModel,
    limited_features,
    open_features,
    read_instruction,
    see,
)
from qualify.understanding.similarity import Array, Lexicon  # noqa: E402

MATERIAL = HERE.parent / "material"
FOLDS = 3
EXCERPT = 0.25
"""How much an excerpt's prohibition counts: half are broken there, and one in fourteen in real calls."""
LABELED = 4.0
"""How much a labeled call's act counts beside an excerpt's, in whether it was done."""
OCCASION_RARE = {"followed": 0.5, "broken": 0.15, "not_applicable": 1.5}
"""How much an excerpt counts in the outcome of an instruction for all intents that has a condition."""
OCCASION_USUAL = {"followed": 1.5, "broken": 0.15, "not_applicable": 0.3}
"""The same without a condition: in real calls it mostly holds, and is mostly followed."""
ROUNDS = 4
"""Times that a call's worst clause is looked for anew."""


@dataclass(frozen=True)
class Bag:
    """The clauses of a call beside a prohibition, as features, and whether it is broken."""

    rows: Array
    broken: bool
    weight: float


def dealt(examples: Sequence[Example]) -> list[list[Example]]:
    """The examples in folds, those of one tenant or instruction together."""
    sources = sorted({(not e.labeled, e.source) for e in examples})
    fold = {source: n % FOLDS for n, (_, source) in enumerate(sources)}
    return [[e for e in examples if fold[e.source] == n] for n in range(FOLDS)]


def bags(model: ForbiddenModel, examples: Sequence[Example]) -> list[Bag]:
    """The prohibitions of the examples as features."""
    return [
        Bag(
            np.array([model.features(s, e.instruction.text) for s in e.call.statements]),
            e.outcome == "broken",
            1.0 if e.labeled else EXCERPT,
        )
        for e in examples
        if e.instruction.kind == "do_not" and e.call.statements
    ]


def fit_bags(some: Sequence[Bag]) -> Array:
    """A logistic regression of each call's worst clause, which is looked for anew each round."""
    weights_ = np.zeros(some[0].rows.shape[1], dtype=np.float32)
    weights_[0] = 1.0
    for _ in range(ROUNDS):
        worst = np.array([b.rows[int((b.rows @ weights_).argmax())] for b in some])
        weights_ = logistic(worst, [b.broken for b in some], [b.weight for b in some], l2=1e-2)
    return weights_


def breach(bag: Bag, weights_: Array) -> float:
    """The probability that a prohibition is broken."""
    return float(1 / (1 + np.exp(-(bag.rows @ weights_).max())))


def best_bound(scored: Sequence[tuple[float, bool]]) -> float:
    """The probability from which saying «broken» has the best F1."""

    def f1(bound: float) -> float:
        said = [broken for p, broken in scored if p >= bound]
        return 2 * sum(said) / (len(said) + sum(b for _, b in scored))

    return max((n / 50 for n in range(5, 48)), key=f1)


@dataclass(frozen=True)
class Folds:
    """The examples in folds, and the heads of slips that are learned without some of these, each set once."""

    folds: list[list[Example]]
    learn: Callable[[Sequence[Example]], SlipHeads]
    known: dict[frozenset[int], SlipHeads]

    def without(self, left_out: frozenset[int]) -> list[Example]:
        return [e for n, fold in enumerate(self.folds) if n not in left_out for e in fold]

    def heads(self, left_out: frozenset[int]) -> SlipHeads:
        if left_out not in self.known:
            self.known[left_out] = self.learn(self.without(left_out))
        return self.known[left_out]


def learn_forbidden(lexicon: Lexicon, folds: Folds, left_out: frozenset[int]) -> ForbiddenModel:
    """Heads, then the weights that combine them, from folds that the heads have not seen."""
    unseen = [
        bags(_blank(lexicon, folds.heads(left_out | {n})), fold)
        for n, fold in enumerate(folds.folds)
        if n not in left_out
    ]
    crossed: list[tuple[float, bool]] = []
    for fold in unseen:
        weights_ = fit_bags([b for f in unseen if f is not fold for b in f])
        crossed += [(breach(b, weights_), b.broken) for b in fold if b.weight == 1.0]
    return ForbiddenModel(
        lexicon, folds.heads(left_out), fit_bags([b for f in unseen for b in f]), best_bound(crossed)
    )


def _blank(lexicon: Lexicon, heads: SlipHeads) -> ForbiddenModel:
    return ForbiddenModel(lexicon, heads, np.zeros(1, dtype=np.float32), 1.0)


def outcomes(rows: Sequence[Array], truth: Sequence[str], share: Sequence[float], l2: float) -> Array:
    """A softmax regression over `OUTCOMES`."""
    x, y = torch.from_numpy(np.array(rows)), torch.tensor([OUTCOMES.index(t) for t in truth])  # type: ignore[arg-type]
    w = torch.tensor(list(share)) / sum(share)

    def loss(flat: torch.Tensor) -> torch.Tensor:
        weights_ = flat.view(x.shape[1], len(OUTCOMES))
        each = functional.cross_entropy(x @ weights_, y, reduction="none")
        return (each * w).sum() + l2 * (weights_**2).sum()

    return minimise(loss, x.shape[1] * len(OUTCOMES)).reshape(x.shape[1], len(OUTCOMES))


def learn_wanted(lexicon: Lexicon, examples: Sequence[Example]) -> WantedModel:
    """Whether an act was done, then the outcome of instructions for some intents and for all."""
    some = [e for e in examples if e.instruction.kind == "do" and not read_back_types(e.instruction.text)]
    seen = [(e, _seen(e, lexicon)) for e in some]
    due = [(e, s) for e, s in seen if e.outcome != "not_applicable"]
    done = logistic(
        np.array([s.done for _, s in due]),
        [e.outcome == "followed" for e, _ in due],
        [LABELED if e.labeled else 1.0 for e, _ in due],
        l2=1e-3,
    )
    limited = [(limited_features(s, float(s.done @ done), e.due), e) for e, s in seen if e.due is not None]
    always = [(open_features(s, float(s.done @ done)), e) for e, s in seen if e.due is None]
    return WantedModel(
        lexicon,
        done,
        outcomes([r for r, _ in limited], [e.outcome for _, e in limited], [1.0] * len(limited), 3e-3),
        outcomes(
            [r for r, _ in always], [e.outcome for _, e in always], [_share(e) for _, e in always], 3e-4
        ),
    )


def _seen(example: Example, lexicon: Lexicon) -> Seen:
    return see(example.call, example.instruction.text, example.fields or {}, example.tenant, lexicon)


def _share(example: Example) -> float:
    if example.labeled:
        return LABELED
    conditional = bool(read_instruction(example.instruction.text).conditions)
    return (OCCASION_RARE if conditional else OCCASION_USUAL)[example.outcome]


def counts(judged: Sequence[tuple[str, InstructionJudgment]]) -> dict[str, float]:
    """Outcomes right, and the broken ones found and said."""
    said = sum(j.outcome == "broken" for _, j in judged)
    found = sum(t == j.outcome == "broken" for t, j in judged)
    return {
        "judged": len(judged),
        "right": round(sum(t == j.outcome for t, j in judged) / len(judged), 4),
        "broken": sum(t == "broken" for t, _ in judged),
        "said_broken": said,
        "rightly": found,
    }


def measured(model: InstructionModel, examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """The counts of labeled calls by what decides: digits, intents, or what is forbidden."""
    by: dict[str, list[tuple[str, InstructionJudgment]]] = {"all": []}
    for e in examples:
        if e.tenant is None:
            continue
        pair = (e.outcome, judge(e.call, e.instruction, e.tenant, e.due, e.fields or {}, model))
        by["all"].append(pair)
        by.setdefault(_decider(e), []).append(pair)
    return {name: counts(pairs) for name, pairs in sorted(by.items())}


def _decider(example: Example) -> str:
    if example.instruction.kind == "do_not":
        return "do_not"
    if read_back_types(example.instruction.text):
        return "read_back"
    return "do_for_all" if example.due is None else "do_for_intents"


def added(parts: Sequence[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """The counts of folds together."""
    total: dict[str, dict[str, float]] = {}
    for name in sorted({n for p in parts for n in p}):
        own = [p[name] for p in parts if name in p]
        judged = sum(o["judged"] for o in own)
        right = round(sum(o["right"] * o["judged"] for o in own) / judged, 4)
        rest = {k: sum(o[k] for o in own) for k in ("broken", "said_broken", "rightly")}
        total[name] = {"judged": judged, "right": right, **rest}
    return total


def main() -> None:
    """See the module's docstring."""
    torch.set_num_threads(1)
    intents = understanding.shipped().intent
    corpus, lexicon = MATERIAL / "corpus", intents.lexicon
    known = [*labeled(MATERIAL / "labeled", intents, held_out=False), *excerpts(corpus, lexicon)]
    written, usual = slips(corpus), ordinary(corpus)

    folds = Folds(dealt(known), lambda some: learn_heads(written, usual, some), {})

    def learn(left_out: frozenset[int]) -> InstructionModel:
        forbidden = learn_forbidden(lexicon, folds, left_out)
        return InstructionModel(learn_wanted(lexicon, folds.without(left_out)), forbidden)

    final = learn(frozenset())
    weights.write(HERE / "weights.npz", final)
    left_out = [measured(learn(frozenset({n})), fold) for n, fold in enumerate(folds.folds)]
    metrics = {
        "labeled_tenants_left_out": added(left_out),
        "held_out_tenants": measured(final, list(labeled(MATERIAL / "labeled", intents, held_out=True))),
        "breaks_from": final.forbidden.breaks_from,
    }
    (HERE / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(metrics, indent=1) + "\n")


if __name__ == "__main__":
    main()
