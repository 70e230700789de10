"""The rotated square around a person that is the input of a pose model."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

GROWN = 1.25  # relative to BlazePose's circle; its nets were trained with this
SIZE = 256  # px, side of a crop


@dataclass(frozen=True)
class Roi:
    """A square in the image."""

    x: float  # px, centre
    y: float  # px, centre
    size: float  # px, side
    turn: float  # rad, rotation, clockwise as displayed, 0 = upright

    @classmethod
    def around(cls, middle: np.ndarray, rim: np.ndarray) -> Roi:
        """Return the square of the circle with this centre and this point above it on its edge, px."""
        dx, dy = float(rim[0] - middle[0]), float(rim[1] - middle[1])
        turn = np.pi / 2 - np.arctan2(-dy, dx)
        turn = (turn + np.pi) % (2 * np.pi) - np.pi
        return cls(float(middle[0]), float(middle[1]), 2 * GROWN * float(np.hypot(dx, dy)), float(turn))

    @classmethod
    def from_row(cls, row: np.ndarray) -> Roi:
        """Return the square of a row (x, y, size, turn)."""
        return cls(*(float(value) for value in row))

    @property
    def row(self) -> np.ndarray:
        """(4,) x, y, size, turn."""
        return np.array([self.x, self.y, self.size, self.turn])

    def crop(self, image: np.ndarray, size: int = SIZE) -> np.ndarray:
        """Cut the square out of an image, rotated upright, black outside; (size, size, 3).

        The square's corner lies at the centre of pixel (0, 0), as in MediaPipe: a shift of half a
        pixel displaces all points by 2.5 px.
        """
        cosine, sine = np.cos(self.turn) * self.size / size, np.sin(self.turn) * self.size / size
        half = size / 2
        to_image = np.array(
            [
                [cosine, -sine, self.x - cosine * half + sine * half],
                [sine, cosine, self.y - sine * half - cosine * half],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(image, to_image, (size, size), flags=flags, borderMode=cv2.BORDER_CONSTANT)

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
        return Roi(self.x + way * np.cos(self.turn), self.y + way * np.sin(self.turn), self.size, self.turn)

    def moved(self, dx: float, dy: float, scale: float) -> Roi:
        """Return the same square in an image cropped at (dx, dy) and then scaled."""
        return Roi((self.x - dx) * scale, (self.y - dy) * scale, self.size * scale, self.turn)

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
