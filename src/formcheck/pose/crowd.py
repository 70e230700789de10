"""Other people in the frame: the detector runs on the whole frame and on parts of it.

BlazePose's detector is made for one person near the camera. Of several people, or of small
ones, it finds only the most prominent. On square parts of the frame it finds more.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from formcheck.pose.blazepose import PersonDetector
from formcheck.pose.pictures import next_look
from formcheck.pose.roi import Roi

LONG_PICTURE = 1.2  # largest aspect ratio of a frame that is one square
SHARED = 0.35  # overlap of neighbouring squares, as a fraction of a square
SAME_PERSON = 0.22  # fraction of the larger square: closer centres are one person (0.35 of body height)
FILLED = 0.6  # fraction of a part filled by one person; it would only show that person again
NO_PERSON = 0.35  # fraction of the largest square: smaller ones are distant people or false detections
EARLY_S, SELDOM_S = 0.15, 2.0  # s between counts: shorter in the first seconds, for short clips


def people_in(image: np.ndarray, detector: PersonDetector) -> list[Roi]:
    """Return a square around each person of comparable size, the largest first."""
    found = detector.find(image)
    largest = found[:1]
    for square, (left, top) in squares(image):
        side = square.shape[0]
        part = Roi(left + side / 2, top + side / 2, side, 0.0)
        if any(part.shared(roi) > FILLED * side**2 for roi in largest):
            continue
        found += [roi.moved(-left, -top, 1.0) for roi in detector.find(np.ascontiguousarray(square))]
    apart: list[Roi] = []
    for roi in sorted(found, key=lambda each: -each.size):
        if all(two_people(roi, other) for other in apart) and roi.size > NO_PERSON * found[0].size:
            apart.append(roi)
    return apart


def squares(image: np.ndarray) -> Iterator[tuple[np.ndarray, tuple[int, int]]]:
    """Yield overlapping squares that cover an elongated image, each with its corner in px."""
    height, width = image.shape[:2]
    side, long = min(height, width), max(height, width)
    if long <= LONG_PICTURE * side:
        return
    count = int(np.ceil((long - SHARED * side) / ((1 - SHARED) * side)))
    for start in np.linspace(0, long - side, count).astype(int):
        part = image[:, start : start + side] if width > height else image[start : start + side]
        yield part, ((int(start), 0) if width > height else (0, int(start)))


def two_people(one: Roi, other: Roi) -> bool:
    """Return whether two squares are too far apart to show the same person."""
    return bool(np.hypot(one.x - other.x, one.y - other.y) > SAME_PERSON * max(one.size, other.size))


def next_count(time: float, first: float) -> float:
    """Return when to count next, s."""
    return next_look(time, first, EARLY_S, SELDOM_S)
