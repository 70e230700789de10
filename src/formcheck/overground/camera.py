"""A camera beside a straight run: ground metres to pixels and back.

World axes: x along the run, to the right of the picture; y away from the camera; z up, m. The line
y = 0 passes through the middle of the marks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NAMES = (
    "log_focal",
    "yaw",
    "pitch",
    "roll",
    "log_height",
    "beside",
    "log_distance",
    "offset",
    "sole",
    "log_body",
)


@dataclass(frozen=True)
class GroundCamera:
    """Where the camera stands and how it looks; with the depth at which the runner runs."""

    log_focal: float  # log px
    yaw: float  # rad, + turned to the right
    pitch: float  # rad, + upwards
    roll: float  # rad, + = the horizon appears turned anticlockwise
    log_height: float  # log m above the ground
    beside: float  # m along the run
    log_distance: float  # log m to the line y = 0
    offset: float  # m, how far behind the line y = 0 the runner runs
    sole: float  # m, height of the foot's keypoints above the ground
    log_body: float  # log m, thigh + shank + trunk of the runner
    size: tuple[int, int] = (1920, 1080)  # px

    @staticmethod
    def of(values: np.ndarray, size: tuple[int, int]) -> GroundCamera:
        """Return the camera with parameters in the order of `NAMES`."""
        return GroundCamera(**dict(zip(NAMES, map(float, values))), size=size)

    @property
    def focal(self) -> float:
        """Focal length, px."""
        return float(np.exp(self.log_focal))

    @property
    def metres_per_px(self) -> float:
        """How much of the line y = 0 one pixel covers, where the camera stands square to it."""
        return float(np.exp(self.log_distance)) / self.focal

    @property
    def eye(self) -> np.ndarray:
        """Position of the camera, (3,) m."""
        return np.array([self.beside, -np.exp(self.log_distance), np.exp(self.log_height)])

    def axes(self) -> np.ndarray:
        """Return (3, 3): rows are right, down and viewing direction."""
        cy, sy, cp, sp = np.cos(self.yaw), np.sin(self.yaw), np.cos(self.pitch), np.sin(self.pitch)
        ahead = np.array([sy * cp, cy * cp, sp])
        right = np.array([cy, -sy, 0.0])
        down = np.cross(ahead, right)
        c, s = np.cos(self.roll), np.sin(self.roll)
        return np.stack([c * right + s * down, c * down - s * right, ahead])

    def project(self, points: np.ndarray) -> np.ndarray:
        """Return (..., 2) px of (..., 3) m."""
        seen = (points - self.eye) @ self.axes().T
        depth = np.where(
            seen[..., 2:] > 0.1, seen[..., 2:], 0.1
        )  # behind the camera: far outside the picture
        return np.asarray(0.5 * np.array(self.size) + self.focal * seen[..., :2] / depth)

    def depth(self, points: np.ndarray) -> np.ndarray:
        """Return the distance of (..., 3) m from the picture plane, m."""
        return np.asarray((points - self.eye) @ self.axes()[2])

    def at_depth(self, pixels: np.ndarray, beyond: float | np.ndarray) -> np.ndarray:
        """Return where the rays of (..., 2) px meet the upright plane y = `beyond`: (..., 2) m, x and z."""
        flat = (pixels - 0.5 * np.array(self.size)) / self.focal
        rays = np.concatenate([flat, np.ones((*flat.shape[:-1], 1))], axis=-1) @ self.axes()
        far = (beyond - self.eye[1]) / rays[..., 1]
        return np.asarray((self.eye + far[..., None] * rays)[..., [0, 2]])
