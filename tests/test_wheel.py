"""The wheel holds all that runs: built, unpacked into a folder of its own, and used from there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `pip install` would fill it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (wheel,) = folder.glob("qualify-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python there, with the checkout out of sight."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.slow
def test_the_wheel_carries_code_weights_examples_and_harness(installed: Path) -> None:
    for name in (
        "qualify/py.typed",
        "qualify/eval/bench.py",
        "qualify/prompts/__init__.py",
        "qualify/models/speech-fr-nano/weights.pt",
        "qualify/models/speech-fr-nano/ctc.pt",
        "qualify/examples/tenants/clinique-tilleuls.yaml",
        "qualify/examples/calls/clinique-tilleuls/tilleuls-001.wav",
    ):
        assert (installed / name).is_file(), name


@pytest.mark.slow
def test_the_demo_runs_from_the_wheel(installed: Path) -> None:
    where = run(installed, "-c", "import qualify; print(qualify.__file__)")
    assert where.stdout.strip().startswith(str(installed)), where
    done = run(installed, "-c", "from qualify.cli import main; main()", "demo")
    assert done.returncode == 0, done.stderr
    assert "Message" in done.stdout
