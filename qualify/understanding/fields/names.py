"""The caller's own name: what he says of himself, in one piece or several, after all corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qualify.records import Evidence, Judgment, Rival, Transcript

from .mentions import Mention, caller_mentions
from .person_names import PersonName
from .phonetic import similarity

_LEAST = 0.55
"""Below this strength a name is left out."""
_UNTOLD = 0.6
"""Strength of a full name that stands by itself, where the caller names nobody else."""
_TO_COMPLETE = 0.7
"""Strength that a lone first name and a lone family name need to become one name."""
_INTRODUCED = 0.85
"""From this strength on, one who bears the name of the tenant's people is the caller all the same."""
_MISHEARD = 0.5
"""How alike a name and its correction are at least."""
_TOO_CLOSE = 0.03
"""Two different names whose strengths differ by less leave the caller's name unsure."""


@dataclass(frozen=True)
class Identity:
    """One person as all its mentions together tell it."""

    name: PersonName
    strength: float
    mentions: tuple[Mention, ...]

    def evidence(self, transcript: Transcript) -> tuple[Evidence, ...]:
        """The words of each mention."""
        return tuple(transcript.evidence(m.turn, m.name.start, m.name.end) for m in self.mentions)


def caller_name(transcript: Transcript, *, excluded: Sequence[str] = ()) -> Judgment | None:
    """The caller's name as «Prénom Nom», or the part of it that is given.

    `excluded` are names that are not the caller's unless he introduces himself so (the tenant's
    people). None where nothing in the caller's words tells.
    """
    mentions = [m for m in caller_mentions(transcript) if not _is_weak_staff(m, excluded)]
    own = identities([m for m in mentions if m.role == "caller" and m.strength >= _LEAST])
    loose = [m for m in mentions if m.role == "unknown" and not m.strength]
    if not own:
        own = identities([replace(m, strength=_UNTOLD) for m in loose if m.stands_alone])
    return judged(transcript, [_completed(_corrected(identity, loose), loose) for identity in own])


def _corrected(identity: Identity, loose: Sequence[Mention]) -> Identity:
    """The identity after what the caller takes back, where the new name sounds like the old."""
    for mention in loose:
        old, new = (n.last or n.first for n in (identity.name, mention.name))
        later = mention.turn >= identity.mentions[-1].turn
        if mention.corrects and later and _MISHEARD <= similarity(old, new) < 1:
            identity = _merged(identity, replace(mention, strength=_UNTOLD))
    return identity


def _completed(identity: Identity, loose: Sequence[Mention]) -> Identity:
    """The identity with the part it lacks from a mention that says no more of whose it is."""
    if not identity.name.single:
        return identity
    fuller = (m for m in loose if not m.name.single and m.name.resembles(identity.name))
    return next((_merged(identity, replace(m, strength=0.2)) for m in fuller), identity)


def judged(transcript: Transcript, found: Sequence[Identity]) -> Judgment | None:
    """The strongest identity, with its rivals where others are about as strong."""
    ranked = sorted(found, key=lambda i: -i.strength)
    if not ranked or ranked[0].strength < _LEAST:
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


def identities(mentions: Sequence[Mention]) -> list[Identity]:
    """Mentions of one role brought together by person; a correction replaces what it corrects."""
    found: list[Identity] = []
    for mention in mentions:
        at = next((i for i, known in enumerate(found) if _same(known, mention)), None)
        if at is None:
            found.append(Identity(mention.name, mention.strength, (mention,)))
        else:
            found[at] = _merged(found[at], mention)
    return found


def _same(known: Identity, mention: Mention) -> bool:
    if known.name.resembles(mention.name):
        return True
    if mention.corrects and similarity(known.name.last, mention.name.last) >= _MISHEARD:
        return True
    parts = known.name, mention.name
    if min(known.strength, mention.strength) < _TO_COMPLETE:
        return False
    return all(p.single for p in parts) and bool(parts[0].first) != bool(parts[1].first)


def _merged(known: Identity, mention: Mention) -> Identity:
    strength = 1 - (1 - known.strength) * (1 - mention.strength)
    if mention.corrects:
        name = mention.name.completed_by(known.name)
        kept = tuple(
            m for m in known.mentions if m.name.first and name.first == m.name.first and not m.name.last
        )
        return Identity(name, min(strength, 0.97), (*kept, mention))
    return Identity(known.name.completed_by(mention.name), min(strength, 0.97), (*known.mentions, mention))


def _is_weak_staff(mention: Mention, excluded: Sequence[str]) -> bool:
    return mention.strength < _INTRODUCED and any(mention.name.may_be(name) for name in excluded)
