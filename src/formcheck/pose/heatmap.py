"""Decode joints from heat maps: the position of each map's peak, to a fraction of a cell.

A landmark net outputs each joint twice: as coordinates and as a map of logits for the
probability of the joint in each cell. The map is more accurate if its peak is clear and it
is decoded well.

MediaPipe takes the probability-weighted mean in one fixed window around the coordinates. This
is biased towards the coordinates: the window cuts off a peak near its border, and the low,
wide tail of the map weighs as much as the peak itself. Two changes remove both errors. The
probabilities are squared, so that the tail hardly counts, and the window is re-centred on
the mean and evaluated again, so that it ends centred on the peak. On 62 frames of running
people labelled by eye, the error of the heel falls from 1.91 to 1.61 % of body height and
that of the toe from 2.64 to 2.00 %; other joints do not change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OUTSIDE, NO_PEAK = "outside the crop", "no clear peak"


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^-x) without overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -60, 60))))


def highest_cells(heatmaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each map (P, H, W) is highest, (P, 2) 0..1 of the crop, and the probability there, (P,)."""
    count, height, width = heatmaps.shape
    flat = heatmaps.reshape(count, -1)
    row, column = np.divmod(flat.argmax(axis=1), width)
    return np.stack([column / width, row / height], axis=-1), sigmoid(flat.max(axis=1))


@dataclass(frozen=True, eq=False)
class Peaks:
    """The peak positions of P heat maps."""

    xy: np.ndarray  # (P, 2) 0..1 of the crop; NaN = no peak found
    why_missing: np.ndarray  # (P,) "" = found, else OUTSIDE or NO_PEAK

    def or_else(self, points: np.ndarray) -> np.ndarray:
        """Return the peaks, with other points (P, 2) where there is no peak."""
        return np.where(np.isnan(self.xy), points, self.xy)


@dataclass(frozen=True)
class PeakReader:
    """Settings for decoding heat maps."""

    window: int = 9  # cells, odd: a joint's peak is three to five cells wide
    moves: int = 3  # how often the window is re-centred on its mean
    power: float = 2.0  # exponent applied to the probabilities to get weights

    def read(self, start: np.ndarray, heatmaps: np.ndarray, peak_from: float | np.ndarray = 0.2) -> Peaks:
        """Return the peak of each map near a point.

        Parameters
        ----------
        start : (P, 2) 0..1 of the crop
            Where to search first; a peak further than half a window away is not found.
        heatmaps : (P, H, W) logits
            Cell (row, column) is at (column / W, row / H).
        peak_from : float or (P,)
            Smallest probability of a peak.

        Returns
        -------
        Peaks
        """
        size = np.array(heatmaps.shape[:0:-1])
        cells = start * size
        inside = np.ones(len(start), bool)
        clear = np.ones(len(start), bool)
        for _ in range(self.moves):
            inside &= ((cells >= -0.5) & (cells < size - 0.5)).all(axis=1)
            mean, highest = self._mean_around(cells, heatmaps)
            clear &= highest >= peak_from
            cells = np.where((inside & clear)[:, None], mean, cells)
        why = np.where(inside, np.where(clear, "", NO_PEAK), OUTSIDE)
        return Peaks(np.where((why == "")[:, None], cells / size, np.nan), why)

    def _mean_around(self, cells: np.ndarray, heatmaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return each window's weighted mean position (P, 2), in cells, and its largest probability."""
        count, height, width = heatmaps.shape
        steps = np.arange(self.window) - self.window // 2
        column, row = (np.round(cells).astype(int)[:, axis, None] + steps for axis in (0, 1))
        valid = _within(row, height)[:, :, None] & _within(column, width)[:, None, :]
        maps = np.arange(count)[:, None, None]
        logits = heatmaps[maps, row.clip(0, height - 1)[:, :, None], column.clip(0, width - 1)[:, None, :]]
        p = np.where(valid, sigmoid(logits), 0.0)
        weight = p**self.power
        total = np.maximum(weight.sum(axis=(1, 2)), 1e-30)
        x = (weight.sum(axis=1) * column).sum(axis=1) / total
        y = (weight.sum(axis=2) * row).sum(axis=1) / total
        return np.stack([x, y], axis=-1), p.max(axis=(1, 2))


def _within(index: np.ndarray, size: int) -> np.ndarray:
    return (index >= 0) & (index < size)
