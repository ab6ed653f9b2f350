"""A small labeled data set to run on, of two tenants, and `qualify eval` as people call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from conftest import CALL_FILE, TENANT_FILE
from typer.testing import CliRunner

from qualify import cli, engines
from qualify.pipeline import Engines

TENANTS = ("atelier-morel", "atelier-vidal")
IDS = [("atelier-morel", f"m-{n}") for n in range(3)] + [("atelier-vidal", f"v-{n}") for n in range(3)]


def write_dataset(folder: Path) -> Path:
    """Three calls of each tenant, all for a repair, labeled as the scripted engine answers."""
    for tenant in TENANTS:
        write_tenant(folder, tenant)
    for tenant, name in IDS:
        write_call(folder, tenant, name)
    return folder


def write_tenant(folder: Path, name: str) -> None:
    """The scripted calls' tenant under another id."""
    data = yaml.safe_load(TENANT_FILE.read_text(encoding="utf-8"))
    path = folder / "tenants" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({**data, "id": name}, allow_unicode=True), encoding="utf-8")


def write_call(folder: Path, tenant: str, name: str, **changes: Any) -> Path:
    """A call of the data set; None in `changes` takes a key away."""
    call = json.loads(CALL_FILE.read_text(encoding="utf-8"))
    call |= {"id": name, "tenant": tenant, **changes}
    path = folder / "calls" / tenant / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in call.items() if value is not None}
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return path


def use(monkeypatch: pytest.MonkeyPatch, chosen: Engines) -> None:
    monkeypatch.setattr(engines, "load", lambda **_: chosen)


def qualify(*arguments: str | Path) -> Result:
    """What the command does; a crash is the test's."""
    result = CliRunner().invoke(cli.app, ["eval", *map(str, arguments)], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file with one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
