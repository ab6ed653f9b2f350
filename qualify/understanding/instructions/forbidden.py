"""Whether one of the agent's clauses does what an instruction forbids."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qualify.records import InstructionJudgment
from qualify.understanding.similarity import Array, Lexicon, tokens

from .listening import CONTEXT, AgentClause, CallHeard
from .slips import KINDS, SlipHeads, asked_about, kinds_named

COLUMNS = 7 + CONTEXT + 1
"""Features of a clause beside a prohibition; see `ForbiddenModel.features`."""


@dataclass(frozen=True)
class ForbiddenModel:
    """The learned part, the same for every tenant."""

    lexicon: Lexicon
    heads: SlipHeads
    weights: Array
    """One for each of `COLUMNS`."""
    breaks_from: float
    """Probability from which a prohibition counts as broken."""

    def features(self, said: AgentClause, text: str) -> Array:
        """A slip of the kinds named, of any, rather of another; words shared; whether asked for; context."""
        named, logits = kinds_named(text), self.heads.logits(said.marks)
        own = max((float(logits[k]) for k in named), default=float(logits[-1]))
        others = max(float(logits[k]) for k in range(len(KINDS) - 1) if k not in named)
        shared = self.lexicon.overlap(said.tokens, frozenset(tokens(text)))
        any_kind, asked = float(logits[-1]), float(asked_about(named, said.before))
        row = (
            own, any_kind, float(not named), max(0.0, others - own), shared, asked, asked * any_kind,
            *said.context, 1.0,
        )  # fmt: skip
        return np.asarray(row, dtype=np.float32)

    def judge(self, call: CallHeard, text: str) -> InstructionJudgment:
        """Broken with the clause that breaks it, else followed."""
        scored = [(float(self.features(s, text) @ self.weights), s) for s in call.statements]
        if not scored:
            return InstructionJudgment(outcome="followed", confidence=1.0)
        score, worst = max(scored, key=lambda pair: pair[0])
        breach = 1 / (1 + math.exp(-score))
        if breach < self.breaks_from:
            return InstructionJudgment(outcome="followed", confidence=1 - breach)
        shown = call.transcript.evidence(worst.turn, worst.clause.start, worst.clause.end)
        return InstructionJudgment(outcome="broken", confidence=breach, evidence=(shown,))
