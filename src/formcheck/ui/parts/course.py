"""A run past the camera on the result page: speed curve, splits, every step in metres."""

from __future__ import annotations

from html import escape

from formcheck.course import RunThrough
from formcheck.report.runs import Sheet, run_sheets
from formcheck.report.speeds import speed_plot


def run_card(run: RunThrough | None) -> str:
    """Return the curve and the tables of a run; nothing without one."""
    if run is None:
        return ""
    tables = "".join(f"<h3>{escape(sheet.title)}</h3>{_table(sheet)}" for sheet in run_sheets(run))
    return f'<div class="run">{speed_plot(run.curve)}{tables}<p class="quiet">{escape(run.note)}</p></div>'


def _table(sheet: Sheet) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in sheet.head)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in sheet.rows)
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
