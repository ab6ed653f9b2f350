"""Whether what the caller dictates comes back from the agent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from qualify.records import Evidence, InstructionJudgment, InstructionOutcome, Judgment, Transcript
from qualify.tenant import FieldType, Tenant
from qualify.understanding.fields.numbers import TENS, UNITS
from qualify.understanding.fields.phone import find_phones
from qualify.understanding.fields.phone_cues import asks_for_phone
from qualify.understanding.fields.tokens import fold
from qualify.understanding.similarity import plain

FEWEST_DIGITS = 6
"""Digits that make a telephone number, or its read-back."""
SAME_FIGURES = 4
"""Figures in a row by which a read-back is of the number dictated."""
SAME_WORDS = 3
"""Number words in common by which it is."""
SOME_NUMBER = 0.5
"""Confidence of a number from which it counts as dictated; less may be a file's number."""
SURE = 0.95
"""Confidence: on the labeled calls all but one in twenty are right."""

_READ_BACK = re.compile(
    r"\b(?:reli|repet|reformul|redi[st]|redonn)\w*|(?:faire )?confirm\w+ (?:le|son) numero"
)
_EMAIL = re.compile(r"mails?\b|courriel|adresse electronique")
_TELEPHONE = re.compile(r"telephone|portable|mobile|rappel|coordonnees")
_NUMBER = re.compile(r"numero")
_PAPER = re.compile(
    r"numero (?:de |du |d')(?:la |l')?(?:dossier|contrat|commande|reservation|sinistre|facture"
    r"|client|appareil)\b"
    r"|\breference"
)
_AT = re.compile(r"@|\barobase\b")
_FIGURES = re.compile(r"\d+")
_WORD = re.compile(r"[a-z]+")
_DIGITS_OF = {word: 1 if value < 10 else 2 for word, value in (UNITS | TENS).items() if value != 1}
"""Number word → how many digits it stands for; «un» is mostly an article."""


def read_back_types(text: str) -> tuple[FieldType, ...]:
    """The types of fields that an instruction wants read back; none for another instruction."""
    said = plain(text)
    if not _READ_BACK.search(said):
        return ()
    paper, telephone = bool(_PAPER.search(said)), bool(_TELEPHONE.search(said))
    named: dict[FieldType, bool] = {
        "phone": telephone or (not paper and bool(_NUMBER.search(said))),
        "email": bool(_EMAIL.search(said)),
        "reference": paper,
    }
    return tuple(kind for kind, wanted in named.items() if wanted)


def judge_read_back(
    transcript: Transcript, types: Sequence[FieldType], tenant: Tenant, fields: Mapping[str, Judgment]
) -> InstructionJudgment:
    """Broken where something dictated does not come back; not applicable where nothing was dictated."""
    judged = [
        _judge_field(transcript, field.type, fields.get(field.id), tenant.region)
        for field in tenant.fields_by_id.values()
        if field.type in types
    ]
    order: tuple[InstructionOutcome, ...] = ("broken", "followed", "not_applicable")
    return min(judged, key=lambda j: order.index(j.outcome), default=_NOTHING_DICTATED)


def _judge_field(
    transcript: Transcript, kind: FieldType, found: Judgment | None, region: str
) -> InstructionJudgment:
    own = _by_caller(transcript, found.evidence) if found else ()
    dictated = [own] if own else []
    if kind == "phone":
        dictated += [m.evidence for m in find_phones(transcript, region=region) if m.speaker == "caller"]
        dictated = [d for d in dictated if sum(digits_said(e.quote) for e in d) >= FEWEST_DIGITS]
    said_again = _turn_read_back(transcript, dictated, kind)
    if said_again is None and kind == "phone" and found:
        said_again = _heard_from_agent(transcript, found)
    if said_again is not None:
        whole = transcript.evidence(said_again, 0, len(transcript.turns[said_again].text))
        return InstructionJudgment(outcome="followed", confidence=SURE, evidence=(whole,))
    if found and own in dictated and _was_given(transcript, found, own, kind):
        return InstructionJudgment(outcome="broken", confidence=SURE, evidence=own)
    return _NOTHING_DICTATED


_NOTHING_DICTATED = InstructionJudgment(outcome="not_applicable", confidence=SURE)


def _by_caller(transcript: Transcript, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(e for e in evidence if transcript.turns[e.turn].speaker == "caller")


def _was_given(transcript: Transcript, found: Judgment, own: Sequence[Evidence], kind: FieldType) -> bool:
    """Whether the words do give such a field: an unsure number was at least asked for."""
    if found.confidence >= SOME_NUMBER:
        return True
    before = own[0].turn - 1
    return kind == "phone" and before >= 0 and asks_for_phone(fold(transcript.turns[before].text))


def _turn_read_back(
    transcript: Transcript, dictated: Sequence[Sequence[Evidence]], kind: FieldType
) -> int | None:
    """The agent's turn that says again what was dictated before."""
    for number, turn in enumerate(transcript.turns):
        later = [d for d in dictated if d[0].turn < number] if turn.speaker == "agent" else []
        if any(_says_again(turn.text, d, kind) for d in later):
            return number
    return None


def _heard_from_agent(transcript: Transcript, found: Judgment) -> int | None:
    """The agent's turn that a number is known from, after the caller said one less clearly."""
    for evidence in found.evidence:
        before = (t.text for t in transcript.turns[: evidence.turn] if t.speaker == "caller")
        agent = transcript.turns[evidence.turn].speaker == "agent"
        if agent and digits_said(evidence.quote) >= FEWEST_DIGITS <= max(map(digits_said, before), default=0):
            return evidence.turn
    return None


def _says_again(text: str, dictated: Sequence[Evidence], kind: FieldType) -> bool:
    if kind == "email":
        return bool(_AT.search(plain(text)))
    number = " ".join(e.quote for e in dictated)
    said, again = _figures(number), _figures(text)
    if kind == "phone":
        in_pieces = len({e.turn for e in dictated}) > 1
        if digits_said(text) < (SAME_FIGURES if in_pieces else FEWEST_DIGITS):
            return False
    fewest = SAME_FIGURES if kind == "phone" else min(SAME_WORDS, len(said))
    if min(len(said), len(again)) >= max(1, fewest):
        return SequenceMatcher(None, said, again).find_longest_match().size >= fewest
    in_words, again_in_words = _number_words(number), _number_words(text)
    if in_words and again_in_words:
        return len(in_words & again_in_words) >= min(SAME_WORDS, len(in_words))
    return kind == "phone"


def digits_said(text: str) -> int:
    """About how many digits a text says: figures, and two for each number word of ten or more."""
    written = plain(text)
    return sum(_DIGITS_OF.get(w, 0) for w in _WORD.findall(written)) + sum(c.isdigit() for c in written)


def _figures(text: str) -> str:
    return "".join(_FIGURES.findall(text))


def _number_words(text: str) -> frozenset[str]:
    return frozenset(w for w in _WORD.findall(plain(text)) if w in _DIGITS_OF)
