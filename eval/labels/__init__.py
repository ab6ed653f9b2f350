"""Labels by people: given at a terminal, a second time blind to the first, or imported from reviews.

What each label means, and how the hard cases are settled, is told in `eval/README.md`.
"""

from .blind import SECOND
from .corrections import Imported, import_corrections
from .exchange import Correction, Review
from .label import FIRST, interview, label_call

__all__ = [
    "FIRST",
    "SECOND",
    "Correction",
    "Imported",
    "Review",
    "import_corrections",
    "interview",
    "label_call",
]
