"""One stride: a kinogram of six moments, the mean stride of both legs, and the path of the feet."""

from __future__ import annotations

from html import escape

from formcheck.draw.stride_moments import StrideMoment
from formcheck.report.plots import StridePlot
from formcheck.types import Analysis
from formcheck.wording import capital


def stride_section(
    analysis: Analysis, moments: tuple[StrideMoment, ...], plots: tuple[StridePlot, ...]
) -> str:
    """Return the section; empty if the clip shows no whole step."""
    if not moments:
        return ""
    count = max((line.strides for plot in plots for line in plot.lines), default=0)
    title = f"One stride, averaged over {count}" if count else "Key moments"
    return (
        f'<section class="stride" aria-label="One stride"><h2>{title}</h2>'
        f'<div class="strip">{"".join(_moment(k, each) for k, each in enumerate(moments))}</div>{_curves(plots)}</section>'
    )


def _moment(place: int, moment: StrideMoment) -> str:
    words = capital(moment.words)
    return (
        f'<button type="button" class="moment" data-seek="{moment.time:.4f}" data-moment="{place}">'
        f'<img alt="" width="192" height="240" loading="lazy"><span>{escape(words)}</span></button>'
    )


def _curves(plots: tuple[StridePlot, ...]) -> str:
    if not plots:
        return ""
    options = "".join(f'<option value="{k}">{escape(plot.title)}</option>' for k, plot in enumerate(plots))
    usual = next((k for k, plot in enumerate(plots) if plot.title.startswith("Knee")), 0)
    options = options.replace(f'value="{usual}"', f'value="{usual}" selected')
    return (
        '<div class="mean"><div class="picked"><label>Mean stride of '
        f'<select class="pick">{options}</select></label>'
        '<span class="key"><i class="near"></i><b class="near-name"></b> <i class="far"></i><b class="far-name"></b>'
        '<span class="then" hidden><i class="ghost"></i>other clip</span></span></div>'
        '<div class="plot" data-plot="mean"></div></div>'
        '<figure class="loops"><div class="plot" data-plot="loop"></div>'
        "<figcaption>Path of the feet, seen from the hips</figcaption></figure>"
    )
