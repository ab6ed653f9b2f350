"""The second person's labels: what is asked, and nothing of what the first one said.

A call is read without its labels and tags before it is shown, no prediction is read at all, and the draft is
the second person's own; so that agreement between both measures the task and not who copied from whom.
"""

from __future__ import annotations

from typing import Any

from qualify.dataset import SecondLabels

from .label import Sitting, under, values
from .questions import Answers, Form, Question, judgment_questions


def _questions(form: Form, answers: Answers) -> list[Question]:
    return list(judgment_questions(form, answers))


def _labels(form: Form, answers: Answers) -> dict[str, Any]:
    found = values(_questions(form, answers), answers)
    labels = SecondLabels(
        intent=found["intent"],
        urgency=found["urgency"],
        disposition=found["disposition"],
        fields=under("fields", found),
    )
    return {"second_labels": labels.model_dump(mode="json")}


SECOND = Sitting("second_labels", _questions, _labels)
"""Intent, urgency, disposition and fields, by whoever has not seen the first labels."""
