"""Imports point one way: each layer knows only those before it; only `cli` imports `eval`, its commands."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "qualify"
LAYERS = [
    "errors",
    "records",
    "weights",
    "tenant",
    "dataset",
    "audio",
    "transcription",
    "understanding",
    "drafting",
    "rendering",
    "llm",
    "review",
    "pipeline",
    "batch",
    "submitting",
    "result_table",
    "store",
    "delivery",
    "work",
    "service",
    "cli",
]
ALLOWED = {
    "records": {"errors"},
    "errors": set(),
    "weights": {"errors"},
    "tenant": {"errors", "records", "weights"},
    "dataset": {"errors", "records", "weights", "tenant"},
    "audio": {"errors", "records", "weights", "tenant"},
    "transcription": {"errors", "records", "weights", "tenant", "audio"},
    "understanding": {"errors", "records", "weights", "tenant"},
    "drafting": {"errors", "records", "weights", "tenant", "understanding"},
    "rendering": {"errors", "records", "tenant", "drafting"},
    "llm": {"errors", "records", "weights", "tenant", "understanding", "drafting"},
    "review": {"records", "tenant"},
    "submitting": {"errors", "records", "dataset", "pipeline", "batch"},
    "result_table": {"errors", "dataset"},
    "store": {"errors", "records", "tenant", "rendering"},
    "delivery": {"errors", "records", "tenant", "rendering", "store"},
}
"""What a layer may import of ours; layers that are not named may import all but `cli`."""


def layer_of(path: Path) -> str:
    """`qualify/audio/decode.py` belongs to the layer `audio`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_layers(source: str, path: Path) -> set[str]:
    """The layers of ours that a module at `path` with that source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = imported_module(node, path)
            names = [module] if module != "qualify" else [f"qualify.{a.name}" for a in node.names]
        found |= {n.split(".")[1] for n in names if n.startswith("qualify.")}
    return found


def imported_module(node: ast.ImportFrom, path: Path) -> str:
    """The full name of the module that names are imported from, dots before it resolved."""
    folders = path.relative_to(PACKAGE.parent).parts[:-1]
    above = folders[: len(folders) - node.level + 1] if node.level else ()
    return ".".join([*above, *filter(None, [node.module])])


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_layers_before_its_own(path: Path) -> None:
    layer = layer_of(path)
    imported = imported_layers(path.read_text(encoding="utf-8"), path) - {layer, "__version__"}
    if layer != "cli":
        assert not {"cli", "eval"} & imported
    if layer in ALLOWED:
        assert imported <= ALLOWED[layer] | {"models"}


def test_the_command_line_imports_nothing_of_eval_but_its_commands() -> None:
    nodes = ast.walk(ast.parse((PACKAGE / "cli.py").read_text(encoding="utf-8")))
    modules = {imported_module(n, PACKAGE / "cli.py") for n in nodes if isinstance(n, ast.ImportFrom)}
    assert {m for m in modules if m.startswith("qualify.eval")} == {"qualify.eval.commands"}


@pytest.mark.parametrize(
    ("source", "layers"),
    [
        ("import qualify.audio.decode, json", {"audio"}),
        ("from qualify.records import Turn", {"records"}),
        ("from qualify import engines, cli", {"engines", "cli"}),
        ("from ...records import Turn", {"records"}),
        ("from ... import cli", {"cli"}),
        ("from . import phone", {"understanding"}),
        ("def f():\n    from ..intent import score", {"understanding"}),
        ("from json import loads", set()),
    ],
)
def test_imports_are_seen_however_they_are_written(source: str, layers: set[str]) -> None:
    assert imported_layers(source, PACKAGE / "understanding" / "fields" / "names.py") == layers


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
