"""What a run was made with and on: data set, engines, packages, commit, machine, seeds."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Literal

import torch

from qualify import __version__
from qualify.dataset import Dataset
from qualify.doctor import PACKAGES
from qualify.llm.settings import EndpointSettings
from qualify.records import Maker, Record

from . import intervals
from .cost import simulate

ROOT = Path(__file__).parents[1]
"""Where the code lies; its commit is only known where this is a repository's own folder."""
LIBRARIES = (
    *PACKAGES,
    *("numpy", "pydantic", "phonenumbers", "text2num", "email-validator", "rapidfuzz", "openai"),
)
"""Packages that have a say in what is predicted or scored."""
SEEDS = {"bootstrap": intervals.SEED, "hidden_cost": simulate.SEED}


class Data(Record):
    """A data set as it was."""

    path: str
    """As the command named it."""
    sha256: str
    """Over the names and contents of all files read, recordings only where they are."""
    tenants: int
    calls: int
    without_recording: int = 0
    """Calls left out of a run from audio, as they have none."""


class MadeBy(Record):
    """A maker seen in the run's records, and of how many calls."""

    stage: str
    engine: str
    version: str
    weights_sha256: str | None
    prompt: str | None
    prompt_version: str | None
    calls: int


class Commit(Record):
    """Where the code stood."""

    sha: str
    dirty: bool
    """Whether tracked files differed from it."""


class Hardware(Record):
    """The hardware; `cores` are those that the process may use."""

    cpu: str
    cores: int
    memory_gib: float | None
    accelerator: str | None
    system: str


class Start(Record):
    """What one start of a run ran on and with."""

    packages: dict[str, str]
    commit: Commit | None
    hardware: Hardware
    python: str
    seeds: dict[str, int]


class Run(Start):
    """How the predictions of a run folder were made, and what they were scored on."""

    version: str = __version__
    mode: Literal["turns", "audio", "given"]
    """From written turns, from recordings, or predictions of which nothing more is known."""
    dataset: Data
    speech_model: str | None = None
    llm: EndpointSettings | None = None
    """The endpoint's configuration; keys are never in it."""
    instructions: dict[str, str]
    """SHA-256 of each tenant's instructions."""
    makers: tuple[MadeBy, ...] = ()
    workers: int = 1
    started: datetime | None = None
    ended: datetime | None = None
    """None where the run was cut short."""
    seconds: float | None = None
    """Of the last start, loading of the engines included."""
    resumed: int = 0
    """Calls that an earlier start had handled already."""
    earlier: tuple[Start, ...] = ()
    """Earlier starts that ran on or with something else than the last one."""
    rescored_on: Data | None = None
    """The data set by which `qualify eval score` scored anew."""


def here() -> Start:
    """What this process runs on and with."""
    return Start(
        packages=packages(),
        commit=commit(),
        hardware=hardware(),
        python=platform.python_version(),
        seeds=SEEDS,
    )


def earlier_starts(before: Run, now: Run) -> tuple[Start, ...]:
    """The starts of a run that now goes on, as far as they ran on or with something else."""
    last = _start(before)
    return before.earlier if last == _start(now) or last in before.earlier else (*before.earlier, last)


def _start(run: Run) -> Start:
    return Start(**{name: getattr(run, name) for name in Start.model_fields})


def data_of(dataset: Dataset, *, path: Path, audio: bool = False, without_recording: int = 0) -> Data:
    """The data set with the hash of its files, recordings too where `audio`."""
    files = sorted((dataset.folder / "tenants").glob("*.yaml"))
    for call in dataset.calls:
        files += [call.path, *([call.audio] if audio and call.audio else [])]
    return Data(
        path=str(path),
        sha256=hashed(files, dataset.folder),
        tenants=len(dataset.tenants),
        calls=len(dataset.calls),
        without_recording=without_recording,
    )


def hashed(files: Iterable[Path], folder: Path) -> str:
    """SHA-256 over the names, relative to `folder`, and contents of files."""
    whole = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()


def makers_seen(made_by: Iterable[Mapping[str, Maker]]) -> tuple[MadeBy, ...]:
    """Every maker of the calls' records, instructions aside, by stage and the most frequent first."""
    seen: Counter[tuple[str, Maker]] = Counter()
    for call in made_by:
        seen.update(
            (stage, maker.model_copy(update={"instructions_sha256": None})) for stage, maker in call.items()
        )
    stages = list(dict.fromkeys(stage for stage, _ in seen))
    ordered = sorted(seen.items(), key=lambda item: (stages.index(item[0][0]), -item[1]))
    return tuple(
        MadeBy(stage=stage, calls=calls, **maker.model_dump(exclude={"instructions_sha256"}))
        for (stage, maker), calls in ordered
    )


def packages() -> dict[str, str]:
    """The installed versions of `LIBRARIES`; those that are not there are left out."""
    installed = {}
    for name in LIBRARIES:
        try:
            installed[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return installed


def commit(root: Path = ROOT) -> Commit | None:
    """The commit of the repository whose folder is `root`; None where it is none, or there is no git."""
    if _git(root, "rev-parse", "--show-toplevel") != str(root):
        return None
    sha = _git(root, "rev-parse", "HEAD")
    if not sha:
        return None
    return Commit(sha=sha, dirty=_git(root, "status", "--porcelain", "--untracked-files=no") != "")


def _git(root: Path, *command: str) -> str | None:
    try:
        done = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def hardware() -> Hardware:
    """This machine."""
    return Hardware(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gib=_memory_gib(),
        accelerator=torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        system=platform.platform(),
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None
