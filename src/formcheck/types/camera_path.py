"""How a camera turned while it filmed, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WIDEST_DEG = 65.0  # from the reference: further aside a pixel of the reference picture stands for too much


@dataclass(frozen=True, eq=False)
class CameraPath:
    """A camera that turns in one place: every frame's directions in the axes of one reference.

    The camera's place does not change, so how far away a point lies does not matter: a turn carries every
    pixel of one frame to one place of a picture taken in the reference direction.
    """

    time: np.ndarray  # (T,) s of the clip's timebase, increasing
    turns: np.ndarray  # (T, 3, 3) from the axes of each frame (right, down, ahead) to those of the reference
    sd_px: np.ndarray  # (T,) px, standard error of a pixel's place because of the turn
    focal_px: float  # focal length
    focal_sd: float  # its standard error, share
    size: tuple[int, int]  # (width, height) px

    def __post_init__(self) -> None:
        frames = len(self.time)
        if self.turns.shape != (frames, 3, 3) or self.sd_px.shape != (frames,) or not frames:
            raise ValueError("a camera's path needs a turn and an error for every time")
        if not np.all(np.diff(self.time) > 0):
            raise ValueError("time must increase strictly")
        if not self.focal_px > 0:
            raise ValueError(f"focal_px must be positive, got {self.focal_px}")

    @property
    def span_deg(self) -> float:
        """The angle between the two frames whose directions are furthest apart to the side."""
        ahead = self.turns[:, :, 2]
        return float(np.degrees(np.ptp(np.arctan2(ahead[:, 0], ahead[:, 2]))))

    def nearest(self, times: np.ndarray) -> np.ndarray:
        """Return (N,) the frames nearest to (N,) s."""
        return np.asarray(np.abs(self.time[None, :] - np.asarray(times)[:, None]).argmin(axis=1))

    def onto_reference(self, pixels: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return where (N, ..., 2) px of the frames at (N,) s lie in the reference picture.

        NaN where a point lies further aside than `WIDEST_DEG`.
        """
        turns = self.turns[self.nearest(times)]
        middle = 0.5 * np.array(self.size)
        rays = np.concatenate([(pixels - middle) / self.focal_px, np.ones((*pixels.shape[:-1], 1))], axis=-1)
        turned = np.einsum("nij,n...j->n...i", turns, rays)
        ahead = turned[..., 2] / np.linalg.norm(turned, axis=-1)
        seen = ahead > np.cos(np.radians(WIDEST_DEG))
        flat = turned[..., :2] / np.where(seen, turned[..., 2], np.nan)[..., None]
        return np.asarray(middle + self.focal_px * flat)
