"""Where a video repeats: footage that a player or editor looped shows the same run several times.

At the seam the runner jumps from the last posture back to the first. Measured across it, the steps around the
seam give a cadence that nobody ran, and the same few steps count several times.

Notes
-----
The frames before and after a seam are identical except for coding noise. Two strides of one runner never are.
Compared at the lag at which they match best, the least matching of 20 consecutive frames differed by more
than 0.57 of the change from frame to frame on clips of real people, and by 0.30 on synthetic runners, who
move almost like clockwork (0.20 in a drill on the spot). On looped clips it is 0.02 at usual quality, 0.15
at crf 30, and 0.21 at crf 34, which is missed. To come below `SAME` by chance, a runner would have to repeat
the whole posture to within a sixth of a frame interval for `RUN` frames.
Fails for clips longer than `MOST` frames, of which only the beginning is examined, and for clips played
backwards.
"""

from __future__ import annotations

from array import array

import cv2
import numpy as np

SIDE, FINE = 32, 256  # px: size at which frames are compared, and rows and columns they are averaged from
MOVING = 8  # fraction of the pixels: those that change most, where the runner is
SAME = 0.17  # fraction of the change from frame to frame; below it two frames are the same
ALSO_SAME = 0.3  # the limit beside a pair of frames that are the same
LEAST_CHANGE = 6.0  # of 255, from frame to frame; below it nobody is running
RUN = 20  # consecutive frames that must be the same
SHORTEST = 10  # frames per pass
AROUND = 5  # frames to either side over which the usual change is computed
MOST = 10_000  # frames that are examined: 10 MB, three minutes at 60 frames per second
MOST_LAGS = 200  # lags between passes that are tested
BLOCK, ANCHORS = 256, 32  # frames compared at once; frames searched for at once


class Loops:
    """Detects whether frames repeat."""

    def __init__(self) -> None:
        self._time = array("d")
        self._small = bytearray()

    def look(self, image: np.ndarray, time: float) -> None:
        """Process the next frame."""
        if len(self._time) >= MOST:
            return
        height, width = image.shape[:2]
        part = image[:: max(1, height // FINE), :: max(1, width // FINE), 1]  # green: most of the light
        self._small += cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA).tobytes()
        self._time.append(time)

    def seams(self) -> np.ndarray:
        """Return the times (s) of the first frame of each pass after the first."""
        small = np.frombuffer(self._small, np.uint8).reshape(-1, SIDE * SIDE)
        if len(small) < RUN + SHORTEST:
            return np.empty(0)
        usual = _usual_change(small)
        starts = {start + lag for lag in _lags(small, usual) for start in _repeated_from(small, usual, lag)}
        return np.array(self._time)[sorted(starts)]


def _usual_change(small: np.ndarray) -> np.ndarray:
    """Return (T,) the usual change from frame to frame around each frame, NaN where nobody moves."""
    change = _apart(small[1:], small[:-1])
    padded = np.pad(change, (AROUND, AROUND + 1), mode="reflect")
    usual: np.ndarray = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1), axis=1)
    return np.where(usual >= LEAST_CHANGE, usual, np.nan)[: len(small)]


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return (T,) the difference, of 255, between frames (T, P), in the pixels that differ most."""
    out = np.empty(len(one))
    for start in range(0, len(one), BLOCK):
        here = slice(start, start + BLOCK)
        apart = np.abs(one[here].astype(np.int16) - other[here])
        out[here] = np.partition(apart, -MOVING, axis=1)[:, -MOVING:].mean(axis=1)
    return out


def _lags(small: np.ndarray, usual: np.ndarray) -> list[int]:
    """Return the lags, in frames, at which some frame repeats; every tenth frame is searched for."""
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
    """Return which later frames equal one frame, by a quick test on (T,) squared distances from it."""
    least = index + SHORTEST
    near = least + np.flatnonzero(square[least:] <= (SIDE * SIDE + MOVING**2) * limit**2)
    one = np.broadcast_to(small[index], (len(near), SIDE * SIDE))
    same: np.ndarray = near[_apart(small[near], one) < limit]
    return same


def _repeated_from(small: np.ndarray, usual: np.ndarray, lag: int) -> list[int]:
    """Return where each section begins that is repeated `lag` frames later."""
    apart = _apart(small[lag:], small[:-lag]) / usual[:-lag]  # NaN (nobody moves) is never the same
    same, alike = apart < SAME, apart < ALSO_SAME
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(int)))
    starts = []
    for start, stop in edges.reshape(-1, 2).tolist():
        if stop - start >= RUN:
            different = np.flatnonzero(~alike[:start])
            starts.append(int(different[-1]) + 1 if len(different) else 0)
    return sorted(set(starts))
