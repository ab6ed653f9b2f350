"""What stands around a day of a call: its clues, short names that a model can weigh.

«here wish» says that the clause of the day speaks of a wish, «wish» that its sentence does, «before pour»
that this word stands close before it, «asked quand» that the agent's question has this word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from .clock import spoken
from .dates import DateMention
from .days import WEEKDAYS
from .window import CallTurns, callback_basis, sentence_at

OFFERED = "offered"
"""Clue of a day that the agent offers and the caller accepts."""
_CUES = {
    "meeting": spoken(
        r"\brendez vous\b|\brdv\b|\bcreneau|\bdispo|\bplace\b|\baudience|\breunion|\bvisite|\bintervention"
        r"|\bconsultation|\bconvoque|\bseance|\bpose\b|\bcontrole\b|\bsejour|\bpassage\b"
    ),
    "change": spoken(
        r"\bdeplac|\bdecal|\breport|\bannul|\bavancer\b|\bchanger\b|\bremplac|\ba la place|\bau lieu"
    ),
    "wish": spoken(
        r"\b(?:voudr|voulais|aimer|souhait|faudrait|besoin|arrange|ideal"
        r"|il (?:(?:me|nous|lui|leur|vous) )?(?:(?:le|la|les) )?faut|prefer|possible|pourr|serait"
        r"|si (?:on|vous|quelqu'un|ca) p)"
    ),
    "come": spoken(
        r"\b(?:(?:pass(?:e|er|ez|era|erai)|venir|vien(?:t|s|nent)|chercher)\b|viendr|recuper|depos|livr)"
    ),
    "leave": spoken(r"\b(?:depart|arriv|commence|prevu|je pars|on part|je prends|demarr|embauch|ouvr|ferm)"),
    "must": spoken(
        r"\b(?:dois|doit|doivent|devons|faut que|oblige|au plus tard|dernier delai|date limite|echeance)"
    ),
    "if not": spoken(r"\b(?:sinon|si (?:je|j'|on|il|elle)\b[^.?!]*\bpas\b)"),
    "answer": spoken(r"\b(?:reponse|me dire|nouvelles|savoir|devis|recevoir|envoy)"),
    "past": re.compile(
        r"\b(?:j'ai|(?:il|elle|on|vous|tu|qui|ca)(?: l'| m'| nous| vous)? (?:a|avez)|ont|avons|c'etait|etait"
        r"|etais|avait|avais|suis \w+e|est \w+e|sont \w+es|depuis)\b"
    ),
    "future": spoken(r"\b\w+(?:rai|ras|ra|rons|rez|ront)\b"),
    "present": spoken(r"\b(?:je|on|il|elle|c'est|j'y|nous)\b"),
    "calling": spoken(r"\brappel|\bappel|\bjoindre|\bjoignable"),
    "money": spoken(r"\beuros?\b|€|\bfacture|\bpaye|\bpaie"),
    "question": spoken(r"\?"),
    "duration": spoken(r"\b(?:pendant|heures par|fois par|chaque|toujours|d'habitude|normalement)\b"),
}
"""What the clause and the sentence of a day may speak of."""
_ASKED = spoken(
    r"\b(?:(?<!depuis\s)quand|quel(?:le)?s? (?:jour|date|heure|moment|creneau|periode)|disponibilite"
    r"|vous arrange|conviendrait|preference|c'est a quelle)"
)
_OURS = spoken(
    r"\b(?:rappel|ouvert|ouvr|ferm|absent|conge|horaire|revien|de retour|transmet|nous sommes|alert|previen"
    r"|jusqu)"
)
"""What an agent says of the tenant's own hours, or of what is done next."""
_OFFER = spoken(
    r"\b(?:propos|il (?:me |nous |vous )?reste|on peut|je peux|j'ai (?:un|une|de la) |vous mets|ca irait)"
)
_WORD = re.compile(r"[a-z]+|\d+|[?!]")
_STEM = 5
_NEAR_WORDS = 3
_SOON, _LATER = 14, 60
"""Days ahead."""


def clues_of_day(call: CallTurns, group: Sequence[DateMention], *, place: int, count: int) -> Iterator[str]:
    """The clues at all mentions of a day, which is number `place` of the `count` days of its call."""
    callers = [m for m in group if call.speakers[m.turn] == "caller"]
    agents = [m for m in group if call.speakers[m.turn] == "agent"]
    for mention in callers or agents:
        yield from _clues_at(call, mention)
    if callers and any(m.turn > callers[0].turn for m in agents):
        yield "read back"
    if not callers:
        yield from _clues_of_offer(call, agents)
    if callers and agents and agents[0].turn < callers[0].turn:
        yield "agent's first"
    if len({m.turn for m in callers}) > 1:
        yield "said again"
    if any(m.kind == "datetime" for m in group):
        yield "with a time"
    if all(m.kind == "time" for m in group):
        yield "mere time"
    yield "only one" if count == 1 else ("first" if place == 0 else "later")
    yield _distance(group[0], call.started_at.date())


def _clues_of_offer(call: CallTurns, agents: Sequence[DateMention]) -> Iterator[str]:
    yield "agreed"
    for mention in agents:
        folded = call.folded[mention.turn]
        begin, end = sentence_at(folded, mention.start)
        if _OURS.search(folded, begin, end):
            yield "ours"
        elif "?" in folded[mention.end :] or _OFFER.search(folded, begin, end):
            yield OFFERED


def _distance(mention: DateMention, today: date) -> str:
    if mention.value is None:
        return "vague"
    ahead = (date.fromisoformat(mention.value[:10]) - today).days
    if ahead <= 1:
        return "tomorrow" if ahead else "today"
    return "soon" if ahead <= _SOON else ("later on" if ahead <= _LATER else "far")


_COMMA = re.compile(r"[,:;]| (?:et|mais|donc|alors|parce que|sinon|sauf que) ")


def _clause(folded: str, start: int, stop: int, begin: int, end: int) -> tuple[int, int]:
    """The clause of a sentence at [begin, end) in which the words at [start, stop) stand."""
    opening = [mark.end() for mark in _COMMA.finditer(folded, begin, start)]
    closing = _COMMA.search(folded, stop, end)
    return (opening[-1] if opening else begin), (closing.start() if closing else end)


def _clues_at(call: CallTurns, mention: DateMention) -> Iterator[str]:
    folded = call.folded[mention.turn]
    begin, end = sentence_at(folded, mention.start)
    yield from (name for name, cue in _CUES.items() if cue.search(folded, begin, end))
    clause = _clause(folded, mention.start, mention.end, begin, end)
    yield from (f"here {name}" for name, cue in _CUES.items() if cue.search(folded, *clause))
    question = call.question_before(mention.turn)
    if _ASKED.search(question):
        yield "asked"
    basis = callback_basis(call.folded, call.speakers, mention.turn, mention.start)
    if basis:
        yield f"callback {basis}"
    before = _WORD.findall(folded, begin, mention.start)
    after = _WORD.findall(folded, mention.end, end)
    yield from (f"before {w[:_STEM]}" for w in before[-_NEAR_WORDS:])
    yield f"right before {before[-1][:_STEM]}" if before else "opens"
    yield from (f"after {w[:_STEM]}" for w in after[:_NEAR_WORDS])
    yield from (f"with {w[:_STEM]}" for w in (*before, *after))
    yield from (f"asked {w[:_STEM]}" for w in _WORD.findall(question))
    said = folded[mention.start : mention.end].split()
    yield f"says {said[0][:_STEM]}"
    if mention.kind == "date" and said[-1] in WEEKDAYS and before[-1:] == ["le"]:
        yield "habit"
