"""Where a language model is and what may be spent on it: a YAML file, `formats/engines.example.yaml`."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from qualify.records import Record
from qualify.tenant import DefectError, read_bytes, validated
from qualify.tenant.defects import fault, kind_of
from qualify.tenant.reading import decode, parse

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def _address(url: str) -> str:
    """An http(s) address that holds no password: secrets come from the environment only."""
    expected = "une adresse http:// ou https://, par exemple http://localhost:8000/v1"
    if not _is_http(url):
        fault(kind_of(url), expected)
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        fault(
            "adresse qui contient un mot de passe ou des paramètres", f"{expected} ; la clé par api_key_env"
        )
    return url


def _is_http(url: str) -> bool:
    """Whether it is an address that a client can be given."""
    try:
        parts = urlsplit(url)
        named = bool((parts.hostname or "").encode("idna")) and parts.port != 0
    except ValueError:
        return False
    return named and parts.scheme in ("http", "https") and not re.search(r"\s", url)


def _variable(name: str) -> str:
    """The name of an environment variable; never shown, it might be the key itself."""
    if not _VARIABLE.fullmatch(name):
        fault(
            "ce n'est pas un nom de variable d'environnement",
            "le nom de la variable qui contient la clé, jamais la clé elle-même",
        )
    return name


def _on_off(value: object) -> object:
    return value if isinstance(value, bool) else fault(kind_of(value), "true ou false")


Seconds = Annotated[float, Field(strict=True, ge=0.1, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=1)]
Euros = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
OnOff = Annotated[bool, BeforeValidator(_on_off)]


class EndpointSettings(Record):
    """An OpenAI-compatible endpoint, what it is used for, and its limits."""

    base_url: Annotated[str, AfterValidator(_address)]
    """Address up to and including the version: `http://localhost:8000/v1`."""
    model: Annotated[str, StringConstraints(min_length=1)]
    """The model's name as the server knows it."""
    api_key_env: Annotated[str, AfterValidator(_variable)] | None = None
    """Name of the environment variable that holds the key; None: the server asks for none."""
    understanding: OnOff = True
    drafting: OnOff = True
    timeout_s: Seconds = 60.0
    """For one request, from sending it to its last byte."""
    deadline_s: Seconds = 120.0
    """For one stage of one call, all attempts and waits between them included."""
    max_input_characters: Count = 60_000
    """Beyond it a call isn't sent but handled by the embedded engine."""
    max_output_tokens: Count = 4_000
    output_limit_key: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """How the server names that limit; some hosted models take only the second."""
    response_format: Literal["json_schema", "json_object", "text"] = "json_schema"
    """What the server is asked for; where it refuses that, `text`. The answer is validated in any case."""
    temperature: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None = 0.0
    """None: not sent."""
    seed: Annotated[int, Field(strict=True, ge=0)] | None = 0
    """None: not sent; some hosted endpoints refuse the key."""
    input_price: Euros | None = None
    """Euros per million input tokens."""
    output_price: Euros | None = None
    """Euros per million output tokens."""

    @model_validator(mode="after")
    def _useful(self) -> Self:
        if not (self.understanding or self.drafting):
            fault("ni « understanding » ni « drafting »", "au moins l'un des deux à true")
        if (self.input_price is None) != (self.output_price is None):
            fault("un seul prix", "« input_price » et « output_price », ou aucun des deux")
        return self

    @property
    def sha256(self) -> str:
        """Revision of the configuration; the key isn't part of it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def cost_eur(self, input_tokens: int, output_tokens: int) -> float | None:
        """What so many tokens cost; None where the configuration gives no prices."""
        if self.input_price is None or self.output_price is None:
            return None
        return (input_tokens * self.input_price + output_tokens * self.output_price) / 1e6


def load_settings(path: Path | str) -> EndpointSettings:
    """The configuration in a YAML file; DefectError, with all defects, where it has any."""
    document = parse(path, decode(path, read_bytes(path)))
    settings, findings = validated(
        document.data,
        EndpointSettings,
        {(): EndpointSettings},
        raw=document.raw,
        nullable=(("temperature",), ("seed",)),
    )
    if settings is None or findings or document.findings:
        raise DefectError(path, document.defects(findings))
    return settings
