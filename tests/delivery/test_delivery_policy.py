from collections.abc import Sequence

import pytest
from delivered_calls import DOUBT, outcome, settings

from qualify.delivery.policy import release
from qualify.records import Failure, Outcome, Urgency


@pytest.mark.parametrize(
    ("urgency", "ready", "needs_review", "doubted", "leaves"),
    [
        ("normal", [], [], False, False),
        ("normal", ["normal"], [], False, True),
        ("normal", ["low", "high"], [], False, False),
        ("normal", ["normal"], [], True, False),
        ("critical", ["normal"], ["critical"], True, True),
        ("critical", ["normal"], ["critical"], False, False),
    ],
)
def test_what_leaves_without_approval(
    urgency: Urgency, ready: Sequence[str], needs_review: Sequence[str], doubted: bool, leaves: bool
) -> None:
    rules = settings(without_approval={"ready": ready, "needs_review": needs_review})
    made = release(outcome(urgency, reasons=[DOUBT] if doubted else []), rules, revises=False)
    assert (made.allowed, made.reason is None) == (leaves, leaves)


@pytest.mark.parametrize(
    ("open_to", "leaves"), [(["high"], False), (["low"], False), (["low", "high"], True)]
)
def test_an_unsure_urgency_counts_as_all_that_it_might_be(open_to: list[str], leaves: bool) -> None:
    rules = settings(without_approval={"needs_review": open_to})
    doubted = outcome("high", reasons=[DOUBT], rivals=["low"])
    assert release(doubted, rules, revises=False).allowed is leaves


def test_rivals_of_a_sure_urgency_do_not_count() -> None:
    made = outcome("low", rivals=["critical"])
    assert made.qualification is not None
    sure = made.qualification.urgency.model_copy(update={"unsure": False})
    told = made.model_copy(update={"qualification": made.qualification.model_copy(update={"urgency": sure})})
    rules = settings(without_approval={"ready": ["low"]})
    assert release(told, rules, revises=False).allowed
    assert not release(made, rules, revises=False).allowed


ALL = {"ready": ["low", "normal", "high", "critical"], "needs_review": ["low", "normal", "high", "critical"]}


def test_a_revision_waits_for_a_human_whatever_the_settings() -> None:
    made = release(outcome(), settings(without_approval=ALL), revises=True)
    assert made.reason is not None
    assert made.reason.code == "revision"


@pytest.mark.parametrize(
    "made",
    [
        Outcome(status="ready"),
        Outcome(status="failed", failure=Failure(stage="drafting", error="défaut interne")),
        outcome().model_copy(update={"message": None}),
    ],
)
def test_without_a_message_nothing_leaves(made: Outcome) -> None:
    told = release(made, settings(without_approval=ALL), revises=False)
    assert told.reason is not None
    assert told.reason.code == "no_message"
