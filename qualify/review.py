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

SILENT = "silent"
"""The built-in intent of a call in which an agent is heard and nobody answers."""
_UNHEARD = {"no_speech", "speech_not_understood"}

_Judged = TypeVar("_Judged", Judgment, InstructionJudgment)


def doubts_of(transcript: Transcript, made: Qualification) -> tuple[Reason, ...]:
    """Reasons to review a qualification: nobody heard, evidence that doesn't stand, what is unsure."""
    return (*_unheard(transcript, made), *_unproven(transcript, made), *_unsure(made))


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
