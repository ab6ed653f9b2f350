"""The metrics, one a file; the tables below are what benchmarks and reports show, in this order."""

from __future__ import annotations

from collections.abc import Sequence

from ..scoring import Case
from . import endpoint_cost, seconds
from .brier import BRIER
from .broken_instructions import BROKEN_PRECISION, BROKEN_RECALL
from .calibration import CALIBRATION
from .character_errors import CHARACTER_ERRORS
from .coverage import AURC, SAFE_COVERAGE
from .critical import CRITICAL
from .disposition import DISPOSITION
from .evidence import SUPPORTED, UNSUPPORTED
from .exact_match import EXACT_MATCH
from .failures import FAILED
from .fields import BY_FIELD, BY_TYPE, CALL_BACK, FIELDS, OWN, PRECISION, RECALL
from .forbidden import FORBIDDEN
from .instructions import OUTCOMES
from .intent import ACCURACY
from .intent_macro_f1 import macro_f1
from .invented_words import INVENTED_WORDS
from .key_facts import ALL_FACTS, KEY_FACTS
from .likeness import LIKENESS
from .memory import MEMORY
from .message_length import TOO_LONG, WORDS
from .metric import Metric
from .missing import MISSING
from .name_errors import NAME_ERRORS
from .needless import NEEDLESS
from .number_errors import NUMBER_ERRORS
from .out_of_scope import OTHER
from .over_triage import OVER
from .readability import READABILITY
from .ready import READY
from .second_requests import SECOND
from .serious_errors import SERIOUS_READY
from .severe_misses import SEVERE
from .under_triage import UNDER
from .urgency import KAPPA
from .urgency_right import URGENCY_RIGHT
from .word_errors import WORD_ERRORS
from .wrong_contacts import WRONG_READY

TRANSCRIPTION: Sequence[Metric] = (
    WORD_ERRORS,
    CHARACTER_ERRORS,
    NUMBER_ERRORS,
    NAME_ERRORS,
    INVENTED_WORDS,
)
UNDERSTANDING: Sequence[Metric] = (
    ACCURACY,
    OTHER,
    SECOND,
    KAPPA,
    CRITICAL,
    OVER,
    SEVERE,
    DISPOSITION,
    FIELDS,
    PRECISION,
    RECALL,
    CALL_BACK,
    MISSING,
    OUTCOMES,
    BROKEN_RECALL,
    BROKEN_PRECISION,
    *CALIBRATION,
    READY,
    WRONG_READY,
    SERIOUS_READY,
)
"""What the benchmark prints beside its baseline."""
MESSAGE: Sequence[Metric] = (
    KEY_FACTS,
    ALL_FACTS,
    FORBIDDEN,
    SUPPORTED,
    UNSUPPORTED,
    TOO_LONG,
    WORDS,
    READABILITY,
    NEEDLESS,
    LIKENESS,
)
ALL: Sequence[Metric] = (
    *TRANSCRIPTION,
    ACCURACY,
    OTHER,
    SECOND,
    DISPOSITION,
    KAPPA,
    URGENCY_RIGHT,
    CRITICAL,
    OVER,
    UNDER,
    SEVERE,
    FIELDS,
    PRECISION,
    RECALL,
    CALL_BACK,
    WRONG_READY,
    MISSING,
    OWN,
    *BY_TYPE,
    *EXACT_MATCH,
    *BY_FIELD,
    OUTCOMES,
    BROKEN_RECALL,
    BROKEN_PRECISION,
    *MESSAGE,
    *CALIBRATION,
    *BRIER,
    READY,
    SERIOUS_READY,
    SAFE_COVERAGE,
    AURC,
    endpoint_cost.COST,
    *endpoint_cost.BY_STAGE,
    FAILED,
    seconds.SECONDS,
    *seconds.BY_STAGE,
    seconds.REAL_TIME,
    MEMORY,
)
"""Every metric that is the same for all calls; `of_calls` adds what depends on the calls measured."""


def of_calls(cases: Sequence[Case]) -> tuple[Metric, ...]:
    """All metrics for given calls: `ALL`, and macro-F1 over the intents that their labels name."""
    after = ALL.index(ACCURACY) + 1
    return (*ALL[:after], macro_f1(cases), *ALL[after:])
