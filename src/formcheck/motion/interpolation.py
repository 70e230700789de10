"""Smooth curves through samples, a filter without lag, and extrema.

They give the answers of scipy.interpolate and scipy.signal to rounding. Those two packages take 0.7 s
of processor time to load, as much as forty frames take to look at, because they bring SciPy's
optimizers, sparse matrices and statistics with them.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_banded


def spline(at: np.ndarray, values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the (W, C) values of a cubic spline through samples, NaN outside their range.

    Parameters
    ----------
    at : (N,) increasing, four or more
    values : (N, C) finite
    where : (W,)

    Notes
    -----
    Not-a-knot ends (de Boor 1978): the two outermost cubics are one. The spline may overshoot
    between samples that are far apart; use `monotone` there.
    """
    step = np.diff(at)
    slope = np.diff(values, axis=0) / step[:, None]
    first, last = step[0] + step[1], step[-1] + step[-2]
    bands = np.zeros((3, len(at)))
    bands[0, 1:] = [first, *step[:-1]]
    bands[1] = [step[1], *(2 * (step[:-1] + step[1:])), step[-2]]
    bands[2, :-1] = [*step[1:], last]
    known = np.empty_like(values, float)
    known[1:-1] = 3 * (step[1:, None] * slope[:-1] + step[:-1, None] * slope[1:])
    known[0] = ((step[0] + 2 * first) * step[1] * slope[0] + step[0] ** 2 * slope[1]) / first
    known[-1] = (step[-1] ** 2 * slope[-2] + (2 * last + step[-1]) * step[-2] * slope[-1]) / last
    slopes = solve_banded((1, 1), bands, known, overwrite_ab=True, overwrite_b=True, check_finite=False)
    return _hermite(at, values, slopes, where)


def monotone(at: np.ndarray, values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the (W, C) values of a monotone cubic (Fritsch & Butland 1984), NaN outside the samples.

    Parameters
    ----------
    at : (N,) increasing, two or more
    values : (N, C) finite
    where : (W,)

    Notes
    -----
    The slope at a sample is the weighted harmonic mean of the slopes to both neighbours.
    """
    step = np.diff(at)[:, None]
    slope = np.diff(values, axis=0) / step
    if len(at) == 2:
        return _hermite(at, values, np.repeat(slope, 2, axis=0), where)
    before, after = slope[:-1], slope[1:]
    turning = before * after <= 0
    near, far = 2 * step[1:] + step[:-1], step[1:] + 2 * step[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.where(turning, 0.0, (near + far) / (near / before + far / after))
    ends = _end(step[0], step[1], slope[0], slope[1]), _end(step[-1], step[-2], slope[-1], slope[-2])
    return _hermite(at, values, np.concatenate([ends[:1], middle, ends[1:]]), where)


def _end(step: np.ndarray, next_step: np.ndarray, slope: np.ndarray, next_slope: np.ndarray) -> np.ndarray:
    """Return the slope at an end, (C,): that of a parabola, unless it would overshoot."""
    parabola = ((2 * step + next_step) * slope - step * next_slope) / (step + next_step)
    overshoots = (slope * next_slope < 0) & (np.abs(parabola) > 3 * np.abs(slope))
    return np.where(parabola * slope <= 0, 0.0, np.where(overshoots, 3 * slope, parabola))


def _hermite(at: np.ndarray, values: np.ndarray, slopes: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the (W, C) values of the cubics with given values and slopes at their ends."""
    left = np.searchsorted(at, where, side="right").clip(1, len(at) - 1) - 1
    step = (at[left + 1] - at[left])[:, None]
    share = (where - at[left])[:, None] / step
    rest = 1 - share
    curve = (
        rest**2 * ((1 + 2 * share) * values[left] + share * step * slopes[left])
        + share**2 * ((1 + 2 * rest) * values[left + 1] - rest * step * slopes[left + 1])
    )  # fmt: skip
    inside = (where >= at[0]) & (where <= at[-1])
    return np.where(inside[:, None], curve, np.nan)


def low_pass_zero_lag(signal: np.ndarray, cut_off: float, padding: int) -> np.ndarray:
    """Filter (N, C) with a second-order Butterworth filter, forward and backward.

    Parameters
    ----------
    signal : (N, C) finite
    cut_off : half-power frequency of one pass, as a share of the sampling rate
    padding : number of samples by which both ends are first extended, by odd reflection
    """
    ahead = 2 * signal[0] - signal[padding:0:-1]
    behind = 2 * signal[-1] - signal[-2 : -2 - padding : -1]
    forward = _butterworth(np.concatenate([ahead, signal, behind]), cut_off)
    return _butterworth(forward[::-1], cut_off)[::-1][padding : padding + len(signal)]


def _butterworth(signal: np.ndarray, cut_off: float) -> np.ndarray:
    """Return (N, C) after one pass that starts at rest on the first value.

    A recursion on the two outputs before is a triangular system with three bands.
    """
    w = np.tan(np.pi * cut_off)
    scale = 1 / (1 + np.sqrt(2) * w + w**2)
    a1, a2 = 2 * scale * (w**2 - 1), scale * (1 - np.sqrt(2) * w + w**2)
    held = np.concatenate([signal[:1], signal[:1], signal])
    driven = scale * w**2 * (held[2:] + 2 * held[1:-1] + held[:-2])
    driven[0] -= (a1 + a2) * signal[0]
    driven[1] -= a2 * signal[0]
    bands = np.repeat([[1.0], [a1], [a2]], len(signal), axis=1)
    return np.asarray(solve_banded((2, 0), bands, driven, overwrite_b=True, check_finite=False))


def find_extrema(signal: np.ndarray, prominence: float) -> tuple[list[int], list[int]]:
    """Return the indices of (maxima, minima) of a (N,) signal with at least this `prominence`.

    Maxima and minima alternate; the ends of the signal count as neither. The signal rises by at least
    `prominence` before a maximum and falls by as much after it, and the other way round for a minimum.
    """
    slope = np.sign(np.diff(signal))
    extremes = np.flatnonzero(slope[:-1] * slope[1:] < 0) + 1
    maxima: list[int] = []
    minima: list[int] = []
    high = low = way = 0
    for index in [*extremes.tolist(), len(signal) - 1]:
        high = index if signal[index] > signal[high] else high
        low = index if signal[index] < signal[low] else low
        if way >= 0 and signal[high] - signal[index] >= prominence:
            maxima += [high] * way
            way, low = -1, index
        elif way <= 0 and signal[index] - signal[low] >= prominence:
            minima += [low] * -way
            way, high = 1, index
    return maxima, minima
