"""What the judging of instructions is learned from: excerpts, slips written down, whole calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from trades import unslotted

from qualify.dataset import Dataset, LabeledCall, to_transcript
from qualify.records import InstructionOutcome, Judgment, Maker, Transcript, Turn
from qualify.tenant import Instruction, Tenant
from qualify.understanding.fields import find_fields
from qualify.understanding.instructions import intents_due, likely_intents
from qualify.understanding.instructions.listening import CallHeard, listen
from qualify.understanding.instructions.slips import marks
from qualify.understanding.intent import IntentModel, score_intents, second_intents
from qualify.understanding.similarity import Lexicon, clauses

HELD_OUT = ("pediatrie-les-tilleuls", "courtage-bellec", "locamat-isere", "gestion-faubourg")
"""Tenants of the labeled calls that nothing is learned from."""
EXCERPTS = ("instruction-outcomes.yaml", "instruction-outcomes-2.yaml")
_MAKER = Maker(engine="corpus", version="1")


@dataclass(frozen=True)
class Example:
    """An instruction in a call, or in an excerpt of one."""

    source: str
    """The tenant, or the excerpts' instruction: what is left out together."""
    instruction: Instruction
    call: CallHeard
    outcome: InstructionOutcome
    turn: int | None = None
    """The turn that shows it, where that is known."""
    labeled: bool = False
    """Whether it is of a labeled call; else of an excerpt."""
    tenant: Tenant | None = None
    fields: Mapping[str, Judgment] | None = None
    due: float | None = None
    """Probability that the call is one of the instruction's intents; None for an instruction for all."""


def excerpts(folder: Path, lexicon: Lexicon) -> Iterator[Example]:
    """The excerpts; a prohibition that had no occasion counts as followed, as in the labels."""
    for name in EXCERPTS:
        for number, raw in enumerate(_read(folder / name)["instructions"]):
            instruction = Instruction(id=f"i{number}", text=raw["text"], kind=raw["kind"])
            for case in raw["cases"]:
                idle = raw["kind"] == "do_not" and case["outcome"] == "not_applicable"
                yield Example(
                    source=f"{name}/{number}",
                    instruction=instruction,
                    call=listen(_transcript(case["turns"]), lexicon),
                    outcome="followed" if idle else case["outcome"],
                    turn=case["turn"] if case["outcome"] == "broken" else None,
                )


def labeled(folder: Path, model: IntentModel, *, held_out: bool) -> Iterator[Example]:
    """The instructions of the labeled calls, of the tenants held out or of the others."""
    data = Dataset.open(folder)
    for file, call in data.labeled():
        if not isinstance(call, LabeledCall) or not call.labels or (file.tenant in HELD_OUT) != held_out:
            continue
        tenant, transcript = data.tenants[file.tenant], to_transcript(call)
        scored = score_intents(transcript, tenant, model)
        others = second_intents(transcript, tenant, scored[0].intent, model)
        likely = likely_intents((*scored, *others))
        fields = find_fields(transcript, tenant, started_at=call.started_at, caller_number=call.caller_number)
        heard = listen(transcript, model.lexicon)
        for instruction in tenant.instructions:
            yield Example(
                source=file.tenant,
                instruction=instruction,
                call=heard,
                outcome=call.labels.instructions[instruction.id],
                labeled=True,
                tenant=tenant,
                fields=fields,
                due=intents_due(instruction, likely),
            )


@dataclass(frozen=True)
class Slips:
    """Sentences of agents by kind: what does it, what sounds alike; and what is ordinary."""

    does: list[tuple[str, frozenset[str]]]
    keeps: list[frozenset[str]]


def slips(folder: Path) -> Slips:
    """The slips written down for this project."""
    raw = _read(folder / "agent-slips.yaml")
    kept = [s for kind in raw["kinds"] for s in kind["keeps"]] + raw["ordinary"]
    return Slips([(k["id"], marks(s)) for k in raw["kinds"] for s in k["does"]], [marks(s) for s in kept])


def ordinary(folder: Path) -> Counter[frozenset[str]]:
    """How often each clause of an agent's is said in the whole calls of the trades."""
    seen: Counter[frozenset[str]] = Counter()
    for path in sorted(folder.glob("*.yaml")):
        document = _read(path)
        for call in document.get("calls", ()) if isinstance(document, dict) else ():
            agent = (unslotted(t[2:]) for t in call["turns"] if t.startswith("A:"))
            seen.update(marks(c.text) for text in agent for c in clauses(text))
    return seen


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _transcript(turns: list[str]) -> Transcript:
    said = [
        Turn(speaker="agent" if t.startswith("A:") else "caller", text=unslotted(t[2:]) or ",") for t in turns
    ]
    return Transcript(turns=tuple(said), made_by=_MAKER)
