"""What the HTTP side of the service is configured with; secrets come from the environment or files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from qualify.delivery.targets import Network
from qualify.service.limits import ServiceLimits

Tell = Callable[[str], None]
"""Is told the id of a call for which there is something to do."""


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """How one server answers."""

    limits: ServiceLimits = field(default_factory=ServiceLimits)
    engines: tuple[str, ...] = ("embedded",)
    """What a request may name as its engine."""
    acknowledgement_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """The keys that sign acknowledgement links, the newest first; none: no link is good."""
    webhook_networks: tuple[Network, ...] = ()
    """Private networks into which webhooks may point all the same, also without TLS."""
    open_metrics: bool = False
    """Whether `/metrics` answers without a key; else one that is for all tenants is needed."""
