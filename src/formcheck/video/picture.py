"""Pictures as a player shows them: pixels square, turned and mirrored as the file says, all of one size."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from av.sidedata.sidedata import SideDataContainer, Type

from formcheck.errors import UnreadableInput
from formcheck.video.container import check_not_too_large

EXTREME_PIXELS = 4.0  # times as wide as high, or as high as wide: beyond, the header is damaged
OFF_AXIS = 0.0175  # sine of 1 degree: further from a quarter turn, the picture is shown at an angle
SAME_SHAPE = 0.01  # pictures whose shapes differ by less are only scaled


@dataclass(frozen=True)
class Orientation:
    """How stored pictures become upright: rows and columns exchanged or not, then mirrored or not."""

    transposed: bool = False
    mirrored_x: bool = False
    mirrored_y: bool = False

    @property
    def rotation(self) -> int:
        """Degrees anticlockwise by which the picture is turned, as FFmpeg states it, after any mirroring."""
        if not self.transposed:
            return 180 if self.mirrored_y else 0
        return 270 if self.mirrored_x else 90

    def applied(self, image: np.ndarray) -> np.ndarray:
        """Return a stored picture (H, W, 3) upright."""
        if self == UPRIGHT:
            return image
        if self.transposed:
            image = image.swapaxes(0, 1)
        image = image[:: -1 if self.mirrored_y else 1, :: -1 if self.mirrored_x else 1]
        return np.ascontiguousarray(image)


UPRIGHT = Orientation()


def orientation_of(raw: Any, name: str) -> Orientation:
    """Return the orientation that a decoded frame carries.

    Raises
    ------
    UnreadableInput
        If the picture is to be shown at an angle that is no multiple of 90 degrees.
    """
    # `raw.side_data` would keep the frame and its container referring to each other: a hundred frames waited in memory
    data = SideDataContainer(raw).get(Type.DISPLAYMATRIX)  # type: ignore[call-arg]  # PyAV states no parameters
    return UPRIGHT if data is None else orientation_from(bytes(data), name)


def orientation_from(matrix: bytes, name: str) -> Orientation:
    """Return the orientation of a display matrix: nine 32-bit numbers, of which a, b, c and d turn the picture.

    A stored pixel at (x, y) is shown at (a x + c y, b x + d y). A matrix that folds the picture to a line is a
    damaged one and is not followed, as players do not.
    """
    a, b, _, c, d = struct.unpack("=5i", matrix[:20])
    if abs(a * d - b * c) < 1e-3 * (a * a + b * b) ** 0.5 * (c * c + d * d) ** 0.5 or not (a or b):
        return UPRIGHT
    transposed = abs(b) > abs(a)
    along, across = ((b, c), (a, d)) if transposed else ((a, d), (b, c))
    for main, other in zip(along, across):
        if abs(other) > OFF_AXIS * np.hypot(main, other):
            angle = np.degrees(np.arctan2(b, a))
            raise UnreadableInput(
                f"{name} is to be shown turned by {angle:.0f}°, which is not a quarter turn. "
                "Export it again with the turn applied."
            )
    if transposed:
        return Orientation(True, c < 0, b < 0)
    return Orientation(False, a < 0, d < 0)


def plausible_aspect(ratio: Fraction | None) -> float:
    """Return how many times as wide as high a stored pixel is to be shown; 1 where the file says nothing sensible."""
    aspect = float(ratio) if ratio else 1.0
    return aspect if 1 / EXTREME_PIXELS <= aspect <= EXTREME_PIXELS else 1.0


def shown_size(raw: Any, aspect: float, orientation: Orientation) -> tuple[int, int]:
    """Return (width, height) at which a stored picture is shown, upright, px."""
    width, height = max(1, round(raw.width * aspect)), raw.height
    return (height, width) if orientation.transposed else (width, height)


def upright(raw: Any, name: str, aspect: float = 1.0, size: tuple[int, int] | None = None) -> np.ndarray:
    """Return a decoded frame as an upright RGB picture.

    Parameters
    ----------
    raw : a frame of PyAV
    name : of the file, for people
    aspect : how many times as wide as high a stored pixel is shown
    size : (width, height) of the picture to return; None = as it is shown. A picture of another shape is fitted in
        with black bars, so that a runner keeps their shape where the picture changes midway.

    Raises
    ------
    UnreadableInput
        If the picture is too large, or turned by no multiple of 90 degrees.
    """
    check_not_too_large(name, raw.width, raw.height)
    orientation = orientation_of(raw, name)
    shown = shown_size(raw, aspect, orientation)
    size = size or shown
    inner = _fitted(shown, size)
    width, height = inner[::-1] if orientation.transposed else inner
    scaled = {} if (width, height) == (raw.width, raw.height) else {"width": width, "height": height}
    image = raw.to_ndarray(format="rgb24", threads=1, **scaled)  # more threads cost more than they save
    return _on_canvas(orientation.applied(image), size)


def _fitted(shown: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of this shape inside `size`; all of it where the shapes are the same."""
    if abs(shown[0] * size[1] / (shown[1] * size[0]) - 1) < SAME_SHAPE:
        return size
    scale = min(size[0] / shown[0], size[1] / shown[1])
    return max(1, round(shown[0] * scale)), max(1, round(shown[1] * scale))


def _on_canvas(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    right, below = size[0] - image.shape[1], size[1] - image.shape[0]
    if not right and not below:
        return image
    left, top = right // 2, below // 2
    return cv2.copyMakeBorder(image, top, below - top, left, right - left, cv2.BORDER_CONSTANT)
