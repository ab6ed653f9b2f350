"""Names spelled letter by letter beat names heard: «Marchal, M A R C H A L L» is «Marchall».

A spelling is joined with the name said near it that is most like it; it then replaces that part of
the name. One that is like no name said is the answer to the agent's question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qualify.records import Transcript

from .lexicon import PARTICLES
from .mentions import Mention
from .name_cues import BY_QUESTION, question
from .person_names import PersonName
from .phonetic import similarity
from .spelling import Spelling, find_spellings
from .tokens import fold_word

_LIKE = 0.5
"""How alike a spelling and the name heard are at least; «G O deux F» may well be heard «Legaud»."""
_NEAR = 3
"""Turns before a spelling in which its name is looked for."""


def spelled_mentions(transcript: Transcript, heard: Sequence[Mention]) -> tuple[Mention, ...]:
    """A mention for each spelling in the caller's turns, in order; `heard` are all names said."""
    found: list[Mention] = []
    for number, turn in enumerate(transcript.turns):
        if turn.speaker == "caller":
            near = [m for m in heard if number - _NEAR <= m.turn <= number]
            asked = transcript.turns[number - 1].text if number else ""
            found.extend(_mentions(number, find_spellings(turn.text), near, asked))
    return tuple(found)


def _mentions(
    number: int, spellings: Iterable[Spelling], near: Sequence[Mention], asked: str
) -> list[Mention]:
    found = (_joined(number, s, near) or _alone(number, s, asked) for s in spellings)
    return [mention for mention in found if mention is not None]


def _joined(number: int, spelling: Spelling, near: Sequence[Mention]) -> Mention | None:
    """The spelling as a part of the name near it that is most like it."""
    parts = [(similarity(_bare(part), _bare(spelling.value)), m, part)
             for m in near for part in (m.name.last, m.name.first) if part]  # fmt: skip
    likeness, mention, part = max(parts, key=lambda p: (p[0], p[1].turn), default=(0.0, None, ""))
    if mention is None or likeness < _LIKE:
        return None
    value = (
        part if likeness == 1.0 and spelling.value.isascii() else _particles(part, spelling) + spelling.value
    )
    first, last = (value, "") if part == mention.name.first else (mention.name.first, value)
    name = PersonName(first, last, mention.name.title, spelling.start, spelling.end)
    return replace(mention, turn=number, name=name, corrects=True)


def _particles(part: str, spelling: Spelling) -> str:
    """The small words that open the part and are not spelled: «de Chazelles, C H A Z E deux L E S»."""
    words = part.split()
    small = [w for w in words[:-1] if fold_word(w) in PARTICLES]
    whole = similarity(_bare(part), _bare(spelling.value)) >= similarity(
        _bare(words[-1]), _bare(spelling.value)
    )
    return "" if whole or len(small) < len(words) - 1 else "".join(f"{w} " for w in small)


def _alone(number: int, spelling: Spelling, asked: str) -> Mention | None:
    """The spelling as the name that the agent asks for."""
    cue = BY_QUESTION.get(question(asked))
    if cue is None:
        return None
    name = PersonName("", spelling.value, "", spelling.start, spelling.end)
    return Mention(number, name, cue[0], cue[1])


def _bare(name: str) -> str:
    return "".join(c for c in fold_word(name) if c.isalpha())
