"""The material as calls whose words are marked: what a message must carry, what a good one says."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1])]
sys.path.append(str(HERE.parent / "intent-first"))

import trades as corpus  # noqa: E402

from models.material.fill import Filler  # noqa: E402
from qualify.dataset import Dataset, to_transcript  # noqa: E402
from qualify.drafting.compose import clues_of  # noqa: E402
from qualify.drafting.cues import Clues, content  # noqa: E402
from qualify.drafting.facts import field_line, fold, stated, usable  # noqa: E402
from qualify.drafting.salience import SENTENCE, WORD  # noqa: E402
from qualify.records import Qualification, Transcript, Turn  # noqa: E402
from qualify.tenant import Tenant  # noqa: E402
from qualify.understanding.engine import EmbeddedUnderstanding  # noqa: E402

MATERIAL = HERE.parent / "material"
CALLED_AT = datetime(2026, 11, 24, 9, 30)
FACT, SAID = 1.0, 0.35
"""How much a word matters that is part of a key fact, and one that the human message only shares."""


@dataclass(frozen=True)
class GistCase:
    """A call, what is understood of it, and what its message must carry beside the fields."""

    id: str
    group: str
    """Tenant or trade: what is left out together."""
    transcript: Transcript
    tenant: Tenant
    qualification: Qualification
    clues: Clues
    facts: tuple[tuple[str, ...], ...]
    """Each as the strings of which one must stand in the message; those that field lines hold are left out."""
    message: str
    """As a human writes it."""
    forbidden: tuple[str, ...] = ()
    labeled: bool = False

    def side_stories(self) -> Iterator[tuple[int, int]]:
        """Turn and start of each word of the caller's sentences that hold a forbidden string."""
        for number, turn in enumerate(self.transcript.turns):
            if turn.speaker != "caller":
                continue
            inside = [s for form in self.forbidden for s in places(form, turn.text)]
            for sentence in SENTENCE.finditer(turn.text):
                if any(a < sentence.end() and sentence.start() < b for a, b in inside):
                    yield from ((number, m.start()) for m in WORD.finditer(turn.text, *sentence.span()))

    def targets(self) -> dict[int, list[tuple[int, int, float]]]:
        """For each turn of the caller, ranges of words with how much they matter."""
        shared = content(re.findall(r"\w+", self.message))
        found: dict[int, list[tuple[int, int, float]]] = {}
        for number, turn in enumerate(self.transcript.turns):
            inside = [s for fact in self.facts for form in fact for s in places(form, turn.text)]
            for m in WORD.finditer(turn.text):
                fact = any(a < m.end() and m.start() < b for a, b in inside)
                said = bool(content([m.group()]) & shared)
                found.setdefault(number, []).append((*m.span(), FACT if fact else SAID if said else 0.0))
        return found


def places(form: str, text: str) -> Iterator[tuple[int, int]]:
    """Ranges of the text that say `form`, case, accents, spacing and punctuation aside."""
    kept = [(i, f) for i, c in enumerate(text) for f in fold(c)]
    folded, wanted = "".join(f for _, f in kept), fold(form)
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        start, end = kept[at][0], kept[at + len(wanted) - 1][0] + 1
        if not (text[start - 1 : start].isalnum() and start > 0):
            yield start, end
        at = folded.find(wanted, at + 1)


def field_text(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> str:
    """All that the lines of the fields say."""
    sure = {f: j for f, j in qualification.fields.items() if usable(j, transcript)}
    return " ".join(field_line(f, stated(f, j, tenant), tenant) for f, j in sure.items())


def _case(
    id: str, transcript: Transcript, tenant: Tenant, engine: EmbeddedUnderstanding, facts: Sequence[Sequence[str]],
    message: str, started_at: datetime, caller_number: str | None, forbidden: tuple[str, ...] = (), *,
    from_labels: bool = False,
) -> GistCase:  # fmt: skip
    made = engine.qualify(transcript, tenant, started_at=started_at, caller_number=caller_number)
    known = fold(field_text(transcript, made, tenant))
    left = tuple(tuple(f) for f in facts if not any(fold(form) in known for form in f))
    return GistCase(
        id,
        tenant.id,
        transcript,
        tenant,
        made,
        clues_of(transcript, made, tenant),
        left,
        message,
        forbidden,
        from_labels,
    )


def labeled(folder: Path, engine: EmbeddedUnderstanding) -> list[GistCase]:
    """The labeled calls that are worth a message."""
    dataset, found = Dataset.open(folder), []
    for file, call in dataset.labeled():
        if isinstance(call, Exception):
            raise call
        if call.labels is None or call.labels.message is None:
            continue
        facts = [f.any_of for f in call.labels.key_facts]
        found.append(
            _case(
                call.id,
                to_transcript(dataset.input(file)),
                dataset.tenants[call.tenant],
                engine,
                facts,
                call.labels.message,
                call.started_at,
                call.caller_number,
                call.labels.forbidden,
                from_labels=True,
            )
        )
    return found


def written(folder: Path, engine: EmbeddedUnderstanding, *, seed: int = 3) -> list[GistCase]:
    """The whole calls of the corpus with their gists, slots filled."""
    found = []
    for trade in corpus.read_trades(folder, [2, 3]):
        plain_intents = tuple(i.model_copy(update={"required_fields": ()}) for i in trade.tenant.intents)
        tenant = Tenant.model_validate({**trade.tenant.model_dump(), "intents": plain_intents})
        for n, raw in enumerate(trade.raw["calls"]):
            found.append(_filled(f"{tenant.id}-{n}", raw, tenant, engine, seed))
    for n, raw in enumerate(corpus.read_messy_calls(folder)):
        tenant = _lone_tenant(raw)
        found.append(_filled(f"messy-{n}", raw, tenant, engine, seed))
    return [c for c in found if c.facts]


def _filled(
    id: str, raw: dict[str, Any], tenant: Tenant, engine: EmbeddedUnderstanding, seed: int
) -> GistCase:
    filler = Filler(random.Random(f"{seed} {id}"))
    speakers = {"A": "agent", "C": "caller"}
    turns = tuple(Turn(speaker=speakers[t[0]], text=filler.fill(t[2:]).strip() or ",") for t in raw["turns"])
    transcript = Transcript(turns=turns, made_by=corpus.MAKER)
    facts = [[filler.fill(f)] for f in raw["facts"]]
    return _case(id, transcript, tenant, engine, facts, filler.fill(raw["gist"]), CALLED_AT, None)


def _lone_tenant(raw: dict[str, Any]) -> Tenant:
    """A messy call's own trade, of which little more is known than its one intent."""
    rules = [{"when": r["when"], "urgency": r["urgency"]} for r in raw.get("rules", ())]
    intent = {
        "id": raw["intent"], "label": raw["intent"].replace("_", " "), "description": raw["activity"],
        "urgency": raw["urgency"], "disposition": "message", "required_fields": [], "examples": [],
    }  # fmt: skip
    return corpus._tenant({**raw, "urgency": rules}, [intent])
