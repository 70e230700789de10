"""The lag after which a signal repeats: one search for the scene, before any cleaning, and for the metrics."""

from __future__ import annotations

import numpy as np

DEEP_ENOUGH = 0.8  # of the highest peak: the first lag this likely is one step, not a multiple of it


def repeat_lag(signal: np.ndarray, lags: np.ndarray, sign: float, fewest: int) -> tuple[float, float]:
    """Return the lag (samples) after which a signal repeats, and the correlation there; NaN and 0 = none.

    Parameters
    ----------
    signal : (N,) about zero, NaN = not seen
    lags : (L,) int, the lags to try, consecutive and rising
    sign : -1 if the signal changes sign after this lag (legs), +1 if it repeats (vertical oscillation)
    fewest : samples that both halves must share

    Notes
    -----
    Of lags with similar correlation the shortest is used, so that two steps never count as one.
    """
    likeness = np.array([sign * correlation(signal[lag:], signal[:-lag], fewest) for lag in lags])
    best = first_high_peak(likeness)
    if best is None:
        return np.nan, 0.0
    return float(lags[best] + vertex(*likeness[best - 1 : best + 2])), float(likeness[best])


def correlation(a: np.ndarray, b: np.ndarray, fewest: int) -> float:
    """Return the cosine similarity of two signals over the samples where both are finite; 0 if too few."""
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < fewest:
        return 0.0
    power = float(np.sqrt(np.sum(a[both] ** 2) * np.sum(b[both] ** 2)))
    return float(np.sum(a[both] * b[both]) / power) if power > 0 else 0.0


def first_high_peak(values: np.ndarray) -> int | None:
    """Return the first positive peak that is nearly as high as the highest, None if there is none."""
    peaks = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:])) + 1
    peaks = peaks[values[peaks] > 0]
    if len(peaks) == 0:
        return None
    return int(peaks[values[peaks] >= DEEP_ENOUGH * values[peaks].max()][0])


def vertex(a: float, b: float, c: float) -> float:
    """Return the offset (-0.5..0.5 samples from the middle one) of the extremum of a parabola."""
    bend = a - 2 * b + c
    return float(np.clip(0.5 * (a - c) / bend, -0.5, 0.5)) if bend else 0.0
