"""The plots of the report as SVG: small, with direct labels; style sheet or paper give the classes their colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import numpy as np
from markupsafe import Markup

from formcheck.report.plots import PHASES, ContactBar, StepPlot, StrideLine, StridePair, StridePlot
from formcheck.wording import number

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 36, 310, 10, 122
INSET = 6  # px, distance of dots from the ends of their axis
STRIP_WIDTH, ROW = 720, 26
SHORTEST_BAR = 1.0  # px
Scale = Callable[[float], float]


def contact_strip(found: Sequence[ContactBar], seconds: float, cadence: str) -> Markup:
    """Return the timeline of ground contacts in two rows; ends fade over their 95 % interval."""
    left, width = 24.0, STRIP_WIDTH - 44.0

    def x(time: float) -> float:
        return left + width * min(max(time / seconds, 0.0), 1.0)

    bars = "".join(_bar(each, x) for each in found)
    ticks = "".join(
        f'<text x="{x(second):.1f}" y="76" text-anchor="middle">{second} s</text>'
        for second in range(0, int(seconds) + 1, max(1, round(seconds / 8)))
    )
    words = f"Ground contacts of the first {seconds:.3g} s: {len(found)} steps. {cadence}"
    return Markup(
        f'<svg class="strip" viewBox="0 0 {STRIP_WIDTH} 82" role="img" aria-label="{escape(words)}">'
        f'<text x="4" y="22">L</text><text x="4" y="52">R</text>'
        f'<path class="axis" d="M{left} 17H{left + width}M{left} 47H{left + width}"/>{bars}{ticks}</svg>'
    )


def _bar(contact: ContactBar, x: Scale) -> str:
    top = 4 if contact.side == "left" else 34
    css = "near" if contact.near else "far"
    outer = x(contact.start - contact.start_sure), x(contact.end + contact.end_sure)
    inner = x(contact.start + contact.start_sure), x(contact.end - contact.end_sure)
    parts = [(outer, f"{css} faint"), (inner, css)]
    return "".join(
        f'<rect class="{name}" x="{a:.1f}" y="{top}" width="{max(SHORTEST_BAR, b - a):.1f}" height="{ROW}"/>'
        for (a, b), name in parts
        if b > a
    )


def step_plot(plot: StepPlot, seconds: float, near: str | None) -> Markup:
    """Return one metric step by step: dots for steps, a line for the clip's value, a block for the range."""

    def x(time: float) -> float:
        return LEFT + INSET + (RIGHT - LEFT - 2 * INSET) * time / seconds

    y = _scale(plot.low, plot.high)
    dots = "".join(
        f'<circle class="{_css(dot.side, near)}{"" if plot.holds(dot) else " beyond"}" '
        f'cx="{x(dot.time):.1f}" cy="{y(dot.value):.1f}" r="3.5"/>'
        for dot in plot.dots
    )
    middle = f'<path class="middle" d="M{LEFT} {y(plot.middle):.1f}H{RIGHT}"/>'
    ends = f'<text x="{LEFT}" y="140">0 s</text><text x="{RIGHT}" y="140" text-anchor="end">{seconds:.1f} s</text>'
    words = f"{plot.title}, step by step: {plot.words}, {len(plot.dots)} values."
    return plot_svg(
        words, _band(plot.band, plot.low, plot.high) + axis(plot.low, plot.high) + middle + dots + ends
    )


def stride_plot(plot: StridePlot) -> Markup:
    """Return one angle over the average stride; the light band is the sd between strides."""
    y = _scale(plot.low, plot.high)
    lines = "".join(_stride_line(line, y, "near" if line.near else "far") for line in plot.lines)
    labels = _labels(plot, y) if len(plot.lines) > 1 else ""
    words = f"{plot.title} over the average of {plot.lines[0].strides} strides."
    return plot_svg(words, axis(plot.low, plot.high) + lines + labels + _moments(plot.lines[0].toe_off))


def stride_pair_plot(pair: StridePair) -> Markup:
    """Return one angle over the average strides of two clips; the light bands are the sd between strides."""
    y = _scale(pair.low, pair.high)
    lines = _stride_line(pair.first, y, "first") + _stride_line(pair.second, y, "second")
    words = (
        f"{pair.title} over the average stride: {pair.first.strides} strides of the first clip, "
        f"{pair.second.strides} of the second."
    )
    return plot_svg(words, axis(pair.low, pair.high) + lines + _moments(pair.first.toe_off))


def _moments(off: float) -> str:
    """Return the words below a stride, with the moment of toe-off where it is known."""
    ends = f'<text x="{LEFT}" y="140">landing</text><text x="{RIGHT}" y="140" text-anchor="end">next landing</text>'
    if np.isfinite(off) and 0.15 < off < 0.7:
        place = LEFT + (RIGHT - LEFT) * off
        ends += f'<path class="axis" d="M{place:.1f} {TOP}V{BOTTOM}"/><text x="{place:.1f}" y="140" text-anchor="middle">toe-off</text>'
    return ends


def _stride_line(line: StrideLine, y: Scale, css: str) -> str:
    xs = LEFT + (RIGHT - LEFT) * PHASES
    upper = [f"{a:.1f},{y(b):.1f}" for a, b in zip(xs, line.mean + line.spread)]
    lower = [f"{a:.1f},{y(b):.1f}" for a, b in zip(xs, line.mean - line.spread)]
    middle = " ".join(f"{a:.1f},{y(b):.1f}" for a, b in zip(xs, line.mean))
    return (
        f'<polygon class="{css} spread" points="{" ".join(upper + lower[::-1])}"/>'
        f'<polyline class="{css} line" points="{middle}"/>'
    )


def _labels(plot: StridePlot, y: Scale) -> str:
    """Label each line at its maximum: the earlier one on the left, the later one on the right."""
    found = []
    for place, line in enumerate(sorted(plot.lines, key=lambda line: int(np.argmax(line.mean)))):
        top = int(np.argmax(line.mean))
        away, anchor = (-8, "end") if place == 0 else (8, "start")
        x = LEFT + (RIGHT - LEFT) * PHASES[top] + away
        row = max(TOP + 8, y(float(line.mean[top])))
        found.append(
            f'<text class="name" x="{x:.1f}" y="{row:.1f}" text-anchor="{anchor}">{line.side}</text>'
        )
    return "".join(found)


def _scale(low: float, high: float) -> Scale:
    def y(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return BOTTOM - (BOTTOM - TOP) * share

    return y


def round_ticks(low: float, high: float) -> tuple[float, ...]:
    """Return two to four round numbers within a scale."""
    rough = (high - low) / 3
    power = 10 ** np.floor(np.log10(rough))
    step = float(power * min((1, 2, 5, 10), key=lambda factor: abs(factor * power - rough)))
    first = np.ceil(low / step) * step
    return tuple(float(tick) for tick in np.arange(first, high, step))


def tick_text(tick: float, ticks: Sequence[float]) -> str:
    """Return a tick label with as many decimals as the tick spacing needs."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else abs(tick) or 1.0
    return number(tick, max(0, -int(np.floor(np.log10(step) + 1e-9))))


def axis(low: float, high: float) -> str:
    """Return the lines and numbers of a vertical scale."""
    y, ticks = _scale(low, high), round_ticks(low, high)
    return "".join(
        f'<path class="axis" d="M{LEFT} {y(tick):.1f}H{RIGHT}"/>'
        f'<text x="{LEFT - 4}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick_text(tick, ticks)}</text>'
        for tick in ticks
    )


def _band(band: tuple[float | None, float | None] | None, low: float, high: float) -> str:
    if band is None:
        return ""
    y = _scale(low, high)
    bottom = y(low if band[0] is None else band[0])
    top = y(high if band[1] is None else band[1])
    return (
        f'<rect class="range" x="{LEFT}" y="{top:.1f}" width="{RIGHT - LEFT}" height="{bottom - top:.1f}"/>'
    )


def _css(side: str | None, near: str | None) -> str:
    if side is None:
        return "both"
    return "near" if side == (near or "left") else "far"


def plot_svg(words: str, inside: str) -> Markup:
    """Return a plot with its description for screen readers."""
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(words)}">{inside}</svg>'
    )
