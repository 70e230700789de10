"""The rotated square around a person that is the input of a pose model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from formcheck.skeleton import K

GROWN = 1.25  # relative to BlazePose's circle; its nets were trained with this
SIZE = 256  # px, side of a crop
NARROW = (
    192  # px: the middle of a crop that shows a runner; the net needs a multiple of 32, and the centre kept
)
NARROW_REACH = (
    0.33  # fraction of the side: joints this far from the centre line are 11 px inside the narrow crop
)


@dataclass(frozen=True)
class Roi:
    """A square in the image."""

    x: float  # px, centre
    y: float  # px, centre
    size: float  # px, side
    turn: float  # rad, rotation, clockwise as displayed, 0 = upright
    width: float = SIZE  # px of the crop's middle columns in which all of the person is
    shoulders: float = (
        0.0  # fraction of the side from shoulder to shoulder, across: large from the front and rear
    )

    @classmethod
    def around(cls, middle: np.ndarray, rim: np.ndarray) -> Roi:
        """Return the square of the circle with this centre and this point above it on its edge, px."""
        dx, dy = float(rim[0] - middle[0]), float(rim[1] - middle[1])
        turn = np.pi / 2 - np.arctan2(-dy, dx)
        turn = (turn + np.pi) % (2 * np.pi) - np.pi
        return cls(float(middle[0]), float(middle[1]), 2 * GROWN * float(np.hypot(dx, dy)), float(turn))

    @classmethod
    def from_row(cls, row: np.ndarray) -> Roi:
        """Return the square of a row (x, y, size, turn, width, shoulders)."""
        return cls(*(float(value) for value in row))

    @property
    def row(self) -> np.ndarray:
        """(6,) x, y, size, turn, width, shoulders."""
        return np.array([self.x, self.y, self.size, self.turn, self.width, self.shoulders])

    def fitted_to(self, xy: np.ndarray) -> Roi:
        """Return the square with its width and shoulders as those of a person's keypoints, (21, 2) px."""
        off = (xy - np.array([self.x, self.y])) / self.size
        aside = off[:, 0] * np.cos(self.turn) + off[:, 1] * np.sin(self.turn)
        width = NARROW if np.abs(aside).max() <= NARROW_REACH else SIZE
        shoulders = float(abs(aside[K["left_shoulder"]] - aside[K["right_shoulder"]]))
        return replace(self, width=width, shoulders=shoulders)

    def crop(self, image: np.ndarray, size: int = SIZE, width: int | None = None) -> np.ndarray:
        """Cut the square out of an image, rotated upright, black outside; (size, width, 3).

        The square's corner lies at the centre of pixel (0, 0), as in MediaPipe: a shift of half a
        pixel displaces all points by 2.5 px. `width` keeps only so many columns in the middle.
        """
        cosine, sine = np.cos(self.turn) * self.size / size, np.sin(self.turn) * self.size / size
        width = width or size
        right, down = width / 2, size / 2
        to_image = np.array(
            [
                [cosine, -sine, self.x - cosine * right + sine * down],
                [sine, cosine, self.y - sine * right - cosine * down],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(image, to_image, (width, size), flags=flags, borderMode=cv2.BORDER_CONSTANT)

    def to_image(self, points: np.ndarray) -> np.ndarray:
        """Map (..., 2) points from the crop (0..1 of its side) to the image's px."""
        off = (points - 0.5) * self.size
        cosine, sine = np.cos(self.turn), np.sin(self.turn)
        x = off[..., 0] * cosine - off[..., 1] * sine + self.x
        y = off[..., 0] * sine + off[..., 1] * cosine + self.y
        return np.stack([x, y], axis=-1)

    def shifted(self, crop_px: float) -> Roi:
        """Return the square moved to its own right by this many pixels of a crop."""
        way = crop_px * self.size / SIZE
        return replace(self, x=self.x + way * np.cos(self.turn), y=self.y + way * np.sin(self.turn))

    def moved(self, dx: float, dy: float, scale: float) -> Roi:
        """Return the same square in an image cropped at (dx, dy) and then scaled."""
        x, y = (self.x - dx) * scale, (self.y - dy) * scale
        return replace(self, x=x, y=y, size=self.size * scale)

    def shared(self, other: Roi) -> float:
        """Return the intersection area of two squares, px², both taken as upright."""
        reach = (self.size + other.size) / 2
        wide = min(reach - abs(self.x - other.x), self.size, other.size)
        high = min(reach - abs(self.y - other.y), self.size, other.size)
        return max(wide, 0.0) * max(high, 0.0)

    def overlap(self, other: Roi) -> float:
        """Return the intersection over union of the two squares."""
        shared = self.shared(other)
        return shared / (self.size**2 + other.size**2 - shared)
