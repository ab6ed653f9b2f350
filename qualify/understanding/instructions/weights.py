"""The learned part of judging instructions as one file of arrays, read and written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from qualify import weights as files
from qualify.errors import EngineError
from qualify.understanding.similarity import Array, Lexicon

from . import InstructionModel
from .forbidden import COLUMNS, ForbiddenModel
from .slips import KINDS, SlipHeads
from .wanted import DONE_COLUMNS, LIMITED_COLUMNS, OPEN_COLUMNS, OUTCOMES, WantedModel

FOLDER = "instructions"
"""The folder of `models/` that the recipe and the weights are in."""
_SHAPES = {
    "slips_bias": (len(KINDS),),
    "forbidden": (COLUMNS,),
    "done": (DONE_COLUMNS,),
    "limited": (LIMITED_COLUMNS, len(OUTCOMES)),
    "open": (OPEN_COLUMNS, len(OUTCOMES)),
    "breaks_from": (),
}


def shipped(lexicon: Lexicon) -> InstructionModel:
    """The model that the package ships; EngineError where the installation lacks it."""
    return read(files.shipped(FOLDER, "weights.npz"), lexicon)


def write(path: Path, model: InstructionModel) -> None:
    """Write a model to `path`, without its lexicon; slips in half precision."""
    heads, wanted = model.forbidden.heads, model.wanted
    np.savez_compressed(
        path,
        marks=np.asarray(list(heads.weights)),
        slips=np.asarray(list(heads.weights.values()), dtype=np.float16),
        slips_bias=heads.bias,
        forbidden=model.forbidden.weights,
        breaks_from=np.float32(model.forbidden.breaks_from),
        done=wanted.done,
        limited=wanted.limited,
        open=wanted.open,
    )


def read(path: Path, lexicon: Lexicon) -> InstructionModel:
    """The model of a weights file; EngineError where it holds something else."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            part = {name: np.asarray(stored[name]) for name in (*_SHAPES, "marks", "slips")}
    except (*files.UNREADABLE, ValueError, zipfile.BadZipFile) as error:
        raise EngineError(
            f"« {path} » ne contient pas de poids utilisables. Remède : relancer la recette du même dossier."
        ) from error
    expected = {**_SHAPES, "slips": (len(part["marks"]), len(KINDS))}
    if any(part[name].shape != shape for name, shape in expected.items()):
        raise EngineError(f"« {path} » vient d'une autre version. Remède : relancer la recette.")
    return _model(part, lexicon)


def _model(part: dict[str, Array], lexicon: Lexicon) -> InstructionModel:
    slips = part["slips"].astype(np.float32)
    heads = SlipHeads(dict(zip(part["marks"].tolist(), slips, strict=True)), part["slips_bias"])
    return InstructionModel(
        WantedModel(lexicon, part["done"], part["limited"], part["open"]),
        ForbiddenModel(lexicon, heads, part["forbidden"], float(part["breaks_from"])),
    )
