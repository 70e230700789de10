"""What is good, said before anything else."""

from __future__ import annotations

from html import escape

from formcheck.types import Analysis


def praise(analysis: Analysis) -> str:
    """Return what is good, one line each."""
    lines = "".join(
        f'<li><span aria-hidden="true">●</span><span>{escape(each)}</span></li>' for each in analysis.praise
    )
    return f'<ul class="marks praise">{lines}</ul>' if lines else ""
