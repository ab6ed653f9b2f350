"""From the command line to the message: a configuration chooses the engines, the user sees what they took."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from llm_calls import drafted, understood, write_dataset
from llm_server import Step, says, scripted_server
from typer.testing import CliRunner

from qualify import cli, engines
from qualify.batch import origin_of
from qualify.drafting.engine import EmbeddedDrafter
from qualify.errors import EngineError
from qualify.llm.drafting import LlmDrafter
from qualify.llm.settings import EndpointSettings
from qualify.llm.tally import Tally
from qualify.llm.understanding import LlmUnderstanding
from qualify.records import Outcome, Reason, Usage
from qualify.understanding.engine import EmbeddedUnderstanding

DONE, UNUSABLE = 0, 1
SETTINGS = EndpointSettings(base_url="http://127.0.0.1:1/v1", model="m")


@pytest.mark.parametrize(
    ("understanding", "drafting", "kinds"),
    [
        (True, True, (LlmUnderstanding, LlmDrafter)),
        (True, False, (LlmUnderstanding, EmbeddedDrafter)),
        (False, True, (EmbeddedUnderstanding, LlmDrafter)),
    ],
)
def test_the_configuration_chooses_the_engines(
    understanding: bool, drafting: bool, kinds: tuple[type, type]
) -> None:
    chosen = SETTINGS.model_copy(update={"understanding": understanding, "drafting": drafting})
    made = engines.load(llm=chosen)
    assert (type(made.understanding), type(made.drafting)) == kinds


def test_without_a_configuration_nothing_leaves_the_machine() -> None:
    made = engines.load()
    assert (type(made.understanding), type(made.drafting)) == (EmbeddedUnderstanding, EmbeddedDrafter)


def test_a_key_that_is_not_set_stops_before_any_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ESSAI_CLE", raising=False)
    with pytest.raises(EngineError, match="ESSAI_CLE"):
        engines.load(llm=SETTINGS.model_copy(update={"api_key_env": "ESSAI_CLE"}))


# ---------------------------------------------------------------- command line


def configured(folder: Path, url: str, **changes: Any) -> Path:
    path = folder / "engines.yaml"
    given = {"base_url": url, "model": "modele", "input_price": 1, "output_price": 10, **changes}
    path.write_text(yaml.safe_dump(given), encoding="utf-8")
    return path


def qualify(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "jeu")


def call(dataset: Path, llm: Path, *more: str) -> Result:
    (written,), (client,) = dataset.glob("calls/*/*.json"), dataset.glob("tenants/*.yaml")
    return qualify("call", written, "--tenant", client, "--llm", llm, *more)


def test_a_call_is_handled_by_the_model_and_says_what_it_took(tmp_path: Path, dataset: Path) -> None:
    with scripted_server(says(understood()), says(drafted())) as server:
        result = call(dataset, configured(tmp_path, server.url))
    assert result.exit_code == DONE
    assert "Signale une fuite d'eau sous l'évier de la cuisine." in " ".join(result.output.split())
    for stage in ("compréhension", "rédaction"):
        assert f"{stage} par modele : 1 demande(s), 1000 + 100 jetons" in result.output
    assert result.output.count("0.002000 €") == 2


def test_a_fallback_is_noted_and_is_no_reason_to_review(tmp_path: Path, dataset: Path) -> None:
    with scripted_server(Step(status=404)) as server:
        llm = configured(tmp_path, server.url)
        shown = " ".join(call(dataset, llm).output.split())
        outcome = json.loads(call(dataset, llm, "--json").output)
    assert "note : Rédaction par le moteur embarqué. Adresse ou modèle inconnus" in shown
    assert [n["code"] for n in outcome["notes"]] == ["llm_unreachable", "llm_unreachable"]
    assert [u["stage"] for u in outcome["usage"]] == ["understanding", "drafting"]
    assert not [reason for reason in outcome["reasons"] if reason["code"].startswith("llm")]


@pytest.mark.parametrize("command", ["call", "batch"])
def test_a_configuration_with_a_defect_stops_the_command(tmp_path: Path, dataset: Path, command: str) -> None:
    llm = configured(tmp_path, "http://127.0.0.1:1/v1", timeout_s="long")
    if command == "call":
        result = call(dataset, llm)
    else:
        result = qualify("batch", dataset, "--out", tmp_path / "p.jsonl", "--llm", llm)
    assert result.exit_code == UNUSABLE
    assert "« timeout_s »" in result.output
    assert "Attendu : un nombre" in " ".join(result.output.split())


def test_a_batch_goes_on_only_with_the_model_that_it_was_begun_with(tmp_path: Path, dataset: Path) -> None:
    out = tmp_path / "p.jsonl"
    with scripted_server(Step(status=404)) as server:
        llm = configured(tmp_path, server.url)
        first = qualify("batch", dataset, "--out", out, "--llm", llm)
        assert first.exit_code == DONE
        assert "Modèle de langage : 2 demandes, 0 + 0 jetons" in first.output
        assert "Notes : llm_unreachable 2." in " ".join(first.output.split())
        asked = len(server.requests)
        assert qualify("batch", dataset, "--out", out, "--llm", llm).exit_code == DONE
        assert len(server.requests) == asked == 2
        other = qualify("batch", dataset, "--out", out, "--llm", configured(tmp_path, server.url, seed=1))
    assert other.exit_code == UNUSABLE
    assert "le modèle de langage" in " ".join(other.output.split())


def test_a_run_is_summed_up() -> None:
    tally = Tally()
    spent = Usage(stage="drafting", model="m", requests=2, input_tokens=500, output_tokens=50, cost_eur=0.01)
    late, dropped = (Reason(code=code, detail="…") for code in ("llm_timeout", "llm_dropped"))
    made = Outcome(status="ready", usage=(spent, spent), notes=(late, dropped))
    assert tally.counting(lambda: made)() is made
    tally.counting(lambda: Outcome(status="ready", notes=(late,)))()
    said = "4 demandes, 1000 + 100 jetons, 0.0200 €. Notes : llm_dropped 1, llm_timeout 2."
    assert str(tally) == f"Modèle de langage : {said}"
    tally.usage.append(Usage(stage="drafting", model="m", requests=1))
    assert "€" not in str(tally)
    assert str(Tally()) == "Modèle de langage : 0 demandes, 0 + 0 jetons. Notes : aucune."


def test_the_origin_of_a_run_has_the_configuration_but_no_key() -> None:
    origin = origin_of(Path(), {}, from_audio=False, speech_model="nano", llm=SETTINGS)
    assert origin.llm == SETTINGS.sha256
    assert origin_of(Path(), {}, from_audio=False, speech_model="nano").llm is None
