"""One metric over sessions: values with their intervals, in front of the reference range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, floor, isfinite, log10

from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.history.progress import change_text
from formcheck.metrics import METRICS
from formcheck.metrics.compare import Difference, difference
from formcheck.metrics.judgement import judge
from formcheck.metrics.metric import Norm
from formcheck.ui.parts.history import PastValue
from formcheck.wording import decimals, interval_text, number, plus_minus_text, range_text, unit_text

WIDTH, HEIGHT, PAD = 260, 132, 12
AXIS = 44  # left of the plot, for the numbers
MOST_TICKS = 4
MOST_NAMED = 3  # changes named in the sentence
TOUCHES = 1e-9  # of a step: a tick at the very edge of the scale counts
OPEN_ROOM = 0.3  # of the span, beyond the open end of a range


def trend_card(metric: str, values: Sequence[PastValue]) -> Markup:
    """Return the card of one metric: name, latest value, and the plot of all sessions."""
    name, told = METRICS[metric].name, plus_minus_text(values[-1].measurement)
    norm = judge(values[-1].measurement).norm
    words = change_words(values) + (f" Range {range_text(norm)}." if norm else "")
    days = dict.fromkeys(when_words(each, values) for each in (values[0], values[-1]))
    return part("ui/templates/trend.html", "trend_card", name, told, _picture(metric, values), days, words)


def when_words(value: PastValue, among: Sequence[PastValue]) -> str:
    """Return the day of a session, with the time of day where another session was on the same day."""
    same = sum(each.when.date() == value.when.date() for each in among)
    return f"{value.when:%-d %b, %H:%M}" if same > 1 else f"{value.when:%-d %b}"


def tick_values(bottom: float, top: float) -> tuple[float, ...]:
    """Return a few round numbers within a scale, for its axis."""
    rough = (top - bottom) / MOST_TICKS
    if not rough > 0:
        return (bottom,)
    power = 10.0 ** floor(log10(rough))
    steps = [size * power for size in (1, 2, 5, 10, 20)]
    step = next(each for each in steps if top / each - bottom / each <= MOST_TICKS)
    first = ceil(bottom / step - TOUCHES)
    return tuple(step * k for k in range(first, floor(top / step + TOUCHES) + 1))


def change_words(values: Sequence[PastValue]) -> str:
    """Return what changed since the first session, and whether it exceeds the difference between clips."""
    first, last = values[0], values[-1]
    if len(values) < 2:
        return f"{first.when:%-d %b %Y}. One session so far."
    change = difference(first.measurement, last.measurement)
    if change is None:
        return f"Since {first.when:%-d %b %Y}: cannot be compared."
    if round(change.change, decimals(change.needed)) == 0:
        return f"Since {first.when:%-d %b %Y}: no change."
    verdict = "real" if change.real else "within the noise"
    return f"Since {first.when:%-d %b %Y}: {change_text(change)}, {verdict}."


def _picture(metric: str, values: Sequence[PastValue]) -> Markup:
    norm = judge(values[-1].measurement).norm
    bottom, top = _limits(values, norm)
    scale = (HEIGHT - 2 * PAD) / ((top - bottom) or 1.0)

    def y(value: float) -> float:
        return HEIGHT - PAD - (min(max(value, bottom), top) - bottom) * scale

    def x(index: int) -> float:
        room = WIDTH - AXIS - 2 * PAD
        return AXIS + PAD + (room / 2 if len(values) == 1 else index * room / (len(values) - 1))

    parts = [_range(y(norm.low), y(norm.high))] if norm else []
    ticks = tick_values(bottom, top)
    parts += [_tick(each, y(each), ticks) for each in ticks]
    line = " ".join(f"{x(k):.1f},{y(each.measurement.value):.1f}" for k, each in enumerate(values))
    parts.append(f'<polyline points="{line}"/>')
    parts += [_point(x(k), each, y) for k, each in enumerate(values)]
    spoken = f"{METRICS[metric].name} over {len(values)} sessions. {change_words(values)}"
    return Markup(
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


def _tick(value: float, y: float, among: Sequence[float]) -> str:
    """Return one number of the axis and its line across the plot."""
    digits = 0 if len(among) < 2 else max(0, -floor(log10(among[1] - among[0]) + TOUCHES))
    return (
        f'<path class="tick" d="M{AXIS} {y:.1f}H{WIDTH}"/>'
        f'<text x="{AXIS - 6}" y="{y + 5:.1f}" text-anchor="end">{escape(number(value, digits))}</text>'
    )


def _range(low: float, high: float) -> str:
    return f'<rect class="range" x="{AXIS}" width="{WIDTH - AXIS}" y="{high:.1f}" height="{max(0.0, low - high):.1f}"/>'


def _point(x: float, each: PastValue, y: Callable[[float], float]) -> str:
    measurement = each.measurement
    words = f"{each.when:%-d %b %Y, %H:%M}, {each.clip}: {interval_text(measurement)}{unit_text(measurement.unit)}"
    return (
        f'<g><title>{escape(words)}</title><path d="M{x:.1f} {y(measurement.low):.1f}V{y(measurement.high):.1f}"/>'
        f'<circle cx="{x:.1f}" cy="{y(measurement.value):.1f}" r="4.5"/></g>'
    )


def what_changed(found: Sequence[Difference], sessions: int, since: str) -> str:
    """Return one sentence on what has changed since the first session, the largest changes first.

    Parameters
    ----------
    found : each metric's difference between the first and the last session
    sessions : how many there are
    since : day of the first one, in words
    """
    if sessions < 2:
        return f"One session so far, on {since}: the next one shows what has changed."
    real = sorted((each for each in found if each.real), key=lambda each: -abs(each.change) / each.needed)
    if not real:
        return f"Since {since} nothing has changed by more than chance."
    said = [f"{METRICS[each.metric].name.lower()} ({change_text(each)})" for each in real[:MOST_NAMED]]
    rest = len(real) - len(said)
    more = f" and {rest} more" if rest else ""
    return f"Since {since} these have really changed: {', '.join(said)}{more}."
