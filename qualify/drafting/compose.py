"""The message: urgency first, then the fields in the tenant's order, what is wanted, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from qualify.drafting.check import IDLE_NEGATION
from qualify.drafting.clean import DENIAL, Span, plain
from qualify.drafting.facts import (
    CONTACT,
    PLACE,
    URGENT,
    WHO_AND_NUMBER,
    field_evidence,
    field_line,
    fold,
    lower_first,
    mandatory_fields,
    missing_line,
    place_line,
    proven_names,
    stated,
    uncertain_line,
    usable,
)
from qualify.drafting.gist import SENTENCE_END, Clues, Line, content, gist_lines
from qualify.drafting.render import spoken_number
from qualify.records import Evidence, Judgment, Maker, Message, Qualification, Reason, Sentence, Transcript
from qualify.tenant import Tenant

GIST_WORDS = 50
"""Most words of what is wanted and why, where the tenant's limit leaves more."""

UNTIL = (
    r"(?:si|s'ils?|sauf|sinon|mais|et(?! (?:demie?|quart))|donc|pour|afin|quand|lorsqu\w*"
    r"|des|car|parce|a condition|sur|au|avec|qu\w*|je|j'|il|elle|on|nous|vous|votre|vos"
    r"|merci|madame|monsieur)(?!\w)"
)
"""Words that no time of day holds: what a promise says of the time ends before them."""
WORD = rf"(?!{UNTIL})[\w'-]+"
WORDS = rf"{WORD}(?: {WORD}){{0,6}}"
WHEN = (
    rf"(?:dans (?:la |les |l'|le |une? ){WORDS}|d'ici {WORDS}|avant {WORDS}|ce (?:soir|matin|midi)"
    r"|cet apres-midi|demain(?: (?:matin|apres-midi|soir|midi))?|aujourd'hui|tout de suite|immediatement"
    r"|des que possible|au plus vite|lundi|mardi|mercredi|jeudi|vendredi|samedi)"
)
PROMISE = re.compile(rf"\bvous (?:rappel|recontact)(?!\w*ez\b)\w*+(?! qu)[^.?!;,]{{0,40}}?\b({WHEN})")
"""«On vous rappelle ce soir», neither «vous rappelez ce soir» nor «je vous rappelle que…»."""
ADVICE = re.compile(
    r"\b(?:appel(?:ez|er)|faites|composez|contactez) (?:tout de suite |vite |immediatement )?"
    r"(?:le (quinze|dix-huit|dix-sept|cent douze|15|18|17|112|samu)|les (pompiers|urgences))\b"
)
DOUBT = re.compile(
    r"\b(?:personne|si|s'ils?|sauf|peut-etre|sans doute|probablement|normalement|en principe|sais pas"
    r"|je (?:pense|crois)|essa[iy]\w*|tent\w+|voul\w+|souhait\w+|prefer\w+)(?!\w)"
)
"""Before a promise or an advice in its sentence: nothing is promised or advised for certain."""
REFUSAL = re.compile(
    r"\b(?:je (?:ne )?prefere (?:pas|ne pas)|je (?:ne )?veux pas|je (?:ne )?souhaite pas"
    r"|je (?:ne )?(?:le |la )?donne pas"
    r"|pas question|hors de question|je (?:ne )?tiens pas a|ca ne vous regarde pas|je refuse)\b"
)
NUMBER_ASKED = re.compile(r"\b(?:numero|telephone|joindre|joint|rappel\w*)\b[^?]*\?")


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence that a message may hold: where it stands, and how long it survives shortening."""

    sentence: Sentence
    place: float
    """Parts stand in ascending order of it."""
    rank: int
    """0 is never given up; the higher, the sooner."""

    @property
    def words(self) -> int:
        """Words as the tenant's limit counts them."""
        return len(self.sentence.text.split())


FLAG = "URGENT : "
LEAD, ORDERED, WHO, SUBJECT, WANTED, OTHERS, REST, MISSING, PROMISED = range(9)
"""Places in a message."""


def compose(
    transcript: Transcript, qualification: Qualification, tenant: Tenant, *, made_by: Maker
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
    ]
    parts += _gist_parts(transcript, qualification, tenant)
    parts += _other_requests(transcript, qualification, tenant)
    parts += _agent_parts(transcript)
    parts, reasons = _allowed(parts, tenant)
    limit = tenant.message.max_words
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
    """The fields that may be stated, and word of those that may not; a place takes one line."""
    mandatory = mandatory_fields(qualification, tenant)
    certain = {f: j for f, j in qualification.fields.items() if usable(j, transcript)}
    place_fields = [f for f in PLACE if f in certain]
    done: set[str] = set()
    for at, field in enumerate(_in_order(qualification, tenant)):
        if field in done:
            continue
        rank = 0 if field in mandatory else 3
        place = _place(field, tenant) + at / 100
        if field not in certain:
            yield Part(Sentence(text=uncertain_line(field, tenant), kind="fixed"), place, rank)
            continue
        together = place_fields if field in PLACE else [field]
        done |= set(together)
        rank = 0 if set(together) & set(mandatory) else 3
        yield Part(_stating(together, certain, tenant), place, rank)


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
    for at, field in enumerate(qualification.missing):
        refused = _refusal(transcript) if field == "phone" else None
        if refused:
            text = "N'a pas souhaité laisser de numéro."
            yield Part(Sentence(text=text, kind="gist", evidence=(refused,)), MISSING + at / 100, 0)
        elif field not in qualification.fields:
            yield Part(Sentence(text=missing_line(field, tenant), kind="fixed"), MISSING + at / 100, 0)


def _refusal(transcript: Transcript) -> Evidence | None:
    """The caller's words that refuse his number right after he is asked for it."""
    for number, (before, turn) in enumerate(zip(transcript.turns, transcript.turns[1:], strict=False), 1):
        if before.speaker == "agent" and turn.speaker == "caller" and NUMBER_ASKED.search(plain(before.text)):
            found = REFUSAL.search(plain(turn.text))
            if found:
                return transcript.evidence(number, *found.span())
    return None


@lru_cache(maxsize=64)
def _trade(texts: tuple[str, ...]) -> frozenset[str]:
    """Stems of the tenant's own words, once for each revision of its instructions."""
    return frozenset(content(re.findall(r"\w+", " ".join(texts))))


def _stated_stems(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> frozenset[str]:
    """Stems of what the lines of the fields say, their labels too."""
    sure = {f: j for f, j in qualification.fields.items() if usable(j, transcript)}
    lines = (field_line(f, stated(f, j, tenant), tenant) for f, j in sure.items())
    return frozenset(content(re.findall(r"\w+", " ".join(lines))))


def clues_of(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> Clues:
    """What the qualification and the instructions say that helps to weigh the caller's clauses."""
    texts = (
        *tenant.vocabulary,
        *(f"{i.label} {i.description}" for i in tenant.intents),
        *(r.when for r in tenant.urgency_rules),
    )
    return Clues(
        urgent=qualification.urgency.evidence if _is_urgent(qualification) else (),
        intent=tuple(e for j in (qualification.intent, *qualification.other_intents) for e in j.evidence),
        fields=field_evidence(qualification),
        stated=_stated_stems(transcript, qualification, tenant),
        names=proven_names(qualification),
        trade=_trade(texts),
    )


def _is_urgent(qualification: Qualification) -> bool:
    return qualification.urgency.value in {"critical", "high"} and not qualification.urgency.unsure


def _gist_parts(transcript: Transcript, qualification: Qualification, tenant: Tenant) -> Iterator[Part]:
    """What is wanted, in the order it was said, the urgent thing first; the intent's label before it."""
    found = gist_lines(
        transcript, clues_of(transcript, qualification, tenant), address=tenant.message.address
    )
    lines = _most(line for line in found if not _forbidden(line.sentence, tenant))
    urgent = _is_urgent(qualification)
    lead = next((x for x in lines if _proves(x, qualification.urgency)), None) if urgent else None
    if urgent and lead is None:
        yield Part(Sentence(text=URGENT, kind="fixed"), LEAD, 0)
    for nth, line in enumerate(lines):
        if line is lead:
            flagged = line.sentence.model_copy(update={"text": FLAG + line.sentence.text})
            yield Part(flagged, LEAD, 0)
        else:
            yield Part(line.sentence, WANTED + line.order / 1e8, 1 if nth == 0 else 4 if nth < 3 else 6)
    subject = _labelled("Objet", qualification.intent, transcript, tenant)
    if subject:
        yield Part(subject, SUBJECT, 5)


def _most(lines: Iterable[Line]) -> list[Line]:
    """The worthiest lines within `GIST_WORDS`, at least one."""
    kept: list[Line] = []
    words = 0
    for line in lines:
        length = len(line.sentence.text.split())
        if not kept or words + length <= GIST_WORDS:
            kept.append(line)
            words += length
    return kept


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


def _agent_parts(transcript: Transcript) -> Iterator[Part]:
    """What the agent promised or advised, where he says it plainly."""
    for words, found in _plainly(ADVICE, transcript)[:1]:
        told = f"Il lui a été conseillé d'appeler {_emergency(found)}."
        yield Part(Sentence(text=told, kind="gist", evidence=(words,)), PROMISED, 2)
    for words, found in _plainly(PROMISE, transcript)[-1:]:
        when = words.quote[len(words.quote) - len(found[1]) :]
        told = f"Rappel promis {when}."
        yield Part(Sentence(text=told, kind="gist", evidence=(words,)), PROMISED + 0.5, 3)


def _plainly(pattern: re.Pattern[str], transcript: Transcript) -> list[tuple[Evidence, re.Match[str]]]:
    """The agent's sentences that say the pattern, neither asked, denied nor doubted, up to its end."""
    found = []
    for number, turn in enumerate(transcript.turns):
        simple = plain(turn.text)
        for start, end in _sentences(simple) if turn.speaker == "agent" else ():
            match = pattern.search(simple, start, end)
            if match and not _is_doubted(simple[start : match.start(match.lastindex or 0)]):
                found.append((transcript.evidence(number, start, match.end()), match))
    return found


def _sentences(text: str) -> Iterator[Span]:
    """Ranges of the sentences that ask nothing."""
    start = 0
    for mark in re.finditer(rf"{SENTENCE_END.pattern}|$", text):
        start += len(text[start : mark.start()]) - len(text[start : mark.start()].lstrip())
        if start < mark.start() and "?" not in mark.group():
            yield start, mark.start()
        start = mark.end()


def _is_doubted(said: str) -> bool:
    return bool(DOUBT.search(said) or DENIAL.search(IDLE_NEGATION.sub(" ", said)))


def _emergency(found: re.Match[str]) -> str:
    if found[2]:
        return f"les {found[2]}"
    if found[1] == "samu":
        return "le SAMU"
    return f"le {found[1] if found[1].isdigit() else spoken_number(found[1])}"


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
