"""What a model took over many calls, and how often it gave way to the embedded engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from qualify.records import Outcome, Usage


@dataclass
class Tally:
    """The sums of one run; what an earlier run has done already isn't in them."""

    usage: list[Usage] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    """How often each code was noted."""

    def counting(self, handle: Callable[[], Outcome]) -> Callable[[], Outcome]:
        """`handle`, with what its call took counted."""

        def counted() -> Outcome:
            outcome = handle()
            self.usage += outcome.usage
            self.notes.update(note.code for note in outcome.notes)
            return outcome

        return counted

    def __str__(self) -> str:
        """The sums in French; the cost only where each request's is known."""
        requests = sum(spent.requests for spent in self.usage)
        read, written = sum(u.input_tokens for u in self.usage), sum(u.output_tokens for u in self.usage)
        costs = [spent.cost_eur for spent in self.usage if spent.cost_eur is not None]
        cost = f", {sum(costs):.4f} €" if costs and len(costs) == len(self.usage) else ""
        notes = ", ".join(f"{code} {times}" for code, times in sorted(self.notes.items()))
        taken = f"{requests} demandes, {read} + {written} jetons{cost}"
        return f"Modèle de langage : {taken}. Notes : {notes or 'aucune'}."
