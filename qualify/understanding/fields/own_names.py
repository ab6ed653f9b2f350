"""A person whom a tenant's own field names: the doctor who refers, the tenant, the carer, the instructor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qualify.records import Transcript

from .identities import named_by_caller
from .lexicon import towns
from .mentions import Mention
from .phonetic import similarity
from .sighting import Sighting
from .tokens import fold_word
from .topic import Topic

_ASKED, _TITLED, _NEAR = 0.75, 0.7, 0.62
_BEFORE, _AFTER = 45, 25
"""Characters before and after a name in which a word of the field tells whose it is."""
_PLACED = re.compile(r"(?:^| )(?:a|sur|vers) $|(?:habite\w*|frere a) (?:a )?$")
"""Before a name that is a town's."""
_SAME = 0.85
_TITLES = {"docteur": "medecin", "dr": "medecin", "docteure": "medecin", "maitre": "notaire", "me": "notaire"}
"""Form of address → the word of a label that it belongs to."""


def names(transcript: Transcript, topic: Topic, *, excluded: Sequence[str]) -> Iterator[Sighting]:
    """The names of the caller's turns that a word of the field or the agent's question tells to be meant.

    `excluded` are names that belong to others: the tenant's people, the caller.
    """
    for mention in named_by_caller(transcript):
        strength = 0.0 if _is_other(mention, excluded) else _strength(transcript, mention, topic)
        if strength:
            name = mention.name
            yield Sighting(name.value, mention.turn, name.start, name.end, strength)


def _is_other(mention: Mention, excluded: Sequence[str]) -> bool:
    said = fold_word(mention.name.value)
    if said.replace("-", " ") in towns():
        return True
    known = [part for name in map(fold_word, excluded) for part in (name, *name.split())]
    return any(similarity(said, part) > _SAME for part in known if len(part) > 2)


def _strength(transcript: Transcript, mention: Mention, topic: Topic) -> float:
    text, name = transcript.turns[mention.turn].text, mention.name
    if topic.wanted_before(transcript, mention.turn):
        return _ASKED
    if any(word == _TITLES.get(name.title) for word in topic.words):
        return _TITLED
    before = text[max(0, name.start - _BEFORE) : name.start]
    if _PLACED.search(fold_word(before)):
        return 0
    after = text[name.end : name.end + _AFTER]
    if topic.names(before.split(".")[-1]):
        return _NEAR
    if mention.role == "caller" or "?" in before + after:
        return 0
    return _NEAR if topic.touches(before.split(".")[-1]) or topic.names(after.split(".")[0]) else 0
