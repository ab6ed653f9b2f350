"""What a model is asked: the data that goes in and the answers that come out, as prompts describe them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Field, JsonValue, ValidationError

from qualify.records import InstructionOutcome, Record, Speaker

MAX_OBJECTS = 50
"""Places in an answer at which an object may begin that are tried."""

_Answer = TypeVar("_Answer", bound=BaseModel)


class DataTurn(Record):
    """One turn as the model sees it, with the number that its quotes name."""

    turn: int
    speaker: Speaker
    text: str


class UnderstandingData(Record):
    """What the understanding prompt is rendered with."""

    tenant: dict[str, JsonValue]
    """The tenant's file, with the built-in intents and fields."""
    started_at: str | None
    """ISO, local time."""
    weekday: str | None
    caller_number: str | None
    turns: tuple[DataTurn, ...]


class Fact(Record):
    """A field that a message may state."""

    field: str
    label: str
    value: str
    """As the message must write it."""
    mandatory: bool


class DraftingData(Record):
    """What the drafting prompt is rendered with."""

    tenant: dict[str, JsonValue]
    intents: tuple[str, ...]
    """Labels, the main one first."""
    urgency: str
    facts: tuple[Fact, ...]
    max_words: int | None
    """Words left to the model; None: no limit."""
    turns: tuple[DataTurn, ...]


class Quoted(Record):
    """Words of a turn, copied."""

    turn: int
    text: str


class GivenIntent(Record):
    """An intent of the tenant's, and the words that show it."""

    id: str
    quotes: tuple[Quoted, ...]


class GivenRule(Record):
    """An urgency rule that the caller's words meet."""

    id: str
    quotes: tuple[Quoted, ...]


class GivenField(Record):
    """A field's value and the words that give it."""

    id: str
    value: str | int | Annotated[float, Field(allow_inf_nan=False)]
    quotes: tuple[Quoted, ...]


class GivenInstruction(Record):
    """What the agent made of an instruction."""

    id: str
    outcome: InstructionOutcome
    quotes: tuple[Quoted, ...]


class UnderstandingAnswer(Record):
    """A model's reading of a call."""

    intent: GivenIntent
    other_intents: tuple[GivenIntent, ...]
    urgency_rules: tuple[GivenRule, ...]
    """Those that apply; the urgency follows from them and the intents."""
    fields: tuple[GivenField, ...]
    instructions: tuple[GivenInstruction, ...]


class GivenSentence(Record):
    """A sentence of a message; `field` names the field that a `field` sentence states."""

    text: str
    kind: Literal["field", "gist", "quote"]
    field: str | None
    quotes: tuple[Quoted, ...]


class DraftingAnswer(Record):
    """A model's message."""

    sentences: tuple[GivenSentence, ...]


class InvalidAnswerError(ValueError):
    """An answer that is not what was asked for; carries what is wrong, for the model."""

    def __init__(self, *defects: str) -> None:
        self.defects = defects
        super().__init__("; ".join(defects))


def read_answer(text: str, model: type[_Answer]) -> _Answer:
    """The answer in a model's text, be it fenced or talked around; InvalidAnswerError where there is none."""
    found = max(_objects(text), key=lambda pair: pair[0], default=None)
    if found is None:
        raise InvalidAnswerError("aucun objet JSON complet")
    try:
        json.dumps(found[1], ensure_ascii=False).encode()
        return model.model_validate(found[1])
    except UnicodeEncodeError:
        raise InvalidAnswerError("caractère invalide") from None
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)[:10]
        raise InvalidAnswerError(*(f"{'.'.join(map(str, d['loc']))} : {d['msg']}" for d in details)) from None


def _objects(text: str) -> Iterator[tuple[int, object]]:
    """The JSON objects that stand in a text side by side, with their lengths; reasoning is passed over."""
    text = text.rpartition("</think>")[2]
    decoder = json.JSONDecoder(parse_constant=_no_number)
    at = text.find("{")
    for _ in range(MAX_OBJECTS):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield end - at, value
        at = text.find("{", end)


def _no_number(name: str) -> object:
    raise ValueError(name)
