"""Where a person was in the picture, from the evaluations of a light net, smoothed to both sides of a frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from formcheck.pose.roi import Roi

SMOOTH_S = 0.09  # s, SD of a Gaussian: half its gain at about 2 Hz
WIDTH, SHOULDERS = 4, 5  # columns of `Roi.row`


@dataclass
class PersonPath:
    """Where a person was at the evaluated moments."""

    time: list[float] = field(default_factory=list)
    rows: list[np.ndarray] = field(default_factory=list)  # Roi.row; NaN = lost

    def add(self, time: float, roi: Roi | None) -> None:
        """Add the result of one evaluation."""
        self.time.append(time)
        self.rows.append(np.full(6, np.nan) if roi is None else roi.row)

    def at(self, time: float, reach: float) -> Roi | None:
        """Return the smoothed square at a time, from evaluations at most `reach` s away.

        A straight line is fitted with Gaussian weights, so that there is no lag at the clip's ends for a
        runner who crosses the frame; outliers from the median are dropped.
        """
        times = np.array(self.time)
        near = np.flatnonzero(np.abs(times - time) <= reach)
        if len(near) == 0:
            return None
        rows = np.stack([self.rows[i] for i in near])
        seen = np.isfinite(rows[:, 0])
        if not seen.any():
            return None
        rows, away = rows[seen], times[near][seen] - time
        rows[:, 3] = np.unwrap(rows[:, 3])
        weight = np.exp(-0.5 * (away / SMOOTH_S) ** 2) + 1e-6
        line = _line_at_zero(away, rows, weight * _plausible(rows))
        line[WIDTH], line[SHOULDERS] = rows[:, WIDTH].max(), np.median(rows[:, SHOULDERS])
        return Roi.from_row(line)

    def forget_before(self, time: float) -> None:
        """Drop evaluations that no later frame needs."""
        while self.time and self.time[0] < time:
            self.time.pop(0)
            self.rows.pop(0)


def _plausible(rows: np.ndarray) -> np.ndarray:
    """Return (N,) 1 or 0: whether the size in an evaluation is similar to the others."""
    size = rows[:, 2]
    fits = np.abs(size / np.median(size) - 1) < 0.25
    return fits.astype(float) if fits.any() else np.ones(len(rows))


def _line_at_zero(away: np.ndarray, rows: np.ndarray, weight: np.ndarray) -> np.ndarray:
    total = weight.sum()
    middle = (weight * away).sum() / total
    mean = (weight[:, None] * rows).sum(axis=0) / total
    spread = (weight * (away - middle) ** 2).sum() / total
    if spread < 1e-6:
        return np.asarray(mean)
    slope = (weight[:, None] * (away - middle)[:, None] * (rows - mean)).sum(axis=0) / total / spread
    line = mean - slope * middle
    line[2] = np.clip(line[2], 0.8 * mean[2], 1.25 * mean[2])
    return np.asarray(line)
