"""Corrections made in review as labeled calls; `eval/README.md` gives the format and what becomes a label.

What a reviewer neither confirmed nor corrected is the engine's opinion, and no label: a call becomes one only
where all of REVIEWED was looked at. The others are listed with what nobody looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qualify.dataset import Dataset, LabeledCall
from qualify.tenant import Defect, DefectError
from qualify.tenant.defects import Finding

from .exchange import SHAPE, Correction, Reviewed, unseen
from .files import write_call
from .lines import read_lines
from .people import Labeler, note_labelers
from .reviewed import findings, labeled_call


class Partial(NamedTuple):
    """A call that can't become a label, as some of it was not looked at."""

    tenant: str
    id: str
    unseen: tuple[Reviewed, ...]


class Imported(NamedTuple):
    """What became of an export's calls."""

    written: tuple[Path, ...]
    existing: tuple[Path, ...]
    """Calls that the data set has already; they stay as they are."""
    partial: tuple[Partial, ...]


def import_corrections(source: Path, dataset: Path) -> Imported:
    """Write each wholly reviewed call of `source` as a labeled call of the data set.

    `source` is JSON lines, one Correction each. DefectError, with all defects and nothing written, where any
    line has one; InputError where `dataset` is no data set.
    """
    into = Dataset.open(dataset)
    lines, defects = read_lines(source, Correction, SHAPE)
    defects += _doubled(lines)
    for number, correction in lines:
        defects += [found.at_line(number) for found in findings(correction, into.tenants)]
    if defects:
        raise DefectError(source, sorted(defects, key=lambda d: d.line or 0))
    return _written([correction for _, correction in lines], into)


def _doubled(lines: list[tuple[int, Correction]]) -> Iterator[Defect]:
    seen: dict[str, int] = {}
    for number, correction in lines:
        first = seen.setdefault(correction.call.id, number)
        if first != number:
            found = f"« {correction.call.id} » est déjà à la ligne {first}"
            expected = "un appel par ligne, et un identifiant unique"
            yield Finding(("call", "id"), found, expected).at_line(number)


def _written(corrections: Sequence[Correction], into: Dataset) -> Imported:
    taken = {file.path.stem: file.path for file in into.calls}
    written: dict[Path, Correction] = {}
    existing: list[Path] = []
    partial: list[Partial] = []
    for correction in corrections:
        call, tenant = correction.call, into.tenants[correction.call.tenant]
        if nobody := unseen(correction, tenant):
            partial.append(Partial(call.tenant, call.id, nobody))
        elif call.id in taken:
            existing.append(taken[call.id])
        else:
            path = into.folder / "calls" / call.tenant / f"{call.id}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_call(path, tenant, _as_file(labeled_call(correction, tenant)))
            written[path] = correction
    note_labelers(into.folder, [_labeler(correction) for correction in written.values()])
    return Imported(tuple(written), tuple(existing), tuple(partial))


def _as_file(call: LabeledCall) -> dict[str, Any]:
    """The call as a file holds it: only what it says, and null only where that says something."""
    data = call.model_dump(mode="json", exclude={"second_labels"})
    data["turns"] = [{key: v for key, v in turn.items() if v is not None} for turn in data["turns"]]
    return data


def _labeler(correction: Correction) -> Labeler:
    call, review = correction.call, correction.review
    return Labeler(tenant=call.tenant, id=call.id, key="labels", by=review.by, at=review.at)
