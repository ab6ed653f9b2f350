"""How urgent a call is: which of the tenant's urgency rules the caller's words meet.

A rule is read by its text alone. Each gets features of how alike it and the caller's turns are, and how
much the call sounds like danger, which was learned over many trades; a logistic regression gives the
probability that it applies. With the intents' own urgencies these give the probability of each urgency;
a missed critical call costs far more than a false alarm: see `CRITICAL_FROM`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from qualify.records import URGENCIES, Evidence, Judgment, Rival, Transcript, Urgency
from qualify.tenant import Tenant, UrgencyRule
from qualify.understanding.kinds import grams
from qualify.understanding.matcher import Matcher
from qualify.understanding.similarity import (
    AGENT_PREFIX,
    Array,
    CallText,
    Heard,
    Lexicon,
    Memory,
    WordHead,
    read_call,
    tokens,
    unit,
)

CRITICAL_FROM = 0.24
"""Probability of `critical` from which a call is: a missed one costs as much as three false alarms."""
AT_LEAST: dict[Urgency, float] = {"high": 0.55, "normal": 0.5}
"""Probability of at least so much urgency from which a call has it."""
UNSURE_ABOVE: dict[Urgency, float] = {"critical": 0.12, "high": 0.4}
"""Probability of more urgency than the verdict's, from which a human should look."""
RIVAL_FROM = 0.2
"""Probability from which a rule of another urgency is named beside the verdict."""
COLUMNS = 26
"""Features of a rule; see `UrgencyModel.features`."""
NO_MATCH = -4.0
"""The matcher's log-odds where no turn says enough to be matched."""

_ALTERNATIVE = re.compile(r"[,;:.]|\bou(?: bien)?\b")


@dataclass(frozen=True)
class ScoredRule:
    """A rule, the probability that it applies, and the caller's words that speak most for it."""

    rule: UrgencyRule
    probability: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class UrgencyModel:
    """The learned part, the same for every tenant."""

    lexicon: Lexicon
    matcher: Matcher
    meets: Memory
    """Rules of the training trades, and what callers say who meet them."""
    misses: Memory
    """The same rules, and what callers say who seem to meet them and don't."""
    heads: dict[str, WordHead]
    """`critical` and `high`: whether a call is at least as urgent; `danger`: whether its words are of danger;
    `met`: whether a turn tells of what is so now, by its pairs of words too."""
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
        columns = [*alike, *self._matches(call, rule), *self._danger(call, rule.urgency)]
        return np.asarray(columns, dtype=np.float32)

    def _matches(self, call: CallText, rule: UrgencyRule) -> list[float]:
        """The matcher's log-odds, of the request, the best turns and all; then whether those tell of what is
        so now, not past, solved or merely asked about."""
        when, turns = self.matcher.read(rule.when), call.turns or (call.request,)
        odds = [self.matcher.rule_score(self.matcher.hear(t), when) for t in turns]
        met = [self.heads["met"].logit(grams(t)) for t in turns]
        first, second, *_ = [*sorted(odds, reverse=True), NO_MATCH]
        at_best, most = met[odds.index(first)], max(met)
        whole = self.matcher.rule_score(self.matcher.hear(call.request), when)
        together = math.log1p(sum(1 / (1 + math.exp(-z)) for z in odds))
        lone = float(len(call.turns) <= 1)
        levels = [float(rule.urgency == u) for u in ("critical", "high", "low")]
        return [
            *(whole, first, second * (1 - lone), together, at_best, most, lone),
            *(x * level for level in levels for x in (first, at_best)),
        ]

    def _danger(self, call: CallText, urgency: Urgency) -> list[float]:
        """How dangerous both parties' words sound, then the caller's alone, then the rule's level."""
        head = self.heads["critical" if urgency == "critical" else "high"]
        both, alone = head.logit(call.marked), self.heads["danger"].logit(caller_tokens(call.marked))
        critical, high, calm = (float(urgency == u) for u in ("critical", "high", "low"))
        return [critical * both, high * both, calm * both, critical * alone, critical, high, 1.0]

    def closest(self, call: CallText, rule: UrgencyRule) -> Heard:
        """The caller's clause that speaks most for a rule."""
        when = self.matcher.read(rule.when)
        return max(call.heard, key=lambda h: self.matcher.rule_score(self.matcher.hear(h.clause.text), when))


def caller_tokens(marked: frozenset[str]) -> frozenset[str]:
    """Those of a call's marked tokens that the caller says."""
    return frozenset(t for t in marked if not t.startswith(AGENT_PREFIX))


def spoken_turns(call: CallText) -> list[Array]:
    """The vector of each of the caller's turns."""
    groups = (list(group) for _, group in groupby(call.heard, key=lambda h: h.turn))
    return [unit(np.sum([h.vector * len(h.tokens) for h in group], axis=0)) for group in groups]


def score_rules(transcript: Transcript, tenant: Tenant, model: UrgencyModel) -> list[ScoredRule]:
    """Every rule of the tenant with the probability that the caller's words meet it, likeliest first."""
    call = read_call(transcript, model.lexicon)
    if not any(h.tokens for h in call.heard):
        return []
    scored = [_score(transcript, call, rule, model) for rule in tenant.urgency_rules if tokens(rule.when)]
    return sorted(scored, key=lambda s: -s.probability)


def _score(transcript: Transcript, call: CallText, rule: UrgencyRule, model: UrgencyModel) -> ScoredRule:
    probability = 1 / (1 + math.exp(-float(model.features(call, rule) @ model.weights)))
    best = model.closest(call, rule)
    return ScoredRule(
        rule, probability, (transcript.evidence(best.turn, best.clause.start, best.clause.end),)
    )


def judge_urgency(
    rules: Sequence[ScoredRule], intents: Mapping[Urgency, float], intent: Judgment
) -> tuple[Judgment, str | None]:
    """The urgency, and the id of the rule that set it, if one did.

    `intents` gives the probability of each urgency by the call's intents alone; the highest rule that
    applies wins over it.
    """
    chances = urgency_chances(rules, intents)
    value = verdict(chances)
    setting = max((r for r in rules if r.rule.urgency == value), key=lambda r: r.probability, default=None)
    if setting is not None and setting.probability < intents.get(value, 0.0):
        setting = None
    above = {u: sum(chances[o] for o in _from(u)) for u in UNSURE_ABOVE if _level(u) > _level(value)}
    rivals = [
        Rival(value=r.rule.urgency, confidence=r.probability, evidence=r.evidence)
        for r in rules
        if r.rule.urgency != value and r.probability >= RIVAL_FROM
    ]
    judgment = Judgment(
        value=value,
        confidence=min(1.0, chances[value]),
        evidence=setting.evidence if setting else intent.evidence,
        rivals=tuple(rivals),
        unsure=any(chance >= UNSURE_ABOVE[u] for u, chance in above.items()),
    )
    return judgment, setting.rule.id if setting else None


def urgency_chances(rules: Sequence[ScoredRule], intents: Mapping[Urgency, float]) -> dict[Urgency, float]:
    """The probability of each urgency; rules are taken to be independent of each other."""
    chances: dict[Urgency, float] = {}
    none_higher = 1.0
    for urgency in reversed(URGENCIES):
        none_here = math.prod(1 - r.probability for r in rules if r.rule.urgency == urgency)
        chances[urgency] = none_higher * (1 - none_here)
        none_higher *= none_here
    return {u: chance + none_higher * intents.get(u, 0.0) for u, chance in chances.items()}


def verdict(chances: Mapping[Urgency, float]) -> Urgency:
    """The urgency to go by: the highest whose chance, or that of at least so much, suffices."""
    if chances["critical"] >= CRITICAL_FROM:
        return "critical"
    reached = (u for u, least in AT_LEAST.items() if sum(chances[o] for o in _from(u)) >= least)
    return next(reached, "low")


def _from(urgency: Urgency) -> tuple[Urgency, ...]:
    return URGENCIES[_level(urgency) :]


def _level(urgency: Urgency) -> int:
    return URGENCIES.index(urgency)
