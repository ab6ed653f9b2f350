"""The command line: exit codes, JSON, French texts, and what is said of inputs that cannot be used."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import re
import resource
import shutil
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from conftest import (
    CALL_FILE,
    DATASET,
    SPOKEN,
    TENANT_FILE,
    ScriptedDrafter,
    ScriptedSpeech,
    ScriptedUnderstanding,
    scripted,
    write_sound,
)
from typer.testing import CliRunner

from qualify import cli, doctor, engines
from qualify.dataset import read_predictions
from qualify.errors import EngineError
from qualify.pipeline import CallFacts, Engines, handle_recording
from qualify.records import Outcome, Reason
from qualify.tenant import Tenant

Record = Callable[[Path], Path]
DONE, UNUSABLE, USAGE, REVIEW, FAILED = 0, 1, 2, 3, 4
DOUBT = Reason(code="phone_unsure", detail="Numéro : à vérifier, l'appel dit plusieurs choses.")
TENANT = ["--tenant", str(TENANT_FILE)]


def qualify(*arguments: str | Path) -> Result:
    """What the command does; a crash is the test's."""
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def flat(text: str) -> str:
    """Printed text without the breaks of its lines."""
    return " ".join(text.split())


def use(monkeypatch: pytest.MonkeyPatch, chosen: Engines) -> None:
    monkeypatch.setattr(engines, "load", lambda **_: chosen)


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines that find every call ready."""
    use(monkeypatch, scripted())


@pytest.fixture
def stereo(tmp_path: Path, recording: Record) -> Path:
    return recording(tmp_path / "appel.wav")


# ---------------------------------------------------------------- call

DOORS = [
    (scripted(), DONE, "PRÊT : peut partir"),
    (scripted(understanding=ScriptedUnderstanding(reasons=(DOUBT,))), REVIEW, "À RELIRE par un humain"),
    (
        scripted(drafting=ScriptedDrafter(error=EngineError("Le moteur ne répond pas."))),
        FAILED,
        "ÉCHEC étape « rédaction » : Le moteur ne répond pas.",
    ),
]


@pytest.mark.parametrize(("chosen", "code", "said"), DOORS, ids=["ready", "needs_review", "failed"])
def test_each_door_has_its_exit_code_and_is_said_in_french(
    monkeypatch: pytest.MonkeyPatch, stereo: Path, chosen: Engines, code: int, said: str
) -> None:
    use(monkeypatch, chosen)
    result = qualify("call", stereo, *TENANT)
    assert result.exit_code == code
    assert said in flat(result.stdout)


@pytest.mark.parametrize(("chosen", "code", "said"), DOORS, ids=["ready", "needs_review", "failed"])
def test_json_is_the_whole_outcome_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, stereo: Path, chosen: Engines, code: int, said: str
) -> None:
    use(monkeypatch, chosen)
    result = qualify("call", stereo, *TENANT, "--json")
    outcome = Outcome.model_validate_json(result.stdout)
    assert (
        result.exit_code == code == {"ready": DONE, "needs_review": REVIEW, "failed": FAILED}[outcome.status]
    )
    assert outcome.transcript is not None
    assert [t.text for t in outcome.transcript.turns] == [text for _, text in SPOKEN]


@pytest.mark.usefixtures("ready")
def test_a_call_is_shown_with_the_words_that_prove_it(stereo: Path) -> None:
    shown = flat(qualify("call", stereo, *TENANT, "--caller-number", "081 22 33 44").stdout)
    for part in (
        "Transcription 0:00.4 agent Atelier Morel, bonjour.",
        "appelant Bonjour, je vous appelle pour mon vélo, ma chaîne saute.",
        "Motif Réparation 80%",
        "Urgence normale 70%",
        "Suite : message à transmettre",
        "Message pour Lucie Morel",
        "à 0:04.4",
        "pour 9 s d'audio",
    ):
        assert part in shown


@pytest.mark.usefixtures("ready")
def test_a_written_call_needs_no_recording_and_gives_its_own_facts() -> None:
    outcome = Outcome.model_validate_json(qualify("call", CALL_FILE, *TENANT, "--json").stdout)
    assert (outcome.status, outcome.recording) == ("ready", None)
    assert outcome.qualification is not None
    assert outcome.qualification.fields["phone"].value == "+3281223344"


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("written", ["081 22 33 45", "+32 81 22 33 45", "0032 81223345"])
def test_a_number_as_people_write_it_wins_over_the_files(written: str) -> None:
    result = qualify("call", CALL_FILE, *TENANT, "--json", "--caller-number", written)
    outcome = Outcome.model_validate_json(result.stdout)
    assert outcome.qualification is not None
    assert outcome.qualification.fields["phone"].value == "+3281223345"


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("given", "local"),
    [
        ("2026-11-24T09:30", "2026-11-24T09:30:00"),
        ("2026-11-24 09:30:15", "2026-11-24T09:30:15"),
        ("2026-11-24T08:30Z", "2026-11-24T09:30:00"),
        ("2026-07-24T03:30-04:00", "2026-07-24T09:30:00"),
    ],
)
def test_a_moment_is_the_tenants_local_time(stereo: Path, given: str, local: str) -> None:
    outcome = Outcome.model_validate_json(
        qualify("call", stereo, *TENANT, "--json", "--started-at", given).stdout
    )
    assert outcome.recording is not None
    assert outcome.recording.started_at is not None
    assert outcome.recording.started_at.isoformat() == local


def test_labels_that_look_like_markup_are_shown_as_they_stand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(monkeypatch, scripted())
    text = TENANT_FILE.read_text(encoding="utf-8").replace(
        "label: Réparation", 'label: "[/red] Réparation [RDV]"'
    )
    (tmp_path / "atelier-morel.yaml").write_text(text, encoding="utf-8")
    result = qualify("call", CALL_FILE, "--tenant", tmp_path / "atelier-morel.yaml")
    assert result.exit_code == DONE
    assert "[/red] Réparation [RDV]" in flat(result.stdout)


# ---------------------------------------------------------------- call: inputs that cannot be used


def cut(path: Path, sound: np.ndarray) -> None:
    write_sound(path, list(sound))
    path.write_bytes(path.read_bytes()[:-32000])


RECORDINGS: dict[str, tuple[Callable[[Path, np.ndarray], object], int, list[str]]] = {
    "no such file": (lambda p, s: None, FAILED, ["fichier introuvable", "Attendu : le chemin"]),
    "a folder": (lambda p, s: p.mkdir(), FAILED, ["c'est un dossier", "Attendu : un fichier audio"]),
    "empty": (lambda p, s: p.write_bytes(b""), FAILED, ["fichier vide", "vérifier l'export"]),
    "text": (
        lambda p, s: p.write_text("Bonjour."),
        FAILED,
        ["format audio non reconnu", "Attendu : un"],
    ),
    "six channels": (lambda p, s: write_sound(p, [s[0]] * 6), FAILED, ["« canaux » : 6 canaux", "ffmpeg -i"]),
    "truncated": (cut, REVIEW, ["Enregistrement tronqué", "(audio_truncated)"]),
    "silence": (lambda p, s: write_sound(p, [0 * s[0]] * 2), REVIEW, ["Aucune parole", "(no_speech)"]),
    "0.2 s": (lambda p, s: write_sound(p, [s[0][:3200]]), REVIEW, ["Aucune parole", "(no_speech)"]),
}


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("case", RECORDINGS)
def test_a_recording_that_cannot_be_relied_on_is_named_with_the_remedy(
    tmp_path: Path, call_sound: np.ndarray, case: str
) -> None:
    make, code, said = RECORDINGS[case]
    path = tmp_path / "appel.wav"
    make(path, call_sound)
    result = qualify("call", path, *TENANT)
    assert result.exit_code == code
    for part in said:
        assert part in flat(result.stdout)
    if code == FAILED:
        assert "étape « décodage »" in flat(result.stdout)
        assert str(path) in "".join(result.stdout.split())
        assert "Message" not in result.stdout


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--caller-number", "bonjour"],
            ["--caller-number : « bonjour » n'est pas un numéro", "Attendu : un numéro de téléphone, par ex"],
        ),
        (["--caller-number", "12"], ["« 12 » n'est pas un numéro"]),
        (
            ["--started-at", "mardi"],
            ["--started-at : « mardi » n'est pas une date", "par exemple 2026-11-24T09:30"],
        ),
        (["--started-at", "2026-02-30T10:00"], ["« 2026-02-30T10:00 » n'est pas une date"]),
        (["--agent-channel", "2"], ["--agent-channel : canal 2", "Attendu : 0 (premier canal, gauche) ou 1"]),
        (["--agent-channel", "-1"], ["--agent-channel : canal -1"]),
    ],
)
def test_an_option_that_cannot_be_used_is_named_with_the_remedy(
    stereo: Path, arguments: list[str], said: list[str]
) -> None:
    result = qualify("call", stereo, *TENANT, *arguments)
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert result.stderr.startswith("Erreur : ")
    for part in said:
        assert part in result.stderr


def test_an_unknown_whisper_model_is_named_with_those_that_are_known(stereo: Path) -> None:
    result = qualify("call", stereo, *TENANT, "--speech-model", "tourbo")
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert "modèle Whisper « tourbo » : ni un fichier, ni un nom connu. Attendu : " in result.stderr
    assert "turbo" in result.stderr


# what stands in the tenant's file → what is written instead, and what is said of it: line, key, remedy
TENANTS = [
    ("greeting:", "greetng:", "ligne 8, « greetng » : clé inconnue"),
    ("greeting:", "greetng:", "vouliez-vous dire « greeting »"),
    ("  - id: other", "  - id: repair", "ligne 41, « intents[1].id »"),
    ("phone, bike_model]", "phone, bike_modl]", "« intents[0].required_fields"),
    ("phone, bike_model]", "phone, bike_modl]", "vouliez-vous dire « bike_model »"),
]


def edited(path: Path, old: str, new: str) -> Path:
    text = TENANT_FILE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(("old", "new", "said"), TENANTS)
def test_a_tenant_with_an_error_stops_the_command_and_is_found_by_check(
    tmp_path: Path, stereo: Path, old: str, new: str, said: str
) -> None:
    path = edited(tmp_path / "atelier-morel.yaml", old, new)
    for result in (qualify("call", stereo, "--tenant", path), qualify("tenant", "check", path)):
        assert result.exit_code == UNUSABLE
        assert str(path) in result.output
        assert said in flat(result.output)
        assert "Attendu : " in result.output


@pytest.mark.usefixtures("ready")
def test_a_tenant_that_is_not_there_is_named(tmp_path: Path, stereo: Path) -> None:
    result = qualify("call", stereo, "--tenant", tmp_path / "absent.yaml")
    assert result.exit_code == UNUSABLE
    assert f"{tmp_path / 'absent.yaml'} : fichier introuvable" in result.stderr


@pytest.mark.usefixtures("ready")
def test_a_written_call_with_an_error_is_named(tmp_path: Path) -> None:
    (tmp_path / "appel.json").write_text('{"id": "a",\n "turns": [}')
    result = qualify("call", tmp_path / "appel.json", *TENANT)
    assert result.exit_code == UNUSABLE
    assert "appel.json, ligne 2" in result.stderr


@pytest.mark.usefixtures("ready")
def test_a_written_call_of_another_tenant_is_refused(tmp_path: Path) -> None:
    call = {**json.loads(CALL_FILE.read_text(encoding="utf-8")), "tenant": "garage-dubois"}
    (tmp_path / "appel.json").write_text(json.dumps(call), encoding="utf-8")
    result = qualify("call", tmp_path / "appel.json", *TENANT)
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert "appel.json, « tenant » : « garage-dubois ». Attendu : « atelier-morel »" in result.stderr


@pytest.mark.parametrize("arguments", [["call"], ["call", "a.wav"], ["batch", "dossier"], ["appel"]])
def test_a_wrong_command_line_is_none_of_the_calls_doors(arguments: list[str]) -> None:
    assert qualify(*arguments).exit_code == USAGE


# ---------------------------------------------------------------- batch


@pytest.mark.usefixtures("ready")
def test_a_batch_of_a_data_set_counts_its_doors(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    for _ in range(2):
        result = qualify("batch", DATASET, "--out", out)
        assert (result.exit_code, result.stdout) == (DONE, "")
        assert "2 appels : 1 ready, 1 needs_review, 0 failed." in flat(result.stderr)
        assert [p.id for p in read_predictions(out)] == ["morel-001", "morel-002"]


@pytest.mark.usefixtures("ready")
def test_a_batch_with_bad_files_handles_the_rest_and_says_which(
    tmp_path: Path, recording: Record, call_sound: np.ndarray
) -> None:
    folder, out = tmp_path / "appels", tmp_path / "predictions.jsonl"
    folder.mkdir()
    for name, (make, _, _) in RECORDINGS.items():
        make(folder / f"{name}.wav", call_sound)
    recording(folder / "z.wav")
    result = qualify("batch", folder, *TENANT, "--out", out)
    assert result.exit_code == FAILED
    found = {p.id: p for p in read_predictions(out)}
    doors = {DONE: "ready", REVIEW: "needs_review", FAILED: "failed"}
    expected = {name: doors[code] for name, (_, code, _) in RECORDINGS.items() if name != "no such file"}
    assert {name: p.status for name, p in found.items()} == {**expected, "z": "ready"}
    for name, prediction in found.items():
        if prediction.status == "failed":
            assert f"atelier-morel/{name} : decoding" in flat(result.stderr)
            assert prediction.message is None
    assert "8 appels : 1 ready, 3 needs_review, 4 failed." in flat(result.stderr)


@pytest.mark.usefixtures("ready")
def test_a_batch_says_which_tenants_are_unusable_and_handles_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "jeu"
    shutil.copytree(DATASET, folder)
    edited(folder / "tenants" / "casse.yaml", "greeting:", "greetng:")
    (folder / "calls" / "inconnu").mkdir()
    lost = {**json.loads(CALL_FILE.read_text(encoding="utf-8")), "id": "perdu", "tenant": "inconnu"}
    (folder / "calls" / "inconnu" / "perdu.json").write_text(json.dumps(lost), encoding="utf-8")
    result = qualify("batch", folder, "--out", tmp_path / "predictions.jsonl")
    assert result.exit_code == FAILED
    said = flat(result.stderr)
    assert "Consignes inutilisables" in said
    assert "« greetng »" in said
    assert "client inconnu « inconnu »" in said
    assert "3 appels : 1 ready, 1 needs_review, 1 failed." in said


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ("absent", [], "« tenants » : dossier introuvable"),
        ("absent", TENANT, "absent : dossier introuvable"),
        ("vide", TENANT, "vide : aucun enregistrement"),
    ],
)
def test_a_batch_of_nothing_is_an_error(tmp_path: Path, source: str, options: list[str], said: str) -> None:
    (tmp_path / "vide").mkdir()
    result = qualify("batch", tmp_path / source, *options, "--out", tmp_path / "p.jsonl")
    assert result.exit_code == UNUSABLE
    assert said in result.stderr
    assert not (tmp_path / "p.jsonl").exists()


@pytest.mark.usefixtures("ready")
def test_a_batch_never_writes_over_another_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Mes notes")
    result = qualify("batch", DATASET, "--out", tmp_path / "notes.txt")
    assert result.exit_code == UNUSABLE
    assert "ce n'est pas une prédiction" in result.stderr
    assert (tmp_path / "notes.txt").read_text() == "Mes notes"


@pytest.mark.usefixtures("ready")
def test_a_batch_goes_on_only_with_what_it_was_begun_with(tmp_path: Path, recording: Record) -> None:
    out = tmp_path / "predictions.jsonl"
    recording(tmp_path / "appels" / "a.wav")
    folder = ["batch", tmp_path / "appels", *TENANT, "--out", out]
    assert qualify(*folder, "--speech-model", "nano").exit_code == DONE
    other = qualify(*folder, "--speech-model", "tiny")
    assert other.exit_code == UNUSABLE
    assert "commencées avec autre chose : le modèle de parole. Attendu : " in flat(other.stderr)
    other = qualify("batch", DATASET, "--out", out)
    assert other.exit_code == UNUSABLE
    assert "la source, le mode (tours écrits ou audio), le modèle de parole" in flat(other.stderr)
    assert [p.id for p in read_predictions(out)] == ["a"]
    assert qualify(*folder).exit_code == DONE


# ---------------------------------------------------------------- three hours


def write_silence(path: Path, size: int, rate: int) -> Path:
    """A mono A-law WAV file of `size` samples, written without encoding them."""
    numbers = ((6, 2), (1, 2), (rate, 4), (rate, 4), (1, 2), (8, 2), (0, 2))
    layout = b"".join(number.to_bytes(width, "little") for number, width in numbers)
    head = b"WAVEfmt " + len(layout).to_bytes(4, "little") + layout + b"data" + size.to_bytes(4, "little")
    path.write_bytes(b"RIFF" + (len(head) + size).to_bytes(4, "little") + head + b"\xd5" * size)
    return path


def _memory(path: Path, tenant: Tenant, sender: Connection) -> None:
    """Handle a recording; send its outcome and by how many bytes the memory grew at most."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = handle_recording(path, tenant, scripted(), CallFacts())
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sender.send((outcome.model_dump_json(), (after - before) * 1024))


@pytest.mark.slow
def test_three_hours_are_handled_in_bounded_memory(tmp_path: Path, morel: Tenant) -> None:
    seconds, rate = 3 * 3600, 8000
    path = write_silence(tmp_path / "appel.wav", seconds * rate, rate)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_memory, args=(path, morel, sender))
    child.start()
    made, grown = receiver.recv()
    child.join()
    outcome = Outcome.model_validate_json(made)
    assert (outcome.status, [r.code for r in outcome.reasons]) == ("needs_review", ["no_speech"])
    assert outcome.timing_s["audio"] == seconds
    assert grown < 900e6


# ---------------------------------------------------------------- tenant check


def test_good_files_have_no_defect() -> None:
    result = qualify("tenant", "check", TENANT_FILE)
    assert result.exit_code == DONE
    assert not re.search("erreur", result.stdout)


def test_every_file_is_checked_though_the_first_is_bad(tmp_path: Path) -> None:
    bad = edited(tmp_path / "mauvais.yaml", "  max_words: 60", "  max_words: beaucoup")
    result = qualify("tenant", "check", tmp_path / "absent.yaml", bad, TENANT_FILE)
    assert result.exit_code == UNUSABLE
    for part in (
        f"{tmp_path / 'absent.yaml'}",
        "fichier introuvable",
        "erreur ligne 62, « message.max_word",
        str(TENANT_FILE),
    ):
        assert part in flat(result.stdout)


def test_all_defects_of_a_file_are_shown_at_once(tmp_path: Path) -> None:
    path = edited(tmp_path / "a.yaml", "greeting:", "greetng:")
    path.write_text(path.read_text(encoding="utf-8").replace("language: fr\n", ""), encoding="utf-8")
    shown = flat(qualify("tenant", "check", path).stdout)
    assert f"{path} : 2 défaut(s)" in shown
    assert "« greetng »" in shown
    assert "« language »" in shown


def test_a_warning_is_no_error(tmp_path: Path) -> None:
    path = edited(tmp_path / "a.yaml", "2026-10-01", "2020-01-01")
    result = qualify("tenant", "check", path)
    assert result.exit_code == DONE
    assert "attention ligne" in flat(result.stdout)


# ---------------------------------------------------------------- doctor


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of weights that is whole, and engines that load."""
    hashes = {}
    for name in ("weights.pt", "ctc.pt"):
        (tmp_path / name).write_bytes(name.encode())
        hashes[name] = hashlib.sha256(name.encode()).hexdigest()
    (tmp_path / "metrics.json").write_text(json.dumps({"sha256": hashes, "weights_sha256": "0" * 64}))

    def shipped(folder: str, name: str) -> Path:
        if not (tmp_path / name).is_file():
            raise EngineError(f"{tmp_path / name} : poids absents.")
        return tmp_path / name

    monkeypatch.setattr(doctor, "shipped", shipped)
    monkeypatch.setattr(doctor, "NanoEngine", ScriptedSpeech)
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "1.0")
    monkeypatch.setattr(doctor.understanding, "shipped", lambda: SimpleNamespace(sha256="0" * 64))
    return tmp_path


def test_a_whole_installation_is_well(installation: Path) -> None:
    result = qualify("doctor")
    assert result.exit_code == DONE
    assert "à corriger" not in result.stdout
    assert "bon Poids embarqués" in flat(result.stdout)


@pytest.mark.parametrize("name", ["weights.pt", "ctc.pt", "metrics.json"])
def test_a_file_that_is_lacking_is_named_with_the_remedy(installation: Path, name: str) -> None:
    (installation / name).unlink()
    result = qualify("doctor")
    assert result.exit_code == UNUSABLE
    assert f"à corriger Poids embarqués : {installation / name} : poids absents." in flat(result.stdout)
    assert "→ réinstaller le paquet" in flat(result.stdout)


@pytest.mark.parametrize("name", ["weights.pt", "ctc.pt"])
def test_other_weights_than_the_published_ones_are_found(installation: Path, name: str) -> None:
    (installation / name).write_bytes(b"other")
    result = qualify("doctor")
    assert result.exit_code == UNUSABLE
    assert f"{installation / name} n'est pas le fichier publié" in result.stdout


@pytest.mark.usefixtures("installation")
def test_an_understanding_of_other_weights_than_the_published_ones_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor.understanding, "shipped", lambda: SimpleNamespace(sha256="1" * 64))
    result = qualify("doctor")
    assert result.exit_code == UNUSABLE
    assert "à corriger Compréhension : " in flat(result.stdout)
    assert "poids non publiés" in flat(result.stdout)


@pytest.mark.parametrize("content", ["", "{}", '{"sha256": {"weights.pt": "0"}}', "[]"])
def test_metrics_that_cannot_be_read_are_a_finding_not_a_crash(installation: Path, content: str) -> None:
    (installation / "metrics.json").write_text(content)
    result = qualify("doctor")
    assert result.exit_code == UNUSABLE
    assert "à corriger Poids embarqués" in flat(result.stdout)


@pytest.mark.parametrize("error", [EngineError("Poids absents."), RuntimeError("bad magic number")])
@pytest.mark.parametrize(
    ("part", "name"), [("Moteur de parole", "NanoEngine"), ("Compréhension", "understanding.shipped")]
)
def test_an_engine_that_does_not_load_is_a_finding_not_a_crash(
    installation: Path, monkeypatch: pytest.MonkeyPatch, part: str, name: str, error: Exception
) -> None:
    def broken() -> Any:
        raise error

    monkeypatch.setattr(f"qualify.doctor.{name}", broken)
    result = qualify("doctor")
    assert result.exit_code == UNUSABLE
    assert f"à corriger {part} : " in flat(result.stdout)
    assert str(error) in result.stdout


@pytest.mark.usefixtures("installation")
def test_a_package_that_is_lacking_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "av":
            raise doctor.metadata.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(doctor.metadata, "version", version)
    result = qualify("doctor")
    assert result.exit_code == UNUSABLE
    assert "à corriger av : absent → pip install av" in flat(result.stdout)


# ---------------------------------------------------------------- demo


def test_a_demo_whose_engine_does_not_load_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> ScriptedSpeech:
        raise EngineError("Poids absents. Remède : réinstaller.")

    made = scripted()
    use(monkeypatch, Engines(absent, made.understanding, made.drafting))
    result = qualify("demo")
    assert result.exit_code == UNUSABLE
    assert "Erreur : Poids absents. Remède : réinstaller." in flat(result.stderr)


# ---------------------------------------------------------------- with the shipped weights


@pytest.mark.slow
def test_the_demo_goes_from_a_recording_to_a_message() -> None:
    result = qualify("demo")
    assert result.exit_code == DONE
    for part in ("Exemple : tilleuls-001.wav", "Transcription", "Compris", "Message"):
        assert part in result.stdout


@pytest.mark.slow
def test_the_doctor_finds_the_shipped_weights_well() -> None:
    result = qualify("doctor")
    assert result.exit_code == DONE, result.stdout


def test_the_whole_message_is_shown_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    examples = Path(__file__).parents[1] / "examples"
    call = examples / "calls" / "vernay-ascenseurs" / "vernay-001.json"
    tenant = examples / "tenants" / "vernay-ascenseurs.yaml"
    panel = qualify("call", call, "--tenant", tenant).output.split("Message", 1)[1].split("╰", 1)[0]
    message = json.loads(qualify("call", call, "--tenant", tenant, "--json").output)["message"]
    told = " ".join(sentence["text"] for sentence in message["sentences"])
    assert told.split() == [w for w in panel.split() if w.strip("─╮│")]
