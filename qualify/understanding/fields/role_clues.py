"""What tells whose a name is, beyond the one cue that stands beside it: the clues that a model weighs.

A clue is a short string that holds of a mention or does not: the rule that fits, the words around, the
agent's question, where in the call it stands, how the agent addresses the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qualify.records import Transcript

from .firm_cues import KIND
from .lexicon import is_first_name
from .mentions import Mention
from .name_cues import KIN, question
from .person_names import name_tokens
from .phonetic import similarity
from .tokens import fold_word
from .word_clues import beside

_SAME = 0.85
"""How alike a name and what the agent or the caller calls again are at least."""
_KIN = re.compile(KIN)
_SUBJECTS = frozenset(["il", "elle", "lui", "son", "sa", "ses"])


def clues(transcript: Transcript, mentions: Sequence[Mention]) -> list[frozenset[str]]:
    """The clues of each mention; `mentions` are all of the caller's, in order."""
    words = {m.turn: name_tokens(transcript.turns[m.turn].text) for m in mentions}
    callers = [i for i, turn in enumerate(transcript.turns) if turn.speaker == "caller"]
    addressed = _addressed(transcript)
    found = []
    for at, mention in enumerate(mentions):
        name, text = mention.name, transcript.turns[mention.turn].text
        asked = tuple(_question(transcript, mention))
        one = {"bias", *asked, *_shape(mention)}
        one.update(beside(text, words[mention.turn], start=name.start, end=name.end))
        one.update(_place(callers, mention), _called(addressed, mention))
        one.update(_others(mentions, at, asked or ("unasked",)))
        found.append(frozenset(one))
    return found


def _shape(mention: Mention) -> Iterator[str]:
    name = mention.name
    yield f"rule {mention.role} {round(mention.strength, 1)}"
    yield f"rule {mention.role}"
    parts = "full" if not name.single else "first" if name.first else "last"
    yield f"parts {parts} {'titled' if name.title else 'bare'}"
    yield f"listed {is_first_name(name.first or name.last)} {parts}"
    if mention.stands_alone:
        yield "alone"
    if any(KIND.fullmatch(fold_word(word)) for word in name.value.split()):
        yield "firm"
    if mention.corrects:
        yield "corrects"


def _place(callers: Sequence[int], mention: Mention) -> Iterator[str]:
    nth = callers.index(mention.turn)
    yield f"turn {min(nth, 3)}"
    if nth == len(callers) - 1 and nth:
        yield "last turn"


def _question(transcript: Transcript, mention: Mention) -> Iterator[str]:
    """What the agent has asked just before, and whether of somebody else."""
    said = transcript.turns[mention.turn - 1] if mention.turn else None
    if said is None or said.speaker != "agent":
        return
    folded = fold_word(said.text)
    early = "early" if mention.name.start < 40 else "late"
    yield f"asked {question(said.text)} {early}"
    words = set(re.findall(r"[a-z]+", folded))
    if words & _SUBJECTS:
        yield f"asked of another {early}"
    if _KIN.search(folded):
        yield f"asked of kin {early}"


def _others(mentions: Sequence[Mention], at: int, asked: Sequence[str]) -> Iterator[str]:
    """How it stands to the names before and after it."""
    one = mentions[at]
    for side, other in (("before", at - 1), ("after", at + 1)):
        if not 0 <= other < len(mentions):
            yield f"no name {side}"
            continue
        near = mentions[other]
        turn = "same turn" if near.turn == one.turn else "other turn"
        alike = "alike" if near.name.resembles(one.name) else "unlike"
        yield f"name {side} {turn} {alike}"
        yield f"name {side} {turn} {alike} {near.role}"
    again = sum(m.name.resembles(one.name) for m in mentions) - 1
    yield f"again {min(again, 2)}"
    for side, others in (("before", mentions[:at]), ("after", mentions[at + 1 :])):
        rivals = [m.strength for m in others if m.role == "caller" and not m.name.resembles(one.name)]
        yield f"rival {side} {round(max(rivals, default=0.0), 1)}"
        if side == "before" and rivals:
            yield from (f"rival {ask}" for ask in asked)
    family = fold_word(one.name.last)
    if family and any(fold_word(m.name.last) == family and not m.name.resembles(one.name) for m in mentions):
        yield "shares its family name"


def _addressed(transcript: Transcript) -> list[tuple[int, str]]:
    """The names by which the agent addresses the caller: after a title between commas or at an end."""
    found = []
    for i, turn in enumerate(transcript.turns):
        if turn.speaker == "agent":
            found += [(i, m.group(1)) for m in _ADDRESS.finditer(turn.text)]
    return found


_ADDRESS = re.compile(
    r"(?:^|[,.!?]|\b(?:[Bb]onjour|[Mm]erci|[Oo]ui|[Aa]u revoir|journée|soirée|noté|accord))\s*"
    r"(?:[Mm]adame|[Mm]onsieur|[Mm]aître|[Dd]octeur|[Mm]ademoiselle)\s+([A-ZÀ-Ý][^,.!?]{1,30}?)\s*(?=[,.!?]|$)"
)


def _called(addressed: Sequence[tuple[int, str]], mention: Mention) -> Iterator[str]:
    last = mention.name.last or mention.name.first
    for turn, name in addressed:
        when = "after" if turn > mention.turn else "before"
        yield f"agent addresses {'him' if similarity(name, last) >= _SAME else 'another'} {when}"
