"""How urgent a call is: which of the tenant's urgency rules the caller's words meet.

A rule is read by its text alone. Each gets features of how alike it and the caller's turns are, and how
much the call sounds like danger, which was learned over many trades; a logistic regression gives the
probability that it applies. A missed critical call costs far more than a false alarm: see `APPLIES_FROM`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from qualify.records import URGENCIES, Evidence, Judgment, Rival, Transcript, Urgency
from qualify.tenant import Tenant, UrgencyRule
from qualify.understanding.similarity import (
    AGENT_PREFIX,
    Array,
    CallText,
    Heard,
    Lexicon,
    Memory,
    WordHead,
    call_text,
    hear,
    tokens,
    unit,
)

APPLIES_FROM: dict[Urgency, float] = {"critical": 0.2, "high": 0.4, "normal": 0.7, "low": 0.7}
"""Probability from which a rule applies. A missed critical call costs as much as four false alarms, so
0.2; calming a call down needs more than an even chance."""
UNSURE_WITHIN = 0.1
"""Distance from that bound within which a human should look at a high or critical rule."""
PRESSING: tuple[Urgency, ...] = ("high", "critical")
"""Urgencies about which a doubt matters."""
DANGER_SHARE = 0.1
"""Weight of dangerous words beside the rule's own when a clause is chosen to be shown."""
COLUMNS = 13
"""Features of a rule; see `UrgencyModel.features`."""

_ALTERNATIVE = re.compile(r"[,;:.]|\bou(?: bien)?\b")


@dataclass(frozen=True)
class ScoredRule:
    """A rule, the probability that it applies, and the caller's words that speak most for it."""

    rule: UrgencyRule
    probability: float
    evidence: tuple[Evidence, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether the probability suffices for the rule's urgency."""
        return self.probability >= APPLIES_FROM[self.rule.urgency]


@dataclass(frozen=True)
class UrgencyModel:
    """The learned part, the same for every tenant."""

    lexicon: Lexicon
    meets: Memory
    """Rules of the training trades, and what callers say who meet them."""
    misses: Memory
    """The same rules, and what callers say who seem to meet them and don't."""
    heads: dict[str, WordHead]
    """`critical` and `high`: whether a call is at least as urgent."""
    weights: Array
    """One for each column of `features`."""

    def features(self, call: CallText, rule: UrgencyRule) -> Array:
        """`COLUMNS` features: how alike, what other trades teach, and how dangerous the call sounds."""
        turns, when = spoken_turns(call), self.lexicon.embed(rule.when)
        meets, misses = self.meets.say(when), self.misses.say(when)
        parts = [self.lexicon.embed(p) for p in _ALTERNATIVE.split(rule.when) if p.strip()]
        alike = [
            max((float(when @ t) for t in turns), default=0.0),
            max((float(p @ h.vector) for p in parts for h in call.heard), default=0.0),
            float(when @ call.whole),
            self.lexicon.overlap(call.said, frozenset(tokens(rule.when))),
            max((float(meets @ t) for t in turns), default=0.0),
            max((float((meets - misses) @ t) for t in turns), default=0.0),
        ]
        return np.asarray(alike + self._danger(call, rule.urgency), dtype=np.float32)

    def _danger(self, call: CallText, urgency: Urgency) -> list[float]:
        """How dangerous both parties' words sound, then the caller's alone, then the rule's level."""
        head = self.heads["critical" if urgency == "critical" else "high"]
        both, alone = head.logit(call.marked), self.heads["danger"].logit(caller_tokens(call.marked))
        critical, high, calm = (float(urgency == u) for u in ("critical", "high", "low"))
        return [critical * both, high * both, calm * both, critical * alone, critical, high, 1.0]

    def closest(self, call: CallText, rule: UrgencyRule) -> Heard:
        """The caller's clause that speaks most for a rule."""
        when = self.lexicon.embed(rule.when)
        wanted, danger = when + self.meets.say(when), self.heads["danger"]
        share = DANGER_SHARE if rule.urgency in PRESSING else 0.0
        return max(call.heard, key=lambda h: float(wanted @ h.vector) + share * danger.logit(h.tokens))


def caller_tokens(marked: frozenset[str]) -> frozenset[str]:
    """Those of a call's marked tokens that the caller says."""
    return frozenset(t for t in marked if not t.startswith(AGENT_PREFIX))


def spoken_turns(call: CallText) -> list[Array]:
    """The vector of each of the caller's turns."""
    groups = (list(group) for _, group in groupby(call.heard, key=lambda h: h.turn))
    return [unit(np.sum([h.vector * len(h.tokens) for h in group], axis=0)) for group in groups]


def score_rules(transcript: Transcript, tenant: Tenant, model: UrgencyModel) -> list[ScoredRule]:
    """Every rule of the tenant with the probability that the caller's words meet it, likeliest first."""
    caller = hear(transcript, model.lexicon, speaker="caller")
    if not any(h.tokens for h in caller):
        return []
    call = call_text(caller, hear(transcript, model.lexicon, speaker="agent"), model.lexicon)
    scored = [_score(transcript, call, rule, model) for rule in tenant.urgency_rules if tokens(rule.when)]
    return sorted(scored, key=lambda s: -s.probability)


def _score(transcript: Transcript, call: CallText, rule: UrgencyRule, model: UrgencyModel) -> ScoredRule:
    probability = 1 / (1 + math.exp(-float(model.features(call, rule) @ model.weights)))
    best = model.closest(call, rule)
    return ScoredRule(
        rule, probability, (transcript.evidence(best.turn, best.clause.start, best.clause.end),)
    )


def judge_urgency(
    rules: Sequence[ScoredRule], intent: Judgment, defaults: Sequence[Urgency]
) -> tuple[Judgment, str | None]:
    """The urgency and the id of the rule that set it, if one did.

    `defaults` are the urgencies of the call's intents, the main one first: the highest counts where no
    rule applies.
    """
    applying = [s for s in rules if s.applies]
    default = max(defaults, key=URGENCIES.index)
    if not applying:
        higher = [s for s in rules if URGENCIES.index(s.rule.urgency) > URGENCIES.index(default)]
        return _by_default(default, intent, higher), None
    best = max(applying, key=lambda s: (URGENCIES.index(s.rule.urgency), s.probability))
    rival = Rival(value=default, confidence=1 - best.probability, evidence=intent.evidence)
    return (
        Judgment(
            value=best.rule.urgency,
            confidence=best.probability,
            evidence=best.evidence,
            rivals=() if default == best.rule.urgency else (rival,),
            unsure=default != best.rule.urgency and is_close(best),
        ),
        best.rule.id,
    )


def _by_default(default: Urgency, intent: Judgment, higher: Sequence[ScoredRule]) -> Judgment:
    most = max((s.probability for s in higher), default=0.0)
    return Judgment(
        value=default,
        confidence=intent.confidence * (1 - most),
        evidence=intent.evidence,
        rivals=tuple(
            Rival(value=s.rule.urgency, confidence=s.probability, evidence=s.evidence)
            for s in higher
            if is_close(s)
        ),
        unsure=any(is_close(s) for s in higher),
    )


def is_close(scored: ScoredRule) -> bool:
    """Whether the rule nearly applies, or barely does, and that matters."""
    near = abs(scored.probability - APPLIES_FROM[scored.rule.urgency]) <= UNSURE_WITHIN
    return near and scored.rule.urgency in PRESSING
