"""The training material as days said, each with its clues and whether it is the one asked for."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from models.material.fill import Filler
from qualify.dataset import Dataset, LabeledCall, to_transcript
from qualify.drafting.facts import fold
from qualify.records import Maker, Transcript, Turn
from qualify.understanding.fields.asked_days import AskedDay, asked_days
from qualify.understanding.fields.window import CallTurns

FIELD = "requested_datetime"
HELD_OUT = frozenset(["pediatrie-les-tilleuls", "courtage-bellec", "locamat-isere", "gestion-faubourg"])
"""Tenants of the labeled calls that only measuring may read."""
MARKED = ("calls-1", "calls-2")
"""Files of the corpus whose calls mark the words of the field."""
_SPEAKERS = {"A": "agent", "C": "caller"}
_HOURS = {day: ["08:30-12:30", "14:00-18:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Said:
    """A day of a call and whether it is the one asked for."""

    day: AskedDay
    asked: bool


@dataclass(frozen=True)
class DayCall:
    """A call: where it comes from, its days, and the labeled value, None where none is."""

    source: str
    wanted: str | None
    days: tuple[Said, ...]


def labeled_calls(folder: Path, *, held_out: bool = False) -> Iterator[DayCall]:
    """The labeled calls, of the tenants held out or of the others."""
    data = Dataset.open(folder)
    for file, call in data.labeled():
        if not isinstance(call, LabeledCall) or not call.labels or (file.tenant in HELD_OUT) != held_out:
            continue
        hours = data.tenants[file.tenant].opening_hours
        days = asked_days(
            CallTurns.of(to_transcript(call), call.started_at), hours.model_dump() if hours else {}
        )
        label = call.labels.fields.get(FIELD)
        wanted = None if label is None else str(label)
        yield DayCall(
            file.tenant, wanted, tuple(Said(d, wanted is not None and _same(d, wanted)) for d in days)
        )


def _same(day: AskedDay, wanted: str) -> bool:
    if _ISO.match(wanted):
        return day.value[:10] == wanted[:10]
    return fold(day.value) == fold(wanted)


def marked_calls(folder: Path) -> Iterator[DayCall]:
    """The calls of the corpus that mark the field, each filled once, at some hour of an autumn."""
    for stem in MARKED:
        document = yaml.load((folder / f"{stem}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for number, call in enumerate(document["calls"]):
            rng = random.Random(f"{stem}-{number}")
            filler = Filler(rng)
            started_at = _some_time(rng)
            transcript = _transcript([filler.fill(turn) for turn in call["turns"]])
            marks = [(m["turn"], filler.fill(m["text"])) for m in call["mentions"] if m["field"] == FIELD]
            days = asked_days(CallTurns.of(transcript, started_at), _HOURS)
            yield DayCall(
                f"{stem}-{number}", None, tuple(Said(d, _marked(d, marks, transcript)) for d in days)
            )


def _marked(day: AskedDay, marks: list[tuple[int, str]], transcript: Transcript) -> bool:
    """Whether a mention of the day overlaps words marked in its turn."""
    for turn, words in marks:
        start = transcript.turns[turn].text.find(words)
        if any(m.turn == turn and m.start < start + len(words) and start < m.end for m in day.mentions):
            return True
    return False


def written_exchanges(path: Path) -> Iterator[DayCall]:
    """The exchanges written for this model, each at some hour of an autumn; brackets mark the day asked for."""
    for number, turns in enumerate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)):
        started_at = _some_time(random.Random(f"{path.stem}-{number}"))
        marks = [(i, mark) for i, turn in enumerate(turns) for mark in re.findall(r"\[(.+?)\]", turn)]
        transcript = _transcript([re.sub(r"[\[\]]", "", turn) for turn in turns])
        days = asked_days(CallTurns.of(transcript, started_at), _HOURS)
        yield DayCall(
            f"{path.stem}-{number}", None, tuple(Said(d, _marked(d, marks, transcript)) for d in days)
        )


def _some_time(rng: random.Random) -> datetime:
    return datetime(2026, 9, 1, 8) + timedelta(days=rng.randint(0, 120), minutes=rng.randint(0, 600))


def _transcript(turns: list[str]) -> Transcript:
    said: list[Any] = [Turn(speaker=_SPEAKERS[turn[0]], text=turn[2:].strip() or ",") for turn in turns]  # type: ignore[arg-type]
    return Transcript(turns=tuple(said), made_by=Maker(engine="corpus", version="1"))
