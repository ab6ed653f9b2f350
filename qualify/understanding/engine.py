"""The understanding engines: from a transcript and a tenant's file to what the call is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from qualify.records import (
    URGENCIES,
    Disposition,
    Judgment,
    Maker,
    Qualification,
    Reason,
    Transcript,
    Urgency,
)
from qualify.tenant import Intent, Tenant
from qualify.understanding import calibration, weights
from qualify.understanding.calibration import Calibration
from qualify.understanding.fields import find_fields
from qualify.understanding.instructions import InstructionModel, judge_instructions, likely_intents
from qualify.understanding.instructions import weights as instruction_weights
from qualify.understanding.intent import Scored, certainty_due, judge_intent, score_intents, second_intents
from qualify.understanding.language import speaks_french
from qualify.understanding.similarity import plain
from qualify.understanding.urgency import judge_urgency, score_rules
from qualify.weights import sha256_of, shipped

VERSION = "1"

BESIDE = (
    ("instructions", "weights.npz"),
    ("name-roles", "weights.json"),
    ("requested-date", "weights.json"),
    ("calibration", "weights.json"),
)
"""Folders and files of `models/` that are read beside the weights of intents and urgency."""
CONTACTS = ("phone", "email")
"""Types of fields in which one wrong sign loses the caller."""
REPEATED_FROM = 0.95
"""Confidence that the finders of contacts give from what is said twice, read back or spelled too."""

_SOME_MORNING = datetime(2001, 1, 1, 8)
"""Stands in for a call's unknown time, to see whether times are said; what it makes of them is dropped."""

_PUT_THROUGH = re.compile(
    r"\bje (?:vous|te) (?:(?:le |la |les |l')?(?:passe|transfere|bascule)"
    r"|(?:le |la |les )?mets? en (?:relation|ligne|contact))\b(?! (?:le|un|par) (?:message|mail|mot))"
    r"|\bje (?:transfere|bascule) (?:votre|l') ?appel\b"
)
_NOT_YET = re.compile(r"\bpeux pas\b|\bpourrai pas\b|\bimpossible\b")


class UnderstandingEngine(Protocol):
    """What makes a qualification of a transcript."""

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        """What the call is by the tenant's instructions; EngineError where the engine can't work.

        `started_at` is local time in the tenant's zone, `caller_number` E.164 as the network shows it.
        """
        ...


class EmbeddedUnderstanding:
    """The models and grammars that the package ships; needs no network, reads its weights once."""

    def __init__(self, weights_file: Path | None = None, *, calibrated: bool = True) -> None:
        """`calibrated` False leaves confidences raw, for the recipe that learns their corrections."""
        self._file = weights_file
        self._calibrated = calibrated

    @cached_property
    def models(self) -> weights.Models:
        """The weights, read at the first call."""
        return weights.shipped() if self._file is None else weights.read(self._file)

    @cached_property
    def instructions(self) -> InstructionModel:
        """The weights of judging instructions, read at the first call."""
        return instruction_weights.shipped(self.models.intent.lexicon)

    @cached_property
    def calibration(self) -> Calibration:
        """The corrections of confidences, read at the first call."""
        return calibration.read(shipped("calibration", "weights.json"))

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        """What the call is by the tenant's instructions; EngineError where there are no weights."""
        scored = score_intents(transcript, tenant, self.models.intent)
        found = find_fields(transcript, tenant, started_at=started_at, caller_number=caller_number)
        fields = {name: self._meant(name, judged) for name, judged in found.items()}
        intent = self._meant("intent", judge_intent(scored))
        due = certainty_due(scored[0].intent, tenant, fields)
        intent = intent.model_copy(update={"unsure": intent.confidence < due})
        others = second_intents(transcript, tenant, scored[0].intent, self.models.intent)
        known = [tenant.intents_by_id[s.intent] for s in (scored[0], *others)]
        rules = score_rules(transcript, tenant, self.models.urgency)
        urgency, rule = judge_urgency(rules, own_urgencies(scored, others, tenant), intent)
        urgency = self._meant("urgency", urgency)
        missing = missing_fields(known[0], fields)
        undated = () if started_at else undated_fields(transcript, tenant, fields)
        return Qualification(
            intent=intent,
            other_intents=tuple(
                Judgment(value=s.intent, confidence=s.probability, evidence=s.evidence) for s in others
            ),
            urgency=urgency,
            urgency_rule=rule,
            disposition=disposition(transcript, known[0]),
            fields=fields,
            missing=missing,
            instructions=judge_instructions(
                transcript, tenant, likely_intents((*scored, *others)), fields, self.instructions
            ),
            reasons=(
                *other_language(transcript),
                *heard_once(found, tenant, caller_number),
                *no_call_time(undated, tenant),
                *reasons(intent, urgency, fields, missing, tenant),
            ),
            made_by=self._maker(tenant),
        )

    def _meant(self, name: str, judged: Judgment) -> Judgment:
        """The judgment with a confidence that is the probability that it is right."""
        if not self._calibrated:
            return judged
        return judged.model_copy(update={"confidence": self.calibration.probability(name, judged.confidence)})

    @cached_property
    def weights_sha256(self) -> str:
        """SHA-256 over the hashes of all weights that the engine reads, its own first, then `BESIDE`."""
        hashes = [self.models.sha256, *(sha256_of(shipped(folder, name)) for folder, name in BESIDE)]
        return hashlib.sha256("".join(hashes).encode()).hexdigest()

    def _maker(self, tenant: Tenant) -> Maker:
        return Maker(
            engine="embedded",
            version=VERSION,
            weights_sha256=self.weights_sha256,
            instructions_sha256=tenant.sha256,
        )


def own_urgencies(scored: Sequence[Scored], others: Sequence[Scored], tenant: Tenant) -> dict[Urgency, float]:
    """The probability of each urgency by the intents alone: the highest of a call's intents counts."""
    chances = dict.fromkeys(URGENCIES, 0.0)
    least = max((_urgency_of(s, tenant) for s in others), key=URGENCIES.index, default=URGENCIES[0])
    for some in scored:
        chances[max(least, _urgency_of(some, tenant), key=URGENCIES.index)] += some.probability
    return chances


def _urgency_of(scored: Scored, tenant: Tenant) -> Urgency:
    return tenant.intents_by_id[scored.intent].urgency


def missing_fields(intent: Intent, fields: Mapping[str, Judgment]) -> tuple[str, ...]:
    """The intent's required fields that the call does not give."""
    return tuple(f for f in intent.required_fields if f not in fields)


def undated_fields(transcript: Transcript, tenant: Tenant, fields: Mapping[str, Judgment]) -> tuple[str, ...]:
    """The fields that the words of a call without its time would give if that were known."""
    dated = find_fields(transcript, tenant, started_at=_SOME_MORNING, caller_number=None)
    return tuple(f for f in dated if f not in fields)


def other_language(transcript: Transcript) -> Iterator[Reason]:
    """Why a human should look at a call whose caller speaks another language."""
    if not speaks_french(transcript):
        yield Reason(code="other_language", detail="L'appelant ne semble pas parler français.")


def heard_once(fields: Mapping[str, Judgment], tenant: Tenant, caller_number: str | None) -> Iterator[Reason]:
    """Why a human should listen again: a number or an e-mail that nobody repeats and no display shows.

    `fields` have the finders' own confidences.
    """
    for name, judged in fields.items():
        field = tenant.field(name)
        repeated = judged.confidence >= REPEATED_FROM or judged.value == caller_number
        if field.type in CONTACTS and not judged.unsure and not repeated:
            detail = f"{field.label} : dit une seule fois, ni relu ni affiché ; à réécouter."
            yield Reason(code=f"{name}_heard_once", detail=detail)


def no_call_time(undated: Sequence[str], tenant: Tenant) -> Iterator[Reason]:
    """Why a human should look at a call whose time is unknown: it names a day or an hour."""
    if undated:
        labels = ", ".join(tenant.field(f).label for f in undated)
        yield Reason(
            code="no_call_time",
            detail=f"Heure de l'appel inconnue : ce qui est dit ne peut être daté ({labels}).",
        )


def disposition(transcript: Transcript, intent: Intent) -> Disposition:
    """The intent's own; `transfer` too where the agent puts the call through."""
    if intent.disposition == "message" and any(
        puts_through(turn.text) for turn in transcript.turns if turn.speaker == "agent"
    ):
        return "transfer"
    return intent.disposition


def puts_through(text: str) -> bool:
    """Whether an agent says that the caller is being connected («je vous le passe»)."""
    said = plain(text)
    return bool(_PUT_THROUGH.search(said)) and not _NOT_YET.search(said)


def reasons(
    intent: Judgment,
    urgency: Judgment,
    fields: Mapping[str, Judgment],
    missing: Sequence[str],
    tenant: Tenant,
) -> Iterator[Reason]:
    """Why a human should look before the message is sent."""
    if intent.unsure:
        choices = " ou ".join(
            f"« {tenant.intents_by_id[str(v)].label} »"
            for v in (intent.value, *(r.value for r in intent.rivals[:1]))
        )
        yield Reason(code="intent_unsure", detail=f"Motif incertain : {choices} ?")
    if urgency.unsure:
        yield Reason(
            code="urgency_unsure", detail="Urgence incertaine : une règle du client est presque remplie."
        )
    for field, judgment in fields.items():
        if judgment.unsure:
            label = tenant.field(field).label
            yield Reason(
                code=f"{field}_unsure", detail=f"{label} : à vérifier, l'appel dit plusieurs choses."
            )
    for field in missing:
        yield Reason(
            code=f"missing_{field}", detail=f"{tenant.field(field).label} : l'appel ne le donne pas."
        )
