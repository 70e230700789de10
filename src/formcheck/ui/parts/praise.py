"""What is good, said before anything else."""

from __future__ import annotations

from formcheck.types import Analysis
from formcheck.ui.parts.check import mark


def praise(analysis: Analysis) -> str:
    """Return what is good, one line each."""
    lines = "".join(mark("●", each) for each in analysis.praise)
    return f'<ul class="marks praise">{lines}</ul>' if lines else ""
