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
    """A call: where it comes from, its days, and the value that is right, None where none is."""

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
            CallTurns.of(to_transcript(data.input(file)), call.started_at),
            hours.model_dump() if hours else {},
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


def judged_calls(corpus: Path, judged: Path) -> Iterator[DayCall]:
    """The calls of the corpus's trades, each filled once, whose days are judged in a file of this folder."""
    for trade, judgments in yaml.load(judged.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).items():
        document = yaml.load((corpus / f"{trade}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for number, call in enumerate(document["calls"]):
            turn, words = judgments.get(number, (0, ""))
            if words != "unsure":
                marks = [(turn, words)] if words else []
                yield _filled(f"{trade}-{number}", call["turns"], marks, source=trade)


def _filled(name: str, turns: list[str], marks: list[tuple[int, str]], *, source: str) -> DayCall:
    rng = random.Random(name)
    filler, started_at = Filler(rng), _some_time(rng)
    return _call([filler.fill(turn) for turn in turns], marks, source=source, started_at=started_at)


def _call(turns: list[str], marks: list[tuple[int, str]], *, source: str, started_at: datetime) -> DayCall:
    transcript = _transcript(turns)
    days = asked_days(CallTurns.of(transcript, started_at), _HOURS)
    said = tuple(Said(d, _marked(d, marks, transcript)) for d in days)
    found = next((d.day.value for d in said if d.asked), None)
    return DayCall(source, found or next((words for _, words in marks), None), said)


def _marked(day: AskedDay, marks: list[tuple[int, str]], transcript: Transcript) -> bool:
    """Whether a mention of the day overlaps words marked in its turn."""
    for turn, words in marks:
        start = transcript.turns[turn].text.find(words)
        if any(m.turn == turn and m.start < start + len(words) and start < m.end for m in day.mentions):
            return True
    return False


def written_exchanges(path: Path) -> Iterator[DayCall]:
    """The exchanges written for this model, each at some hour of an autumn; brackets mark the day asked for,
    braces when to call back, which is none.

    A file is a list, or a mapping of trades, which are then the sources of their exchanges.
    """
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    trades = document if isinstance(document, dict) else {path.stem: document}
    for trade, exchanges in trades.items():
        for number, turns in enumerate(exchanges):
            yield _exchange(turns, source=trade, started_at=_some_time(random.Random(f"{trade}-{number}")))


def _exchange(turns: list[str], *, source: str, started_at: datetime) -> DayCall:
    marks = [(i, mark) for i, turn in enumerate(turns) for mark in re.findall(r"\[(.+?)\]", turn)]
    unmarked = [re.sub(r"[\[\]{}]", "", turn) for turn in turns]
    return _call(unmarked, marks, source=source, started_at=started_at)


def _some_time(rng: random.Random) -> datetime:
    return datetime(2026, 9, 1, 8) + timedelta(days=rng.randint(0, 120), minutes=rng.randint(0, 600))


def _transcript(turns: list[str]) -> Transcript:
    said: list[Any] = [Turn(speaker=_SPEAKERS[turn[0]], text=turn[2:].strip() or ",") for turn in turns]  # type: ignore[arg-type]
    return Transcript(turns=tuple(said), made_by=Maker(engine="corpus", version="1"))
