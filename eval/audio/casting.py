"""Who speaks a call, and over what line: drawn from the call's and the tenant's ids, so always the same.

The agent of a tenant keeps one voice, as the same person answers its line; the caller has another. The
voices are espeak-ng's that the embedded checkpoint was never trained on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from typing import Any

from qualify.dataset import CallFile

ACCENTS = ("fr-fr", "fr-fr", "fr-fr", "fr-be", "fr-ch")
"""Drawn from with these weights: most callers are from France."""


@dataclass(frozen=True)
class Voice:
    """A synthetic speaker; `rate_wpm` in words a minute, `pitch` from 0 to 99."""

    accent: str
    variant: str
    rate_wpm: int
    pitch: int


@dataclass(frozen=True)
class Side:
    """One party of a call: its voice, and how far its speech stands above its line's noise (decibels)."""

    voice: Voice
    snr_db: int


@dataclass(frozen=True)
class Cast:
    """All that the words of a call leave open of its recording; times in seconds."""

    agent_channel: int
    """0 (left) or 1 (right)."""
    pause_s: float
    """Silence between two turns."""
    tail_s: float
    """Silence after the last turn."""
    seed: int
    """Of the simulated line."""
    agent: Side
    caller: Side

    def settings(self) -> dict[str, Any]:
        """As `examples/make_audio.py` reads it."""
        return asdict(self)


def cast(tenant: str, call: str, variants: Sequence[str]) -> Cast:
    """The cast of a call, by the ids of the call and its tenant; the two parties differ in `variants`."""
    desk, line = random.Random(tenant), random.Random(f"{tenant}/{call}")
    agent = Side(_voice(desk, variants, slowest=145, fastest=165), snr_db=desk.randint(30, 36))
    others = [variant for variant in variants if variant != agent.voice.variant]
    return Cast(
        agent_channel=desk.randint(0, 1),
        pause_s=round(line.uniform(0.3, 0.8), 2),
        tail_s=0.8,
        seed=line.randrange(10_000),
        agent=agent,
        caller=Side(_voice(line, others, slowest=135, fastest=175), snr_db=line.randint(20, 32)),
    )


def _voice(rng: random.Random, variants: Sequence[str], *, slowest: int, fastest: int) -> Voice:
    accent, variant = rng.choice(ACCENTS), rng.choice(variants)
    return Voice(accent, variant, rate_wpm=rng.randint(slowest, fastest), pitch=rng.randint(35, 65))


def first_calls(calls: Sequence[CallFile], *, each: int) -> list[CallFile]:
    """The first `each` calls of every tenant, by id: nobody has chosen them by how they sound."""
    ordered = sorted(calls, key=lambda file: (file.tenant, file.path.stem))
    by_tenant = groupby(ordered, key=lambda file: file.tenant)
    return [file for _, files in by_tenant for file in islice(files, each)]
