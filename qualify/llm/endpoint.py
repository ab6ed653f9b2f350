"""One request to an OpenAI-compatible endpoint: its answer, or why there is none.

Nothing is retried here. The response is read as it comes, so that time and size are bounded even where
a server sends it byte by byte.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel, Field, JsonValue, ValidationError

from qualify.errors import EngineError
from qualify.llm.prompt import ChatMessage
from qualify.llm.settings import EndpointSettings
from qualify.records import Record

if TYPE_CHECKING:
    import openai

MAX_RESPONSE_BYTES = 4_000_000
"""A response beyond this is no message but rubbish."""
NO_KEY = "aucune"
"""Sent as the key where the server asks for none: the client wants one."""

Code = Literal[
    "llm_unreachable",
    "llm_timeout",
    "llm_denied",
    "llm_limited",
    "llm_bad_request",
    "llm_invalid",
    "llm_refused",
    "llm_unsupported",
    "llm_too_long",
]
"""Why a model's answer could not be used."""


class UnansweredError(EngineError):
    """A request without a usable answer: its code, and in French what happened and what to do."""

    def __init__(self, code: Code, detail: str, *, retry: bool, wait_s: float = 0.0) -> None:
        self.code, self.detail, self.retry, self.wait_s = code, detail, retry, wait_s
        super().__init__(detail)


class Reply(Record):
    """A model's text, and what it took."""

    text: str
    refused: bool = False
    cut: bool = False
    """Whether it reached the limit of output tokens."""
    tokens: tuple[int, int] | None = None
    """Of input and output; None where the server doesn't count them."""


class Chat(Protocol):
    """What answers a request: an endpoint, or a test's stand-in."""

    def ask(
        self,
        messages: Sequence[ChatMessage],
        *,
        name: str,
        schema: dict[str, JsonValue] | None,
        timeout_s: float,
    ) -> Reply:
        """The model's reply; UnansweredError where there is none. `schema` None asks for plain text."""
        ...


class Endpoint:
    """The server that the settings name."""

    def __init__(self, settings: EndpointSettings) -> None:
        """EngineError where the client isn't installed or the key isn't in the environment."""
        try:
            import httpx2
            import openai
        except ImportError as error:
            raise EngineError(
                'Le client des modèles de langage n\'est pas installé. Remède : pip install "qualify[llm]".'
            ) from error
        self._settings = settings
        self._client = openai.OpenAI(
            base_url=settings.base_url,
            api_key=_key(settings.api_key_env),
            max_retries=0,
            http_client=httpx2.Client(follow_redirects=False),
        )
        self._client.organization = self._client.project = None  # of the environment, not of the settings

    def ask(
        self,
        messages: Sequence[ChatMessage],
        *,
        name: str,
        schema: dict[str, JsonValue] | None,
        timeout_s: float,
    ) -> Reply:
        """The model's reply; UnansweredError where there is none. `schema` None asks for plain text."""
        import httpx2
        import openai

        body = self._body(messages, name, schema)
        try:
            content = self._received(body, timeout_s)
        except (openai.APITimeoutError, httpx2.TimeoutException) as error:
            raise timed_out() from error
        except openai.APIStatusError as error:
            raise _status_error(error, with_schema=schema is not None) from error
        except (openai.APIConnectionError, httpx2.HTTPError) as error:
            raise _unreachable() from error
        return read_reply(content)

    def _body(
        self, messages: Sequence[ChatMessage], name: str, schema: dict[str, JsonValue] | None
    ) -> dict[str, Any]:
        settings = self._settings
        body = {
            "model": settings.model,
            "messages": [message.model_dump() for message in messages],
            settings.output_limit_key: settings.max_output_tokens,
            "temperature": settings.temperature,
            "seed": settings.seed,
            "response_format": _format(settings.response_format, name, schema),
        }
        return {key: value for key, value in body.items() if value is not None}

    def _received(self, body: dict[str, Any], timeout_s: float) -> bytes:
        """The response's bytes, none later than `timeout_s` after the request."""
        end = time.monotonic() + timeout_s
        content = b""
        requests = self._client.chat.completions.with_streaming_response
        with requests.create(timeout=timeout_s, **body) as response:
            for chunk in response.iter_bytes():
                content += chunk
                if time.monotonic() > end:
                    raise timed_out()
                if len(content) > MAX_RESPONSE_BYTES:
                    raise UnansweredError("llm_invalid", "Réponse démesurée du serveur.", retry=False)
        return content


def _key(variable: str | None) -> str:
    if variable is None:
        return NO_KEY
    key = os.environ.get(variable, "").strip()
    if not key or not key.isascii():
        raise EngineError(
            f"La variable d'environnement {variable} est vide, ou n'est pas la clé du modèle de langage."
            f" Remède : export {variable}=…"
        )
    return key


def _format(kind: str, name: str, schema: dict[str, JsonValue] | None) -> dict[str, Any] | None:
    if schema is None or kind == "text":
        return None
    if kind == "json_object":
        return {"type": kind}
    return {"type": kind, "json_schema": {"name": name, "strict": True, "schema": schema}}


def timed_out() -> UnansweredError:
    """Why nothing came within the time allowed."""
    remedy = "augmenter timeout_s, ou un modèle plus rapide"
    return UnansweredError(
        "llm_timeout", f"Le modèle n'a pas répondu à temps. Remède : {remedy}.", retry=True
    )


def _unreachable() -> UnansweredError:
    remedy = "vérifier base_url, et que le serveur est démarré"
    return UnansweredError(
        "llm_unreachable", f"Serveur injoignable. Remède : {remedy}.", retry=True, wait_s=0.5
    )


def _status_error(error: openai.APIStatusError, *, with_schema: bool) -> UnansweredError:
    """What an HTTP status means; the server's text, which may quote the call, is never shown."""
    status = error.status_code
    if status in (401, 403):
        detail = "Clé absente ou refusée par le serveur. Remède : vérifier api_key_env."
        return UnansweredError("llm_denied", detail, retry=False)
    if status == 404:
        detail = "Adresse ou modèle inconnus du serveur. Remède : vérifier base_url et model."
        return UnansweredError("llm_unreachable", detail, retry=False)
    if status == 429:
        detail = "Le serveur limite le nombre de demandes. Remède : attendre, ou un autre abonnement."
        return UnansweredError("llm_limited", detail, retry=True, wait_s=_retry_after(error))
    if status >= 500 or status == 408:
        detail = f"Le serveur est en erreur ({status}). Remède : voir son journal."
        return UnansweredError("llm_unreachable", detail, retry=True, wait_s=0.5)
    detail = (
        f"Demande refusée par le serveur ({status}). Remède : vérifier response_format, seed, temperature"
    )
    return UnansweredError("llm_bad_request", f"{detail} et max_output_tokens.", retry=with_schema)


def _retry_after(error: openai.APIStatusError) -> float:
    """Seconds that the server asks to wait; 1 where it doesn't say."""
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "1")))
    except ValueError:
        return 1.0


class _Said(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Said
    finish_reason: str | None = None


class _Tokens(BaseModel):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class _Completion(BaseModel):
    choices: tuple[_Choice, ...] = Field(min_length=1)
    usage: _Tokens | None = None


def read_reply(content: bytes) -> Reply:
    """The reply in a response's bytes; UnansweredError where it is no completion."""
    try:
        completion = _Completion.model_validate_json(content)
    except ValidationError as error:
        detail = "Réponse qui n'est pas celle d'un serveur compatible OpenAI. Remède : vérifier base_url."
        raise UnansweredError("llm_invalid", detail, retry=True) from error
    first, tokens = completion.choices[0], completion.usage
    return Reply(
        text=first.message.content or "",
        refused=bool(first.message.refusal) or first.finish_reason == "content_filter",
        cut=first.finish_reason == "length",
        tokens=None if tokens is None else (tokens.prompt_tokens, tokens.completion_tokens),
    )
