"""The message as an SMS, in 160 or 306 characters of GSM-7.

What gives way, in this order: the end of what the caller said, the optional facts, the long labels,
then mandatory facts, the last ones of the tenant's order first; never the urgency and the number to
call back. Whatever is kept back or left out, the SMS says that there is more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qualify.drafting.facts import PLACE, field_line, place_line
from qualify.rendering.confidential import Confidential, confidential_of
from qualify.rendering.gsm import gsm_text, segments
from qualify.rendering.settings import TWO_SMS, DeliverySettings
from qualify.rendering.shorten import shortened
from qualify.rendering.source import Fact, HandledCall, facts_of, open_field, reading_of, urgent_flag
from qualify.tenant import Tenant

MORE = "Détails par e-mail."
SHORT_LINES = {
    "company": "Sté {}",
    "third_party": "Conc. {}",
    "recipient": "Pour {}",
    "reference": "Réf. {}",
    "callback_window": "Joign. {}",
}
"""Standard fields whose value alone would be unclear; the others need no label."""
BARE = frozenset(("caller_name", "phone", "email", "requested_datetime", *PLACE))
"""Standard fields that are known by their look."""
_LINKS = frozenset("de du des d' la le les l' un une en au aux à et ou pour par".split())
_WORD = re.compile(r"[^\W_]+['°]?")


@dataclass(frozen=True, slots=True)
class SmsRendering:
    """An SMS, and what it does not tell."""

    text: str
    """In GSM-7; lines are parted by a line feed."""
    segments: int
    """SMS that it is sent as, 1 or 2."""
    left_out: tuple[str, ...] = ()
    """Mandatory facts (field ids, `urgency`) that found no room."""
    withheld: tuple[str, ...] = ()
    """Facts (field ids, `gist`) that the tenant keeps out of SMS."""

    @property
    def complete(self) -> bool:
        """Whether every mandatory fact that may leave by SMS stands in it."""
        return not self.left_out


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the SMS in its two lengths, and the facts that are lost without it."""

    full: str
    short: str
    facts: tuple[str, ...] = ()


def sms(call: HandledCall, settings: DeliverySettings) -> SmsRendering:
    """The SMS for a call; no longer than the settings allow, whatever the call holds."""
    secret = confidential_of(call, settings)
    facts = facts_of(call)
    told = [f for f in facts if not secret.in_fact(f)]
    open_lines, gist, withheld = _sentences(call, settings, secret)
    withheld = (*(f.field for f in facts if f not in told), *withheld)
    needed = [*_flag(call), *_fact_lines([f for f in told if f.mandatory], call.tenant), *open_lines]
    more = (MORE,) if withheld else ()
    limit = 2 if settings.sms.characters == TWO_SMS else 1
    lines, left_out = _needed(needed, more, limit)
    more = (MORE,) if withheld or left_out else ()
    optional = [line.full for line in _fact_lines([f for f in told if not f.mandatory], call.tenant)]
    text = _filled(lines, gist, optional, more, limit)
    return SmsRendering(text, segments(text), left_out, tuple(dict.fromkeys(withheld)))


def _sentences(
    call: HandledCall, settings: DeliverySettings, secret: Confidential
) -> tuple[list[_Line], str, tuple[str, ...]]:
    """The lines of what is missing or uncertain, what was said, and what of the two is kept back."""
    lines: list[_Line] = []
    gist: list[str] = []
    withheld: list[str] = []
    for sentence in reading_of(call).all:
        field = open_field(sentence, call.tenant)
        if field is None and sentence.kind in ("field", "fixed"):
            continue
        hidden = secret.in_sentence(sentence, call.tenant)
        if hidden or (field is None and settings.sms.gist == "omit"):
            withheld.append(field or "gist")
        elif field:
            text = gsm_text(unbracketed(sentence.text.rstrip(".")))
            lines.append(_Line(text, text, (field,)))
        else:
            gist.append(sentence.text)
    return lines, gsm_text(" ".join(gist)), tuple(withheld)


def _flag(call: HandledCall) -> Iterator[_Line]:
    flag = urgent_flag(call.qualification)
    if flag:
        yield _Line(gsm_text(flag), gsm_text(flag), ("urgency",))


def _fact_lines(facts: Sequence[Fact], tenant: Tenant) -> Iterator[_Line]:
    """One line a fact, and one for all parts of a place."""
    place = {f.field: f.value for f in facts if f.field in PLACE}
    for fact in facts:
        if fact.field not in place:
            yield _Line(gsm_text(_full(fact, tenant)), gsm_text(_short(fact)), (fact.field,))
        elif fact.field == next(iter(place)):
            full = place_line(place).rstrip(".")
            yield _Line(gsm_text(full), gsm_text(full.removeprefix("Adresse : ")), tuple(place))


def _full(fact: Fact, tenant: Tenant) -> str:
    if fact.field in ("caller_name", "phone"):
        return fact.value
    label = fact.definition.label
    return field_line(fact.field, fact.value, tenant).rstrip(".").replace(label, unbracketed(label), 1)


def _short(fact: Fact) -> str:
    """The fact with its label abbreviated; a number to call without spaces."""
    if fact.field in SHORT_LINES:
        return SHORT_LINES[fact.field].format(fact.value)
    value = fact.value.replace(" ", "") if fact.definition.type == "phone" else fact.value
    return value if fact.field in BARE else f"{abbreviated(fact.definition.label)} {value}"


def abbreviated(label: str) -> str:
    """A label in few characters, its small words gone: «Nom de l'animal» → «Nom anim.»."""
    words = [w for w in _WORD.findall(unbracketed(label)) if w.casefold() not in _LINKS]
    return " ".join(w if len(w) <= 5 else f"{w[:4]}." for w in words)


def unbracketed(label: str) -> str:
    """The label without what it explains in parentheses, which is for the agent who asks."""
    return re.sub(r"\s*\([^()]*\)", "", label)


def _needed(needed: Sequence[_Line], more: tuple[str, ...], limit: int) -> tuple[list[str], tuple[str, ...]]:
    """The mandatory lines, in full, else short, else those that find room; and the facts left out."""
    for lines in ([line.full for line in needed], [line.short for line in needed]):
        if _fits([*lines, *more], limit):
            return lines, ()
    kept: list[_Line] = []
    for line in sorted(needed, key=_precedence):
        if _fits([*(k.short for k in kept), line.short, MORE], limit):
            kept.append(line)
    left_out = tuple(fact for line in needed if line not in kept for fact in line.facts)
    return [line.short for line in needed if line in kept], left_out


def _precedence(line: _Line) -> int:
    """The order in which mandatory facts find room; the tenant's order decides among the rest."""
    first = ("urgency", "phone", "caller_name")
    return next((at for at, fact in enumerate(first) if fact in line.facts), len(first))


def _filled(
    lines: Sequence[str], gist: str, optional: Sequence[str], more: tuple[str, ...], limit: int
) -> str:
    """The mandatory lines, then as much as fits of what was said and of the optional facts."""
    said = shortened(gist, lambda text: _fits([*lines, text, *more], limit), mark="...")
    if gist and not said and _fits([*lines, MORE], limit):
        more = (MORE,)
    made = [*lines, *filter(None, [said])]
    for line in optional:
        if _fits([*made, line, *more], limit):
            made = [*made, line]
    return "\n".join([*made, *more])


def _fits(lines: Sequence[str], limit: int) -> bool:
    return segments("\n".join(lines)) <= limit
