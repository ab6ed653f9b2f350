"""Drafting by a language model: its message leaves only where the grounding check strikes nothing of it.

The embedded drafter writes every message first: it is the fallback, and it gives the recipient and the
fixed lines. What the check can't see, words that nobody said, is looked for here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from qualify.drafting.check import EMAIL, SPOKEN_RUN, check
from qualify.drafting.cues import content
from qualify.drafting.engine import DraftingEngine
from qualify.drafting.facts import URGENT, fold, stated, usable
from qualify.llm.answers import DraftingAnswer, GivenSentence
from qualify.llm.asking import UnsupportedAnswerError, ask
from qualify.llm.endpoint import Chat
from qualify.llm.evidence import located
from qualify.llm.material import drafting_data
from qualify.llm.prompt import Prompt, load_prompt
from qualify.llm.settings import EndpointSettings
from qualify.records import Evidence, Maker, Message, Qualification, Sentence, Transcript
from qualify.tenant import Tenant

VERSION = "1"
PROMPT = ("drafting", "1")
SAID_SHARE = 0.6
"""Share of a gist's telling words that its quotes, the sure fields or the intents' labels must hold; their
numbers, names and dates are the check's."""
LONG_NUMBER = re.compile(r"\+?\d(?:\W*\d){8,}")
"""However it is punctuated: a swapped pair of digits would be made of numbers that were said."""
MOST_SPOKEN = 5
"""Number words in a sentence, of an amount and a time; a dictated telephone number has six."""
REPORTING = content(
    "appel appelle appelant appelante demande demander souhaite souhaiter voudrait veut signale indique dit"
    " précise rappeler rappel recontacter client cliente patient patiente concernant propos sujet besoin"
    " contacter joindre merci urgent propose confirme explique".split()
)
"""Words with which a message tells what was said; they say nothing themselves."""


class LlmDrafter:
    """A model's message, or the embedded drafter's with the reason why."""

    def __init__(self, settings: EndpointSettings, chat: Chat, fallback: DraftingEngine) -> None:
        """EngineError where the prompt isn't installed as it was released."""
        self._settings, self._chat, self._fallback = settings, chat, fallback
        self._prompt: Prompt = load_prompt(*PROMPT)

    def draft(
        self,
        transcript: Transcript,
        qualification: Qualification,
        tenant: Tenant,
        *,
        started_at: datetime | None,
    ) -> Message | None:
        """The checked message; a note where it isn't the model's, and what its requests took."""
        known = self._fallback.draft(transcript, qualification, tenant, started_at=started_at)
        if known is None or not transcript.turns:
            return known
        writing = _Writing(transcript, qualification, tenant, known, self._maker(tenant))
        data = drafting_data(transcript, qualification, tenant, max_words=writing.words_left)
        asked = ask(self._chat, self._settings, self._prompt, data, DraftingAnswer, writing.message)
        made = known if asked.value is None else asked.value
        notes = made.notes if asked.note is None else (*made.notes, asked.note)
        return made.model_copy(update={"notes": notes, "usage": (*known.usage, *asked.usage)})

    def _maker(self, tenant: Tenant) -> Maker:
        return Maker(
            engine=f"llm {self._settings.model}",
            version=VERSION,
            prompt=self._prompt.id,
            prompt_version=self._prompt.version,
            instructions_sha256=tenant.sha256,
        )


@dataclass(frozen=True)
class _Writing:
    """One message to write, and the embedded drafter's."""

    transcript: Transcript
    qualification: Qualification
    tenant: Tenant
    known: Message
    maker: Maker

    @property
    def flag(self) -> tuple[Sentence, ...]:
        """«URGENT.» where the call surely is."""
        urgency = self.qualification.urgency
        urgent = urgency.value in ("critical", "high") and not urgency.unsure
        return (Sentence(text=URGENT, kind="fixed"),) if urgent else ()

    @property
    def closing(self) -> tuple[Sentence, ...]:
        """The fixed lines on what is missing or uncertain."""
        return tuple(s for s in self.known.sentences if s.kind == "fixed" and s.text != URGENT)

    @property
    def words_left(self) -> int | None:
        """What the tenant's limit leaves beside the fixed lines; None: no limit."""
        limit = self.tenant.message.max_words
        fixed = sum(len(s.text.split()) for s in (*self.flag, *self.closing))
        return None if limit is None else max(0, limit - fixed)

    def message(self, answer: DraftingAnswer) -> Message:
        """The model's sentences with the fixed lines; UnsupportedAnswerError where one of them falls."""
        defects = [f"sentences[{n}] : {d}" for n, s in enumerate(answer.sentences) if (d := self._defect(s))]
        if not any(s.kind != "field" for s in answer.sentences):
            defects.append("aucune phrase ne dit ce que veut l'appelant")
        if defects:
            raise UnsupportedAnswerError(*defects)
        written = [self._sentence(given) for given in answer.sentences]
        message = Message(
            sentences=(*self.flag, *sorted(written, key=self._place), *self.closing),
            recipient=self.known.recipient,
            made_by=self.maker,
        )
        return self._checked(message)

    def _checked(self, message: Message) -> Message:
        checked = check(message, self.transcript, self.qualification, self.tenant)
        if checked.reasons:
            raise UnsupportedAnswerError(*(reason.detail for reason in checked.reasons))
        return checked

    def _evidence(self, given: GivenSentence) -> tuple[Evidence, ...]:
        """A stated field rests on the words that prove it, another sentence on those that it quotes."""
        judged = self.qualification.fields.get(given.field or "") if given.kind == "field" else None
        return located(given.quotes, self.transcript) if judged is None else judged.evidence

    def _sentence(self, given: GivenSentence) -> Sentence:
        return Sentence(
            text=" ".join(given.text.split()),
            kind=given.kind,
            evidence=self._evidence(given),
            field=given.field if given.kind == "field" else None,
        )

    def _place(self, sentence: Sentence) -> int:
        """The tenant's order first, then the model's."""
        order = self.tenant.message.order
        return order.index(sentence.field) if sentence.field in order else len(order)

    def _defect(self, given: GivenSentence) -> str | None:
        """What the check can't see in a sentence, for the model; None where there is nothing."""
        evidence = self._evidence(given)
        if not fold(given.text):
            return "texte vide"
        if not evidence:
            return "aucune citation n'est copiée mot pour mot de son tour"
        if given.kind == "quote" and not _is_copied(given.text, evidence):
            return "ce ne sont pas les mots cités"
        if given.kind != "field" and _tells_contact(given.text, [fold(v) for v in self._established()]):
            return "numéro ou adresse e-mail qui n'est pas un fait établi"
        if given.kind == "gist" and self._said_share(given.text, evidence) < SAID_SHARE:
            return "trop de mots que les citations ne contiennent pas"
        return None

    def _said_share(self, text: str, evidence: Sequence[Evidence]) -> float:
        """The share of the sentence's telling words that somebody said, in its quotes or in a sure field."""
        told = {w for w in content(_words(text)) - REPORTING if not w.isdigit()}
        sources = (*(e.quote for e in evidence), *self._established())
        said = content(w for source in sources for w in _words(source))
        return len(told & said) / len(told) if told else 1.0

    def _established(self) -> Iterator[str]:
        """The sure fields' values, also as messages write them, and the labels of the call's intents."""
        made = self.qualification
        for name, judged in made.fields.items():
            if usable(judged, self.transcript):
                yield from (str(judged.value), stated(name, judged, self.tenant))
        known = (self.tenant.intents_by_id.get(str(j.value)) for j in (made.intent, *made.other_intents))
        yield from (intent.label for intent in known if intent is not None)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _tells_contact(text: str, established: Sequence[str]) -> bool:
    """Whether a text gives a number or an e-mail that no fact (`fold`) holds: said or not, only facts may."""
    found = [fold(contact) for pattern in (LONG_NUMBER, EMAIL) for contact in pattern.findall(text)]
    spoken = sum(len(run.split()) for run in SPOKEN_RUN.findall(text))
    return spoken > MOST_SPOKEN or not all(any(one in fact for fact in established) for one in found)


def _is_copied(text: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the text is only words of one of the quotes."""
    return any(fold(text) in fold(e.quote) for e in evidence)
