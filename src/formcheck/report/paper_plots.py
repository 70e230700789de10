"""The plots of the report for the PDF: the same as on the page, in mm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from formcheck.report.ink import COLOURS, FAINT, INK, LINE, QUIET, RANGE
from formcheck.report.plots import PHASES, StepPlot, StrideLine, StridePlot
from formcheck.report.svg import round_ticks, tick_text

if TYPE_CHECKING:
    from formcheck.report.content import Content
    from formcheck.report.sheets import Paper

HEAD, FOOT, LEFT = 8.5, 5.0, 8.0  # mm around the axes
DOT = 0.65  # mm, radius


class Axes:
    """The position of a plot on the sheet, and its scales."""

    def __init__(self, x: float, y: float, width: float, height: float, low: float, high: float):
        self.left, self.right = x + LEFT, x + width - 2
        self.top, self.bottom = y + HEAD, y + height - FOOT
        self.low, self.high = low, high

    def x(self, share: float) -> float:
        """Return the horizontal position (mm) of a share of the time."""
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        """Return the vertical position (mm) of a value."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * share


def step_plot(
    sheets: Paper, plot: StepPlot, told: Content, x: float, y: float, width: float, height: float
) -> None:
    """Draw the values of one metric, step by step."""
    axes = Axes(x, y, width, height, plot.low, plot.high)
    if plot.band:
        low, high = plot.band
        top = axes.y(plot.high if high is None else high)
        bottom = axes.y(plot.low if low is None else low)
        sheets.block(axes.left, top, axes.right - axes.left, bottom - top, RANGE)
    _frame(sheets, axes, plot.title, plot.words, ("0 s", f"{told.seconds:.1f} s"))
    sheets.set_draw_color(*INK)
    sheets.line(axes.left, axes.y(plot.middle), axes.right, axes.y(plot.middle))
    for dot in plot.dots:
        name = "both" if dot.side is None else "near" if dot.side == (told.near or "left") else "far"
        sheets.set_fill_color(*COLOURS[name])
        sheets.set_draw_color(*COLOURS[name])
        centre = axes.x(0.02 + 0.96 * dot.time / told.seconds), axes.y(dot.value)
        style = "F" if plot.holds(dot) else "D"
        sheets.ellipse(centre[0] - DOT, centre[1] - DOT, 2 * DOT, 2 * DOT, style)


def stride_plot(sheets: Paper, plot: StridePlot, x: float, y: float, width: float, height: float) -> None:
    """Draw one angle over the average stride."""
    axes = Axes(x, y, width, height, plot.low, plot.high)
    for line in plot.lines:
        _spread(sheets, axes, line)
    _frame(sheets, axes, plot.title, plot.unit, ("landing", "next landing"))
    off = plot.lines[0].toe_off
    if np.isfinite(off) and 0.15 < off < 0.7:
        sheets.set_draw_color(*LINE)
        sheets.line(axes.x(off), axes.top, axes.x(off), axes.bottom)
        sheets.text(axes.x(off) - 4, axes.bottom + 3.2, "toe-off")
    for line in plot.lines:
        sheets.set_draw_color(*COLOURS["near" if line.near else "far"])
        sheets.set_line_width(0.6)
        sheets.polyline([(axes.x(phase), axes.y(value)) for phase, value in zip(PHASES, line.mean)])
        sheets.set_line_width(0.2)


def _spread(sheets: Paper, axes: Axes, line: StrideLine) -> None:
    upper = [(axes.x(phase), axes.y(value)) for phase, value in zip(PHASES, line.mean + line.spread)]
    lower = [(axes.x(phase), axes.y(value)) for phase, value in zip(PHASES, line.mean - line.spread)]
    sheets.set_fill_color(*FAINT["near" if line.near else "far"])
    sheets.polygon(upper + lower[::-1], style="F")


def _frame(sheets: Paper, axes: Axes, title: str, words: str, ends: tuple[str, str]) -> None:
    """Write the title, the scale and the labels of both ends."""
    sheets.letters(7.5, bold=True)
    sheets.text(axes.left - LEFT, axes.top - 5.1, title)
    sheets.letters(7, QUIET)
    sheets.text(axes.left - LEFT, axes.top - 1.6, words)
    sheets.set_draw_color(*LINE)
    sheets.letters(6.5, QUIET)
    ticks = round_ticks(axes.low, axes.high)
    for tick in ticks:
        told = tick_text(tick, ticks)
        sheets.line(axes.left, axes.y(tick), axes.right, axes.y(tick))
        sheets.text(axes.left - 1 - sheets.get_string_width(told), axes.y(tick) + 0.8, told)
    sheets.text(axes.left, axes.bottom + 3.2, ends[0])
    sheets.text(axes.right - sheets.get_string_width(ends[1]), axes.bottom + 3.2, ends[1])


def contact_strip(sheets: Paper, told: Content, x: float, y: float, width: float) -> None:
    """Draw the timeline of ground contacts in two rows; ends fade over their 95 % interval."""
    left, span = x + 6, width - 6

    def at(time: float) -> float:
        return left + span * min(max(time / told.timeline_s, 0.0), 1.0)

    for row, letter in ((y, "L"), (y + 8, "R")):
        sheets.letters(8, bold=True)
        sheets.text(x, row + 4.4, letter)
        sheets.block(left, row + 2.9, span, 0.2, LINE)
    for contact in told.timeline:
        row, name = (y if contact.side == "left" else y + 8), "near" if contact.near else "far"
        outer = at(contact.start - contact.start_sure), at(contact.end + contact.end_sure)
        inner = at(contact.start + contact.start_sure), at(contact.end - contact.end_sure)
        sheets.block(outer[0], row, max(0.2, outer[1] - outer[0]), 6, FAINT[name])
        if inner[1] > inner[0]:
            sheets.block(inner[0], row, inner[1] - inner[0], 6, COLOURS[name])
    sheets.letters(7, QUIET)
    for second in range(0, int(told.timeline_s) + 1, max(1, round(told.timeline_s / 8))):
        sheets.text(at(second) - 1.5, y + 18, f"{second} s")
