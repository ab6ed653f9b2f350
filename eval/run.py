"""A run: every call of a data set handled, labels unseen, into a run folder that a kill does not spoil."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import torch

from qualify import batch, engines
from qualify.batch import Job
from qualify.dataset import Dataset, Prediction
from qualify.errors import InputError, QualifyError
from qualify.llm.settings import EndpointSettings
from qualify.pipeline import told
from qualify.records import Failure, Maker, Outcome

from . import provenance
from .provenance import Run
from .run_folder import Heard, HeardTurn, RunFolder, Taken, append, read_lines, tidy
from .scoring import Key

_PEAK_RESET, _PROCESS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a run is made of."""

    dataset: Path
    from_audio: bool = False
    speech_model: str = engines.EMBEDDED
    llm: EndpointSettings | None = None
    workers: int = 1
    """Calls handled at a time, each by a process of its own where there are several."""


class Handled(NamedTuple):
    """A call's outcome, and what it took."""

    outcome: Outcome
    memory_mib: float | None
    """The most memory that the process held meanwhile; None where the system doesn't tell."""


def opened(folder: Path, *, from_audio: bool) -> tuple[Dataset, tuple[Key, ...]]:
    """The data set and the calls left out of it: from audio, those without a recording.

    InputError where there is no data set, or from audio no recording.
    """
    dataset = Dataset.open(folder)
    if not from_audio:
        return dataset, ()
    heard = tuple(call for call in dataset.calls if call.audio is not None)
    if not heard:
        raise InputError(
            folder, "", "aucun enregistrement", "des fichiers audio à côté des appels, de même nom"
        )
    mute = tuple((call.tenant, call.path.stem) for call in dataset.calls if call.audio is None)
    return dataset._replace(calls=heard), mute


def defects(dataset: Dataset) -> list[InputError]:
    """All that keeps the data set from being scored: unusable instructions, unusable or unlabeled calls."""
    found = list(dataset.errors)
    for file, call in dataset.labeled():
        if isinstance(call, InputError):
            found += [] if call in dataset.errors else [call]
        elif call.labels is None:
            found.append(InputError(file.path, "labels", "pas d'étiquettes", "un appel étiqueté"))
    return found


def run(
    setup: Setup, dataset: Dataset, folder: RunFolder, *, mute: Sequence[Key] = ()
) -> Iterator[Prediction]:
    """Handle the calls that the folder lacks; yields every call's prediction, earlier ones too, in order.

    `dataset` and `mute` are those that `opened` gives. A finished run stays as it is. InputError where the
    folder was begun from something else, or cannot be written; EngineError where an engine can't be loaded.
    """
    begun = time.perf_counter()
    card = _card(setup, dataset, len(mute))
    before, origin = _same_data(folder, card), _origin(setup, dataset)
    done = batch.done_before(folder.predictions, origin)
    jobs = _jobs(setup, dataset)
    order = [(job.tenant, job.id) for job in jobs]
    pending = [job for job in jobs if job.key not in done]
    if before is not None and before.ended is not None and not pending:
        yield from batch.run(jobs, folder.predictions, origin=origin)
        return
    card = _going_on(card, before, resumed=len(done))
    folder.write_card(card)
    _tidy(folder, order)
    with _handlers(setup, pending) as handlers:
        noted = [_noting(job, handlers.get(job.key), setup, folder) for job in jobs]
        yield from batch.run(noted, folder.predictions, origin=origin)
    _tidy(folder, order)
    finished = {
        "makers": provenance.makers_seen(t.made_by for t in read_lines(folder.usage, Taken).values()),
        "ended": datetime.now(UTC),
        "seconds": round(time.perf_counter() - begun, 3),
    }
    folder.write_card(card.model_copy(update=finished))


def _origin(setup: Setup, dataset: Dataset) -> batch.Origin:
    return batch.origin_of(
        setup.dataset,
        dataset.tenants,
        from_audio=setup.from_audio,
        speech_model=setup.speech_model,
        llm=setup.llm,
    )


def _going_on(card: Run, before: Run | None, *, resumed: int) -> Run:
    """The card of this start, with what is known of earlier ones."""
    if before is None:
        return card.model_copy(update={"started": datetime.now(UTC)})
    earlier = provenance.earlier_starts(before, card)
    return card.model_copy(update={"started": before.started, "resumed": resumed, "earlier": earlier})


def _card(setup: Setup, dataset: Dataset, without_recording: int) -> Run:
    """What is known of a run before it begins."""
    return Run(
        mode="audio" if setup.from_audio else "turns",
        dataset=provenance.data_of(
            dataset, path=setup.dataset, audio=setup.from_audio, without_recording=without_recording
        ),
        speech_model=setup.speech_model if setup.from_audio else None,
        llm=setup.llm,
        instructions={name: tenant.sha256 for name, tenant in sorted(dataset.tenants.items())},
        workers=setup.workers,
        **provenance.here().model_dump(),
    )


def _same_data(folder: RunFolder, card: Run) -> Run | None:
    """The card of an earlier start; InputError where the data set has changed since, or the mode."""
    before = folder.read_card()
    if before is not None and before.dataset.sha256 != card.dataset.sha256:
        expected = "le même jeu de données, un autre --out, ou « qualify eval score » pour noter à nouveau"
        raise InputError(folder.path, "--out", "passage commencé sur d'autres fichiers d'appels", expected)
    return before


def _tidy(folder: RunFolder, order: Sequence[Key]) -> None:
    tidy(folder.transcripts, Heard, order)
    tidy(folder.usage, Taken, order)


# ---------------------------------------------------------------- calls


def _jobs(setup: Setup, dataset: Dataset) -> list[Job]:
    chosen = engines.load(speech_model=setup.speech_model, llm=setup.llm)
    if setup.from_audio:
        chosen.speech()
    return batch.dataset_jobs(dataset, chosen, from_audio=setup.from_audio)


@contextmanager
def _handlers(setup: Setup, pending: Sequence[Job]) -> Iterator[dict[str, Callable[[], Handled]]]:
    """What handles each pending call, by the job's key: here, or ahead of time in processes of their own."""
    if setup.workers <= 1:
        yield {job.key: _here(job) for job in pending}
        return
    pool = ProcessPoolExecutor(setup.workers, mp_context=get_context("spawn"))
    try:
        yield {job.key: pool.submit(_elsewhere, setup, job.key).result for job in pending}
    finally:
        pool.shutdown(cancel_futures=True)


def _here(job: Job) -> Callable[[], Handled]:
    return lambda: measured(job.handle)


def _elsewhere(setup: Setup, key: str) -> Handled:
    """A call handled by this process, which loads the engines once."""
    return measured(_jobs_of_process(setup)[key].handle)


@cache
def _jobs_of_process(setup: Setup) -> dict[str, Job]:
    torch.set_num_threads(1)
    dataset, _ = opened(setup.dataset, from_audio=setup.from_audio)
    return {job.key: job for job in _jobs(setup, dataset)}


def measured(handle: Callable[[], Outcome]) -> Handled:
    """The call handled, with the process's memory; one that can't be begun is a failed call."""
    known = _forget_peak()
    try:
        outcome = handle()
    except QualifyError as error:
        outcome = Outcome(status="failed", failure=Failure(stage="input", error=told(error)))
    return Handled(outcome, _peak_mib() if known else None)


def _forget_peak() -> bool:
    """Have Linux measure the process's peak of memory from now on; whether it does."""
    try:
        _PEAK_RESET.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _peak_mib() -> float | None:
    lines = _PROCESS.read_text(encoding="utf-8").splitlines()
    kib = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), None)
    return None if kib is None else round(int(kib) / 1024, 1)


def _noting(job: Job, handle: Callable[[], Handled] | None, setup: Setup, folder: RunFolder) -> Job:
    """The job, whose records' makers, usage and transcript are on disk before its prediction is."""
    if handle is None:
        return job

    def noted() -> Outcome:
        made = handle()
        taken = Taken(
            id=job.id,
            tenant=job.tenant,
            made_by=_made_by(made.outcome),
            usage=made.outcome.usage,
            memory_mib=made.memory_mib,
        )
        append(folder.usage, taken)
        if setup.from_audio and made.outcome.transcript is not None:
            turns = tuple(HeardTurn(speaker=t.speaker, text=t.text) for t in made.outcome.transcript.turns)
            append(folder.transcripts, Heard(id=job.id, tenant=job.tenant, turns=turns))
        return made.outcome

    return replace(job, handle=noted)


def _made_by(outcome: Outcome) -> dict[str, Maker]:
    records = {
        "transcription": outcome.transcript,
        "understanding": outcome.qualification,
        "drafting": outcome.message,
    }
    return {stage: record.made_by for stage, record in records.items() if record is not None}
