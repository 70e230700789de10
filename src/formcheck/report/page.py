"""report.html: one self-contained file without network access or scripts."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

from markupsafe import Markup

from formcheck.files.templates import filled, part
from formcheck.report.content import PROMISE, STEP_COLUMNS, Content
from formcheck.report.drawings import drawing
from formcheck.report.runs import Sheet
from formcheck.report.speeds import speed_plot
from formcheck.report.svg import contact_strip, step_plot, stride_plot


@cache
def _style() -> Markup:
    return Markup(Path(__file__).with_name("report.css").read_text(encoding="utf-8"))


def page(told: Content) -> str:
    """Return the report as one HTML document."""
    return filled(
        "report/templates/page.html",
        told=told,
        style=_style(),
        promise=PROMISE,
        data=_data,
        drawing=drawing,
        speeds=None if told.speeds is None else speed_plot(told.speeds),
        strip=contact_strip(told.timeline, told.timeline_s, told.cadence),
        stride_plots=[(plot, stride_plot(plot)) for plot in told.stride_plots],
        strides=max((line.strides for plot in told.stride_plots for line in plot.lines), default=0),
        step_plots=[(plot, step_plot(plot, told.seconds, told.near)) for plot in told.step_plots],
        sided=any(dot.side for plot in told.step_plots for dot in plot.dots),
        steps=Sheet("", STEP_COLUMNS, told.steps),
    )


def sheet_table(sheet: Sheet) -> Markup:
    """Return a sheet as a table that scrolls sideways where it is too wide."""
    return part("report/templates/tables.html", "sheet_table", sheet)


def _data(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
