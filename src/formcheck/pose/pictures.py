"""Small copies of frames, sampled less and less often: enough to see how the background moves."""

from __future__ import annotations

import cv2
import numpy as np

LATER = 0.1  # the interval between samples grows by this fraction of the elapsed time
LOOK_WIDTH = 480  # px: approximate width of the small image


def small_grey(image: np.ndarray) -> tuple[np.ndarray, float]:
    """Return a grey image about `LOOK_WIDTH` wide, and its scale relative to the original.

    The image is shrunk by an integer factor: averaging whole cells is four times as fast.
    """
    scale = 1 / max(1, round(image.shape[1] / LOOK_WIDTH))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), scale


def next_look(time: float, first: float, early_s: float, seldom_s: float) -> float:
    """Return when to sample next, s: even a short clip gets enough samples for a median."""
    return time + min(seldom_s, early_s + LATER * (time - first))
