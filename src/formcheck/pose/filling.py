"""Fill in what a frame was spared, from the frames before and after it."""

from __future__ import annotations

import numpy as np

from formcheck.motion.interpolation import spline

FEWEST_FOR_SPLINE = 4
SMALL_CORRECTION = 0.02  # of the figure's extent: a larger difference between two looks is one frame's own


def confidence_between(time: np.ndarray, confidence: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return confidence (T, 21) with NaN filled in linearly over time, 0 where nobody was found.

    Parameters
    ----------
    time : (T,) s
    confidence : (T, 21), NaN = not computed
    found : (T,) bool
    """
    out = np.where(found[:, None], confidence, 0.0)
    known = np.flatnonzero(np.isfinite(out[:, 0]))
    if not len(known):
        return np.nan_to_num(out)
    filled = np.stack([np.interp(time, time[known], column) for column in out[known].T], axis=1)
    return np.asarray(np.where(np.isnan(out), filled, out))


def corrections_between(time: np.ndarray, correction: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Return what a second look would have added, (T, 21, 2) px, in frames that were looked at once.

    A frame between two that were looked at twice gets the mean of their corrections, weighted by
    time. A large correction, such as a foot that the first look put on the other leg, says nothing
    of the next frame: it is not passed on.

    Parameters
    ----------
    time : (T,) s
    correction : (T, 21, 2) px, NaN = looked at once
    xy : (T, 21, 2) px

    Returns
    -------
    (T, 21, 2), zero in frames that were looked at twice
    """
    added = np.zeros(correction.shape)
    twice = np.isfinite(correction[:, 0, 0])
    if not twice.any():
        return added
    extent = np.ptp(xy, axis=1).max(axis=-1)
    small = np.linalg.norm(correction, axis=-1) < SMALL_CORRECTION * extent[:, None]
    for joint in range(correction.shape[1]):
        known = np.flatnonzero(twice & small[:, joint])
        if len(known):
            for axis in (0, 1):
                added[:, joint, axis] = np.interp(time, time[known], correction[known, joint, axis])
    added[twice] = 0.0
    return added


def points_between(
    time: np.ndarray, looked: np.ndarray, xy: np.ndarray, confidence: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return points and confidence for all T frames from those of the L that were looked at.

    A cubic spline through the frames that were looked at, which are no more than 1/60 s apart. A
    point in between is as certain as the less certain of its two neighbours, and missing if one of
    them is.

    Parameters
    ----------
    time : (T,) s
    looked : (T,) bool, L of them True
    xy : (L, 21, 2) px, NaN = not detected
    confidence : (L, 21)

    Returns
    -------
    xy : (T, 21, 2) px
    confidence : (T, 21)
    """
    if looked.all():
        return xy, confidence
    at = time[looked]
    before = (np.searchsorted(at, time, side="right") - 1).clip(0, len(at) - 1)
    after = np.searchsorted(at, time, side="left").clip(0, len(at) - 1)
    out = np.full((len(time), *xy.shape[1:]), np.nan)
    for joint in range(xy.shape[1]):
        seen = np.isfinite(xy[:, joint, 0])
        within = seen[before] & seen[after]
        if seen.sum() >= FEWEST_FOR_SPLINE:
            out[within, joint] = spline(at[seen], xy[seen, joint], time[within])
    out[looked] = xy
    return out, np.minimum(confidence[before], confidence[after])
