"""Changes during a long run: values per minute, slopes, and signs of fatigue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95
from formcheck.metrics import METRICS
from formcheck.metrics.uncertainty import BLOCK, SEED, effective_n, few_steps
from formcheck.types import Measurement

SHORTEST_S = 60.0  # of running: too short for a trend below this
WINDOW_S = 10.0
MOST_WINDOWS = 120  # the windows of a longer run are longer
FEWEST_WINDOWS = 5
FEWEST_IN_WINDOW = 3  # steps or strides
DRAWS = 400
FEWEST_SIGNS = 2  # a single sign is no finding


@dataclass(frozen=True)
class Trend:
    """How one metric changes from the beginning to the end of a clip."""

    metric: str
    unit: str
    minutes: tuple[float, ...]  # values of minute 1, 2, ...; NaN = not measured
    slope: float  # unit per minute, Theil-Sen
    low: float  # unit per minute, 95 % interval
    high: float
    start: float  # value of the fitted line at the beginning
    change: float  # over the clip, in `unit`

    @property
    def steady(self) -> bool:
        """Whether the interval of the slope includes zero."""
        return self.low <= 0 <= self.high

    @property
    def real(self) -> bool:
        """Whether the change exceeds chance and the smallest detectable change."""
        return not self.steady and abs(self.change) > METRICS[self.metric].smallest_change


def trends(measurements: Mapping[str, Measurement]) -> tuple[Trend, ...]:
    """Return the trend of every metric with values over at least a minute.

    Parameters
    ----------
    measurements : those of one clip, with the samples and times of their steps
    """
    found = (trend(each) for each in measurements.values())
    return tuple(each for each in found if each is not None)


def trend(measurement: Measurement) -> Trend | None:
    """Return the trend of one metric, None for less than a minute or too few samples."""
    times, values = np.array(measurement.times), np.array(measurement.samples)
    if len(times) == 0 or np.ptp(times) < SHORTEST_S - WINDOW_S:
        return None
    window = max(WINDOW_S, np.ptp(times) / MOST_WINDOWS)
    middle, median = window_medians(times, values, window)
    if len(middle) < FEWEST_WINDOWS:
        return None
    slope = theil_sen(middle, median)
    low, high = slope_interval(middle, median)
    start = float(np.median(median - slope * (middle - times.min())))
    return Trend(
        measurement.metric, measurement.unit, by_minute(times, values), 60 * slope,
        60 * min(low, slope), 60 * max(high, slope), start, slope * float(np.ptp(times)),
    )  # fmt: skip


def window_medians(times: np.ndarray, values: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean time and median value of each window with enough samples."""
    number = ((times - times.min()) / width).astype(int)
    full = [number == k for k in range(number.max() + 1) if (number == k).sum() >= FEWEST_IN_WINDOW]
    return np.array([times[w].mean() for w in full]), np.array([np.median(values[w]) for w in full])


def by_minute(times: np.ndarray, values: np.ndarray) -> tuple[float, ...]:
    """Return the median of each minute of the clip."""
    minute = (times / 60).astype(int)
    return tuple(
        float(np.median(values[minute == k])) if (minute == k).any() else np.nan
        for k in range(minute.max() + 1)
    )


def theil_sen(times: np.ndarray, values: np.ndarray) -> float:
    """Return the median slope over all pairs (Theil 1950, Sen 1968): robust against outliers."""
    i, j = np.triu_indices(len(times), 1)
    apart = times[j] - times[i]
    use = apart > 0
    return float(np.median((values[j] - values[i])[use] / apart[use])) if use.any() else 0.0


def slope_interval(times: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of the slope, by a block bootstrap of the residuals with a fixed seed.

    Blocks of neighbouring windows keep slow variations of the runner in the error. The error
    is at least that of a least-squares line through the effective number of independent
    windows, and is widened for few windows.
    """
    slope = theil_sen(times, values)
    left_over = values - slope * times
    left_over = left_over - np.median(left_over)
    count = len(times)
    rng = np.random.default_rng(SEED)
    starts = rng.integers(0, count, (DRAWS, -(-count // BLOCK)))
    index = (starts[:, :, None] + np.arange(BLOCK)).reshape(DRAWS, -1)[:, :count] % count
    slopes = np.array([theil_sen(times, slope * times + left_over[row]) for row in index])
    worth = effective_n(left_over)
    line = np.std(left_over, ddof=2) / (np.std(times) * np.sqrt(worth))
    half = Z95 * few_steps(worth) * max(float(np.std(slopes)), float(line))
    return slope - half, slope + half


def fatigue_signs(found: tuple[Trend, ...]) -> tuple[Trend, ...]:
    """Return the trends that are signs of fatigue, or none if there are fewer than two.

    The directions are those of reviews of fatigued running. Individuals differ, and
    experienced runners often keep their form at constant speed, so a single sign is no finding.
    """
    signs = tuple(each for each in found if each.real and is_sign(each))
    return signs if len(signs) >= FEWEST_SIGNS else ()


def is_sign(each: Trend) -> bool:
    """Return whether a trend is large enough, and in the direction, of a sign of fatigue."""
    fatigue = METRICS[each.metric].fatigue
    if fatigue is None:
        return False
    change = 100 * each.change / each.start if fatigue.relative else each.change
    return bool(change >= fatigue.change if fatigue.change > 0 else change <= fatigue.change)
