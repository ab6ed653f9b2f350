"""The hidden cost: what the errors of a run cost, in euros for 1,000 calls, and how well that is known.

    parameters = load_parameters()                 # eval/costs.yaml, or the user's own file
    costs = cost_of(cases, parameters)             # any predictions: the engine's, or messages of agents
    costs.to_json(), cost_lines(costs), cost_section(costs)

`events.py` says what costs, `parameters.py` how much, `simulate.py` how sure that is. Missed emergencies
are counted and never priced. Each step is one file: charge, events (number, triage), bill, simulate,
tornado, report.
"""

from .bill import Costs, Emergencies, ItemCost, Missed, Spread, Swing
from .charge import ITEMS, Charge, Item
from .events import charges
from .parameters import SHIPPED, Parameter, Parameters, load_parameters
from .report import cost_lines, cost_section
from .simulate import call_euros, cost_of, saving
from .tornado import tornado_svg
from .triage import missed_emergency

__all__ = [
    "ITEMS",
    "SHIPPED",
    "Charge",
    "Costs",
    "Emergencies",
    "Item",
    "ItemCost",
    "Missed",
    "Parameter",
    "Parameters",
    "Spread",
    "Swing",
    "call_euros",
    "charges",
    "cost_lines",
    "cost_of",
    "cost_section",
    "load_parameters",
    "missed_emergency",
    "saving",
    "tornado_svg",
]
