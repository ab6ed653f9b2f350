"""First figures of predictions against labels; the evaluation harness replaces this script.

    python -m qualify.eval.first_figures DATASET [PREDICTIONS] [--from-audio] [--report FILE]

Without PREDICTIONS the data set is handled first, from its written turns or its recordings. A call
that failed counts as wrong everywhere and is counted by itself.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qualify import batch, engines
from qualify.dataset import Dataset, LabeledCall, Labels, Prediction, read_predictions
from qualify.drafting.facts import fold
from qualify.errors import InputError

URGENT = ("critical", "high", "normal", "low")


@dataclass(frozen=True)
class Scored:
    """A call's labels beside what was predicted of it, and the tenant's word limit."""

    labels: Labels
    predicted: Prediction
    max_words: int | None


def share(name: str, rights: Iterable[bool]) -> str:
    """A figure with its count."""
    known = list(rights)
    return (
        f"{name}: {sum(known) / len(known):.3f} ({sum(known)}/{len(known)})" if known else f"{name}: no case"
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa with quadratic weights over the four urgencies (Cohen 1968)."""
    place = {u: i for i, u in enumerate(URGENT)}
    seen = [(place[a], place[b]) for a, b in pairs]
    observed = sum((a - b) ** 2 for a, b in seen) / len(seen)
    expected = sum((a - b) ** 2 for a, _ in seen for _, b in seen) / len(seen) ** 2
    return 1 - observed / expected if expected else 1.0


def same(field: str, wanted: object, found: object) -> bool:
    """Whether a field is right; names and free text are compared folded."""
    if found is None:
        return False
    if field in ("phone", "email", "requested_datetime", "reference"):
        return str(wanted) == str(found)
    return fold(str(wanted)) == fold(str(found))


def fields(calls: Sequence[Scored]) -> Iterable[str]:
    """Precision and recall of each field."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for call in calls:
        wanted.update(list(call.labels.fields))
        found.update(list(call.predicted.fields))
        right.update(f for f, v in call.labels.fields.items() if same(f, v, call.predicted.fields.get(f)))
    total = sum(right.values())
    precision, recall = total / max(1, sum(found.values())), total / max(1, sum(wanted.values()))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    yield f"fields: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"
    for field in sorted(wanted | found, key=lambda f: -wanted[f]):
        yield f"  {field}: {right[field]} right of {found[field]} found, {wanted[field]} wanted"


def messages(calls: Sequence[Scored]) -> Iterable[str]:
    """Key facts carried, forbidden strings, limits."""
    written = [(c, fold(c.predicted.message or "")) for c in calls if c.labels.message is not None]
    carried = [[any(fold(a) in text for a in f.any_of) for f in c.labels.key_facts] for c, text in written]
    yield share("key facts in the message", [fact for call in carried for fact in call])
    yield share("messages with all key facts", [all(call) for call in carried])
    yield share(
        "messages with a forbidden string",
        [any(fold(f) in t for f in c.labels.forbidden) for c, t in written],
    )
    limited = [(len((c.predicted.message or "").split()), c.max_words) for c, _ in written if c.max_words]
    yield share("messages over the word limit", [words > limit for words, limit in limited])
    none = [c for c in calls if c.labels.message is None]
    yield share("messages where there should be none", [c.predicted.message is not None for c in none])


def report(calls: Sequence[Scored]) -> Iterable[str]:
    """All figures, a line each."""
    yield f"calls: {len(calls)}, doors: {dict(Counter(c.predicted.status for c in calls))}"
    yield share("intent", [c.predicted.intent == c.labels.intent for c in calls])
    pairs = [(c.labels.urgency, c.predicted.urgency) for c in calls if c.predicted.urgency]
    yield f"urgency: quadratic kappa {kappa(pairs):.3f}" if pairs else "urgency: no case"
    critical = [c for c in calls if c.labels.urgency == "critical"]
    yield share("  critical calls found", [c.predicted.urgency == "critical" for c in critical])
    yield share("  judged more urgent than labeled", [URGENT.index(b) < URGENT.index(a) for a, b in pairs])
    yield share("disposition", [c.predicted.disposition == c.labels.disposition for c in calls])
    phones = [c for c in calls if "phone" in c.labels.fields]
    yield share(
        "call-back number right",
        [same("phone", c.labels.fields["phone"], c.predicted.fields.get("phone")) for c in phones],
    )
    ready = [c for c in calls if c.predicted.status == "ready"]
    contacts = ("phone", "email")
    yield share(
        "ready calls with a wrong number or e-mail",
        [
            any(f in c.predicted.fields and c.predicted.fields[f] != c.labels.fields.get(f) for f in contacts)
            for c in ready
        ],
    )
    told = [(w, c.predicted.instructions.get(i)) for c in calls for i, w in c.labels.instructions.items()]
    yield share("instructions judged right", [w == f for w, f in told])
    yield share("  broken ones found", [f == "broken" for w, f in told if w == "broken"])
    yield share("  said broken that are", [w == "broken" for w, f in told if f == "broken"])
    yield from fields(calls)
    yield from messages(calls)
    yield from timings(calls)


def timings(calls: Sequence[Scored]) -> Iterable[str]:
    """Where the seconds go: the median of each stage, and of the whole."""
    stages = dict.fromkeys(s for c in calls for s in c.predicted.timing)
    spent = [{**c.predicted.timing, "whole": _whole(c.predicted.timing)} for c in calls]
    medians = {s: statistics.median(t.get(s, 0.0) for t in spent) for s in [*stages, "whole"]}
    yield "seconds a call, median: " + ", ".join(f"{s} {t:.2f}" for s, t in medians.items())


def _whole(timing: Mapping[str, float]) -> float:
    return sum(t for s, t in timing.items() if s != "audio")


def scored(dataset: Dataset, predictions: Sequence[Prediction]) -> list[Scored]:
    """Labels and predictions side by side; InputError where a call's file or prediction is wanting."""
    made = {(p.tenant, p.id): p for p in predictions}
    found = []
    for file, call in dataset.labeled():
        if not isinstance(call, LabeledCall):
            raise call
        if call.labels is None or (call.tenant, call.id) not in made:
            raise InputError(file.path, "", "ni étiquettes ni prédiction", "les deux")
        limit = dataset.tenants[call.tenant].message.max_words
        found.append(Scored(call.labels, made[call.tenant, call.id], limit))
    return found


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("predictions", type=Path, nargs="?")
    parser.add_argument("--from-audio", action="store_true")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    dataset = Dataset.open(options.dataset)
    with tempfile.TemporaryDirectory() as folder:
        path = options.predictions or Path(folder) / "predictions.jsonl"
        if options.predictions is None:
            jobs = batch.dataset_jobs(dataset, engines.load(), from_audio=options.from_audio)
            for _ in batch.run(jobs, path):
                pass
        text = "".join(f"{line}\n" for line in report(scored(dataset, read_predictions(path))))
    sys.stdout.write(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
