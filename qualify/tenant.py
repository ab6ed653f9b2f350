"""A tenant's instructions: what a YAML file of the contract may say, read and checked.

`load_tenant` gives the instructions or an error that carries every defect of the file;
`check_tenant` gives all defects, with the warnings that a supervisor should see. A defect names
the key by its dotted path (`intents[2].required_fields[0]`, counted from 0) and the line.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from qualify.errors import InputError
from qualify.records import Disposition, Record, Urgency

FieldType = Literal[
    "text", "name", "phone", "email", "postal_code", "reference", "date", "datetime", "number", "money"
]
Loc = tuple[str | int, ...]
"""A place in a file: mapping keys and list indices from the root."""

MAX_FILE_BYTES = 1_000_000
MAX_NODES = 100_000
"""Values in a file once its YAML aliases are expanded: beyond, it is a bomb."""

_SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SPAN = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DAY_MIN = 24 * 60
_MAX_DEPTH = 8
"""Levels below which no file of the contract has anything."""

_Model = TypeVar("_Model", bound=BaseModel)


# ---------------------------------------------------------------- defects


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


# ---------------------------------------------------------------- values


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        fault(kind_of(value), "un identifiant en minuscules et chiffres, par exemple rendez-vous")
    return value


def _iso_date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    fault(kind_of(value), "une date qui existe, AAAA-MM-JJ")


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(name, sorted(available_timezones()), n=1)
        hint = f" (vouliez-vous dire « {shown(near[0])} » ?)" if near else ""
        fault(f"fuseau horaire inconnu « {shown(name)} »{hint}", "un nom IANA, par exemple Europe/Paris")
    return name


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        found = f"« {shown(pattern)} » n'est pas une expression régulière ({error})"
        fault(found, "une expression régulière")
    return pattern


def _minutes(span: str) -> tuple[int, int]:
    """Opening and closing of `HH:MM-HH:MM`, in minutes from midnight."""
    match = _SPAN.fullmatch(span)
    if match is None:
        fault(kind_of(span), "HH:MM-HH:MM, par exemple 08:30-12:30")
    opens_h, opens_min, closes_h, closes_min = map(int, match.groups())
    if max(opens_min, closes_min) > 59:
        fault(kind_of(span), "des minutes de 00 à 59")
    return opens_h * 60 + opens_min, closes_h * 60 + closes_min


def _span(span: str) -> str:
    opens, closes = _minutes(span)
    if max(opens, closes) > _DAY_MIN:
        fault(kind_of(span), "des heures de 00:00 à 24:00")
    if opens >= closes:
        remedy = "une fermeture après l'ouverture ; après minuit, compléter au jour suivant"
        fault(f"fermeture avant l'ouverture, « {span} »", remedy)
    return span


def _disjoint(spans: tuple[str, ...]) -> tuple[str, ...]:
    ordered = sorted(spans, key=_minutes)
    for earlier, later in pairwise(ordered):
        if _minutes(later)[0] < _minutes(earlier)[1]:
            fault(f"« {earlier} » et « {later} » se chevauchent", "des plages qui ne se chevauchent pas")
    return spans


Slug = Annotated[str, AfterValidator(_slug)]
Day = Annotated[tuple[Annotated[str, AfterValidator(_span)], ...], AfterValidator(_disjoint)]
"""A weekday's spans, `HH:MM-HH:MM`; none where closed."""
IsoDate = Annotated[date, BeforeValidator(_iso_date)]
NonEmpty = Annotated[str, Field(min_length=1)]
Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]


# ---------------------------------------------------------------- the instructions


class OpeningHours(Record):
    """When the tenant is open; a day left out is closed."""

    mon: Day = ()
    tue: Day = ()
    wed: Day = ()
    thu: Day = ()
    fri: Day = ()
    sat: Day = ()
    sun: Day = ()

    def on(self, day: date) -> tuple[str, ...]:
        """The spans of that day's weekday."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)[day.weekday()]


class Absence(Record):
    """Days on which a person is away, both included; `from` and `to` in the file."""

    first: IsoDate = Field(alias="from")
    last: IsoDate = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Absence:
        if self.first > self.last:
            fault(f"absence du {self.first} au {self.last}", "« from » au plus tard le jour de « to »")
        return self

    @model_serializer
    def _as_written(self) -> dict[str, date]:
        return {"from": self.first, "to": self.last}


class Person(Record):
    """Somebody whom callers may ask for on the tenant's side."""

    name: str
    role: str = ""
    aliases: tuple[str, ...] = ()
    absences: tuple[Absence, ...] = ()


class FieldDefinition(Record):
    """A piece of information that a call can give."""

    id: Slug
    label: str
    type: FieldType
    pattern: Annotated[str, AfterValidator(_regex)] | None = None
    """Regular expression that a right value matches."""
    examples: tuple[str, ...] = ()


class Intent(Record):
    """A kind of call."""

    id: Slug
    label: str
    description: str
    examples: tuple[str, ...]
    urgency: Urgency
    disposition: Disposition
    required_fields: tuple[Slug, ...]
    recipient: str | None = None
    """Who receives such a message; None: whoever the caller asks for."""
    value: Amount = 0.0
    """Euros that a lost call of this kind costs."""


class UrgencyRule(Record):
    """What a caller may say or describe that sets the urgency."""

    id: Slug
    when: str
    urgency: Urgency
    then: str | None = None
    """What the agent must do."""


class Instruction(Record):
    """What the agent must do, or must never do."""

    id: Slug
    text: str
    kind: Literal["do", "do_not"]
    intents: tuple[Slug, ...] = ()
    """The kinds of calls it holds for; empty: all."""


class MessageFormat(Record):
    """How the tenant wants its messages."""

    max_words: Annotated[int, Field(strict=True, ge=10)] | None = None
    """None: no limit."""
    address: Literal["vous", "tu"] = "vous"
    order: tuple[Slug, ...] = ()
    """Field ids to put first."""
    forbid: tuple[str, ...] = ()
    """What must never be written."""


class Costs(Record):
    """Assumptions for the hidden cost; the defaults are orders of magnitude for the tenant to replace."""

    hourly_rate: Amount = 30.0
    """Euros for an hour of work on the tenant's side."""
    callback_minutes: Amount = 6.0
    """Minutes lost on a call-back that a complete message would have spared."""
    clarify_minutes: Amount = 3.0
    """Minutes lost on asking the service what a message meant."""
    urgent_miss: Amount = 0.0
    """Euros that an urgent call treated too late costs."""


class Tenant(Record):
    """All that the engine may know of a client of the answering service."""

    id: Slug
    name: NonEmpty
    activity: NonEmpty
    language: str
    timezone: Annotated[str, AfterValidator(_timezone)]
    updated_on: IsoDate
    review_every_days: Annotated[int, Field(strict=True, ge=1)] | None = None
    """Days that the instructions hold; None: without limit."""
    greeting: str = ""
    opening_hours: OpeningHours | None = None
    """None where the file does not say."""
    people: tuple[Person, ...] = ()
    vocabulary: tuple[str, ...] = ()
    fields: tuple[FieldDefinition, ...] = ()
    intents: Annotated[tuple[Intent, ...], Field(min_length=1)]
    urgency_rules: tuple[UrgencyRule, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    message: MessageFormat = MessageFormat()
    costs: Costs = Costs()
    _file_sha256: str = PrivateAttr(default="")

    @property
    def sha256(self) -> str:
        """Revision of the instructions: the file's hash, or the content's where there is no file."""
        return self._file_sha256 or hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def intents_by_id(self) -> dict[str, Intent]:
        """The tenant's intents, then the built-in ones that it does not override."""
        own = {intent.id: intent for intent in self.intents}
        return own | {name: intent for name, intent in BUILT_IN_INTENTS.items() if name not in own}

    @property
    def fields_by_id(self) -> dict[str, FieldDefinition]:
        """The standard fields, then the tenant's own; the tenant's definition wins."""
        return STANDARD_FIELDS | {field.id: field for field in self.fields}

    @property
    def zone(self) -> ZoneInfo:
        """The tenant's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def region(self) -> str:
        """ISO 3166 region in which a number dictated without country code is to be read."""
        return _REGIONS.get(self.timezone, "FR")

    @property
    def review_by(self) -> date | None:
        """The first day on which the instructions no longer hold; None: never."""
        if self.review_every_days is None:
            return None
        try:
            return self.updated_on + timedelta(days=self.review_every_days)
        except OverflowError:
            return None

    def field(self, field_id: str) -> FieldDefinition:
        """The field of that id, standard or the tenant's own; KeyError where there is none."""
        return self.fields_by_id[field_id]

    def is_open(self, at: datetime) -> bool | None:
        """Whether the tenant is open then (no zone: local time); None where the file does not say."""
        if self.opening_hours is None:
            return None
        local = at.astimezone(self.zone) if at.tzinfo else at
        minute = local.hour * 60 + local.minute
        return any(opens <= minute < closes for opens, closes in map(_minutes, self.opening_hours.on(local)))

    def absent(self, person: Person, on: date) -> bool:
        """Whether the person is away on that day."""
        return any(absence.first <= on <= absence.last for absence in person.absences)

    def review_due(self, on: date) -> bool:
        """Whether the instructions have outlived the time that they hold."""
        return self.review_by is not None and on >= self.review_by


_REGIONS = {
    "Europe/Brussels": "BE",
    "Europe/Zurich": "CH",
    "Europe/Luxembourg": "LU",
    "America/Guadeloupe": "GP",
    "America/Martinique": "MQ",
    "America/Cayenne": "GF",
    "America/Miquelon": "PM",
    "America/Marigot": "MF",
    "America/St_Barthelemy": "BL",
    "Indian/Reunion": "RE",
    "Indian/Mayotte": "YT",
    "Pacific/Noumea": "NC",
    "Pacific/Tahiti": "PF",
    "Pacific/Marquesas": "PF",
    "Pacific/Gambier": "PF",
    "Pacific/Wallis": "WF",
}

_STANDARD: tuple[tuple[str, FieldType, str], ...] = (
    ("caller_name", "name", "Nom de l'appelant"),
    ("company", "text", "Société"),
    ("phone", "phone", "Téléphone"),
    ("email", "email", "E-mail"),
    ("address", "text", "Adresse"),
    ("postal_code", "postal_code", "Code postal"),
    ("city", "text", "Ville"),
    ("recipient", "name", "Personne demandée"),
    ("third_party", "name", "Personne concernée"),
    ("reference", "reference", "Référence"),
    ("callback_window", "text", "Quand rappeler"),
    ("requested_datetime", "datetime", "Date souhaitée"),
)
STANDARD_FIELDS = {name: FieldDefinition(id=name, label=label, type=kind) for name, kind, label in _STANDARD}


def _built_in(
    name: str,
    label: str,
    description: str,
    examples: tuple[str, ...],
    *,
    urgency: Urgency = "low",
    disposition: Disposition = "no_message",
) -> Intent:
    return Intent(
        id=name,
        label=label,
        description=description,
        examples=examples,
        urgency=urgency,
        disposition=disposition,
        required_fields=(),
    )


_BUILT_IN = (
    _built_in(
        "wrong_number",
        "Faux numéro",
        "L'appelant cherchait quelqu'un d'autre et s'est trompé de numéro.",
        (
            "ah pardon je me suis trompé de numéro",
            "je ne suis pas chez madame Petit ? excusez-moi, c'est une erreur",
            "vous n'êtes pas la pharmacie ?",
        ),
    ),
    _built_in(
        "spam",
        "Démarchage",
        "Démarchage commercial, sondage, message enregistré ou robot : rien à transmettre.",
        (
            "je vous appelle pour vous proposer une offre réservée aux professionnels",
            "c'est au sujet de votre contrat d'énergie, vous pouvez bénéficier d'une remise",
            "ceci est un message automatique, tapez un pour être mis en relation",
        ),
    ),
    _built_in(
        "silent",
        "Appel muet",
        "Personne ne parle, ou l'appelant raccroche sans avoir rien dit.",
        (),
    ),
    _built_in(
        "other",
        "Autre demande",
        "Toute demande qui n'est d'aucun autre motif.",
        (
            "j'ai une question un peu particulière",
            "je voudrais juste un renseignement",
            "vous pouvez lui dire que j'ai appelé",
        ),
        urgency="normal",
        disposition="message",
    ),
)
BUILT_IN_INTENTS = {intent.id: intent for intent in _BUILT_IN}

_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Tenant,
    ("opening_hours",): OpeningHours,
    ("people",): Person,
    ("people", "absences"): Absence,
    ("fields",): FieldDefinition,
    ("intents",): Intent,
    ("urgency_rules",): UrgencyRule,
    ("instructions",): Instruction,
    ("message",): MessageFormat,
    ("costs",): Costs,
}


# ---------------------------------------------------------------- reading


def load_tenant(path: Path | str) -> Tenant:
    """The tenant's instructions in a file; DefectError, with all defects, where it has errors."""
    content = read_bytes(path)
    document = _parse(path, decode(path, content))
    tenant, findings = _validate(document)
    if tenant is None:
        raise DefectError(path, document.defects(findings))
    tenant._file_sha256 = hashlib.sha256(content).hexdigest()
    return tenant


def check_tenant(path: Path | str, *, on: date | None = None) -> list[Defect]:
    """All defects of a tenant's file by line; warnings, as of `on` (today), once it has no error."""
    try:
        document = _parse(path, decode(path, read_bytes(path)))
    except DefectError as error:
        return list(error.defects)
    tenant, findings = _validate(document)
    if tenant is not None:
        findings += _warnings(tenant, on or date.today())
    return document.defects(findings)


def read_bytes(path: Path | str, *, limit: int | None = MAX_FILE_BYTES) -> bytes:
    """A file's content; DefectError where there is none, or more than `limit` bytes."""
    file = Path(path)
    try:
        if not file.exists():
            siblings = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
            refuse(path, f"fichier introuvable{did_you_mean(file.name, siblings)}", "un fichier qui existe")
        if not file.is_file():
            refuse(path, "ce n'est pas un fichier", "un fichier")
        size = file.stat().st_size
        if limit is not None and size > limit:
            refuse(path, f"fichier de {size} octets", f"au plus {limit} octets")
        return file.read_bytes()
    except OSError as error:
        refuse(path, f"fichier illisible ({error.strerror})", "un fichier lisible par cet utilisateur")


def decode(path: Path | str, content: bytes) -> str:
    """A file's text; DefectError where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"octet 0x{content[error.start]:02x}, qui n'est pas de l'UTF-8"
        refuse(path, found, "un fichier enregistré en UTF-8", line=line)


def refuse(path: Path | str, found: str, expected: str, *, line: int | None = None) -> NoReturn:
    """Raise the DefectError of a file that cannot be read at all."""
    raise DefectError(path, [Finding((), found, expected).at_line(line)])


class _Loader(yaml.SafeLoader):
    """YAML's safe loader; a scalar that is not what it looks like (2026-02-30) stays text."""


def _or_text(tag: str) -> None:
    construct = yaml.SafeLoader.yaml_constructors[tag]

    def tolerant(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, KeyError, AttributeError, OverflowError):
            return node.value

    _Loader.add_constructor(tag, tolerant)


_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = tuple(_TAG + name for name in ("bool", "int", "float", "timestamp"))
_TAGS = {*_SCALAR_TAGS, *(_TAG + name for name in ("str", "null", "map", "seq", "merge"))}
for _tag in _SCALAR_TAGS:
    _or_text(_tag)


class Document(NamedTuple):
    """A read file: its plain data, the nodes that know their lines, and what is wrong already."""

    root: yaml.Node
    data: object
    findings: tuple[Finding, ...] = ()

    def raw(self, loc: Loc) -> str | None:
        """How the file writes the scalar there; None for anything else."""
        node = _walk(self.root, loc)[-1][1]
        return node.value if isinstance(node, yaml.ScalarNode) else None

    def line(self, loc: Loc) -> int:
        """The line of the key or list item there, or of what should hold it."""
        place, _ = _walk(self.root, loc)[-1]
        return int(place.start_mark.line) + 1

    def defects(self, findings: Iterable[Finding]) -> list[Defect]:
        """The findings with their lines, in the file's order."""
        found = [f.at_line(self.line(f.loc)) for f in (*self.findings, *findings)]
        return sorted(found, key=lambda d: d.line or 0)


def _walk(root: yaml.Node, loc: Loc) -> list[tuple[yaml.Node, yaml.Node]]:
    """Along the path, as far as it exists: the node that marks the place, and its value."""
    steps = [(root, root)]
    for step in loc:
        node = steps[-1][1]
        if isinstance(node, yaml.MappingNode):
            pairs = [(k, v) for k, v in node.value if k.value == step]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            pairs = [(v, v) for v in node.value[step : step + 1]]
        else:
            pairs = []
        if not pairs:
            break
        steps.append(pairs[-1])
    return steps


def _parse(path: Path | str, text: str) -> Document:
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            refuse(path, "fichier vide", "les instructions d'un client", line=1)
        if _weight(root, {}) > MAX_NODES:
            refuse(path, "ancres et alias YAML qui se multiplient", "un fichier sans alias imbriqués", line=1)
        if not isinstance(root, yaml.MappingNode):
            refuse(path, "pas de clés à la racine", "des lignes « clé: valeur »", line=1)
        findings = tuple(_structure(root, ()))
        return Document(root, loader.construct_document(root), findings)
    except yaml.YAMLError as error:
        found, expected = _yaml_remedy(error)
        refuse(path, found, expected, line=_yaml_line(error, text))
    except RecursionError:
        refuse(path, "valeurs imbriquées trop profondément", "quelques niveaux au plus", line=1)


def _weight(node: yaml.Node, known: dict[int, float]) -> float:
    """How many values a node holds once its aliases are expanded; infinite where it holds itself."""
    if id(node) not in known:
        known[id(node)] = float("inf")
        children = [] if isinstance(node, yaml.ScalarNode) else node.value
        flat = [c for child in children for c in (child if isinstance(child, tuple) else (child,))]
        known[id(node)] = 1 + sum(_weight(child, known) for child in flat)
    return known[id(node)]


def _structure(node: yaml.Node, loc: Loc) -> Iterator[Finding]:
    """What YAML would silently let pass; repairs the node so that the rest can be checked."""
    if node.tag not in _TAGS:
        found = f"étiquette YAML « {shown(node.tag.replace(_TAG, '!!'))} »"
        yield Finding(loc, found, "une valeur simple, entre guillemets au besoin")
        node.tag = _TAG + _plain_kind(node)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _structure(item, (*loc, index))
    if isinstance(node, yaml.MappingNode):
        yield from _keys_of(node, loc)
        node.value = [pair for pair in node.value if _is_key(pair[0])]
        for key, value in node.value:
            yield from _structure(value, (*loc, key.value))


def _plain_kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "map"
    return "seq" if isinstance(node, yaml.SequenceNode) else "str"


def _is_key(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.tag in (_TAG + "str", _TAG + "merge")


def _keys_of(node: yaml.MappingNode, loc: Loc) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        name = shown(key.value) if isinstance(key, yaml.ScalarNode) else "…"
        line = key.start_mark.line + 1
        if not _is_key(key):
            found = f"clé « {name} », que YAML ne lit pas comme un texte"
            yield Finding(loc, found, "une clé du format", line=line)
        elif key.value in seen:
            found = f"clé écrite deux fois, lignes {seen[key.value]} et {line}"
            yield Finding((*loc, key.value), found, "une seule fois", line=line)
        else:
            seen[key.value] = line


_YAML_REMEDIES = (
    (r"'\t'", "tabulation", "des espaces pour décaler les lignes, jamais de tabulation"),
    ("quoted scalar", "guillemets mal fermés ou « \\ » mal employé", "un texte entre deux apostrophes"),
    ("flow sequence", "crochet mal fermé", "[a, b], les textes à virgule entre guillemets"),
    ("flow mapping", "accolade mal fermée", "{clé: valeur}, les textes à virgule entre guillemets"),
    ("mapping values are not allowed", "« : » dans un texte ou décalage faux", "le texte entre guillemets"),
    ("could not find expected ':'", "ligne sans « : »", "« clé: valeur »"),
    (
        "expected <block end>",
        "ligne mal décalée, ou guillemets mal fermés plus haut",
        "le même décalage pour toutes les clés d'un niveau",
    ),
    ("undefined alias", "alias « * » d'une ancre qui n'existe pas", "le texte entre guillemets"),
    ("single document", "plusieurs documents séparés par « --- »", "un seul document"),
    ("cannot start any token", "signe qui ne peut commencer un texte", "le texte entre guillemets"),
    ("special characters", "caractère de contrôle", "un texte sans caractère de contrôle"),
)


def _yaml_remedy(error: yaml.YAMLError) -> tuple[str, str]:
    problem = " ".join(str(getattr(error, name, "")) for name in ("context", "problem", "reason"))
    known = ((found, expected) for part, found, expected in _YAML_REMEDIES if part in problem)
    return next(known, ("ce n'est pas du YAML", "un fichier YAML, « clé: valeur » à chaque ligne"))


def _yaml_line(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1


def _validate(document: Document) -> tuple[Tenant | None, list[Finding]]:
    tenant, findings = validated(document.data, Tenant, _MODELS, raw=document.raw)
    findings += _cross_findings(document.data)
    return (None if findings or document.findings else tenant), findings


# ---------------------------------------------------------------- what no single key can tell


def _cross_findings(data: Any) -> Iterator[Finding]:
    """Errors between keys; looks past values of the wrong type, which are reported elsewhere."""
    for section in ("fields", "intents", "urgency_rules", "instructions"):
        yield from _twice(data, section)
    fields = [f for _, f in _ids(data, "fields")] + list(STANDARD_FIELDS)
    intents = [i for _, i in _ids(data, "intents")] + list(BUILT_IN_INTENTS)
    yield from _shadowing(data)
    for index, intent in _entries(data, "intents"):
        yield from _unknown(intent, ("intents", index), "required_fields", "champ inconnu", fields)
    for index, instruction in _entries(data, "instructions"):
        yield from _unknown(instruction, ("instructions", index), "intents", "motif inconnu", intents)
    if isinstance(data.get("message"), dict):
        yield from _unknown(data["message"], ("message",), "order", "champ inconnu", fields)


def _entries(data: dict[str, Any], section: str) -> list[tuple[int, dict[str, Any]]]:
    entries = data.get(section)
    if not isinstance(entries, list):
        return []
    return [(index, entry) for index, entry in enumerate(entries) if isinstance(entry, dict)]


def _ids(data: dict[str, Any], section: str) -> list[tuple[int, str]]:
    return [(i, entry["id"]) for i, entry in _entries(data, section) if isinstance(entry.get("id"), str)]


def _twice(data: dict[str, Any], section: str) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, name in _ids(data, section):
        if name in seen:
            found = f"« {shown(name)} » est déjà défini en {section}[{seen[name]}]"
            yield Finding((section, index, "id"), found, "un identifiant qui ne sert qu'une fois")
        seen.setdefault(name, index)


def _shadowing(data: dict[str, Any]) -> Iterator[Finding]:
    for index, field in _entries(data, "fields"):
        name, kind = field.get("id"), field.get("type")
        standard = STANDARD_FIELDS.get(name) if isinstance(name, str) else None
        if standard and isinstance(kind, str) and kind != standard.type:
            found = f"le champ standard « {name} » est redéfini avec le type « {shown(kind)} »"
            yield Finding(("fields", index, "type"), found, f"« {standard.type} », ou un autre identifiant")


def _unknown(entry: dict[str, Any], loc: Loc, key: str, what: str, known: list[str]) -> Iterator[Finding]:
    names = entry.get(key)
    for index, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str) and name not in known:
            near = did_you_mean(name, known)
            found = f"{what} « {shown(name)} »{near}"
            yield Finding((*loc, key, index), found, f"un identifiant parmi {', '.join(map(shown, known))}")


_RESERVED = ("intent", "urgency", "message")
"""Keys that stand beside the fields in a prediction."""


def _warnings(tenant: Tenant, on: date) -> Iterator[Finding]:
    """What a supervisor should look at in instructions that can be used."""
    if tenant.language != "fr":
        yield _warning(("language",), f"langue « {shown(tenant.language)} »", "« fr », la seule comprise")
    if tenant.review_due(on):
        found = f"relecture due depuis le {tenant.review_by}"
        yield _warning(("updated_on",), found, "des instructions relues, et la date du jour")
    for index, field in enumerate(tenant.fields):
        if field.id in _RESERVED:
            yield _warning(("fields", index, "id"), f"« {field.id} » a un autre sens", "un autre identifiant")
    for index, rule in enumerate(tenant.urgency_rules):
        if not rule.when.strip():
            yield _warning(("urgency_rules", index, "when"), "texte vide", "ce que l'appelant doit dire")
    yield from _intent_warnings(tenant.intents)
    yield from _contradictions(tenant.instructions)


def _warning(loc: Loc, found: str, expected: str) -> Finding:
    return Finding(loc, found, expected, "warning")


def _intent_warnings(intents: tuple[Intent, ...]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for index, intent in enumerate(intents):
        if not intent.examples and intent.id != "silent":
            expected = "quelques phrases d'appelants, sans quoi le motif est mal reconnu"
            yield _warning(("intents", index, "examples"), "aucun exemple", expected)
        texts: list[tuple[Loc, str]] = [(("description",), intent.description)]
        texts += [(("examples", number), example) for number, example in enumerate(intent.examples)]
        for loc, text in texts:
            words = _folded(text)
            if words and seen.setdefault(words, intent.id) != intent.id:
                found = f"le même texte que pour « {seen[words]} »"
                yield _warning(("intents", index, *loc), found, "ce qui distingue les deux motifs")


def _contradictions(instructions: tuple[Instruction, ...]) -> Iterator[Finding]:
    seen: dict[str, Instruction] = {}
    for index, instruction in enumerate(instructions):
        first = seen.setdefault(_folded(instruction.text), instruction)
        if first.kind != instruction.kind:
            found = f"le même texte que « {first.id} », qui dit le contraire"
            yield _warning(("instructions", index, "kind"), found, "une seule des deux consignes")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?")
