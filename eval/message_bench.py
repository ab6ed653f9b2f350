"""The benchmark of messages: ours beside a human's, and beside texts that cost nothing to make.

    python -m qualify.eval.message_bench DATASET [--report FILE]

Each figure has its 95% interval, bootstrapped by tenant, and how many things were judged. Calls are handled
from their written turns, labels unseen, on one core; seconds are those of this machine.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from qualify import engines
from qualify.dataset import Dataset

from .bench import handled, heading
from .intervals import figure
from .metrics.evidence import SUPPORTED
from .metrics.forbidden import FORBIDDEN
from .metrics.key_facts import ALL_FACTS, KEY_FACTS
from .metrics.message_length import TOO_LONG, WORDS
from .metrics.needless import NEEDLESS
from .references import cut, human, leading, with_message
from .scoring import Case, cases

METRICS = (KEY_FACTS, ALL_FACTS, FORBIDDEN, TOO_LONG, NEEDLESS, SUPPORTED, WORDS)
REFERENCES: dict[str, Callable[[Case], str | None]] = {
    "a human's": human,
    "transcript, cut": cut,
    "caller's first sentences": leading,
}
"""What stands beside ours; the last two keep to the tenant's word limit."""
OURS = "the engine's"
STAGES = ("understanding", "drafting")


def report(scored: Sequence[Case]) -> Iterator[str]:
    """For each figure a line for our messages and for each reference's; then seconds."""
    columns = {OURS: scored, **{name: _instead(scored, write) for name, write in REFERENCES.items()}}
    width = max(map(len, columns))
    yield heading(scored)
    yield "figure [95% interval] (judged)"
    for metric in METRICS:
        yield f"{metric.label}:"
        for name, some in columns.items():
            yield f"  {name:{width}}  {figure(metric, some)}"
    yield seconds(scored)


def _instead(scored: Sequence[Case], write: Callable[[Case], str | None]) -> list[Case]:
    """The calls with a reference's message; an empty one is none."""
    return [with_message(case, write(case) or None) for case in scored]


def seconds(scored: Sequence[Case]) -> str:
    """The median and 95th percentile of the seconds a call takes from its words to its message."""
    spent = [sum(c.predicted.timing.get(s, 0.0) for s in STAGES) for c in scored if not c.failed]
    if not spent:
        return "seconds a call: no case"
    median, most = np.quantile(spent, [0.5, 0.95])
    return f"seconds a call, {' and '.join(STAGES)}: median {median:.3f}, 95th percentile {most:.3f}"


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    dataset = Dataset.open(options.dataset)
    text = "".join(f"{line}\n" for line in report(cases(dataset, handled(dataset, engines.load()))))
    sys.stdout.write(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
