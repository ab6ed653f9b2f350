"""Spellings of a call: in one turn, over several turns, or said by the agent and confirmed by the caller."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qualify.records import Transcript

from .name_cues import question
from .spelling import Spelling, find_spellings, name_case, opening_letters
from .tokens import fold_word

Span = tuple[int, int, int]
"""A turn and the characters [start, end) of it."""

_CONFIRMS = re.compile(
    r"^[ ,.…]*(?:(?:euh|ah|ben|et) )?(?:oui|ouais|voila|c'est (?:ca|bien|exact|moi|cela)|exact|tout a fait|"
    r"parfait|absolument|merci|d'accord|impeccable|c'est correct)(?![^?]*\bnon\b)"
)
_DENIES = re.compile(r"^[ ,.…]*(?:(?:euh|ah|ben) )?(?:non|pas du tout|pas tout a fait)\b")
_OF_OTHER_THINGS = re.compile(
    r"mail|adresse|numero|immatric|plaque|reference|dossier|code|telephone|contrat|prenom"
)
_AT_MOST = 4
"""Words of an agent who lets the caller go on spelling, letters aside."""
_ADDRESS_FOLLOWS = re.compile(r"^[ ,.]*(?:@|arobase|arrobase|at\b|point\b|tiret\b|[0-9]|chez )")

_ADDRESS_BEFORE = re.compile(r"(?:@|arobase|arrobase|point|tiret|underscore|tiret bas)[ ,.]*$")


@dataclass(frozen=True)
class Dictation:
    """A name spelled, in one turn or several."""

    spelling: Spelling
    """The last piece, with the value of all."""
    turn: int
    asked: str
    """What the agent said before the first piece."""
    earlier: tuple[Span, ...] = ()
    """Where the pieces before the last stand."""
    last_piece: str = ""
    """The name that the last piece makes alone, should it be the whole again."""
    confirmed: bool = False
    """Whether the agent says it and the caller agrees."""

    def covers(self, turn: int, at: int) -> bool:
        """Whether the character `at` of a turn is within its letters."""
        last = (self.turn, self.spelling.start, self.spelling.end)
        return any(number == turn and start <= at < end for number, start, end in (*self.earlier, last))


def dictations(transcript: Transcript) -> tuple[Dictation, ...]:
    """Every name spelled in a call, in order."""
    found: list[Dictation] = []
    for number, turn in enumerate(transcript.turns):
        asked = transcript.turns[number - 1].text if number else ""
        if turn.speaker == "agent":
            if number and is_confirmed(transcript, number):
                found += [Dictation(s, number, asked, confirmed=True) for s in _names(turn.text)]
            continue
        before = _pending(found, transcript, number)
        more = opening_letters(turn.text) if before else None
        if before and more:
            found[-1] = _continued(before, more, number)
        rest = (s for s in _names(turn.text) if not (before and more and s.start < more.end))
        found += [Dictation(s, number, asked) for s in rest]
    return tuple(found)


def is_confirmed(transcript: Transcript, turn: int) -> bool:
    """Whether the caller agrees with what the agent said at `turn`."""
    after = transcript.turns[turn + 1] if turn + 1 < len(transcript.turns) else None
    return after is not None and after.speaker == "caller" and bool(_CONFIRMS.search(fold_word(after.text)))


def is_denied(transcript: Transcript, turn: int) -> bool:
    """Whether the caller says no to what the agent said at `turn`."""
    after = transcript.turns[turn + 1] if turn + 1 < len(transcript.turns) else None
    return after is not None and after.speaker == "caller" and bool(_DENIES.search(fold_word(after.text)))


def _names(text: str) -> Iterator[Spelling]:
    """The spellings of a turn that belong to no address."""
    return (s for s in find_spellings(text)
            if not _ADDRESS_FOLLOWS.search(fold_word(text[s.end : s.end + 20]))
            and not _ADDRESS_BEFORE.search(fold_word(text[max(0, s.start - 20) : s.start])))  # fmt: skip


def _pending(found: list[Dictation], transcript: Transcript, number: int) -> Dictation | None:
    """The spelling that the caller's turn before broke off, where the agent only lets him go on."""
    last = found[-1] if found else None
    if last is not None and last.confirmed:
        last = next((d for d in reversed(found) if not d.confirmed), None)
    if last is None or not last.spelling.open or last.turn < number - 2:
        return None
    between = [t.text for t in transcript.turns[last.turn + 1 : number]]
    if not all(map(_lets_go_on, between)):
        return None
    while found[-1] is not last:
        found.pop()
    return last


def _lets_go_on(said: str) -> bool:
    words = re.findall(r"\w+", fold_word(said))
    longer = [w for w in words if len(w) > 1]
    if question(said) != "none" or _OF_OTHER_THINGS.search(fold_word(said)):
        return False
    return len(longer) <= max(_AT_MOST, len(words) // 2)


def _continued(before: Dictation, more: Spelling, number: int) -> Dictation:
    """The dictation with its next piece; one that begins with all said so far is the whole again."""
    again = more.letters.startswith(before.spelling.letters)
    letters = more.letters if again else before.spelling.letters + more.letters
    spelling = Spelling(name_case(letters.strip(" -'")), more.start, more.end, letters, open=more.open)
    piece = (before.turn, before.spelling.start, before.spelling.end)
    alone = name_case(more.letters.strip(" -'"))
    return Dictation(spelling, number, before.asked, (*before.earlier, piece), "" if again else alone)
