"""The results of many calls as one table, a row a call: CSV, JSONL or Parquet, by the file's suffix.

In CSV a cell that a spreadsheet would take for a formula, for it begins with `=`, `+`, `-`, `@`, a tab or
a carriage return, gets an apostrophe before it, phone numbers («'+33639981234») among them. JSONL and
Parquet hold values as they are.
"""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qualify.dataset import Prediction
from qualify.errors import InputError

Row = dict[str, str | None]

FIELDS = (
    *("caller_name", "company", "phone", "email", "address", "postal_code", "city", "recipient"),
    *("third_party", "reference", "callback_window", "requested_datetime"),
)
"""The standard fields, a column each."""
COLUMNS = (
    *("id", "tenant", "status", "reasons", "intent", "other_intents", "urgency", "disposition"),
    *FIELDS,
    *("other_fields", "missing", "message"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SEPARATOR = "; "
"""Between the items of a cell."""


def row_of(prediction: Prediction) -> Row:
    """A call's row: reasons by their codes, a tenant's own fields as one JSON object, None where unknown."""
    own = {name: value for name, value in prediction.fields.items() if name not in FIELDS}
    values: dict[str, Any] = {
        **{name: getattr(prediction, name) for name in COLUMNS if name in Prediction.model_fields},
        **{name: prediction.fields.get(name) for name in FIELDS},
        "reasons": [reason.code for reason in prediction.reasons],
        "other_fields": json.dumps(own, ensure_ascii=False) if own else None,
    }
    return {name: _cell(values[name]) for name in COLUMNS}


def _cell(value: str | float | Sequence[str] | None) -> str | None:
    if isinstance(value, list | tuple):
        return SEPARATOR.join(value) or None
    return None if value is None else str(value)


def check_table(path: Path) -> None:
    """InputError where no table can be written there, for its suffix or for want of a package."""
    if path.suffix.lower() not in _WRITERS:
        found = f"suffixe « {path.suffix} »"
        raise InputError("--table", "", found, f"un fichier {', '.join(_WRITERS)}")
    if path.suffix.lower() == ".parquet":
        _pyarrow("")
    if not path.absolute().parent.is_dir():
        raise InputError("--table", "", f"dossier « {path.parent} » introuvable", "un dossier qui existe")


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write the rows, in order; a kill leaves the old file or the new one.

    InputError where `check_table` says so, or where the file can't be written.
    """
    check_table(path)
    part = path.with_name(f"{path.name}.part")
    try:
        _WRITERS[path.suffix.lower()](part, list(rows))
        part.replace(path)
    except OSError as error:
        found = f"écriture impossible ({error.strerror})"
        raise InputError(path, "--table", found, "un fichier d'un dossier accessible") from error


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # with the mark that spreadsheets look for
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({name: _harmless(cell) for name, cell in row.items()} for row in rows)


def _harmless(cell: str | None) -> str:
    return f"'{cell}" if cell and cell.startswith(FORMULA_STARTS) else cell or ""


def _write_jsonl(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _write_parquet(path: Path, rows: Sequence[Row]) -> None:
    arrow = _pyarrow("")
    schema = arrow.schema([(name, arrow.string()) for name in COLUMNS])
    _pyarrow(".parquet").write_table(arrow.Table.from_pylist(list(rows), schema), path)


def _pyarrow(module: str) -> Any:
    """pyarrow, or a module of it, which is optional and slow to import; InputError where it isn't there."""
    try:
        return importlib.import_module(f"pyarrow{module}")
    except ImportError as error:
        expected = "le paquet pyarrow, par « pip install qualify[parquet] », ou un fichier .csv ou .jsonl"
        raise InputError("--table", "", "Parquet demandé, pyarrow n'est pas installé", expected) from error


_WRITERS: Mapping[str, Callable[[Path, Sequence[Row]], None]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
}
