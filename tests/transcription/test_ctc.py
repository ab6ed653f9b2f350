"""The prefix scores and the alignment against the definition of CTC, spelled out by brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.transcription.ctc import BLANK, Prefixes, align, extended, extensions


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
    x = np.array(rows)
    return x - np.log(np.exp(x).sum(1, keepdims=True))


logits = st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=1, max_size=5)


def prefixes_of(log_probs: np.ndarray, labels: tuple[int, ...]) -> Prefixes:
    """The one prefix `labels`, grown label by label."""
    found = Prefixes.empty(log_probs)
    for label in labels:
        found = extended(found, np.array([0]), np.array([label]), log_probs)
    return found


@settings(max_examples=60, deadline=None)
@given(logits)
def test_a_sequences_probability_is_the_sum_over_its_paths(rows: list[list[float]]) -> None:
    log_probs = log_softmax(rows)
    for labels, probability in by_definition(log_probs).items():
        whole = prefixes_of(log_probs, labels).whole()[0]
        assert math.exp(whole) == pytest.approx(probability, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(logits)
def test_a_beginnings_probability_is_the_sum_over_all_that_begin_so(rows: list[list[float]]) -> None:
    log_probs = log_softmax(rows)
    exact = by_definition(log_probs)
    for labels in [(), (1,), (2,), (1, 2), (1, 1)]:
        scores = extensions(prefixes_of(log_probs, labels), log_probs)[0]
        for label in (1, 2):
            beginning = (*labels, label)
            wanted = sum(p for said, p in exact.items() if said[: len(beginning)] == beginning)
            assert math.exp(scores[label]) == pytest.approx(wanted, abs=1e-9)


def test_no_label_is_a_blank() -> None:
    log_probs = log_softmax([[3, 0, 0], [3, 0, 0]])
    assert extensions(Prefixes.empty(log_probs), log_probs)[0, BLANK] == -np.inf


def test_many_prefixes_are_followed_at_once() -> None:
    log_probs = log_softmax([[0, 2, 1], [1, 0, 2], [0, 1, 1], [2, 1, 0]])
    one = extended(Prefixes.empty(log_probs), np.array([0, 0]), np.array([1, 2]), log_probs)
    two = extended(one, np.array([1, 0, 0]), np.array([1, 1, 2]), log_probs)
    singly = [prefixes_of(log_probs, labels).whole()[0] for labels in [(2, 1), (1, 1), (1, 2)]]
    assert two.whole() == pytest.approx(singly)


@settings(max_examples=60, deadline=None)
@given(logits)
def test_alignment_follows_the_best_single_path_through_the_labels(rows: list[list[float]]) -> None:
    log_probs = log_softmax(rows)
    exact = by_definition(log_probs)
    labels = max(exact, key=lambda said: exact[said])
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
