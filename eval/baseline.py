"""The baseline that learned understanding has to beat: the tenant's words and the caller's by n-grams.

An intent is the one whose label, description and examples share most n-grams of 3 to 5 characters with
what the caller says, an urgency rule applies where its words are alike enough, a number is ten digits in
a row, and the agent is taken to follow every instruction.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import datetime

from qualify.records import URGENCIES, Judgment, Maker, Qualification, Transcript, Urgency
from qualify.tenant import Tenant
from qualify.understanding.similarity import plain

RULE_ALIKE = 0.25
"""Cosine from which an urgency rule applies."""
_DIGITS = re.compile(r"0[1-9](?:[ .-]?\d{2}){4}")

Grams = Counter[str]


def grams(text: str) -> Grams:
    """The n-grams of 3 to 5 characters of `text`, folded, words padded with a space."""
    said = f" {' '.join(re.findall(r'[a-z0-9]+', plain(text)))} "
    return Counter(said[i : i + n] for n in (3, 4, 5) for i in range(len(said) - n + 1))


def cosine(one: Grams, other: Grams) -> float:
    """The cosine of two bags of n-grams, counts damped by a logarithm; from 0 to 1."""
    dot = sum(_damped(c) * _damped(other[g]) for g, c in one.items() if g in other)
    return dot / (_length(one) * _length(other) or 1.0)


def _damped(count: int) -> float:
    return 1.0 + math.log(count)


def _length(bag: Grams) -> float:
    return math.sqrt(sum(_damped(c) ** 2 for c in bag.values()))


class NgramBaseline:
    """An understanding engine without anything learned."""

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        """What n-grams make of the call; it is sure of all it says."""
        said = grams(" ".join(t.text for t in transcript.turns if t.speaker == "caller"))
        alike = {
            i.id: cosine(said, grams(" ".join([i.label, i.description, *i.examples])))
            for i in tenant.intents_by_id.values()
        }
        intent = tenant.intents_by_id[max(alike, key=lambda i: alike[i])]
        rules = [r.urgency for r in tenant.urgency_rules if cosine(said, grams(r.when)) >= RULE_ALIKE]
        urgency: Urgency = max([intent.urgency, *rules], key=URGENCIES.index)
        number = _number(transcript)
        fields = {"phone": Judgment(value=number, confidence=1.0)} if number else {}
        return Qualification(
            intent=Judgment(value=intent.id, confidence=1.0),
            urgency=Judgment(value=urgency, confidence=1.0),
            disposition=intent.disposition,
            fields=fields,
            missing=tuple(f for f in intent.required_fields if f not in fields),
            instructions={},
            made_by=Maker(engine="ngrams", version="1"),
        )


def _number(transcript: Transcript) -> str | None:
    found = [m.group() for t in transcript.turns if t.speaker == "caller" for m in _DIGITS.finditer(t.text)]
    return "+33" + re.sub(r"\D", "", found[-1])[1:] if found else None
