"""Many calls to predictions.jsonl: resumable after a kill, one bad file never stopping the rest."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

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
from qualify.pipeline import CallFacts, Engines, handle_recording, handle_transcript, told
from qualify.records import Failure, Outcome
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


def done_before(out: Path) -> dict[str, Prediction]:
    """The predictions that an earlier run wrote; a last line that a kill cut short is dropped.

    Raises InputError, and leaves the file as it is, where it holds anything else.
    """
    if not out.exists():
        return {}
    whole = read_bytes(out, limit=None)
    *lines, cut = whole.split(b"\n")
    found = [_known(out, line, number) for number, line in enumerate(lines, start=1)]
    if not cut.startswith(_LINE_START[: len(cut)]):
        raise _foreign(out, len(lines) + 1)
    if cut:
        os.truncate(out, len(whole) - len(cut))
    return {f"{known.tenant}/{known.id}": known for known in found}


def _known(out: Path, line: bytes, number: int) -> Prediction:
    try:
        return Prediction.model_validate_json(line)
    except ValueError as error:
        raise _foreign(out, number) from error


def _foreign(out: Path, number: int) -> InputError:
    return InputError(
        out, f"ligne {number}", "ce n'est pas une prédiction", "une prédiction, ou un autre --out"
    )


def run(jobs: Sequence[Job], out: Path) -> Iterator[Prediction]:
    """Handle the jobs that `out` lacks and append each one's line, on disk before the next is begun.

    Yields every job's prediction in order, those of an earlier run too. Raises InputError where `out`
    cannot be written or holds anything but predictions.
    """
    done = done_before(out)
    with _appending(out) as file:
        for job in jobs:
            made = done.get(job.key)
            if made is None:
                made = done[job.key] = prediction(job.id, job.tenant, _outcome(job))
                file.write(f"{made.model_dump_json()}\n")
                file.flush()
                os.fsync(file.fileno())
            yield made


def _appending(out: Path) -> TextIO:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return out.open("a", encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            out, "--out", f"écriture impossible ({error.strerror})", "un fichier d'un dossier accessible"
        ) from error


def _outcome(job: Job) -> Outcome:
    try:
        return job.handle()
    except Exception as error:  # neither a bad file nor a defect of ours may cost the calls after it
        return Outcome(status="failed", failure=Failure(stage="input", error=told(error)))
