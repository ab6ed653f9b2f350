"""The date that the caller asks for or must meet, chosen among all dates of a call.

A date counts by what is said around it: an appointment, a wish, a deadline, or the agent's question
that it answers. Past dates, dates of birth, the hours at which the caller can be called back and
dates that don't suit never count; an agent's proposal counts where the caller accepts it. Among
equals the caller's first and the agent's last win.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from qualify.records import Evidence, Judgment, Rival, Transcript

from .birth import speaks_of_birth
from .clock import fold, spoken
from .dates import DateMention, OpeningHours, find_dates
from .window import accepts, callback_basis, sentence_at

_CONFIDENCE = {2: 0.65, 3: 0.8, 4: 0.85, 5: 0.9}
"""Rough values by score, to be calibrated on labeled calls."""
_VAGUE_PENALTY = 0.1

_MEETING = spoken(
    r"\brendez vous\b|\brdv\b|\bcreneau|\bdispo|\bplace\b|\baudience|\breunion|\bvisite|\bintervention"
    r"|\bconsultation|\bconvoque|\bdeplac|\bdecal|\breport|\bannul|\bavancer\b|\bconfirm|\breserv|\blivr"
    r"|\bau plus tard\b|\bdernier delai\b|\bdate limite\b|\becheance|\bexpire|\bdelai\b"
)
_WISH = spoken(
    r"\b(?:voudr|voulais|aimer|souhait|faudrait|il faut|besoin|passer|venir|viendr|vienne|arrange|ideal"
    r"|prefer|plutot|possible|pourr|peux|libre|depart|arriv|commence|prevu|je pars|on part)"
)
_DEADLINE = spoken(
    r"\b(?:avant|d'ici|jusqu'au?|pour|a partir de|des|apres|au plus tard)(?: le| ce| la| fin)? $"
)
_OWN_DEADLINE = spoken(r"(?:avant|d'ici|jusqu'|pour|sous|a partir)")
_ASKED = spoken(
    r"\b(?:(?<!depuis\s)quand|quel(?:le)?s? (?:jour|date|heure|moment|creneau|periode)|disponibilite"
    r"|vous arrange|conviendrait|date|creneau|preference|c'est a quelle)"
)
_OURS = spoken(
    r"\b(?:rappel|ouvert|ouvr|ferm|absent|conge|horaire|revien|de retour|transmet|nous sommes|alert|previen)"
)
_HOUR_ASKED = spoken(r"\bheure|\bquand\b|\bmatin|\bapres midi|\bplutot")
_COMPLETES_ONLY = 1
"""Score of a time that nothing asks for: it can't be the request, but may complete its day."""
_NEAR_TURNS = 4
"""How many turns may lie between a day and the time that completes it."""


@dataclass(frozen=True)
class _Candidate:
    mention: DateMention
    score: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class _Call:
    """A call's turns, also folded, with who speaks them."""

    transcript: Transcript
    folded: tuple[str, ...]
    speakers: tuple[str, ...]

    def question_before(self, turn: int) -> str:
        """What the agent says right before a caller's turn, folded."""
        return self.folded[turn - 1] if turn and self.speakers[turn - 1] == "agent" else ""


def requested_datetime(
    transcript: Transcript, *, started_at: datetime, opening_hours: OpeningHours
) -> Judgment | None:
    """What the caller wants or must meet; None where the call asks for no date.

    The value is an ISO date or datetime, or the caller's own words where they can't be resolved.
    """
    folded = tuple(fold(turn.text) for turn in transcript.turns)
    call = _Call(transcript, folded, tuple(turn.speaker for turn in transcript.turns))
    mentions = [
        mention
        for turn, spoken_turn in enumerate(transcript.turns)
        for mention in find_dates(
            spoken_turn.text, turn=turn, started_at=started_at, opening_hours=opening_hours
        )
        if not (mention.kind == "past" or mention.negated or mention.superseded)
    ]
    candidates = list(_candidates(call, mentions))
    best = max(candidates, key=_rank, default=None)
    if best is None or best.score == _COMPLETES_ONLY:
        return None
    value, evidence = _completed(call, best, candidates)
    confidence = _CONFIDENCE[best.score] - (_VAGUE_PENALTY if best.mention.kind == "vague" else 0)
    return Judgment(
        value=value, confidence=confidence, evidence=evidence, rivals=_rivals(best, candidates, value)
    )


def _rank(candidate: _Candidate) -> tuple[int, bool, int]:
    mention = candidate.mention
    agreed = len(candidate.evidence) > 1
    order = mention.turn if agreed else -mention.turn
    return candidate.score, mention.kind != "vague", order


def _candidates(call: _Call, mentions: Sequence[DateMention]) -> Iterator[_Candidate]:
    for mention in mentions:
        if mention.alternative_of is not None or _is_other_matter(call, mention):
            continue
        evidence: tuple[Evidence, ...] = (call.transcript.evidence(mention.turn, mention.start, mention.end),)
        if call.speakers[mention.turn] == "caller":
            score = _caller_score(call, mention)
        else:
            score = _agreed_score(call, mention)
            evidence += _agreement(call, mention.turn)
        if score:
            yield _Candidate(mention, score, evidence)


def _is_other_matter(call: _Call, mention: DateMention) -> bool:
    """Whether the date is one of birth, or says when to call the caller back."""
    begin, end = sentence_at(call.folded[mention.turn], mention.start)
    asked = mention.turn > 0 and speaks_of_birth(call.transcript.turns[mention.turn - 1].text)
    if asked or speaks_of_birth(call.transcript.turns[mention.turn].text[begin:end]):
        return True
    basis = callback_basis(call.folded, call.speakers, mention.turn, mention.start)
    return basis in ("said", "asked") or (basis == "number" and mention.kind in ("time", "vague"))


def _caller_score(call: _Call, mention: DateMention) -> int:
    folded = call.folded[mention.turn]
    begin, end = sentence_at(folded, mention.start)
    if _MEETING.search(folded, begin, end) or _ASKED.search(call.question_before(mention.turn)):
        return 3
    if mention.kind == "time":
        return _COMPLETES_ONLY
    due = _DEADLINE.search(folded, begin, mention.start) or _OWN_DEADLINE.match(folded, mention.start)
    return 2 if due or _WISH.search(folded, begin, end) else 0


def _agreed_score(call: _Call, mention: DateMention) -> int:
    folded = call.folded[mention.turn]
    begin, end = sentence_at(folded, mention.start)
    if _OURS.search(folded, begin, end) or mention.kind == "vague" or not _agreement(call, mention.turn):
        return 0
    return 5 if mention.kind == "datetime" else 4


def _agreement(call: _Call, turn: int) -> tuple[Evidence, ...]:
    """The caller's reply to an agent's turn, where it accepts; else nothing."""
    reply = turn + 1
    if reply == len(call.folded) or call.speakers[reply] != "caller" or not accepts(call.folded[reply]):
        return ()
    _, end = sentence_at(call.folded[reply], 0)
    return (call.transcript.evidence(reply, 0, end),)


def _completed(
    call: _Call, best: _Candidate, candidates: Sequence[_Candidate]
) -> tuple[str, tuple[Evidence, ...]]:
    """The value of the best candidate: a day with the time said near it, a time with its day."""
    mention = best.mention
    if mention.value is None:
        return mention.text, best.evidence
    for other in candidates:
        day, time = sorted((mention, other.mention), key=lambda part: part.kind)
        if (day.kind, time.kind) == ("date", "time") and _completes(call, day, time):
            return f"{day.value}{(time.value or '')[10:]}", best.evidence + other.evidence
    return mention.value, best.evidence


def _completes(call: _Call, day: DateMention, time: DateMention) -> bool:
    if not 0 <= time.turn - day.turn <= _NEAR_TURNS:
        return False
    if time.turn == day.turn or call.speakers[time.turn] == "agent":
        return True
    return _HOUR_ASKED.search(call.question_before(time.turn)) is not None


def _rivals(best: _Candidate, candidates: Sequence[_Candidate], value: str) -> tuple[Rival, ...]:
    """Up to two other dates that count as much, for who reviews the call."""
    others = {
        other.mention.value: other
        for other in reversed(candidates)
        if other.score >= best.score - 1 and other.mention.value and other.mention.kind != "time"
    }
    rivals = [
        Rival(
            value=other.mention.value or "", confidence=_CONFIDENCE[other.score] / 2, evidence=other.evidence
        )
        for other in sorted(others.values(), key=lambda other: other.mention.turn)
        if other.mention.value != value and other.mention.value != best.mention.value
    ]
    return tuple(rivals[:2])
