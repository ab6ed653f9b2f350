"""Runs: every call once, resumed after a kill, nothing mixed, from turns or audio, by one process or more."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest
from conftest import ScriptedSpeech, ScriptedUnderstanding, scripted
from evaluated import IDS, TENANTS, lines, use, write_call, write_dataset
from qualify.eval import provenance
from qualify.eval.run import Setup, defects, measured, opened, run
from qualify.eval.run_folder import RunFolder, Taken, read_lines
from qualify.eval.scoring import read_transcripts

from qualify.dataset import Dataset, Prediction
from qualify.errors import EngineError, InputError
from qualify.pipeline import Engines
from qualify.records import Outcome, Qualification, Transcript, Usage
from qualify.tenant import Tenant

SPENT = Usage(stage="understanding", model="m", requests=1, input_tokens=900, cost_eur=0.002)


@dataclass
class Counting(ScriptedUnderstanding):
    """Counts the calls that it sees, notes a request for each, and fails at some."""

    seen: list[str] = field(default_factory=list)
    fails_at: frozenset[int] = frozenset()

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        self.seen.append(tenant.id)
        if len(self.seen) - 1 in self.fails_at:
            raise EngineError("Le moteur ne répond pas.")
        made = super().qualify(transcript, tenant, started_at=started_at, caller_number=caller_number)
        return made.model_copy(update={"usage": (SPENT,)})


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "jeu")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "passage")


def go(dataset: Path, folder: RunFolder, *, from_audio: bool = False, workers: int = 1) -> list[Prediction]:
    setup = Setup(dataset=dataset, from_audio=from_audio, workers=workers)
    data, mute = opened(dataset, from_audio=from_audio)
    return list(run(setup, data, folder, mute=mute))


def test_every_call_is_handled_once_in_order(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Counting()
    use(monkeypatch, scripted(understanding=engine))
    made = go(dataset, folder)
    assert [(p.tenant, p.id) for p in made] == IDS
    assert len(engine.seen) == len(IDS)
    assert [Prediction.model_validate(line) for line in lines(folder.predictions)] == made


def test_the_card_says_how_it_was_made(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, scripted())
    go(dataset, folder)
    card = folder.read_card()
    assert card is not None
    assert (card.mode, card.speech_model, card.llm, card.resumed, card.workers) == ("turns", None, None, 0, 1)
    assert (card.dataset.path, card.dataset.calls, card.dataset.tenants) == (str(dataset), 6, 2)
    assert [(m.stage, m.engine, m.calls) for m in card.makers] == [
        ("transcription", "turns", 6),
        ("understanding", "scripted", 6),
        ("drafting", "scripted", 6),
    ]
    assert set(card.instructions) == set(TENANTS)
    assert card.started is not None
    assert card.ended is not None
    assert card.started <= card.ended
    assert card.seconds is not None


def test_what_each_call_took_is_beside_its_prediction(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, scripted(understanding=Counting()))
    go(dataset, folder)
    taken = read_lines(folder.usage, Taken)
    assert list(taken) == IDS
    assert {t.usage for t in taken.values()} == {(SPENT,)}
    assert not folder.transcripts.exists()


# ---------------------------------------------------------------- resumption


def test_a_run_cut_short_goes_on_where_it_was(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, scripted(understanding=Counting()))
    data, _ = opened(dataset, from_audio=False)
    cut = run(Setup(dataset=dataset), data, folder)
    before = list(islice(cut, 2))
    cut.close()
    begun = folder.read_card()
    assert begun is not None
    assert begun.ended is None
    with folder.usage.open("a", encoding="utf-8") as file:
        file.write('{"id":"m-2","ten')
    engine = Counting()
    use(monkeypatch, scripted(understanding=engine))
    made = go(dataset, folder)
    card = folder.read_card()
    assert card is not None
    assert (len(engine.seen), made[:2], card.resumed, card.started) == (4, before, 2, begun.started)
    assert list(read_lines(folder.usage, Taken)) == IDS
    assert [m.calls for m in card.makers] == [6, 6, 6]


def test_a_finished_run_stays_as_it_is(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, scripted())
    made = go(dataset, folder)
    before = folder.card.read_bytes(), folder.usage.read_bytes(), folder.predictions.read_bytes()
    assert go(dataset, folder) == made
    assert (folder.card.read_bytes(), folder.usage.read_bytes(), folder.predictions.read_bytes()) == before


def test_a_run_that_goes_on_with_something_else_says_so(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for packages, fails_at in (({"a": "1"}, {0}), ({"a": "2"}, {0}), ({"a": "2"}, {0}), ({"a": "3"}, set())):
        use(monkeypatch, scripted(understanding=Counting(fails_at=frozenset(fails_at))))
        monkeypatch.setattr(provenance, "packages", lambda packages=packages: packages)
        go(dataset, folder)
    card = folder.read_card()
    assert card is not None
    assert (card.packages, [start.packages for start in card.earlier]) == (
        {"a": "3"},
        [{"a": "1"}, {"a": "2"}],
    )


def test_failed_calls_are_tried_anew(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, scripted(understanding=Counting(fails_at=frozenset({1, 4}))))
    assert [p.status for p in go(dataset, folder)].count("failed") == 2
    engine = Counting()
    use(monkeypatch, scripted(understanding=engine))
    assert {p.status for p in go(dataset, folder)} == {"ready"}
    assert engine.seen == list(TENANTS)
    assert [(p["tenant"], p["id"]) for p in lines(folder.predictions)] == IDS


@pytest.mark.parametrize("changed", ["labels", "turns"])
def test_a_changed_data_set_is_not_mixed_in(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    use(monkeypatch, scripted())
    go(dataset, folder)
    call = json.loads((dataset / "calls" / "atelier-morel" / "m-0.json").read_text(encoding="utf-8"))
    if changed == "labels":
        write_call(dataset, "atelier-morel", "m-0", labels={**call["labels"], "urgency": "high"})
    else:
        write_call(dataset, "atelier-morel", "m-0", turns=call["turns"][:2])
    before = folder.predictions.read_bytes()
    with pytest.raises(InputError, match="passage commencé sur d'autres fichiers d'appels"):
        go(dataset, folder)
    assert folder.predictions.read_bytes() == before


def test_predictions_from_elsewhere_are_left_as_they_are(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, scripted())
    folder.path.mkdir()
    folder.predictions.write_text('{"id":"x","tenant":"t","status":"ready"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="dont l'origine n'est pas connue"):
        go(dataset, folder)
    assert [p.name for p in folder.path.iterdir()] == ["predictions.jsonl"]


# ---------------------------------------------------------------- from audio


def test_from_audio_calls_without_a_recording_stay_out_and_are_named(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch, recording: Callable[[Path], Path]
) -> None:
    use(monkeypatch, scripted())
    recording(dataset / "calls" / "atelier-morel" / "m-1.wav")
    _, mute = opened(dataset, from_audio=True)
    assert mute == tuple(key for key in IDS if key != ("atelier-morel", "m-1"))
    (made,) = go(dataset, folder, from_audio=True)
    assert (made.id, made.status) == ("m-1", "ready")
    heard = read_transcripts(folder.transcripts)
    assert [t.text for t in heard["atelier-morel", "m-1"]] == [
        "Atelier Morel, bonjour.",
        "Bonjour, je vous appelle pour mon vélo, ma chaîne saute.",
    ]
    card = folder.read_card()
    assert card is not None
    assert (card.mode, card.speech_model, card.dataset.calls) == ("audio", "nano", 1)
    assert card.dataset.without_recording == 5


def test_from_audio_without_any_recording_there_is_nothing_to_run(dataset: Path) -> None:
    with pytest.raises(InputError, match="aucun enregistrement"):
        opened(dataset, from_audio=True)


def test_a_speech_model_that_cannot_be_loaded_ends_the_run_at_once(
    dataset: Path, folder: RunFolder, monkeypatch: pytest.MonkeyPatch, recording: Callable[[Path], Path]
) -> None:
    def absent() -> ScriptedSpeech:
        raise EngineError("Modèle introuvable.")

    use(monkeypatch, Engines(absent, ScriptedUnderstanding(), scripted().drafting))
    recording(dataset / "calls" / "atelier-morel" / "m-1.wav")
    with pytest.raises(EngineError):
        go(dataset, folder, from_audio=True)
    assert not folder.predictions.exists()


# ---------------------------------------------------------------- parts


def test_all_defects_of_a_data_set_are_found(dataset: Path) -> None:
    assert defects(Dataset.open(dataset)) == []
    (dataset / "tenants" / "atelier-vidal.yaml").write_text("id: 3\n", encoding="utf-8")
    write_call(dataset, "atelier-morel", "m-0", labels=None, second_labels=None)
    write_call(dataset, "atelier-morel", "m-1", style="oral", caller_number="12")
    found = [str(error) for error in defects(Dataset.open(dataset))]
    assert len(found) == 3
    assert "tenants/atelier-vidal.yaml" in found[0]
    assert "m-0.json, « labels » : pas d'étiquettes" in found[1]
    assert "m-1.json" in found[2]
    assert "« style »" in found[2]
    assert "« caller_number »" in found[2]


def test_a_call_that_cannot_be_begun_has_failed() -> None:
    def handle() -> Outcome:
        raise InputError("a.wav", "", "fichier vide", "un enregistrement")

    outcome, memory = measured(handle)
    assert outcome.failure is not None
    assert (outcome.failure.stage, outcome.failure.error) == (
        "input",
        "a.wav : fichier vide. Attendu : un enregistrement.",
    )
    assert memory is None or 10 < memory < 100_000


@pytest.mark.slow
def test_processes_make_the_same_as_one(dataset: Path, tmp_path: Path) -> None:
    def timeless(made: list[Prediction]) -> list[Prediction]:
        return [p.model_copy(update={"timing": {}}) for p in made]

    alone, together = RunFolder(tmp_path / "un"), RunFolder(tmp_path / "deux")
    assert timeless(go(dataset, together, workers=2)) == timeless(go(dataset, alone))
    assert list(read_lines(together.usage, Taken)) == IDS
    resumed = go(dataset, together, workers=2)
    assert [p.status != "failed" for p in resumed] == [True] * len(IDS)
