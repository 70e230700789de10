"""Whether the ground moves past the runner: a camera that moves along, or a treadmill in a fixed place."""

from __future__ import annotations

import cv2
import numpy as np

from formcheck.pose.pictures import next_look, small_grey
from formcheck.pose.roi import Roi

EARLY_S, SELDOM_S = 0.25, 1.0  # between glances, at first and later
APART_S = 0.024  # between the two frames of a glance: the ground moves by about a hand's breadth
CORNERS, FEWEST_CORNERS, SPACING_PX = 150, 8, 6
MARGIN_PX = 32  # px of the small image, above the hips: neighbourhood used to track a corner
RETURNS_PX = 0.7  # px of the small image: a corner tracked forward and back returns to its start
# fractions of the side of the runner's square, in which a leg measures 0.37
FEET, REACH = 0.40, 0.29  # feet below the hips; a sprinter's foot behind the hips
NEAR = 0.8  # of hips to feet: for a camera 0.4 m up, lower ground is less than twice as far as the runner
LOWEST = 0.8  # of the frame's height: the nearest visible ground if the feet are cut off
FAR_PX = 1.0  # px of the small image, per glance: ground four times as far as the runner moves by 2
BELT, BELT_ROWS = 0.40, 0.10  # half a belt 1.8 m long; above and below the feet, 0.5 m wide seen from 2 m up


class Ground:
    """Tracks what lies below the hips from one frame to the next, a few times per second.

    For a camera that moves along beside a runner, distant objects seem to stand still, and
    `Background` tracks those; the ground then moves past like the stance foot. Beside a treadmill
    the ground stands still. Only floor near the runner is evidence of that, because distant
    objects stand still in both cases. The belt moves too, so it is masked out with the runner.

    Notes
    -----
    Fails where text overlaid on the video, or the vehicle that carries the camera, is all that
    can be tracked.
    """

    def __init__(self) -> None:
        self._glances: list[tuple[float, float, float]] = []  # s, px/s to the right and down
        self._held: tuple[float, np.ndarray, Roi] | None = None
        self._next = -np.inf
        self._first: float | None = None

    def look(self, image: np.ndarray, time: float, runner: Roi | None) -> None:
        """Process one frame; most frames are skipped."""
        if self._held is None and time >= self._next and runner is not None:
            self._first = time if self._first is None else self._first
            self._next = next_look(time, self._first, EARLY_S, SELDOM_S)
            self._held = (time, small_grey(image)[0], runner)
        elif self._held is not None and time - self._held[0] >= APART_S:
            began, before, where = self._held
            grey, scale = small_grey(image)
            right, down = _flow(before, grey, where, scale) / scale / (time - began)
            self._glances.append((began, float(right), float(down)))
            self._held = None

    def flow_at(self, time: np.ndarray) -> np.ndarray:
        """Return (T, 2) px/s at the times of glances, NaN elsewhere and where nothing could be tracked."""
        flow = np.full((len(time), 2), np.nan)
        for at, right, down in self._glances:
            flow[np.searchsorted(time, at).clip(0, len(time) - 1)] = right, down
        return flow


def _flow(before: np.ndarray, now: np.ndarray, runner: Roi, scale: float) -> np.ndarray:
    """Return (2,) px by which the ground moved, NaN if no ground near the runner can be tracked.

    Everything above the hips is ignored. What lies above the shins may be far away, such as a
    horizon or the sea, and stand still for any camera: its movement is evidence of a moving
    camera, but its rest is not evidence of a still one.
    """
    mask = _below(before.shape, runner, scale)
    top = int(np.clip(scale * runner.y - MARGIN_PX, 0, len(mask) - MARGIN_PX))
    moved = _moved(before[top:], now[top:], mask[top:])
    if np.hypot(*moved) > FAR_PX:
        return moved
    shins = scale * (runner.y + NEAR * FEET * runner.size)
    mask[: int(np.clip(shins, 0, LOWEST * len(mask)))] = 0
    return _moved(before[top:], now[top:], mask[top:])


def _below(shape: tuple[int, ...], runner: Roi, scale: float) -> np.ndarray:
    """Return the mask of the region below the hips, without runner and belt."""
    mask = np.full(shape[:2], 255, np.uint8)
    x, y, size = (scale * value for value in (runner.x, runner.y, runner.size))
    feet = y + FEET * size
    for half, top, bottom in (
        (np.inf, 0.0, y),
        (REACH * size, y, feet),
        (BELT * size, feet - BELT_ROWS * size, feet + BELT_ROWS * size),
    ):
        left, right = np.clip([x - half, x + half], 0, shape[1]).astype(int)
        above, below = np.clip([top, bottom], 0, shape[0]).astype(int)
        mask[above:below, left:right] = 0
    return mask


def _moved(before: np.ndarray, now: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return (2,) px by which most corners within the mask moved, NaN if there are too few."""
    nothing = np.full(2, np.nan)
    corners = cv2.goodFeaturesToTrack(before, CORNERS, 0.01, SPACING_PX, mask=mask)
    if corners is None or len(corners) < FEWEST_CORNERS:
        return nothing
    there, found = _followed(before, now, corners)
    back, again = _followed(now, before, there)
    kept = found & again & (np.linalg.norm(back - corners, axis=-1).reshape(-1) < RETURNS_PX)
    if kept.sum() < FEWEST_CORNERS:
        return nothing
    return np.asarray(np.median((there - corners).reshape(-1, 2)[kept], axis=0))


def _followed(a: np.ndarray, b: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    to, found, _ = cv2.calcOpticalFlowPyrLK(a, b, corners, corners.copy(), winSize=(17, 17), maxLevel=3)
    return to, found.reshape(-1) == 1
