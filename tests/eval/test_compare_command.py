"""`qualify eval compare` on files: what it says, what it writes, how it exits."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer
from qualify.eval.compare_command import compare_command
from typer.testing import CliRunner, Result

from qualify.dataset import load_call

DATASET = Path(__file__).parents[2] / "examples"
app = typer.Typer()
app.command()(compare_command)
Change = Callable[[dict[str, Any]], None]


def predicted(path: Path, change: Change = lambda said: None, *, only: int | None = None) -> Path:
    """Predictions that say what the labels say, but for a change."""
    lines = []
    for file in sorted(DATASET.glob("calls/*/*.json"))[:only]:
        call = load_call(file)
        assert call.labels is not None
        labels = call.labels.model_dump(mode="json", exclude={"key_facts", "forbidden"})
        said = {"id": call.id, "tenant": call.tenant, "status": "ready", "reasons": [], **labels}
        change(said)
        lines.append(json.dumps(said))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def compared(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def right(tmp_path: Path) -> Path:
    return predicted(tmp_path / "right.jsonl")


def test_the_same_predictions_pass(right: Path) -> None:
    found = compared(right, right, "--dataset", DATASET)
    assert found.exit_code == 0, found.output
    assert "8 appels communs de 4 clients" in found.output
    assert "ACCEPTÉ" in found.output


def test_worse_ones_exit_with_1_and_tell_ci(right: Path, tmp_path: Path) -> None:
    worse = predicted(tmp_path / "worse.jsonl", lambda said: said.update(intent="other"))
    files = ("--junit", tmp_path / "out.xml", "--json", tmp_path / "out.json")
    found = compared(right, worse, "--dataset", DATASET, *files)
    assert found.exit_code == 1
    assert "REFUSÉ" in found.output
    assert ElementTree.parse(tmp_path / "out.xml").find(".//testcase[@name='intent']/failure") is not None
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["passed"] is False


def test_a_margin_may_allow_it(right: Path, tmp_path: Path) -> None:
    worse = predicted(tmp_path / "worse.jsonl", lambda said: said.update(intent="other"))
    assert compared(right, worse, "--dataset", DATASET, "--margin", 1).exit_code == 0


def test_absent_calls_have_failed_and_are_named(right: Path, tmp_path: Path) -> None:
    found = compared(right, predicted(tmp_path / "one.jsonl", only=7), "--dataset", DATASET)
    assert found.exit_code == 1
    assert (
        "Appels sans prédiction dans B, comptés en échec : 1 (vernay-ascenseurs/vernay-002)" in found.output
    )
    assert "appels en échec : 0 dans A, 1 dans B" in found.output


def test_without_a_run_folder_the_data_set_must_be_named(right: Path) -> None:
    found = compared(right, right)
    assert found.exit_code == 1
    assert "--dataset" in found.output


def test_a_data_set_with_defects_is_reported_whole(right: Path, tmp_path: Path) -> None:
    broken = tmp_path / "dataset"
    for part in ("tenants", "calls"):
        shutil.copytree(DATASET / part, broken / part)
    for file in broken.glob("calls/*/*.json"):
        data = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**data, "style": "x"}), encoding="utf-8")
    found = compared(right, right, "--dataset", broken)
    assert found.exit_code == 1
    assert all(name in found.output for name in ("roussel-001", "vernay-002", "style"))
