"""A person labels a call: questions one after the other, back and forth, nothing lost when it is broken off.

The person is behind an `Answerer`, so that all of this runs without a terminal. What the file has of labels
is struck before anybody looks at the call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from qualify.dataset import Dataset, KeyFact, LabeledCall, Labels, load_call, load_call_input
from qualify.drafting.facts import fold
from qualify.errors import InputError
from qualify.records import Record
from qualify.tenant.defects import did_you_mean

from .answers import AnswerError
from .files import Draft, add_to_call, draft_path, read_draft, write_draft
from .people import Labeler, labelers, note_labelers
from .questions import (
    Answers,
    Form,
    Question,
    facts_of,
    forms_of,
    judgment_questions,
    message_questions,
    required_fields,
)

BACK = "<"
"""Typed: the question before."""
NONE = "-"
"""Typed: the call gives nothing for this; an answer given before is taken back."""


class Answerer(Protocol):
    """Whoever answers; KeyboardInterrupt breaks off."""

    def ask(self, question: Question, former: str | None) -> str:
        """What is typed; empty: keep the `former` answer, or give none."""
        ...

    def accepted(self, question: Question, value: Any) -> None:
        """Told what was understood."""
        ...

    def refused(self, error: AnswerError) -> None:
        """Told why an answer can't be taken; the question comes again."""
        ...


class Sitting(NamedTuple):
    """What is asked of one person, and the labels that come of it."""

    key: Literal["labels", "second_labels"]
    questions: Callable[[Form, Answers], Sequence[Question]]
    labels: Callable[[Form, Answers], dict[str, Any]]
    """Keys for the call's file."""


def interview(
    questions: Callable[[Answers], Sequence[Question]],
    answers: dict[str, str],
    answerer: Answerer,
    save: Callable[[dict[str, str]], None],
) -> None:
    """Ask until every question has an answer that it takes; `answers` is filled, and saved after each.

    Begins at the first question that is open: not answered yet, or no longer so since another answer changed;
    from there on all are asked, as an answer depends on those before it only.
    """
    at = sum(1 for _ in takewhile(lambda q: _is_answered(q, answers), questions(answers)))
    while at < len(asked := questions(answers)):
        question = asked[at]
        typed = answerer.ask(question, answers.get(question.key)).strip()
        if typed == BACK:
            at = max(0, at - 1)
            continue
        said = "" if typed == NONE else typed or answers.get(question.key, "")
        try:
            value = question.read(said)
        except AnswerError as error:
            answerer.refused(error)
            continue
        answers[question.key] = said
        save(answers)
        answerer.accepted(question, value)
        at += 1


def _is_answered(question: Question, answers: Answers) -> bool:
    try:
        question.read(answers[question.key])
    except (KeyError, AnswerError):
        return False
    return True


def values(questions: Sequence[Question], answers: Answers) -> dict[str, Any]:
    """The value of each answer by its question's key."""
    return {question.key: question.read(answers[question.key]) for question in questions}


def under(prefix: str, found: dict[str, Any]) -> dict[str, Any]:
    """The values of the questions `prefix.…` that are not None, by what follows."""
    start = f"{prefix}."
    return {key.removeprefix(start): v for key, v in found.items() if key.startswith(start) and v is not None}


def _all_questions(form: Form, answers: Answers) -> list[Question]:
    return [*judgment_questions(form, answers), *message_questions(form, answers)]


def _labels(form: Form, answers: Answers) -> dict[str, Any]:
    found = values(_all_questions(form, answers), answers)
    fields = under("fields", found)
    labels = Labels(
        intent=found["intent"],
        other_intents=found["other_intents"],
        urgency=found["urgency"],
        disposition=found["disposition"],
        fields=fields,
        missing=tuple(f for f in required_fields(form, answers) if f not in fields),
        key_facts=tuple(KeyFact(fact=fact[0], any_of=forms_of(fact)) for fact in facts_of(answers)),
        forbidden=found["forbidden"],
        instructions=under("instructions", found),
        message=found.get("message"),
    )
    return {"labels": labels.model_dump(mode="json"), "tags": list(found["tags"])}


FIRST = Sitting("labels", _all_questions, _labels)
"""Everything, by whoever labels the call first."""


class Opened(NamedTuple):
    """A call that a person may label now."""

    path: Path
    dataset: Path
    form: Form
    sitting: Sitting
    draft: Draft


def open_call(path: Path, dataset: Path, sitting: Sitting, *, by: str) -> Opened:
    """The call without its labels, and the draft to go on with.

    InputError where it can't be read, is labeled already, was begun by somebody else, or was labeled first by
    the same person.
    """
    read = Dataset.open(dataset)
    call = load_call_input(path)
    tenant = read.tenants.get(call.tenant)
    if tenant is None:
        found = f"client inconnu « {call.tenant} »{did_you_mean(call.tenant, read.tenants)}"
        raise InputError(path, "tenant", found, f"un client de {dataset}")
    _check_turn(load_call(path), path, dataset, sitting, by=by)
    draft = read_draft(draft_path(path, sitting.key)) or Draft(by=by)
    if draft.by != by:
        found = f"commencé par « {draft.by} »"
        raise InputError(draft_path(path, sitting.key), "by", found, f"la même personne, ou --by {draft.by}")
    return Opened(path, dataset, Form(call, tenant), sitting, draft)


def _check_turn(call: LabeledCall, path: Path, dataset: Path, sitting: Sitting, *, by: str) -> None:
    """InputError where this person may not label now."""
    given: Record | None = call.labels if sitting.key == "labels" else call.second_labels
    if given is not None:
        raise InputError(path, sitting.key, "appel déjà étiqueté", "un appel sans ces étiquettes")
    if sitting.key == "second_labels" and call.labels is None:
        raise InputError(path, "labels", "appel sans premières étiquettes", "d'abord les premières")
    others = [noted for noted in labelers(dataset) if (noted.tenant, noted.id) == (call.tenant, call.id)]
    if any(fold(noted.by) == fold(by) for noted in others):
        raise InputError(path, sitting.key, f"déjà étiqueté par « {by} »", "une autre personne")


def label_call(opened: Opened, answerer: Answerer, *, at: datetime) -> None:
    """Ask, then write the labels into the call's file; the draft, kept after each answer, goes at the end.

    DefectError where the labels don't fit the call: the draft stays.
    """
    form, sitting = opened.form, opened.sitting
    kept = draft_path(opened.path, sitting.key)
    answers = dict(opened.draft.answers)
    by = opened.draft.by
    interview(
        lambda given: sitting.questions(form, given),
        answers,
        answerer,
        lambda given: write_draft(kept, Draft(by=by, answers=given)),
    )
    added = sitting.labels(form, answers)
    tags = dict.fromkeys((*load_call(opened.path).tags, *added.get("tags", ())))
    add_to_call(opened.path, form.tenant, {**added, "tags": list(tags)})
    noted = Labeler(tenant=form.tenant.id, id=form.call.id, key=sitting.key, by=by, at=at)
    note_labelers(opened.dataset, [noted])
    kept.unlink(missing_ok=True)
