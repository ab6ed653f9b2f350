"""The OpenAPI document: what FastAPI tells of the routes, the bodies it can't see, and examples."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from qualify import __version__
from qualify.service.bodies import RECORDING
from qualify.service.examples import EXAMPLES
from qualify.service.problems import with_schemas
from qualify.service.schemas import CallIn, RecordingIn

TITLE = "qualify"
DESCRIPTION = """\
Un appel enregistré entre, le message dont le client a besoin sort, chaque fait prouvé par les mots dits.

Chaque requête porte une clé d'API (`Authorization: Bearer qk_…`), valable pour un rôle et des clients ; ce
qui est à d'autres clients n'existe pas. Les listes se parcourent par `cursor`. Les erreurs sont des documents
« problem » (RFC 9457) qui nomment le champ.
"""
_REF = "#/components/schemas/{model}"
_JSON = "application/json"


def install(app: FastAPI) -> None:
    """Let the application give the whole document; it is made once, when first asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(title=TITLE, version=__version__, description=DESCRIPTION, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _complete(openapi: dict[str, Any]) -> dict[str, Any]:
    whole = with_schemas(openapi)
    whole["components"]["schemas"] |= _call_bodies()
    for operations in whole["paths"].values():
        for operation in operations.values():
            _add_examples(operation)
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
    return whole


def _call_bodies() -> dict[str, Any]:
    """The schemas of the two bodies of `POST /v1/calls`."""
    _, schemas = models_json_schema([(CallIn, "validation"), (RecordingIn, "validation")], ref_template=_REF)
    found: dict[str, Any] = schemas["$defs"]
    form = found.pop("RecordingIn")
    form["properties"] = {
        RECORDING: {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "minLength": 1,
            "description": "Le fichier audio : WAV, MP3, Opus, AMR, G.722…",
        },
        **form["properties"],
    }
    form["required"] = [RECORDING, *form["required"]]
    return {**found, "RecordingForm": form}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema without null: what is left out of a query or a header is just not there."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{name: value for name, value in schema.items() if name != "anyOf"}}


def _add_examples(operation: dict[str, Any]) -> None:
    """The example of each JSON answer whose schema has one."""
    for answer in operation["responses"].values():
        content = answer.get("content", {}).get(_JSON, {})
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if name in EXAMPLES:
            content["example"] = jsonable_encoder(EXAMPLES[name])
