"""Sentences with evidence, and those without: whether the message rests on the call's words.

Definition: of the sentences of written messages, the share to which the prediction's evidence gives words
that do stand in the transcript; `unsupported` is the complement. Sentences that state an absence («Nom non
communiqué.», «Numéro incertain.», «URGENT.») need none and are left out. Range: 0 to 1. Source: attributed
to identified sources, Rashkin et al. 2023, by pointer and not by a judge: that words are given is measured,
not that they say the same. Unscored: calls without a message, and predictions that say nothing of a
message's evidence (no `message` among its keys: a human's message, another system's).

How exact: a prediction holds the message as one text and the evidence by the index of a sentence that only
the engine knew. So the distinct indexes with standing words are counted against the sentences that a
splitter finds (`sentences.py`), never more than these. The figure is exact where the engine's sentences are
the splitter's; one sentence of the engine that the splitter takes for two counts as one unsupported; two
that it takes for one hide one unsupported of the same message.
"""

from __future__ import annotations

import re

from ..scoring import Case
from ..sentences import sentences
from .metric import STRICT, Metric, of_things, ratio

ABSENCE = re.compile(
    r"(?:Nom|Numéro) (?:non communiqué|non demandé|incertain)\.|URGENT\s?[.!]"
    r"|(?:Non communiqué|Non demandé|Incertain)\s?: .*",
    re.DOTALL,
)


def supported(case: Case) -> tuple[int, int]:
    """Sentences with evidence, and sentences that need it; (0, 0) where nothing can be said."""
    proofs = case.predicted.evidence.get("message")
    if case.predicted.message is None or proofs is None:
        return 0, 0
    stated = sum(not ABSENCE.fullmatch(s) for s in sentences(case.predicted.message))
    proven = {proof.sentence for proof in proofs if proof.sentence is not None and case.stands(proof)}
    return min(len(proven), stated), stated


def _unsupported(case: Case) -> tuple[int, int]:
    proven, stated = supported(case)
    return stated - proven, stated


def _reason(case: Case) -> str | None:
    wrong, stated = _unsupported(case)
    return f"{wrong} phrases sur {stated} sans preuve dans l'appel" if wrong else None


SUPPORTED = Metric(
    id="supported",
    label="sentences with evidence",
    title="Phrases prouvées par l'appel",
    group="message",
    parts=of_things(supported),
    value=ratio,
    count=lambda sums: float(sums[1]),
    margin=STRICT,
    reason=_reason,
)
UNSUPPORTED = Metric(
    id="unsupported",
    label="sentences without evidence",
    title="Phrases sans preuve dans l'appel",
    group="message",
    parts=of_things(_unsupported),
    value=ratio,
    better="lower",
    count=lambda sums: float(sums[1]),
    margin=STRICT,
    reason=_reason,
)
