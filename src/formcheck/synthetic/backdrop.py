"""A drawn place for a camera that pans: ground, a fence and trees, as still textures seen through a turning camera."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.skeleton import BONES, K
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.clip import SyntheticClip, aimed
from formcheck.types import Frame

PER_M = 30  # px of a texture
SKY = 200
RUNNER_GREY = 40


@dataclass(frozen=True, eq=False)
class Plane:
    """A textured rectangle: `corner` + u `across` + v `along` m, u and v as wide and as high as the texture."""

    corner: np.ndarray  # (3,) m
    across: np.ndarray  # (3,) unit
    along: np.ndarray  # (3,) unit
    texture: np.ndarray  # (h, w) uint8

    def drawn_on(self, picture: np.ndarray, camera: Camera, axes: np.ndarray, moved: float = 0.0) -> None:
        """Draw the part in front of the camera, which moved so many metres along the run."""
        to_pixels = np.array(
            [[camera.focal_px, 0, camera.width / 2], [0, camera.focal_px, camera.height_px / 2], [0, 0, 1]]
        )
        place = np.stack(
            [self.across / PER_M, self.along / PER_M, self.corner - camera.eye() - [moved, 0, 0]], axis=1
        )
        share = picture.shape[1] / camera.width
        shrunk = np.array(
            [[share, 0, 0.5 * share - 0.5], [0, share, 0.5 * share - 0.5], [0, 0, 1]]
        )  # pixel middles
        seen = shrunk @ to_pixels @ axes @ place
        size = (picture.shape[1], picture.shape[0])
        drawn = cv2.warpPerspective(self.texture, seen, size, flags=cv2.INTER_LINEAR)
        behind = np.linalg.inv(seen)  # rows beyond the horizon come back with the wrong sign
        column, row = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
        ahead = behind[2, 0] * column + behind[2, 1] * row + behind[2, 2] > 0
        shown = (drawn > 0) & ahead
        picture[shown] = drawn[shown]


def place_of(
    camera: Camera, *, texture: float = 1.0, half_m: float = 45.0, seed: int = 0
) -> tuple[Plane, ...]:
    """Return trees 30 m, a fence 5 m behind the run and the ground, the furthest first.

    Parameters
    ----------
    texture : contrast, 0 = plain surfaces
    half_m : how far the place reaches to each side
    """
    away = -np.sign(camera.eye()[1])
    right = np.array([away, 0.0, 0.0])  # the picture's right
    rng = np.random.default_rng([seed, 11])
    left_end = -half_m * right

    def upright(beyond: float, height: float, grain: float) -> Plane:
        corner = left_end + np.array([0.0, away * beyond, height])
        return Plane(
            corner, right, np.array([0.0, 0.0, -1.0]), _texture(height, 2 * half_m, grain, texture, rng)
        )

    near = camera.distance - 1.0
    ground = Plane(
        left_end + np.array([0.0, away * 5.0, 0.0]),
        right,
        np.array([0.0, -away, 0.0]),
        _texture(5 + near, 2 * half_m, 0.15, texture, rng),
    )
    return upright(30.0, 12.0, 0.8), upright(5.0, 1.5, 0.2), ground


def _texture(
    height_m: float, width_m: float, grain_m: float, contrast: float, rng: np.random.Generator
) -> np.ndarray:
    size = (max(2, round(height_m / grain_m)), max(2, round(width_m / grain_m)))
    grains = rng.normal(size=size).astype(np.float32)
    shape = (round(width_m * PER_M), round(height_m * PER_M))
    drawn = 120 + 35 * contrast * cv2.resize(grains, shape, interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(drawn, 1, 255), np.uint8)


def panned_frames(
    clip: SyntheticClip, *, width: int = 960, texture: float = 1.0, seed: int = 0
) -> Iterator[Frame]:
    """Yield the pictures of a projected clip: the place, and the runner as thick lines.

    Parameters
    ----------
    width : px of the pictures; the clip's own pixels are the camera's
    texture : contrast of the place, 0 = plain surfaces
    """
    camera = clip.truth.camera
    place = place_of(camera, texture=texture, seed=seed)
    rng = np.random.default_rng([seed, 13])
    share = width / camera.width
    times = clip.track.time / camera.slow_motion
    moved = clip.truth.ahead(times) * camera.follow
    for time, axes, along, points in zip(clip.track.time, aimed(clip.truth, times), moved, clip.track.xy):
        picture = np.full((round(share * camera.height_px), width), SKY, np.uint8)
        for plane in place:
            plane.drawn_on(picture, camera, axes, along)
        _draw_runner(picture, share * points)
        noisy = np.clip(picture + 2.0 * rng.normal(size=picture.shape), 0, 255).astype(np.uint8)
        yield Frame(np.repeat(noisy[:, :, None], 3, axis=2), float(time))


def _draw_runner(picture: np.ndarray, points: np.ndarray) -> None:
    for a, b in ((K[one], K[other]) for one, other in BONES):
        if np.isfinite(points[[a, b]]).all():
            ends = np.round(points[[a, b]]).astype(np.int32)
            cv2.line(picture, tuple(map(int, ends[0])), tuple(map(int, ends[1])), RUNNER_GREY, 8, cv2.LINE_AA)
