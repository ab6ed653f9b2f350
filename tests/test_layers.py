"""Imports point one way: each layer knows only those before it, and nobody imports `eval`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "qualify"
LAYERS = [
    "errors",
    "records",
    "tenant",
    "dataset",
    "audio",
    "transcription",
    "understanding",
    "drafting",
    "pipeline",
    "batch",
    "cli",
]
ALLOWED = {
    "records": {"errors"},
    "errors": set(),
    "tenant": {"errors", "records"},
    "dataset": {"errors", "records", "tenant"},
    "audio": {"errors", "records", "tenant"},
    "transcription": {"errors", "records", "tenant", "audio"},
    "understanding": {"errors", "records", "tenant"},
    "drafting": {"errors", "records", "tenant"},
}
"""What a layer may import of ours; layers that are not named may import all but `cli`."""


def layer_of(path: Path) -> str:
    """`qualify/audio/decode.py` belongs to the layer `audio`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_layers(path: Path) -> set[str]:
    """The layers of ours that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "qualify" else [f"qualify.{a.name}" for a in node.names]
        found |= {n.split(".")[1] for n in names if n.startswith("qualify.")}
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_layers_before_its_own(path: Path) -> None:
    layer = layer_of(path)
    imported = imported_layers(path) - {layer, "__version__"}
    assert "eval" not in imported
    if layer != "cli":
        assert "cli" not in imported
    if layer in ALLOWED:
        assert imported <= ALLOWED[layer] | {"models"}


def test_every_module_is_in_a_known_layer() -> None:
    assert {layer_of(p) for p in MODULES} <= {*LAYERS, "__init__", "engines", "doctor", "show"}


def test_only_the_command_line_prints() -> None:
    for path in MODULES:
        if layer_of(path) != "cli":
            calls = [
                n.func
                for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(n, ast.Call)
            ]
            assert not [c for c in calls if isinstance(c, ast.Name) and c.id == "print"], path
