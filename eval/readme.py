"""Writes the README's figures from reports and cards, so that none is typed by hand.

python -m qualify.eval.readme README.md
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BY_TAG = re.compile(r"^by tag:\n(?:  .*\n)*", re.MULTILINE)
BLOCK = re.compile(r"(<!-- figures:(\S+) -->\n).*?(<!-- /figures -->)", re.DOTALL)


def speech(folder: Path) -> str:
    """The embedded checkpoint's errors, engine by engine."""
    known: dict[str, Any] = json.loads(
        (folder / "speech-fr-nano" / "metrics.json").read_text(encoding="utf-8")
    )
    lines = [
        "| | word errors | character errors | dictated numbers right | wrong and sure | n |",
        "|---|---|---|---|---|---|",
    ]
    for key, name in (("embedded_engine", "embedded engine"), ("stock_whisper", "stock openai-whisper")):
        f = known[key]
        cells = f"{f['word_errors']:.1%} | {f['character_errors']:.1%} | {f['numbers_right']:.0%} | "
        cells += f"{f['numbers_wrong_and_sure']:.0%}"
        n = f"{f['utterances']} utterances, {f['numbers']} numbers"
        lines.append(f"| {name} | {cells} | {n} |")
    u = known["unclear_parties"]
    review = (
        f"Of {u['lost_parties']} parties with more than half of their words wrong (whispers, robots, noise "
        f"as loud as the speech) {u['lost_parties_flagged']:.0%} are said to be unclear; of "
        f"{u['followed_parties']} with less than a quarter wrong, {u['followed_parties_flagged']:.0%}."
    )
    return "\n".join(lines) + f"\n\nMaterial: {known['material']}. {review}\n"


def report(name: str) -> str:
    """A benchmark's report as it was printed, without the figures by tag."""
    text = (ROOT / "eval" / "reports" / f"{name}.txt").read_text(encoding="utf-8")
    return f"```\n{BY_TAG.sub('', text)}```\n"


def refreshed(readme: str) -> str:
    """The README's text with each figures block made anew."""

    def block(found: re.Match[str]) -> str:
        name = found.group(2)
        return (
            found.group(1) + (speech(ROOT / "models") if name == "speech" else report(name)) + found.group(3)
        )

    return BLOCK.sub(block, readme)


def main() -> None:
    """Refresh the file named on the command line."""
    path = Path(sys.argv[1])
    path.write_text(refreshed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
