"""Manifests: recordings that a CSV file lists, and all that is wrong with one, by line and column."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from conftest import TENANT_FILE, scripted
from typer.testing import CliRunner

from qualify import cli, engines
from qualify.batch import Manifest, ManifestCall, manifest_jobs, run
from qualify.dataset import read_predictions
from qualify.tenant import DefectError

Record = Callable[[Path], Path]
HEADER = "path,tenant,started_at,caller_number"
TENANT = "atelier-morel"


@pytest.fixture
def folder(tmp_path: Path, recording: Record) -> Path:
    """Two recordings and a tenant's instructions."""
    for name in ("a.wav", "sous dossier/b.wav"):
        recording(tmp_path / "lot" / name)
    (tmp_path / "lot" / "tenants").mkdir()
    shutil.copy(TENANT_FILE, tmp_path / "lot" / "tenants")
    return tmp_path / "lot"


def manifest(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "appels.csv"
    path.write_text("\n".join((header, *lines)), encoding=encoding)
    return path


def defects(path: Path, *, with_tenants: bool = True) -> list[tuple[int | None, str]]:
    with pytest.raises(DefectError) as raised:
        Manifest.open(path, with_tenants=with_tenants)
    return [(defect.line, defect.key) for defect in raised.value.defects]


CALLS = (
    ManifestCall(path="a.wav", tenant=TENANT, started_at="2026-11-24T09:30", caller_number="+33639981234"),
    ManifestCall(path="sous dossier/b.wav", tenant=TENANT, started_at="", caller_number=""),
)
WRITTEN = [
    (HEADER, [f"a.wav,{TENANT},2026-11-24T09:30,+33639981234", f"sous dossier/b.wav,{TENANT},,,,"]),
    (HEADER, [f"a.wav,{TENANT},2026-11-24 09:30:00,+33639981234", "", f'"sous dossier/b.wav",{TENANT}']),
    (
        "tenant;caller_number;started_at;path",
        [f"{TENANT};+33639981234;2026-11-24T09:30;a.wav", f" {TENANT} ;;;sous dossier/b.wav", ";;;"],
    ),
]


@pytest.mark.parametrize(("header", "lines"), WRITTEN)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_manifest_as_people_write_it(folder: Path, header: str, lines: list[str], encoding: str) -> None:
    found = Manifest.open(manifest(folder, *lines, header=header, encoding=encoding), with_tenants=True)
    assert found.calls == CALLS
    assert found.calls[0].started_at == datetime(2026, 11, 24, 9, 30)
    assert found.calls[1].caller_number is None
    assert list(found.tenants) == [TENANT]


def test_each_recording_is_a_call_with_what_its_line_says(folder: Path, tmp_path: Path) -> None:
    path = manifest(folder, *WRITTEN[0][1])
    jobs = manifest_jobs(Manifest.open(path, with_tenants=True), scripted())
    made = list(run(jobs, tmp_path / "predictions.jsonl"))
    assert [(p.id, p.status) for p in made] == [("a.wav", "ready"), ("sous dossier/b.wav", "ready")]
    assert [p.fields.get("phone") for p in made] == ["+33639981234", None]


LINES = [
    (f"absent.wav,{TENANT},,", "path"),
    (f"notes.txt,{TENANT},,", "path"),
    (f",{TENANT},,", "path"),
    ("a.wav,,,", "tenant"),
    ("a.wav,../secret,,", "tenant"),
    ("a.wav,inconnu,,", "tenant"),
    (f"a.wav,{TENANT},24/11/2026,", "started_at"),
    (f"a.wav,{TENANT},2026-02-30T10:00,", "started_at"),
    (f"a.wav,{TENANT},2026-11-24T09:30+01:00,", "started_at"),
    (f"a.wav,{TENANT},,0639981234", "caller_number"),
    (f"a.wav,{TENANT},,3.36E+10", "caller_number"),
    (f"a.wav,{TENANT},,,,trop", "colonne 6"),
]


@pytest.mark.parametrize(("line", "column"), LINES)
def test_what_is_wrong_is_said_by_line_and_column(folder: Path, line: str, column: str) -> None:
    path = manifest(folder, f"sous dossier/b.wav,{TENANT},,", line)
    assert defects(path) == [(3, column)]


def test_all_defects_are_said_at_once(folder: Path) -> None:
    path = manifest(
        folder, "absent.wav,inconnu,,", f"a.wav,{TENANT},hier,06", f"sous dossier/b.wav,{TENANT},,"
    )
    assert defects(path) == [(2, "path"), (2, "tenant"), (3, "started_at"), (3, "caller_number")]
    assert defects(path, with_tenants=False)[0] == (2, "path")


def test_all_defects_of_a_line_are_said_too(folder: Path) -> None:
    path = manifest(folder, "absent.wav,../secret,hier,06,,trop")
    expected = {"path", "tenant", "started_at", "caller_number", "colonne 6"}
    assert {key for _, key in defects(path)} == expected


def test_a_recording_is_listed_once(folder: Path) -> None:
    assert defects(manifest(folder, f"a.wav,{TENANT},,", f"a.wav,{TENANT},,")) == [(3, "path")]


def test_a_server_knows_the_tenants_itself(folder: Path) -> None:
    found = Manifest.open(manifest(folder, "a.wav,inconnu,,"), with_tenants=False)
    assert (found.calls[0].tenant, found.tenants) == ("inconnu", {})


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"", 1, "path ou tenant"),
        (b"path,tenant\n", None, "aucun appel"),
        (b"path,started_at\n", 1, "path ou tenant absente"),
        (b"path,tenant,startedat\n", 1, "vouliez-vous dire « started_at »"),
        (b"path,tenant,path\n", 1, "colonne « path »"),
        (b'path,tenant\n"a.wav,b\n', 2, "guillemets"),
        (b"path,tenant\n\xff,b\n", 2, "UTF-8"),
    ],
)
def test_a_file_that_is_no_manifest(folder: Path, content: bytes, line: int | None, said: str) -> None:
    path = folder / "appels.csv"
    path.write_bytes(content)
    with pytest.raises(DefectError, match=said) as raised:
        Manifest.open(path, with_tenants=True)
    assert raised.value.defects[0].line == line


def test_the_command_takes_a_manifest(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "load", lambda **_: scripted())
    out, table = tmp_path / "p.jsonl", tmp_path / "t.jsonl"
    command = ["batch", str(manifest(folder, *WRITTEN[0][1])), "--out", str(out)]
    done = CliRunner().invoke(cli.app, [*command, "--table", str(table)])
    assert done.exit_code == 0, done.stderr
    assert [p.id for p in read_predictions(out)] == [call.path for call in CALLS]
    assert len(table.read_text(encoding="utf-8").splitlines()) == 2
    wrong = CliRunner().invoke(cli.app, [*command, "--tenant", str(TENANT_FILE)])
    assert wrong.exit_code == 1
    assert "la colonne « tenant »" in " ".join(wrong.stderr.split())
