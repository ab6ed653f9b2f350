"""Out-of-scope recall: calls that fit no intent and are said to (`other`).

Definition: of the calls labeled `other`, the share that is predicted `other`. Range: 0 to 1. Source: Larson
et al. 2019. Unscored: calls with any other intent.
"""

from __future__ import annotations

from .intent import wrong_intent
from .metric import share

OTHER = share(
    "intent_other",
    "calls that fit no intent, found (`other`)",
    lambda c: c.predicted.intent == "other" if c.labels.intent == "other" else None,
    title="Appels hors motifs reconnus",
    group="intent",
    reason=lambda c: wrong_intent(c) if c.labels.intent == "other" else None,
)
