"""A run folder's predictions beside the labels: read, scored, and written as scores, costs and report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from qualify.dataset import Dataset, Prediction
from qualify.errors import InputError

from .agreement import agreement, ceiling
from .cost import Costs, Parameters, cost_of
from .metrics import of_calls
from .provenance import Run
from .report import report_html
from .report.figures import Measured, measured
from .run_folder import RunFolder, Taken, read_lines, write_whole
from .scores import scores_line
from .scoring import Case, Key, Mismatches, cases, mismatches, read_transcripts


class Results(NamedTuple):
    """What a run came to."""

    figures: Sequence[Measured]
    """Of all metrics but the breakdowns, which are in the report."""
    costs: Costs


class Beside(NamedTuple):
    """Predictions beside a data set's calls."""

    cases: list[Case]
    """One for each call of the data set; a call without prediction has failed."""
    mismatches: Mismatches


def beside(predictions: Sequence[Prediction], dataset: Dataset, folder: RunFolder | None) -> Beside:
    """The calls as metrics read them, with what the run's folder says of how each was made.

    InputError where the data set has defects, or no prediction is for one of its calls.
    """
    found = mismatches(dataset, predictions)
    if len(found.absent) == len({(call.tenant, call.path.stem) for call in dataset.calls}):
        told = f"aucune prédiction pour ses {len(dataset.calls)} appels"
        raise InputError(dataset.folder, "", told, "les prédictions d'appels de ce jeu de données")
    if folder is None:
        return Beside(cases(dataset, predictions), found)
    heard = read_transcripts(folder.transcripts) if folder.transcripts.is_file() else {}
    taken = read_lines(folder.usage, Taken)
    known = cases(dataset, predictions, heard=heard)
    return Beside([_with(case, taken.get((case.tenant.id, case.id))) for case in known], found)


def _with(case: Case, taken: Taken | None) -> Case:
    if taken is None:
        return case
    return replace(case, usage=taken.usage, memory_mib=taken.memory_mib)


def conclude(cases: Sequence[Case], parameters: Parameters, run: Run, folder: RunFolder | None) -> Results:
    """Score the calls; write `scores.jsonl`, `costs.json` and `report.html` where there is a folder."""
    metrics = of_calls(cases)
    costs, human = cost_of(cases, parameters, spent_eur=spent(cases)), ceiling(cases, metrics)
    main = measured([metric for metric in metrics if not metric.detail], cases, human)
    if folder is not None:
        write_whole(folder.scores, (scores_line(case, metrics) for case in cases))
        write_whole(folder.costs, [costs.to_json().rstrip("\n")])
        page = report_html(
            cases,
            run=run.model_dump(mode="json"),
            ceiling=human,
            agreement=agreement(cases),
            costs=costs,
            figures={m.metric.id: m.figure for m in main},
        )
        write_whole(folder.report, [page])
    return Results(main, costs)


def spent(cases: Sequence[Case]) -> dict[Key, float]:
    """The euros that endpoints took for each call, where prices are known."""
    known = (case for case in cases if case.usage is not None)
    return {(c.tenant.id, c.id): sum(u.cost_eur or 0.0 for u in c.usage or ()) for c in known}
