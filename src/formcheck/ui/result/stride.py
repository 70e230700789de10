"""One stride: a kinogram of six moments, the mean stride of both legs, and the path of the feet."""

from __future__ import annotations

from markupsafe import Markup

from formcheck.draw.stride_moments import StrideMoment
from formcheck.files.templates import part
from formcheck.report.plots import StridePlot
from formcheck.wording import capital


def stride_section(moments: tuple[StrideMoment, ...], plots: tuple[StridePlot, ...]) -> Markup:
    """Return the section; empty if the clip shows no whole step."""
    if not moments:
        return Markup()
    count = max((line.strides for plot in plots for line in plot.lines), default=0)
    title = f"One stride, averaged over {count}" if count else "Key moments"
    usual = next((k for k, plot in enumerate(plots) if plot.title.startswith("Knee")), 0)
    shown = [(each.time, capital(each.words)) for each in moments]
    return part("ui/templates/result/stride.html", "stride", title, shown, plots, usual)
