"""What a run past the camera adds to report.pdf: speed over the ground, its tables, and the kinogram."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from formcheck.report.content import Content
from formcheck.report.ink import GROUND, LINE, QUIET
from formcheck.report.paper_svg import PLOT, place_svg
from formcheck.report.runs import Sheet
from formcheck.report.sheets import MARGIN, WIDTH, Paper
from formcheck.report.speeds import speed_plot

CURVE_WIDTH = 90.0  # mm, curve of the speed
LETTERS = 7.0  # pt, in a table; a step has ten columns
LINE_HEIGHT = 4.2  # mm
NARROWEST, WIDEST = 9, 48  # letters of a column


def paper_run(sheets: Paper, told: Content) -> None:
    """Write the section on speed over the ground; nothing where the clip shows no run past the camera."""
    if not told.run:
        return
    sheets.heading("Speed over the ground", room=60)
    svg = "" if told.speeds is None else speed_plot(told.speeds)
    if svg:
        top = sheets.get_y()
        sheets.set_xy(MARGIN, top + place_svg(sheets, svg, PLOT, MARGIN, top, CURVE_WIDTH) + 2)
    for sheet in told.run:
        sheets.make_room(24)
        sheets.say(sheet.title, 11, bold=True, after=1)
        paper_table(sheets, sheet)
    sheets.say(told.run_note, 8, QUIET)


def paper_table(sheets: Paper, sheet: Sheet) -> None:
    """Write a table of text over the width of the sheet; its head stands again on every page."""
    sheets.letters(LETTERS)
    sheets.set_draw_color(*LINE)
    sheets.set_fill_color(*GROUND)  # cells take the pen's colour of before
    with sheets.table(
        [sheet.head, *sheet.rows], width=int(WIDTH), align="LEFT", line_height=LINE_HEIGHT, padding=(0.5, 1),
        borders_layout="HORIZONTAL_LINES", text_align="LEFT", col_widths=_shares(sheet),
    ):  # fmt: skip
        pass
    sheets.set_xy(MARGIN, sheets.get_y() + 3)


def _shares(sheet: Sheet) -> tuple[int, ...]:
    """Return the width of each column as the letters of its longest cell, within bounds."""
    longest = (max(map(len, column)) for column in zip(sheet.head, *sheet.rows))
    return tuple(min(max(letters, NARROWEST), WIDEST) for letters in longest)


def paper_kinogram(sheets: Paper, told: Content) -> None:
    """Place the kinogram over the width of the sheet."""
    if told.kinogram is None:
        return
    wide, high = Image.open(BytesIO(told.kinogram)).size
    height = WIDTH * high / wide
    sheets.heading("Kinogram", room=16 + height)
    sheets.image(
        BytesIO(told.kinogram),
        MARGIN,
        sheets.get_y(),
        WIDTH,
        alt_text="Five instants of a step onto each foot",
    )
    sheets.set_xy(MARGIN, sheets.get_y() + height + 3)
