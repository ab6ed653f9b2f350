"""What the tenant keeps out of an SMS and of an e-mail's subject: fields, and every mention of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qualify.drafting.facts import stated
from qualify.records import Evidence, Judgment, Sentence
from qualify.rendering.settings import INTENT, DeliverySettings
from qualify.rendering.source import Fact, HandledCall, fields_stated, mentions, open_field
from qualify.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Confidential:
    """The fields that must not be told, the values that they may have, the words that prove them."""

    fields: frozenset[str]
    values: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    def in_text(self, text: str) -> bool:
        """Whether the text tells one of the values."""
        return any(mentions(text, value) for value in self.values)

    def in_fact(self, fact: Fact) -> bool:
        """Whether the fact is one of them or tells one; the number to call back never counts as one."""
        return fact.field != "phone" and (fact.field in self.fields or self.in_text(fact.value))

    def in_sentence(self, sentence: Sentence, tenant: Tenant) -> bool:
        """Whether the sentence is about one of the fields, tells a value, or rests on the same words."""
        about = fields_stated(sentence) | {open_field(sentence, tenant)}
        told = bool(about & self.fields) or self.in_text(sentence.text)
        return told or any(_overlap(a, b) for a in sentence.evidence for b in self.evidence)


def confidential_of(call: HandledCall, settings: DeliverySettings) -> Confidential:
    """What of this call the tenant's settings keep back, rivals of the values too."""
    fields = frozenset(settings.confidential)
    judged = [(f, j) for f, j in call.qualification.fields.items() if f in fields and f != "phone"]
    values = [value for field, judgment in judged for value in _values(field, judgment, call.tenant)]
    judgments = [judgment for _, judgment in judged]
    if INTENT in fields:
        intents = (call.qualification.intent, *call.qualification.other_intents)
        known = call.tenant.intents_by_id
        values += [known[str(i.value)].label for i in intents if str(i.value) in known]
        judgments += intents
    return Confidential(fields, tuple(values), tuple(e for j in judgments for e in _evidence(j)))


def _values(field: str, judgment: Judgment, tenant: Tenant) -> Iterator[str]:
    """The judgment's value and its rivals, as recorded and as messages write them."""
    for value in (judgment.value, *(rival.value for rival in judgment.rivals)):
        yield str(value)
        yield stated(field, judgment.model_copy(update={"value": value}), tenant)


def _evidence(judgment: Judgment) -> tuple[Evidence, ...]:
    return (*judgment.evidence, *(e for rival in judgment.rivals for e in rival.evidence))


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.turn == other.turn and one.start < other.end and other.start < one.end
