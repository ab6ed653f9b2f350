"""What the path itself says against a call, whichever engines made it: the last check before `ready`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from qualify.records import (
    Evidence,
    InstructionJudgment,
    Judgment,
    Message,
    Qualification,
    Reason,
    Transcript,
    unsupported,
)
from qualify.tenant import Tenant

SILENT = "silent"
"""The built-in intent of a call in which an agent is heard and nobody answers."""
UNCLEAR_WORD = {"name": 0.6, "phone": 0.35, "email": 0.35, "reference": 0.35, "postal_code": 0.35}
"""Word confidence, by type of field, under which its words are not relied on: of the embedded engine's words
below 0.6 about half are right. Numbers are read from many words, and have their own checks."""
_UNHEARD = {"no_speech", "speech_not_understood"}

_Judged = TypeVar("_Judged", Judgment, InstructionJudgment)


def doubts_of(transcript: Transcript, made: Qualification, tenant: Tenant) -> tuple[Reason, ...]:
    """Reasons to review a qualification: what was not heard or not clearly, not proven, not sure."""
    return (
        *_disordered(transcript),
        *_unheard(transcript, made),
        *_unproven(transcript, made),
        *_unsure(made),
        *_unclear(transcript, made, tenant),
    )


def proven(transcript: Transcript, made: Qualification) -> Qualification:
    """The qualification less the evidence that doesn't stand, and less fields that had no other."""
    fields = {name: (judged, _struck(transcript, judged)) for name, judged in made.fields.items()}
    return made.model_copy(
        update={
            "intent": _struck(transcript, made.intent),
            "other_intents": tuple(_struck(transcript, other) for other in made.other_intents),
            "urgency": _struck(transcript, made.urgency),
            "fields": {
                name: left for name, (was, left) in fields.items() if left.evidence or not was.evidence
            },
            "instructions": {name: _struck(transcript, j) for name, j in made.instructions.items()},
        }
    )


def proven_message(transcript: Transcript, message: Message) -> tuple[Message, tuple[Reason, ...]]:
    """The message less the sentences whose evidence doesn't stand, and why."""
    kept = tuple(s for s in message.sentences if not unsupported(transcript, s.evidence))
    if kept == message.sentences:
        return message, ()
    return message.model_copy(update={"sentences": kept}), (_unsupported("message"),)


def _disordered(transcript: Transcript) -> Iterator[Reason]:
    starts = [turn.start_s for turn in transcript.turns if turn.start_s is not None]
    if starts != sorted(starts):
        detail = "Les tours de parole ne sont pas dans l'ordre de leurs heures."
        yield Reason(code="turns_out_of_order", detail=detail)


def _unheard(transcript: Transcript, made: Qualification) -> Iterator[Reason]:
    if _UNHEARD & {reason.code for reason in transcript.reasons}:
        return
    if not transcript.turns:
        yield Reason(code="no_speech", detail="Aucune parole : ni l'agent ni l'appelant n'est entendu.")
    elif made.intent.value == SILENT and all(turn.speaker != "agent" for turn in transcript.turns):
        yield Reason(code="no_speech", detail="Appel tenu pour muet sans que l'agent y soit entendu.")


def _unproven(transcript: Transcript, made: Qualification) -> Iterator[Reason]:
    for name, judged in _judgments(made):
        if unsupported(transcript, _evidence(judged)):
            yield _unsupported(name)


def _unsure(made: Qualification) -> Iterator[Reason]:
    told = {reason.code for reason in made.reasons}
    for name, judged in _judgments(made):
        if isinstance(judged, Judgment) and judged.unsure and f"{name}_unsure" not in told:
            yield Reason(code="unsure", detail=f"« {name} » est incertain.")


def _unclear(transcript: Transcript, made: Qualification, tenant: Tenant) -> Iterator[Reason]:
    for name, judged in made.fields.items():
        if name not in tenant.fields_by_id:
            continue
        field = tenant.field(name)
        heard = [w for e in judged.evidence if transcript.supports(e) for w in _words(transcript, e)]
        least, word = min(heard, default=(1.0, ""))
        if least < UNCLEAR_WORD.get(field.type, 0.0):
            detail = f"« {field.label} » mal entendu : « {word} » (confiance {least:.2f})."
            yield Reason(code="unclear_field", detail=detail)


def _words(transcript: Transcript, evidence: Evidence) -> Iterator[tuple[float, str]]:
    """Confidence and text of the heard words that an evidence quotes; none for a written call."""
    turn = transcript.turns[evidence.turn]
    for word in turn.words:
        if word.start < evidence.end and word.end > evidence.start:
            yield word.confidence, turn.text[word.start : word.end]


def _unsupported(name: str) -> Reason:
    detail = f"« {name} » s'appuie sur des mots qui ne sont pas dans l'appel : preuve retirée."
    return Reason(code="evidence_unsupported", detail=detail)


def _judgments(made: Qualification) -> Iterator[tuple[str, Judgment | InstructionJudgment]]:
    yield "intent", made.intent
    yield from (("other_intents", other) for other in made.other_intents)
    yield "urgency", made.urgency
    yield from made.fields.items()
    yield from made.instructions.items()


def _evidence(judged: Judgment | InstructionJudgment) -> tuple[Evidence, ...]:
    rivals = judged.rivals if isinstance(judged, Judgment) else ()
    return (*judged.evidence, *(e for rival in rivals for e in rival.evidence))


def _struck(transcript: Transcript, judged: _Judged) -> _Judged:
    update: dict[str, object] = {"evidence": tuple(filter(transcript.supports, judged.evidence))}
    if isinstance(judged, Judgment):
        update["rivals"] = tuple(
            rival.model_copy(update={"evidence": tuple(filter(transcript.supports, rival.evidence))})
            for rival in judged.rivals
        )
    return judged.model_copy(update=update)
