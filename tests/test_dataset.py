"""Labeled calls, what the engine may see of them, and predictions in the contract's words."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from qualify.dataset import (
    CallInput,
    Dataset,
    LabeledCall,
    Prediction,
    load_call,
    load_call_input,
    prediction,
    read_predictions,
    to_transcript,
)
from qualify.errors import InputError
from qualify.records import (
    Failure,
    InstructionJudgment,
    Judgment,
    Maker,
    Message,
    Outcome,
    Qualification,
    Reason,
    Sentence,
    Transcript,
)
from qualify.tenant import DefectError

FOLDER = Path(__file__).parent / "data" / "dataset"
CALLS = FOLDER / "calls" / "atelier-morel"
GOOD = (CALLS / "morel-001.json").read_text(encoding="utf-8")
MAKER = Maker(engine="test", version="1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set that a test may break."""
    return Path(shutil.copytree(FOLDER, tmp_path / "set"))


def edited(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the fixture"
    return GOOD.replace(old, new)


# ---------------------------------------------------------------- a call


def test_labeled_call() -> None:
    call = load_call(CALLS / "morel-001.json")
    assert call.started_at == datetime(2026, 11, 19, 9, 12)
    assert call.turns[1].start == 1.8
    assert call.labels is not None
    assert call.labels.fields["caller_name"] == "Ana Pinto"
    assert call.second_labels is not None
    assert call.second_labels.intent == "other"
    assert call.tags == ("number_shown",)
    assert LabeledCall.model_validate_json(call.model_dump_json()) == call


def test_call_that_is_only_to_be_handled_has_no_labels() -> None:
    call = load_call(CALLS / "morel-002.json")
    assert (call.labels, call.second_labels, call.tags, call.caller_number) == (None, None, (), None)


def test_input_is_the_call_without_its_labels() -> None:
    call = load_call_input(CALLS / "morel-001.json")
    labeled = load_call(CALLS / "morel-001.json").model_dump(exclude={"labels", "second_labels", "tags"})
    assert call.model_dump() == labeled
    assert "repair" not in call.model_dump_json()
    assert not isinstance(load_call(CALLS / "morel-001.json"), CallInput)


def test_labels_are_not_even_validated_for_handling(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps({**json.loads(GOOD), "labels": 1, "second_labels": None, "tags": "x"}))
    assert load_call_input(path).id == "morel-001"
    with pytest.raises(DefectError):
        load_call(path)


def test_transcript_of_written_turns() -> None:
    transcript = to_transcript(load_call_input(CALLS / "morel-001.json"))
    assert transcript.made_by.engine == "turns"
    assert [(t.speaker, t.start_s, t.end_s) for t in transcript.turns[1:3]] == [
        ("caller", 1.8, 5),
        ("agent", None, None),
    ]
    assert transcript.turns[3].text == "Oui, sur ce numéro."


# what stands in the fixture → what is written instead: key, line, and words of what is found or expected
BROKEN = [
    ('"style"', '"stile"', "stile", 6, "vouliez-vous dire « style »"),
    ('"style"', '"stile"', "style", 1, "clé absente"),
    ('"verbatim"', '"verbatm"', "style", 6, "vouliez-vous dire « verbatim »"),
    ('"id": "morel-001"', '"id": 1', "id", 2, "un texte"),
    ('"id": "morel-001"', '"id": "Morel 1"', "id", 2, "un identifiant"),
    ("2026-11-19T09:12:00", "2026-11-31T09:12:00", "started_at", 4, "qui existent"),
    ("2026-11-19T09:12:00", "2026-11-19T09:12:00Z", "started_at", 4, "locales"),
    ("2026-11-19T09:12:00", "2026-11-19 09:12", "started_at", 4, "AAAA-MM-JJThh:mm:ss"),
    ('"caller_number": "+3281223344"', '"caller_number": "081223344"', "caller_number", 5, "E.164"),
    ('"+3281223344",\n  "style"', '"+3281٢23344",\n  "style"', "caller_number", 5, "E.164"),
    ('"caller_number": "+3281223344",', "", "caller_number", 1, "clé absente"),
    ('"agent", "text": "Atelier', '"agnt", "text": "Atelier', "turns[0].speaker", 8, "« agent »"),
    ("Oui, sur ce numéro.", "", "turns[3].text", 11, "au moins 1 caractère"),
    ("Oui, sur ce numéro.", "\\ud800", "turns[3].text", 11, "caractère invalide"),
    ("Oui, sur ce numéro.", "Oui, sur ce nume\u0301ro.", "turns[3].text", 11, "uconv -x any-nfc"),
    ('"end": 1.5', '"end": "1.5"', "turns[0].end", 8, "un nombre"),
    ('"end": 1.5', '"end": -1', "turns[0].end", 8, "supérieur ou égal à 0"),
    ('"end": 1.5', '"end": null', "turns[0].end", 8, "retirer la clé"),
    ('"end": 1.5', '"end": true', "turns[0].end", 8, "un oui/non"),
    ('"end": 1.5', '"fin": 1.5', "turns[0].fin", 8, "speaker, text, start, end"),
    ('"urgency": "normal"', '"urgency": "urgent"', "labels.urgency", 16, "critical, high, normal, low"),
    ('"intent": "repair"', '"intent": null', "labels.intent", 14, "rien"),
    (
        '"bike_model": "Gazelle"',
        '"bike_model": true',
        "labels.fields.bike_model",
        18,
        "un texte ou un nombre",
    ),
    ('"bike_model": "Gazelle"', '"bike_model": null', "labels.fields.bike_model", 18, "retirer la clé"),
    ('"any_of": ["chaîne"]', '"any_of": []', "labels.key_facts[0].any_of", 20, "au moins 1 élément"),
    ('"any_of": ["chaîne"]', '"any_of": ["c"]', "labels.key_facts[0].any_of[0]", 20, "au moins 2 caractère"),
    ('"no-price": "followed"', '"no-price": "ok"', "labels.instructions.no-price", 22, "not_applicable"),
    ('"missing": [],', "", "labels.missing", 13, "clé absente"),
    ('"tags": ["number_shown"]', '"tags": "number_shown"', "tags", 26, "une liste"),
    # JSON
    ('"style": "verbatim",', '"style": "verbatim"', "", 7, "colonne 3, virgule ou fermeture manquante"),
    ('["number_shown"]', '["number_shown",]', "", 26, "ce n'est pas du JSON"),
    ('"style": "verbatim"', "style: verbatim", "", 6, "clé entre guillemets attendue"),
    ('"style": "verbatim"', '"style" "verbatim"', "", 6, "« : » manquant"),
    ("Oui, sur", "Oui,\nsur", "", 11, "retour à la ligne ou tabulation"),
    ("Oui, sur", "Oui, \\q sur", "", 11, "« \\ » mal employé"),
    ('"end": 1.5', '"end": NaN', "", None, "nombre que JSON ne connaît pas"),
    ('"end": 1.5', '"end": ' + "9" * 5000, "", None, "nombre que JSON ne connaît pas"),
    ('"style": "verbatim"', '"style": "asr", "style": "verbatim"', "", 6, "« style » écrite deux fois"),
]


@pytest.mark.parametrize(("old", "new", "key", "line", "words"), BROKEN)
def test_broken_call(tmp_path: Path, old: str, new: str, key: str, line: int | None, words: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(edited(old, new), encoding="utf-8")
    with pytest.raises(DefectError) as raised:
        load_call(path)
    found = raised.value.defects
    assert any((d.key, d.line) == (key, line) and words in str(d) for d in found), "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "fichier vide"),
        (b" \n", "fichier vide"),
        (b"[]", "un objet JSON, entre accolades"),
        (b"null", "un objet JSON"),
        (b'{"id": "\xe9"}', "pas de l'UTF-8"),
        (b"[" * 100_000, "trop profondément"),
    ],
)
def test_unreadable_call(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)
    for load in (load_call, load_call_input):
        with pytest.raises(DefectError) as raised:
            load(path)
        assert words in str(raised.value)


def test_byte_order_mark_and_tabs_are_read(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("\ufeff" + GOOD.replace("  ", "\t"), encoding="utf-8")
    assert load_call(path) == load_call(CALLS / "morel-001.json")


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, len(GOOD)), cut=st.integers(0, 30), junk=st.text(max_size=8))
def test_hostile_text_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, at: int, cut: int, junk: str
) -> None:
    path = tmp_path_factory.mktemp("c") / "c.json"
    path.write_text(GOOD[:at] + junk + GOOD[at + cut :], encoding="utf-8", newline="")
    call: LabeledCall | DefectError
    try:
        call = load_call(path)
    except DefectError as error:
        call = error
    if isinstance(call, DefectError):
        assert all("conforme au format" not in d.expected for d in call.defects)
    else:
        assert LabeledCall.model_validate_json(call.model_dump_json()) == call


# ---------------------------------------------------------------- a data set


def test_fixture_loads_without_defects() -> None:
    dataset = Dataset.open(FOLDER)
    assert (list(dataset.tenants), dataset.errors) == (["atelier-morel"], ())
    assert [c.id for _, c in dataset.labeled() if isinstance(c, LabeledCall)] == ["morel-001", "morel-002"]
    assert [dataset.input(file).id for file in dataset.calls] == ["morel-001", "morel-002"]


@pytest.mark.parametrize("name", ["morel-001.wav", "morel-001.MP3", "morel-001.opus", "morel-001.webm"])
def test_audio_beside_a_call(folder: Path, name: str) -> None:
    (folder / "calls" / "atelier-morel" / name).touch()
    (folder / "calls" / "atelier-morel" / "morel-002.txt").touch()
    first, second = Dataset.open(folder).calls
    assert first.audio is not None
    assert (first.audio.name, second.audio) == (name, None)


def errors_of(folder: Path) -> list[str]:
    """What is said of each call of a broken set; empty for a good one."""
    dataset = Dataset.open(folder)
    errors = [str(call) if isinstance(call, InputError) else "" for _, call in dataset.labeled()]
    return [*map(str, dataset.errors), *errors]


# what stands in the first call → what is written instead: the words of its error
MISPLACED = [
    ('"id": "morel-001"', '"id": "morel-003"', "« morel-001 », le nom du fichier"),
    ('"tenant": "atelier-morel"', '"tenant": "atelier"', "« atelier-morel », le nom du dossier"),
    ('"style"', '"stile"', "clé inconnue"),
    ('"intent": "repair"', '"intent": "repare"', "vouliez-vous dire « repair »"),
    ('"intent": "other"', '"intent": "autre"', "« second_labels.intent » : identifiant inconnu « autre »"),
    ('"other_intents": []', '"other_intents": ["spam", "x"]', "« labels.other_intents[1] »"),
    ('"bike_model": "Gazelle"', '"bike_modle": "Gazelle"', "vouliez-vous dire « bike_model »"),
    ('"missing": []', '"missing": ["phone"]', "les champs requis non donnés : aucun"),
    (
        '"no-price": "followed"',
        '"no-prices": "followed"',
        "« labels.instructions.no-price » : consigne non jugée",
    ),
    (
        '"no-price": "followed"',
        '"no-prices": "followed"',
        "« labels.instructions.no-prices » : consigne inconnue",
    ),
    ('"message": "Ana', '"message": null, "x": "Ana', "labels.x"),
]


@pytest.mark.parametrize(("old", "new", "words"), MISPLACED)
def test_bad_call_does_not_stop_the_others(folder: Path, old: str, new: str, words: str) -> None:
    (folder / "calls" / "atelier-morel" / "morel-001.json").write_text(edited(old, new), encoding="utf-8")
    first, second = errors_of(folder)
    assert words in first
    assert second == ""


def test_message_is_null_exactly_where_there_is_none_to_write(folder: Path) -> None:
    call = json.loads(GOOD)
    call["labels"]["message"] = None
    (folder / "calls" / "atelier-morel" / "morel-001.json").write_text(json.dumps(call))
    assert "rien avec « message »" in errors_of(folder)[0]


def test_bad_tenant_does_not_stop_the_others(folder: Path) -> None:
    (folder / "tenants" / "vide.yaml").write_text("")
    tenant = (folder / "tenants" / "atelier-morel.yaml").read_text(encoding="utf-8")
    (folder / "tenants" / "copie.yaml").write_text(tenant, encoding="utf-8")
    copied, empty, *calls = errors_of(folder)
    assert "« copie », le nom du fichier" in copied
    assert "fichier vide" in empty
    assert calls == ["", ""]


def test_calls_of_an_unusable_tenant_and_twice_the_same_id(folder: Path) -> None:
    shutil.copytree(folder / "calls" / "atelier-morel", folder / "calls" / "atelier-moral")
    shutil.copytree(folder / "calls" / "atelier-morel", folder / "calls" / "zoo")
    for name, tenant in (("atelier-moral", "atelier-moral"), ("zoo", "zoo")):
        for path in (folder / "calls" / name).glob("*.json"):
            path.write_text(
                path.read_text(encoding="utf-8").replace('t": "atelier-morel"', f't": "{tenant}"')
            )
    (folder / "tenants" / "zoo.yaml").write_text(
        (folder / "tenants" / "atelier-morel.yaml")
        .read_text(encoding="utf-8")
        .replace("id: atelier-morel", "id: zoo")
    )
    unknown, _, read, _, twice, _ = errors_of(folder)
    assert "client inconnu « atelier-moral » (vouliez-vous dire « atelier-morel » ?)" in unknown
    assert "sert déjà à un autre appel" in read
    assert "sert déjà à un autre appel" in twice


def test_folder_that_is_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="un jeu de données"):
        Dataset.open(tmp_path)


# ---------------------------------------------------------------- predictions


def transcript() -> Transcript:
    return to_transcript(load_call_input(CALLS / "morel-001.json"))


def qualification(**changes: Any) -> Qualification:
    call = transcript()
    name = Judgment(value="Ana Pinto", confidence=0.9, evidence=(call.evidence(1, 9, 18),))
    known: dict[str, Any] = {
        "intent": Judgment(value="repair", confidence=0.8, evidence=(call.evidence(1, 20, 36),)),
        "other_intents": (Judgment(value="other", confidence=0.4),),
        "urgency": Judgment(value="normal", confidence=0.7),
        "disposition": "message",
        "fields": {"caller_name": name},
        "missing": ("phone",),
        "instructions": {"no-price": InstructionJudgment(outcome="followed", confidence=0.6)},
        "made_by": MAKER,
    }
    return Qualification(**{**known, **changes})


def message() -> Message:
    call = transcript()
    sentences = (
        Sentence(text="Bonjour Lucie.", kind="fixed"),
        Sentence(text="Ana Pinto : la chaîne saute.", kind="gist", evidence=(call.evidence(1, 20, 36),)),
    )
    return Message(sentences=sentences, made_by=MAKER)


def test_ready_call() -> None:
    outcome = Outcome(
        status="ready",
        qualification=qualification(),
        message=message(),
        timing_s={"audio": 5.0, "intent": 0.1},
    )
    chain = {"turn": 1, "start": 20, "end": 36, "quote": "ma chaîne saute "}
    assert json.loads(prediction("morel-001", "atelier-morel", outcome).model_dump_json()) == {
        "id": "morel-001",
        "tenant": "atelier-morel",
        "status": "ready",
        "reasons": [],
        "intent": "repair",
        "other_intents": ["other"],
        "urgency": "normal",
        "disposition": "message",
        "fields": {"caller_name": "Ana Pinto"},
        "missing": ["phone"],
        "instructions": {"no-price": "followed"},
        "message": "Bonjour Lucie. Ana Pinto : la chaîne saute.",
        "confidence": {"caller_name": 0.9, "intent": 0.8, "urgency": 0.7},
        "evidence": {
            "caller_name": [{"turn": 1, "start": 9, "end": 18, "quote": "Ana Pinto"}],
            "intent": [chain],
            "urgency": [],
            "message": [{**chain, "sentence": 1}],
        },
        "timing": {"audio": 5.0, "intent": 0.1},
    }


def test_reasons_of_the_pipeline_stand() -> None:
    reason = Reason(code="unclear", detail="Enregistrement peu audible")
    outcome = Outcome(status="needs_review", reasons=(reason,), qualification=qualification())
    found = prediction("a", "b", outcome)
    assert (found.status, found.reasons, found.message) == ("needs_review", (reason,), None)
    assert "message" not in found.evidence


def test_failed_call_has_nothing_but_its_reason() -> None:
    failure = Failure(stage="drafting", error="plus de mémoire")
    outcome = Outcome(
        status="failed", failure=failure, qualification=qualification(), timing_s={"intent": 0.1}
    )
    assert prediction("a", "b", outcome) == Prediction(
        id="a",
        tenant="b",
        status="failed",
        reasons=(Reason(code="failed", detail="drafting : plus de mémoire"),),
        timing={"intent": 0.1},
    )


def test_numbers_keep_their_type() -> None:
    values = {"n": Judgment(value=27, confidence=1), "x": Judgment(value=2.5, confidence=1)}
    line = prediction("a", "b", Outcome(status="ready", qualification=qualification(fields=values)))
    assert '"fields":{"n":27,"x":2.5}' in line.model_dump_json()


def test_urgency_out_of_the_contract_is_refused() -> None:
    outcome = Outcome(
        status="ready", qualification=qualification(urgency=Judgment(value="urgent", confidence=1))
    )
    with pytest.raises(ValidationError):
        prediction("a", "b", outcome)


def test_written_predictions_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    ready = prediction("é", "b", Outcome(status="ready", qualification=qualification(), message=message()))
    lines = [ready, Prediction(id="c", tenant="b", status="failed")]
    path.write_text("".join(f"{line.model_dump_json()}\n" for line in lines), encoding="utf-8")
    assert read_predictions(path) == lines


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ("{", "", "ce n'est pas du JSON"),
        ("[]", "", "une liste"),
        ('{"id": "a", "tenant": "b"}', "status", "clé absente"),
        ('{"id": "a", "tenant": "b", "status": "redy"}', "status", "vouliez-vous dire « ready »"),
        ('{"id": "a", "tenant": "b", "status": "ready", "intnt": "x"}', "intnt", "« intent »"),
        ('{"id": "a", "tenant": "b", "status": "ready", "fields": {"x": true}}', "fields.x", "un texte ou"),
        ('{"id": "a", "tenant": "b", "status": "ready", "fields": null}', "fields", "rien"),
        (
            '{"id": "a", "tenant": "b", "status": "ready", "evidence": {"x": [{"trn": 1}]}}',
            "evidence.x[0].trn",
            "inconnue",
        ),
    ],
)
def test_broken_prediction(tmp_path: Path, line: str, key: str, words: str) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text(f'{{"id": "z", "tenant": "b", "status": "ready", "intent": null}}\n\n{line}\n')
    with pytest.raises(DefectError) as raised:
        read_predictions(path)
    assert any((d.key, d.line) == (key, 3) and words in str(d) for d in raised.value.defects)
