"""Why the caller calls: which of the tenant's intents, judged from the tenant's file alone.

Every candidate intent gets features of how alike its words and the caller's are, and of whether both mean
the same kind of request; learned weights, the same for all tenants, turn them into scores and a softmax
into probabilities.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from qualify.records import Evidence, Judgment, Rival, Transcript
from qualify.tenant import Intent, Tenant
from qualify.understanding.kinds import UNLIKELY, IntentKinds, Kinds, agreement
from qualify.understanding.matcher import Matcher, Reading
from qualify.understanding.similarity import (
    BEGINNING_TURNS,
    MIN_TURN_TOKENS,
    Array,
    CallText,
    Heard,
    Lexicon,
    Memory,
    WordHead,
    call_text,
    hear,
    plain,
    read_call,
    softmax,
    tokens,
    words,
)

LEARNED_BUILTINS = ("spam", "wrong_number", "other")
"""Built-in intents that sound alike for every tenant: learned, not matched with a description."""
SILENT = "silent"

SECOND_PROBABILITY = 0.4
"""Probability, in what follows a cue such as « autre chose », from which it is a request of its own."""
UNSURE_BELOW = 0.5
"""Probability of the best intent under which a human should look."""
NO_MESSAGE_UNSURE_BELOW = 0.8
"""The same for the package's own intents that end without a message: nobody finds a request dropped by
mistake, so that dropping one takes more certainty than sending it under a wrong heading."""
HELLO_ONLY = 0.6
"""Probability of `silent` where the caller only says hello: the line may be bad, so a human looks."""
TOLD_BY_LITTLE = 0.2
"""Share of the verdict that stays where no turn says more than a word or a number; the rest is even."""
REACHABLE = frozenset({"caller_name", "phone"})
"""Fields that only callers who want an answer are likely to leave."""
RIVALS = 3
"""How many other intents a judgment names."""
SIMILARITIES = 19
"""Features that compare both parties' words with an intent's; see `IntentModel.features`."""
AGREEMENTS = 9
"""Features that compare the kinds of request."""
MATCHES = 6
"""Features of the matcher's scores."""
REQUEST_MATCH = SIMILARITIES + AGREEMENTS + 1
"""The column of the matcher's score of the request."""
BEST_CLAUSES = 3
"""How many of the caller's clauses nearest to an intent count together."""
COLUMNS = SIMILARITIES + AGREEMENTS + MATCHES + 4 * len(LEARNED_BUILTINS)
"""Features in all."""

_HELLO = frozenset({"allo", "bonjour", "bonsoir", "euh", "oui", "hein"})
_FIGURES = re.compile(r"\d+")
_NOTED = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>")
_SECOND_REQUEST = re.compile(
    r"\b(?:et (?:puis )?aussi|autre chose|(?:deuxieme|seconde) (?:chose|question|demande|point)"
    r"|deuxiemement|la (?:deuxieme|seconde)(?! fois)|(?:pendant|tant) que (?:je vous (?:ai|tiens)|j'y suis)"
    r"|tant qu'on y est|par la meme occasion|j'en profite|et sinon)\b"
)


@dataclass(frozen=True)
class Scored:
    """A candidate intent, its probability, and, for the likeliest, the words that speak most for it."""

    intent: str
    probability: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class IntentModel:
    """The learned part, the same for every tenant."""

    lexicon: Lexicon
    memory: Memory
    """Intents of the training trades."""
    kinds: Kinds
    matcher: Matcher
    heads: dict[str, WordHead]
    """One for each of `LEARNED_BUILTINS`."""
    weights: Array
    """One for each column of `features`, divided by the calibration temperature."""

    def describe(self, intents: Sequence[Intent]) -> list[Described]:
        """The candidates among a tenant's intents, read once for all calls."""
        return [self._described(i) for i in intents if i.id != SILENT]

    def features(self, call: CallText, candidates: Sequence[Described]) -> Array:
        """A row of `COLUMNS` for each candidate: words alike, kinds alike, matches, the built-in intents'."""
        own = [c for c in candidates if c.id not in LEARNED_BUILTINS]
        said, matches = self._kinds_said(call), iter(self._matches(call, own))
        alike = [
            [0.0] * (SIMILARITIES + AGREEMENTS + MATCHES)
            if c.id in LEARNED_BUILTINS
            else [*self._similarities(call, c), *said.agreements(c.kinds), *next(matches)]
            for c in candidates
        ]
        sounds_like = {b: head.logit(call.marked) for b, head in self.heads.items()}
        best = (
            max((row[1] for row in alike), default=0.0),
            max((row[REQUEST_MATCH] for row in alike), default=0.0),
        )
        rows = [
            r + _builtin_columns(c.id, sounds_like, *best) for c, r in zip(candidates, alike, strict=True)
        ]
        return np.asarray(rows, dtype=np.float32)

    def closest(self, call: CallText, own: Described) -> Heard:
        """The caller's clause that speaks most for an intent."""
        known = self.lexicon.index.keys()
        telling = [h for h in call.heard if len(h.tokens & known) >= MIN_TURN_TOKENS] or call.heard
        if own.id in LEARNED_BUILTINS:
            return max(telling, key=lambda h: self.heads[own.id].logit(h.tokens))
        hear, score = self.matcher.hear, self.matcher.intent_score
        return max(telling, key=lambda h: score(hear(h.clause.text), own.texts))

    def _described(self, intent: Intent) -> Described:
        described = f"{intent.label} . {intent.description}"
        everything = " . ".join([described, *intent.examples])
        return Described(
            id=intent.id,
            label=self.lexicon.embed(described),
            everything=self.lexicon.embed(everything),
            examples=tuple(self.lexicon.embed(e) for e in intent.examples),
            label_tokens=frozenset(tokens(intent.label)),
            all_tokens=frozenset(tokens(everything)),
            kinds=self.kinds.of_intent(described, intent.examples),
            texts=tuple(
                self.matcher.read(t) for t in (intent.label, intent.description, *intent.examples) if t
            ),
        )

    def _similarities(self, call: CallText, own: Described) -> list[float]:
        """Whole stretches, single clauses, shared tokens, what other trades' callers say, then the agent."""
        lexicon, memory = self.lexicon, self.memory
        as_spoken = memory.say(own.everything)
        shared = lexicon.weight(call.said_first & own.all_tokens)
        nearest = sorted((float(own.everything @ h.vector) for h in call.heard), reverse=True)[:BEST_CLAUSES]
        shown = (*own.examples, own.label)
        return [
            float(own.everything @ call.opening),
            float(own.everything @ call.beginning),
            float(own.everything @ call.whole),
            float(own.everything @ call.agent),
            float(own.label @ call.beginning),
            max(float(e @ call.beginning) for e in shown),
            max(nearest, default=0.0),
            lexicon.overlap(call.said_first, own.label_tokens),
            lexicon.overlap(call.said, own.label_tokens),
            shared / (3.0 + lexicon.weight(own.all_tokens)) ** 0.5,
            float(as_spoken @ call.beginning),
            float(as_spoken @ call.whole),
            memory.agreement(own.everything, call.beginning),
            float(own.everything @ memory.write(call.beginning)),
            sum(nearest) / BEST_CLAUSES,
            max((float(e @ h.vector) for e in shown for h in call.heard), default=0.0),
            max((float(own.everything @ h.vector) for h in call.agent_heard), default=0.0),
            max((float(own.label @ h.vector) for h in call.agent_heard), default=0.0),
            max((float(e @ h.vector) for e in shown for h in call.agent_heard), default=0.0),
        ]

    def _kinds_said(self, call: CallText) -> KindsSaid:
        turns = [self.kinds.of_caller(t) for t in call.turns]
        return KindsSaid(
            first_words=self.kinds.of_caller(call.first_words),
            request=self.kinds.of_caller(call.request),
            whole=self.kinds.of_caller(" . ".join(call.turns)),
            agent=self.kinds.of_caller(call.agent_text),
            turns=tuple(turns),
        )

    def _matches(self, call: CallText, own: Sequence[Described]) -> list[list[float]]:
        """`MATCHES` scores of each candidate: of stretches as they are, of turns against other intents."""
        if not own:
            return []
        hear = self.matcher.hear

        def scores(text: str) -> Array:
            reading = hear(text)
            return np.array([self.matcher.intent_score(reading, c.texts) for c in own], dtype=np.float32)

        stretches = [scores(t) for t in (call.first_words, call.request, call.agent_text)]
        turns = np.array([np.log(softmax(scores(t)) + UNLIKELY) for t in call.turns or (call.request,)])
        columns = [*stretches, turns.max(axis=0), turns.mean(axis=0), turns[:BEGINNING_TURNS].mean(axis=0)]
        return [[float(x) for x in row] for row in np.array(columns).T]


@dataclass(frozen=True)
class KindsSaid:
    """What kinds of request a call's parts are, as probabilities."""

    first_words: Array
    request: Array
    whole: Array
    agent: Array
    turns: tuple[Array, ...]

    def agreements(self, own: IntentKinds) -> list[float]:
        """`AGREEMENTS` with an intent's kinds; the caller's first words count twice, since what is said
        later is mostly names and details."""
        each = [agreement(own.together, t) for t in self.turns] or [agreement(own.together, self.request)]
        return [
            agreement(own.written, self.first_words),
            agreement(own.written, self.request),
            agreement(own.together, self.first_words),
            agreement(own.together, self.request),
            max((float(e @ self.request) for e in own.examples), default=0.0),
            agreement(own.together, self.whole),
            agreement(own.together, self.agent),
            max(each),
            sum(each) / len(each),
        ]


@dataclass(frozen=True)
class Described:
    """An intent's words as the tenant's file gives them."""

    id: str
    label: Array
    everything: Array
    examples: tuple[Array, ...]
    label_tokens: frozenset[str]
    all_tokens: frozenset[str]
    kinds: IntentKinds
    texts: tuple[Reading, ...]
    """Label, description and each example."""


def _builtin_columns(
    intent: str, sounds_like: dict[str, float], likest: float, best_match: float
) -> list[float]:
    columns: list[float] = []
    for builtin in LEARNED_BUILTINS:
        own = float(intent == builtin)
        columns += [own, own * sounds_like[builtin], own * likest, own * best_match]
    return columns


def score_intents(transcript: Transcript, tenant: Tenant, model: IntentModel) -> list[Scored]:
    """All intents that the call may have, likeliest first; the probabilities sum to 1.

    A caller who says no word, or only hello, is silent: that is told by the words alone.
    """
    said = spoken_words(transcript)
    if not said - _HELLO:
        return [Scored(SILENT, HELLO_ONLY if said else 1.0)]
    return _score(transcript, tenant, model, read_call(transcript, model.lexicon))


def second_intents(transcript: Transcript, tenant: Tenant, main: str, model: IntentModel) -> list[Scored]:
    """Requests beside the main one: the likeliest intent of what follows each cue such as « autre chose »."""
    caller = hear(transcript, model.lexicon, speaker="caller")
    found: dict[str, Scored] = {}
    for heard in _after_cues(caller):
        call = call_text(heard, (), model.lexicon)
        best = _score(transcript, tenant, model, call)[0]
        if best.probability >= SECOND_PROBABILITY and best.intent not in (main, *LEARNED_BUILTINS):
            found.setdefault(best.intent, best)
    return list(found.values())


def judge_intent(scored: Sequence[Scored]) -> Judgment:
    """The likeliest intent with its rivals; how sure it has to be is told by `certainty_due`."""
    best, *others = scored
    return Judgment(
        value=best.intent,
        confidence=best.probability,
        evidence=best.evidence,
        rivals=tuple(
            Rival(value=s.intent, confidence=s.probability, evidence=s.evidence) for s in others[:RIVALS]
        ),
    )


def certainty_due(intent: str, tenant: Tenant, fields: Collection[str]) -> float:
    """The probability under which a verdict is unsure, given the `fields` that the call gives.

    No probability suffices to drop a caller who leaves a name or a number; an intent that the tenant's
    file defines is judged like any other.
    """
    own = {i.id for i in tenant.intents}
    if intent in own or tenant.intents_by_id[intent].disposition != "no_message":
        return UNSURE_BELOW
    return math.inf if REACHABLE.intersection(fields) else NO_MESSAGE_UNSURE_BELOW


def spoken_words(transcript: Transcript) -> frozenset[str]:
    """The caller's words and figures; what a transcriber notes in brackets is none."""
    caller = (_NOTED.sub(" ", t.text) for t in transcript.turns if t.speaker == "caller")
    return frozenset(w for text in caller for w in (*words(text), *_FIGURES.findall(text)))


def _after_cues(caller: Sequence[Heard]) -> list[Sequence[Heard]]:
    """For each cue, the clause that holds it and the rest of that turn and the next."""
    cued = [n for n, h in enumerate(caller) if _SECOND_REQUEST.search(plain(h.clause.text))]
    return [[h for h in caller[n:] if h.turn <= _next_turn(caller, caller[n].turn)] for n in cued]


def _next_turn(caller: Sequence[Heard], turn: int) -> int:
    return next((h.turn for h in caller if h.turn > turn), turn)


def _score(transcript: Transcript, tenant: Tenant, model: IntentModel, call: CallText) -> list[Scored]:
    candidates = model.describe(list(tenant.intents_by_id.values()))
    probabilities = softmax(model.features(call, candidates) @ model.weights)
    if not call.turns:
        probabilities = TOLD_BY_LITTLE * probabilities + (1 - TOLD_BY_LITTLE) / len(candidates)
    ranked = sorted(zip(probabilities.tolist(), candidates, strict=True), key=lambda pair: -pair[0])
    shown = {i.id: model.closest(call, i) for _, i in ranked[: RIVALS + 1]}
    return [Scored(i.id, p, _evidence(transcript, shown.get(i.id))) for p, i in ranked]


def _evidence(transcript: Transcript, heard: Heard | None) -> tuple[Evidence, ...]:
    if heard is None:
        return ()
    return (transcript.evidence(heard.turn, heard.clause.start, heard.clause.end),)
