"""Recipe of the models of names, a minute on one core, seeded.

    python models/name-roles/train.py [roles] [firms]

Models that are not named keep their weights and figures.

Two softmax regressions over the clues of each name said: whose a person's name is, and whether a name is
that of the caller's firm. They are measured on trades and tenants that they
were not learned from.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from naming import Named, corpus_calls, firms, labeled_calls, persons  # noqa: E402

from qualify.understanding.fields.clue_model import ClueModel  # noqa: E402
from qualify.understanding.fields.roles import ROLES  # noqa: E402

MATERIAL = HERE.parent / "material"
LABELED = ("labeled", "labeled-3")
FILLINGS = 2
"""Times that each call of the corpus is filled with names."""
LABELED_WEIGHT = 4
"""Weight of a name of the labeled calls: their bystanders are marked, the corpus's hardly are."""
PENALTY = 6e-4
LEAST_SEEN = 3
"""Names that a clue must stand at to have a weight."""
FOLDS = 4


OUTCOMES = {"roles": ROLES, "firms": ("another", "firm")}
READERS = {"roles": persons, "firms": firms}


@dataclass(frozen=True)
class Material:
    """What one model is learned from and measured on."""

    corpus: list[Named]
    labeled: list[Named]
    held_out: list[Named]


def material(name: str) -> Material:
    """The names that a model is about, in all calls."""
    read = READERS[name]
    filled = [call for seed in range(FILLINGS) for call in corpus_calls(MATERIAL / "corpus", seed=seed)]
    labeled, held_out = (
        [call for folder in LABELED for call in labeled_calls(MATERIAL / folder, held_out=held_out)]
        for held_out in (False, True)
    )
    return Material(*([n for call in calls for n in read(call)] for calls in (filled, labeled, held_out)))


def learn(corpus: Sequence[Named], labeled: Sequence[Named], outcomes: int) -> ClueModel:
    """The regression, by L-BFGS from zero: the same names, the same weights."""
    names = [*corpus, *labeled]
    seen = Counter(clue for name in names for clue in name.clues)
    index = {clue: i for i, clue in enumerate(sorted(c for c, n in seen.items() if n >= LEAST_SEEN))}
    cells = [(row, index[c]) for row, name in enumerate(names) for c in sorted(name.clues) if c in index]
    rows = torch.sparse_coo_tensor(
        torch.tensor(cells).T, torch.ones(len(cells)), (len(names), len(index)), check_invariants=True
    ).coalesce()
    truth = torch.tensor([name.outcome for name in names])
    share = torch.tensor([1.0] * len(corpus) + [LABELED_WEIGHT] * len(labeled))
    share /= share.sum()
    weights = torch.zeros(len(index), outcomes, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=80, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        each = functional.cross_entropy(torch.sparse.mm(rows, weights), truth, reduction="none")
        total = (each * share).sum() + PENALTY * (weights**2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    kept = weights.detach().tolist()
    return ClueModel(outcomes, {clue: [round(w, 3) for w in kept[i]] for clue, i in index.items()})


def folds(names: Sequence[Named]) -> list[set[str]]:
    """The sources dealt into folds."""
    sources = sorted({name.source for name in names})
    return [set(sources[i::FOLDS]) for i in range(FOLDS)]


def left_out(names: Sequence[Named], others: Sequence[Named], outcomes: int) -> list[Sequence[float]]:
    """What is said of each name by a model learned from `others` and the other folds of `names`."""
    chances: dict[int, Sequence[float]] = {}
    for fold in folds(names):
        model = learn(others, [n for n in names if n.source not in fold], outcomes)
        chances |= {i: model.probabilities(n.clues) for i, n in enumerate(names) if n.source in fold}
    return [chances[i] for i in range(len(names))]


def counts(
    names: Sequence[Named], chances: Sequence[Sequence[float]], outcomes: Sequence[str]
) -> dict[str, object]:
    """For each outcome how many names are right, found and wanted."""
    said = [max(range(len(outcomes)), key=c.__getitem__) for c in chances]
    right = Counter(n.outcome for n, outcome in zip(names, said, strict=True) if n.outcome == outcome)
    found, wanted = Counter(said), Counter(n.outcome for n in names)
    return {
        outcome: {"right": right[i], "found": found[i], "wanted": wanted[i]}
        for i, outcome in enumerate(outcomes)
    }


def main() -> None:
    """See the module's docstring."""
    torch.set_num_threads(1)
    weights, metrics = (json.loads((HERE / f"{kept}.json").read_text()) for kept in ("weights", "metrics"))
    for name in sys.argv[1:] or OUTCOMES:
        outcomes = OUTCOMES[name]
        names = material(name)
        model = learn(names.corpus, names.labeled, len(outcomes))
        weights[name] = model.weights
        tested = left_out(names.labeled, names.corpus, len(outcomes))
        held_out = [model.probabilities(n.clues) for n in names.held_out]
        metrics[name] = {
            "names": {
                "corpus": len(names.corpus),
                "labeled": len(names.labeled),
                "held_out": len(names.held_out),
            },
            "labeled_tenants_left_out": counts(names.labeled, tested, outcomes),
            "held_out_tenants": counts(names.held_out, held_out, outcomes),
        }
    (HERE / "weights.json").write_text(json.dumps(weights, ensure_ascii=False, indent=0), encoding="utf-8")
    (HERE / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(metrics, indent=1) + "\n")


if __name__ == "__main__":
    main()
