"""The message: urgency first, then the fields in the tenant's order, what is wanted, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from qualify.drafting.bystanders import strangers
from qualify.drafting.clean import plain
from qualify.drafting.cues import Clues, content
from qualify.drafting.facts import (
    CONTACT,
    PLACE,
    URGENT,
    WHO_AND_NUMBER,
    field_line,
    fold,
    lower_first,
    mandatory_fields,
    missing_line,
    place_line,
    proven_names,
    stated,
    told_fields,
    unasked_line,
    uncertain_line,
    usable,
)
from qualify.drafting.gist import Line, gist_lines
from qualify.drafting.outcome import agent_sentences, refusal, was_asked
from qualify.drafting.salience import Salience
from qualify.records import Judgment, Maker, Message, Qualification, Reason, Sentence, Transcript
from qualify.tenant import Tenant

GIST_WORDS = 42
"""Most words of what is wanted and why: with more, side stories come in as fast as facts."""
LEADING = 2
"""Of the worthiest lines, how many may stand first in an urgent message."""
LEAST_GIST = 15
"""Words of it for which fields that are not mandatory give way."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence that a message may hold: where it stands, and how long it survives shortening."""

    sentence: Sentence
    place: float
    """Parts stand in ascending order of it."""
    rank: float
    """0 is never given up; the higher, the sooner."""

    @property
    def words(self) -> int:
        """Words as the tenant's limit counts them."""
        return len(self.sentence.text.split())


FLAG = "URGENT : "
LEAD, ORDERED, WHO, SUBJECT, WANTED, OTHERS, REST, MISSING, PROMISED = range(9)
"""Places in a message."""


def compose(
    transcript: Transcript,
    qualification: Qualification,
    tenant: Tenant,
    salience: Salience,
    *,
    made_by: Maker,
) -> Message | None:
    """The message that the call is worth; None where nothing is to be transmitted.

    Fields that are mandatory stand in it whatever the tenant's `max_words` is: where they alone are
    more, the message is longer.
    """
    if qualification.disposition == "no_message":
        return None
    parts = [
        *_field_parts(transcript, qualification, tenant),
        *_absent_parts(transcript, qualification, tenant),
        *_other_requests(transcript, qualification, tenant),
        *_agent_parts(transcript, qualification),
    ]
    limit = tenant.message.max_words
    left = GIST_WORDS if limit is None else limit - sum(p.words for p in parts)
    room = min(GIST_WORDS, max(LEAST_GIST, left))
    parts += _gist_parts(transcript, qualification, tenant, salience, words=room)
    parts, reasons = _allowed(parts, tenant)
    kept = _within(_lightened(parts, limit), limit)
    return Message(
        sentences=tuple(p.sentence for p in sorted(kept, key=lambda p: p.place)),
        recipient=_recipient(transcript, qualification, tenant),
        reasons=tuple(reasons),
        made_by=made_by,
    )


def _recipient(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> str | None:
    asked = qualification.fields.get("recipient")
    if asked is not None and usable(asked, transcript):
        return str(asked.value)
    intent = tenant.intents_by_id.get(str(qualification.intent.value))
    return intent.recipient if intent else None


def _field_parts(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> Iterator[Part]:
    """The fields that may be stated, and word of those that must and can't; a place takes one line."""
    mandatory = mandatory_fields(qualification, tenant)
    told = told_fields(transcript, qualification)
    place_fields = [f for f in PLACE if f in told]
    done: set[str] = set()
    for at, field in enumerate(_in_order(qualification, tenant)):
        place = _place(field, tenant) + at / 100
        if field in told and field not in done:
            together = place_fields if field in PLACE else [field]
            done |= set(together)
            rank = 0 if set(together) & set(mandatory) else 3
            yield Part(_stating(together, told, tenant), place, rank)
        elif field in mandatory and field not in told:
            yield Part(Sentence(text=uncertain_line(field, tenant), kind="fixed"), place, 0)


def _stating(fields: list[str], certain: dict[str, Judgment], tenant: Tenant) -> Sentence:
    values = {f: stated(f, certain[f], tenant) for f in fields}
    text = place_line(values) if len(fields) > 1 else field_line(fields[0], values[fields[0]], tenant)
    evidence = tuple(dict.fromkeys(e for f in fields for e in certain[f].evidence))
    return Sentence(text=text, kind="field", evidence=evidence, field=fields[0])


def _in_order(qualification: Qualification, tenant: Tenant) -> list[str]:
    wanted = (*tenant.message.order, *WHO_AND_NUMBER, *CONTACT, *qualification.fields)
    return [f for f in dict.fromkeys(wanted) if f in qualification.fields]


def _place(field: str, tenant: Tenant) -> int:
    if field in tenant.message.order:
        return ORDERED
    return WHO if field in WHO_AND_NUMBER else REST


def _absent_parts(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> Iterator[Part]:
    """What is required and lacks: refused, asked in vain, or never asked."""
    for at, field in enumerate(qualification.missing):
        if field in qualification.fields:
            continue
        refused = refusal(field, transcript)
        if refused:
            yield Part(refused, MISSING + at / 100, 0)
        else:
            asked = was_asked(field, transcript, tenant)
            line = missing_line(field, tenant) if asked else unasked_line(field, tenant)
            yield Part(Sentence(text=line, kind="fixed"), MISSING + at / 100, 0)


def _agent_parts(transcript: Transcript, qualification: Qualification) -> Iterator[Part]:
    """What the agent advised, promised and did."""
    for at, (sentence, rank) in enumerate(agent_sentences(transcript, qualification)):
        yield Part(sentence, PROMISED + at / 100, rank)


@lru_cache(maxsize=64)
def _trade(texts: tuple[str, ...]) -> frozenset[str]:
    """Stems of the tenant's own words, once for each revision of its instructions."""
    return frozenset(content(re.findall(r"\w+", " ".join(texts))))


def _stated_stems(told: dict[str, Judgment], tenant: Tenant) -> frozenset[str]:
    """Stems of what the lines of the fields say, their labels too."""
    lines = (field_line(f, stated(f, j, tenant), tenant) for f, j in told.items())
    return frozenset(content(re.findall(r"\w+", " ".join(lines))))


def clues_of(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> Clues:
    """What the qualification and the instructions say that helps to weigh the caller's clauses."""
    texts = (
        *tenant.vocabulary,
        *(f"{i.label} {i.description}" for i in tenant.intents),
        *(r.when for r in tenant.urgency_rules),
    )
    intent = tenant.intents_by_id.get(str(qualification.intent.value))
    names = proven_names(qualification)
    told = told_fields(transcript, qualification)
    return Clues(
        urgent=qualification.urgency.evidence if _is_urgent(qualification) else (),
        intent=tuple(e for j in (qualification.intent, *qualification.other_intents) for e in j.evidence),
        fields=tuple(e for j in told.values() for e in j.evidence),
        stated=_stated_stems(told, tenant),
        names=names,
        trade=_trade(texts),
        wanted=_trade((f"{intent.label} {intent.description}",)) if intent else frozenset(),
        strangers=strangers(transcript, names | _own_names(tenant)),
    )


def _own_names(tenant: Tenant) -> frozenset[str]:
    """Words of the names of the tenant, its people and its vocabulary, `plain`."""
    people = (n for p in tenant.people for n in (p.name, *p.aliases))
    return frozenset(re.findall(r"[^\W\d_]+", plain(" ".join((tenant.name, *people, *tenant.vocabulary)))))


def _is_urgent(qualification: Qualification) -> bool:
    return qualification.urgency.value in {"critical", "high"} and not qualification.urgency.unsure


def _gist_parts(
    transcript: Transcript, qualification: Qualification, tenant: Tenant, salience: Salience, *, words: int
) -> Iterator[Part]:
    """What is wanted, in the order it was said, the urgent thing first; the intent's label before it."""
    subject = _labelled("Objet", qualification.intent, transcript, tenant)
    clues = clues_of(transcript, qualification, tenant)
    found = gist_lines(transcript, clues, salience, words=words, address=tenant.message.address)
    lines = [line for line in found if not _forbidden(line.sentence, tenant)]
    urgent = _is_urgent(qualification)
    lead = next((x for x in lines[:LEADING] if _proves(x, qualification.urgency)), None) if urgent else None
    if urgent and lead is None:
        yield Part(Sentence(text=URGENT, kind="fixed"), LEAD, 0)
    for nth, line in enumerate(lines):
        if line is lead:
            flagged = line.sentence.model_copy(update={"text": FLAG + line.sentence.text})
            yield Part(flagged, LEAD, 0)
        else:
            yield Part(line.sentence, WANTED + line.order / 1e8, 1 if nth == 0 else 4 + nth / 100)
    if subject:
        yield Part(subject, SUBJECT, 5)


def _proves(line: Line, judgment: Judgment) -> bool:
    start, end = line.unit.span
    return any(e.turn == line.unit.turn and e.start < end and start < e.end for e in judgment.evidence)


def _labelled(head: str, intent: Judgment, transcript: Transcript, tenant: Tenant) -> Sentence | None:
    """«Objet : devis.»: the label of an intent that is sure, proven and not the catch-all."""
    known = tenant.intents_by_id.get(str(intent.value))
    if known is None or known.id == "other" or not usable(intent, transcript):
        return None
    return Sentence(text=f"{head} : {lower_first(known.label)}.", kind="gist", evidence=intent.evidence)


def _other_requests(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> Iterator[Part]:
    for at, intent in enumerate(qualification.other_intents):
        sentence = _labelled("Autre demande", intent, transcript, tenant)
        if sentence:
            yield Part(sentence, OTHERS + at / 100, 2)


def _forbidden(sentence: Sentence, tenant: Tenant) -> bool:
    """Whether the tenant forbids a text that the sentence holds, case, accents and spacing aside."""
    text = fold(sentence.text)
    return any(fold(f) in text for f in tenant.message.forbid if fold(f))


def _allowed(parts: list[Part], tenant: Tenant) -> tuple[list[Part], list[Reason]]:
    """The parts without what the tenant forbids; a fact that no shortening loses is named where it goes."""
    kept = [p for p in parts if not _forbidden(p.sentence, tenant)]
    lost = [p.sentence.field or "urgence" for p in parts if p.rank == 0 and _forbidden(p.sentence, tenant)]
    detail = "Phrase retirée, elle contient un texte interdit par le client : {}."
    return kept, [Reason(code="mandatory_lost", detail=detail.format(fact)) for fact in lost]


def _lightened(parts: list[Part], limit: int | None) -> list[Part]:
    """The parts with a bare «URGENT.» where the urgent clause and the mandatory facts don't fit together."""
    if limit is None or sum(p.words for p in parts if p.rank == 0) <= limit:
        return parts
    light: list[Part] = []
    for part in parts:
        if part.place == LEAD and part.sentence.kind != "fixed":
            light.append(Part(Sentence(text=URGENT, kind="fixed"), LEAD, 0))
            text = part.sentence.text.removeprefix(FLAG)
            part = Part(part.sentence.model_copy(update={"text": text}), WANTED, 1)
        light.append(part)
    return light


def _within(parts: list[Part], limit: int | None) -> list[Part]:
    """The parts that fit in the limit, by rank then place; those of rank 0 always do."""
    kept, words = [], 0
    for part in sorted(parts, key=lambda p: p.rank):
        if part.rank == 0 or limit is None or words + part.words <= limit:
            kept.append(part)
            words += part.words
    return kept
