"""Speaks the first calls of every tenant of a data set, beside their files.

    python -m qualify.eval.audio DATASET [--each 2]

Needs Debian's espeak-ng, and scipy. Two parties with synthetic voices, a channel each, 8 kHz, over the
simulated telephone line of the examples; the same calls give the same files. Figures measured on them must
say that the voices are synthetic.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from qualify.examples.make_audio import Espeak, recording  # type: ignore[import-not-found]
from qualify.models.voices import HELD_OUT_VARIANTS  # type: ignore[import-not-found]

from qualify.dataset import Dataset

from .casting import cast, first_calls
from .opus import RATE_HZ, write_opus


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--each", type=int, default=2, help="calls of each tenant, the first by id")
    options = parser.parse_args()
    espeak = Espeak()
    for file in first_calls(Dataset.open(options.dataset).calls, each=options.each):
        call = json.loads(file.path.read_text(encoding="utf-8"))
        drawn = cast(file.tenant, file.path.stem, HELD_OUT_VARIANTS)
        samples = recording(call, drawn.settings(), espeak)
        write_opus(file.path.with_suffix(".ogg"), samples)
        sys.stdout.write(f"{file.path.stem}.ogg: {samples.shape[1] / RATE_HZ:.0f} s\n")


if __name__ == "__main__":
    main()
