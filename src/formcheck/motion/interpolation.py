"""Smooth curves through samples: cubics that meet with equal slopes.

The curves of scipy.interpolate, to rounding. That package brings its optimisers and sparse
matrices with it, which take as much processor time to load as fifty frames to look at.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_banded


def spline(at: np.ndarray, values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return (W, C) of the curve whose slope and curvature do not jump, NaN beyond its samples.

    Parameters
    ----------
    at : (N,) rising, four or more
    values : (N, C) finite
    where : (W,)

    Notes
    -----
    Not-a-knot at the ends (de Boor 1978): the two outermost cubics are one. Between
    samples far apart it may overshoot.
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
    leaning = solve_banded((1, 1), bands, known, overwrite_ab=True, overwrite_b=True, check_finite=False)
    return _hermite(at, values, leaning, where)


def monotone(at: np.ndarray, values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return (W, C) of the curve that rises and falls only where its samples do, NaN beyond them.

    Parameters
    ----------
    at : (N,) rising, two or more
    values : (N, C) finite
    where : (W,)

    Notes
    -----
    Slopes are weighted harmonic means of those to both neighbours (Fritsch & Butland 1984).
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
    """Return (C,) the slope at an end: a parabola's, unless that would overshoot."""
    parabola = ((2 * step + next_step) * slope - step * next_slope) / (step + next_step)
    overshoots = (slope * next_slope < 0) & (np.abs(parabola) > 3 * np.abs(slope))
    return np.where(parabola * slope <= 0, 0.0, np.where(overshoots, 3 * slope, parabola))


def _hermite(at: np.ndarray, values: np.ndarray, slopes: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return (W, C) of the cubics with given values and slopes at their ends."""
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
