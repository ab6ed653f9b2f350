"""What is wrong with a file: defects, the error that carries them, and the words for them.

A defect names the key by its dotted path (`intents[2].required_fields[0]`, counted from 0) and the
line. Data sets are read with the same words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from qualify.errors import InputError
from qualify.records import Record

Loc = tuple[str | int, ...]
"""A place in a file: mapping keys and list indices from the root."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DEPTH = 8
"""Levels below which no file of the contract has anything."""

_Model = TypeVar("_Model", bound=BaseModel)


class Defect(Record):
    """What is wrong with a file: only an `error` keeps it from being used."""

    level: Literal["error", "warning"]
    key: str
    """Dotted path of the key; empty where the whole file is meant."""
    line: int | None
    """Counted from 1; None where it cannot be told."""
    found: str
    expected: str

    def __str__(self) -> str:
        place = [f"ligne {self.line}"] if self.line else []
        place += [f"« {self.key} »"] if self.key else []
        where = f"{', '.join(place)} : " if place else ""
        return f"{where}{self.found}. Attendu : {self.expected}."


class DefectError(InputError):
    """A file with errors: carries all its defects, and shows one error a line."""

    def __init__(self, path: Path | str, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        errors = [d for d in defects if d.level == "error"]
        super().__init__(path, errors[0].key, errors[0].found, errors[0].expected)
        self.args = ("\n".join(f"{path}, {d}" if d.line or d.key else f"{path} : {d}" for d in errors),)


class Finding(NamedTuple):
    """A defect before its line is known."""

    loc: Loc
    found: str
    expected: str
    level: Literal["error", "warning"] = "error"
    line: int | None = None
    """Where it is not the line of `loc`."""

    def at_line(self, line: int | None) -> Defect:
        return Defect(
            level=self.level,
            key=dotted(self.loc),
            line=self.line or line,
            found=self.found,
            expected=self.expected,
        )


def dotted(loc: Loc) -> str:
    """The path as people write it: `intents[2].required_fields[0]`."""
    return "".join(f"[{s}]" if isinstance(s, int) else f".{shown(s)}" for s in loc).removeprefix(".")


def shown(value: object) -> str:
    """A value on one short line, fit to be printed whatever it holds."""
    text = " ".join(str(value).split()).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 60 else text[:57] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (vouliez-vous dire « … » ?)` where a known word looks like it, else nothing."""
    near = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f" (vouliez-vous dire « {shown(near[0])} » ?)" if near else ""


def kind_of(value: object, raw: str | None = None) -> str:
    """What a value is, in French; `raw` is how the file writes it."""
    match value:
        case None:
            return "rien"
        case bool():
            return f"un oui/non (« {shown(raw or value)} »)"
        case int() | float():
            return f"un nombre (« {shown(raw or value)} »)"
        case str():
            return f"le texte « {shown(value)} »"
        case date():
            return f"une date (« {shown(raw or value)} »)"
        case list():
            return "une liste"
        case _:
            return "des clés"


def fault(found: str, expected: str) -> NoReturn:
    """Refuse the value that pydantic is validating, in our words."""
    raise PydanticCustomError("fault", "{found}", {"found": found, "expected": expected})


def refuse(path: Path | str, found: str, expected: str, *, line: int | None = None) -> NoReturn:
    """Raise the DefectError of a file that cannot be read at all."""
    raise DefectError(path, [Finding((), found, expected).at_line(line)])


_EXPECTED = {
    "string_type": "un texte",
    "string_too_short": "un texte d'au moins {min_length} caractère(s)",
    "int_type": "un nombre entier",
    "float_type": "un nombre",
    "finite_number": "un nombre fini",
    "greater_than_equal": "un nombre supérieur ou égal à {ge}",
    "tuple_type": "une liste, même d'un seul élément",
    "too_short": "une liste d'au moins {min_length} élément(s)",
    "model_type": "des clés et leurs valeurs",
    "dict_type": "des clés et leurs valeurs",
}


def findings_of(
    error: ValidationError,
    models: Mapping[tuple[str, ...], type[BaseModel]],
    raw: Callable[[Loc], str | None] = lambda loc: None,
) -> Iterator[Finding]:
    """Each of pydantic's complaints in French.

    `models` gives the model by the keys that lead to it, `raw` how the file writes the value there.
    """
    for detail in error.errors(include_url=False):
        yield _finding(detail, models, raw(detail["loc"]))


def validated(
    data: object,
    model: type[_Model],
    models: Mapping[tuple[str, ...], type[BaseModel]],
    *,
    raw: Callable[[Loc], str | None] = lambda loc: None,
    nullable: Collection[Loc] = (),
) -> tuple[_Model | None, list[Finding]]:
    """The model of a file's data and what is wrong with the data; null stands only where `nullable`."""
    findings = list(_unfit(data, (), nullable))
    try:
        return model.model_validate(data), findings
    except ValidationError as error:
        known = {finding.loc for finding in findings}
        return None, findings + [f for f in findings_of(error, models, raw) if f.loc not in known]


def _unfit(data: object, loc: Loc, nullable: Collection[Loc]) -> Iterator[Finding]:
    """What pydantic lets pass: null where the key may be left out, and text that cannot be written."""
    if data is None and loc not in nullable:
        yield Finding(loc, "rien", "une valeur ; ou retirer la clé")
    if isinstance(data, str) and _SURROGATE.search(data):
        yield Finding(loc, kind_of(data), "un texte sans caractère invalide")
    if isinstance(data, dict | list) and len(loc) < _MAX_DEPTH:
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _unfit(value, (*loc, step), nullable)


def _finding(
    detail: ErrorDetails, models: Mapping[tuple[str, ...], type[BaseModel]], raw: str | None
) -> Finding:
    loc, context = detail["loc"], detail.get("ctx", {})
    found = kind_of(detail["input"], raw)
    match detail["type"]:
        case "fault":
            return Finding(loc, context["found"], context["expected"])
        case "missing":
            return Finding(loc, "clé absente", f"la clé obligatoire « {loc[-1]} »")
        case "extra_forbidden":
            model = models.get(tuple(s for s in loc[:-1] if isinstance(s, str)))
            known = _keys(model) if model else []
            near = did_you_mean(str(loc[-1]), known)
            return Finding(
                loc, f"clé inconnue{near}", f"une clé parmi {', '.join(known) or 'celles du format'}"
            )
        case "literal_error":
            choices = re.findall(r"'([^']*)'", context["expected"])
            near = did_you_mean(str(detail["input"]), choices)
            return Finding(loc, found + near, f"un mot parmi {', '.join(choices)}")
        case "string_type" if raw is not None:
            return Finding(loc, found, f'un texte : l\'écrire entre guillemets, "{shown(raw)}"')
        case kind:
            expected = _EXPECTED.get(kind, "une valeur conforme au format")
            return Finding(loc, found, expected.format(**context))


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
