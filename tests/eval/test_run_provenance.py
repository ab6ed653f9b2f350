"""What a run says of how it was made: hashes that see every change, makers with their calls."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from evaluated import write_call, write_dataset
from qualify.eval.provenance import Commit, commit, data_of, hardware, here, makers_seen

from qualify.dataset import Dataset
from qualify.records import Maker


def sha(folder: Path, *, audio: bool = False) -> str:
    return data_of(Dataset.open(folder), path=folder, audio=audio).sha256


def test_the_hash_is_that_of_the_files_not_of_the_folder(tmp_path: Path) -> None:
    assert sha(write_dataset(tmp_path / "un")) == sha(write_dataset(tmp_path / "deux"))


@pytest.mark.parametrize("changed", ["a call", "a tenant", "a file's name", "one call more"])
def test_the_hash_sees_a_change(tmp_path: Path, changed: str) -> None:
    folder = write_dataset(tmp_path)
    before, call = sha(folder), folder / "calls" / "atelier-morel" / "m-0.json"
    if changed == "a call":
        write_call(folder, "atelier-morel", "m-0", tags=["angry"])
    elif changed == "a tenant":
        with (folder / "tenants" / "atelier-morel.yaml").open("a", encoding="utf-8") as file:
            file.write("# relu\n")
    elif changed == "a file's name":
        call.rename(call.with_name("m-9.json"))
    else:
        write_call(folder, "atelier-morel", "m-9")
    assert sha(folder) != before


def test_recordings_count_only_where_they_are_heard(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    written, heard = sha(folder), sha(folder, audio=True)
    (folder / "calls" / "atelier-morel" / "m-0.wav").write_bytes(b"RIFF")
    assert sha(folder) == written
    assert sha(folder, audio=True) != heard


def test_makers_are_counted_by_stage_instructions_aside() -> None:
    def maker(weights: str, instructions: str) -> Maker:
        return Maker(engine="e", version="1", weights_sha256=weights, instructions_sha256=instructions)

    seen = makers_seen(
        [
            {"understanding": maker("old", "i1"), "drafting": maker("d", "i1")},
            {"understanding": maker("new", "i1")},
            {"understanding": maker("new", "i2"), "drafting": maker("d", "i2")},
        ]
    )
    assert [(m.stage, m.weights_sha256, m.calls) for m in seen] == [
        ("understanding", "new", 2),
        ("understanding", "old", 1),
        ("drafting", "d", 2),
    ]


def test_the_commit_is_that_of_the_repository_itself(tmp_path: Path) -> None:
    def git(*command: str) -> str:
        name = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
        done = subprocess.run(
            ["git", *name, *command], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    assert commit(tmp_path) is None
    git("init", "--quiet")
    assert commit(tmp_path) is None
    (tmp_path / "within").mkdir()
    (tmp_path / "file").write_text("1", encoding="utf-8")
    git("add", "file")
    git("commit", "--quiet", "-m", "first")
    assert commit(tmp_path) == Commit(sha=git("rev-parse", "HEAD"), dirty=False)
    assert commit(tmp_path / "within") is None
    (tmp_path / "file").write_text("2", encoding="utf-8")
    assert commit(tmp_path) == Commit(sha=git("rev-parse", "HEAD"), dirty=True)


def test_this_machine_is_known() -> None:
    found = hardware()
    assert found.cpu
    assert found.cores >= 1
    assert here().packages["torch"].startswith("2.")
    assert set(here().seeds) == {"bootstrap", "hidden_cost"}
