"""JSON lines read as one model, every defect of every line told with its number and key."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel

from qualify.tenant import Defect, Finding, read_bytes, validated
from qualify.tenant.defects import Loc, kind_of
from qualify.tenant.reading import decode

_Model = TypeVar("_Model", bound=BaseModel)


class Shape(NamedTuple):
    """How a line is checked: the model of each mapping by the keys that lead to it, and where null stands."""

    models: Mapping[tuple[str, ...], type[BaseModel]]
    nullable: Collection[Loc] = ()


Numbered: TypeAlias = list[tuple[int, _Model]]
"""Each with its line, counted from 1."""


def read_lines(path: Path, model: type[_Model], shape: Shape) -> tuple[Numbered[_Model], list[Defect]]:
    """The lines that can be used, and the defects of the others; blank lines aside.

    DefectError where there is no such file or it is not UTF-8.
    """
    good: Numbered[_Model] = []
    defects: list[Defect] = []
    for number, line in enumerate(decode(path, read_bytes(path, limit=None)).split("\n"), start=1):
        if line.strip():
            found, findings = _line(line, model, shape)
            defects += [finding.at_line(number) for finding in findings]
            if found is not None and not findings:
                good.append((number, found))
    return good, defects


def _line(line: str, model: type[_Model], shape: Shape) -> tuple[_Model | None, list[Finding]]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None, [Finding((), "ce n'est pas du JSON", "un objet JSON par ligne")]
    if not isinstance(data, dict):
        return None, [Finding((), kind_of(data), "un objet JSON, entre accolades")]
    return validated(data, model, shape.models, nullable=shape.nullable)
