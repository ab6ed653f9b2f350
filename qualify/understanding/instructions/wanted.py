"""Whether an agent did what an instruction wants: whether its occasion came, and whether it was done."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from qualify.records import Evidence, InstructionJudgment, InstructionOutcome, Judgment
from qualify.tenant import Tenant
from qualify.understanding.similarity import Array, Lexicon, plain, softmax, stem, tokens, words

from .asks import shares, wanted_asks
from .listening import CallHeard

OUTCOMES: tuple[InstructionOutcome, ...] = ("followed", "broken", "not_applicable")
DONE_COLUMNS = 15
"""Features of whether it was done; see `done_features`."""
LIMITED_COLUMNS = 9
"""Features of the outcome of an instruction for some intents; see `limited_features`."""
OPEN_COLUMNS = 12
"""Features of the outcome of an instruction for all intents; see `open_features`."""
SAME_FIELD = 0.5
"""Share of a field's label that an instruction names from which it wants that field."""
_MANY_TURNS = 8
"""Turns of the agent's from which a call leaves time for everything."""

_ACTS = (
    "demander|dire|noter|relever|prendre|faire|annoncer|rappeler|proposer|donner|orienter|preciser|verifier"
    "|obtenir|recueillir|transferer|relire|presenter|indiquer|inviter|conseiller|terminer|confirmer"
    "|s'assurer|leur dire|lui dire|le dire|passer|renvoyer|mentionner|signaler|expliquer"
)
_BEFORE_ACT = (
    r"(?:toujours |merci de |merci d'|bien |penser a |ne pas oublier de |tout de suite |systematiquement )*"
)
_HEAD = re.compile(r"^(?P<condition>[^:→«]{3,80}?)\s*[:→](?P<act>.*)$")
_WHEN = r"en cas d[e']|lorsqu[e']|quand\b|des qu[e']|pour (?:toute?s?|tous|tout (?:nouveau|nouvelle))\b"
_FIRST = re.compile(
    rf"^(?:si\b|s'il|{_WHEN}|pour (?:une?|les?)\b|apres\b|avant\b) ?(?P<condition>.*?),?"
    rf" (?P<act>{_BEFORE_ACT}(?:{_ACTS}|appeler|joindre|prevenir)\b.*)$"
)
_LAST = re.compile(rf"^(?P<act>.*?),? (?<!depuis )(?:{_WHEN}) ?(?P<condition>.+)$")
_LAST_IF = re.compile(
    r"^(?P<act>(?!.*\b(?:demander|verifier|savoir|preciser|noter)\b).*?),? (?:si\b|s'il"
    r"|s'ils) ?(?P<condition>.+)$"
)
_ACT = re.compile(rf"^\W*{_BEFORE_ACT}(?:{_ACTS})\b")
_ALTERNATIVES = re.compile(r",| ou | et (?:qu|si)")
_EITHER, _ALL = re.compile(r"\bou\b"), re.compile(r"\bet\b|,")
_EMPTY = frozenset({"nom", "numero", "les", "des", "son", "sur", "pour"})


@dataclass(frozen=True)
class Wanted:
    """An instruction's condition as alternatives (none: it holds always), and what it wants asked or said."""

    conditions: tuple[str, ...]
    act: str


def read_instruction(text: str) -> Wanted:
    """Cut an instruction into condition and act, in plain letters."""
    said = plain(text).strip().rstrip(".")
    for form in (_FIRST, _HEAD, _LAST, _LAST_IF):
        found = form.search(said)
        if found:
            conditions = (part.strip() for part in _ALTERNATIVES.split(found["condition"]))
            return Wanted(tuple(c for c in conditions if len(c) > 3), _ACT.sub("", found["act"]).strip())
    return Wanted((), _ACT.sub("", said).strip())


@dataclass(frozen=True)
class Seen:
    """What a call shows of an instruction."""

    done: Array
    """See `done_features`."""
    condition: float
    """1 where it has a condition."""
    met: tuple[float, float]
    """How much the caller's words share with the condition, and are alike to it."""


def see(
    call: CallHeard, text: str, fields: Mapping[str, Judgment], tenant: Tenant | None, lexicon: Lexicon
) -> Seen:
    """What a call shows of an instruction; without a tenant, no field is looked up."""
    wanted = read_instruction(text)
    met = [
        call.closest(call.caller, lexicon.embed(c), frozenset(tokens(c)), lexicon) for c in wanted.conditions
    ]
    return Seen(
        done_features(call, wanted.act, field_wanted(wanted.act, tenant, fields), lexicon),
        float(bool(wanted.conditions)),
        (max((m[0] for m in met), default=0.0), max((m[1] for m in met), default=0.0)),
    )


def done_features(call: CallHeard, act: str, field: tuple[float, float], lexicon: Lexicon) -> Array:
    """Usual questions asked or answered, likeness of both parties' words, the field, time to do it."""
    asks = wanted_asks(act)
    either = bool(_EITHER.search(act)) and not _ALL.search(act)
    asked, known = shares(call.transcript, asks, either=either)
    one_asked, _ = shares(call.transcript, asks, either=True)
    vector, written = lexicon.embed(act), frozenset(tokens(act))
    said_by_agent = call.closest(call.agent, vector, written, lexicon)
    said_by_caller = call.closest(call.caller, vector, written, lexicon)
    turns = len({h.turn for h in call.agent})
    row = (
        one_asked, float(bool(asks)), asked, known - asked, *said_by_agent, *said_by_caller,
        *field, field[0] * (1 - field[1]), min(turns, _MANY_TURNS) / _MANY_TURNS,
        asked * bool(asks), float(known >= 1), 1.0,
    )  # fmt: skip
    return np.asarray(row, dtype=np.float32)


def field_wanted(act: str, tenant: Tenant | None, fields: Mapping[str, Judgment]) -> tuple[float, float]:
    """Whether the act names one of the tenant's fields, and how surely the call gives it."""
    named = {stem(w) for w in words(act)}
    best, best_field = 0.0, None
    for field in tenant.fields_by_id.values() if tenant else ():
        label = {stem(w) for w in words(field.label) if len(w) > 2 and w not in _EMPTY}
        share = len(label & named) / max(1, len(label))
        if share > best:
            best, best_field = share, field.id
    if best_field is None or best < SAME_FIELD:
        return 0.0, 0.0
    return 1.0, fields[best_field].confidence if best_field in fields else 0.0


@dataclass(frozen=True)
class WantedModel:
    """The learned part, the same for every tenant."""

    lexicon: Lexicon
    done: Array
    """Weights of `done_features`: log-odds that it was done, given that its occasion came."""
    limited: Array
    """Weights of `limited_features` for each of `OUTCOMES`."""
    open: Array
    """Weights of `open_features` for each of `OUTCOMES`."""

    def judge(
        self, call: CallHeard, text: str, due: float | None, fields: Mapping[str, Judgment], tenant: Tenant
    ) -> InstructionJudgment:
        """The likeliest outcome; `due`: probability that the call is one of the instruction's intents."""
        seen = see(call, text, fields, tenant, self.lexicon)
        done = float(seen.done @ self.done)
        scores = (
            open_features(seen, done) @ self.open
            if due is None
            else limited_features(seen, done, due) @ self.limited
        )
        probabilities = softmax(scores)
        best = int(probabilities.argmax())
        outcome = OUTCOMES[best]
        turn = self._turn(call, text, outcome)
        return InstructionJudgment(
            outcome=outcome, confidence=float(probabilities[best]), evidence=_whole(call, turn)
        )

    def _turn(self, call: CallHeard, text: str, outcome: InstructionOutcome) -> int | None:
        """The turn that shows it: the one most about the act, or the agent's last where it never came."""
        agent = [h.turn for h in call.agent]
        if outcome == "broken":
            return max(agent, default=None)
        if outcome == "not_applicable":
            return None
        act = read_instruction(text).act
        asks, vector = wanted_asks(act), self.lexicon.embed(act)

        def about(turn: int) -> float:
            said = call.transcript.turns[turn]
            asked = (a.asked if said.speaker == "agent" else a.given for a in asks)
            likeness = float(vector @ self.lexicon.embed(said.text))
            return sum(bool(p.search(plain(said.text))) for p in asked) + (said.speaker == "agent") + likeness

        return max(range(len(call.transcript.turns)), key=about, default=None)


def limited_features(seen: Seen, done: float, due: float) -> Array:
    """Of an instruction for some intents: whether the call is one of these, and whether it was done."""
    bounded = min(max(due, 0.003), 0.997)
    odds = math.log(bounded / (1 - bounded))
    row = (odds, done, odds * done / 3, max(odds, 0.0), min(done, 0.0), seen.condition, *seen.met, 1.0)
    return np.asarray(row, dtype=np.float32)


def open_features(seen: Seen, done: float) -> Array:
    """Of an instruction for all intents: whether it was done, its condition, what is said of it at all."""
    conditional, always = seen.condition, 1 - seen.condition
    agent_shares, caller_shares, caller_alike = (float(seen.done[n]) for n in (4, 6, 7))
    row = (
        done, min(done, 0.0), conditional, conditional * seen.met[0], conditional * seen.met[1],
        conditional * done / 3, conditional * done * seen.met[1] / 3, float(seen.done[11]),
        agent_shares, always * caller_alike, always * caller_shares, 1.0,
    )  # fmt: skip
    return np.asarray(row, dtype=np.float32)


def _whole(call: CallHeard, turn: int | None) -> tuple[Evidence, ...]:
    if turn is None:
        return ()
    return (call.transcript.evidence(turn, 0, len(call.transcript.turns[turn].text)),)
