"""The grounding check: what no words of the call support is struck, whoever drafted the message.

A sentence stands only where its evidence stands in the transcript and each number, date, e-mail,
name and negation in it is supported by that evidence, or by a proven field. Words that the caller
took back, and the rivals of a field, support nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qualify.drafting.bystanders import wrong_names
from qualify.drafting.clean import DAYS, DENIAL, MONTHS, near_miss, plain, superseded
from qualify.drafting.cues import IDLE_NEGATION, STOPWORDS
from qualify.drafting.facts import (
    PLACE,
    field_line,
    fixed_lines,
    fold,
    mandatory_fields,
    proven_names,
    stated,
    usable,
)
from qualify.drafting.render import SPOKEN, speak, spoken_number, written_numbers
from qualify.records import (
    Evidence,
    Judgment,
    Message,
    Qualification,
    Reason,
    Sentence,
    Transcript,
    unsupported,
)
from qualify.tenant import Tenant

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?:\+\d{1,3}|\b0)[ .-]?\d(?:[ .-]?\d){6,}")
CODE = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d_])[\w/-]+\b")
DIGITS = re.compile(r"\d+(?:[.,]\d+)?")
SPOKEN_RUN = re.compile(rf"\b{SPOKEN}\b", re.IGNORECASE)
NAME = re.compile(r"(?<![\w'’-])[A-ZÀ-ÖØ-Þ][\w’'-]*")
RELATIVE = frozenset(("demain", "apres-demain", "hier", "avant-hier", "aujourd'hui"))
BOUND = re.compile(
    r"\b(avant|apres|des|jusqu'a|sauf)(?= (?:le |la |les )?(?:\d|midi|{}))".format("|".join(sorted(DAYS)))
)
NEGATION = re.compile(
    rf"{DENIAL.pattern}|\b(?:refus\w*|hors de question|impossible|interdit\w*"
    r"|absent\w*|manqu\w*|en panne|incapable|non|annul\w*)(?!\w)"
)
"""Denials, and words that mean one by themselves."""
AGENT_LED = re.compile(
    r"^(?:Rappel promis|Appel transféré"
    r"|Il (?:lui )?a été (?:dit|conseillé|répondu|promis)|On lui a |L'agent )"
)
IDENTIFYING = frozenset(("phone", "email", "name", "reference"))
"""Types whose wrong value would name somebody else: no sentence holds one, whoever says it."""
KNOWN_CAPITALS = frozenset(("URGENT", "E-mail", "SAMU"))


@dataclass(frozen=True, slots=True)
class Support:
    """What a sentence may say: the words it rests on and the values that it may use."""

    words: str
    """The evidence's words, without those taken back, and the values as messages write them."""
    values: tuple[str, ...]
    """Canonical values."""
    names: frozenset[str]
    """Words of all sure fields' values, `plain`; none for a field's own sentence, whose value is compared."""
    rivals: tuple[str, ...]
    """Folded values that no sentence may hold."""


def check(message: Message, transcript: Transcript, qualification: Qualification, tenant: Tenant) -> Message:
    """The message without what nothing supports or the tenant forbids; its reasons say what was struck.

    Codes: `unsupported_sentence`, `forbidden_text`, `mandatory_lost`, `too_long`, `empty_message`.
    """
    kept: list[Sentence] = []
    reasons = list(message.reasons)
    for sentence in message.sentences:
        defect = unsupported_claim(sentence, transcript, qualification, tenant)
        if defect is None:
            kept.append(sentence)
        else:
            reasons.append(Reason(code="unsupported_sentence", detail=f"Phrase retirée : {defect}."))
    kept, struck = _without_forbidden(kept, tenant)
    reasons += [*struck, *_lost(kept, transcript, qualification, tenant), *_too_long(kept, tenant)]
    if not kept:
        reasons.append(Reason(code="empty_message", detail="Message vide : aucune phrase à transmettre."))
    return message.model_copy(update={"sentences": tuple(kept), "reasons": tuple(reasons)})


def unsupported_claim(
    sentence: Sentence, transcript: Transcript, qualification: Qualification, tenant: Tenant
) -> str | None:
    """What in the sentence nothing supports, in French; None where all of it stands."""
    if sentence.kind == "fixed":
        return None if sentence.text in fixed_lines(tenant) else "phrase fixe inconnue"
    if unsupported(transcript, sentence.evidence):
        return "les mots cités ne sont pas dans l'appel"
    if sentence.kind != "field" and not _by_the_caller(sentence, transcript):
        return "l'appelant n'a pas dit cela"
    support = _support(sentence, transcript, qualification, tenant)
    if sentence.kind == "field":
        return _field_defect(sentence, transcript, qualification, tenant) or _claims(sentence.text, support)
    if _is_label(sentence.text, qualification, tenant):
        return None
    return _claims(sentence.text, support) or _negation_defect(sentence, transcript)


def _by_the_caller(sentence: Sentence, transcript: Transcript) -> bool:
    """Whether the caller says it, or it is told as the agent's."""
    speakers = {transcript.turns[e.turn].speaker for e in sentence.evidence}
    if sentence.kind == "quote":
        return speakers == {"caller"}
    return "caller" in speakers or bool(AGENT_LED.match(sentence.text))


def _is_label(text: str, qualification: Qualification, tenant: Tenant) -> bool:
    """Whether it is only the label of one of the call's intents («Objet : devis.»)."""
    intents = (qualification.intent, *qualification.other_intents)
    labels = {
        tenant.intents_by_id[str(j.value)].label for j in intents if str(j.value) in tenant.intents_by_id
    }
    said = text.removeprefix("Objet : ").removeprefix("Autre demande : ")
    return said != text and fold(said) in {fold(label) for label in labels}


def _field_defect(
    sentence: Sentence, transcript: Transcript, qualification: Qualification, tenant: Tenant
) -> str | None:
    judgment = qualification.fields.get(sentence.field or "")
    if judgment is None or not usable(judgment, transcript):
        return f"le champ {sentence.field} n'est pas établi"
    forms = (stated(sentence.field or "", judgment, tenant), str(judgment.value))
    if not any(fold(form) in fold(sentence.text) for form in forms):
        return f"ce n'est pas la valeur du champ {sentence.field}"
    return None


def _kept_words(evidence: Evidence, transcript: Transcript) -> str:
    """The evidence's words without those that the speaker takes back."""
    text = transcript.turns[evidence.turn].text
    for start, end in superseded(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text[evidence.start : evidence.end]


def _support(
    sentence: Sentence, transcript: Transcript, qualification: Qualification, tenant: Tenant
) -> Support:
    """A field's sentence rests on that field (a place on its three), others on all proven fields."""
    fields = qualification.fields
    own = set(PLACE) if sentence.field in PLACE else {sentence.field}
    used = {
        f: j for f, j in fields.items() if usable(j, transcript) and (sentence.kind != "field" or f in own)
    }
    values = tuple(stated(f, j, tenant) for f, j in used.items())
    words = [_kept_words(e, transcript) for e in sentence.evidence]
    labels = [field_line(f, "", tenant) for f in used] if sentence.kind == "field" else []
    stated_names = {w for v in values for w in re.findall(r"[^\W_]+", plain(v))}
    denied = sorted(wrong_names(transcript) - stated_names)
    suspects = {f: j for f, j in fields.items() if sentence.kind != "field" or f in own}
    rivals = (*denied, *(r for f, j in suspects.items() for r in _rivals(f, j, words, tenant)))
    stating = () if sentence.kind == "field" else _names_of(words, tenant)
    return Support(
        words=" ; ".join([*words, *values, *labels, *stating, *(written_numbers(w) for w in words)]),
        values=tuple(str(j.value) for j in used.values()),
        names=frozenset() if sentence.kind == "field" else proven_names(qualification),
        rivals=tuple(r for r in map(fold, rivals) if not any(r in fold(v) for v in values)),
    )


def _names_of(words: list[str], tenant: Tenant) -> tuple[str, ...]:
    """Names of the tenant's people whom these words mean by an alias."""
    said = fold(" ".join(words))
    return tuple(
        p.name for p in tenant.people if any(fold(a) in said for a in (p.name, *p.aliases) if fold(a))
    )


def _rivals(field: str, judgment: Judgment, words: list[str], tenant: Tenant) -> Iterable[str]:
    """Other values of the field as messages write them, and the value itself where it is unsure.

    What the quoted words say themselves is no rival, but of a field whose wrong value names somebody else.
    """
    definition = tenant.fields_by_id.get(field)
    kind = definition.type if definition else "text"
    values = [speak(rival.value, kind) for rival in judgment.rivals if rival.value != judgment.value]
    if judgment.unsure:
        values.append(stated(field, judgment, tenant))
    said = "" if kind in IDENTIFYING else fold(" ".join(words))
    yield from (value for value in values if fold(value) not in said)


def _claims(text: str, support: Support) -> str | None:
    """The first claim of the text that the support lacks, in French."""
    folded = fold(text)
    if any(len(rival) > 3 and rival in folded for rival in support.rivals):
        return "valeur corrigée ou incertaine"
    for email in EMAIL.findall(text):
        if (
            email.lower() not in {v.lower() for v in support.values}
            and email.lower() not in support.words.lower()
        ):
            return "adresse e-mail sans preuve"
    return _number_claim(text, support) or _time_claim(text, support) or _name_claim(text, support)


def _number_claim(text: str, support: Support) -> str | None:
    """A phone number, reference or number that the support does not hold."""
    spoken = re.sub(r"\D", "", support.words)
    phones = {re.sub(r"\D", "", v) for v in support.values}
    for phone in PHONE.findall(text):
        digits = re.sub(r"\D", "", phone)
        if not any(p.endswith(digits.lstrip("0")) for p in phones if len(p) > 6) and digits not in spoken:
            return "numéro sans preuve"
    rest = EMAIL.sub(" ", PHONE.sub(" ", text))
    if any(fold(code) not in fold(support.words) for code in CODE.findall(rest)):
        return "référence sans preuve"
    known = numbers_of(support.words) | {v for value in support.values for v in numbers_of(value)}
    return None if numbers_of(CODE.sub(" ", rest), runs=False) <= known else "nombre sans preuve"


def numbers_of(text: str, *, runs: bool = True) -> set[str]:
    """The numbers that a text holds, in digits or words; with `runs`, those within a longer one too.

    «un» and «une» are articles as often, and never count.
    """
    found = {_normal(n) for n in DIGITS.findall(text)}
    for run in SPOKEN_RUN.findall(text):
        words = run.split()
        spans = ((i, j) for i in range(len(words)) for j in range(i + 1, min(len(words), i + 6) + 1))
        whole = [" ".join(words[i:j]) for i, j in spans] if runs else [run]
        found |= {str(n) for n in map(spoken_number, whole) if n is not None}
    return found - {"1"}


def _normal(number: str) -> str:
    whole, _, decimals = number.replace(",", ".").partition(".")
    decimals = decimals.rstrip("0")
    return str(int(whole)) + (f".{decimals}" if decimals else "")


def _time_claim(text: str, support: Support) -> str | None:
    """A day, a month, a relative day or the side of a limit («après 16 h») that the support lacks."""
    said, known = plain(text), plain(support.words)
    words, given = set(re.findall(r"[\w'-]+", said)), set(re.findall(r"[\w'-]+", known))
    if words & (DAYS | MONTHS | RELATIVE) - given - {"mars"}:
        return "date sans preuve"
    bounds = (
        set(BOUND.findall(said)) - given - {w.split("'")[0] + "'a" for w in given if w.startswith("jusqu'")}
    )
    return "limite horaire sans preuve" if bounds else None


def _name_claim(text: str, support: Support) -> str | None:
    """A capitalised word, other than a sentence's first, that the support lacks; or a name almost proven."""
    found_names = (n for n in NAME.findall(text) if plain(n) not in STOPWORDS)
    if any(near_miss(found, support.names) for found in found_names):
        return "nom presque semblable à celui d'un champ"
    known = {fold(w) for w in re.findall(r"[^\W_]+", support.words)}
    for found in NAME.finditer(text):
        opens = not re.search(r"[\w)»,;][^.:«?!]*$", text[: found.start()])
        alone = not re.match(r" [A-ZÀ-Þ]", text[found.end() :])
        if found.group() in KNOWN_CAPITALS or (opens and alone):
            continue
        parts = [fold(p) for p in re.findall(r"[^\W_]+", found.group())]
        if not set(parts) <= known and not (opens and fold(found.group()) in known):
            return "nom sans preuve"
    return None


def _negation_defect(sentence: Sentence, transcript: Transcript) -> str | None:
    """A negation that the words lack, or one of theirs that the sentence loses.

    What an agent promises stands beside «il est absent», not beside a denial.
    """
    words = plain(" ; ".join(_kept_words(e, transcript) for e in sentence.evidence))
    said = bool(NEGATION.search(plain(sentence.text)))
    spoken = bool(NEGATION.search(words)) or bool(
        re.search(r"\bplus\b", words) and re.search(r"\bplus\b", plain(sentence.text))
    )
    if said and not spoken:
        return "négation sans preuve"
    denies = DENIAL if AGENT_LED.match(sentence.text) else NEGATION
    if not said and denies.search(IDLE_NEGATION.sub(" ", words)):
        return "négation perdue"
    return None


def _without_forbidden(sentences: list[Sentence], tenant: Tenant) -> tuple[list[Sentence], list[Reason]]:
    """The sentences in which, nor across which, no forbidden text stands."""
    kept: list[Sentence] = []
    reasons = []
    forbidden = [fold(f) for f in tenant.message.forbid if fold(f)]
    for sentence in sentences:
        if any(f in fold(" ".join(s.text for s in (*kept, sentence))) for f in forbidden):
            reasons.append(
                Reason(code="forbidden_text", detail="Phrase retirée : texte interdit par le client.")
            )
        else:
            kept.append(sentence)
    return kept, reasons


def _lost(
    kept: list[Sentence], transcript: Transcript, qualification: Qualification, tenant: Tenant
) -> Iterable[Reason]:
    """Mandatory facts that are established but that the message does not hold."""
    text = fold(" ".join(s.text for s in kept))
    for field in mandatory_fields(qualification, tenant):
        judgment = qualification.fields[field]
        if usable(judgment, transcript) and fold(stated(field, judgment, tenant)) not in text:
            yield Reason(
                code="mandatory_lost",
                detail=f"Le message ne donne pas : {_label(field, tenant)}.",
            )


def _label(field: str, tenant: Tenant) -> str:
    definition = tenant.fields_by_id.get(field)
    return definition.label if definition else field


def _too_long(kept: list[Sentence], tenant: Tenant) -> Iterable[Reason]:
    limit = tenant.message.max_words
    words = len(" ".join(s.text for s in kept).split())
    if limit and words > limit:
        yield Reason(
            code="too_long", detail=f"Le message compte {words} mots, la limite du client est {limit}."
        )
