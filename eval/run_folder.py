"""A run's folder: what was made of each call of a data set, by what, and how it scored.

    run.json            how it was made: engines, weights, prompts, packages, commit, machine (`Run`)
    predictions.jsonl   one line a call, in the words of the labels
    transcripts.jsonl   only from audio: what was heard (`Heard`)
    usage.jsonl         what each call took and what made it (`Taken`)
    scores.jsonl        one line a call: every score with its reason
    costs.json          the hidden cost
    report.html         all of it for people

A file is replaced as a whole, or grows by whole lines: a kill leaves what was there, or one line cut short,
which the next start drops.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from qualify.errors import InputError
from qualify.records import Maker, Record, Speaker, Usage
from qualify.tenant import read_bytes

from .provenance import Run
from .scoring import Key


class CallLine(Record):
    """A line that belongs to a call."""

    id: str
    tenant: str

    @property
    def key(self) -> Key:
        return self.tenant, self.id


class Taken(CallLine):
    """What one call took, and what made it."""

    made_by: dict[str, Maker] = Field(default={})
    """By stage: `transcription`, `understanding`, `drafting`."""
    usage: tuple[Usage, ...] = ()
    """What endpoints were asked."""
    memory_mib: float | None = None
    """The most memory that the process held meanwhile; None where the system doesn't tell."""


class HeardTurn(Record):
    """What a party was heard to say."""

    speaker: Speaker
    text: str


class Heard(CallLine):
    """The transcript that the engine made of a recording."""

    turns: tuple[HeardTurn, ...]


_Line = TypeVar("_Line", bound=CallLine)


@dataclass(frozen=True)
class RunFolder:
    """Where a run's files lie; none need be there."""

    path: Path

    @property
    def card(self) -> Path:
        return self.path / "run.json"

    @property
    def predictions(self) -> Path:
        return self.path / "predictions.jsonl"

    @property
    def transcripts(self) -> Path:
        return self.path / "transcripts.jsonl"

    @property
    def usage(self) -> Path:
        return self.path / "usage.jsonl"

    @property
    def scores(self) -> Path:
        return self.path / "scores.jsonl"

    @property
    def costs(self) -> Path:
        return self.path / "costs.json"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    def read_card(self) -> Run | None:
        """How the run was made; None where nothing says it, InputError where `run.json` is none."""
        if not self.card.is_file():
            return None
        try:
            return Run.model_validate_json(read_bytes(self.card, limit=None))
        except ValidationError as error:
            key = ".".join(str(part) for part in error.errors()[0]["loc"])
            expected = "le run.json d'un passage de cette version, ou un autre dossier"
            raise InputError(self.card, key, "description de passage illisible", expected) from error

    def write_card(self, run: Run) -> None:
        """Replace `run.json`."""
        write_whole(self.card, [run.model_dump_json(indent=2)])


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Replace a file by these lines; a kill leaves the old or the new one. InputError where that fails."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def append(path: Path, line: CallLine) -> None:
    """Add a call's line, on disk before this returns; InputError where that fails."""
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{line.model_dump_json()}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> InputError:
    expected = "un fichier d'un dossier accessible"
    return InputError(path, "--out", f"écriture impossible ({error.strerror})", expected)


def read_lines(path: Path, model: type[_Line]) -> dict[Key, _Line]:
    """The last line of each call; empty without the file, InputError at a line that is none.

    What follows the last line break was cut short by a kill, and is left out.
    """
    if not path.is_file():
        return {}
    *lines, _ = read_bytes(path, limit=None).split(b"\n")
    found = [_line(path, text, number, model) for number, text in enumerate(lines, start=1) if text.strip()]
    return {line.key: line for line in found}


def _line(path: Path, text: bytes, number: int, model: type[_Line]) -> _Line:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        expected = f"un objet JSON avec les clés {', '.join(model.model_fields)}"
        raise InputError(path, f"ligne {number}", "ligne illisible", expected) from error


def tidy(path: Path, model: type[_Line], order: Sequence[Key]) -> None:
    """Keep one line for each call of `order`, in that order; a file that is not there stays so."""
    if path.is_file():
        known: Mapping[Key, _Line] = read_lines(path, model)
        write_whole(path, (known[key].model_dump_json() for key in order if key in known))
