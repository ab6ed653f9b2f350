"""What stands around a day of a call: its clues, short names that a model can weigh.

«here wish» says that the clause of the day speaks of a wish, «verb done» that the verb it goes with tells of
something done, «call change» that the caller has spoken of a change by then, «before pour» that this word
stands close before it, «asked quand» that the agent's question has this word.
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
    "should have": spoken(
        r"\b(?:devai\w+|aurai\w* du|avai\w+ (?:dit|promis|prevu|annonce)|etait (?:prevu|annonce))"
    ),
    "told": spoken(
        r"\b(?:(?:m'|nous |on )a (?:dit|promis|repondu|annonce|assure|explique)|m'avez dit|il parait)"
    ),
    "since": spoken(r"\b(?:depuis|il y a|ca fait|ca dure|remonte|date de|commence)\b"),
    "hours": spoken(r"\b(?:ouvert|ouvr|ferm|horaires?|rouvr|accueil|standard|service)"),
    "away": spoken(
        r"\b(?:revien|rentre|retour|conges?\b|vacances|absent|reunion|formation|deplacement|repos\b)"
    ),
    "cannot": spoken(
        r"\b(?:peux|peut|pourrai|pourra|suis|serai|viendrai|irai|vais|sera) (?:plus|pas)\b|\bempech|\bcoince"
        r"|\bbloque"
    ),
    "set": spoken(
        r"\b(?:prevue?|fixee?|programmee?|convenu|reserve|a lieu|tombe|expire|se termine|finit|signe)\b"
    ),
    "by": spoken(
        rf"\b(?:avant|d'ici|au plus tard|dernier|jusqu|delai|pour (?:le|la|demain|{'|'.join(WEEKDAYS)}))\b"
    ),
    "calling": spoken(r"\brappel|\bappel|\bjoindre|\bjoignable"),
    "money": spoken(r"\beuros?\b|€|\bfacture|\bpaye|\bpaie"),
}
"""What the clause of a day may speak of."""
_ADVERBS = r"(?: (?:ete|pas|deja|tout|bien|jamais|rien|encore|toujours|vraiment|juste|y|en))*"
_STATE = r"(?:rendez|fixee?|prevue?|programmee?|note|pris|mis|dispo|libre|coincee?|bloquee?|malade)\b"
_NO_PARTICIPLE = r"(?<!\bune)(?<!\bde)(?<!\ble)(?<!\bque)(?<!\bdu)"
_NO_IMPERFECT = r"(?<!mais)(?<!fais)(?<!fait)(?<!vais)(?<!sais)(?<!lait)"
_VERB = spoken(
    r"\b(?:(?P<due>(?:dev(?:ais|ait|iez|aient|ions)|etai\w* (?:prevue?|fixee?|annoncee?)|auri?ai\w* du)\b)"
    r"|(?P<had>(?:avais|avait|avions) (?:\w+ )?(?:rendez vous|rdv|place|seance|cours|reserve|commande)\b)"
    r"|(?P<told>(?:a|ai|avait|avez|ont) (?:dit|promis|repondu|annonce|assure|parle|appele|telephone)e?s?\b)"
    rf"|(?P<done>(?:ai|as|a|avons|avez|ont|suis|est|sommes|etes|sont|avais|avait|etait){_ADVERBS}"
    rf" (?!{_STATE})\w+(?:e|ee|es|ees|i|is|it|u|us|ue|ues)\b{_NO_PARTICIPLE})"
    r"|(?P<wish>(?:voudr|aimer|souhait|prefer|voulai|arranger|convien)\w*"
    r"|(?:serait|(?:ca|ce) serait) (?:possible|bien|ideal|mieux|parfait)|besoin"
    r"|il (?:me |nous |lui |leur |vous )?(?:le |la |les )?(?:faut|faudrait|manque)"
    r"|(?:pouvez|pouvoir|peut|pourr\w+) (?:\w+ )?\w+(?:er|ir|re)\b)"
    r"|(?P<cannot>(?:peux|peut|pourrai|pourra|pourrons|viendrai|viendra|serai|sera|irai) (?:plus|pas)\b)"
    r"|(?P<move>(?:annul|deplac|decal|report|avancer|remettre|repouss|changer)\w*)"
    r"|(?P<must>(?:faut|dois|doit|devons|doivent)\b)"
    r"|(?P<call>(?:r?appel|telephon|joindre|joign|contact)\w*)"
    r"|(?P<will>\w{2,}(?:rai|ras|ra|rons|rez|ront)\b)"
    r"|(?P<would>\w{2,}(?:rais|rait|riez|raient|rions)\b)"
    rf"|(?P<was>\w{{2,}}(?:ait|ais|aient)\b{_NO_IMPERFECT})"
    r"|(?P<opens>(?:ouvr|ferm|rouvr|revien|rentre|repren)\w*)"
    r"|(?P<is>(?:est|c'est|sont|suis|ai|a|avons|ont|vais|vient|viens|part|pars|arrive|commence|sort|passe|tombe"
    r"|finit|termine|expire)\b))"
)
"""What a verb tells of the day that it goes with, by its tense or its meaning, the more telling first."""
_SELLS = spoken(
    r"\b(?:audit|gratuit|sans engagement|referencement|offre (?:exceptionnelle|speciale|commerciale)"
    r"|partenaire|echantillon|demonstration|nos (?:solutions|services|produits)|comment allez vous)"
)
_ASKED = spoken(
    r"\b(?:(?<!depuis\s)quand|quel(?:le)?s? (?:jour|date|heure|moment|creneau|periode)|disponibilite"
    r"|vous arrange|conviendrait|preference|c'est a quelle)"
)
_SINCE_ASKED = spoken(
    r"\b(?:depuis|commence|arrive|passe|c'etait|etait|date|avez vous|naissance|naiss|deced|mort"
    r"|(?:avez|aviez|etes|etiez) (?:donc |bien )?deja)"
)
"""When something began or happened."""
_TOPICS = ("meeting", "change", "wish", "must", "money", "should have", "calling", "come")
"""What counts wherever in the call the caller has spoken of it."""
_OURS = spoken(
    r"\b(?:rappel|ouvert|ouvr|ferm|absent|conge|horaire|revien|de retour|transmet|nous sommes|alert|previen"
    r"|jusqu)"
)
"""What an agent says of the tenant's own hours, or of what is done next."""
_OFFER = spoken(
    r"\b(?:propos|il (?:me |nous |vous )?reste|on peut|je peux|j'ai (?:un|une|de la) |vous mets|ca irait)"
)
_SUITS = spoken(r"\b(?:ca (?:vous )?(?:va|irait|ira|marche|convien\w+)|vous convien\w+|d'accord)[^.?]*\?")
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
    yield from _clues_of_call(call, (callers or agents)[0].turn)
    yield from _clues_of_agent(call, callers, agents)
    if len({m.turn for m in callers}) > 1:
        yield "said again"
    if any(m.kind == "datetime" for m in group):
        yield "with a time"
    if all(m.kind == "time" for m in group):
        yield "mere time"
        if any(_sentence_says(call, m, _CUES["meeting"]) for m in group):
            yield "mere time of a meeting"
    yield "only one" if count == 1 else ("first" if place == 0 else "later")
    yield _distance(group[0], call.started_at.date())


def _sentence_says(call: CallTurns, mention: DateMention, words: re.Pattern[str]) -> bool:
    folded = call.folded[mention.turn]
    return words.search(folded, *sentence_at(folded, mention.start)) is not None


def _clues_of_agent(
    call: CallTurns, callers: Sequence[DateMention], agents: Sequence[DateMention]
) -> Iterator[str]:
    """What it tells that the agent says the day too, or that only the agent says it."""
    if not callers:
        yield from _clues_of_offer(call, agents)
    elif any(_sentence_says(call, m, _OURS) for m in agents):
        yield "ours too"
    if callers and any(m.turn > callers[0].turn for m in agents):
        yield "read back"
    if callers and agents and agents[0].turn < callers[0].turn:
        yield "agent's first"


def _clues_of_offer(call: CallTurns, agents: Sequence[DateMention]) -> Iterator[str]:
    yield "agreed"
    for mention in agents:
        folded = call.folded[mention.turn]
        begin, end = sentence_at(folded, mention.start)
        if _OURS.search(folded, begin, end):
            yield "ours"
        elif (
            "?" in folded[mention.end : end]
            or _SUITS.search(folded, end)
            or _OFFER.search(folded, begin, end)
        ):
            yield OFFERED


def _distance(mention: DateMention, today: date) -> str:
    if mention.value is None:
        return "vague"
    ahead = (date.fromisoformat(mention.value[:10]) - today).days
    if ahead <= 1:
        return "tomorrow" if ahead else "today"
    return "soon" if ahead <= _SOON else ("later on" if ahead <= _LATER else "far")


def _clues_of_verb(folded: str, mention: DateMention, begin: int, end: int) -> Iterator[str]:
    """The last verb of the sentence before a day; where none is, the first one after it."""
    before = [verb.lastgroup for verb in _VERB.finditer(folded, begin, mention.start)]
    after = None if before else _VERB.search(folded, mention.end, end)
    if before:
        yield f"verb {before[-1]}"
    else:
        yield f"verb after {after.lastgroup}" if after else "no verb"


def _clues_of_call(call: CallTurns, turn: int) -> Iterator[str]:
    """What the caller has spoken of up to a turn."""
    said = " ".join(call.folded[n] for n in range(turn + 1) if call.speakers[n] == "caller")
    yield from (f"call {topic}" for topic in _TOPICS if _CUES[topic].search(said))
    if _SELLS.search(said):
        yield "call sells"


_COMMA = re.compile(r"[,:;]| (?:et|mais|donc|alors|parce que|sinon|sauf que) ")


def _clause(folded: str, start: int, stop: int, begin: int, end: int) -> tuple[int, int]:
    """The clause of a sentence at [begin, end) in which the words at [start, stop) stand."""
    opening = [mark.end() for mark in _COMMA.finditer(folded, begin, start)]
    closing = _COMMA.search(folded, stop, end)
    return (opening[-1] if opening else begin), (closing.start() if closing else end)


def _clues_at(call: CallTurns, mention: DateMention) -> Iterator[str]:
    folded = call.folded[mention.turn]
    begin, end = sentence_at(folded, mention.start)
    clause = _clause(folded, mention.start, mention.end, begin, end)
    yield from (f"here {name}" for name, cue in _CUES.items() if cue.search(folded, *clause))
    yield from _clues_of_verb(folded, mention, begin, end)
    yield from _clues_of_question(call.question_before(mention.turn))
    basis = callback_basis(call.folded, call.speakers, mention.turn, mention.start)
    if basis:
        yield f"callback {basis}"
    before = _WORD.findall(folded, begin, mention.start)
    after = _WORD.findall(folded, mention.end, end)
    yield from (f"before {w[:_STEM]}" for w in before[-_NEAR_WORDS:])
    yield f"right before {before[-1][:_STEM]}" if before else "opens"
    yield from (f"after {w[:_STEM]}" for w in after[:_NEAR_WORDS])
    yield from (f"with {w[:_STEM]}" for w in (*before, *after))
    if mention.kind == "date" and mention.text.lower().split()[-1] in WEEKDAYS and before[-1:] == ["le"]:
        yield "habit"


def _clues_of_question(question: str) -> Iterator[str]:
    if _ASKED.search(question):
        yield "asked"
    if _SINCE_ASKED.search(question):
        yield "asked since"
    yield from (f"asked {w[:_STEM]}" for w in _WORD.findall(question))
