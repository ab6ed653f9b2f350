"""Data sets in the formats of `formats/README.md`.

Labeled calls, what the engine may see of them, and its predictions.

Code that handles a call gets a `CallInput`, from which labels are struck before anything is
validated: it cannot look at what it is to predict. Measuring code reads a `LabeledCall`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from qualify import __version__
from qualify.errors import InputError
from qualify.records import (
    Disposition,
    Evidence,
    InstructionOutcome,
    Judgment,
    Maker,
    Message,
    Outcome,
    Qualification,
    Reason,
    Record,
    Speaker,
    Status,
    Transcript,
    Turn,
    Urgency,
    Value,
)
from qualify.tenant import Tenant, load_tenant
from qualify.tenant.defects import (
    Defect,
    DefectError,
    Finding,
    Loc,
    did_you_mean,
    fault,
    kind_of,
    refuse,
    validated,
)
from qualify.tenant.model import Slug
from qualify.tenant.reading import Document, decode, read_bytes

AUDIO_SUFFIXES = (
    *(".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".webm", ".aac", ".amr", ".mp4", ".wma"),
    *(".aiff", ".g722", ".gsm"),
)
"""Audio looked for beside a call, in this order."""

LABEL_KEYS = ("labels", "second_labels", "tags")

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_STARTED_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", re.ASCII)


# ---------------------------------------------------------------- a call


def _e164(number: str) -> str:
    if not _E164.fullmatch(number):
        fault(kind_of(number), "un numéro E.164, par exemple +33612345678, ou null s'il est masqué")
    return number


def _composed(text: str) -> str:
    """Text whose accents are part of their letters; refused, not converted: offsets belong to the file."""
    if not unicodedata.is_normalized("NFC", text):
        expected = "un fichier Unicode NFC, par exemple par « uconv -x any-nfc appel.json -o appel-nfc.json »"
        fault("lettres et accents séparés (Unicode non NFC)", expected)
    return text


def _local_time(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    if isinstance(value, str) and _STARTED_AT.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    return fault(kind_of(value), "une date et une heure locales qui existent, AAAA-MM-JJThh:mm:ss")


def _field_value(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        fault(kind_of(value), "un texte ou un nombre ; un champ que l'appel ne donne pas est laissé de côté")
    return value


Seconds = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
FieldValue = Annotated[Value, BeforeValidator(_field_value)]
FieldValues = dict[Slug, FieldValue]
_Words = Annotated[str, Field(min_length=2)]


class CallTurn(Record):
    """What one party says, as the file gives it."""

    speaker: Speaker
    text: Annotated[str, Field(min_length=1), AfterValidator(_composed)]
    start: Seconds | None = None
    """Seconds from the start of the recording."""
    end: Seconds | None = None


class _Call(Record):
    id: Slug
    tenant: Slug
    started_at: Annotated[datetime, BeforeValidator(_local_time)]
    """Local time in the tenant's zone."""
    caller_number: Annotated[str, AfterValidator(_e164)] | None
    """E.164, as the network shows it; None where hidden."""
    style: Literal["verbatim", "asr"]
    """How the turns are written: as spoken, or as a good transcriber writes."""
    turns: tuple[CallTurn, ...]


class CallInput(_Call):
    """All of a call that the engine may see."""


class KeyFact(Record):
    """What a message must carry: one of `any_of` stands in it."""

    fact: str
    any_of: Annotated[tuple[_Words, ...], Field(min_length=1)]


class SecondLabels(Record):
    """What a second human says who did not see the first one's labels."""

    intent: Slug
    urgency: Urgency
    disposition: Disposition
    fields: FieldValues


class Labels(Record):
    """What a human says is right."""

    intent: Slug
    other_intents: tuple[Slug, ...]
    urgency: Urgency
    disposition: Disposition
    fields: FieldValues
    missing: tuple[Slug, ...]
    key_facts: tuple[KeyFact, ...]
    forbidden: tuple[_Words, ...]
    instructions: dict[str, InstructionOutcome]
    message: str | None


class LabeledCall(_Call):
    """A call with what is right, for measuring; never handed to the engine."""

    labels: Labels | None = None
    second_labels: SecondLabels | None = None
    tags: tuple[Slug, ...] = ()


_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    ("turns",): CallTurn,
    ("labels",): Labels,
    ("labels", "key_facts"): KeyFact,
    ("second_labels",): SecondLabels,
}

_AnyCall = TypeVar("_AnyCall", CallInput, LabeledCall)


def load_call(path: Path | str) -> LabeledCall:
    """A call with its labels; DefectError, with all defects, where the file has errors."""
    text = decode(path, read_bytes(path))
    return _validated(path, text, _json_object(path, text), LabeledCall)


def load_call_input(path: Path | str) -> CallInput:
    """A call without its labels, whatever they are; DefectError where the rest has errors."""
    text = decode(path, read_bytes(path))
    data = _json_object(path, text)
    for key in LABEL_KEYS:
        data.pop(key, None)
    return _validated(path, text, data, CallInput)


def to_transcript(call: CallInput) -> Transcript:
    """The call's written turns as a transcript."""
    turns = tuple(Turn(speaker=t.speaker, text=t.text, start_s=t.start, end_s=t.end) for t in call.turns)
    return Transcript(turns=turns, made_by=Maker(engine="turns", version=__version__))


class _TwiceError(ValueError):
    """A key that stands twice in a JSON object."""


def _json_object(path: Path | str, text: str, *, line: int | None = None) -> dict[str, Any]:
    """A JSON text's object; `line` is where the text stands in the file, if not at its start."""
    if not text.strip():
        refuse(path, "fichier vide", "un objet JSON", line=1)
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        found = f"ce n'est pas du JSON (colonne {error.colno}, {_json_problem(error)})"
        refuse(path, found, "un objet JSON", line=line or error.lineno)
    except _TwiceError as error:
        refuse(
            path,
            f"clé « {error} » écrite deux fois",
            "une seule fois",
            line=line or _second(text, str(error)),
        )
    except ValueError:
        refuse(path, "nombre que JSON ne connaît pas", "des nombres finis, écrits en décimal", line=line)
    except RecursionError:
        refuse(path, "valeurs imbriquées trop profondément", "quelques niveaux au plus", line=line)
    if not isinstance(data, dict):
        refuse(path, kind_of(data), "un objet JSON, entre accolades", line=line or 1)
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_JSON_PROBLEMS = {
    "Expecting property name": "clé entre guillemets attendue, ou virgule de trop",
    "Expecting ':'": "« : » manquant",
    "Expecting ','": "virgule ou fermeture manquante",
    "Illegal trailing comma": "virgule de trop",
    "Unterminated string": "guillemet non fermé",
    "Invalid control character": "retour à la ligne ou tabulation dans un texte",
    "Invalid \\": "« \\ » mal employé",
    "Extra data": "du texte après la fin de l'objet",
}


def _json_problem(error: json.JSONDecodeError) -> str:
    return next(
        (text for start, text in _JSON_PROBLEMS.items() if error.msg.startswith(start)), "valeur attendue"
    )


def _second(text: str, key: str) -> int | None:
    """The line of a key that stands twice in the text; None where it stands elsewhere too."""
    found = [m.start() for m in re.finditer(rf"{re.escape(json.dumps(key, ensure_ascii=False))}\s*:", text)]
    return text.count("\n", 0, found[1]) + 1 if len(found) == 2 else None


def _validated(path: Path | str, text: str, data: object, model: type[_AnyCall]) -> _AnyCall:
    models = {**_MODELS, (): model}
    call, findings = validated(data, model, models, nullable=[("caller_number",), ("labels", "message")])
    if call is None or findings:
        raise DefectError(path, _placed(text, data, findings))
    return call


def _placed(text: str, data: Any, findings: list[Finding]) -> list[Defect]:
    """The findings with their lines: JSON is YAML, whose nodes know them; tabs apart."""
    try:
        root = yaml.compose(text.replace("\t", " "), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        root = None
    if root is None:
        return [finding.at_line(None) for finding in findings]
    return Document(root, data).defects(findings)


# ---------------------------------------------------------------- a data set


class CallFile(NamedTuple):
    """Where a call lies; nothing of it is read yet."""

    path: Path
    audio: Path | None

    @property
    def tenant(self) -> str:
        """The tenant's id, by the folder."""
        return self.path.parent.name


class Dataset(NamedTuple):
    """A folder of tenants and calls; its tenants are read, its calls are not."""

    folder: Path
    tenants: dict[str, Tenant]
    calls: tuple[CallFile, ...]
    errors: tuple[InputError, ...]
    """The tenants' files that cannot be used; each of their calls is an error of its own."""

    @classmethod
    def open(cls, folder: Path | str) -> Dataset:
        """The data set in a folder; InputError where there is none."""
        root = Path(folder)
        for part in ("tenants", "calls"):
            if not (root / part).is_dir():
                raise InputError(root, part, "dossier introuvable", "un jeu de données : tenants/ et calls/")
        tenants, errors = _tenants(sorted((root / "tenants").glob("*.yaml")))
        recordings = _recordings(root / "calls")
        paths = sorted((root / "calls").glob("*/*.json"))
        calls = tuple(CallFile(path, recordings.get(path.with_suffix(""))) for path in paths)
        return cls(root, tenants, calls, errors)

    def labeled(self) -> Iterator[tuple[CallFile, LabeledCall | InputError]]:
        """Each call with its labels, or why it cannot be used; reads one at a time."""
        seen: set[str] = set()
        for file in self.calls:
            call = self._read(file, load_call, seen)
            seen.add(file.path.stem)
            defects = [] if isinstance(call, InputError) else label_defects(call, self.tenants[call.tenant])
            yield file, DefectError(file.path, defects) if defects else call

    def input(self, file: CallFile) -> CallInput:
        """One call without its labels; InputError where it cannot be used."""
        call = self._read(file, load_call_input, set())
        if isinstance(call, InputError):
            raise call
        return call

    def _read(
        self, file: CallFile, load: Callable[[Path], _AnyCall], seen: set[str]
    ) -> _AnyCall | InputError:
        try:
            call = load(file.path)
        except InputError as error:
            return error
        if call.id != file.path.stem:
            return InputError(file.path, "id", f"« {call.id} »", f"« {file.path.stem} », le nom du fichier")
        if call.tenant != file.tenant:
            return InputError(
                file.path, "tenant", f"« {call.tenant} »", f"« {file.tenant} », le nom du dossier"
            )
        if call.tenant not in self.tenants:
            for unusable in self.errors:
                if Path(unusable.path).stem == call.tenant:
                    return unusable
            known = f"un fichier tenants/{call.tenant}.yaml, sans erreur"
            found = f"client inconnu « {call.tenant} »{did_you_mean(call.tenant, self.tenants)}"
            return InputError(file.path, "tenant", found, known)
        if call.id in seen:
            return InputError(file.path, "id", f"« {call.id} » sert déjà à un autre appel", "un id unique")
        return call


def _tenants(paths: list[Path]) -> tuple[dict[str, Tenant], tuple[InputError, ...]]:
    tenants: dict[str, Tenant] = {}
    errors: list[InputError] = []
    for path in paths:
        try:
            tenant = load_tenant(path)
        except InputError as error:
            errors.append(error)
            continue
        if tenant.id == path.stem:
            tenants[tenant.id] = tenant
        else:
            errors.append(InputError(path, "id", f"« {tenant.id} »", f"« {path.stem} », le nom du fichier"))
    return tenants, tuple(errors)


def _recordings(calls: Path) -> dict[Path, Path]:
    """The recording of each call, by its path without a suffix; the first kind in `AUDIO_SUFFIXES` wins."""
    ranked = {suffix: rank for rank, suffix in enumerate(AUDIO_SUFFIXES)}
    audio = [p for p in sorted(calls.glob("*/*")) if p.suffix.lower() in ranked]
    audio.sort(key=lambda p: ranked[p.suffix.lower()], reverse=True)
    return {p.with_suffix(""): p for p in audio}


def label_defects(call: LabeledCall, tenant: Tenant) -> list[Defect]:
    """Where a call's labels contradict the tenant's instructions or themselves."""
    findings: list[Finding] = []
    if call.labels is not None:
        findings += _label_findings(call.labels, tenant)
    if call.second_labels is not None:
        findings += _unknown_ids("second_labels", call.second_labels, tenant)
    return [finding.at_line(None) for finding in findings]


def _label_findings(labels: Labels, tenant: Tenant) -> Iterator[Finding]:
    yield from _unknown_ids("labels", labels, tenant)
    for index, other in enumerate(labels.other_intents):
        if other not in tenant.intents_by_id:
            yield _unknown(("labels", "other_intents", index), other, tenant.intents_by_id)
    intent = tenant.intents_by_id.get(labels.intent)
    absent = sorted(f for f in intent.required_fields if f not in labels.fields) if intent else None
    if absent is not None and absent != sorted(labels.missing):
        found = ", ".join(labels.missing) or "liste vide"
        yield Finding(
            ("labels", "missing"), found, f"les champs requis non donnés : {', '.join(absent) or 'aucun'}"
        )
    expected = {instruction.id for instruction in tenant.instructions}
    for name in sorted(expected ^ set(labels.instructions)):
        found = "consigne non jugée" if name in expected else "consigne inconnue"
        yield Finding(("labels", "instructions", name), found, "chaque consigne du client, et elles seules")
    if (labels.message is None) != (labels.disposition == "no_message"):
        found = f"{kind_of(labels.message)} avec « {labels.disposition} »"
        yield Finding(("labels", "message"), found, "null exactement pour « no_message »")


def _unknown_ids(key: str, labels: Labels | SecondLabels, tenant: Tenant) -> Iterator[Finding]:
    if labels.intent not in tenant.intents_by_id:
        yield _unknown((key, "intent"), labels.intent, tenant.intents_by_id)
    for name in labels.fields:
        if name not in tenant.fields_by_id:
            yield _unknown((key, "fields", name), name, tenant.fields_by_id)


def _unknown(loc: Loc, name: str, known: Iterable[str]) -> Finding:
    found = f"identifiant inconnu « {name} »{did_you_mean(name, known)}"
    return Finding(loc, found, f"un identifiant parmi {', '.join(known)}")


# ---------------------------------------------------------------- predictions


class PredictedEvidence(Record):
    """The words that prove something; `sentence` only in the evidence of the message."""

    turn: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int
    quote: str
    sentence: int | None = Field(default=None, ge=0)
    """Index of the message's sentence that the words support."""

    @model_serializer(mode="wrap")
    def _without_null(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}


class Prediction(Record):
    """What the engine says of a call, in the words of the labels; one a line of predictions.jsonl."""

    id: str
    tenant: str
    status: Status
    reasons: tuple[Reason, ...] = ()
    intent: str | None = None
    other_intents: tuple[str, ...] = ()
    urgency: Urgency | None = None
    disposition: Disposition | None = None
    fields: dict[str, FieldValue] = Field(default={})
    missing: tuple[str, ...] = ()
    instructions: dict[str, InstructionOutcome] = Field(default={})
    message: str | None = None
    confidence: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default={})
    """By `intent`, `urgency` and field id: the probability that it is right."""
    evidence: dict[str, tuple[PredictedEvidence, ...]] = Field(default={})
    """By `intent`, `urgency`, `message` and field id."""
    timing: dict[str, float] = Field(default={})
    """Seconds by stage, and `audio`."""


def prediction(call_id: str, tenant: str, outcome: Outcome) -> Prediction:
    """An outcome as the contract writes it; a failed call has nothing but its reasons and timing."""
    known: dict[str, Any] = {}
    if outcome.failure is None:
        known = _judged(outcome.qualification) if outcome.qualification else {}
        known = _with_message(known, outcome.message) if outcome.message else known
    status, reasons = _door(outcome)
    return Prediction(
        id=call_id, tenant=tenant, status=status, reasons=reasons, timing=outcome.timing_s, **known
    )


def _door(outcome: Outcome) -> tuple[Status, tuple[Reason, ...]]:
    """The status with its reasons; a failure is one too."""
    if outcome.failure is not None:
        failed = Reason(code="failed", detail=f"{outcome.failure.stage} : {outcome.failure.error}")
        return "failed", (failed, *outcome.reasons)
    return outcome.status, outcome.reasons


def _judgments(qualification: Qualification) -> dict[str, Judgment]:
    return {**qualification.fields, "intent": qualification.intent, "urgency": qualification.urgency}


def _judged(qualification: Qualification) -> dict[str, Any]:
    judgments = _judgments(qualification)
    return {
        "intent": qualification.intent.value,
        "other_intents": [other.value for other in qualification.other_intents],
        "urgency": qualification.urgency.value,
        "disposition": qualification.disposition,
        "fields": {name: judgment.value for name, judgment in qualification.fields.items()},
        "missing": qualification.missing,
        "instructions": {name: judged.outcome for name, judged in qualification.instructions.items()},
        "confidence": {name: judgment.confidence for name, judgment in judgments.items()},
        "evidence": {name: [_quoted(e) for e in judgment.evidence] for name, judgment in judgments.items()},
    }


def _with_message(known: dict[str, Any], message: Message) -> dict[str, Any]:
    quoted = [_quoted(e, sentence=n) for n, s in enumerate(message.sentences) for e in s.evidence]
    return {**known, "message": message.text, "evidence": {**known.get("evidence", {}), "message": quoted}}


def _quoted(evidence: Evidence, *, sentence: int | None = None) -> PredictedEvidence:
    return PredictedEvidence(**evidence.model_dump(), sentence=sentence)


def read_predictions(path: Path | str) -> list[Prediction]:
    """The predictions of a file, blank lines aside; DefectError at the first line with defects."""
    text = decode(path, read_bytes(path, limit=None))
    lines = enumerate(text.split("\n"), start=1)
    return [_predicted(path, line, number) for number, line in lines if line.strip()]


def _predicted(path: Path | str, text: str, number: int) -> Prediction:
    data = _json_object(path, text, line=number)
    found, findings = validated(data, Prediction, _PREDICTION_MODELS, nullable=_UNKNOWN)
    if found is None or findings:
        raise DefectError(path, [finding.at_line(number) for finding in findings])
    return found


_UNKNOWN: tuple[Loc, ...] = (("intent",), ("urgency",), ("disposition",), ("message",))
_PREDICTION_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Prediction,
    ("reasons",): Reason,
}
