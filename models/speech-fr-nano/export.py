"""Step 3 of the recipe: write the released files from a training run.

    python models/speech-fr-nano/export.py RUN

`weights.pt` is a stock openai-whisper checkpoint (`whisper.load_model` reads it) in half precision: the
embedding is expanded to 51,865 rows, those of unused tokens zero, and the archive is deflated, which
makes them free. `ctc.pt` holds the CTC head and the Whisper token ids of its classes (class 0 is the blank).
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from tokens import WHISPER_VOCABULARY, Tokens  # noqa: E402
from train import Nano  # noqa: E402


def main(run: Path) -> None:
    """See the module's docstring."""
    tokens = Tokens.load()
    net = Nano(tokens)
    state = torch.load(run / "state.pt", weights_only=True)
    net.load_state_dict(state["net"])
    weights = {name: value.half() for name, value in net.whisper.state_dict().items()}
    small = weights["decoder.token_embedding.weight"]
    embedding = torch.zeros(WHISPER_VOCABULARY, small.shape[1], dtype=torch.float16)
    embedding[torch.tensor(tokens.whisper_ids)] = small
    weights["decoder.token_embedding.weight"] = embedding
    dims = {**vars(net.whisper.dims), "n_vocab": WHISPER_VOCABULARY}
    raw = run / "weights.raw"
    torch.save({"dims": dims, "model_state_dict": weights}, raw)
    deflate(raw, HERE / "weights.pt")
    head = {"weight": net.ctc.weight.half(), "bias": net.ctc.bias.half(), "token_ids": tokens.text_ids}
    torch.save(head, HERE / "ctc.pt")
    print(
        f"step {state['step']}, {state['spent_s'] / 60:.0f} min: {(HERE / 'weights.pt').stat().st_size / 1e6:.1f} MB"
    )


def deflate(source: Path, target: Path) -> None:
    """Rewrite a torch archive compressed, its entries' times fixed so that the same weights give the same bytes."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name), compresslevel=9)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
