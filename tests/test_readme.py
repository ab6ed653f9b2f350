"""The README is true: its figures are those of the reports, its commands those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from qualify.eval.readme import refreshed

from qualify.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    qualify (.+?)(?:\s+#.*)?$", README, re.MULTILINE)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_figures_are_those_of_the_reports() -> None:
    assert refreshed(README) == README


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_and_its_options_exist(line: str) -> None:
    words = line.split()
    command = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {w for w in words if w.startswith("--")} <= known


@pytest.mark.parametrize(
    "target", sorted({t for line in re.findall(r"make ([a-z -]+)", README) for t in line.split()})
)
def test_a_make_target_exists(target: str) -> None:
    assert target in TARGETS | {"DATASET"}


def test_the_tree_names_what_is_there() -> None:
    tree = README.split("## Tree")[1].split("##")[0]
    package = re.findall(r"^      ([\w./]+?\.py|\w+/)(?:, ([\w.]+\.py))?  ", tree, re.MULTILINE)
    top = re.findall(r"^    (\w+/) ", tree, re.MULTILINE)
    assert package
    assert top
    for name in (n for pair in package for n in pair if n):
        assert (ROOT / "qualify" / name).exists(), name
    for name in top:
        assert (ROOT / name).is_dir(), name
