"""A run past the camera on the result page: speed curve, splits, every step in metres."""

from __future__ import annotations

from html import escape

from formcheck.course import RunThrough
from formcheck.report.page import sheet_table
from formcheck.report.runs import run_sheets
from formcheck.report.speeds import speed_plot


def run_card(run: RunThrough | None) -> str:
    """Return the curve and the tables of a run; nothing without one."""
    if run is None:
        return ""
    tables = "".join(f"<h3>{escape(sheet.title)}</h3>{sheet_table(sheet)}" for sheet in run_sheets(run))
    return f'<div class="run">{speed_plot(run.curve)}{tables}<p class="quiet">{escape(run.note)}</p></div>'
