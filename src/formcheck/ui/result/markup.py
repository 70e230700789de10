"""The result page's markup, in the order a runner reads it."""

from __future__ import annotations

from formcheck.coaching.summary import summary
from formcheck.draw.stride_moments import stride_moments
from formcheck.files.templates import filled
from formcheck.report.plots import stride_plots
from formcheck.types import Analysis
from formcheck.ui.result.hero import action_card, also, hero, lead
from formcheck.ui.result.sections import sections
from formcheck.ui.result.stride import stride_section
from formcheck.ui.result.tiles import tiles
from formcheck.ui.result.unlock import unlock


def markup(analysis: Analysis, label: str) -> str:
    """Return the page of a measured clip, without what needs its files; external content is escaped."""
    told = summary(analysis)
    return filled(
        "ui/templates/result/page.html",
        lead=lead(analysis, told, label),
        hero=hero(analysis),
        action=action_card(analysis, told),
        tiles=tiles(analysis),
        also=also(told),
        stride=stride_section(stride_moments(analysis), stride_plots(analysis)),
        unlock=unlock(analysis),
        sections=sections(analysis),
    )
