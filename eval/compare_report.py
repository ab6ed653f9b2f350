"""A comparison in French for the terminal, and as JSON for machines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from .compare import Compared, Spoilt
from .difference import NOTHING
from .gate import Check, Gate
from .intervals import Figure
from .pairing import Pairs
from .report.french import number
from .scoring import Key

LISTED = 20
"""Calls that a list names before it says how many more there are."""
HEAD = ("Mesure", "A", "B", "Écart B - A", "Intervalle à 95 %", "n", "p (Holm)", "Verdict")
VERDICTS = {"better": "mieux", "worse": "moins bien", "cannot_tell": "on ne peut pas trancher"}
TESTS = {"mcnemar": "McNemar exact", "bootstrap": "bootstrap apparié par client"}
NOTE = (
    "Juste ou faux : le test de McNemar juge ces appels-ci ; les intervalles tirent les clients, et sont "
    "plus larges quand peu de clients portent l'écart."
)


def lines(gate: Gate) -> Iterator[str]:
    """The comparison as a table, then what the gate says of it."""
    pairs = gate.comparison.pairs
    yield f"{len(pairs)} appels communs de {len(set(pairs.tenants))} clients ; {_failures(pairs)}"
    yield from _aside(pairs)
    yield from _table([HEAD, *(_row(one) for one in gate.comparison.metrics if _measured(one))])
    unmeasured = [one.metric.title for one in gate.comparison.metrics if not _measured(one)]
    if unmeasured:
        yield f"Sans mesure dans les deux passages : {', '.join(unmeasured)}"
    yield NOTE
    yield from _concluded(gate)


def verdict(compared: Compared) -> str:
    """What may be concluded, and where nothing may be, how many calls it would take."""
    if abs(compared.difference.value) < NOTHING:
        return "sans écart"
    if math.isnan(compared.difference.value):
        return "non comparable"
    needed = "" if compared.needed is None else f", il faudrait environ {_whole(compared.needed)} appels"
    return VERDICTS[compared.verdict] + needed


def told(check: Check) -> str:
    """Why a metric fails, with all that it rests on."""
    compared, found = check.compared, check.compared.difference
    if "lost" in check.faults:
        return f"A : {number(found.a.value)} ; B ne donne plus rien à mesurer"
    spread = "" if math.isnan(found.low) else f" {_bounds(found.low, found.high)}"
    text = (
        f"A : {number(found.a.value)} ; B : {number(found.b.value)} ; écart {_signed(found.value)}{spread} ; "
        f"marge {number(compared.margin)} ; {verdict(compared)} ({TESTS[found.test]})"
    )
    return text + "".join(f" ; client {_spoilt(one)}" for one in compared.spoilt)


def listed(what: str, keys: Sequence[Key]) -> Iterator[str]:
    """Calls by tenant and id under a heading, with their number; nothing without calls."""
    if keys:
        more = f" et {len(keys) - LISTED} autres" if len(keys) > LISTED else ""
        yield f"{what} : {len(keys)} ({', '.join('/'.join(key) for key in keys[:LISTED])}{more})"


def as_json(gate: Gate) -> dict[str, Any]:
    """All figures of the comparison, null where there is none."""
    pairs = gate.comparison.pairs
    return {
        "passed": gate.passed,
        "calls": len(pairs),
        "tenants": len(set(pairs.tenants)),
        "failed_a": sum(case.failed for case in pairs.a),
        "failed_b": sum(case.failed for case in pairs.b),
        "only_a": _keys(pairs.only_a),
        "only_b": _keys(pairs.only_b),
        "relabeled": _keys(pairs.relabeled),
        "metrics": {check.compared.metric.id: _metric(check) for check in gate.checks},
    }


# ---------------------------------------------------------------- the terminal


def _measured(compared: Compared) -> bool:
    return not (math.isnan(compared.difference.a.value) and math.isnan(compared.difference.b.value))


def _failures(pairs: Pairs) -> str:
    a, b = (sum(case.failed for case in cases) for cases in (pairs.a, pairs.b))
    return f"appels en échec : {a} dans A, {b} dans B"


def _aside(pairs: Pairs) -> Iterator[str]:
    """The calls that are not compared."""
    yield from listed("Appels seulement dans A, non comparés", pairs.only_a)
    yield from listed("Appels seulement dans B, non comparés", pairs.only_b)
    yield from listed("Appels étiquetés autrement dans A et B, non comparés", pairs.relabeled)


def _row(compared: Compared) -> tuple[str, ...]:
    found = compared.difference
    interval = "" if math.isnan(found.low) else _bounds(found.low, found.high)
    return (
        compared.metric.title,
        number(found.a.value),
        number(found.b.value),
        _signed(found.value),
        interval,
        _counted(found.a, found.b),
        number(compared.adjusted_p),
        verdict(compared),
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell; the first and the last to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *figures, last in rows:
        middle = (cell.rjust(width) for cell, width in zip(figures, widths[1:-1], strict=True))
        yield "  ".join((first.ljust(widths[0]), *middle, last)).rstrip()


def _concluded(gate: Gate) -> Iterator[str]:
    if not gate.comparison.pairs:
        yield "REFUSÉ : aucun appel commun aux deux passages"
    elif gate.passed:
        yield "ACCEPTÉ : aucune mesure n'est moins bonne au-delà de sa marge"
    else:
        yield f"REFUSÉ : {len(gate.failed)} mesure(s) en cause"
    for check in gate.failed:
        yield f"  {check.compared.metric.title} : {told(check)}"


def _spoilt(one: Spoilt) -> str:
    counts = one.changed
    return f"{one.tenant} : {counts.lost} appels moins bons, {counts.gained} meilleurs, sur {counts.pairs}"


def _counted(a: Figure, b: Figure) -> str:
    return _whole(a.n) if a.n == b.n else f"{_whole(a.n)} / {_whole(b.n)}"


def _whole(n: int) -> str:
    return f"{n:,}".replace(",", "\u202f")


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def _bounds(low: float, high: float) -> str:
    return f"[{_signed(low)} ; {_signed(high)}]"


# ---------------------------------------------------------------- JSON


def _keys(keys: Sequence[Key]) -> list[dict[str, str]]:
    return [{"tenant": tenant, "id": name} for tenant, name in keys]


def _metric(check: Check) -> dict[str, Any]:
    compared, found = check.compared, check.compared.difference
    return {
        "title": compared.metric.title,
        "unit": compared.metric.unit,
        "better": compared.metric.better,
        "a": _figure(found.a),
        "b": _figure(found.b),
        "difference": _finite(found.value),
        "low": _finite(found.low),
        "high": _finite(found.high),
        "test": found.test,
        "gained": None if found.changed is None else found.total.gained,
        "lost": None if found.changed is None else found.total.lost,
        "p": _finite(found.p),
        "adjusted_p": _finite(compared.adjusted_p),
        "verdict": compared.verdict,
        "calls_needed": compared.needed,
        "margin": compared.margin,
        "outcome": check.outcome,
        "faults": list(check.faults),
        "tenants": [
            {"tenant": one.tenant, **one.changed._asdict(), "adjusted_p": one.adjusted_p}
            for one in compared.spoilt
        ],
    }


def _figure(some: Figure) -> dict[str, float | int | None]:
    return {
        "value": _finite(some.value),
        "low": _finite(some.low),
        "high": _finite(some.high),
        "n": some.n,
        "unscored": some.unscored,
    }


def _finite(value: float) -> float | None:
    return None if math.isnan(value) else value
