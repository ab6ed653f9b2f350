"""A question put to a model until its answer can be used: three attempts at most, within a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from qualify.llm.answers import InvalidAnswerError, read_answer
from qualify.llm.endpoint import Chat, Reply, UnansweredError, timed_out
from qualify.llm.prompt import ChatMessage, Prompt, refusal_message
from qualify.llm.settings import EndpointSettings
from qualify.records import Reason, Usage

ATTEMPTS = 3
"""The first and two more."""
LEAST_S = 0.1
"""With less time left no request is begun."""

_Answer = TypeVar("_Answer", bound=BaseModel)
_Made = TypeVar("_Made")


class UnsupportedAnswerError(Exception):
    """An answer of the right form that the call doesn't support; carries what is wrong, for the model."""

    def __init__(self, *defects: str) -> None:
        self.defects = defects
        super().__init__("; ".join(defects))


@dataclass(frozen=True)
class Asked(Generic[_Made]):
    """What came of asking: a value, or a note that says why there is none; what it took in any case."""

    usage: tuple[Usage, ...]
    value: _Made | None = None
    note: Reason | None = None


@dataclass
class Meter:
    """What the requests of one stage of a call have taken so far."""

    stage: str
    settings: EndpointSettings
    begun: float = field(default_factory=time.monotonic)
    requests: int = 0
    tokens: list[tuple[int, int]] = field(default_factory=list)
    uncounted: bool = False
    """Whether a reply didn't say what it took."""

    def request(self, chat: Chat, messages: Sequence[ChatMessage], prompt: Prompt, *, plain: bool) -> Reply:
        """The model's reply within what is left of the time; UnansweredError where it gives none."""
        self.requests += 1
        reply = chat.ask(
            messages,
            name=prompt.id,
            schema=None if plain else prompt.output,
            timeout_s=min(self.settings.timeout_s, self.left_s),
        )
        if reply.tokens is None:
            self.uncounted = True
        else:
            self.tokens.append(reply.tokens)
        if reply.refused:
            detail = "Le modèle refuse de répondre sur cet appel. Remède : un autre modèle."
            raise UnansweredError("llm_refused", detail, retry=False)
        return reply

    @property
    def left_s(self) -> float:
        """Seconds until the deadline."""
        return self.begun + self.settings.deadline_s - time.monotonic()

    @property
    def usage(self) -> tuple[Usage, ...]:
        """One record; none where nothing was sent. Without token counts the cost isn't known."""
        if not self.requests:
            return ()
        taken, made = (sum(pair[side] for pair in self.tokens) for side in (0, 1))
        return (
            Usage(
                stage=self.stage,
                model=self.settings.model,
                requests=self.requests,
                input_tokens=taken,
                output_tokens=made,
                seconds=time.monotonic() - self.begun,
                cost_eur=None if self.uncounted else self.settings.cost_eur(taken, made),
            ),
        )


def ask(
    chat: Chat,
    settings: EndpointSettings,
    prompt: Prompt,
    data: BaseModel,
    answer: type[_Answer],
    use: Callable[[_Answer], _Made],
) -> Asked[_Made]:
    """What `use` makes of the model's answer; it raises UnsupportedAnswerError where it can't use it."""
    meter, messages = Meter(prompt.id, settings), prompt.render(data)
    try:
        _check_length(messages, settings)
        made = _insist(chat, meter, prompt, messages, lambda text: use(read_answer(text, answer)))
    except UnansweredError as failed:
        detail = f"{_STAGES[prompt.id]} par le moteur embarqué. {failed.detail}"
        return Asked(note=Reason(code=failed.code, detail=detail), usage=meter.usage)
    return Asked(value=made, usage=meter.usage)


_STAGES = {"understanding": "Compréhension", "drafting": "Rédaction"}


def _check_length(messages: Sequence[ChatMessage], settings: EndpointSettings) -> None:
    length, limit = sum(len(m.content) for m in messages), settings.max_input_characters
    if length > limit:
        detail = f"L'appel et les consignes font {length} caractères, la limite est {limit}."
        raise UnansweredError(
            "llm_too_long", f"{detail} Remède : augmenter max_input_characters.", retry=False
        )


def _insist(
    chat: Chat, meter: Meter, prompt: Prompt, messages: Sequence[ChatMessage], use: Callable[[str], _Made]
) -> _Made:
    """What `use` makes of the first text that it can use; UnansweredError where no attempt gives one."""
    told, plain, last = tuple(messages), False, timed_out()
    for _ in range(ATTEMPTS):
        if meter.left_s < max(last.wait_s, LEAST_S):
            break
        time.sleep(last.wait_s)
        try:
            reply = meter.request(chat, told, prompt, plain=plain)
        except UnansweredError as failed:
            last = failed
            plain = plain or failed.code == "llm_bad_request"
            if not failed.retry:
                break
            continue
        try:
            return use(reply.text)
        except (InvalidAnswerError, UnsupportedAnswerError) as bad:
            last = _unusable(bad, reply)
            told = (*messages, refusal_message(reply.text, bad.defects))
    raise last


def _unusable(bad: InvalidAnswerError | UnsupportedAnswerError, reply: Reply) -> UnansweredError:
    """Why an answer could not be used, without a word of it."""
    if isinstance(bad, UnsupportedAnswerError):
        detail = (
            "Les mots de l'appel ne prouvent pas ce que le modèle répond. Remède : un modèle plus capable."
        )
        return UnansweredError("llm_unsupported", detail, retry=True)
    if reply.cut:
        detail = "Réponse du modèle coupée. Remède : augmenter max_output_tokens."
    else:
        detail = (
            "Réponse du modèle hors format. Remède : un serveur qui suit json_schema, ou un autre modèle."
        )
    return UnansweredError("llm_invalid", detail, retry=True)
