"""Where a video begins anew: what a program plays several times over was run only once.

At the seam the runner leaps from the last posture back to the first. Measured across it, the steps around the seam
become a rhythm that nobody ran, and the same few steps count as many.

Notes
-----
The stretch before a seam and the one after it show the same pictures: they differ by coding noise alone. Two strides
of one runner never do. The largest difference in the best twenty pictures in a row, at any distance, was over 0.57 of
what changes from one picture to the next on clips of real people, and 0.30 on drawn runners, who move almost like
clockwork (0.20 in a drill on the spot). On looped clips it is 0.02 at usual quality, 0.15 at crf 30 and 0.21 at crf 34,
which is missed. To come below `SAME` by chance, a runner would have to repeat the whole posture within a sixth of a
picture's time for `RUN` pictures.
Fails for clips longer than `MOST` pictures, of which only the beginning is looked at, and for clips played backwards.
"""

from __future__ import annotations

from array import array

import cv2
import numpy as np

SIDE, FINE = 32, 256  # px: pictures are compared this small, averaged from so many rows and columns
MOVING = 8  # of the pixels: those that change most, where the runner is
SAME = 0.17  # of the change from picture to picture: less is the same picture
ALSO_SAME = 0.3  # the same, next to a picture that is the same
LEAST_CHANGE = 6.0  # of 255 from picture to picture: less is nobody who runs
RUN = 20  # pictures in a row that must be the same
SHORTEST = 10  # pictures of a pass
AROUND = 5  # pictures to either side over which the usual change is taken
MOST = 10_000  # pictures that are looked at: 10 MB, three minutes at 60 a second
MOST_LAGS = 200  # distances between passes that are tried
BLOCK, ANCHORS = 256, 32  # pictures compared at once; pictures looked for at once


class Loops:
    """Watches whether the pictures come back."""

    def __init__(self) -> None:
        self._time = array("d")
        self._small = bytearray()

    def look(self, image: np.ndarray, time: float) -> None:
        """Take in the next picture."""
        if len(self._time) >= MOST:
            return
        height, width = image.shape[:2]
        part = image[:: max(1, height // FINE), :: max(1, width // FINE), 1]  # green: most of the light
        self._small += cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA).tobytes()
        self._time.append(time)

    def seams(self) -> np.ndarray:
        """Return the times (s) of the first picture of each pass after the first."""
        small = np.frombuffer(self._small, np.uint8).reshape(-1, SIDE * SIDE)
        if len(small) < RUN + SHORTEST:
            return np.empty(0)
        usual = _usual_change(small)
        starts = {start + lag for lag in _lags(small, usual) for start in _repeated_from(small, usual, lag)}
        return np.array(self._time)[sorted(starts)]


def _usual_change(small: np.ndarray) -> np.ndarray:
    """Return (T,) the usual change from picture to picture around each, NaN where nobody moves."""
    change = _apart(small[1:], small[:-1])
    padded = np.pad(change, (AROUND, AROUND + 1), mode="reflect")
    usual: np.ndarray = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1), axis=1)
    return np.where(usual >= LEAST_CHANGE, usual, np.nan)[: len(small)]


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return (T,) how far pictures (T, P) are apart, of 255, where they are most."""
    out = np.empty(len(one))
    for start in range(0, len(one), BLOCK):
        here = slice(start, start + BLOCK)
        apart = np.abs(one[here].astype(np.int16) - other[here])
        out[here] = np.partition(apart, -MOVING, axis=1)[:, -MOVING:].mean(axis=1)
    return out


def _lags(small: np.ndarray, usual: np.ndarray) -> list[int]:
    """Return the distances, in pictures, at which some picture comes back; every tenth one is looked for."""
    pixels = small.astype(np.float32)
    squares = (pixels**2).sum(axis=1)
    looked_for = np.arange(0, len(small) - SHORTEST, RUN // 2)
    looked_for = looked_for[np.isfinite(usual[looked_for])]
    found: dict[int, None] = {}
    for some in np.array_split(looked_for, len(looked_for) // ANCHORS + 1):
        square = squares[:, None] + squares[some] - 2 * pixels @ pixels[some].T
        for index, distance in zip(some.tolist(), square.T):
            found |= dict.fromkeys(
                (_same_later(small, index, distance, SAME * usual[index]) - index).tolist()
            )
    return list(found)[:MOST_LAGS]


def _same_later(small: np.ndarray, index: int, square: np.ndarray, limit: float) -> np.ndarray:
    """Return which later pictures are the same as one, given (T,) the squared distances from it, quick to compute."""
    least = index + SHORTEST
    near = least + np.flatnonzero(square[least:] <= (SIDE * SIDE + MOVING**2) * limit**2)
    one = np.broadcast_to(small[index], (len(near), SIDE * SIDE))
    same: np.ndarray = near[_apart(small[near], one) < limit]
    return same


def _repeated_from(small: np.ndarray, usual: np.ndarray, lag: int) -> list[int]:
    """Return where each stretch begins that is shown again `lag` pictures later."""
    apart = _apart(small[lag:], small[:-lag]) / usual[:-lag]  # NaN where nobody moves is never the same
    same, alike = apart < SAME, apart < ALSO_SAME
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(int)))
    starts = []
    for start, stop in edges.reshape(-1, 2).tolist():
        if stop - start >= RUN:
            different = np.flatnonzero(~alike[:start])
            starts.append(int(different[-1]) + 1 if len(different) else 0)
    return sorted(set(starts))
