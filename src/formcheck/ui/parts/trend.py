"""One metric over sessions: values with their intervals, in front of the reference range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import isfinite

from formcheck.history.progress import change_text
from formcheck.metrics import METRICS
from formcheck.metrics.compare import difference
from formcheck.metrics.judgement import judge
from formcheck.metrics.metric import Norm
from formcheck.ui.parts.history import PastValue
from formcheck.wording import decimals, interval_text, plus_minus_text, range_text, unit_text

WIDTH, HEIGHT, PAD = 320, 120, 12
OPEN_ROOM = 0.3  # of the span, beyond the open end of a range


def trend_card(metric: str, values: Sequence[PastValue]) -> str:
    """Return the card of one metric: name, latest value, and the plot of all sessions."""
    name, told = METRICS[metric].name, plus_minus_text(values[-1].measurement)
    norm = judge(values[-1].measurement).norm
    words = change_words(values) + (f" Range {range_text(norm)}." if norm else "")
    return (
        f'<section class="card"><div class="head"><span>{escape(name)}</span><b>{escape(told)}</b></div>'
        f"{_picture(metric, values)}{_days(values)}<small>{escape(words)}</small></section>"
    )


def _days(values: Sequence[PastValue]) -> str:
    """Return the first and the last day, for the axis below the plot."""
    days = dict.fromkeys(f"{each.when:%-d %b}" for each in (values[0], values[-1]))
    return f'<div class="days">{"".join(f"<span>{day}</span>" for day in days)}</div>'


def change_words(values: Sequence[PastValue]) -> str:
    """Return what changed since the first session, and whether it exceeds the difference between clips."""
    first, last = values[0], values[-1]
    if len(values) < 2:
        return f"{first.when:%-d %b %Y}. One session so far."
    change = difference(first.measurement, last.measurement)
    if change is None:
        return f"Since {first.when:%-d %b %Y}: not to be compared."
    if round(change.change, decimals(change.needed)) == 0:
        return f"Since {first.when:%-d %b %Y}: no change."
    verdict = "real" if change.real else "within the noise"
    return f"Since {first.when:%-d %b %Y}: {change_text(change)}, {verdict}."


def _picture(metric: str, values: Sequence[PastValue]) -> str:
    norm = judge(values[-1].measurement).norm
    bottom, top = _limits(values, norm)
    scale = (HEIGHT - 2 * PAD) / ((top - bottom) or 1.0)

    def y(value: float) -> float:
        return HEIGHT - PAD - (min(max(value, bottom), top) - bottom) * scale

    def x(index: int) -> float:
        return WIDTH / 2 if len(values) == 1 else PAD + index * (WIDTH - 2 * PAD) / (len(values) - 1)

    parts = [_range(y(norm.low), y(norm.high))] if norm else []
    line = " ".join(f"{x(k):.1f},{y(each.measurement.value):.1f}" for k, each in enumerate(values))
    parts.append(f'<polyline points="{line}"/>')
    parts += [_point(x(k), each, y) for k, each in enumerate(values)]
    spoken = f"{METRICS[metric].name} over {len(values)} sessions. {change_words(values)}"
    return (
        f'<svg class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(spoken)}">'
        f"{''.join(parts)}</svg>"
    )


def _limits(values: Sequence[PastValue], norm: Norm | None) -> tuple[float, float]:
    """Return the limits of the plot: all intervals and the range, with room where the range is open."""
    ends = [end for end in (norm.low, norm.high) if isfinite(end)] if norm else []
    bottom = min([each.measurement.low for each in values] + ends)
    top = max([each.measurement.high for each in values] + ends)
    room = OPEN_ROOM * (top - bottom) if norm else 0.0
    return (
        bottom - (room if norm and not isfinite(norm.low) else 0.0),
        top + (room if norm and not isfinite(norm.high) else 0.0),
    )


def _range(low: float, high: float) -> str:
    return f'<rect class="range" x="0" width="{WIDTH}" y="{high:.1f}" height="{max(0.0, low - high):.1f}"/>'


def _point(x: float, each: PastValue, y: Callable[[float], float]) -> str:
    measurement = each.measurement
    words = f"{each.when:%-d %b %Y}, {each.clip}: {interval_text(measurement)}{unit_text(measurement.unit)}"
    return (
        f'<g><title>{escape(words)}</title><path d="M{x:.1f} {y(measurement.low):.1f}V{y(measurement.high):.1f}"/>'
        f'<circle cx="{x:.1f}" cy="{y(measurement.value):.1f}" r="4.5"/></g>'
    )
