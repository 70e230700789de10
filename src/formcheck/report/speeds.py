"""The speed curve of a run past the camera as SVG."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from formcheck.course import Z95, SpeedCurve
from formcheck.report.svg import BOTTOM, LEFT, RIGHT, TOP, axis, plot_svg

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
    return plot_svg(
        words,
        f'{axis(low, high)}<polygon class="near spread" points="{band}"/>'
        f'<polyline class="near line" points="{_points(xs, y(speed))}"/>{ends}',
    )


def _limits(lowest: np.ndarray, highest: np.ndarray) -> tuple[float, float]:
    low, high = float(lowest.min()), float(highest.max())
    wider = max(MARGIN * (high - low), 0.5 * (FLATTEST_MPS - (high - low)))
    return low - wider, high + wider


def _points(xs: np.ndarray, ys: np.ndarray) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys))
