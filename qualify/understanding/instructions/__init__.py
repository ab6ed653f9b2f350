"""Whether the agent did what the tenant's instructions say, and the words that show it.

A `do` is read as its occasion and its act, a `do_not` as kinds of slips; reading a number back is told by
the digits themselves. The rest is learned, the same for all tenants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qualify.records import InstructionJudgment, Judgment, Transcript
from qualify.tenant import Instruction, Tenant
from qualify.understanding.intent import Scored

from .forbidden import ForbiddenModel
from .listening import CallHeard, listen
from .reading_back import judge_read_back, read_back_types
from .wanted import WantedModel

__all__ = ["InstructionModel", "intents_due", "judge", "judge_instructions", "likely_intents"]

NOTHING_TO_DO = ("spam", "wrong_number", "silent")
"""Built-in intents in which no `do` has its occasion."""
LIKELY = 0.5
"""Probability of an intent from which it is taken to be the call's."""


@dataclass(frozen=True)
class InstructionModel:
    """The learned part, the same for every tenant."""

    wanted: WantedModel
    forbidden: ForbiddenModel


def judge_instructions(
    transcript: Transcript,
    tenant: Tenant,
    intents: Mapping[str, float],
    fields: Mapping[str, Judgment],
    model: InstructionModel,
) -> dict[str, InstructionJudgment]:
    """Each of the tenant's instructions by id, given how probable each intent is and what the call gives."""
    call = listen(transcript, model.wanted.lexicon)
    return {i.id: judge(call, i, tenant, intents_due(i, intents), fields, model) for i in tenant.instructions}


def judge(
    call: CallHeard,
    instruction: Instruction,
    tenant: Tenant,
    due: float | None,
    fields: Mapping[str, Judgment],
    model: InstructionModel,
) -> InstructionJudgment:
    """One instruction in a call; `due` as `intents_due` gives it."""
    if instruction.kind == "do_not":
        return model.forbidden.judge(call, instruction.text)
    types = read_back_types(instruction.text)
    if types:
        return judge_read_back(call.transcript, types, tenant, fields)
    return model.wanted.judge(call, instruction.text, due, fields, tenant)


def intents_due(instruction: Instruction, intents: Mapping[str, float]) -> float | None:
    """How probably the call is one of the instruction's intents; None for an instruction for all.

    An instruction for all has no occasion in a call that asks for nothing.
    """
    if instruction.intents:
        return min(1.0, sum(intents.get(i, 0.0) for i in instruction.intents))
    nothing = sum(intents.get(i, 0.0) for i in NOTHING_TO_DO)
    return 1.0 - nothing if nothing >= LIKELY else None


def likely_intents(scored: Iterable[Scored]) -> dict[str, float]:
    """How probable each intent is, of the main one's candidates and second requests."""
    likely: dict[str, float] = {}
    for one in scored:
        likely[one.intent] = max(one.probability, likely.get(one.intent, 0.0))
    return likely
