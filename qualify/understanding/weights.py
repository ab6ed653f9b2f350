"""The learned parts of understanding as one file of weights, read and written."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from qualify import weights as files
from qualify.errors import EngineError
from qualify.understanding.intent import COLUMNS as INTENT_COLUMNS
from qualify.understanding.intent import IntentModel
from qualify.understanding.kinds import KindHead, Kinds
from qualify.understanding.matcher import Matcher, Side
from qualify.understanding.similarity import Array, Lexicon, Memory, WordHead
from qualify.understanding.urgency import COLUMNS as URGENCY_COLUMNS
from qualify.understanding.urgency import UrgencyModel

FOLDER = "intent-first"
"""The folder of `models/` that the recipe and the weights are in."""


@dataclass(frozen=True)
class Models:
    """All that was learned, and the hash of the file it came from."""

    intent: IntentModel
    urgency: UrgencyModel
    sha256: str


@lru_cache(maxsize=2)
def shipped() -> Models:
    """The models that the package ships, read once; EngineError where the installation lacks them."""
    return read(files.shipped(FOLDER, "weights.pt"))


def write(path: Path, intent: IntentModel, urgency: UrgencyModel) -> None:
    """Write the two models, which share one lexicon, to `path`; vectors in half precision."""
    lexicon = intent.lexicon
    state = {
        "tokens": list(lexicon.index),
        "vectors": _half(lexicon.vectors),
        "token_weights": torch.from_numpy(lexicon.weights),
        "intent": {
            "memory": _memory_state(intent.memory),
            "kinds": {
                "written": _kind_state(intent.kinds.written),
                "spoken": _kind_state(intent.kinds.spoken),
            },
            "heads": {name: _head_state(head) for name, head in intent.heads.items()},
            "weights": torch.from_numpy(intent.weights),
            "matcher": _matcher_state(intent.matcher, lexicon),
        },
        "urgency": {
            "meets": _memory_state(urgency.meets),
            "misses": _memory_state(urgency.misses),
            "heads": {name: _head_state(head) for name, head in urgency.heads.items()},
            "weights": torch.from_numpy(urgency.weights),
        },
    }
    torch.save(state, path)


def read(path: Path) -> Models:
    """The models of a weights file; EngineError where there is none, or it holds something else."""
    if not path.is_file():
        raise EngineError(f"Poids introuvables : « {path} ». Les entraîner avec la recette du même dossier.")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        _check(path, state)
        return _models(state, files.sha256_of(path))
    except _UNUSABLE as error:
        raise EngineError(
            f"« {path} » ne contient pas de poids utilisables. Remède : relancer la recette du même dossier."
        ) from error


_UNUSABLE = (
    pickle.UnpicklingError, EOFError, OSError, RuntimeError,
    LookupError, TypeError, ValueError, AttributeError,
)  # fmt: skip
"""What reading raises where a file is cut off or garbage, or lacks a part of what `write` writes."""


def _models(state: dict[str, Any], sha256: str) -> Models:
    lexicon = Lexicon(
        {token: row for row, token in enumerate(state["tokens"])},
        _array(state["vectors"]),
        _array(state["token_weights"]),
    )
    intent, urgency = state["intent"], state["urgency"]
    matcher = _matcher(intent["matcher"], lexicon)
    return Models(
        IntentModel(
            lexicon,
            _memory(intent["memory"]),
            Kinds(written=_kind(intent["kinds"]["written"]), spoken=_kind(intent["kinds"]["spoken"])),
            matcher,
            _heads(intent["heads"]),
            _array(intent["weights"]),
        ),
        UrgencyModel(
            lexicon,
            matcher,
            _memory(urgency["meets"]),
            _memory(urgency["misses"]),
            _heads(urgency["heads"]),
            _array(urgency["weights"]),
        ),
        sha256,
    )


def _check(path: Path, state: dict[str, Any]) -> None:
    """EngineError where the weights are not those of the features that this version computes."""
    expected = {
        ("intent", "weights"): INTENT_COLUMNS,
        ("urgency", "weights"): URGENCY_COLUMNS,
    }
    for (model, name), columns in expected.items():
        if len(state[model][name]) != columns:
            raise EngineError(f"« {path} » vient d'une autre version. Remède : relancer la recette.")


def _array(tensor: torch.Tensor) -> Array:
    return np.asarray(tensor.float().numpy(), dtype=np.float32)


def _half(array: Array) -> torch.Tensor:
    return torch.from_numpy(array).half()


def _memory_state(memory: Memory) -> dict[str, torch.Tensor]:
    return {"written": _half(memory.written), "spoken": _half(memory.spoken)}


def _memory(state: dict[str, torch.Tensor]) -> Memory:
    return Memory(_array(state["written"]), _array(state["spoken"]))


def _matcher_state(matcher: Matcher, lexicon: Lexicon) -> dict[str, Any]:
    """The lexicon's tokens come first among the matcher's pieces and are not written twice."""
    return {
        "pairs": list(matcher.index)[len(lexicon.index) :],
        "vectors": _half(matcher.vectors),
        "said": _side_state(matcher.said),
        "written": _side_state(matcher.written),
        "intent_mix": torch.from_numpy(matcher.intent_mix),
        "rule_mix": torch.from_numpy(matcher.rule_mix),
    }


def _matcher(state: dict[str, Any], lexicon: Lexicon) -> Matcher:
    return Matcher(
        {piece: row for row, piece in enumerate([*lexicon.index, *state["pairs"]])},
        _array(state["vectors"]),
        _side(state["said"]),
        _side(state["written"]),
        _array(state["intent_mix"]),
        _array(state["rule_mix"]),
    )


def _side_state(side: Side) -> dict[str, torch.Tensor]:
    return {"map": _half(side.map), "shift": _half(side.shift), "log_weights": _half(side.log_weights)}


def _side(state: dict[str, torch.Tensor]) -> Side:
    return Side(_array(state["map"]), _array(state["shift"]), _array(state["log_weights"]))


def _kind_state(head: KindHead) -> dict[str, Any]:
    return {
        "tokens": list(head.index),
        "weights": _half(head.weights),
        "bias": torch.from_numpy(head.bias),
    }


def _kind(state: dict[str, Any]) -> KindHead:
    index = {token: row for row, token in enumerate(state["tokens"])}
    return KindHead(index, _array(state["weights"]), _array(state["bias"]))


def _head_state(head: WordHead) -> dict[str, Any]:
    return {
        "tokens": list(head.weights),
        "weights": torch.tensor(list(head.weights.values())).half(),
        "bias": head.bias,
    }


def _heads(state: dict[str, dict[str, Any]]) -> dict[str, WordHead]:
    return {name: _head(head) for name, head in state.items()}


def _head(state: dict[str, Any]) -> WordHead:
    return WordHead(
        dict(zip(state["tokens"], state["weights"].float().tolist(), strict=True)), float(state["bias"])
    )
