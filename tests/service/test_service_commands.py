"""The commands of the service: what they start with, and how they say that something is wrong."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from qualify.records import Maker, Transcript, Turn
from qualify.service import commands
from qualify.store import Store
from qualify.store.domain import NewCall

INSTRUCTIONS = Path(__file__).parents[2] / "examples" / "tenants" / "clinique-tilleuls.yaml"
TRANSCRIPT = Transcript(
    turns=(Turn(speaker="caller", text="Bonjour, mon chien boite."),),
    made_by=Maker(engine="test", version="1"),
)

app = typer.Typer()
for command in (commands.serve, commands.worker, commands.key, commands.rotate):
    app.command()(command)


@pytest.fixture(autouse=True)
def _logs_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.logs, "set_up", lambda stream: None)


def test_a_key_is_shown_once_and_opens_what_it_says(tmp_path: Path) -> None:
    made = CliRunner().invoke(
        app, ["key", "standard", "--role", "agent", "--tenant", "morel", "--data", str(tmp_path)]
    )
    assert made.exit_code == 0
    store = Store(f"sqlite:///{tmp_path}/qualify.db", data_folder=tmp_path)
    key = store.key_for(made.stdout.strip())
    assert key is not None
    assert (key.name, key.role, key.tenants) == ("standard", "agent", ("morel",))
    assert "elle ne sera plus montrée" in made.stderr


def test_after_a_rotation_the_old_key_opens_nothing_that_is_needed(tmp_path: Path) -> None:
    old, new = (f"{name}:{base64.b64encode(name.encode() * 32).decode()}" for name in ("a", "b"))
    url = f"sqlite:///{tmp_path}/qualify.db"
    store = Store(url, data_folder=tmp_path, keys=old)
    store.put_revision(INSTRUCTIONS.read_text(encoding="utf-8"), who="test")
    new_call = NewCall(tenant="clinique-tilleuls", transcript=TRANSCRIPT, caller_number="+33639981234")
    call = store.accept(new_call, who="test").call
    store.close()
    done = CliRunner().invoke(
        app, ["rotate", "--data", str(tmp_path)], env={"QUALIFY_DATA_KEYS": f"{new} {old}"}
    )
    assert done.exit_code == 0, done.stderr
    assert "0 valeur" not in done.stderr
    assert Store(url, data_folder=tmp_path, keys=new).call(call.id).caller_number == "+33639981234"


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"QUALIFY_SMTP_HOST": "mail", "QUALIFY_SMTP_FROM": "pas une adresse"}, "QUALIFY_SMTP_FROM"),
        ({"QUALIFY_DATABASE": "postgresql://127.0.0.1:1/calls"}, "QUALIFY_DATA_KEYS"),
        ({"QUALIFY_DATABASE": "mysql://host/calls"}, "postgresql://"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_wrong_environment_is_told_with_its_remedy(
    command: str, variables: dict[str, str], told: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, [command, "--data", str(tmp_path)], env=variables)
    assert done.exit_code == commands.UNUSABLE
    assert done.stderr.startswith("Erreur : ")
    assert told in done.stderr


def test_the_database_may_be_named_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"sqlite:///{tmp_path}/elsewhere.db\n", encoding="utf-8")
    done = CliRunner().invoke(
        app, ["key", "poste", "--data", str(tmp_path)], env={"QUALIFY_DATABASE_FILE": str(file)}
    )
    assert done.exit_code == 0
    assert (tmp_path / "elsewhere.db").exists()
