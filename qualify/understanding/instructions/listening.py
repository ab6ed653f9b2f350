"""A call as the judges of instructions read it: cut into clauses once, for all of a tenant's instructions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qualify.records import Transcript
from qualify.understanding.similarity import Array, Clause, Heard, Lexicon, clauses, hear, plain, tokens

from .slips import marks, numbers_said

CONTEXT = 8
"""Features of a clause of the agent's that hold for every prohibition."""
_LONG = 20
"""Words from which a clause is long."""
_DECLINES = re.compile(
    r"peux (?:pas|rien|ni)|pas le droit|ne sais pas|saurais pas|c'est \w+ \w* ?qui|transmets|pourrai pas"
    r"|demande (?:a|au|si)|pas vous (?:dire|donner)|on vous (?:rappell|dira)|note\b|rien vous"
)
_QUESTION = re.compile(
    r"\?|combien|quand|est-ce|c'est grave|vous pensez|dites-moi|vous savez si|a votre avis|possible"
)


@dataclass(frozen=True)
class AgentClause:
    """A clause of the agent's in a turn, its marks, and what the call says around it."""

    turn: int
    clause: Clause
    tokens: frozenset[str]
    marks: frozenset[str]
    context: tuple[float, ...]
    before: str
    """The caller's words just before, in plain letters."""


@dataclass(frozen=True)
class CallHeard:
    """A call in clauses."""

    transcript: Transcript
    agent: tuple[Heard, ...]
    caller: tuple[Heard, ...]
    statements: tuple[AgentClause, ...]

    def closest(
        self, heard: Sequence[Heard], wanted: Array, written: frozenset[str], lexicon: Lexicon
    ) -> tuple[float, float]:
        """The most that one of `heard` shares of the tokens `written`, and resembles the vector `wanted`."""
        shared = max((lexicon.overlap(h.tokens, written) for h in heard), default=0.0)
        return shared, max((float(wanted @ h.vector) for h in heard), default=0.0)


def listen(transcript: Transcript, lexicon: Lexicon) -> CallHeard:
    """Cut a call into clauses."""
    return CallHeard(
        transcript,
        hear(transcript, lexicon, speaker="agent"),
        hear(transcript, lexicon, speaker="caller"),
        statements(transcript),
    )


def statements(transcript: Transcript) -> tuple[AgentClause, ...]:
    """The clauses of the agent's that hold a word or a number."""
    found: list[AgentClause] = []
    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    before = ""
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            words, numbers, before = (
                words | _telling(turn.text),
                numbers | numbers_said(turn.text),
                plain(turn.text),
            )
            continue
        answers = bool(_QUESTION.search(before))
        for clause in clauses(turn.text):
            said = marks(clause.text)
            context = (*_context(clause.text, words, numbers), float(answers), float(number == 0))
            found.append(AgentClause(number, clause, frozenset(tokens(clause.text)), said, context, before))
    return tuple(found)


def _context(text: str, words: frozenset[str], numbers: frozenset[str]) -> tuple[float, ...]:
    """A question, how much repeats the caller's words and numbers, numbers, declining, length."""
    own_words, own_numbers = _telling(text), numbers_said(text)
    return (
        float("?" in text),
        len(own_words & words) / (len(own_words) + 2),
        len(own_numbers & numbers) / (len(own_numbers) + 1),
        float(bool(own_numbers)),
        float(bool(_DECLINES.search(plain(text)))),
        min(len(text.split()), _LONG) / _LONG,
    )


def _telling(text: str) -> frozenset[str]:
    return frozenset(t for t in tokens(text) if not t.endswith("*") and len(t) > 3)
