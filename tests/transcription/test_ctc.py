"""The prefix beam search against the definition of CTC, spelled out by brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.transcription.ctc import BLANK, align, candidates


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    """What a path of classes reads: repeats once, then blanks away."""
    once = [c for c, before in zip(path, (None, *path), strict=False) if c != before]
    return tuple(c for c in once if c != BLANK)


def by_definition(log_probs: np.ndarray) -> dict[tuple[int, ...], float]:
    """Each label sequence's probability: the sum over all paths that read it."""
    frames, classes = log_probs.shape
    total: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(classes), repeat=frames):
        p = math.exp(sum(float(log_probs[t, c]) for t, c in enumerate(path)))
        total[collapsed(path)] = total.get(collapsed(path), 0.0) + p
    return total


def log_softmax(rows: list[list[float]]) -> np.ndarray:
    x = np.array(rows, np.float32)
    return x - np.log(np.exp(x).sum(1, keepdims=True))


logits = st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(logits)
def test_a_wide_beam_finds_the_likeliest_sequence_and_its_probability(rows: list[list[float]]) -> None:
    log_probs = log_softmax(rows)
    exact = by_definition(log_probs)
    found = candidates(log_probs, beam=200, least=-50)
    assert {labels for labels, _ in found} == set(exact)
    for labels, score in found:
        assert math.exp(score) == pytest.approx(exact[labels], rel=1e-4)
    assert exact[found[0][0]] == pytest.approx(max(exact.values()), rel=1e-4)


def test_candidates_come_best_first_and_no_more_than_the_beam() -> None:
    log_probs = log_softmax([[0, 2, 1], [1, 0, 2], [0, 1, 1]])
    found = candidates(log_probs, beam=3)
    assert len(found) == 3
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)


def test_silence_reads_as_nothing() -> None:
    log_probs = log_softmax([[9, 0, 0]] * 6)
    assert candidates(log_probs)[0][0] == ()


@settings(max_examples=60, deadline=None)
@given(logits)
def test_alignment_follows_the_best_single_path_through_the_labels(rows: list[list[float]]) -> None:
    log_probs = log_softmax(rows)
    labels = candidates(log_probs, beam=200, least=-50)[0][0]
    begun = align(log_probs, labels)
    assert begun == sorted(begun)
    paths = [p for p in itertools.product(range(3), repeat=len(rows)) if collapsed(p) == labels]
    best = max(sum(float(log_probs[t, c]) for t, c in enumerate(p)) for p in paths)
    reading = [
        [t for t, c in enumerate(p) if c != BLANK and (t == 0 or p[t - 1] != c)]
        for p in paths
        if sum(float(log_probs[t, c]) for t, c in enumerate(p)) >= best - 1e-5
    ]
    assert begun in reading
