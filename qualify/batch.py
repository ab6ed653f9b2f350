"""Many calls to predictions.jsonl: resumable after a kill, one bad file never stopping the rest.

Beside the predictions, `<out>.run.json` keeps what they were made from, so that no file mixes two runs.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

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
from qualify.errors import InputError
from qualify.llm.settings import EndpointSettings
from qualify.pipeline import CallFacts, Engines, handle_recording, handle_transcript, told
from qualify.records import Failure, Outcome, Record
from qualify.tenant import Tenant, read_bytes

_LINE_START = b'{"id":"'


@dataclass(frozen=True)
class Job:
    """One call to handle; `handle` raises QualifyError where it can't even be begun."""

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
    tenants: dict[str, str]
    """SHA-256 of each tenant's instructions."""
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


def folder_jobs(folder: Path, tenant: Tenant, engines: Engines) -> list[Job]:
    """A job for each recording in a folder, all of one tenant; other files are not looked at.

    A call is named by its file without the suffix, with it where two recordings differ in nothing else.
    """
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in AUDIO_SUFFIXES)
    if not paths:
        raise InputError(
            folder, "", "aucun enregistrement", f"des fichiers {' '.join(sorted(AUDIO_SUFFIXES))}"
        )
    stems = Counter(path.stem for path in paths)

    def job(path: Path) -> Job:
        name = path.stem if stems[path.stem] == 1 else path.name
        return Job(name, tenant.id, lambda: handle_recording(path, tenant, engines, CallFacts()))

    return [job(path) for path in paths]


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
    now, then = origin.model_dump(), before.model_dump()
    if other := [_ORIGIN[key] for key in now if now[key] != then[key]]:
        raise InputError(
            out, "--out", f"prédictions commencées avec autre chose : {', '.join(other)}", expected
        )


_ORIGIN = {
    "source": "la source",
    "mode": "le mode (tours écrits ou audio)",
    "speech_model": "le modèle de parole",
    "llm": "le modèle de langage",
    "tenants": "les consignes",
    "version": "la version de qualify",
}


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
    was begun from another `origin` (None: whatever it was made from).
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
            _replace(_origin_file(out), [origin])
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
    except Exception as error:  # neither a bad file nor a defect of ours may cost the calls after it
        return Outcome(status="failed", failure=Failure(stage="input", error=told(error)))
