"""report.pdf: the report on A4, as vector graphics with a font that contains °, ± and ●."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from formcheck.report.content import PROMISE, STEP_COLUMNS, Card, Content, Refused
from formcheck.report.ink import COLOURS, FAINT, GROUND, INK, LINE, QUIET
from formcheck.report.paper_run import paper_kinogram, paper_run, paper_table
from formcheck.report.paper_svg import PLOT, film_drawing, place_svg
from formcheck.report.rows import BandBar, Group, MetricRow
from formcheck.report.runs import Sheet
from formcheck.report.sheets import MARGIN, WIDTH, Paper
from formcheck.report.svg import contact_strip, step_plot, stride_plot

PICTURE = (40.0, 62.5)  # mm, picture of a cue
GLANCE = 90.0  # mm, longer edge of the preview of a refused clip
DRAWING = 100.0  # mm, drawing of how to film
KEY = (56.0, 87.5)  # mm, key frame
PLOT_WIDTH, PLOT_HEIGHT, PLOT_HEAD = 58.0, 36.0, 8.5  # mm; the head holds title and values
GAP = 3.0
COLUMNS = (54.0, 50.0, 70.0)  # mm, columns of a scorecard row: name and value, bar, text


def paper(told: Content) -> bytes:
    """Return the report as a PDF file."""
    sheets = Paper(told.name)
    sheets.say(sheets.name, 18, bold=True)
    sheets.say(told.line, 9.5, QUIET, after=3)
    if told.refused:
        _refused(sheets, told.refused)
    else:
        _cues(sheets, told)
    for note in told.notes:
        sheets.say(f"– {note}", 8.5, QUIET, after=0.5)
    paper_run(sheets, told)
    if told.groups:
        _scorecard(sheets, told)
    _keys(sheets, told)
    paper_kinogram(sheets, told)
    _plots(sheets, told)
    _steps(sheets, told)
    sheets.ln(4)
    sheets.say(f"{PROMISE}\n{told.made_with}", 8, QUIET)
    return bytes(sheets.output())


def _refused(sheets: Paper, refused: Refused) -> None:
    sheets.heading("No measurements from this clip")
    sheets.say(refused.reason)
    if refused.glance:
        width, height = Image.open(BytesIO(refused.glance)).size
        sheets.image(BytesIO(refused.glance), w=GLANCE * min(1.0, width / height))
        sheets.set_x(MARGIN)
    sheets.heading("How to film it")
    sheets.say(refused.how_to_film)
    film_drawing(sheets, refused.view, DRAWING)


def _cues(sheets: Paper, told: Content) -> None:
    sheets.heading("What stands out")
    sheets.say(told.headline, 13, bold=True)
    for sentence in told.praise:
        sheets.say(f"● {sentence}", 10.5)
    for card in told.cards:
        _card(sheets, card)
    if not told.cards:
        sheets.say(told.calm, 11)
        if told.to_try:
            _card(sheets, told.to_try)
    if told.also:
        sheets.say("Also outside the usual range", 11, bold=True)
    for line in told.also:
        sheets.say(f"– {line}", 9.5)


def _card(sheets: Paper, card: Card) -> None:
    sheets.make_room(PICTURE[1] + 4)
    top = sheets.get_y() + 2
    left = MARGIN
    if card.picture:
        sheets.image(BytesIO(card.picture), MARGIN, top, *PICTURE)
        left += PICTURE[0] + 5
    sheets.set_xy(left, top)
    width = MARGIN + WIDTH - left
    sheets.say(card.say, 13, bold=True, width=width)
    sheets.say(card.why, 9.5, width=width)
    for line in card.practice:
        sheets.say(line, 9, width=width, after=0.2)
    sheets.say(card.drill, 9.5, bold=True, width=width, after=0.5)
    for number, step in enumerate(card.how, 1):
        sheets.say(f"{number}. {step}", 9, width=width, after=0.2)
    sheets.set_y(sheets.get_y() + 1)
    sheets.set_x(left)
    sheets.say(f"{card.sure} Seen {card.shown}.", 8, QUIET, width=width)
    bottom = top + PICTURE[1] if card.picture else 0.0
    sheets.set_xy(MARGIN, max(sheets.get_y(), bottom) + 3)


def _scorecard(sheets: Paper, told: Content) -> None:
    sheets.heading("What can still be measured" if told.refused else "All measurements")
    for group in told.groups:
        _group(sheets, group)


def _group(sheets: Paper, group: Group) -> None:
    sheets.make_room(24)
    sheets.set_xy(MARGIN, sheets.get_y() + 2)
    sheets.say(group.title, 11, bold=True, after=1)
    for row in group.rows:
        _row(sheets, row)
    for names, reason in group.missing:
        sheets.make_room(8)
        sheets.set_x(MARGIN)
        sheets.say(f"– {names}: {reason}", 8, QUIET, after=0.5)


def _row(sheets: Paper, row: MetricRow) -> None:
    """Write one metric: name and value, band bar, and the details of the value."""
    sheets.make_room(16)
    top = sheets.get_y()
    sheets.set_draw_color(*LINE)
    sheets.line(MARGIN, top, MARGIN + WIDTH, top)
    sheets.set_xy(MARGIN, top + 1.5)
    sheets.say(row.name, 9, width=COLUMNS[0], after=0.3)
    sheets.say(row.value, 11, bold=True, width=COLUMNS[0], after=0)
    left_end = sheets.get_y()
    if row.bar:
        _bar(sheets, row.bar, row.colour, MARGIN + COLUMNS[0] + GAP, top + 3.5)
    sheets.set_xy(MARGIN + COLUMNS[0] + COLUMNS[1] + 2 * GAP, top + 1.5)
    if row.state:
        sheets.say(row.state, 8.5, bold=True, width=COLUMNS[2], after=0.2)
    sheets.say(row.behind, 8, width=COLUMNS[2], after=0.2)
    if row.range:
        sheets.say(row.range, 7.5, QUIET, width=COLUMNS[2], after=0)
    sheets.set_xy(MARGIN, max(sheets.get_y(), left_end) + 1.8)


def _bar(sheets: Paper, bar: BandBar, colour: str, left: float, top: float) -> None:
    """Draw the range as a light block, the interval as a line, and the value as a dot."""

    def x(share: float) -> float:
        return left + COLUMNS[1] * share / 100

    sheets.block(left, top + 2.2, COLUMNS[1], 0.4, LINE)
    sheets.block(x(bar.band[0]), top, x(bar.band[1]) - x(bar.band[0]), 4.8, FAINT["inside"], 1.2)
    sheets.block(x(bar.interval[0]), top + 1.95, max(0.4, x(bar.interval[1]) - x(bar.interval[0])), 0.9, INK)
    for radius, ink in ((1.9, GROUND), (1.5, COLOURS[colour])):
        sheets.set_fill_color(*ink)
        sheets.ellipse(x(bar.value) - radius, top + 2.4 - radius, 2 * radius, 2 * radius, "F")


def _keys(sheets: Paper, told: Content) -> None:
    if not told.keys:
        return
    sheets.heading("Key moments", room=16 + KEY[1])
    for place, (title, jpeg) in enumerate(told.keys):
        if place % 3 == 0:
            sheets.make_room(KEY[1] + 7)
            top = sheets.get_y()
        left = MARGIN + (place % 3) * (KEY[0] + 6)
        sheets.image(BytesIO(jpeg), left, top, *KEY, alt_text=title)
        if place % 3 == 2 or place == len(told.keys) - 1:
            sheets.set_xy(MARGIN, top + KEY[1] + 4)
    if told.keys_words:
        sheets.say(told.keys_words, 8, QUIET)


def _plots(sheets: Paper, told: Content) -> None:
    if told.timeline:
        sheets.heading(f"Ground contacts, first {told.timeline_s:.3g} s")
        strip = contact_strip(told.timeline, told.timeline_s, told.cadence)
        top = sheets.get_y()
        sheets.set_xy(MARGIN, top + place_svg(sheets, strip, PLOT, MARGIN, top, WIDTH) + GAP)
        sheets.say(_legend(told), 8, QUIET)
    strides = [(plot.title, plot.unit, stride_plot(plot)) for plot in told.stride_plots]
    _grid(sheets, "The average stride", strides)
    steps = [(plot.title, plot.words, step_plot(plot, told.seconds, told.near)) for plot in told.step_plots]
    _grid(sheets, "Step by step", steps)


def _legend(told: Content) -> str:
    near = told.near or "left"
    far = "right" if near == "left" else "left"
    nearer = ", nearer to the camera" if told.near else ""
    cadence = f" Cadence {told.cadence}." if told.cadence else ""
    return f"Amber: {near} leg{nearer}. Sky: {far} leg. Ends fade over their 95 % interval.{cadence}"


def _grid(sheets: Paper, title: str, plots: Sequence[tuple[str, str, str]]) -> None:
    """Arrange plots in three columns; each has a title, words and SVG."""
    if not plots:
        return
    sheets.heading(title, room=20 + PLOT_HEIGHT)
    for k, plot in enumerate(plots):
        if k % 3 == 0:
            sheets.make_room(PLOT_HEIGHT + GAP)
            top = sheets.get_y()
        _plot(sheets, *plot, MARGIN + (k % 3) * (PLOT_WIDTH + GAP), top)
        if k % 3 == 2 or k == len(plots) - 1:
            sheets.set_xy(MARGIN, top + PLOT_HEIGHT + GAP)


def _plot(sheets: Paper, title: str, words: str, svg: str, x: float, y: float) -> None:
    sheets.letters(7.5, bold=True)
    sheets.text(x, y + 3.4, title)
    sheets.letters(7, QUIET)
    sheets.text(x, y + 6.9, words)
    place_svg(sheets, svg, PLOT, x, y + PLOT_HEAD, PLOT_WIDTH)


def _steps(sheets: Paper, told: Content) -> None:
    if not told.steps:
        return
    sheets.heading("Every step", room=30)
    paper_table(sheets, Sheet("", STEP_COLUMNS, told.steps))
