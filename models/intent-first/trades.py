"""The training material as tenants that an engine has never seen, with their calls."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from qualify.records import Maker, Transcript, Turn
from qualify.tenant import Tenant

MAKER = Maker(engine="corpus", version="1")
LONE_WEIGHT = 0.15
"""Weight of a lone utterance beside a whole call's."""
OWN_EXAMPLES = 0.6
"""How often an intent that has examples of its own shows those and not some of its utterances."""
_SLOT = re.compile(r"\{\w+\}")
_SPEAKERS = {"A": "agent", "C": "caller"}


@dataclass(frozen=True)
class Call:
    """A call (or a lone first utterance, `weight` below 1) and what is right about it."""

    transcript: Transcript
    intent: str
    urgency: str
    other_intents: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Trade:
    """One trade of the material as a tenant."""

    tenant: Tenant
    calls: list[Call]
    raw: dict[str, Any]


def unslotted(text: str) -> str:
    """`text` without its slots: names and numbers tell nothing of the intent."""
    return _SLOT.sub(" ", text).strip()


def transcript(turns: list[str]) -> Transcript:
    """The transcript of `A: …`, `C: …` lines; a turn of slots alone keeps a comma."""
    said = [Turn(speaker=_SPEAKERS[t[0]], text=unslotted(t[2:]) or ",") for t in turns]  # type: ignore[arg-type]
    return Transcript(turns=tuple(said), made_by=MAKER)


def read_trades(folder: Path, examples: Sequence[int]) -> list[Trade]:
    """All trades in the order of their names; each intent draws one of so many utterances as examples."""
    dice = random.Random(7)
    documents = [yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.yaml"))]
    return [_trade(d, dice, examples) for d in documents if "intents" in d]


def read_messy_calls(folder: Path) -> list[dict[str, Any]]:
    """The longer calls, each of a trade of its own."""
    found: list[dict[str, Any]] = []
    for number in (1, 2):
        found += yaml.safe_load((folder / f"calls-{number}.yaml").read_text(encoding="utf-8"))["calls"]
    return found


def _drawn_examples(intent: dict[str, Any], dice: random.Random, count: int) -> list[str]:
    """So many examples: mostly the client's own phrases where there are any, else utterances."""
    own: list[str] = intent.get("examples", [])
    if len(own) >= count and dice.random() < OWN_EXAMPLES:
        return dice.sample(own, count)
    return dice.sample(intent["utterances"], count)


def _trade(raw: dict[str, Any], dice: random.Random, examples: Sequence[int]) -> Trade:
    intents, calls = [], []
    for intent in raw["intents"]:
        drawn = _drawn_examples(intent, dice, dice.choice(examples))
        intents.append(
            {
                **{k: intent[k] for k in ("id", "label", "description", "urgency")},
                "required_fields": intent["required_fields"],
                "disposition": "message",
                "examples": [unslotted(u) for u in drawn],
            }
        )
        lone = [u for u in intent["utterances"] if u not in drawn]
        calls += [
            Call(transcript([f"C: {u}"]), intent["id"], intent["urgency"], weight=LONE_WEIGHT) for u in lone
        ]
    calls += [
        Call(transcript(c["turns"]), c["intent"], c["urgency"], tuple(c.get("other_intents", ())))
        for c in raw["calls"]
    ]
    calls += [
        Call(transcript([f"C: {u}"]), "other", "normal", weight=LONE_WEIGHT) for u in raw.get("outside", ())
    ]
    return Trade(_tenant(raw, intents), calls, raw)


def _tenant(raw: dict[str, Any], intents: list[dict[str, Any]]) -> Tenant:
    return Tenant.model_validate(
        {
            "id": raw["profession"],
            "name": raw["profession"],
            "activity": raw["activity"],
            "language": "fr",
            "timezone": "Europe/Paris",
            "updated_on": "2026-01-01",
            "intents": intents,
            "urgency_rules": [
                {"id": f"r{n}", "when": r["when"], "urgency": r["urgency"]}
                for n, r in enumerate(raw["urgency"])
            ],
        }
    )


def topics(trades: list[Trade], messy: list[dict[str, Any]]) -> Iterator[list[str]]:
    """Texts that belong together, from which tokens learn what company they keep."""
    for trade in trades:
        for intent in trade.raw["intents"]:
            yield [intent["label"], intent["description"], *map(unslotted, intent["utterances"])]
        for rule in trade.raw["urgency"]:
            yield [rule["when"], *rule["yes"], *rule["no"]]
    for call in [c for t in trades for c in t.raw["calls"]] + messy:
        yield [unslotted(t[2:]) for t in call["turns"]] + [unslotted(call["gist"])]
