"""Messages to compare ours with: a human's, and what costs nothing to make.

Each gives a text for a call; `with_message` puts it in the place of the predicted one, so that the same
metrics score both. A reference writes for every call, as it cannot know which are worth none; the human's
is None there.
"""

from __future__ import annotations

from dataclasses import replace

from .scoring import Case
from .sentences import sentences


def human(case: Case) -> str | None:
    """The message as a good human agent wrote it; None where nothing is to be transmitted."""
    return case.labels.message


def cut(case: Case) -> str:
    """The transcript, both parties, cut at the tenant's word limit; whole where there is none."""
    words = " ".join(turn.text for turn in case.turns).split()
    return " ".join(words[: case.tenant.message.max_words])


def leading(case: Case) -> str:
    """The caller's first sentences within the tenant's word limit; the first one cut where it is longer."""
    said = [s for turn in case.turns if turn.speaker == "caller" for s in sentences(turn.text)]
    limit = case.tenant.message.max_words
    if limit is None:
        return " ".join(said)
    kept: list[str] = []
    for sentence in said:
        if len(" ".join([*kept, sentence]).split()) > limit:
            break
        kept.append(sentence)
    return " ".join(kept) or " ".join(" ".join(said).split()[:limit])


def with_message(case: Case, text: str | None) -> Case:
    """The call as if `text` were its message; nothing is said of its evidence, which leaves that unscored."""
    evidence = {key: proofs for key, proofs in case.predicted.evidence.items() if key != "message"}
    return replace(case, predicted=case.predicted.model_copy(update={"message": text, "evidence": evidence}))
