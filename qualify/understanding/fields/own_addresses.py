"""A tenant's own field for an address («Adresse du bien»): what is said of it fills no standard field too."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qualify.records import Judgment
from qualify.tenant import Tenant

from .tokens import fold

_ADDRESS = re.compile(r"adresse\b(?!.*mail|.*electronique)")
_STANDARD = ("address", "city")


def with_own_address(found: Mapping[str, Judgment], tenant: Tenant) -> dict[str, Judgment]:
    """The fields with address and town joined in the tenant's own field for them, where it has one.

    «41 avenue Carnot, Houilles»; the town alone where only it is said.
    """
    asked = (f.id for f in tenant.fields if f.type == "text" and _ADDRESS.match(fold(f.label)))
    own = next((f for f in asked if f not in _STANDARD), None)
    places = [found[f] for f in _STANDARD if f in found]
    if own is None or not places:
        return dict(found)
    joined = Judgment(
        value=", ".join(str(place.value) for place in places),
        confidence=min(place.confidence for place in places),
        evidence=tuple(e for place in places for e in place.evidence),
    )
    return {f: j for f, j in found.items() if f not in _STANDARD} | {own: joined}
