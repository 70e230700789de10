"""A run past the camera on the result page: speed curve, splits, every step in metres."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from formcheck.course import RunThrough
from formcheck.report.page import sheet_table
from formcheck.report.runs import Sheet, compared_sheets, run_sheets
from formcheck.report.speeds import speed_plot


def run_card(run: RunThrough | None) -> str:
    """Return the curve and the tables of a run; nothing without one."""
    if run is None:
        return ""
    return f'<div class="run">{speed_plot(run.curve)}{_tables(run_sheets(run))}<p class="quiet">{escape(run.note)}</p></div>'


def compared_card(before: RunThrough | None, after: RunThrough | None) -> str:
    """Return the tables of two runs past cones place for place; nothing where there is nothing to compare."""
    sheets = compared_sheets(before, after)
    return f'<div class="run">{_tables(sheets)}</div>' if sheets else ""


def _tables(sheets: Sequence[Sheet]) -> str:
    return "".join(f"<h3>{escape(sheet.title)}</h3>{sheet_table(sheet)}" for sheet in sheets)
