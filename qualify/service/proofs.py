"""The evidence of a call as one list: what proves what, and when it was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualify.records import Evidence, Message, Qualification, Transcript
from qualify.service.schemas import Quoted


def proofs(
    transcript: Transcript, qualification: Qualification | None, message: Message | None
) -> Iterator[Quoted]:
    """Each proof, in the order of the qualification's parts and then of the message's sentences.

    What does not stand in the transcript, that of an older one, is left out.
    """
    for of, evidence in (*_of_qualification(qualification), *_of_message(message)):
        for proof in evidence:
            if transcript.supports(proof):
                yield Quoted(
                    of=of,
                    speaker=transcript.turns[proof.turn].speaker,
                    second=transcript.second_of(proof),
                    **proof.model_dump(),
                )


def _of_qualification(qualification: Qualification | None) -> Iterator[tuple[str, Iterable[Evidence]]]:
    if qualification is None:
        return
    yield "intent", qualification.intent.evidence
    yield "urgency", qualification.urgency.evidence
    for field, judgment in qualification.fields.items():
        yield f"field:{field}", judgment.evidence
    for instruction, followed in qualification.instructions.items():
        yield f"instruction:{instruction}", followed.evidence


def _of_message(message: Message | None) -> Iterator[tuple[str, Iterable[Evidence]]]:
    for number, sentence in enumerate(message.sentences if message else ()):
        yield f"sentence:{number}", sentence.evidence
