"""Names spelled letter by letter beat names heard: «Marchal, M A R C H A L L» is «Marchall».

A spelling is joined with the name said near it that is most like it; it then replaces that part of
the name. One that is like no name said is the answer to the agent's question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qualify.records import Transcript

from .dictations import Dictation, dictations
from .lexicon import PARTICLES, common_words, towns
from .mentions import Mention
from .name_cues import BY_QUESTION, SPELL, Cue, question
from .name_letters import respelled
from .person_names import PersonName
from .phonetic import similarity
from .tokens import fold_word

_LIKE = 0.5
"""How alike a spelling and the name heard are at least; «G O deux F» may well be heard «Legaud»."""
_HARDLY = 0.3
"""The same where the agent has just asked for the letters of that name."""
_CONFIRMED = 0.7
"""The same where it is the agent who spells."""
_NEAR = 3
"""Turns before a spelling in which its name is looked for."""
_SHORTER = 0.7
"""A spelling shorter than this share of the name tells a part of its letters only."""
_SPELLS: Cue = ("caller", 0.75)
"""Whose a name is that is spelled at the agent's wish, where nothing else tells."""

_REMARKS = re.compile(
    r"(?:[ ,.;…]|tout attache|en (?:un|deux|trois) (?:seul )?mots?|(?:avec|sans|comme) [^,.]{1,25}|"
    r"puis |et |alors )*$"
)
"""What may part a family name's letters from the first name."""


@dataclass(frozen=True)
class _Match:
    """A part of a name said that a spelling may be of, and how alike they are."""

    likeness: float
    mention: Mention
    part: str
    spelled: str


def with_spellings(transcript: Transcript, heard: Sequence[Mention]) -> tuple[Mention, ...]:
    """The names said and spelled, in order; `heard` are all names said."""
    spelled = dictations(transcript)
    names = [m for m in heard if not any(d.covers(m.turn, m.name.start) for d in spelled)]
    for dictation in spelled:
        mention = _joined(dictation, names) or _alone(dictation)
        if mention is not None:
            names = [_as_first_name_of(mention, m, transcript) for m in names]
            names.append(mention)
    for family in filter(lambda m: _answers(m, transcript), heard):
        names = [_as_first_name_of(family, m, transcript, remarked=True) for m in names]
    return tuple(sorted(names, key=lambda m: (m.turn, m.name.start)))


def _joined(dictation: Dictation, heard: Iterable[Mention]) -> Mention | None:
    """The spelling as a part of the name near it that is most like it."""
    near = [
        m for m in heard if dictation.turn - _NEAR - 2 * len(dictation.earlier) <= m.turn <= dictation.turn
    ]
    ways = [w for w in (dictation.spelling.value, dictation.spelling.last_part, dictation.last_piece) if w]
    matches = [_Match(similarity(_bare(part), _bare(way)), m, part, way)
               for m in near for part in (m.name.last, m.name.first) if part for way in ways]  # fmt: skip
    best = max(matches, key=lambda p: (p.likeness, p.mention.turn), default=None)
    if best is None or best.likeness < _least(dictation, best):
        return None
    value = _value(best)
    if value is None:
        return None
    name = best.mention.name
    first, last = (value, "") if best.part == name.first else (name.first, value)
    spelled = PersonName(first, last, name.title, dictation.spelling.start, dictation.spelling.end)
    role, strength = _whose(dictation, best.mention)
    return replace(best.mention, turn=dictation.turn, name=spelled, role=role, strength=strength,
                   corrects=True, earlier=dictation.earlier)  # fmt: skip


def _whose(dictation: Dictation, heard: Mention) -> Cue:
    """Whose the spelled name is: of whom the agent asks, where the name heard tells nobody."""
    cue = _asked(dictation)
    return cue if cue and heard.role not in ("caller", "third") else (heard.role, heard.strength)


def _asked(dictation: Dictation) -> Cue | None:
    """Whose name a dictation is for, by what the agent said before."""
    asks_letters = SPELL.search(fold_word(dictation.asked))
    return BY_QUESTION.get(question(dictation.asked), _SPELLS if asks_letters else None)


def _least(dictation: Dictation, match: _Match) -> float:
    if dictation.confirmed:
        return _CONFIRMED
    asked = SPELL.search(fold_word(dictation.asked)) and match.mention.turn >= dictation.turn - 2
    return _HARDLY if asked and match.mention.role == "caller" else _LIKE


def _value(match: _Match) -> str | None:
    """The part as it is spelled; None where the letters fit nowhere in it."""
    part, spelled = match.part, match.spelled
    if match.likeness == 1.0 and spelled.isascii():
        return part
    small = _particles(part, spelled)
    if not small and len(_bare(spelled)) <= _SHORTER * len(_bare(part)):
        return respelled(part, spelled)
    return small + spelled


def _particles(part: str, spelled: str) -> str:
    """The small words that open the part and are not spelled: «de Chazelles, C H A Z E deux L E S»."""
    words = part.split()
    small = [w for w in words[:-1] if fold_word(w) in PARTICLES]
    whole = similarity(_bare(part), _bare(spelled)) >= similarity(_bare(words[-1]), _bare(spelled))
    return "" if whole or len(small) < len(words) - 1 else "".join(f"{w} " for w in small)


def _alone(dictation: Dictation) -> Mention | None:
    """The spelling as the name that the agent asks for."""
    cue = _asked(dictation)
    if cue is None or dictation.confirmed:
        return None
    spelling = dictation.spelling
    name = PersonName("", spelling.value, "", spelling.start, spelling.end)
    return Mention(dictation.turn, name, cue[0], cue[1], earlier=dictation.earlier)


def _as_first_name_of(
    spelled: Mention, heard: Mention, transcript: Transcript, *, remarked: bool = False
) -> Mention:
    """The name heard, as a first name where it stands alone after the family name's letters.

    `remarked` says that remarks on them must part both: «Pérez, avec un Z, Maribel».
    """
    name = heard.name
    if heard.turn != spelled.turn or spelled.name.first or not name.single or name.title:
        return heard
    no_name = fold_word(name.value) in common_words() or fold_word(name.value) in towns()
    if no_name or similarity(name.value, spelled.name.last) >= _LIKE:
        return heard
    text = transcript.turns[heard.turn].text
    between, after = text[spelled.name.end : name.start], text[name.end :].strip()
    if remarked and not re.search("[a-z]", fold_word(between)):
        return heard
    if (
        name.start < spelled.name.end
        or not _REMARKS.match(fold_word(between))
        or (after and after[0] not in ".,;!?…")
    ):
        return heard
    first = replace(name, first=name.value, last="")
    return replace(heard, name=first, role=spelled.role, strength=max(spelled.strength, heard.strength))


def _answers(mention: Mention, transcript: Transcript) -> bool:
    """Whether a mention is the family name that the agent has asked the caller for."""
    alone = bool(mention.name.last) and mention.name.single and mention.role == "caller"
    return alone and question(transcript.turns[mention.turn - 1].text if mention.turn else "") in (
        "caller",
        "open",
    )


def _bare(name: str) -> str:
    return "".join(c for c in fold_word(name) if c.isalpha())
