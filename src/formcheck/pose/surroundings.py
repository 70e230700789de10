"""What the image around the runner shows: number of people, camera movement and camera roll."""

from __future__ import annotations

import cv2
import numpy as np

from formcheck.pose.ground import Ground
from formcheck.pose.pictures import small_grey
from formcheck.pose.roi import Roi
from formcheck.pose.tilt import Uprights, tilt_at, uprights
from formcheck.types import Surroundings

CORNERS, FEWEST_CORNERS = 120, 12
AGREE_PX, AGREE_SHARE = 2.0, 0.6  # px of the small image: corners that move like the others
STILL_SHARE = 0.004  # of the frame's height: smaller movements of the background are noise
NEW_REFERENCE_SHARE = 0.12  # of the width: further from the reference, corners get lost
BODY = (0.09, 0.48)  # of the runner's square: half the depth of trunk and clothes, half the height
EVERY, ENOUGH_VIEWS = 30, 16  # frames between searches for upright edges, and searches in a clip
FIRST_VIEWS = (1, 8, 18)
"""Frames of the first searches: even a short clip has three, which tell an edge from a limb (pose/tilt.py).

The two gaps have no common divisor, so no rhythm brings a limb to the same place in all three.
"""


class Background:
    """Tracks the background through a clip, frame by frame.

    The shift is measured relative to a reference frame, not frame to frame, so that noise does not
    accumulate for a still camera. Corners on the runner are excluded, and the median over the
    corners rejects other moving people.
    """

    def __init__(self) -> None:
        self.time: list[float] = []
        self.shift: list[np.ndarray] = []
        self.views: list[Uprights] = []
        self._runner_at: list[tuple[float, float]] = []
        self._reference: np.ndarray | None = None
        self._corners: np.ndarray = np.empty((0, 1, 2), np.float32)
        self._base = np.zeros(2)
        self._runner_masked = False
        self._height = 1.0
        self._size = (1, 1)

    def look(self, image: np.ndarray, time: float, runner: Roi | None) -> None:
        """Process one frame; `runner` is masked out of it."""
        grey, scale = small_grey(image)
        mask = _outside(grey.shape, runner, scale)
        self._height = image.shape[0]
        shift = self._base + self._against_reference(grey, mask) / scale
        self.time.append(time)
        self.shift.append(np.zeros(2) if self._reference is None else shift)
        if self._reference is None or self._wants_another(shift, runner, image.shape[1]):
            self._base = shift if np.isfinite(shift[0]) else self._base
            self._refer_to(grey, mask, runner)
        due = len(self.time) in FIRST_VIEWS or len(self.time) % EVERY == 1
        if due and len(self.views) < ENOUGH_VIEWS:
            self._size = (image.shape[1], image.shape[0])
            self.views.append(uprights(image, _beside_body(grey.shape, runner, scale), mask))
            self._runner_at += [] if runner is None else [(runner.x, runner.y)]

    def _wants_another(self, shift: np.ndarray, runner: Roi | None, width: int) -> bool:
        """Return whether the reference is out of view, is lost, or shows the runner unmasked."""
        far = bool(np.hypot(*(shift - self._base)) > NEW_REFERENCE_SHARE * width)
        return far or bool(np.isnan(shift[0])) or (runner is not None and not self._runner_masked)

    def _refer_to(self, grey: np.ndarray, mask: np.ndarray, runner: Roi | None) -> None:
        self._reference, self._runner_masked = grey, runner is not None
        corners = cv2.goodFeaturesToTrack(grey, CORNERS, 0.01, 8, mask=mask)
        self._corners = np.empty((0, 1, 2), np.float32) if corners is None else corners

    def _against_reference(self, grey: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Return (2,) px of the small image; NaN = nothing to track.

        A corner covered by the runner would be carried along: such corners are excluded, and
        the others must agree.
        """
        nothing = np.full(2, np.nan)
        if self._reference is None or len(self._corners) < FEWEST_CORNERS:
            return nothing
        now, found, _ = cv2.calcOpticalFlowPyrLK(
            self._reference, grey, self._corners, self._corners.copy(), winSize=(17, 17), maxLevel=3
        )
        kept = (found.reshape(-1) == 1) & _free(now, mask) & _free(self._corners, mask)
        if kept.sum() < FEWEST_CORNERS:
            return nothing
        moved = (now - self._corners).reshape(-1, 2)[kept]
        middle = np.median(moved, axis=0)
        agree = np.linalg.norm(moved - middle, axis=1) < AGREE_PX
        return middle if agree.mean() >= AGREE_SHARE else nothing

    def shift_at(self, time: np.ndarray) -> np.ndarray:
        """Return (T, 2) px at these times: zero for a still camera, NaN if unknown."""
        shift = np.array(self.shift).reshape(-1, 2)
        known = np.isfinite(shift[:, 0])
        if known.sum() < 2:
            return np.full((len(time), 2), np.nan)
        if np.abs(shift[known]).max() < STILL_SHARE * self._height:
            return np.zeros((len(time), 2))
        at = np.array(self.time)[known]
        return np.stack([np.interp(time, at, shift[known, axis]) for axis in (0, 1)], axis=-1)

    @property
    def speed(self) -> float:
        """px per s between the last two frames examined; NaN if unknown."""
        if len(self.time) < 2:
            return np.nan
        return float(np.hypot(*(self.shift[-1] - self.shift[-2])) / (self.time[-1] - self.time[-2]))

    @property
    def roll_deg(self) -> float:
        """Camera roll at the runner, + = horizon turned anticlockwise; NaN = no reliable edges."""
        where = self._runner_at or [(0.5 * self._size[0], 0.5 * self._size[1])]
        x, y = (float(each) for each in np.median(where, axis=0))
        return tilt_at(Uprights.joined(self.views), (x, y), self._size, max(1, len(self.views)))


def _outside(shape: tuple[int, ...], runner: Roi | None, scale: float) -> np.ndarray:
    mask = np.full(shape[:2], 255, np.uint8)
    if runner is not None:
        half = 0.36 * runner.size  # the square is larger than the person
        x0, x1, y0, y1 = (
            int(max(0.0, scale * v))
            for v in (runner.x - half, runner.x + half, runner.y - 1.3 * half, runner.y + 1.5 * half)
        )
        mask[y0:y1, x0:x1] = 0
    return mask


def _beside_body(shape: tuple[int, ...], runner: Roi | None, scale: float) -> np.ndarray:
    """Return the mask, zero in an ellipse around head, trunk and stance leg."""
    mask = np.full(shape[:2], 255, np.uint8)
    if runner is not None:
        middle, axes = np.array([runner.x, runner.y]) * scale, np.array(BODY) * runner.size * scale
        cv2.ellipse(mask, (tuple(middle), tuple(2 * axes), 0.0), 0, cv2.FILLED)
    return mask


def _free(corners: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return (n,) bool: which corners lie in the image and not on the runner."""
    column, row = np.round(corners.reshape(-1, 2)).astype(int).T
    inside = (column >= 0) & (row >= 0) & (column < mask.shape[1]) & (row < mask.shape[0])
    return np.asarray(inside & (mask[row.clip(0, mask.shape[0] - 1), column.clip(0, mask.shape[1] - 1)] > 0))


def surroundings(
    time: np.ndarray, people: np.ndarray, background: Background, ground: Ground
) -> Surroundings:
    """Return the background, people and camera data at the track's times."""
    return Surroundings(people, background.shift_at(time), background.roll_deg, ground.flow_at(time))
