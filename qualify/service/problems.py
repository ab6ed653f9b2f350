"""Problem documents (RFC 9457): what every refused request gets, in French, naming the field.

A document says where a value is wrong and what is expected there. It never repeats the value: that may
be a caller's words or number, and problem documents end up in other people's logs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from qualify.errors import AudioError, InputError
from qualify.records import Record
from qualify.tenant import DefectError
from qualify.tenant.defects import dotted, kind_of

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:qualify:problem:"

Code = Literal[
    "malformed",
    "unauthenticated",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "not_acceptable",
    "too_slow",
    "conflict",
    "idempotency_conflict",
    "gone",
    "too_large",
    "unsupported_media_type",
    "range_not_satisfiable",
    "invalid",
    "invalid_recording",
    "too_many_requests",
    "internal",
    "unavailable",
    "refused",
]
"""What went wrong, for machines; stable. `refused` is any status that has no code of its own."""


class Kind(NamedTuple):
    """What all problems of one code have in common."""

    status: int
    title: str
    detail: str
    """Told where nothing more precise is known."""


KINDS: Mapping[Code, Kind] = {
    "malformed": Kind(400, "Requête illisible", "Le corps de la requête ne peut pas être lu."),
    "unauthenticated": Kind(
        401, "Clé d'API absente ou inconnue", "Envoyer « Authorization: Bearer » suivi d'une clé valable."
    ),
    "forbidden": Kind(403, "Accès refusé", "Cette clé ne permet pas cette opération."),
    "not_found": Kind(404, "Introuvable", "Rien à cette adresse, ou rien que cette clé permette de voir."),
    "method_not_allowed": Kind(405, "Méthode non admise", "L'en-tête « Allow » donne les méthodes admises."),
    "not_acceptable": Kind(406, "Format non disponible", "Aucun format demandé n'est disponible."),
    "too_slow": Kind(408, "Envoi trop lent", "Le corps de la requête n'arrive plus ; la renvoyer."),
    "conflict": Kind(409, "État incompatible", "L'état actuel ne permet pas cette opération."),
    "idempotency_conflict": Kind(
        409, "Clé d'idempotence déjà utilisée", "La même clé a déjà servi pour un autre contenu."
    ),
    "gone": Kind(410, "Supprimé", "Ce contenu a été supprimé et ne reviendra pas."),
    "too_large": Kind(413, "Envoi trop volumineux", "Le corps de la requête dépasse la limite."),
    "unsupported_media_type": Kind(415, "Type de contenu non admis", "Vérifier l'en-tête « Content-Type »."),
    "range_not_satisfiable": Kind(416, "Plage hors du fichier", "La plage demandée n'existe pas."),
    "invalid": Kind(422, "Contenu invalide", "Le contenu n'est pas conforme ; voir « errors »."),
    "invalid_recording": Kind(422, "Enregistrement inutilisable", "Le fichier ne peut pas être décodé."),
    "too_many_requests": Kind(429, "Trop de requêtes", "Réessayer après le délai de « Retry-After »."),
    "internal": Kind(500, "Erreur interne", "La requête n'a pas pu être traitée ; l'incident est consigné."),
    "unavailable": Kind(503, "Service momentanément indisponible", "Réessayer dans un instant."),
    "refused": Kind(400, "Requête refusée", "La requête ne peut pas être acceptée telle quelle."),
}

_CODES: Mapping[int, Code] = {
    kind.status: code
    for code, kind in KINDS.items()
    if code not in ("refused", "idempotency_conflict", "invalid_recording")
}
"""The code of a status that comes without one."""

_VALUE = re.compile(r" « .* »(?= \(vouliez-vous dire « |$)| \(« .* »\)", re.DOTALL)
"""A value within what was found: `le texte « … »`, `un nombre (« … »)`; a hint after it stays."""
_RAW = re.compile(r", \".*\"$", re.DOTALL)
"""The value within what is expected: `l'écrire entre guillemets, "…"`."""

_FOUND = {"missing": "rien", "extra_forbidden": "clé inconnue"}
"""Where it is not the value that is wrong, by pydantic's type of complaint."""
_EXPECTED = {
    "missing": "une valeur : cette clé est obligatoire",
    "extra_forbidden": "une clé du format ; celle-ci n'en est pas une",
    "string_type": "un texte",
    "string_too_short": "un texte d'au moins {min_length} caractère(s)",
    "string_too_long": "un texte d'au plus {max_length} caractère(s)",
    "string_pattern_mismatch": "un texte de la forme {pattern}",
    "literal_error": "l'un de {expected}",
    "enum": "l'un de {expected}",
    "union_tag_invalid": "l'un de {expected_tags}",
    "int_type": "un nombre entier",
    "int_parsing": "un nombre entier",
    "int_from_float": "un nombre entier",
    "float_type": "un nombre",
    "float_parsing": "un nombre",
    "finite_number": "un nombre fini",
    "bool_type": "true ou false",
    "bool_parsing": "true ou false",
    "greater_than": "un nombre supérieur à {gt}",
    "greater_than_equal": "un nombre supérieur ou égal à {ge}",
    "less_than": "un nombre inférieur à {lt}",
    "less_than_equal": "un nombre inférieur ou égal à {le}",
    "list_type": "une liste",
    "tuple_type": "une liste",
    "too_short": "une liste d'au moins {min_length} élément(s)",
    "too_long": "une liste d'au plus {max_length} élément(s)",
    "dict_type": "des clés et leurs valeurs",
    "model_type": "des clés et leurs valeurs",
    "model_attributes_type": "des clés et leurs valeurs",
    "datetime_type": "une date et une heure ISO 8601",
    "datetime_parsing": "une date et une heure ISO 8601",
    "datetime_from_date_parsing": "une date et une heure ISO 8601",
    "timezone_aware": "une date et une heure avec leur fuseau, par exemple 2026-11-24T09:30:00+01:00",
    "date_parsing": "une date ISO 8601",
    "uuid_parsing": "un identifiant UUID",
    "url_parsing": "une adresse https://",
}


class FieldProblem(Record):
    """What is wrong with one field of a request."""

    key: str = Field(examples=["body.turns[2].speaker"])
    """Dotted path in the request or in the file that was sent; empty where all of it is meant."""
    found: str = Field(examples=["un texte"])
    """What kind of thing stands there, never the thing itself."""
    expected: str = Field(examples=["l'un de 'agent' ou 'caller'"])
    line: int | None = None
    """In a file that was sent, counted from 1."""


class Problem(Record):
    """A problem document: the members of RFC 9457, and `code` and `errors` of ours."""

    type: str = Field(examples=[TYPE_PREFIX + "invalid"])
    title: str = Field(examples=[KINDS["invalid"].title])
    status: int = Field(ge=400, le=599, examples=[422])
    detail: str = Field(examples=[KINDS["invalid"].detail])
    code: Code = Field(examples=["invalid"])
    errors: tuple[FieldProblem, ...] = ()


class ProblemError(HTTPException):
    """Raised wherever a request must be refused; the handlers of `install` answer with its problem."""

    def __init__(self, problem: Problem, *, headers: Mapping[str, str] | None = None) -> None:
        self.problem = problem
        super().__init__(problem.status, problem.detail, headers)


def problem(
    code: Code, detail: str = "", *, errors: Sequence[FieldProblem] = (), status: int | None = None
) -> Problem:
    """The document of one problem. `detail` is French and holds nothing that a caller said.

    Without a `detail` or a `status` the code's own stands.
    """
    kind = KINDS[code]
    return Problem(
        type=TYPE_PREFIX + code,
        title=kind.title,
        status=status or kind.status,
        detail=detail or kind.detail,
        code=code,
        errors=tuple(errors),
    )


def refuse(
    code: Code,
    detail: str = "",
    *,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> ProblemError:
    """The error to raise: `raise refuse("not_found", "Aucun appel n'a cet identifiant.")`."""
    return ProblemError(problem(code, detail, errors=errors), headers=headers)


def problem_of(error: Exception) -> Problem:
    """The problem of any error: of ours, of validation, of HTTP; what is none of them is `internal`."""
    match error:
        case ProblemError():
            return error.problem
        case RequestValidationError():
            return _of_request(error.errors())
        case DefectError():
            return problem("invalid", errors=[_of_defect(d) for d in error.defects if d.level == "error"])
        case InputError():
            unusable: Code = "invalid_recording" if isinstance(error, AudioError) else "invalid"
            return problem(unusable, errors=[_of_defect(error)])
        case HTTPException(status_code=status):
            return problem(_CODES.get(status, "refused" if status < 500 else "internal"), status=status)
    return problem("internal")


def _of_defect(defect: Any) -> FieldProblem:
    """A `Defect`, or an `InputError`, without the file's path and the values in it."""
    return FieldProblem(
        key=defect.key,
        line=getattr(defect, "line", None),
        found=_VALUE.sub("", defect.found),
        expected=_RAW.sub("", defect.expected),
    )


def _of_request(details: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem of pydantic's complaints about a request."""
    if any(detail["type"] == "json_invalid" for detail in details):
        return problem("malformed", "Le corps de la requête n'est pas du JSON valide.")
    return problem("invalid", errors=[_of_detail(detail) for detail in details])


def _of_detail(detail: Mapping[str, Any]) -> FieldProblem:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "fault":
        found, expected = context["found"], context["expected"]
    else:
        found = _FOUND.get(kind) or kind_of(detail.get("input"))
        choices = str(context.get("expected", "")).replace(" or ", " ou ")
        expected = _EXPECTED.get(kind, "une valeur conforme au format").format_map(
            {**context, "expected": choices}
        )
    return FieldProblem(key=dotted(tuple(detail["loc"])), found=_VALUE.sub("", found), expected=expected)


def response(problem: Problem, *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The HTTP answer that carries a problem."""
    sent = dict(headers or {})
    if problem.status == 401:
        sent.setdefault("WWW-Authenticate", "Bearer")
    return JSONResponse(jsonable_encoder(problem), problem.status, sent, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error of `app` be answered by its problem document."""

    async def answer(_: Request, error: Exception) -> JSONResponse:
        headers = error.headers if isinstance(error, HTTPException) else None
        return response(problem_of(error), headers=headers)

    for kind in (HTTPException, RequestValidationError, InputError, Exception):
        app.add_exception_handler(kind, answer)


def responses(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses=`: the problems that it may answer with, each with an example."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        kind = KINDS[code]
        media = by_status.setdefault(
            kind.status,
            {
                "description": kind.title,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
            },
        )["content"][MEDIA_TYPE]
        media["examples"][code] = {"summary": kind.title, "value": jsonable_encoder(problem(code))}
    return by_status


def with_schemas(openapi: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document with the schemas that `responses` refers to."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs")
    known = openapi.get("components", {})
    schemas = {**known.get("schemas", {}), **parts, "Problem": schema}
    return {**openapi, "components": {**known, "schemas": schemas}}
