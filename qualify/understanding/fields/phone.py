"""The number to call back: the one that the caller dictates, else the one that the network shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qualify.records import Evidence, Judgment, Rival, Transcript

from . import phone_cues as cues
from .phone_mentions import Call, PhoneMention, mentions, prepare
from .phone_settling import settle

__all__ = ["PhoneMention", "callback_number", "find_phones", "is_complete"]

_DISPLAYED = 0.92
_OTHER_PERSON = 0.5
_SAME_AS_DISPLAYED = 0.98
_NOT_CONFIRMED = 0.35


def find_phones(transcript: Transcript, *, region: str = "FR") -> tuple[PhoneMention, ...]:
    """All telephone numbers of a call, in the order in which they end.

    Incomplete ones are there too (`e164` is None), and those taken back (`superseded`). `region` is the
    ISO 3166 code of the tenant's country.
    """
    call = prepare(transcript, region)
    return settle(call, mentions(call))


def is_complete(judgment: Judgment) -> bool:
    """Whether a judgment of `callback_number` holds a whole number, not the digits of an incomplete one."""
    return str(judgment.value).startswith("+")


def callback_number(
    transcript: Transcript, *, caller_number: str | None, region: str = "FR"
) -> Judgment | None:
    """The number to call back, E.164; None where the caller gives none.

    It is the number that the caller dictates (or confirms), else `caller_number` where the caller says
    to use it. Where all that was dictated is incomplete, the value is those digits, without «+», and
    the judgment is `unsure`: see `is_complete`.
    """
    call = prepare(transcript, region)
    found = settle(call, mentions(call))
    best = _settled_by_display(_best(found), found, caller_number)
    shown = _displayed(call) if caller_number else None
    if best is not None and not (shown and (_not_said_to_be_called(best) or _rather(call, best, shown))):
        return _dictated(best, found, caller_number)
    if shown and caller_number:
        return Judgment(value=caller_number, confidence=_DISPLAYED, evidence=(shown,))
    incomplete = next((m for m in reversed(found) if m.e164 is None and not m.superseded), None)
    if incomplete is None:
        return None
    return Judgment(
        value=incomplete.digits, confidence=incomplete.confidence, evidence=incomplete.evidence, unsure=True
    )


def _best(found: Sequence[PhoneMention]) -> PhoneMention | None:
    """The mention to call back, the first said among equals."""
    ranks = {"callback": 0, "unknown": 1, "other_person": 2}
    standing = [m for m in found if m.e164 and not m.superseded and m.role in ranks and _is_callers(m)]
    return min(
        standing,
        key=lambda m: (ranks[m.role], not m.preferred, m.confirmed is not True, not m.read_back, m.end),
        default=None,
    )


def _settled_by_display(
    best: PhoneMention | None, found: Sequence[PhoneMention], caller_number: str | None
) -> PhoneMention | None:
    """The number shown by the network, where doubtful words or the agent's read-back say the same."""
    if best is None or not best.doubtful or caller_number is None or best.confirmed is not None:
        return best
    if caller_number in best.rivals:
        return replace(best, e164=caller_number, rivals=(), doubtful=False)
    same = (m for m in found if m.e164 == caller_number and m.confirmed is not False)
    agreed = next((m for m in same if m.speaker == "agent"), None)
    return replace(agreed, role=best.role, rivals=(), doubtful=False) if agreed else best


def _is_callers(mention: PhoneMention) -> bool:
    return mention.speaker == "caller" or mention.confirmed is True or mention.read_back


def _dictated(best: PhoneMention, found: Sequence[PhoneMention], caller_number: str | None) -> Judgment:
    assert best.e164 is not None
    agreed = best.confirmed is True or (best.read_back and best.confirmed is None)
    unsure = (best.doubtful and best.confirmed is not True) or best.confirmed is False or bool(best.rivals)
    confidence = min(best.confidence, _NOT_CONFIRMED) if best.confirmed is False else best.confidence
    rivals = list(best.rivals)
    if best.e164 == caller_number:
        unsure, confidence = best.confirmed is False, max(confidence, _SAME_AS_DISPLAYED)
    elif caller_number and _one_digit_off(best.e164, caller_number) and not agreed:
        unsure, confidence = True, min(confidence, 0.5)
        rivals.append(caller_number)
    if best.role == "other_person" and not agreed:
        unsure, confidence = True, min(confidence, _OTHER_PERSON)
    return Judgment(
        value=best.e164,
        confidence=confidence,
        evidence=best.evidence,
        rivals=_rivals(rivals, best, found, confidence),
        unsure=unsure,
    )


def _rivals(
    rivals: Sequence[str], best: PhoneMention, found: Sequence[PhoneMention], confidence: float
) -> tuple[Rival, ...]:
    evidence = {m.e164: m.evidence for m in found if m.e164}
    others = [
        m.e164 for m in found if m.e164 and not m.superseded and m.role == best.role and m.speaker == "caller"
    ]
    values = [v for v in dict.fromkeys((*rivals, *others)) if v != best.e164]
    share = round((1 - confidence) / max(1, len(values)), 3)
    return tuple(Rival(value=v, confidence=share, evidence=evidence.get(v, ())) for v in values)


def _one_digit_off(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _not_said_to_be_called(best: PhoneMention) -> bool:
    """Whether nothing says that the number reaches the caller."""
    return best.role in ("other_person", "unknown") and not best.preferred and not best.confirmed


def _rather(call: Call, best: PhoneMention, shown: Evidence) -> bool:
    """Whether the caller, after dictating a number, would rather be called on the one that he calls from."""
    words = call.turns[shown.turn]
    if (shown.turn, shown.start) <= best.end or words.speaker != "caller" or best.preferred:
        return False
    start = best.end[1] if best.end[0] == shown.turn else 0
    return cues.prefers(words.folded[start : shown.start])


def _displayed(call: Call) -> Evidence | None:
    """The words by which the caller says, or agrees, to be called on the number that calls."""
    for turn in call.turns:
        span = cues.displayed_number(turn.folded)
        if turn.speaker == "caller":
            if span is None and cues.asks_for_phone(call.question_before(turn.number)):
                span = cues.means_displayed(turn.folded)
            if span is not None:
                return call.transcript.evidence(turn.number, *span)
        elif span is not None and _agrees(call, turn.number):
            return call.transcript.evidence(turn.number, *span)
    return None


def _agrees(call: Call, turn: int) -> bool:
    """Whether the caller's answer to the agent's turn is yes."""
    answer = next((t for t in call.turns[turn + 1 : turn + 3] if t.speaker == "caller"), None)
    if answer is None:
        return False
    return cues.reply_to_read_back(answer.folded, "") is True or cues.agrees_to_displayed(answer.folded)
