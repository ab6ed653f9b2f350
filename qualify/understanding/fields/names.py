"""The caller's own name: what he says of himself, in one piece or several, after all corrections."""

from __future__ import annotations

from collections.abc import Sequence

from qualify.records import Judgment, Transcript

from .identities import LEAST, identities, judged, named_by_caller
from .mentions import Mention
from .read_back import completed_by_agent

_INTRODUCED = 0.98
"""From this strength on, one who bears the name of the tenant's people is the caller all the same."""


def caller_name(transcript: Transcript, *, excluded: Sequence[str] = ()) -> Judgment | None:
    """The caller's name as «Prénom Nom», or the part of it that is given.

    `excluded` are names that are not the caller's unless he introduces himself so (the tenant's
    people). None where nothing in the caller's words tells.
    """
    mentions = [m for m in named_by_caller(transcript) if not _is_weak_staff(m, excluded)]
    own = identities(m for m in mentions if m.role == "caller" and m.strength >= LEAST)
    loose = [m for m in mentions if m.role == "other"]
    whole = (identity.corrected(loose).completed(loose) for identity in own)
    return judged(transcript, [completed_by_agent(i, transcript, excluded=excluded) for i in whole])


def _is_weak_staff(mention: Mention, excluded: Sequence[str]) -> bool:
    return mention.strength < _INTRODUCED and any(mention.name.may_be(name) for name in excluded)
