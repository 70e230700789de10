"""Pictures made small, and looked at more and more seldom: enough to see what the surroundings do."""

from __future__ import annotations

import cv2
import numpy as np

LATER = 0.1  # the pause between looks grows by this share of what has been seen
LOOK_WIDTH = 480  # px: pictures are shrunk to about this for looking at the surroundings


def small_grey(image: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the grey picture about `LOOK_WIDTH` wide, and how many of its px one px is.

    Shrunk by a whole number: whole cells are four times as fast to average.
    """
    scale = 1 / max(1, round(image.shape[1] / LOOK_WIDTH))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), scale


def next_look(time: float, first: float, early_s: float, seldom_s: float) -> float:
    """Return when to look again, s: a short clip gets enough looks for a median."""
    return time + min(seldom_s, early_s + LATER * (time - first))
