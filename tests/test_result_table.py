"""The table of results: a row a call, read back from each format, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify import result_table
from qualify.dataset import Prediction
from qualify.errors import InputError
from qualify.records import Reason
from qualify.result_table import COLUMNS, check_table, row_of, write_table

FULL = Prediction(
    id="appel-1",
    tenant="atelier-morel",
    status="needs_review",
    reasons=(Reason(code="unsure", detail="Motif."), Reason(code="phone_unsure", detail="Numéro.")),
    intent="repair",
    other_intents=("quote", "hours"),
    urgency="high",
    disposition="message",
    fields={"caller_name": "Inès Petit", "phone": "+33639981234", "bike": "=1+1", "price": 12.5},
    missing=("city",),
    message="Mme Petit attend.\nRappeler.",
)
FAILED = Prediction(id="appel-2", tenant="atelier-morel", status="failed")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_has_a_column_for_each_standard_field_and_one_for_the_others() -> None:
    row = row_of(FULL)
    assert tuple(row) == COLUMNS
    assert {name: value for name, value in row.items() if value is not None} == {
        "id": "appel-1",
        "tenant": "atelier-morel",
        "status": "needs_review",
        "reasons": "unsure; phone_unsure",
        "intent": "repair",
        "other_intents": "quote; hours",
        "urgency": "high",
        "disposition": "message",
        "caller_name": "Inès Petit",
        "phone": "+33639981234",
        "other_fields": '{"bike": "=1+1", "price": 12.5}',
        "missing": "city",
        "message": "Mme Petit attend.\nRappeler.",
    }


def test_csv_has_english_keys_accents_and_lines_within_cells(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", map(row_of, (FULL, FAILED)))
    first, second = read_csv(tmp_path / "t.csv")
    assert tuple(first) == COLUMNS
    assert (first["caller_name"], first["message"]) == ("Inès Petit", "Mme Petit attend.\nRappeler.")
    assert first["phone"] == "'+33639981234"
    assert {name: value for name, value in second.items() if value} == {
        "id": "appel-2",
        "tenant": "atelier-morel",
        "status": "failed",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_looks_like_a_formula_is_text(tmp_path: Path, start: str) -> None:
    said = f"{start}HYPERLINK(1)"
    write_table(tmp_path / "t.csv", [row_of(FAILED.model_copy(update={"message": said, "id": said}))])
    (row,) = read_csv(tmp_path / "t.csv")
    assert (row["message"], row["id"]) == (f"'{said}", f"'{said}")


@given(message=st.text(st.characters(codec="utf-8")))
def test_no_cell_begins_like_a_formula_whatever_was_said(
    tmp_path_factory: pytest.TempPathFactory, message: str
) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    write_table(path, [row_of(FULL.model_copy(update={"message": message}))])
    (row,) = read_csv(path)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert row["message"].removeprefix("'") == message.removeprefix("'")


def test_jsonl_holds_values_as_they_are(tmp_path: Path) -> None:
    write_table(tmp_path / "t.JSONL", map(row_of, (FULL, FAILED)))
    lines = (tmp_path / "t.JSONL").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [row_of(FULL), row_of(FAILED)]


@pytest.mark.parametrize("made", [(FULL, FAILED), ()])
def test_parquet_holds_the_same_as_text(tmp_path: Path, made: tuple[Prediction, ...]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write_table(tmp_path / "t.parquet", map(row_of, made))
    table = parquet.read_table(tmp_path / "t.parquet")
    assert (tuple(table.column_names), {str(t) for t in table.schema.types}) == (COLUMNS, {"string"})
    assert table.to_pylist() == [row_of(prediction) for prediction in made]


def test_parquet_without_its_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(InputError, match=r"pip install qualify\[parquet\]"):
        check_table(tmp_path / "t.parquet")
    check_table(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("name", "said"), [("t.xlsx", "« .xlsx »"), ("t", "«  »"), ("absent/t.csv", "introuvable")]
)
def test_a_table_that_cannot_be_written_is_said_before_the_calls_are_handled(
    tmp_path: Path, name: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        check_table(tmp_path / name)


def test_an_earlier_table_stays_whole_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text("avant")

    def full(path: Path, rows: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(result_table._WRITERS, ".csv", full)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="écriture impossible"):
        write_table(tmp_path / "t.csv", [])
    assert (tmp_path / "t.csv").read_text() == "avant"
