"""Understanding by a language model, held to the tenant's ids, the call's words and the embedded alarms.

The embedded engine reads every call first: its answer is the fallback, its grammars spell numbers and
addresses, and what it takes for critical, or for worth a message, the model alone cannot play down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qualify.llm.answers import GivenInstruction, GivenIntent, UnderstandingAnswer
from qualify.llm.asking import UnsupportedAnswerError, ask
from qualify.llm.endpoint import Chat
from qualify.llm.evidence import located
from qualify.llm.fields import ALONE, DOUBTED, merged_fields
from qualify.llm.material import understanding_data
from qualify.llm.prompt import Prompt, load_prompt
from qualify.llm.settings import EndpointSettings
from qualify.records import (
    URGENCIES,
    InstructionJudgment,
    Judgment,
    Maker,
    Qualification,
    Reason,
    Rival,
    Transcript,
    Urgency,
)
from qualify.tenant import Tenant, UrgencyRule
from qualify.understanding.engine import UnderstandingEngine, disposition, missing_fields, reasons

VERSION = "1"
PROMPT = ("understanding", "1")
AGREED = 0.9
"""Confidence, at least, in what the model and the embedded engine both say; an assumption like `ALONE`."""
SILENT = "silent"


class LlmUnderstanding:
    """A model's reading of a call, or the embedded engine's with the reason why."""

    def __init__(self, settings: EndpointSettings, chat: Chat, fallback: UnderstandingEngine) -> None:
        """EngineError where the prompt isn't installed as it was released."""
        self._settings, self._chat, self._fallback = settings, chat, fallback
        self._prompt: Prompt = load_prompt(*PROMPT)

    def qualify(
        self,
        transcript: Transcript,
        tenant: Tenant,
        *,
        started_at: datetime | None,
        caller_number: str | None,
    ) -> Qualification:
        """What the call is; a note where the model did not say it, and what its requests took."""
        known = self._fallback.qualify(transcript, tenant, started_at=started_at, caller_number=caller_number)
        if not transcript.turns:
            return known
        data = understanding_data(transcript, tenant, started_at=started_at, caller_number=caller_number)
        reading = _Reading(transcript, tenant, known, self._maker(tenant, known))
        asked = ask(self._chat, self._settings, self._prompt, data, UnderstandingAnswer, reading.judge)
        made = known if asked.value is None else asked.value
        notes = made.notes if asked.note is None else (*made.notes, asked.note)
        return made.model_copy(update={"notes": notes, "usage": (*known.usage, *asked.usage)})

    def _maker(self, tenant: Tenant, known: Qualification) -> Maker:
        """The embedded weights are named too: they had their say."""
        return Maker(
            engine=f"llm {self._settings.model}",
            version=VERSION,
            weights_sha256=known.made_by.weights_sha256,
            prompt=self._prompt.id,
            prompt_version=self._prompt.version,
            instructions_sha256=tenant.sha256,
        )


@dataclass(frozen=True)
class _Reading:
    """One call, and what the embedded engine knows of it."""

    transcript: Transcript
    tenant: Tenant
    known: Qualification
    maker: Maker

    def judge(self, answer: UnderstandingAnswer) -> Qualification:
        """The model's answer as a qualification; UnsupportedAnswerError where its intent doesn't stand."""
        intent = self._intent(answer.intent)
        others, lost_others = self._others(answer.other_intents, intent)
        rules, lost_rules = self._rules(answer)
        proposed, rule = self._urgency(intent, others, rules)
        urgency = self._not_calmer(proposed)
        fields, lost_fields = merged_fields(answer.fields, self.known.fields, self.transcript, self.tenant)
        instructions, lost_instructions = self._instructions(answer.instructions)
        chosen = self.tenant.intents_by_id[str(intent.value)]
        missing = missing_fields(chosen, fields)
        lost = lost_others + lost_rules + lost_fields + lost_instructions
        return Qualification(
            intent=intent,
            other_intents=others,
            urgency=urgency,
            urgency_rule=rule if urgency.value == proposed.value else self.known.urgency_rule,
            disposition=disposition(self.transcript, chosen),
            fields=fields,
            missing=missing,
            instructions=instructions,
            reasons=(
                *self._lasting_reasons(),
                *reasons(intent, urgency, fields, missing, self.tenant),
            ),
            notes=(*self.known.notes, *_notes(lost, played_down=urgency.value != proposed.value)),
            made_by=self.maker,
        )

    def _lasting_reasons(self) -> tuple[Reason, ...]:
        """The embedded engine's reasons that rest on the call's words, not on its own judgments."""
        known = self.known
        own = set(reasons(known.intent, known.urgency, known.fields, known.missing, self.tenant))
        return tuple(reason for reason in known.reasons if reason not in own)

    def _intent(self, given: GivenIntent) -> Judgment:
        """Unsure where the embedded engine is sure of another, or alone finds a message due."""
        intent, evidence = self.tenant.intents_by_id.get(given.id), located(given.quotes, self.transcript)
        if intent is None:
            raise UnsupportedAnswerError(f"intent.id : n'est pas un id de tenant.intents : {given.id}")
        if not evidence and given.id != SILENT:
            raise UnsupportedAnswerError(
                "intent.quotes : aucune citation n'est copiée mot pour mot de son tour"
            )
        other = self.known.intent
        if other.value == given.id:
            return other.model_copy(
                update={
                    "confidence": max(other.confidence, AGREED),
                    "evidence": tuple(dict.fromkeys((*evidence, *other.evidence))),
                    "unsure": False,
                }
            )
        message_due = self.known.disposition != "no_message"
        doubted = not other.unsure or (intent.disposition == "no_message" and message_due)
        rival = Rival(value=other.value, confidence=other.confidence, evidence=other.evidence)
        return Judgment(
            value=given.id,
            confidence=DOUBTED if doubted else ALONE,
            evidence=evidence,
            rivals=(rival,),
            unsure=doubted,
        )

    def _others(self, given: Sequence[GivenIntent], main: Judgment) -> tuple[tuple[Judgment, ...], int]:
        """The further intents that the tenant has and the call's words show, and how many were dropped."""
        kept: dict[str, Judgment] = {}
        for one in given:
            evidence = located(one.quotes, self.transcript)
            if one.id in self.tenant.intents_by_id and one.id != main.value and evidence:
                kept[one.id] = Judgment(value=one.id, confidence=ALONE, evidence=evidence)
        return tuple(kept.values()), sum(one.id not in kept for one in given)

    def _rules(self, answer: UnderstandingAnswer) -> tuple[list[tuple[UrgencyRule, Judgment]], int]:
        """The tenant's rules that quoted words meet, with their urgencies; how many others were dropped."""
        rules = {rule.id: rule for rule in self.tenant.urgency_rules}
        met = []
        for one in answer.urgency_rules:
            evidence = located(one.quotes, self.transcript)
            if one.id in rules and evidence:
                rule = rules[one.id]
                met.append((rule, Judgment(value=rule.urgency, confidence=ALONE, evidence=evidence)))
        return met, len(answer.urgency_rules) - len(met)

    def _urgency(
        self, intent: Judgment, others: Sequence[Judgment], rules: Sequence[tuple[UrgencyRule, Judgment]]
    ) -> tuple[Judgment, str | None]:
        """By the highest rule that applies and its id, else by the intents' highest default."""
        if rules:
            rule, judged = max(rules, key=lambda met: URGENCIES.index(met[0].urgency))
            name: str | None = rule.id
        else:
            own: list[Urgency] = [self.tenant.intents_by_id[str(j.value)].urgency for j in (intent, *others)]
            value = max(own, key=URGENCIES.index)
            judged, name = Judgment(value=value, confidence=ALONE, evidence=intent.evidence), None
        return judged, name

    def _not_calmer(self, judged: Judgment) -> Judgment:
        """The model's urgency beside the embedded engine's, whose `critical` stands against any other."""
        known = self.known.urgency
        if known.value == judged.value:
            return judged.model_copy(update={"confidence": max(known.confidence, AGREED)})
        kept, other = (known, judged) if known.value == "critical" else (judged, known)
        rival = Rival(value=other.value, confidence=other.confidence, evidence=other.evidence)
        return kept.model_copy(update={"rivals": (*kept.rivals, rival)})

    def _instructions(self, given: Sequence[GivenInstruction]) -> tuple[dict[str, InstructionJudgment], int]:
        """The embedded engine's judgments, and over them those of the model whose quotes, if any, stand."""
        judged: dict[str, InstructionJudgment] = {}
        for one in given:
            evidence, known = located(one.quotes, self.transcript), self.known.instructions.get(one.id)
            if known is None or (one.quotes and not evidence):
                continue
            agreed = known.outcome == one.outcome
            judged[one.id] = InstructionJudgment(
                outcome=one.outcome,
                confidence=max(known.confidence, AGREED) if agreed else ALONE,
                evidence=evidence or (known.evidence if agreed else ()),
            )
        lost = sum(one.id not in judged for one in given)
        return {name: judged.get(name, was) for name, was in self.known.instructions.items()}, lost


def _notes(lost: int, *, played_down: bool) -> tuple[Reason, ...]:
    """What of the answer was not taken over; no word of it, since it may quote the call."""
    notes = []
    if lost:
        detail = f"Réponse du modèle : {lost} élément(s) écarté(s), inconnus des consignes ou sans preuve."
        notes.append(Reason(code="llm_dropped", detail=detail))
    if played_down:
        detail = "Urgence critique maintenue par le moteur embarqué ; le modèle la jugeait moindre."
        notes.append(Reason(code="llm_less_urgent", detail=detail))
    return tuple(notes)
