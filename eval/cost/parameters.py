"""The parameters of the hidden cost: what a minute, an error and a lost request cost, and how that is known.

They are a YAML file, `eval/costs.yaml` or one of the user's own. Each has a low, a central and a high
value, its source, and the kind of knowledge it is; what nobody has measured or published is an assumption.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, model_validator

from qualify.records import Record
from qualify.tenant import DefectError, read_bytes, validated
from qualify.tenant.defects import fault
from qualify.tenant.model import Amount, NonEmpty
from qualify.tenant.reading import decode, parse

SHIPPED = Path(__file__).parents[1] / "costs.yaml"

Known = Literal["measured", "published", "assumption"]
"""How a parameter is known, from best to least."""
Values = dict[str, float]
"""One value of each parameter, by its name."""


class Parameter(Record):
    """One figure and its uncertainty: a central value between the least and the most that is plausible."""

    label: NonEmpty
    """As reports name it."""
    unit: Literal["euros", "euros/heure", "minutes", "part"]
    """`part` is a share from 0 to 1."""
    low: Amount
    central: Amount
    high: Amount
    kind: Known
    source: NonEmpty
    """Where the figure comes from; of an assumption, how it could be measured."""

    @model_validator(mode="after")
    def _in_order(self) -> Parameter:
        if not self.low <= self.central <= self.high:
            fault(f"{self.low:g}, {self.central:g}, {self.high:g}", "low ≤ central ≤ high")
        if self.unit == "part" and self.high > 1:
            fault(f"une part de {self.high:g}", "des parts de 0 à 1")
        return self


class Parameters(Record):
    """All parameters, by the names that charges are made of; `eval/costs.yaml` says what each one is."""

    hourly_rate: Parameter
    callback_minutes: Parameter
    clarify_minutes: Parameter
    clarified: Parameter
    request_value: Parameter
    lost_unreachable: Parameter
    lost_untold: Parameter
    lost_second: Parameter
    disturbed_minutes: Parameter
    urgent_miss: Parameter
    late_harm: Parameter
    chased: Parameter
    needless_minutes: Parameter
    reviewer_hourly_rate: Parameter
    review_minutes: Parameter
    by_hand_minutes: Parameter
    missed_in_review: Parameter
    machine_hour: Parameter

    @property
    def by_name(self) -> dict[str, Parameter]:
        """The parameters in the order of their declaration."""
        return {name: getattr(self, name) for name in NAMES}

    @property
    def central(self) -> Values:
        """The central value of each."""
        return {name: parameter.central for name, parameter in self.by_name.items()}


NAMES: tuple[str, ...] = tuple(Parameters.model_fields)
_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Parameters,
    **{(name,): Parameter for name in NAMES},
}


def load_parameters(path: Path | str = SHIPPED) -> Parameters:
    """The parameters of a file; DefectError, with all defects, where it has errors."""
    document = parse(path, decode(path, read_bytes(path)))
    parameters, findings = validated(document.data, Parameters, _MODELS, raw=document.raw)
    if parameters is None or findings or document.findings:
        raise DefectError(path, document.defects(findings))
    return parameters
