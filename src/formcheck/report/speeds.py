"""The speed curve of a run past the camera as SVG."""

from __future__ import annotations

from html import escape

import numpy as np
from markupsafe import Markup

from formcheck.course import Z95, SpeedCurve
from formcheck.report.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, round_ticks, tick_text

MARGIN = 0.15  # of the range of speeds, above and below
FLATTEST_MPS = 1.0  # a steady run must not look uneven
FEWEST_POINTS = 2


def speed_plot(curve: SpeedCurve) -> Markup:
    """Return speed over distance with its 95 % band; nothing where there is no curve."""
    known = np.isfinite(curve.speed) & np.isfinite(curve.distance) & np.isfinite(curve.sd)
    if known.sum() < FEWEST_POINTS:
        return Markup()
    order = np.argsort(curve.distance[known])
    distance, speed, half = (each[known][order] for each in (curve.distance, curve.speed, Z95 * curve.sd))
    low, high = _limits(speed - half, speed + half)
    xs = LEFT + (RIGHT - LEFT) * (distance - distance[0]) / max(float(np.ptp(distance)), 1e-9)

    def y(values: np.ndarray) -> np.ndarray:
        return np.asarray(BOTTOM - (BOTTOM - TOP) * (values - low) / (high - low))

    band = _points(xs, y(speed + half)) + " " + _points(xs[::-1], y(speed - half)[::-1])
    words = f"Speed over {np.ptp(distance):.1f} m: {speed.min():.1f} to {speed.max():.1f} m/s."
    ends = (
        f'<text x="{LEFT}" y="{TOP}">m/s</text>'
        f'<text x="{LEFT}" y="140">{distance[0]:.1f} m</text>'
        f'<text x="{RIGHT}" y="140" text-anchor="end">{distance[-1]:.1f} m</text>'
    )
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(words)}">'
        f'{_axis(low, high)}<polygon class="near spread" points="{band}"/>'
        f'<polyline class="near line" points="{_points(xs, y(speed))}"/>{ends}</svg>'
    )


def _limits(lowest: np.ndarray, highest: np.ndarray) -> tuple[float, float]:
    low, high = float(lowest.min()), float(highest.max())
    wider = max(MARGIN * (high - low), 0.5 * (FLATTEST_MPS - (high - low)))
    return low - wider, high + wider


def _points(xs: np.ndarray, ys: np.ndarray) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys))


def _axis(low: float, high: float) -> str:
    ticks = round_ticks(low, high)
    rows = [BOTTOM - (BOTTOM - TOP) * (tick - low) / (high - low) for tick in ticks]
    return "".join(
        f'<path class="axis" d="M{LEFT} {row:.1f}H{RIGHT}"/>'
        f'<text x="{LEFT - 4}" y="{row + 4:.1f}" text-anchor="end">{tick_text(tick, ticks)}</text>'
        for tick, row in zip(ticks, rows)
    )
