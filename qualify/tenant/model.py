"""What a tenant's instructions may say, and the fields and kinds of calls that every tenant has."""

from __future__ import annotations

import difflib
import hashlib
import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    PrivateAttr,
    model_serializer,
    model_validator,
)

from qualify.records import Disposition, Record, Urgency
from qualify.tenant.defects import fault, kind_of, shown

FieldType = Literal[
    "text", "name", "phone", "email", "postal_code", "reference", "date", "datetime", "number", "money"
]

_SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SPAN = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)
_DAY_MIN = 24 * 60


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
    return fault(kind_of(value), "une date qui existe, AAAA-MM-JJ")


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

MODELS: dict[tuple[str, ...], type[BaseModel]] = {
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
"""The model of each mapping in a file, by the keys that lead to it."""


# ---------------------------------------------------------------- what every tenant has


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
