"""Many calls to predictions.jsonl: resumable after a kill, one bad file never stopping the rest.

Beside the predictions, `<out>.run.json` keeps what they were made from, so that no file mixes two runs.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TextIO

from pydantic import AfterValidator, BeforeValidator, Field

from qualify import __version__
from qualify.dataset import (
    AUDIO_SUFFIXES,
    CallFile,
    CallInput,
    Dataset,
    Prediction,
    prediction,
    to_transcript,
)
from qualify.errors import InputError, QualifyError
from qualify.llm.settings import EndpointSettings
from qualify.pipeline import CallFacts, Engines, handle_recording, handle_transcript, told
from qualify.records import Failure, Outcome, Record
from qualify.tenant import DefectError, Tenant, load_tenant, read_bytes
from qualify.tenant.defects import Defect, Finding, did_you_mean, fault, kind_of, refuse, validated
from qualify.tenant.model import Slug
from qualify.tenant.reading import decode

_LINE_START = b'{"id":"'
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


class StoppedError(QualifyError):
    """A run can't go on, whatever call comes next; what is done is kept."""


@dataclass(frozen=True)
class Job:
    """One call to handle; `handle` raises QualifyError where it can't even be begun, StoppedError where
    no other call can be handled either."""

    id: str
    tenant: str
    handle: Callable[[], Outcome]

    @property
    def key(self) -> str:
        return f"{self.tenant}/{self.id}"


class Origin(Record):
    """What a file of predictions is made from; a run made from anything else doesn't go on with it."""

    source: str
    """The data set's or folder's full path."""
    mode: Literal["turns", "audio"]
    speech_model: str | None
    """None where nothing is heard."""
    llm: str | None = None
    """SHA-256 of the language model's configuration; None where there is no such model."""
    tenants: dict[str, str] = Field(default={})
    """SHA-256 of each tenant's instructions; none where a server knows them."""
    server: str | None = None
    """Whom the calls are submitted to; None where they are handled here."""
    batches: dict[str, str] = Field(default={})
    """By tenant, the server's batch that the calls join; a run goes on with those it began with."""
    version: str = __version__


def origin_of(
    source: Path,
    tenants: Mapping[str, Tenant],
    *,
    from_audio: bool,
    speech_model: str,
    llm: EndpointSettings | None = None,
) -> Origin:
    """The origin of a run over a data set or a folder of recordings."""
    return Origin(
        source=str(source.resolve()),
        mode="audio" if from_audio else "turns",
        speech_model=speech_model if from_audio else None,
        llm=llm.sha256 if llm else None,
        tenants={name: tenant.sha256 for name, tenant in sorted(tenants.items())},
    )


def facts_of(call: CallInput) -> CallFacts:
    """What the call's file says of it beside its words."""
    return CallFacts(started_at=call.started_at, caller_number=call.caller_number)


def dataset_jobs(dataset: Dataset, engines: Engines, *, from_audio: bool) -> list[Job]:
    """A job for each call of a data set, labels unseen; from its written turns or from its recording."""

    def job(file: CallFile) -> Job:
        def handle() -> Outcome:
            call = dataset.input(file)
            tenant = dataset.tenants[call.tenant]
            if not from_audio:
                return handle_transcript(to_transcript(call), tenant, engines, facts_of(call))
            if file.audio is None:
                found, expected = "aucun enregistrement à côté de l'appel", "un fichier audio de même nom"
                raise InputError(file.path, "", found, expected)
            return handle_recording(file.audio, tenant, engines, facts_of(call))

        return Job(file.path.stem, file.tenant, handle)

    return [job(file) for file in dataset.calls]


def recordings_in(folder: Path) -> list[Path]:
    """The recordings of a folder by name; InputError where there is none. Other files are not looked at."""
    if not folder.is_dir():
        raise InputError(folder, "", "dossier introuvable", "un dossier d'enregistrements")
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in AUDIO_SUFFIXES)
    if not paths:
        raise InputError(
            folder, "", "aucun enregistrement", f"des fichiers {' '.join(sorted(AUDIO_SUFFIXES))}"
        )
    return paths


def folder_jobs(folder: Path, tenant: Tenant, engines: Engines) -> list[Job]:
    """A job for each recording in a folder, all of one tenant.

    A call is named by its file without the suffix, with it where two recordings differ in nothing else.
    """
    paths = recordings_in(folder)
    stems = Counter(path.stem for path in paths)

    def job(path: Path) -> Job:
        name = path.stem if stems[path.stem] == 1 else path.name
        return Job(name, tenant.id, lambda: handle_recording(path, tenant, engines, CallFacts()))

    return [job(path) for path in paths]


# ---------------------------------------------------------------- manifests


def _empty_or_local(value: object) -> datetime | None:
    if value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        fault(kind_of(value), "une date et une heure locales, 2026-11-24T09:30, ou rien")
    return moment


def _empty_or_e164(value: object) -> str | None:
    if value != "" and not _E164.fullmatch(str(value)):
        fault(kind_of(value), "un numéro E.164, par exemple +33612345678, ou rien s'il est masqué")
    return str(value) or None


def _recording(path: str) -> str:
    if Path(path).suffix.lower() not in AUDIO_SUFFIXES:
        fault(kind_of(path), f"le chemin d'un enregistrement {' '.join(AUDIO_SUFFIXES)}")
    return path


class ManifestCall(Record):
    """One line of a manifest."""

    path: Annotated[str, AfterValidator(_recording)]
    """The recording, from the manifest's folder; names the call."""
    tenant: Slug
    started_at: Annotated[datetime | None, BeforeValidator(_empty_or_local)] = None
    """Local time in the tenant's zone."""
    caller_number: Annotated[str | None, BeforeValidator(_empty_or_e164)] = None
    """E.164; None where hidden or unknown."""

    @property
    def facts(self) -> CallFacts:
        return CallFacts(started_at=self.started_at, caller_number=self.caller_number)


class Manifest(NamedTuple):
    """A CSV file that lists recordings: `path`, `tenant` and, where known, `started_at`, `caller_number`."""

    file: Path
    calls: tuple[ManifestCall, ...]
    tenants: dict[str, Tenant]
    """Their instructions, `tenants/<id>.yaml` beside the manifest; empty where they weren't asked for."""

    @classmethod
    def open(cls, file: Path, *, with_tenants: bool) -> Manifest:
        """A manifest, its recordings being there; DefectError with all that is wrong, by line and column.

        Columns are separated by commas or, where the header has one, semicolons.
        """
        calls: dict[int, ManifestCall] = {}
        seen: set[tuple[str, str]] = set()
        defects: list[Defect] = []
        for line, row in _rows(file):
            call, findings = validated(row, ManifestCall, {(): ManifestCall})
            if call is not None:
                calls[line] = call
            if ("path",) not in {finding.loc for finding in findings}:
                findings += _path_findings(file, row, seen)
            defects += [finding.at_line(line) for finding in findings]
        if not calls and not defects:
            refuse(file, "aucun appel", "une ligne par enregistrement, après l'en-tête")
        tenants = _instructions(file, calls, defects) if with_tenants else {}
        if defects:
            raise DefectError(file, sorted(defects, key=lambda defect: defect.line or 0))
        return cls(file, tuple(calls.values()), tenants)

    def recording(self, call: ManifestCall) -> Path:
        """Where the call's recording is."""
        return self.file.parent / call.path


def manifest_jobs(manifest: Manifest, engines: Engines) -> list[Job]:
    """A job for each recording of a manifest; a call is named by its path as it is written there."""

    def job(call: ManifestCall) -> Job:
        tenant, path = manifest.tenants[call.tenant], manifest.recording(call)
        return Job(call.path, tenant.id, lambda: handle_recording(path, tenant, engines, call.facts))

    return [job(call) for call in manifest.calls]


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines below the header, each with its number, blank ones aside; cells beyond it by theirs.

    DefectError where the header isn't that of a manifest.
    """
    text = decode(file, read_bytes(file, limit=None))
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(file, header)
        for cells in reader:
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
            beyond = enumerate(cells[len(header) :], start=len(header) + 1)
            row |= {f"colonne {number}": cell for number, cell in beyond if cell.strip()}
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error:
        refuse(file, "ligne illisible", "du CSV, guillemets fermés", line=reader.line_num)


def _check_header(file: Path, header: Sequence[str]) -> None:
    known = list(ManifestCall.model_fields)
    expected = f"les colonnes path et tenant et, au choix, {' et '.join(known[2:])}, chacune une fois"
    for name in header:
        if name not in known or header.count(name) > 1:
            refuse(file, f"colonne « {name} »{did_you_mean(name, known)}", expected, line=1)
    if not {"path", "tenant"} <= set(header):
        refuse(file, "colonne path ou tenant absente", expected, line=1)


def _path_findings(file: Path, row: dict[str, str], seen: set[tuple[str, str]]) -> Iterator[Finding]:
    """What is wrong with where a line's recording is; notes its tenant and path among those seen."""
    path, tenant = row["path"], row.get("tenant", "")
    if not (file.parent / path).is_file():
        yield Finding(("path",), f"« {path} » introuvable", "un chemin à partir du dossier du manifeste")
    if (tenant, path) in seen:
        yield Finding(("path",), f"« {path} » deux fois pour ce client", "une ligne par appel")
    seen.add((tenant, path))


def _instructions(file: Path, calls: Mapping[int, ManifestCall], defects: list[Defect]) -> dict[str, Tenant]:
    """Each tenant's instructions; those that can't be used are a defect of the first line that names them."""
    tenants: dict[str, Tenant] = {}
    first_line = {call.tenant: line for line, call in reversed(list(calls.items()))}
    for name, line in first_line.items():
        path = file.parent / "tenants" / f"{name}.yaml"
        try:
            tenants[name] = load_tenant(path)
            found = "" if tenants[name].id == name else f"{path} est de « {tenants[name].id} »"
        except InputError as error:
            found = f"{error.path}, {error.key} : {error.found}" if error.key else f"{path} : {error.found}"
        if found:
            expected = f"des consignes utilisables dans tenants/{name}.yaml, à côté du manifeste"
            defects.append(Finding(("tenant",), found, expected).at_line(line))
    return tenants


# ---------------------------------------------------------------- predictions


def done_before(out: Path, origin: Origin | None = None) -> dict[str, Prediction]:
    """The predictions of an earlier run; failed ones, to be tried again, and a line cut short are dropped.

    Raises InputError, and leaves the file as it is, where it holds anything else or has another origin.
    """
    if not out.exists():
        return {}
    whole = read_bytes(out, limit=None)
    *lines, cut = whole.split(b"\n")
    found = [_known(out, line, number) for number, line in enumerate(lines, start=1)]
    if not cut.startswith(_LINE_START[: len(cut)]):
        raise _foreign(out, len(lines) + 1)
    if whole and origin is not None:
        _check_origin(out, origin)
    kept = {f"{known.tenant}/{known.id}": known for known in found if known.status != "failed"}
    with _writing(out):
        if cut:
            os.truncate(out, len(whole) - len(cut))
        if any(known.status == "failed" for known in found):
            _replace(out, kept.values())
    return kept


def _origin_file(out: Path) -> Path:
    return out.with_name(f"{out.name}.run.json")


def _check_origin(out: Path, origin: Origin) -> None:
    """InputError where the predictions in `out` were made from something else, or it isn't known."""
    expected = "la même commande qu'à son début, ou un autre --out"
    try:
        before = Origin.model_validate_json(_origin_file(out).read_bytes())
    except (OSError, ValueError):
        found = (
            f"prédictions dont l'origine n'est pas connue ({_origin_file(out).name} manque ou est illisible)"
        )
        raise InputError(out, "--out", found, expected) from None
    if other := _differences(before, origin):
        raise InputError(
            out, "--out", f"prédictions commencées avec autre chose : {', '.join(other)}", expected
        )


_ORIGIN = {
    "source": "la source",
    "mode": "le mode (tours écrits ou audio)",
    "speech_model": "le modèle de parole",
    "llm": "le modèle de langage",
    "tenants": "les consignes",
    "server": "le serveur",
    "version": "la version de qualify",
}
"""What must be the same for a run to go on."""


def _differences(before: Origin, now: Origin) -> list[str]:
    return [name for key, name in _ORIGIN.items() if getattr(before, key) != getattr(now, key)]


def batches_before(out: Path, origin: Origin) -> dict[str, str]:
    """By tenant, the server's batches of an earlier run of the same origin; empty where there was none."""
    try:
        before = Origin.model_validate_json(_origin_file(out).read_bytes())
    except (OSError, ValueError):
        return {}
    return {} if _differences(before, origin) else before.batches


def keep_origin(out: Path, origin: Origin) -> None:
    """Note what `out` is going to be made from; InputError where it cannot be written."""
    with _writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        _replace(_origin_file(out), [origin])


def _replace(path: Path, records: Iterable[Record]) -> None:
    """Write one record a line; a kill leaves the old file or the new one."""
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{record.model_dump_json()}\n" for record in records)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _known(out: Path, line: bytes, number: int) -> Prediction:
    try:
        return Prediction.model_validate_json(line)
    except ValueError as error:
        raise _foreign(out, number) from error


def _foreign(out: Path, number: int) -> InputError:
    return InputError(
        out, f"ligne {number}", "ce n'est pas une prédiction", "une prédiction, ou un autre --out"
    )


def run(jobs: Sequence[Job], out: Path, *, origin: Origin | None = None) -> Iterator[Prediction]:
    """Handle the jobs that `out` lacks and append each one's line, on disk before the next is begun.

    Yields every job's prediction in order, those of an earlier run too; in the end the lines are in that
    order as well. Raises InputError where `out` cannot be written, holds anything but predictions, or
    was begun from another `origin` (None: whatever it was made from); StoppedError as a job does.
    """
    done = done_before(out, origin)
    place = {key: index for index, key in enumerate(dict.fromkeys(job.key for job in jobs))}
    with _appending(out, origin) as file:
        for job in jobs:
            made = done.get(job.key)
            if made is None:
                made = done[job.key] = prediction(job.id, job.tenant, _outcome(job))
                file.write(f"{made.model_dump_json()}\n")
                file.flush()
                os.fsync(file.fileno())
            yield made
    if (ordered := sorted(done, key=lambda key: place.get(key, len(place)))) != list(done):
        with _writing(out):
            _replace(out, [done[key] for key in ordered])


def _appending(out: Path, origin: Origin | None) -> TextIO:
    with _writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        file = out.open("a", encoding="utf-8", newline="\n")
    if origin is not None:
        keep_origin(out, origin)
    return file


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            out, "--out", f"écriture impossible ({error.strerror})", "un fichier d'un dossier accessible"
        ) from error


def _outcome(job: Job) -> Outcome:
    try:
        return job.handle()
    except StoppedError:
        raise
    except Exception as error:  # neither a bad file nor a defect of ours may cost the calls after it
        return Outcome(status="failed", failure=Failure(stage="input", error=told(error)))
