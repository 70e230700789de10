"""Smooth the displayed points with the One-Euro filter; measurements do not use them."""

from __future__ import annotations

import numpy as np

from formcheck.skeleton import KEYPOINTS

TRUNK_HZ, LIMB_HZ = 1.5, 3.0  # cut-off at rest
BETA = 4.0  # Hz per (body height per second): a swinging foot lags by less than half a frame
SPEED_HZ = 1.0  # cut-off for the speed itself
LONGEST_GAP_S = 0.25  # after a longer gap the filter restarts at the new point
CALM = ("nose", "eye", "ear", "shoulder", "hip")

REST_HZ = np.array([TRUNK_HZ if name.split("_")[-1] in CALM else LIMB_HZ for name in KEYPOINTS])[:, None]


class OneEuro:
    """Smooths (21, 2) points: strongly at rest, hardly in fast movement.

    The filter of Casiez, Roussel & Vogel (2012), applied to each coordinate separately, with speeds
    in body heights per second so that the runner's size in the image does not matter.
    It delays the points, so nothing is measured from them.

    References
    ----------
    .. [1] Casiez, Roussel, Vogel (2012). 1€ filter. CHI '12, 2527-2530.
       doi:10.1145/2207676.2208639
    """

    def __init__(self) -> None:
        self._time = -np.inf
        self._xy: np.ndarray | None = None
        self._speed: np.ndarray | None = None

    def smooth(self, xy: np.ndarray, time: float) -> np.ndarray:
        """Return the smoothed points for display.

        Parameters
        ----------
        xy : (21, 2) px, NaN = not seen
        time : s
        """
        gap = time - self._time
        self._time = time
        height = float(np.nanmax(xy[:, 1]) - np.nanmin(xy[:, 1])) if np.isfinite(xy[:, 1]).any() else np.nan
        if self._xy is None or self._speed is None or not 0 < gap <= LONGEST_GAP_S or not height > 0:
            self._xy, self._speed = xy.copy(), np.zeros_like(xy)
            return xy
        known = np.isfinite(self._xy)
        speed = np.where(known, (xy - self._xy) / (gap * height), 0.0)
        smoother = self._speed + _share(SPEED_HZ, gap) * (speed - self._speed)
        self._speed = np.where(np.isfinite(smoother), smoother, 0.0)
        share = _share(REST_HZ + BETA * np.abs(self._speed), gap)
        moved = np.where(known, self._xy + share * (xy - self._xy), xy)
        self._xy = np.where(np.isfinite(xy), moved, np.nan)
        return self._xy


def _share(cut_off_hz: np.ndarray | float, gap: float) -> np.ndarray:
    """Return the share of a change that passes within `gap` s."""
    turn = 2 * np.pi * np.asarray(cut_off_hz) * gap
    return turn / (turn + 1)
