"""Help before the run: is the runner completely in the image, large enough, alone and well lit?"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.scene.classify import SURE_PX
from formcheck.scene.refusals import SMALLEST_PX
from formcheck.skeleton import FACE, SIDES, K

SEEN = 0.3  # confidence from which a point counts as in the image
RIM = 0.012  # of the image: points closer to its edge are about to leave it
MIDDLE = 0.2  # of the width: hips closer to the sides than this have no room to move
BLACK = 24  # of 255: an image whose brightest 5 % are darker shows nothing
FEET = tuple(K[f"{side}_{part}"] for side in SIDES for part in ("heel", "toe"))
ROOM_ABOVE = 0.15  # of the height: with this much room above the head, tilting the camera is enough


@dataclass(frozen=True)
class FramingAdvice:
    """What to change before running; `fine` if nothing."""

    code: str
    words: str

    @property
    def fine(self) -> bool:
        """Whether the run can start."""
        return self.code == "fine"


FINE = FramingAdvice("fine", "You are well in the picture. Start running when you like.")
DARK = FramingAdvice("dark", "The picture is black. Uncover the lens or switch on a light.")
NOBODY = FramingAdvice("nobody", "Nobody is in the picture. Step in front of the camera, side on.")
SEVERAL = FramingAdvice("several", "Two people are in view. Only the runner, please.")
NO_FEET_TILT = FramingAdvice("feet", "Tilt the camera down: your feet are not visible.")
NO_FEET = FramingAdvice("feet", "Step back, or move the camera back: your feet are not visible.")
NO_HEAD = FramingAdvice("head", "Tilt the camera up: your head is not visible.")
SMALL = FramingAdvice("small", "Come closer: you should fill two thirds of the picture's height.")
ASIDE = FramingAdvice("aside", "Turn the camera towards you: you are at the edge of the picture.")


def advise(
    seen: tuple[np.ndarray, np.ndarray] | None, size: tuple[int, int], people: float, dark: bool
) -> FramingAdvice:
    """Return the most important thing to change.

    Parameters
    ----------
    seen : (21, 2) px and (21,) confidence of the person; None = nobody is seen
    size : (width, height) of the image, px
    people : number of people in view; NaN = not counted
    dark : whether the image is black
    """
    if dark:
        return DARK
    if seen is None:
        return NOBODY
    if people >= 2:
        return SEVERAL
    return _place(*seen, size)


def _place(xy: np.ndarray, confidence: np.ndarray, size: tuple[int, int]) -> FramingAdvice:
    width, height = size
    inside = (confidence >= SEEN) & np.isfinite(xy[:, 0])
    inside &= (xy[:, 1] > RIM * height) & (xy[:, 1] < (1 - RIM) * height)
    head = inside[[K[name] for name in FACE]].any()
    if not inside[list(FEET)].any():
        top = float(np.nanmin(xy[:, 1])) / height
        return NO_FEET_TILT if head and top > ROOM_ABOVE else NO_FEET
    if not head:
        return NO_HEAD
    known = xy[inside]
    if np.ptp(known[:, 1]) < max(SMALLEST_PX, min(SURE_PX, 0.35 * height)):
        return SMALL
    hips = float(np.nanmean(xy[[K["left_hip"], K["right_hip"]], 0])) / width
    return FINE if MIDDLE <= hips <= 1 - MIDDLE else ASIDE


def is_dark(image: np.ndarray) -> bool:
    """Return whether an image is black: even its brightest parts are hardly lit."""
    small = cv2.resize(image, (64, 48), interpolation=cv2.INTER_AREA)
    return bool(np.percentile(small.max(axis=2), 95) < BLACK)
