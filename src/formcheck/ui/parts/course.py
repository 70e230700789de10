"""A run past the camera on the result page: speed curve, splits, every step in metres."""

from __future__ import annotations

from markupsafe import Markup

from formcheck.course import RunThrough
from formcheck.files.templates import part
from formcheck.report.runs import compared_sheets, run_sheets
from formcheck.report.speeds import speed_plot

TEMPLATE = "ui/templates/course.html"


def run_card(run: RunThrough | None) -> Markup:
    """Return the curve and the tables of a run; nothing without one."""
    if run is None:
        return Markup()
    return part(TEMPLATE, "run_card", speed_plot(run.curve), run_sheets(run), run.note)


def compared_card(before: RunThrough | None, after: RunThrough | None) -> Markup:
    """Return the tables of two runs past cones place for place; nothing where there is nothing to compare."""
    sheets = compared_sheets(before, after)
    return part(TEMPLATE, "compared_card", sheets) if sheets else Markup()
