"""Many calls to one file: the contract's form, resumption after a kill, and one bad file among good ones."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import CALL_FILE, TENANT_FILE, ScriptedUnderstanding, scripted

from qualify.batch import Job, Origin, dataset_jobs, done_before, folder_jobs, origin_of, run
from qualify.dataset import Dataset, Prediction, read_predictions
from qualify.drafting.engine import EmbeddedDrafter
from qualify.errors import InputError
from qualify.pipeline import Engines
from qualify.records import Qualification, Transcript
from qualify.tenant import Tenant
from qualify.understanding.engine import EmbeddedUnderstanding

Record = Callable[[Path], Path]
CONTRACT = [
    *("id", "tenant", "status", "reasons", "intent", "other_intents", "urgency", "disposition", "fields"),
    *("missing", "instructions", "message", "confidence", "evidence", "timing"),
]
IDS = [f"appel-{number}" for number in range(8)]


def write_call(dataset: Path, name: str, *, tenant: str = "atelier-morel", **changes: Any) -> Path:
    """A call of the data set, unlabeled unless `changes` say more; None takes a key away."""
    call = json.loads(CALL_FILE.read_text(encoding="utf-8"))
    call |= {"id": name, "tenant": tenant, "labels": None, "second_labels": None, "tags": None, **changes}
    path = dataset / "calls" / tenant / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps({k: v for k, v in call.items() if v is not None}, ensure_ascii=False)
    path.write_text(written, encoding="utf-8")
    return path


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Eight calls of one tenant, each with a word of its own."""
    folder = tmp_path / "jeu"
    (folder / "tenants").mkdir(parents=True)
    shutil.copy(TENANT_FILE, folder / "tenants")
    for name in IDS:
        turns = [{"speaker": "caller", "text": f"Bonjour, c'est pour un vélo abîmé, dossier « {name} »."}]
        write_call(folder, name, turns=turns)
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "nouveau" / "predictions.jsonl"


def origin(dataset: Path, **changes: Any) -> Origin:
    tenants = Dataset.open(dataset).tenants
    made = origin_of(dataset, tenants, from_audio=False, speech_model="nano")
    return made.model_copy(update=changes)


def predicted(dataset: Path, out: Path, engines: Engines, *, from_audio: bool = False) -> list[Prediction]:
    jobs = dataset_jobs(Dataset.open(dataset), engines, from_audio=from_audio)
    return list(run(jobs, out, origin=origin(dataset)))


def timeless(out: Path) -> list[dict[str, Any]]:
    """The file's lines less what differs from run to run."""
    lines = [json.loads(line) for line in out.read_bytes().decode().rstrip("\n").split("\n")]
    return [{k: v for k, v in line.items() if k != "timing"} for line in lines]


# ---------------------------------------------------------------- the contract's form


def test_each_call_is_a_line_of_the_contracts_form_in_order(dataset: Path, out: Path) -> None:
    made = predicted(dataset, out, Engines(scripted().speech, EmbeddedUnderstanding(), EmbeddedDrafter()))
    lines = out.read_text(encoding="utf-8").splitlines()
    assert [list(json.loads(line)) for line in lines] == [CONTRACT] * len(IDS)
    assert [Prediction.model_validate_json(line) for line in lines] == made == read_predictions(out)
    assert [p.id for p in made] == IDS
    for prediction in made:
        assert (prediction.status == "ready") == (prediction.reasons == ())
        assert list(prediction.timing) == ["understanding", "drafting"]


def test_a_ready_call_has_its_words_in_the_line(dataset: Path, out: Path) -> None:
    (first, *_) = predicted(dataset, out, scripted())
    said = "Bonjour, c'est pour un vélo abîmé, dossier « appel-0 »."
    assert (first.status, first.intent, first.urgency, first.message) == ("ready", "repair", "normal", said)
    assert first.confidence == {"phone": 1.0, "intent": 0.8, "urgency": 0.7}
    (proof,) = first.evidence["message"]
    assert (proof.sentence, proof.turn, proof.start, proof.end, proof.quote) == (0, 0, 0, len(said), said)


def test_what_is_unsure_is_never_ready(dataset: Path, out: Path) -> None:
    (first, *_) = predicted(dataset, out, scripted(understanding=ScriptedUnderstanding(unsure=True)))
    assert (first.status, [r.code for r in first.reasons]) == ("needs_review", ["unsure"])


def test_recordings_of_a_data_set_are_heard(dataset: Path, out: Path, recording: Record) -> None:
    for name in IDS[1:3]:
        recording(dataset / "calls" / "atelier-morel" / f"{name}.wav")
    made = predicted(dataset, out, scripted(), from_audio=True)
    said = "Bonjour, je vous appelle pour mon vélo, ma chaîne saute."
    heard = [(p.id, p.message, p.timing["audio"]) for p in made if p.status == "ready"]
    assert heard == [(IDS[1], said, 9.0), (IDS[2], said, 9.0)]
    assert {p.status for p in made if p.id not in IDS[1:3]} == {"failed"}
    assert "aucun enregistrement à côté de l'appel" in made[0].reasons[0].detail


def test_labels_are_never_seen(dataset: Path, out: Path, tmp_path: Path) -> None:
    predicted(dataset, out, scripted())
    for name in IDS:
        path = dataset / "calls" / "atelier-morel" / f"{name}.json"
        call = json.loads(path.read_text(encoding="utf-8"))
        call |= {"labels": {"intent": 7, "message": ["?"]}, "second_labels": "rien", "tags": {"a": None}}
        path.write_text(json.dumps(call), encoding="utf-8")
    predicted(dataset, tmp_path / "again.jsonl", scripted())
    assert timeless(tmp_path / "again.jsonl") == timeless(out)


# ---------------------------------------------------------------- resumption


@dataclass
class Slow(ScriptedUnderstanding):
    """Takes a moment for each call, and counts those that it was asked."""

    seconds: float = 0.0
    asked: int = 0

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        self.asked += 1
        time.sleep(self.seconds)
        return super().qualify(transcript, tenant, started_at=started_at, caller_number=caller_number)


def test_a_killed_batch_goes_on_where_it_stopped(dataset: Path, out: Path, tmp_path: Path) -> None:
    predicted(dataset, tmp_path / "whole.jsonl", scripted())
    slow = scripted(understanding=Slow(seconds=0.2))
    child = multiprocessing.get_context("fork").Process(target=predicted, args=(dataset, out, slow))
    child.start()
    deadline = time.monotonic() + 20
    while not (out.exists() and out.read_bytes().count(b"\n") >= 3) and time.monotonic() < deadline:
        time.sleep(0.01)
    child.kill()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    before = out.read_bytes()
    assert 3 <= before.count(b"\n") < len(IDS)
    rest = Slow()
    made = predicted(dataset, out, scripted(understanding=rest))
    assert rest.asked == len(IDS) - before.count(b"\n")
    assert out.read_bytes().startswith(before)
    assert [p.id for p in made] == IDS
    assert timeless(out) == timeless(tmp_path / "whole.jsonl")


def cuts(whole: bytes) -> Iterator[int]:
    """Lengths at which a kill may leave the file: around line ends, within letters of two bytes."""
    first = whole.index(b"\n")
    yield from (0, 1, 5, 8, first - 1, first, first + 1, first + 2, whole.index("é".encode()) + 1)
    yield from (len(whole) - 1, len(whole))


def test_a_line_cut_anywhere_is_written_anew(dataset: Path, out: Path) -> None:
    predicted(dataset, out, scripted())
    whole, expected = out.read_bytes(), timeless(out)
    for length in cuts(whole):
        out.write_bytes(whole[:length])
        counted = Slow()
        predicted(dataset, out, scripted(understanding=counted))
        assert timeless(out) == expected, length
        assert counted.asked == len(IDS) - whole[:length].count(b"\n"), length


def test_a_finished_batch_does_nothing_more(dataset: Path, out: Path) -> None:
    once = predicted(dataset, out, scripted())
    whole = out.read_bytes()
    idle = Slow()
    assert predicted(dataset, out, scripted(understanding=idle)) == once
    assert (idle.asked, out.read_bytes()) == (0, whole)


def test_words_may_hold_what_some_take_for_the_end_of_a_line(dataset: Path, out: Path) -> None:
    write_call(
        dataset, IDS[0], turns=[{"speaker": "caller", "text": "Bonjour\u2028\u0085\x0c\x1eau revoir."}]
    )
    once = predicted(dataset, out, scripted())
    assert once[0].message == "Bonjour\u2028\u0085\x0c\x1eau revoir."
    assert predicted(dataset, out, scripted()) == once


def test_a_failed_call_is_tried_again_and_its_line_replaced(dataset: Path, out: Path) -> None:
    bad = dataset / "calls" / "atelier-morel" / "appel-3.json"
    good = bad.read_bytes()
    bad.write_bytes(b"")
    predicted(dataset, out, scripted())
    lines = out.read_bytes().split(b"\n")
    bad.write_bytes(good)
    counted = Slow()
    made = predicted(dataset, out, scripted(understanding=counted))
    assert [(p.id, p.status) for p in made] == [(name, "ready") for name in IDS]
    assert counted.asked == 1
    now = out.read_bytes().split(b"\n")
    assert now[:3] + now[4:] == lines[:3] + lines[4:]
    assert read_predictions(out) == made
    assert sorted(p.name for p in out.parent.iterdir()) == [out.name, f"{out.name}.run.json"]


def test_a_call_that_fails_again_has_one_line(dataset: Path, out: Path) -> None:
    (dataset / "calls" / "atelier-morel" / "appel-3.json").write_bytes(b"")
    once = predicted(dataset, out, scripted())
    assert predicted(dataset, out, scripted()) == once == read_predictions(out)


def test_a_kill_amid_a_second_try_loses_no_call(dataset: Path, out: Path) -> None:
    bad = dataset / "calls" / "atelier-morel" / "appel-3.json"
    good = bad.read_bytes()
    bad.write_bytes(b"")
    predicted(dataset, out, scripted())
    jobs = dataset_jobs(Dataset.open(dataset), scripted(), from_audio=False)
    stopped = run(jobs, out, origin=origin(dataset))
    next(stopped)
    stopped.close()
    assert [p.id for p in read_predictions(out)] == [name for name in IDS if name != "appel-3"]
    bad.write_bytes(good)
    assert [p.status for p in predicted(dataset, out, scripted())] == ["ready"] * len(IDS)


OTHER = [
    ({"source": "/ailleurs"}, "autre chose : la source."),
    ({"mode": "audio"}, "autre chose : le mode (tours écrits ou audio)."),
    ({"speech_model": "turbo"}, "autre chose : le modèle de parole."),
    ({"tenants": {"atelier-morel": "0" * 64}}, "autre chose : les consignes."),
    ({"version": "0.0.0", "source": "/ailleurs"}, "autre chose : la source, la version de qualify."),
]


@pytest.mark.parametrize(("changes", "said"), OTHER)
def test_predictions_made_from_something_else_are_left_as_they_are(
    dataset: Path, out: Path, changes: dict[str, Any], said: str
) -> None:
    predicted(dataset, out, scripted())
    out.write_bytes(out.read_bytes()[:-1])
    whole = out.read_bytes()
    with pytest.raises(InputError) as raised:
        list(run([], out, origin=origin(dataset, **changes)))
    assert said in str(raised.value)
    assert "ou un autre --out" in str(raised.value)
    assert out.read_bytes() == whole
    assert len(predicted(dataset, out, scripted())) == len(IDS)


@pytest.mark.parametrize("sidecar", [None, b"", b"{}", b"\xff"])
def test_predictions_of_unknown_origin_are_left_as_they_are(
    dataset: Path, out: Path, sidecar: bytes | None
) -> None:
    predicted(dataset, out, scripted())
    whole, beside = out.read_bytes(), out.with_name(f"{out.name}.run.json")
    beside.unlink() if sidecar is None else beside.write_bytes(sidecar)
    with pytest.raises(InputError, match="l'origine n'est pas connue"):
        predicted(dataset, out, scripted())
    assert out.read_bytes() == whole


def test_a_changed_tenant_has_another_origin(dataset: Path, out: Path) -> None:
    predicted(dataset, out, scripted())
    file = dataset / "tenants" / TENANT_FILE.name
    file.write_text(file.read_text(encoding="utf-8") + "\n# revu\n", encoding="utf-8")
    with pytest.raises(InputError, match="autre chose : les consignes"):
        predicted(dataset, out, scripted())


GOOD = Prediction(id="a", tenant="b", status="ready").model_dump_json()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"Mes notes, sans retour a la ligne", 1),
        (b"RIFF\x00\x00\x00\x00WAVE", 1),
        (b'{"id": "a"}', 1),
        (b'{"id": "a"}\n', 1),
        (f"{GOOD}\n\n".encode(), 2),
        (f"{GOOD}\nune note".encode(), 2),
        (f"{GOOD}\n\xff\n".encode("latin-1"), 2),
    ],
)
def test_a_file_of_something_else_is_left_as_it_is(
    dataset: Path, tmp_path: Path, content: bytes, line: int
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"notes\.txt, « ligne {line} » : .*un autre --out"):
        predicted(dataset, path, scripted())
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_said_before_a_call_is_handled(
    dataset: Path, tmp_path: Path
) -> None:
    (tmp_path / "fichier").write_text("")
    for place in (tmp_path, tmp_path / "fichier" / "predictions.jsonl"):
        idle = Slow()
        with pytest.raises(InputError, match="Attendu"):
            predicted(dataset, place, scripted(understanding=idle))
        assert idle.asked == 0


def test_nothing_done_yet_is_no_error(out: Path) -> None:
    assert done_before(out) == {}


# ---------------------------------------------------------------- one bad file among good ones


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "fichier vide"),
        (b'{"id": "appel-3",', "pas du JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "objet JSON"),
        (b'{"id": "appel-3"}', "tenant"),
    ],
)
def test_one_bad_file_does_not_stop_the_rest(dataset: Path, out: Path, content: bytes, found: str) -> None:
    bad = dataset / "calls" / "atelier-morel" / "appel-3.json"
    bad.write_bytes(content)
    made = predicted(dataset, out, scripted())
    assert [p.id for p in made] == IDS
    assert [p.id for p in made if p.status != "ready"] == ["appel-3"]
    assert made[3].status == "failed"
    assert (made[3].message, made[3].intent, made[3].reasons[0].code) == (None, None, "failed")
    assert found in made[3].reasons[0].detail
    assert str(bad) in made[3].reasons[0].detail


def test_a_defect_of_ours_costs_one_call_and_is_in_no_message(
    dataset: Path, out: Path, morel: Tenant
) -> None:
    def crash() -> Any:
        raise ZeroDivisionError("oops")

    jobs = dataset_jobs(Dataset.open(dataset), scripted(), from_audio=False)
    made = list(run([Job("défaut", "atelier-morel", crash), *jobs], out))
    assert [p.status for p in made] == ["failed", *["ready"] * len(IDS)]
    assert "ZeroDivisionError" in made[0].reasons[0].detail
    assert made[0].message is None


def test_a_call_of_an_unknown_tenant_says_which_file_is_lacking(dataset: Path, out: Path) -> None:
    write_call(dataset, "perdu", tenant="garage-inconnu")
    made = predicted(dataset, out, scripted())
    (lost,) = [p for p in made if p.status == "failed"]
    assert (lost.id, lost.tenant, len(made)) == ("perdu", "garage-inconnu", len(IDS) + 1)
    assert "client inconnu « garage-inconnu »" in lost.reasons[0].detail
    assert "tenants/garage-inconnu.yaml" in lost.reasons[0].detail


def test_a_call_of_an_unusable_tenant_says_what_is_wrong_with_its_file(dataset: Path, out: Path) -> None:
    text = TENANT_FILE.read_text(encoding="utf-8").replace("id: atelier-morel", "id: casse")
    (dataset / "tenants" / "casse.yaml").write_text(text.replace("greeting:", "greetng:"), encoding="utf-8")
    write_call(dataset, "perdu", tenant="casse")
    (lost,) = [p for p in predicted(dataset, out, scripted()) if p.status == "failed"]
    detail = lost.reasons[0].detail
    assert "casse.yaml, ligne 8, « greetng »" in detail
    assert "vouliez-vous dire « greeting »" in detail


# ---------------------------------------------------------------- a folder of recordings


def test_a_folder_of_recordings_is_handled_in_order_the_bad_ones_too(
    tmp_path: Path, out: Path, recording: Record, morel: Tenant
) -> None:
    folder = tmp_path / "appels"
    recording(folder / "a.wav")
    recording(folder / "c.WAV")
    (folder / "b.wav").write_text("Ceci n'est pas un son.")
    (folder / "lisez-moi.txt").write_text("Bonjour.")
    made = list(run(folder_jobs(folder, morel, scripted()), out))
    assert [(p.id, p.status) for p in made] == [("a", "ready"), ("b", "failed"), ("c", "ready")]
    assert str(folder / "b.wav") in made[1].reasons[0].detail
    assert "Attendu" in made[1].reasons[0].detail


def test_recordings_of_the_same_name_are_two_calls(
    tmp_path: Path, out: Path, recording: Record, morel: Tenant
) -> None:
    folder = tmp_path / "appels"
    recording(folder / "a.wav")
    (folder / "a.mp3").write_bytes(b"")
    recording(folder / "b.wav")
    for _ in range(2):
        made = list(run(folder_jobs(folder, morel, scripted()), out))
        assert [(p.id, p.status) for p in made] == [("a.mp3", "failed"), ("a.wav", "ready"), ("b", "ready")]
    assert out.read_bytes().count(b"\n") == 3


def test_the_same_call_given_twice_is_handled_once(dataset: Path, out: Path) -> None:
    counted = Slow()
    jobs = dataset_jobs(Dataset.open(dataset), scripted(understanding=counted), from_audio=False)
    made = list(run([jobs[0], *jobs], out))
    assert [p.id for p in made] == [IDS[0], *IDS]
    assert counted.asked == len(IDS) == out.read_bytes().count(b"\n")


def test_a_folder_without_recordings_is_an_error(tmp_path: Path, morel: Tenant) -> None:
    (tmp_path / "notes.txt").write_text("Bonjour.")
    with pytest.raises(InputError, match=r"aucun enregistrement.*\.wav"):
        folder_jobs(tmp_path, morel, scripted())
