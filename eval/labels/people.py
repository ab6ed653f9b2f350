"""Who labeled what: lines beside the data set, as a call's file has no place for it.

It keeps the second person from being the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from qualify.errors import InputError
from qualify.records import Record

from .files import write_text

FILE = "labelers.jsonl"


class Labeler(Record):
    """One person's labels of one call."""

    tenant: str
    id: str
    key: Literal["labels", "second_labels"]
    by: str
    at: datetime


def labelers(dataset: Path) -> list[Labeler]:
    """All that is noted of a data set; InputError at the first line that can't be read."""
    path = dataset / FILE
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(Labeler.model_validate_json(line))
        except ValidationError as error:
            expected = "un objet JSON : tenant, id, key, by, at"
            raise InputError(path, f"ligne {number}", "ligne illisible", expected) from error
    return found


def note_labelers(dataset: Path, new: Sequence[Labeler]) -> None:
    """Add lines."""
    lines = [noted.model_dump_json() for noted in (*labelers(dataset), *new)]
    write_text(dataset / FILE, "".join(f"{line}\n" for line in lines))
