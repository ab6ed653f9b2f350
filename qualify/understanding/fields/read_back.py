"""Whole names that the agent says and the caller agrees with: they complete a name given in part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qualify.records import Transcript

from .dictations import is_confirmed, is_denied
from .identities import Identity, sounds_like
from .lexicon import TITLES
from .mentions import Mention
from .person_names import PersonName, is_cased, name_tokens, read_name


def completed_by_agent(identity: Identity, transcript: Transcript, *, excluded: Sequence[str]) -> Identity:
    """The identity with the part that it lacks, as the agent says it and the caller lets it stand.

    «Jocelyne Pagès ? — Oui.» completes «Pagès»; «Sandrine Dabard ? — Non, Tabard.» gives «Sandrine Tabard».
    `excluded` are the tenant's people.
    """
    if not identity.name.single:
        return identity
    said = [m for m in _whole_names(transcript) if not any(m.name.may_be(other) for other in excluded)]
    agreed = [m for m in said if is_confirmed(transcript, m.turn) and m.name.resembles(identity.name)]
    if agreed:
        return identity.completed(agreed)
    answers = {m.turn for m in identity.mentions}
    for mention in said:
        denied = is_denied(transcript, mention.turn) and mention.turn + 1 in answers
        if denied and identity.name.last and sounds_like(identity.name, mention.name):
            whole = replace(mention.name, last=identity.name.last)
            return identity.completed([replace(mention, name=whole)])
    return identity


def _whole_names(transcript: Transcript) -> Iterator[Mention]:
    """The names of both parts in the agent's turns, in order."""
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "agent":
            for name in _names(turn.text):
                yield Mention(number, name, "other", 0.0)


def _names(text: str) -> Iterator[PersonName]:
    tokens, cased, at = name_tokens(text), is_cased(text), 0
    while at < len(tokens):
        may_begin = tokens[at].capital or tokens[at].fold in TITLES
        read = read_name(tokens, at, cased=cased) if may_begin else None
        if read is None:
            at += 1
            continue
        name, at = read
        if not name.single:
            yield name
