"""What is asked of whoever labels a call, in order; each question reads its own answer.

An answer is the text as typed, so that a draft can be read again after the instructions have changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from qualify.dataset import CallInput
from qualify.tenant import FieldDefinition, Tenant

from .answers import (
    AnswerError,
    Asked,
    field_value,
    forms,
    message_problems,
    one_of,
    plain,
    several_of,
)
from .moments import told

Answers: TypeAlias = Mapping[str, str]
"""By question: what was typed; empty where the call gives nothing."""

URGENCIES: dict[str, str] = {
    "critical": "critique : agir tout de suite, danger pour des personnes, des animaux ou des biens",
    "high": "haute : dans l'heure",
    "normal": "normale : le jour ouvré même",
    "low": "basse : quand on pourra, pour information",
}
DISPOSITIONS: dict[str, str] = {
    "message": "message à transmettre",
    "transfer": "appel transféré, et un message qui le dit",
    "no_message": "rien à transmettre",
}
OUTCOMES: dict[str, str] = {
    "followed": "suivie",
    "broken": "enfreinte",
    "not_applicable": "sans objet",
}


_TAG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True)
class Question:
    """One thing asked; `read` gives the value of an answer, an empty one too, or AnswerError."""

    key: str
    """Stable name of the answer: `intent`, `fields.phone`, `key_facts.0`…"""
    text: str
    read: Callable[[str], Any]
    choices: Mapping[str, str] | None = None
    """Id → label, in the order in which they are numbered."""
    echo: Callable[[Any], str] = str
    """How a value read is told back."""


class Form(NamedTuple):
    """A call without its labels, and whose it is."""

    call: CallInput
    tenant: Tenant


def judgment_questions(form: Form, answers: Answers) -> Iterator[Question]:
    """Intent, urgency, disposition and every field: what both people are asked."""
    intents = {name: intent.label for name, intent in form.tenant.intents_by_id.items()}
    yield _choice("intent", "Motif principal : pourquoi l'appelant appelle", intents)
    yield _choice("urgency", "Urgence : la plus haute de toutes les demandes", URGENCIES)
    yield _choice("disposition", "Suite", DISPOSITIONS)
    required = required_fields(form, answers)
    fields = form.tenant.fields_by_id
    for name in sorted(fields, key=lambda f: (f not in required, list(fields).index(f))):
        yield _field(fields[name], form, required=name in required)


def required_fields(form: Form, answers: Answers) -> tuple[str, ...]:
    """The fields that the intent answered so far requires; none before."""
    intents = form.tenant.intents_by_id
    chosen = _chosen(answers, "intent", {name: intent.label for name, intent in intents.items()})
    return () if chosen is None else intents[chosen].required_fields


def _chosen(answers: Answers, key: str, choices: Mapping[str, str]) -> str | None:
    """The id answered; None where there is no answer yet, or one that is no choice any more."""
    try:
        return one_of(answers.get(key, ""), choices)
    except AnswerError:
        return None


def message_questions(form: Form, answers: Answers) -> Iterator[Question]:
    """Further requests, what the message must and may not hold, the message, the agent's work, tags."""
    intents = {name: intent.label for name, intent in form.tenant.intents_by_id.items()}
    yield _other_intents(intents, answers)
    yield from _key_facts(answers)
    yield Question(
        "forbidden",
        "Ce qu'aucun message ne doit contenir (numéro corrigé, nom mal entendu…), séparé par « | »",
        forms,
        echo=" | ".join,
    )
    for instruction in form.tenant.instructions:
        side = "à faire" if instruction.kind == "do" else "à ne pas faire"
        text = f"Consigne ({side}) : {plain(instruction.text)}"
        yield _choice(f"instructions.{instruction.id}", text, OUTCOMES)
    if _chosen(answers, "disposition", DISPOSITIONS) != "no_message":
        yield _message(form, answers)
    text = "Ce qui rend l'appel difficile, étiquettes séparées par des virgules"
    yield Question("tags", text, _tags, echo=", ".join)


def _choice(key: str, text: str, choices: Mapping[str, str]) -> Question:
    return Question(key, text, lambda said: one_of(said, choices), choices, lambda value: choices[value])


def _field(field: FieldDefinition, form: Form, *, required: bool) -> Question:
    asked = Asked(field, form.call, form.tenant)
    need = ", requis par ce motif" if required else ""
    examples = f", par exemple {', '.join(field.examples)}" if field.examples else ""
    return Question(
        f"fields.{field.id}",
        f"{field.label} ({field.id}{need}{examples})",
        lambda said: field_value(said, asked) if said else None,
        echo=told if field.type in ("date", "datetime") else str,
    )


def _other_intents(intents: Mapping[str, str], answers: Answers) -> Question:
    def read(said: str) -> tuple[str, ...]:
        found = several_of(said, intents)
        if _chosen(answers, "intent", intents) in found:
            raise AnswerError("C'est déjà le motif principal. Attendu : les autres motifs seulement.")
        return found

    text = "Autres motifs du même appel, séparés par des virgules"
    return Question("other_intents", text, read, intents, echo=", ".join)


def _key_facts(answers: Answers) -> Iterator[Question]:
    """One for each fact given so far, and one more for the next."""
    number = 0
    while True:
        text = f"Fait n° {number + 1} que le message doit porter : « fait | forme | autre forme »"
        yield Question(f"key_facts.{number}", text, _fact, echo=" | ".join)
        if not answers.get(f"key_facts.{number}"):
            return
        number += 1


def _fact(said: str) -> tuple[str, ...]:
    found = forms(said)
    if said and not found:
        raise AnswerError("Fait vide. Attendu : « fait | forme », ou rien quand il n'y en a plus.")
    return found


def facts_of(answers: Answers) -> tuple[tuple[str, ...], ...]:
    """Each fact, its forms after it; the forms of a fact that has none are the fact itself."""
    found: list[tuple[str, ...]] = []
    while answers.get(f"key_facts.{len(found)}"):
        found.append(forms(answers[f"key_facts.{len(found)}"]))
    return tuple(found)


def forms_of(fact: tuple[str, ...]) -> tuple[str, ...]:
    """What may stand in a message for a fact."""
    return fact[1:] or fact


def _message(form: Form, answers: Answers) -> Question:
    def read(said: str) -> str:
        written = plain(said)
        if not written:
            raise AnswerError("Message vide. Attendu : le message, ou la suite « rien à transmettre ».")
        facts = map(forms_of, facts_of(answers))
        forbidden = forms(answers.get("forbidden", ""))
        problems = message_problems(written, facts=facts, forbidden=forbidden, tenant=form.tenant)
        if problems:
            raise AnswerError(f"Message refusé : {' ; '.join(problems)}.")
        return written

    limit = form.tenant.message.max_words
    most = f", {limit} mots au plus" if limit else ""
    return Question(
        "message",
        f"Le message, comme un bon agent l'écrirait{most}",
        read,
        echo=lambda written: f"{len(written.split())} mots",
    )


def _tags(said: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in said.split(",") if part.strip()))
    for tag in found:
        if not _TAG.fullmatch(tag):
            raise AnswerError(f"« {tag} » : attendu des minuscules et « _ », comme relative_date.")
    return found
