"""How clearly a clip shows the runner: agreement of two evaluations, and brightness, in sampled frames.

A pose model's confidence hardly falls in the dark or out of focus. Its agreement between an
image and the mirror image does. One frame alone is weak evidence; the median over a clip
indicates how large the clip's keypoint errors are.
"""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np

from formcheck.pose.effort import EARLY_S, SELDOM_S
from formcheck.pose.pictures import next_look
from formcheck.pose.roi import Roi
from formcheck.skeleton import LEG, SIDES, K
from formcheck.types import Clarity

FEWEST_LOOKS = 5  # needed for a median
LARGEST = 0.05  # fraction of body height: limits the effect of legs swapped between evaluations
HEIGHT = 0.72  # fraction of the square's side: the body from ear to toe
WIDE, HIGH = 0.25, 0.4  # fractions of the square's side, from its centre: the runner and little else
BODY = np.array([K[f"{side}_{part}"] for side in SIDES for part in ("shoulder", *LEG)])


class Comparing(Protocol):
    """A net that can evaluate one square twice."""

    usual_apart: float  # usual distance, % of body height, for people in good light

    def looks_apart(self, image: np.ndarray, roi: Roi) -> np.ndarray | None:
        """Return each keypoint's distance between the evaluations, (21,) px, or None if nobody is seen."""
        ...


class ClarityCheck:
    """Examines a sample of a clip's frames, more often at first than later.

    Parameters
    ----------
    net : evaluates the frames
    elsewhere : another evaluates frames with the same net and reports them to `add`
    """

    def __init__(self, net: Comparing, elsewhere: bool = False):
        self._net, self._elsewhere = net, elsewhere
        self._apart: list[float] = []  # fraction of body height
        self._light: list[tuple[float, float]] = []  # mean and SD of the grey values around the runner
        self._next, self._first = -np.inf, np.nan

    def look(self, image: np.ndarray, time: float, runner: Roi | None) -> None:
        """Process one frame; most frames are skipped."""
        if runner is None or time < self._next:
            return
        self._first = time if np.isnan(self._first) else self._first
        self._next = next_look(time, self._first, EARLY_S, SELDOM_S)
        apart = None if self._elsewhere else self._net.looks_apart(image, runner)
        if apart is not None:
            self.add(apart, runner)
        self._light.append(light_around(image, runner))

    def add(self, apart: np.ndarray, runner: Roi) -> None:
        """Add one frame's distances between the evaluations, (21,) px."""
        shares = np.minimum(apart[BODY] / (HEIGHT * runner.size), LARGEST)
        self._apart.append(float(np.sqrt(np.mean(shares**2))))

    def result(self) -> Clarity:
        """Return the medians over the sampled frames; NaN if there are too few."""
        apart = float(np.median(self._apart)) if len(self._apart) >= FEWEST_LOOKS else np.nan
        grey, contrast = np.median(self._light, axis=0) if self._light else (np.nan, np.nan)
        return Clarity(100 * apart, self._net.usual_apart, float(grey), float(contrast))


def light_around(image: np.ndarray, runner: Roi) -> tuple[float, float]:
    """Return mean and SD of the grey values (0..255) around a runner; NaN if outside the image."""
    height, width = image.shape[:2]
    left, right = np.clip([runner.x - WIDE * runner.size, runner.x + WIDE * runner.size], 0, width).astype(
        int
    )
    top, bottom = np.clip([runner.y - HIGH * runner.size, runner.y + HIGH * runner.size], 0, height).astype(
        int
    )
    part = image[top:bottom, left:right]
    if not part.size:
        return np.nan, np.nan
    mean, sd = cv2.meanStdDev(cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY))
    return float(mean[0, 0]), float(sd[0, 0])
