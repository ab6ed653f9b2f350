"""Recipe of the first understanding: `python models/intent-first/train.py`, about a quarter of an hour on two cores.

Everything that is measured is measured on trades that the measured model has not seen: the trades are
dealt into folds, and what is learned on the others gives the features from which the few combining
weights are learned.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from fitting import choice, logistic, temperature, word_head  # noqa: E402
from lexicon import Pairing, Rule, first_vectors, tune  # noqa: E402
from matching import train_matcher  # noqa: E402
from measure import measure_intents, measure_urgency  # noqa: E402
from request_kinds import learn_kinds, read_kinds  # noqa: E402
from trades import Trade, read_messy_calls, read_trades, topics, transcript, unslotted  # noqa: E402

from qualify.dataset import Dataset, LabeledCall, to_transcript  # noqa: E402
from qualify.records import URGENCIES  # noqa: E402
from qualify.tenant import UrgencyRule  # noqa: E402
from qualify.understanding import intent as intents  # noqa: E402
from qualify.understanding import urgency as urgencies  # noqa: E402
from qualify.understanding import weights  # noqa: E402
from qualify.understanding.kinds import grams  # noqa: E402
from qualify.understanding.similarity import (  # noqa: E402
    Array,
    Lexicon,
    Memory,
    WordHead,
    read_call,
    tokens,
    unit,
)

MATERIAL = HERE.parent / "material" / "corpus"
LABELED = HERE.parent / "material" / "labeled"
FOLDS = 4
TENANT_PARTS = 5
PROCESSES = 2
EPOCHS = 8
EXAMPLES = (0, 1, 1, 2, 2, 3, 4)
"""How many examples an intent has in the tenants that the weights are learned on: real files are thin."""
MEASURED_EXAMPLES = (2, 4)
"""How many each has in the tenants that are measured too."""
BEST_MATCH = 7
"""The column of an urgency rule's features with the matcher's log-odds of the best turn."""
LABELED_WEIGHT, LABELED_URGENCY_WEIGHT = 8.0, 5.0
"""Weights of a labeled call beside a corpus call: its tenant's file is a whole one, its caller beats about the bush."""
LONE_RULE_WEIGHT = 0.05
"""Weight, beside a rule in a whole call, of a lone utterance that meets a rule or only seems to."""
LONE_UTTERANCES = 3
"""One lone utterance in so many is used to learn the combining weights; whole calls all are."""


@dataclass(frozen=True)
class IntentCase:
    """A call's candidates as features, which one is right, and how much it counts."""

    rows: Array
    ids: list[str]
    right: int
    weight: float


@dataclass(frozen=True)
class UrgencyCase:
    """A call's rules as features; `applies` where a human said so for each."""

    default: str | None
    urgency: str
    rules: list[tuple[UrgencyRule, Array]]
    applies: list[bool] | None
    weight: float = 1.0


@dataclass(frozen=True)
class LabeledCase:
    """A labeled call of a whole tenant's file."""

    tenant: str
    intent: IntentCase
    urgency: UrgencyCase


@dataclass(frozen=True)
class Learned:
    """What one set of trades teaches, before the combining weights."""

    intent: intents.IntentModel
    urgency: urgencies.UrgencyModel


def learn(trades: list[Trade], messy: list[dict[str, Any]]) -> Learned:
    """Lexicon, memories and heads of these trades and calls."""
    lexicon = tune(
        first_vectors(list(topics(trades, messy))),
        [pairing(t) for t in trades],
        [[Rule(r["when"], r["yes"], r["no"]) for r in t.raw["urgency"]] for t in trades],
        epochs=EPOCHS,
    )
    matcher = train_matcher(trades, lexicon)
    pool = [
        (read_call(c.transcript, lexicon).marked, c.intent, c.urgency, c.weight)
        for t in trades
        for c in t.calls
    ]
    pool += [
        (read_call(transcript(c["turns"]), lexicon).marked, c["intent"], c["urgency"], 1.0) for c in messy
    ]
    described = [
        (f"{i['label']} . {i['description']}", i["utterances"]) for t in trades for i in t.raw["intents"]
    ]
    rules = [r for t in trades for r in t.raw["urgency"]]
    nothing = np.zeros(0, dtype=np.float32)
    return Learned(
        intents.IntentModel(
            lexicon,
            memory(described, lexicon),
            learn_kinds(trades, read_kinds(HERE / "kinds.yaml")),
            matcher,
            builtin_heads(pool),
            nothing,
        ),
        urgencies.UrgencyModel(
            lexicon,
            matcher,
            memory([(r["when"], r["yes"]) for r in rules], lexicon),
            memory([(r["when"], r["no"]) for r in rules], lexicon),
            danger_heads(pool, rules),
            nothing,
        ),
    )


def pairing(trade: Trade) -> Pairing:
    """A trade's utterances and intents for tuning."""
    said = [(unslotted(u), n) for n, i in enumerate(trade.raw["intents"]) for u in i["utterances"]]
    documents = [
        [i["label"], i["description"], *map(unslotted, i["utterances"])] for i in trade.raw["intents"]
    ]
    return Pairing([u for u, _ in said], [n for _, n in said], documents)


def memory(pairs: list[tuple[str, list[str]]], lexicon: Lexicon) -> Memory:
    """Each written text beside the mean of what callers say."""
    spoken = [unit(np.sum([lexicon.embed(unslotted(u)) for u in said], axis=0)) for _, said in pairs]
    return Memory(np.array([lexicon.embed(written) for written, _ in pairs]), np.array(spoken))


Pool = list[tuple[frozenset[str], str, str, float]]
"""Calls as marked tokens, intent, urgency and weight."""


def builtin_heads(pool: Pool) -> dict[str, WordHead]:
    """Heads of spam, wrong numbers and other calls; the few there are count six times."""
    counts = [(6.0 if i in intents.LEARNED_BUILTINS else 1.0) if w == 1.0 else 0.05 for _, i, _, w in pool]
    said = [marked for marked, *_ in pool]
    return {
        b: word_head(said, [i == b for _, i, _, _ in pool], counts, l2=3e-4) for b in intents.LEARNED_BUILTINS
    }


def danger_heads(pool: Pool, rules: list[dict[str, Any]]) -> dict[str, WordHead]:
    """Heads of urgency from both parties' words, and of danger from the caller's alone."""
    calls = [p for p in pool if p[3] == 1.0]
    heads = {
        level: word_head(
            [c[0] for c in calls], [rank(c[2]) >= rank(level) for c in calls], [1.0] * len(calls), l2=3e-4
        )
        for level in ("critical", "high")
    }
    said = [(urgencies.caller_tokens(c[0]), c[2] == "critical", 1.0) for c in calls]
    for rule in rules:
        for key in ("yes", "no"):
            danger = key == "yes" and rule["urgency"] == "critical"
            said += [(frozenset(tokens(unslotted(u))), danger, 0.3) for u in rule[key]]
    heads["danger"] = word_head(
        [s for s, _, _ in said], [d for _, d, _ in said], [w for _, _, w in said], l2=3e-4
    )
    met = [(grams(unslotted(u)), key == "yes") for rule in rules for key in ("yes", "no") for u in rule[key]]
    heads["met"] = word_head([g for g, _ in met], [m for _, m in met], [1.0] * len(met), l2=3e-4)
    return heads


def rank(urgency: str) -> int:
    return [str(u) for u in URGENCIES].index(urgency)


def intent_cases(learned: Learned, trades: list[Trade]) -> list[IntentCase]:
    """The trades' calls as features."""
    cases = []
    for trade in trades:
        candidates = learned.intent.describe(list(trade.tenant.intents_by_id.values()))
        ids = [i.id for i in candidates]
        used = [c for n, c in enumerate(trade.calls) if c.weight == 1.0 or n % LONE_UTTERANCES == 0]
        for call in used:
            rows = learned.intent.features(read_call(call.transcript, learned.intent.lexicon), candidates)
            cases.append(IntentCase(rows, ids, ids.index(call.intent), call.weight))
    return cases


def urgency_cases(learned: Learned, trades: list[Trade], messy: list[dict[str, Any]]) -> list[UrgencyCase]:
    """The whole calls of the trades, and the messy ones whose rules are labeled, as features."""
    model, cases = learned.urgency, []
    for trade in trades:
        for call in (c for c in trade.calls if c.weight == 1.0):
            text = read_call(call.transcript, model.lexicon)
            rows = [(r, model.features(text, r)) for r in trade.tenant.urgency_rules]
            default = trade.tenant.intents_by_id[call.intent].urgency
            cases.append(UrgencyCase(default, call.urgency, rows, None))
        for rule, raw_rule in zip(trade.tenant.urgency_rules, trade.raw["urgency"], strict=True):
            for met, key in ((True, "yes"), (False, "no")):
                for utterance in raw_rule[key]:
                    text = read_call(transcript([f"C: {utterance}"]), model.lexicon)
                    row = (rule, model.features(text, rule))
                    cases.append(UrgencyCase(None, rule.urgency, [row], [met], LONE_RULE_WEIGHT))
    for raw in (c for c in messy if "rules" in c):
        text = read_call(transcript(raw["turns"]), model.lexicon)
        rules = [
            UrgencyRule(id=f"r{n}", when=r["when"], urgency=r["urgency"]) for n, r in enumerate(raw["rules"])
        ]
        rows = [(r, model.features(text, r)) for r in rules]
        cases.append(UrgencyCase(None, raw["urgency"], rows, [r["applies"] for r in raw["rules"]]))
    return cases


def labeled_cases(learned: Learned, folder: Path) -> list[LabeledCase]:
    """The labeled calls of tenants that nothing else has seen, as features; silent ones apart."""
    found = []
    dataset = Dataset.open(folder)
    for file, call in dataset.labeled():
        if not isinstance(call, LabeledCall):
            raise call
        tenant, labels = dataset.tenants[call.tenant], call.labels
        text = read_call(to_transcript(dataset.input(file)), learned.intent.lexicon)
        if labels is None or labels.intent == intents.SILENT or not text.heard:
            continue
        candidates = learned.intent.describe(list(tenant.intents_by_id.values()))
        ids = [c.id for c in candidates]
        rows = learned.intent.features(text, candidates)
        rules = [(r, learned.urgency.features(text, r)) for r in tenant.urgency_rules]
        own = [tenant.intents_by_id[i].urgency for i in (labels.intent, *labels.other_intents)]
        found.append(
            LabeledCase(
                call.tenant,
                IntentCase(rows, ids, ids.index(labels.intent), LABELED_WEIGHT),
                UrgencyCase(
                    max(own, key=URGENCIES.index), labels.urgency, rules, None, LABELED_URGENCY_WEIGHT
                ),
            )
        )
    return found


def fit(folds: Sequence[HeldOut], labeled: Sequence[LabeledCase]) -> tuple[Array, Array]:
    """The combining weights of intents and of urgency rules."""
    return (
        fit_intents([*(c.intent for c in labeled), *(c for f in folds for c in f.intent)]),
        fit_urgency([*(c.urgency for c in labeled), *(c for f in folds for c in f.urgency)]),
    )


def tenants_left_out(folds: Sequence[HeldOut], labeled: Sequence[LabeledCase], heat: float) -> dict[str, Any]:
    """The labeled calls by weights that were fitted without their tenants."""
    tenants = sorted({c.tenant for c in labeled})
    scored, ruled = [], []
    for part in range(TENANT_PARTS):
        out = set(tenants[part::TENANT_PARTS])
        intent, urgency = fit(folds, [c for c in labeled if c.tenant not in out])
        own = [c for c in labeled if c.tenant in out]
        scored += [(replace(c.intent, weight=1.0), c.intent.rows @ intent / heat) for c in own]
        ruled += [(c.urgency, urgency) for c in own]
    return {"intent": measure_intents(scored, heat)["all_calls"], "urgency": measure_urgency(ruled)["rules"]}


def rule_rows(cases: list[UrgencyCase]) -> list[tuple[Array, bool, float]]:
    """Rules of which it is known whether they apply.

    Where only the call's urgency is known: no higher rule applies, and where the urgency is not the
    intent's own, the rule of that level that is most alike does.
    """
    rows: list[tuple[Array, bool, float]] = []
    for case in cases:
        if case.applies is not None:
            rows += [(row, a, case.weight) for (_, row), a in zip(case.rules, case.applies, strict=True)]
            continue
        rows += [
            (row, False, case.weight) for rule, row in case.rules if rank(rule.urgency) > rank(case.urgency)
        ]
        level = [row for rule, row in case.rules if rule.urgency == case.urgency]
        if level and case.urgency != case.default:
            rows.append((max(level, key=lambda row: float(row[BEST_MATCH])), True, case.weight))
    return rows


def fit_urgency(cases: list[UrgencyCase]) -> Array:
    rows = rule_rows(cases)
    return logistic(np.array([r for r, *_ in rows]), [a for _, a, _ in rows], [w for *_, w in rows], l2=1e-3)


def fit_intents(cases: list[IntentCase]) -> Array:
    return choice([(c.rows, c.right, c.weight) for c in cases], l2=1e-4)


@dataclass(frozen=True)
class HeldOut:
    """One fold's calls as features by what is learned on the other folds."""

    intent: list[IntentCase]
    urgency: list[UrgencyCase]
    by_examples: dict[int, list[IntentCase]]
    """The same calls with `MEASURED_EXAMPLES` examples an intent."""


def held_out(trades: list[Trade], messy: list[dict[str, Any]]) -> tuple[list[HeldOut], Learned]:
    """The folds, each read by what the others teach, and what all teach; two processes at a time."""
    thinned = {n: read_trades(MATERIAL, [n]) for n in MEASURED_EXAMPLES}
    with ProcessPoolExecutor(PROCESSES, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        final = pool.submit(learn, trades, messy)
        folds = [pool.submit(_hold_out, fold, trades, messy, thinned) for fold in range(FOLDS)]
        return [f.result() for f in folds], final.result()


def _hold_out(
    fold: int, trades: list[Trade], messy: list[dict[str, Any]], thinned: dict[int, list[Trade]]
) -> HeldOut:
    learned = learn(
        [t for n, t in enumerate(trades) if n % FOLDS != fold],
        [c for n, c in enumerate(messy) if n % FOLDS != fold],
    )
    left = trades[fold::FOLDS]
    return HeldOut(
        intent_cases(learned, left),
        urgency_cases(learned, left, messy[fold::FOLDS]),
        {n: intent_cases(learned, some[fold::FOLDS]) for n, some in thinned.items()},
    )


def main() -> None:
    """Train, measure, write the weights and the figures beside this file."""
    torch.set_num_threads(1)
    trades, messy = read_trades(MATERIAL, EXAMPLES), read_messy_calls(MATERIAL)
    folds, final = held_out(trades, messy)
    finish(folds, final, HERE)


def finish(folds: Sequence[HeldOut], final: Learned, folder: Path) -> None:
    """Fit the combining weights, measure, write the weights and the figures into `folder`."""
    labeled = labeled_cases(final, LABELED)
    chosen = [(f, fit_intents([c for o in folds if o is not f for c in o.intent])) for f in folds]
    heat = temperature([(c.rows @ w, c.right) for f, w in chosen for c in f.intent if c.weight == 1.0])
    ruled = [(f, fit_urgency([c for o in folds if o is not f for c in o.urgency])) for f in folds]
    intent, urgency = fit(folds, labeled)
    path = folder / "weights.pt"
    weights.write(path, replace(final.intent, weights=intent / heat), replace(final.urgency, weights=urgency))
    metrics = {
        "intent": measure_intents([(c, c.rows @ w / heat) for f, w in chosen for c in f.intent], heat),
        "intent_by_examples": {
            n: measure_intents([(c, c.rows @ w / heat) for f, w in chosen for c in f.by_examples[n]], heat)
            for n in MEASURED_EXAMPLES
        },
        "urgency": measure_urgency([(c, w) for f, w in ruled for c in f.urgency]),
        "labeled_calls_tenants_left_out": tenants_left_out(folds, labeled, heat),
        "weights_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    text = json.dumps(metrics, indent=2, ensure_ascii=False) + "\n"
    (folder / "metrics.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
