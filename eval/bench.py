"""The benchmark: every figure of the engine on labeled calls, beside the n-gram baseline's.

    python -m qualify.eval.bench DATASET [--from-audio] [--report FILE]

Each figure has its 95% interval, bootstrapped by tenant, and how many things were judged. Calls are handled
from their written turns, or those that have one from their recording; labels are unseen. Seconds are those of
this machine. `qualify eval run` keeps what was predicted, and scores it by every metric.
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qualify import batch, engines
from qualify.dataset import Dataset, Prediction, read_predictions
from qualify.pipeline import Engines
from qualify.tenant import STANDARD_FIELDS
from qualify.understanding.engine import EmbeddedUnderstanding

from .baseline import NgramBaseline
from .intervals import Figure, figure
from .metrics import MESSAGE, UNDERSTANDING
from .metrics.fields import CALL_BACK, FIELDS, fields_f1, own_fields
from .metrics.intent import ACCURACY
from .metrics.urgency import KAPPA
from .run import opened
from .scoring import Case, cases

LEAST_OF_A_TAG = 5
"""Calls from which a tag has a line of its own."""


def handled(dataset: Dataset, made_by: Engines, *, from_audio: bool = False) -> list[Prediction]:
    """Every call of the data set, labels unseen."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.jsonl"
        for _ in batch.run(batch.dataset_jobs(dataset, made_by, from_audio=from_audio), path):
            pass
        return read_predictions(path)


def report(scored: Sequence[Case], baseline: Sequence[Case]) -> Iterator[str]:
    """A line for each figure, then for each field and tag."""
    yield heading(scored)
    yield "figure [95% interval] (judged) | n-gram baseline"
    for metric in UNDERSTANDING:
        yield f"{metric.label}: {figure(metric, scored)} | {plain(figure(metric, baseline))}"
    yield "by field:"
    yield from by_field(scored)
    yield "by tag:"
    yield from by_tag(scored)
    yield "the message:"
    for metric in MESSAGE:
        yield f"{metric.label}: {figure(metric, scored)}"
    yield timings(scored)


def heading(scored: Sequence[Case]) -> str:
    """How many calls of how many tenants, and by which doors they left."""
    left = Counter(c.predicted.status for c in scored)
    doors = ", ".join(f"{n} {door}" for door, n in sorted(left.items()))
    return f"{len(scored)} calls of {len({c.tenant.id for c in scored})} tenants: {doors}"


def plain(some: Figure) -> str:
    """A figure without its interval."""
    return "no case" if math.isnan(some.value) else f"{some.value:.3f}"


def by_field(scored: Sequence[Case]) -> Iterator[str]:
    """Each standard field's F1 and counts, the most frequent first; then the tenants' own together."""
    wanted = Counter(f for c in scored for f in c.labels.fields)
    found = Counter(f for c in scored for f in c.predicted.fields)
    right = Counter(f for c in scored for f in c.labels.fields if c.right(f))
    for field in sorted(STANDARD_FIELDS, key=lambda f: (-wanted[f], f)):
        counts = f"{right[field]} right of {found[field]} found, {wanted[field]} wanted"
        yield f"  {field}, F1: {figure(fields_f1({field}), scored)}; {counts}"
    yield f"  tenants' own fields, F1: {figure(own_fields(STANDARD_FIELDS), scored)}"


def by_tag(scored: Sequence[Case]) -> Iterator[str]:
    """The main figures of the calls that have a tag."""
    tags = Counter(t for c in scored for t in c.tags)
    for tag, n in tags.most_common():
        if n >= LEAST_OF_A_TAG:
            some = [c for c in scored if tag in c.tags]
            shown = (ACCURACY, KAPPA, FIELDS, CALL_BACK)
            values = ", ".join(f"{m.label} {plain(figure(m, some))}" for m in shown)
            yield f"  {tag} ({n}): {values}"


def timings(scored: Sequence[Case]) -> str:
    """Where the seconds go: the median of each stage, and of the whole."""
    spent = [{s: t for s, t in c.predicted.timing.items() if s != "audio"} for c in scored]
    stages = [*dict.fromkeys(s for t in spent for s in t)]
    medians = [f"{s} {statistics.median(t.get(s, 0.0) for t in spent):.3f}" for s in stages]
    whole = statistics.median(sum(t.values()) for t in spent)
    return f"seconds a call, median: {', '.join(medians)}, whole {whole:.3f}"


def loading() -> str:
    """Seconds in which the models of understanding are read, and the memory of the process with them."""
    begun = time.perf_counter()
    _ = EmbeddedUnderstanding().models
    spent = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"models of understanding loaded in {spent:.1f} s; the process takes {memory:.0f} MiB"


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--from-audio", action="store_true")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    dataset, _ = opened(options.dataset, from_audio=options.from_audio)
    embedded, loaded = engines.load(), loading()
    predicted = handled(dataset, embedded, from_audio=options.from_audio)
    baseline = handled(dataset, replace(embedded, understanding=NgramBaseline()))
    lines = [*report(cases(dataset, predicted), cases(dataset, baseline)), loaded]
    text = "".join(f"{line}\n" for line in lines)
    sys.stdout.write(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
