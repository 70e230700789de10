"""Data of the report's plots: values per step, average stride, contacts over time; no graphics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.course import Z95
from formcheck.metrics import METRICS
from formcheck.metrics.joint_curves import Curve, curves
from formcheck.metrics.judgement import judge
from formcheck.types import Analysis, Measurement, Side
from formcheck.wording import plus_minus_text, unit_text

FEWEST = 4  # minimum number of values or strides for a plot
PHASES = np.linspace(0, 1, 51)
ODD_STRIDE = 1.4  # times the median: a longer stride contains a missed contact
SEEN_SHARE = 0.8  # minimum visible share of the frames of a stride
ROOM = 0.12  # share of the plot height left free above and below
LEAST_SHARE = 0.01  # of the value: the height of a curve that never changes, so that its ticks can be read
SAME_S = 1e-3
SHARES = (2, 98)  # percentiles of the values that set the scale of a plot


@dataclass(frozen=True)
class Dot:
    """The value of one step; `side` is None if it belongs to no foot."""

    time: float  # s on the timebase of the clip
    value: float
    side: Side | None


@dataclass(frozen=True)
class StepPlot:
    """The values of one metric, step by step."""

    title: str
    words: str  # value, interval and unit
    unit: str
    dots: tuple[Dot, ...]
    low: float  # lower end of the scale
    high: float
    middle: float  # value of the clip
    band: tuple[float | None, float | None] | None

    def holds(self, dot: Dot) -> bool:
        """Return whether a dot is within the scale; others are drawn hollow at its edge."""
        return self.low <= dot.value <= self.high


@dataclass(frozen=True, eq=False)
class StrideLine:
    """A curve averaged over strides, from initial contact to the next one of the same foot."""

    side: Side
    near: bool
    mean: np.ndarray  # (51,)
    spread: np.ndarray  # (51,) standard deviation between strides
    strides: int
    toe_off: float  # share of the stride; NaN = unknown


@dataclass(frozen=True, eq=False)
class StridePlot:
    """One angle over the average stride, with one line for each measured side."""

    title: str
    unit: str
    lines: tuple[StrideLine, ...]
    low: float
    high: float

    @property
    def near_line(self) -> StrideLine | None:
        """The line of the leg nearer to the camera; None = it was not seen well enough."""
        return next((line for line in self.lines if line.near), None)


@dataclass(frozen=True, eq=False)
class StridePair:
    """One angle over the average stride of the same runner or another in two clips, each from its near leg."""

    title: str
    unit: str
    first: StrideLine
    second: StrideLine
    low: float
    high: float


@dataclass(frozen=True)
class ContactBar:
    """One ground contact, in s on the timebase of the clip, with 95 % half-widths of its ends."""

    side: Side
    near: bool
    start: float
    end: float
    start_sure: float
    end_sure: float


def step_plots(analysis: Analysis) -> tuple[StepPlot, ...]:
    """Return a plot for each metric measured at four or more steps, in table order."""
    sides = {step.contact: step.side for step in analysis.steps}
    shown = (each for each in analysis.measurements.values() if each.measured and len(each.samples) >= FEWEST)
    return tuple(_step_plot(each, sides, analysis) for each in shown)


def _step_plot(measurement: Measurement, sides: dict[float, Side], analysis: Analysis) -> StepPlot:
    norm = judge(measurement).norm
    dots = tuple(
        Dot(analysis.on_clip_clock(time), value, _side_at(time, sides))
        for time, value in zip(measurement.times, measurement.samples)
        if np.isfinite(value)
    )
    band = norm.band if norm else None
    low, high = _scale([dot.value for dot in dots], band, (measurement.low, measurement.high))
    return StepPlot(
        METRICS[measurement.metric].name, plus_minus_text(measurement), unit_text(measurement.unit), dots,
        low, high, measurement.value, band,
    )  # fmt: skip


def _side_at(time: float, sides: dict[float, Side]) -> Side | None:
    """Return the foot with initial contact at a time; None for values without a contact."""
    if time in sides:
        return sides[time]
    return next((side for contact, side in sides.items() if abs(contact - time) < SAME_S), None)


def _scale(
    values: Sequence[float],
    band: tuple[float | None, float | None] | None = None,
    interval: tuple[float, float] = (np.inf, -np.inf),
) -> tuple[float, float]:
    """Return a scale that includes nearly all values, the interval, and the nearer end of the range.

    Including the interval keeps small noise from filling the plot.
    """
    low, high = np.percentile([value for value in values if np.isfinite(value)], SHARES)
    low, high = min(low, interval[0]), max(high, interval[1])
    ends = [end for end in band or () if end is not None]
    inside = [end for end in ends if low <= end <= high]
    if ends and not inside:
        nearest = min(ends, key=lambda end: min(abs(end - low), abs(end - high)))
        low, high = min(low, nearest), max(high, nearest)
    room = ROOM * max(float(high - low), LEAST_SHARE * max(abs(low), abs(high)), 1e-6)
    return float(low - room), float(high + room)


def stride_plots(analysis: Analysis) -> tuple[StridePlot, ...]:
    """Return the curves of a clip averaged over its strides, with both legs in one plot per angle."""
    motion = analysis.motion
    if motion is None or motion.near_side is None:
        return ()
    near = motion.near_side
    far: Side = "right" if near == "left" else "left"
    found: dict[str, list[tuple[StrideLine, Curve]]] = {}
    for curve in curves(analysis):
        side = near if curve.near else far
        line = _average(curve, side, analysis)
        if line is not None:
            found.setdefault(curve.name.split(",")[0], []).append((line, curve))
    return tuple(_stride_plot(title, lines) for title, lines in found.items())


def stride_pairs(first: Analysis, second: Analysis) -> tuple[StridePair, ...]:
    """Return the angles that two clips both show over a stride of the leg nearer to the camera."""
    others = {plot.title: plot for plot in stride_plots(second)}
    pairs = (
        (plot, plot.near_line, others[plot.title].near_line)
        for plot in stride_plots(first)
        if plot.title in others
    )
    return tuple(
        StridePair(plot.title, plot.unit, one, other, *_scale([*_edges(one), *_edges(other)]))
        for plot, one, other in pairs
        if one is not None and other is not None
    )


def _edges(line: StrideLine) -> list[float]:
    return [*(line.mean - line.spread), *(line.mean + line.spread)]


def _stride_plot(title: str, lines: list[tuple[StrideLine, Curve]]) -> StridePlot:
    low, high = _scale([value for line, _ in lines for value in _edges(line)])
    return StridePlot(title, lines[0][1].unit, tuple(line for line, _ in lines), low, high)  # fmt: skip


def _average(curve: Curve, side: Side, analysis: Analysis) -> StrideLine | None:
    """Return the mean of a curve over the strides of one foot, by share of the stride."""
    steps = [step for step in analysis.steps if step.side == side]
    starts = np.array([analysis.on_clip_clock(step.contact) for step in steps])
    if len(starts) <= FEWEST:
        return None
    usual = float(np.median(np.diff(starts)))
    folded = [
        _folded(curve, analysis.track.time, start, end)
        for start, end in zip(starts, starts[1:])
        if end - start < ODD_STRIDE * usual
    ]
    whole = np.array([stride for stride in folded if stride is not None])
    if len(whole) < FEWEST:
        return None
    off = float(np.nanmedian([step.duration for step in steps] or [np.nan]))
    return StrideLine(
        side, curve.near, whole.mean(0), whole.std(0, ddof=1), len(whole), analysis.on_clip_clock(off) / usual
    )


def _folded(curve: Curve, times: np.ndarray, start: float, end: float) -> np.ndarray | None:
    """Return a curve at 51 shares of one stride; None if too little of it is visible."""
    inside = (times >= start) & (times <= end)
    seen = inside & np.isfinite(curve.values)
    if not inside.any() or seen.sum() < max(FEWEST, SEEN_SHARE * inside.sum()):
        return None
    around = np.isfinite(curve.values)
    return np.asarray(np.interp(start + PHASES * (end - start), times[around], curve.values[around]))


def contact_bars(analysis: Analysis) -> tuple[ContactBar, ...]:
    """Return the complete contacts of a clip on its timebase."""
    on = analysis.on_clip_clock
    return tuple(
        ContactBar(
            step.side, step.near, on(step.contact), on(step.toe_off),
            Z95 * on(np.nan_to_num(step.contact_sd)), Z95 * on(np.nan_to_num(step.toe_off_sd)),
        )
        for step in analysis.steps
        if np.isfinite(step.toe_off)
    )  # fmt: skip


def first_seconds(found: Sequence[ContactBar], seconds: float) -> tuple[ContactBar, ...]:
    """Return the contacts that start within the first `seconds` of a clip, cut at that time."""
    return tuple(replace(each, end=min(each.end, seconds)) for each in found if each.start < seconds)
