"""Mentions brought together by person: one name from all its pieces, after all corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qualify.records import Evidence, Judgment, Rival, Transcript

from .lexicon import gender_of
from .mentions import Mention, caller_mentions
from .person_names import PersonName
from .phonetic import similarity
from .roles import with_roles
from .spelled_names import with_spellings
from .tokens import fold_word

LEAST = 0.4
"""Below this strength a name is left out."""
_TO_COMPLETE = 0.4
"""Strength that a lone first name and a lone family name need to become one name."""
_MISHEARD = 0.5
"""How alike a name and its correction are at least."""
_MISHEARD_OF_ANOTHER_GENDER = 0.7
"""The same for a man's first name and a woman's: «Michel», «Michèle», but not «Lucien», «Sylvie»."""
_TOO_CLOSE = 0.03
"""Two persons whose strengths differ by less leave it unsure which of them it is."""
_ONE_BREATH = 25
"""Characters at most between the two parts of a name said with a pause."""
_SOON = 2
"""Turns between a family name and the whole name at most."""
_SUREST = 0.995
"""What clues are at most."""
_UNTOLD = 0.2
"""What a mention adds that does not itself tell whose it is."""


@dataclass(frozen=True)
class Identity:
    """One person as all its mentions together tell it."""

    name: PersonName
    strength: float
    mentions: tuple[Mention, ...]

    def evidence(self, transcript: Transcript) -> tuple[Evidence, ...]:
        """The words of each mention."""
        spans = ((*m.earlier, (m.turn, m.name.start, m.name.end)) for m in self.mentions)
        return tuple(transcript.evidence(*span) for some in spans for span in some)

    def merged(self, mention: Mention) -> Identity:
        """With one more mention; one that corrects replaces what it corrects."""
        strength = min(1 - (1 - self.strength) * (1 - mention.strength), _SUREST)
        if not mention.corrects:
            return Identity(self._with(mention), strength, (*self.mentions, mention))
        name = mention.name.completed_by(self.name).with_particles_of(self.name)
        kept = tuple(m for m in self.mentions if m.name.first == name.first or m.name.last == name.last)
        return Identity(name, strength, (*kept, mention))

    def _with(self, mention: Mention) -> PersonName:
        """The name with what a mention adds; of several ways to hear the family name, the usual one."""
        if self.lacks_first(mention):
            return replace(self.name, first=mention.name.value, last=self.name.value)
        name = self.name.completed_by(mention.name)
        if any(m.corrects for m in self.mentions):
            return name
        heard = Counter(m.name.last for m in (*self.mentions, mention) if m.name.last)
        usual = max(heard, key=lambda last: heard[last], default="")
        return replace(name, last=usual) if heard[usual] > heard[name.last] > 0 else name

    def lacks_first(self, mention: Mention) -> bool:
        """Whether what seemed the first name is none, since the agent asks for one: «Ndong Obiang»."""
        name = self.name
        may_be_family = bool(name.first) and (name.single or gender_of(name.first) is None)
        return may_be_family and mention.only_first and similarity(name.first, mention.name.value) < _MISHEARD

    def corrected(self, mentions: Iterable[Mention]) -> Identity:
        """After what the caller takes back later, where the new name sounds like the old."""
        found = self
        for mention in mentions:
            later = mention.turn >= found.mentions[-1].turn
            if mention.corrects and later and sounds_like(found.name, mention.name):
                found = found.merged(replace(mention, strength=_UNTOLD))
        return found

    def completed(self, mentions: Sequence[Mention]) -> Identity:
        """With the part it lacks from the first mention that has both, or that stands beside it."""
        if not self.name.single:
            return self
        fuller = [m for m in mentions if not m.name.single and m.name.resembles(self.name)]
        beside = [m for m in mentions if m.name.single and self._is_beside(m)]
        added = next(iter(fuller or beside), None)
        return self if added is None else self.merged(replace(added, strength=_UNTOLD, corrects=False))

    def _is_beside(self, mention: Mention) -> bool:
        """Whether it is the first name that lacks, said in the same breath: «Marchand… euh, Sylvie»."""
        if self.name.first or not mention.name.first:
            return False
        gaps = ((m.name, mention.name) for m in self.mentions if m.turn == mention.turn)
        return any(max(a.start, b.start) - min(a.end, b.end) <= _ONE_BREATH for a, b in gaps)


@lru_cache(maxsize=4)
def named_by_caller(transcript: Transcript) -> tuple[Mention, ...]:
    """All names in the caller's turns, said and spelled, in order; kept, since several fields ask."""
    heard = _with_family_names(with_roles(transcript, caller_mentions(transcript)))
    return with_spellings(transcript, heard)


def _with_family_names(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions; what is all of another's family name has no first name: «Bernard, Simone Bernard»."""
    whole = [(m.turn, m.name.last) for m in mentions if not m.name.single]

    def read(m: Mention) -> Mention:
        words = sorted(fold_word(m.name.value).split())
        near = (last for t, last in whole if m.name.first and abs(m.turn - t) <= _SOON)
        family = next((last for last in near if sorted(fold_word(last).split()) == words), "")
        return replace(m, name=replace(m.name, first="", last=family)) if family else m

    return tuple(map(read, mentions))


def identities(mentions: Iterable[Mention]) -> list[Identity]:
    """Mentions of one role brought together by person, in the order of their first mentions."""
    found: list[Identity] = []
    for mention in mentions:
        at = next((i for i, known in enumerate(found) if _is_same(known, mention)), None)
        if at is None:
            found.append(Identity(mention.name, mention.strength, (mention,)))
        else:
            found[at] = found[at].merged(mention)
    return found


def judged(transcript: Transcript, found: Sequence[Identity], *, least: float = LEAST) -> Judgment | None:
    """The strongest identity, with its rivals where others are about as strong; None below `least`."""
    ranked = sorted(found, key=lambda i: -i.strength)
    if not ranked or ranked[0].strength < least:
        return None
    best = ranked[0]
    close = [i for i in ranked[1:] if best.strength - i.strength < _TOO_CLOSE and i.name.is_person]
    rivals = tuple(
        Rival(value=i.name.value, confidence=round(i.strength / 2, 3), evidence=i.evidence(transcript))
        for i in close
    )
    return Judgment(
        value=best.name.value,
        confidence=round(best.strength / (2 if rivals else 1), 3),
        evidence=best.evidence(transcript),
        rivals=rivals,
        unsure=bool(rivals),
    )


def _is_same(known: Identity, mention: Mention) -> bool:
    if known.name.resembles(mention.name) or (mention.corrects and sounds_like(known.name, mention.name)):
        return True
    if known.lacks_first(mention) and known.mentions[-1].turn >= mention.turn - 2:
        return True
    if min(known.strength, mention.strength) < _TO_COMPLETE:
        return False
    both = known.name, mention.name
    return all(name.single for name in both) and bool(both[0].first) != bool(both[1].first)


def sounds_like(old: PersonName, new: PersonName) -> bool:
    """Whether one may be the other misheard: the family names, or where one lacks it what there is."""
    if old.last and new.last:
        return similarity(old.last, new.last) >= _MISHEARD
    least = _MISHEARD_OF_ANOTHER_GENDER if old.clashes(new) else _MISHEARD
    return similarity(old.first or old.last, new.first or new.last) >= least
