"""What came of the call: what the agent advised, promised and did, what he asked, what the caller refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualify.drafting.clean import DENIAL, Span, plain
from qualify.drafting.cues import IDLE_NEGATION, content
from qualify.drafting.render import spoken_number
from qualify.drafting.units import SENTENCE_END
from qualify.records import Evidence, Qualification, Sentence, Transcript
from qualify.tenant import Tenant

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
    r"\b(?:appel(?:ez|er)|fai(?:tes|re)|compose[zr]|contacte[zr]|prevene[zr]|prevenir|joindre|joignez)\b"
    r"(?:-les)?(?: (?:tout de suite|vite|immediatement|d'abord|aussi|bien|maintenant|plutot|vraiment),?)*"
    r" (?:(?:au |le )(?P<number>quinze|dix-huit|dix-sept|cent douze|cent quinze|15|18|17|112|115|samu)"
    r"|(?P<who>les (?:pompiers|secours|urgences)|la police|les gendarmes|le centre antipoison))\b"
)
PUT_THROUGH = re.compile(
    r"\bje (?:vous|te) (?:(?:le |la |les |l')?(?:passe|transfere|bascule)"
    r"|mets? en (?:relation|ligne|contact))\b"
    r"(?! (?:le|un|par) (?:message|mail|mot))|\bje (?:transfere|bascule) (?:votre|l') ?appel\b"
)
DOUBT = re.compile(
    r"\b(?:personne|si|s'ils?|sauf|peut-etre|sans doute|probablement|normalement|en principe|sais pas"
    r"|je (?:pense|crois)|essa[iy]\w*|tent\w+|voul\w+|souhait\w+|prefer\w+)(?!\w)"
)
"""Before a promise in its sentence: nothing is promised for certain."""
ADVICE_DOUBT = re.compile(r"\b(?:personne|sais pas|je (?:pense|crois)|j'ai|avez|a-t-il|a-t-elle)(?!\w)")
CONDITION = re.compile(r"\b(?:si|s'ils?|s'elles?|quand|des que|en cas)(?!\w)")
"""Makes an advice hang on what may come."""
REFUSAL = re.compile(
    r"\b(?:je (?:ne )?prefere (?:pas|ne pas|rester)|je (?:ne )?(?:veux|souhaite|tiens) pas"
    r"|je (?:ne )?(?:le |la |vous )?(?:donne|dis|laisse)(?:rai)? (?:pas|rien)|sans (?:donner )?mon nom"
    r"|pas question|hors de question|ca ne vous regarde pas|je refuse|anonym\w+"
    r"|(?:peu importe|pas besoin de|inutile de donner) mon nom)\b"
)
ASKED = {
    "phone": re.compile(r"\b(?:numero|telephone|joindre|joint|rappel\w*|portable|coordonnees)\b[^?]*\?"),
    "caller_name": re.compile(
        r"\b(?:nom|prenom|vous etes|qui (?:dois-je|ai-je|est a)|a qui|de la part|vous vous appelez)\b[^?]*\?"
    ),
}
REFUSED = {
    "phone": "N'a pas souhaité laisser de numéro.",
    "caller_name": "N'a pas souhaité donner son nom.",
}


def refusal(field: str, transcript: Transcript) -> Sentence | None:
    """That the caller refuses his name or number, proven by the words with which he does, asked for it."""
    asked = ASKED.get(field)
    if asked is None:
        return None
    for number, (before, turn) in enumerate(zip(transcript.turns, transcript.turns[1:], strict=False), 1):
        if before.speaker == "agent" and turn.speaker == "caller" and asked.search(plain(before.text)):
            found = REFUSAL.search(plain(turn.text))
            if found:
                words = transcript.evidence(number, *found.span())
                return Sentence(text=REFUSED[field], kind="gist", evidence=(words,))
    return None


def was_asked(field: str, transcript: Transcript, tenant: Tenant) -> bool:
    """Whether a question of the agent names the field, by the usual words or those of its label."""
    questions = [plain(t.text) for t in transcript.turns if t.speaker == "agent" and "?" in t.text]
    usual = ASKED.get(field)
    if usual is not None:
        return any(usual.search(q) for q in questions)
    definition = tenant.fields_by_id.get(field)
    named = content(re.findall(r"\w+", definition.label)) if definition else set()
    return any(named & content(re.findall(r"\w+", q)) for q in questions)


def agent_sentences(transcript: Transcript, qualification: Qualification) -> Iterator[tuple[Sentence, float]]:
    """What the agent advised, promised and did, each with its rank in a message (see `compose.Part`)."""
    for words, found in _plainly(ADVICE, transcript, ADVICE_DOUBT)[:1]:
        needed = " au besoin" if CONDITION.search(plain(words.quote)) else ""
        told = f"Il lui a été conseillé d'appeler {_emergency(found)}{needed}."
        yield Sentence(text=told, kind="gist", evidence=(words,)), 2
    for words, found in _plainly(PROMISE, transcript, DOUBT)[-1:]:
        when = words.quote[len(words.quote) - len(found[1]) :]
        yield Sentence(text=f"Rappel promis {when}.", kind="gist", evidence=(words,)), 3
    if qualification.disposition == "transfer":
        for words, _ in _plainly(PUT_THROUGH, transcript, DOUBT)[-1:]:
            yield Sentence(text="Appel transféré.", kind="gist", evidence=(words,)), 3


def _plainly(
    pattern: re.Pattern[str], transcript: Transcript, doubt: re.Pattern[str]
) -> list[tuple[Evidence, re.Match[str]]]:
    """The agent's sentences that say the pattern, neither asked, denied nor doubted, up to its end."""
    found = []
    for number, turn in enumerate(transcript.turns):
        simple = plain(turn.text)
        for start, end in _sentences(simple) if turn.speaker == "agent" else ():
            match = pattern.search(simple, start, end)
            if match and not _is_doubted(simple[start : match.start(match.lastindex or 0)], doubt):
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


def _is_doubted(said: str, doubt: re.Pattern[str]) -> bool:
    return bool(doubt.search(said) or DENIAL.search(IDLE_NEGATION.sub(" ", said)))


def _emergency(found: re.Match[str]) -> str:
    if found["who"]:
        return found["who"]
    number = found["number"]
    return "le SAMU" if number == "samu" else f"le {number if number.isdigit() else spoken_number(number)}"
