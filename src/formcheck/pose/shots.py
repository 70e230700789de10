"""Where a video is cut: several shots edited together are not one run.

Measured across a cut, an easy run and a sprint give one cadence that nobody ran.
"""

from __future__ import annotations

from array import array

import cv2
import numpy as np

SIDE = 16  # px: frames are compared at this size, where a runner's legs hardly count
COARSE = 64  # px: sampled from about this many rows and columns, unsmoothed
CHANGED = 8.0  # of 255, mean difference without brightness: smaller changes are not another scene
AT_ONCE = 1.7  # ratio of a cut's change to the largest change around it
AROUND_S, AROUND_FRAMES = 0.3, 3  # the smallest neighbourhood of a change


class Shots:
    """Measures how much the image changes from frame to frame."""

    def __init__(self) -> None:
        self._time, self._change = array("d"), array("d")
        self._last: np.ndarray | None = None

    def look(self, image: np.ndarray, time: float) -> None:
        """Process the next frame."""
        height, width = image.shape[:2]
        coarse = image[:: max(1, height // COARSE), :: max(1, width // COARSE), 1]  # green: most of the light
        small = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
        small -= small.mean()  # a change of lighting or exposure is not a new scene
        change = 0.0 if self._last is None else float(np.abs(small - self._last).mean())
        self._time.append(time)
        self._change.append(change)
        self._last = small

    def cuts(self) -> np.ndarray:
        """Return the times (s) of the first frame of each shot after the first.

        A cut changes the image once. A pan, a shaking camera or a passer-by changes it as much
        before and after. Fails for cross-fades, and for cuts within a third of a second of each
        other.
        """
        time, change = np.array(self._time), np.array(self._change)
        large = np.flatnonzero(change > CHANGED).tolist()
        return time[[index for index in large if change[index] > AT_ONCE * _around(time, change, index)]]


def _around(time: np.ndarray, change: np.ndarray, index: int) -> float:
    """Return the largest change around one, without it; infinite near the clip's ends (too few frames)."""
    start = min(int(np.searchsorted(time, time[index] - AROUND_S)), index - AROUND_FRAMES)
    stop = max(int(np.searchsorted(time, time[index] + AROUND_S)), index + AROUND_FRAMES) + 1
    if start < 1 or stop > len(time):
        return np.inf
    return float(max(change[start:index].max(), change[index + 1 : stop].max()))
