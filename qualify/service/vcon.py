"""Calls as vCon: accept one, export one.

The format is the unsigned JSON form of draft-ietf-vcon-vcon-core-04 (September 2026), whose syntax is 0.4.0,
compressed by gzip or not. Syntax 0.3.0 is accepted too: of what is read here only the name of `critical` has
changed since. Signed and encrypted forms are refused, and so is a recording that is only named by an
address: the service fetches nothing.

Read are a recording in a dialog's body, or else the words: the transcript that an export of ours carries, or
the texts that the parties wrote. Written are the parties, the recording or the texts, and the transcript,
qualification and message, each an analysis whose body is the record as JSON.
"""

from __future__ import annotations

import base64
import unicodedata
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic_core import from_json

from qualify import __version__
from qualify.errors import InputError
from qualify.records import Maker, Outcome, Record, Transcript, Turn
from qualify.store.domain import Call, NewCall
from qualify.tenant import DefectError, Tenant
from qualify.tenant.defects import findings_of

DRAFT = "draft-ietf-vcon-vcon-core-04"
SYNTAX = "0.4.0"
MEDIA_TYPE = "application/vcon"
MEDIA_TYPES = frozenset({MEDIA_TYPE, "application/vcon+gzip", "application/vcon+json"})
"""Those of the draft, and one that others write."""
MAX_BYTES = 60_000_000
"""Of a document: half an hour of telephone stereo as WAV. It must fit into memory several times."""
VENDOR = "qualify"
"""By which an analysis of ours is known again."""

GZIP_MAGIC = b"\x1f\x8b"
_FILE = "vCon"
"""How errors name the document."""
_COMPLETE = "un enregistrement dans « body », ou les textes des interlocuteurs"

Index = Annotated[int, Field(ge=0)]
Json = dict[str, JsonValue]


class _Part(BaseModel):
    """A part of a vCon; what extensions add to it is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Party(_Part):
    tel: str | None = None
    """A `tel:` address, its scheme optional."""
    type: str | None = None
    """`person`, `bot` or `organization`."""
    role: str | None = None
    """Of the contact-centre extension: `agent`, `customer`…"""

    @property
    def answers(self) -> bool:
        """Whether it says that it is the side that was called."""
        return self.role == "agent" or (self.role is None and self.type in ("organization", "bot"))


class _Dialog(_Part):
    type: str | None = None
    start: AwareDatetime | None = None
    duration: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """In seconds."""
    parties: Index | tuple[Index | tuple[Index, ...] | None, ...] = ()
    """Who is heard; in a recording of several channels, channel by channel."""
    originator: Index | None = None
    mediatype: str | None = None
    body: JsonValue = None
    encoding: Literal["base64url", "json", "none"] | None = None

    @property
    def channels(self) -> tuple[tuple[Index, ...], ...]:
        """The parties of each channel; of a single channel, each alone."""
        listed = self.parties if isinstance(self.parties, tuple) else (self.parties,)
        return tuple(p if isinstance(p, tuple) else () if p is None else (p,) for p in listed)

    @property
    def first(self) -> int:
        """The party that called, or that wrote the text."""
        return self.originator if self.originator is not None else next((c[0] for c in self.channels if c), 0)


class _Analysis(_Part):
    type: str = ""
    vendor: str = ""
    body: JsonValue = None


class _VCon(_Part):
    vcon: Literal["0.3.0", "0.4.0"] | None = None
    """Deprecated by the draft, and left out by some."""
    uuid: UUID
    critical: Annotated[tuple[str, ...], Field(max_length=0)] = ()
    """Extensions without which it must not be read; none is known here."""
    must_support: Annotated[tuple[str, ...], Field(max_length=0)] = ()
    """The same in syntax 0.3.0."""
    parties: Annotated[tuple[_Party, ...], Field(max_length=100)] = ()
    dialog: Annotated[tuple[_Dialog, ...], Field(max_length=10_000)] = ()
    analysis: tuple[_Analysis, ...] = ()


class _Sides(NamedTuple):
    """Indices of the two parties."""

    caller: int
    agent: int


class Incoming(Record):
    """A call read from a vCon: what the store accepts, and its recording where it has one."""

    call: NewCall
    audio: bytes | None = None


def read(document: bytes, tenant: Tenant) -> Incoming:
    """The call that a vCon holds, for one tenant; its `external_id` is the vCon's UUID.

    Raises `InputError`, with all defects of the form where there are some, where it cannot be used.
    """
    vcon = _parsed(document)
    recordings = [i for i, dialog in enumerate(vcon.dialog) if dialog.type == "recording"]
    if len(recordings) > 1:
        raise InputError(_FILE, "dialog", f"{len(recordings)} enregistrements", "un seul enregistrement")
    audio = _audio(recordings[0], vcon.dialog[recordings[0]]) if recordings else None
    transcript = None if audio else _transcript(vcon)
    dialog = vcon.dialog[recordings[0]] if recordings else min(_texts(vcon), key=_start, default=_Dialog())
    sides = _sides(vcon, first=dialog.first)
    call = NewCall(
        tenant=tenant.id,
        external_id=str(vcon.uuid),
        transcript=transcript,
        started_at=_local(dialog.start, tenant),
        caller_number=_number(vcon, sides.caller, tenant),
        called_number=_number(vcon, sides.agent, tenant),
        agent_channel=next((i for i, heard in enumerate(dialog.channels) if heard == (sides.agent,)), None),
        audio_type=(dialog.mediatype or "application/octet-stream") if audio else None,
    )
    return Incoming(call=call, audio=audio)


def _parsed(document: bytes) -> _VCon:
    try:
        data = from_json(_unpacked(document) if document.startswith(GZIP_MAGIC) else document)
    except ValueError as error:
        raise InputError(
            _FILE, "", "ce n'est pas du JSON", f"un document vCon d'au plus {MAX_BYTES / 1e6:.0f} Mo"
        ) from error
    if isinstance(data, dict) and {"payload", "ciphertext"} & data.keys():
        raise InputError(_FILE, "", "forme signée ou chiffrée", "la forme non signée du vCon")
    try:
        return _VCon.model_validate(data)
    except ValidationError as error:
        raise DefectError(_FILE, [f.at_line(None) for f in findings_of(error, {})]) from error


def _unpacked(document: bytes) -> bytes:
    """What gzip has packed; ValueError where it is damaged or unpacks to more than may come."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        whole = unpacker.decompress(document, MAX_BYTES)
    except zlib.error as error:
        raise ValueError from error
    if not unpacker.eof:
        raise ValueError
    return whole


def _sides(vcon: _VCon, *, first: int) -> _Sides:
    """Who answers is the party that says so, else the one that did not call."""
    others = (i for i in range(len(vcon.parties) + 2) if i != first)
    agent = next((i for i, party in enumerate(vcon.parties) if party.answers), next(others))
    return _Sides(first if first != agent else 1 if agent == 0 else 0, agent)


def _number(vcon: _VCon, party: int, tenant: Tenant) -> str | None:
    """A party's number in E.164; None where it gives none that can be dialled."""
    try:
        number = phonenumbers.parse(vcon.parties[party].tel or "", tenant.region)
    except (IndexError, phonenumbers.NumberParseException):
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _local(start: datetime | None, tenant: Tenant) -> datetime | None:
    return start and start.astimezone(ZoneInfo(tenant.timezone)).replace(tzinfo=None)


def _audio(index: int, dialog: _Dialog) -> bytes:
    """The bytes of a recording that the document holds."""
    key = f"dialog[{index}].body"
    if not isinstance(dialog.body, str) or not dialog.body:
        raise InputError(_FILE, key, "rien", "l'enregistrement lui-même ; aucune adresse n'est suivie")
    try:
        return base64.b64decode(dialog.body + "=" * (-len(dialog.body) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        expected = "l'enregistrement en base64url, et « encoding » : « base64url »"
        raise InputError(_FILE, key, "texte qui n'est pas du base64url", expected) from error


def _texts(vcon: _VCon) -> tuple[_Dialog, ...]:
    return tuple(dialog for dialog in vcon.dialog if dialog.type == "text")


def _start(dialog: _Dialog) -> float:
    return dialog.start.timestamp() if dialog.start else 0.0


def _transcript(vcon: _VCon) -> Transcript:
    """The words of a call without a recording."""
    for index, analysis in enumerate(vcon.analysis):
        if analysis.vendor == VENDOR and analysis.type == "transcript":
            try:
                return Transcript.model_validate(analysis.body)
            except ValidationError as error:
                found = "transcription non conforme"
                raise InputError(_FILE, f"analysis[{index}].body", found, "celle d'un export") from error
    turns = tuple(_turns(vcon))
    if not turns:
        raise InputError(_FILE, "dialog", "aucun contenu", _COMPLETE)
    return Transcript(turns=turns, made_by=Maker(engine="vcon", version=__version__))


def _turns(vcon: _VCon) -> Iterator[Turn]:
    """The texts in the order of their starts; it must be told who answers, for either may write first."""
    agents = {i for i, party in enumerate(vcon.parties) if party.answers}
    for index, dialog in sorted(enumerate(vcon.dialog), key=lambda numbered: _start(numbered[1])):
        if dialog.type == "text":
            if not agents:
                expected = "« role » : « agent », ou « type » : « organization », pour qui répond"
                raise InputError(_FILE, "parties", "aucun interlocuteur qui répond", expected)
            speaker: Literal["agent", "caller"] = "agent" if dialog.first in agents else "caller"
            yield Turn(speaker=speaker, text=_text(index, dialog))


def _text(index: int, dialog: _Dialog) -> str:
    plain = (dialog.mediatype or "text/plain").split(";")[0].strip().lower() == "text/plain"
    if isinstance(dialog.body, str) and dialog.body.strip() and plain and dialog.encoding in (None, "none"):
        return unicodedata.normalize("NFC", dialog.body.strip())
    raise InputError(_FILE, f"dialog[{index}].body", "contenu illisible", "un texte (text/plain, « none »)")


# ---------------------------------------------------------------- export


def write(call: Call, outcome: Outcome | None, tenant: Tenant, *, audio: bytes | None = None) -> Json:
    """A call as a vCon, with its recording where `audio` is given; without it, it says that it is redacted.

    The UUID is the same each time that a call is written.
    """
    zone = ZoneInfo(tenant.timezone)
    start = call.started_at.replace(tzinfo=zone) if call.started_at else call.received_at
    spoken = outcome.transcript if outcome else None
    recorded = call.origin == "recording"
    dialogs = [_recording(call, outcome, start, audio)] if recorded else list(_written(spoken, start))
    vcon: Json = {
        "vcon": SYNTAX,
        "uuid": str(uuid5(NAMESPACE_URL, f"urn:qualify:call:{call.id}")),
        "created_at": call.received_at.isoformat(),
        "updated_at": call.updated_at.isoformat(),
        "parties": [
            {"type": "person", **_tel(call.caller_number)},
            {"type": "organization", "name": tenant.name, **_tel(call.called_number)},
        ],
        "dialog": list(dialogs),
        "analysis": list(_analyses(outcome, len(dialogs))),
    }
    return vcon | ({"redacted": {"type": "audio"}} if recorded and audio is None else {})


def _tel(number: str | None) -> Json:
    return {"tel": number} if number else {}


def _recording(call: Call, outcome: Outcome | None, start: datetime, audio: bytes | None) -> Json:
    recording = outcome.recording if outcome else None
    parties: list[JsonValue] = [0, 1]
    if recording and recording.channels == 2:
        sides: dict[int | None, list[JsonValue]] = {0: [1, 0], 1: [0, 1]}
        parties = sides.get(call.agent_channel, [[0, 1], [0, 1]])
    dialog: Json = {"type": "recording", "start": start.isoformat(), "parties": parties, "originator": 0}
    if recording:
        dialog["duration"] = recording.duration_s
    if audio is not None:
        body = base64.urlsafe_b64encode(audio).decode().rstrip("=")
        dialog |= {"mediatype": call.audio_type or "audio/wav", "encoding": "base64url", "body": body}
    return dialog


def _written(transcript: Transcript | None, start: datetime) -> Iterator[Json]:
    """The turns of a call that came as text, each a dialog."""
    for turn in transcript.turns if transcript else ():
        yield {
            "type": "text",
            "start": (start + timedelta(seconds=turn.start_s or 0)).isoformat(),
            "parties": [1, 0] if turn.speaker == "agent" else [0, 1],
            "mediatype": "text/plain",
            "encoding": "none",
            "body": turn.text,
        }


def _analyses(outcome: Outcome | None, dialogs: int) -> Iterator[Json]:
    """What was made of the call, as far as it came."""
    made = outcome and {
        "transcript": outcome.transcript,
        "report": outcome.qualification,
        "summary": outcome.message,
    }
    for kind, record in (made or {}).items():
        if record is not None:
            yield {
                "type": kind,
                "dialog": list(range(dialogs)),
                "vendor": VENDOR,
                "product": f"{VENDOR} {__version__}",
                "schema": type(record).__name__,
                "mediatype": "application/json",
                "encoding": "json",
                "body": record.model_dump(mode="json"),
            }
