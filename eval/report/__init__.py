"""The report of a run that opens from disk: one HTML file, in French, for a supervisor.

    report_html(cases, run=run, ceiling=ceiling, agreement=agreement, costs=costs)

One file a part of the page: page (the whole), provenance, headline, figures, confusion, reliability, risk,
slices, calls; `html.py` is what all of them write with, and what keeps a transcript's words from becoming
markup.
"""

from .page import report_html

__all__ = ["report_html"]
