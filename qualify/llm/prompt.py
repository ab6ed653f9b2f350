"""Prompts: versioned files in `prompts/`, and the two messages that one makes of a call.

The file's text is the whole system message: nothing of a tenant or a call is ever put into it. Their data
goes into the user message as JSON in which no string can write a delimiter or a chat template's mark.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, JsonValue, ValidationError

from qualify.errors import EngineError
from qualify.records import Record

RELEASED = "RELEASED.json"
"""Lists each released file with its SHA-256."""
DATA = "donnees"
REFUSED = "reponse-refusee"
ECHOED = 20_000
"""Characters of a refused answer that the model is shown again."""

_FILE = re.compile(r"---\n(?P<head>.*?)\n---\n(?P<text>.+)", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_MARKS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>[]|`\x7f\u2028\u2029"}
"""Signs that delimiters, code fences and the control tokens of chat templates are written with."""


class ChatMessage(Record):
    """One message of a request."""

    role: Literal["system", "user"]
    content: str


class Prompt(Record):
    """One version of a prompt."""

    id: str
    version: str
    input: dict[str, JsonValue]
    """JSON Schema of the data that it is rendered with."""
    output: dict[str, JsonValue]
    """JSON Schema of the answer."""
    text: str
    """The system message."""

    def render(self, data: BaseModel) -> tuple[ChatMessage, ...]:
        """The messages that ask for an answer about the data."""
        return (
            ChatMessage(role="system", content=self.text),
            ChatMessage(role="user", content=data_block(DATA, data.model_dump(mode="json"))),
        )


@lru_cache(maxsize=8)
def load_prompt(name: str, version: str) -> Prompt:
    """A released prompt; EngineError where the file is absent, or isn't what was released."""
    folder = resources.files("qualify.prompts")
    place = f"{name}/{version}.md"
    try:
        content = folder.joinpath(place).read_bytes()
        released = json.loads(folder.joinpath(RELEASED).read_bytes())
    except OSError as error:
        raise EngineError(f"{place} : prompt absent. Remède : réinstaller le paquet.") from error
    if hashlib.sha256(content).hexdigest() != released.get(place):
        remedy = "réinstaller le paquet, ou publier une nouvelle version du prompt"
        raise EngineError(f"{place} : ce n'est pas le prompt publié sous ce numéro. Remède : {remedy}.")
    return parse_prompt(content.decode(), place)


def parse_prompt(content: str, place: str) -> Prompt:
    """The prompt in a file's text; EngineError where it has no sound front matter."""
    match = _FILE.fullmatch(content)
    try:
        head = yaml.safe_load(match["head"]) if match else None
        return Prompt.model_validate({**head, "text": match["text"].strip()} if match and head else {})
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise EngineError(
            f"{place} : en-tête de prompt illisible. Remède : réinstaller le paquet."
        ) from error


def data_block(tag: str, data: JsonValue) -> str:
    """The data as JSON between `<tag>` and `</tag>`, which no string in it can close or imitate."""
    written = json.dumps(data, ensure_ascii=False)
    return f"<{tag}>\n{_STRING.sub(lambda m: m.group().translate(_MARKS), written)}\n</{tag}>"


def refusal_message(answer: str, defects: tuple[str, ...]) -> ChatMessage:
    """What the model is told of its refused answer; both are data, since calls may have shaped them."""
    told: Mapping[str, JsonValue] = {"reponse": answer[:ECHOED], "defauts": list(defects)}
    return ChatMessage(role="user", content=data_block(REFUSED, dict(told)))


def schema_of(model: type[BaseModel]) -> dict[str, JsonValue]:
    """A model's JSON Schema without titles and docstrings, as front matters give it."""
    bare = _bare(model.model_json_schema(), named=False)
    if not isinstance(bare, dict):
        raise TypeError(model)
    return bare


def _bare(schema: JsonValue, *, named: bool) -> JsonValue:
    """`named`: the keys are names of properties or definitions, not words of JSON Schema."""
    if isinstance(schema, list):
        return [_bare(item, named=False) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: v for k, v in schema.items() if named or k not in ("title", "description")}
    return {k: _bare(v, named=not named and k in ("properties", "$defs")) for k, v in kept.items()}
