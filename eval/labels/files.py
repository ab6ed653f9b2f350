"""A call's file and its draft: read whole, written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from qualify.dataset import label_defects, load_call
from qualify.errors import InputError
from qualify.records import Record
from qualify.tenant import DefectError, Tenant


def json_text(value: Any, *, indent: int = 0) -> str:
    """JSON as data sets have it: what holds objects is spread over lines, what doesn't stands on one."""
    if not isinstance(value, dict | list) or not value or not _holds_objects(value):
        return json.dumps(value, ensure_ascii=False)
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(k, ensure_ascii=False)}: {json_text(v, indent=indent + 2)}"
            for k, v in value.items()
        ]
        opening, closing = "{", "}"
    else:
        parts = [json_text(v, indent=indent + 2) for v in value]
        opening, closing = "[", "]"
    inside = ",\n".join(pad + part for part in parts)
    return f"{opening}\n{inside}\n{' ' * indent}{closing}"


def _holds_objects(value: dict[str, Any] | list[Any]) -> bool:
    inside = value.values() if isinstance(value, dict) else value
    return any(isinstance(v, dict) or (isinstance(v, list) and _holds_objects(v)) for v in inside)


def write_text(path: Path, text: str) -> None:
    """Write a file; a kill leaves the old one or the new one. InputError where it can't be written."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        found = f"écriture impossible ({error.strerror})"
        raise InputError(path, "", found, "un dossier où écrire") from error


def add_to_call(path: Path, tenant: Tenant, added: Mapping[str, Any]) -> None:
    """Write keys into a call's file, in place of those it has; the rest stays as it was.

    DefectError, and nothing written, where they don't fit the call.
    """
    data = json.loads(path.read_text(encoding="utf-8-sig"))
    write_call(path, tenant, {**data, **added})


def write_call(path: Path, tenant: Tenant, data: Mapping[str, Any]) -> None:
    """Write a call that a data set takes; DefectError, and nothing written, where it wouldn't."""
    text = json_text(dict(data)) + "\n"
    trial = path.with_name(f"{path.name}.trial")
    write_text(trial, text)
    try:
        defects = label_defects(load_call(trial), tenant)
    except DefectError as error:
        defects = list(error.defects)
    finally:
        trial.unlink()
    if defects:
        raise DefectError(path, defects)
    write_text(path, text)


class Draft(Record):
    """Answers given so far, as typed, and by whom."""

    by: str
    answers: dict[str, str] = Field(default={})


def draft_path(call: Path, key: str) -> Path:
    """Where the draft of a call's `labels` or `second_labels` lies; no data set takes it for a call."""
    return call.with_name(f"{call.stem}.{key}.draft")


def read_draft(path: Path) -> Draft | None:
    """A draft; None where there is none, InputError where it is something else."""
    if not path.exists():
        return None
    try:
        return Draft.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(
            path, "", "brouillon illisible", "un brouillon de qualify, ou pas de fichier"
        ) from error


def write_draft(path: Path, draft: Draft) -> None:
    """Keep the answers on disk."""
    write_text(path, draft.model_dump_json(indent=2) + "\n")
