"""JSON Schemas of the formats that renderings read and write, as `formats/` publishes them."""

from __future__ import annotations

import json

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from qualify.rendering.crm import CrmCall
from qualify.rendering.settings import DeliverySettings

SCHEMAS: dict[str, tuple[type[BaseModel], JsonSchemaMode]] = {
    "delivery.schema.json": (DeliverySettings, "validation"),
    "crm.schema.json": (CrmCall, "serialization"),
}
"""The model that each file of `formats/` is made from, and whether it is read or written."""


def schema_text(name: str) -> str:
    """The content of that file of `formats/`."""
    model, mode = SCHEMAS[name]
    schema = model.model_json_schema(mode=mode)
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | schema, ensure_ascii=False, indent=2) + "\n"
