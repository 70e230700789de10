"""The runner's mean stride as a figure: where every keypoint is, relative to the hips."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from formcheck.report.plots import FEWEST, ODD_STRIDE, PHASES
from formcheck.types import Analysis, Side

SEEN_SHARE = 0.5  # of the strides: a keypoint seen in fewer has no mean


@dataclass(frozen=True, eq=False)
class MeanFigure:
    """The mean of a clip's strides, by share of the stride from one landing of `side` to the next."""

    side: Side
    xy: np.ndarray  # (51, 21, 2) leg lengths from the middle of the hips, x forward, y up; NaN = not seen
    strides: int
    toe_off: float  # share of the stride; NaN = unknown
    other_lands: float  # share of the stride; NaN = unknown


def mean_figure(analysis: Analysis, side: Side | None = None) -> MeanFigure | None:
    """Return the mean stride of a foot, by default the one nearer to the camera.

    None without a side view or with fewer than four whole strides.
    """
    motion = analysis.motion
    if motion is None or motion.near_side is None:
        return None
    side = side or motion.near_side
    steps = [step for step in analysis.steps if step.side == side]
    starts = np.array([step.contact for step in steps])
    if len(starts) <= FEWEST:
        return None
    usual = float(np.median(np.diff(starts)))
    about_hips = motion.xy - motion.middle("hip")[:, None]
    whole = [
        _folded(motion.time, about_hips, start, end)
        for start, end in zip(starts, starts[1:])
        if end - start < ODD_STRIDE * usual
    ]
    if len(whole) < FEWEST:
        return None
    offs = [step.duration for step in steps if np.isfinite(step.toe_off)]
    others = [step.contact for step in analysis.steps if step.side != side]
    after = [min((other - start for other in others if other > start), default=np.nan) for start in starts]
    return MeanFigure(side, _mean(np.array(whole)), len(whole), _middle(offs) / usual, _middle(after) / usual)


def _folded(time: np.ndarray, xy: np.ndarray, start: float, end: float) -> np.ndarray:
    """Return the keypoints at 51 shares of one stride; NaN where they were not seen."""
    at = start + PHASES * (end - start)
    flat = xy.reshape(len(xy), -1)
    columns = [np.interp(at, time, column) for column in flat.T]  # a gap makes its neighbours NaN
    return np.stack(columns, axis=1).reshape(len(PHASES), *xy.shape[1:])


def _mean(strides: np.ndarray) -> np.ndarray:
    """Return the mean over strides where enough of them show the point."""
    enough = np.isfinite(strides).mean(axis=0) >= SEEN_SHARE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the mean of nothing is NaN, as wanted
        return np.where(enough, np.nanmean(strides, axis=0), np.nan)


def _middle(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else np.nan
