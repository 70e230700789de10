"""A camera that views the synthetic runner: world metres to image pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np


@dataclass(frozen=True)
class Camera:
    """The camera's position and settings."""

    view: Literal["side", "front", "rear"] = "side"
    facing: Literal["left", "right"] = "right"  # side view: running direction in the image
    distance: float = 4.0  # m
    height: float = 1.0  # m above the belt
    target: float = 0.88  # m above the belt, point at the centre of the image
    yaw: float = 0.0  # deg from the view's axis, + = towards the runner's front (or left)
    pitch: float = 0.0  # deg above the direction to the target
    roll: float = 0.0  # deg, + = the horizon appears turned anticlockwise
    fov: float = 38.0  # deg, vertical
    width: int = 1280
    height_px: int = 720
    fps: float = 60.0
    jitter: float = 0.0  # fraction of a frame interval by which times vary (variable frame rate)
    rolling_shutter: float = 0.0  # s from the first to the last row
    slow_motion: float = 1.0  # slow-motion factor of the file
    follow: bool = False  # overground: move along beside the runner
    pan: int = 0  # overground: turn after the runner by hand, from one place; the seed of the hand's errors

    def times(self, duration: float, rng: np.random.Generator) -> np.ndarray:
        """Return the (T,) s of real time at which frames are captured."""
        regular = np.arange(int(np.ceil(duration * self.fps))) / self.fps
        return regular + np.clip(self.jitter * rng.normal(size=len(regular)), -0.45, 0.45) / self.fps * (
            regular > 0
        )

    @property
    def focal_px(self) -> float:
        """Focal length, px."""
        return 0.5 * self.height_px / float(np.tan(np.radians(self.fov) / 2))

    def axes(self) -> np.ndarray:
        """Return (3, 3): rows are the image's right, down and viewing direction in world axes."""
        eye = self.eye()
        ahead = np.array([0.0, 0.0, self.target]) - eye
        ahead = ahead / np.linalg.norm(ahead)
        right = np.cross(ahead, [0.0, 0.0, 1.0])
        right = right / np.linalg.norm(right)
        down = -np.cross(right, ahead)
        p, r = np.radians(self.pitch), np.radians(self.roll)
        ahead, down = np.cos(p) * ahead - np.sin(p) * down, np.cos(p) * down + np.sin(p) * ahead
        right, down = np.cos(r) * right + np.sin(r) * down, np.cos(r) * down - np.sin(r) * right
        return np.stack([right, down, ahead])

    def eye(self) -> np.ndarray:
        """Return the camera's position, (3,) m."""
        base = {"front": 0.0, "rear": np.pi}.get(self.view)
        if base is None:
            side = -1.0 if self.facing == "right" else 1.0
            angle = side * (np.pi / 2 - np.radians(self.yaw))
        else:
            angle = base + np.radians(self.yaw)
        flat = np.sqrt(max(self.distance**2 - (self.height - self.target) ** 2, 0.01))
        return np.array([flat * np.cos(angle), flat * np.sin(angle), self.height])

    def turned_to(self, x: np.ndarray, tilt: np.ndarray, roll: np.ndarray) -> np.ndarray:
        """Return (N, 3, 3) axes turned towards x m along the run, and shaken by (N,) rad in the hand."""
        eye = self.eye()
        turn = np.arctan2(-eye[1], x - eye[0]) - np.arctan2(-eye[1], -eye[0])
        upright = self.axes() @ _rotations(turn, 0, 1).transpose(0, 2, 1)
        return np.asarray(_rotations(roll, 0, 1) @ _rotations(tilt, 1, 2) @ upright)

    def project(self, points: np.ndarray, axes: np.ndarray | None = None) -> np.ndarray:
        """Return (..., 2) px of (..., 3) m; x right, y down; with `axes` (N, 3, 3) for (N, n, 3) m, each N its own."""
        turned = self.axes() if axes is None else axes
        seen = (points - self.eye()) @ np.swapaxes(turned, -1, -2)
        centre = np.array([self.width / 2, self.height_px / 2])
        return np.asarray(centre + self.focal_px * seen[..., :2] / seen[..., 2:])

    @property
    def near_side(self) -> str | None:
        """The leg nearer to the camera, None for front and rear views."""
        return self.facing if self.view == "side" else None


def _rotations(angle: np.ndarray, a: int, b: int) -> np.ndarray:
    """Return (N, 3, 3) rotations by (N,) rad from axis `a` towards axis `b`."""
    out = np.tile(np.eye(3), (len(angle), 1, 1))
    out[:, a, a] = out[:, b, b] = np.cos(angle)
    out[:, b, a], out[:, a, b] = np.sin(angle), -np.sin(angle)
    return out
