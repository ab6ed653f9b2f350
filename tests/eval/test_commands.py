"""`qualify eval run` and `score`: what is written, said and refused, with the exit codes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import scripted
from evaluated import IDS, lines, qualify, use, write_call, write_dataset, write_tenant
from qualify.eval.metrics import ALL
from qualify.eval.run_folder import RunFolder
from test_run import Counting

from qualify import engines

DONE, UNUSABLE, FAILED = 0, 1, 4


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "jeu")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "passage")


@pytest.fixture
def done(dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A finished run in which every call is ready."""
    use(monkeypatch, scripted(understanding=Counting()))
    assert qualify("run", dataset, "--out", folder.path).exit_code == DONE
    return folder


def flat(text: str) -> str:
    """Printed text without the breaks of its lines."""
    return " ".join(text.split())


def scores(folder: RunFolder, name: str) -> dict[str, Any]:
    """A call's line in `scores.jsonl`."""
    return next(line for line in lines(folder.scores) if line["id"] == name)


# ---------------------------------------------------------------- run


def test_a_run_folder_is_whole(done: RunFolder) -> None:
    assert sorted(path.name for path in done.path.iterdir()) == [
        *("costs.json", "predictions.jsonl", "predictions.jsonl.run.json", "report.html", "run.json"),
        *("scores.jsonl", "usage.jsonl"),
    ]
    assert json.loads(done.costs.read_text(encoding="utf-8"))["calls"] == 6
    assert done.report.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_every_call_has_its_scores_with_reasons(done: RunFolder) -> None:
    assert [(line["tenant"], line["id"], line["status"]) for line in lines(done.scores)] == [
        (*key, "ready") for key in IDS
    ]
    first = scores(done, "m-0")["scores"]
    assert set(first) == {m.id for m in ALL if not m.detail} | {"intent_macro_f1"}
    assert first["intent"] == {"value": 1.0, "reason": None}
    assert first["key_facts"]["value"] == 0.0
    assert first["key_facts"]["reason"] == "absent du message : la chaîne saute"
    assert first["wer"] == {"value": None, "unscored": True}
    assert first["urgency"]["value"] is None
    assert first["endpoint_cost"]["value"] == 0.002


def test_figures_stand_in_a_table_with_interval_and_counts(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, scripted())
    said = flat(qualify("run", dataset, "--out", folder.path).stdout)
    assert "Mesure Valeur Intervalle à 95 % n Non notés Échecs" in said
    assert "Motif juste 1,000 [1,000 ; 1,000] 6 0 0" in said
    assert "Coût caché pour 1 000 appels" in said
    assert f"Rapport : {folder.report}" in said
    assert "WER" not in said


def test_a_failed_call_is_listed_with_its_error_and_stays_in_the_denominator(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, scripted(understanding=Counting(fails_at=frozenset({1}))))
    result = qualify("run", dataset, "--out", folder.path)
    assert result.exit_code == FAILED
    assert "atelier-morel/m-1 : understanding : Le moteur ne répond pas." in flat(result.stderr)
    assert "Motif juste 0,833" in flat(result.stdout)
    line = scores(folder, "m-1")
    assert line["error"] == "understanding : Le moteur ne répond pas."
    assert line["scores"]["intent"] == {"value": None, "failed": True}


def test_all_defects_are_told_before_anything_runs(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(**_: object) -> None:
        raise AssertionError("no engine may be loaded")

    monkeypatch.setattr(engines, "load", load)
    write_call(dataset, "atelier-morel", "m-1", style="oral", caller_number="12")
    write_call(dataset, "atelier-vidal", "v-2", labels=None, second_labels=None)
    result = qualify("run", dataset, "--out", folder.path)
    said = flat(result.stderr)
    assert result.exit_code == UNUSABLE
    for part in ("m-1.json", "« style »", "« caller_number »", "v-2.json, « labels »", "2 fichier(s)"):
        assert part in said
    assert not folder.path.exists()


def test_calls_without_a_recording_are_listed_and_not_in_the_denominator(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch, recording: Callable[[Path], Path]
) -> None:
    use(monkeypatch, scripted())
    recording(dataset / "calls" / "atelier-morel" / "m-1.wav")
    result = qualify("run", dataset, "--from-audio", "--out", folder.path)
    assert result.exit_code == DONE
    assert "Appels sans enregistrement, hors de ce passage : 5 (atelier-morel/m-0, " in flat(result.stderr)
    assert [(line["id"], line["scores"]["wer"]["value"] is None) for line in lines(folder.scores)] == [
        ("m-1", False)
    ]
    anew = qualify("score", folder.path, dataset)
    assert (anew.exit_code, anew.stdout.split("Rapport")[0]) == (DONE, result.stdout.split("Rapport")[0])
    assert "hors de ce passage : 5" in flat(anew.stderr)


@pytest.mark.parametrize("from_audio", [[], ["--from-audio"]])
def test_defects_of_calls_without_a_recording_count_too(
    dataset: Path, folder: RunFolder, recording: Callable[[Path], Path], from_audio: list[str]
) -> None:
    recording(dataset / "calls" / "atelier-morel" / "m-1.wav")
    write_call(dataset, "atelier-vidal", "v-2", style="oral")
    result = qualify("run", dataset, "--out", folder.path, *from_audio)
    assert (result.exit_code, "v-2.json" in result.stderr) == (UNUSABLE, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{absent}"], "dossier introuvable"),
        (["{dataset}", "--from-audio"], "aucun enregistrement"),
        (["{dataset}", "--llm", "{absent}"], "fichier introuvable"),
        (["{dataset}", "--costs", "{absent}"], "fichier introuvable"),
    ],
)
def test_what_cannot_be_used_is_said(
    dataset: Path, folder: RunFolder, arguments: list[str], said: str
) -> None:
    given = [a.format(dataset=dataset, absent=dataset / "absent") for a in arguments]
    result = qualify("run", *given, "--out", folder.path)
    assert (result.exit_code, folder.path.exists()) == (UNUSABLE, False)
    assert said in flat(result.stderr)


# ---------------------------------------------------------------- score


def test_scoring_anew_gives_the_same(done: RunFolder, dataset: Path, tmp_path: Path) -> None:
    anew = RunFolder(tmp_path / "noté")
    result = qualify("score", done.path, dataset, "--out", anew.path)
    assert (result.exit_code, result.stderr) == (DONE, "")
    for name in ("scores.jsonl", "costs.json", "predictions.jsonl", "usage.jsonl"):
        assert (anew.path / name).read_bytes() == (done.path / name).read_bytes()
    card, before = anew.read_card(), done.read_card()
    assert card is not None
    assert before is not None
    assert card.rescored_on == before.dataset
    assert card.model_copy(update={"rescored_on": None}) == before


def test_scoring_reads_the_labels_of_today(done: RunFolder, dataset: Path) -> None:
    call = json.loads((dataset / "calls" / "atelier-morel" / "m-0.json").read_text(encoding="utf-8"))
    write_call(dataset, "atelier-morel", "m-0", labels={**call["labels"], "urgency": "high"})
    assert qualify("score", done.path, dataset, "--out", done.path).exit_code == DONE
    assert scores(done, "m-0")["scores"]["urgency_right"]["value"] == 0.0
    card = done.read_card()
    assert card is not None
    assert card.rescored_on is not None
    assert card.rescored_on.sha256 != card.dataset.sha256


def test_without_out_nothing_is_written(done: RunFolder, dataset: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in done.path.iterdir()}
    assert "Motif juste 1,000" in flat(qualify("score", done.path, dataset).stdout)
    assert {path: path.stat().st_mtime_ns for path in done.path.iterdir()} == before


def test_predictions_of_unknown_origin_are_scored_too(done: RunFolder, dataset: Path, tmp_path: Path) -> None:
    file, anew = tmp_path / "autres.jsonl", RunFolder(tmp_path / "noté")
    file.write_bytes(done.predictions.read_bytes())
    assert qualify("score", file, dataset, "--out", anew.path).exit_code == DONE
    card = anew.read_card()
    assert card is not None
    assert (card.mode, card.makers, card.dataset.calls) == ("given", (), 6)
    assert scores(anew, "m-0")["scores"]["endpoint_cost"] == {"value": None, "unscored": True}


def test_what_a_run_heard_and_took_is_not_that_of_other_predictions_beside_it(
    done: RunFolder, dataset: Path, tmp_path: Path
) -> None:
    file, anew = done.path / "agents.jsonl", RunFolder(tmp_path / "noté")
    file.write_bytes(done.predictions.read_bytes())
    assert qualify("score", file, dataset, "--out", anew.path).exit_code == DONE
    assert scores(anew, "m-0")["scores"]["endpoint_cost"] == {"value": None, "unscored": True}
    assert not anew.usage.exists()


def test_unknown_doubled_and_absent_predictions_are_listed_and_counted(
    done: RunFolder, dataset: Path
) -> None:
    given = lines(done.predictions)
    given = [*given[:4], {**given[0], "intent": "sale"}, {**given[1], "id": "x-9"}]
    written = "".join(json.dumps(line) + "\n" for line in given)
    done.predictions.write_text(written, encoding="utf-8")
    result = qualify("score", done.path, dataset, "--out", done.path)
    said = flat(result.stderr)
    assert result.exit_code == DONE
    assert "Prédictions d'appels inconnus, laissées de côté : 1 (atelier-morel/x-9)" in said
    assert "la dernière prédiction compte : 1 (atelier-morel/m-0)" in said
    assert "comptés en échec : 2 (atelier-vidal/v-1, atelier-vidal/v-2)" in said
    assert "Motif juste 0,500" in flat(result.stdout)
    assert scores(done, "v-2")["error"] == "aucune prédiction pour cet appel"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"id":"x","tenant":"t","status":"ready"}\n', "aucune prédiction pour ses 6 appels"),
        ('{"id":"m-0","tenant":"atelier-morel","status":"fini"}\n', "« status »"),
        ("", "aucune prédiction pour ses 6 appels"),
    ],
)
def test_what_cannot_be_scored_is_said(dataset: Path, tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "predictions.jsonl"
    file.write_text(written, encoding="utf-8")
    result = qualify("score", file, dataset, "--out", tmp_path / "noté")
    assert result.exit_code == UNUSABLE
    assert said in flat(result.stderr)
    assert not (tmp_path / "noté").exists()


def test_a_data_set_with_defects_is_told_whole_and_not_scored(done: RunFolder, dataset: Path) -> None:
    write_call(dataset, "atelier-morel", "m-1", style="oral")
    (dataset / "tenants" / "atelier-vidal.yaml").write_text("id: 3\n", encoding="utf-8")
    result = qualify("score", done.path, dataset)
    assert result.exit_code == UNUSABLE
    for part in ("m-1.json", "tenants/atelier-vidal.yaml", "2 fichier(s) avec des défauts"):
        assert part in flat(result.stderr)


@pytest.mark.slow
def test_ten_thousand_predictions_are_scored_in_half_a_minute(done: RunFolder, tmp_path: Path) -> None:
    dataset, (made, *_) = tmp_path / "grand", lines(done.predictions)
    keys = [(f"t-{n % 25}", f"c-{n}") for n in range(10_000)]
    for tenant in {tenant for tenant, _ in keys}:
        write_tenant(dataset, tenant)
    for tenant, name in keys:
        write_call(dataset, tenant, name)
    written = [json.dumps({**made, "tenant": tenant, "id": name}) + "\n" for tenant, name in keys]
    file = tmp_path / "predictions.jsonl"
    file.write_text("".join(written), encoding="utf-8")
    begun = time.process_time()
    result = qualify("score", file, dataset, "--out", tmp_path / "noté")
    assert result.exit_code == DONE
    assert time.process_time() - begun < 30


# ---------------------------------------------------------------- the other commands


@pytest.mark.parametrize("command", ["run", "score", "compare", "label", "import"])
def test_a_command_is_there_and_told_in_french(command: str) -> None:
    result = qualify(command, "--help")
    assert (result.exit_code, "jeu de données" in flat(result.stdout)) == (DONE, True)


def test_finished_runs_can_be_compared(done: RunFolder) -> None:
    assert qualify("compare", done.path, done.path).exit_code == DONE
