"""A sprinter past a camera with cones on the ground: gait, camera and marks with known truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from formcheck.course import CourseMark, Marks
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.clip import SyntheticClip, aimed
from formcheck.synthetic.params import Gait

GRAVITY = 9.81
AHEAD_SHARE = 0.45  # of the way over the foot during contact: how far in front of the hips it lands


def sprint_gait(speed: float, cadence: float, contact_time: float, **changes: object) -> Gait:
    """Return a sprinter's gait over ground; the hips rise as far as gravity brings them down in flight.

    Parameters
    ----------
    speed : m/s
    cadence : steps/min
    contact_time : s
    changes : further parameters of `Gait`
    """
    flight = 60 / cadence - contact_time
    gait = Gait(
        speed=speed,
        cadence=cadence,
        contact_time=contact_time,
        overground=True,
        overstride=AHEAD_SHARE * speed * contact_time,
        bounce=GRAVITY * flight * (flight / 8 + contact_time / (2 * np.pi)),
        strike=-3.0,
        push_off=60.0,
        knee_swing=125.0,
        thigh_forward=65.0,
        lean=5.0,
    )
    return replace(gait, **changes)  # type: ignore[arg-type]


def sprint_camera(fps: float = 120.0, **changes: object) -> Camera:
    """Return a phone on a tripod that sees 12 m of the run from 10 m aside."""
    camera = Camera(distance=10.0, height=1.2, width=1920, height_px=1080, fov=37.3, fps=fps)
    return replace(camera, **changes)  # type: ignore[arg-type]


def cones(
    camera: Camera,
    along: Sequence[float],
    across: Sequence[float] = (0.0,),
    *,
    aside: float = 0.0,
    errors: tuple[float, float] = (0.0, 0.0),
    seed: int = 0,
) -> Marks:
    """Return marks on the ground as the camera sees them.

    Parameters
    ----------
    along : m in the direction of running; 0 is where the camera looks
    across : m away from the camera
    aside : m by which all marks lie behind the runner's line
    errors : standard deviations of taping (m) and of pointing (px)
    """
    return _marks(camera, along, across, aside, errors, seed, lambda place: (camera.project(place), None))


def cones_in_pan(
    clip: SyntheticClip,
    along: Sequence[float],
    across: Sequence[float] = (0.0,),
    *,
    aside: float = 0.0,
    errors: tuple[float, float] = (0.0, 0.0),
    seed: int = 0,
) -> Marks:
    """Return marks each pointed at in the frame that shows it nearest to the middle; parameters as in `cones`."""
    camera, time = clip.truth.camera, clip.track.time
    axes = aimed(clip.truth, time / camera.slow_motion)

    def where(place: np.ndarray) -> tuple[np.ndarray, float]:
        pixels = camera.project(place[None, None], axes)[:, 0]
        best = int(np.abs(pixels[:, 0] - camera.width / 2).argmin())
        return pixels[best], float(time[best])

    return _marks(camera, along, across, aside, errors, seed, where)


def _marks(
    camera: Camera,
    along: Sequence[float],
    across: Sequence[float],
    aside: float,
    errors: tuple[float, float],
    seed: int,
    where: Callable[[np.ndarray], tuple[np.ndarray, float | None]],
) -> Marks:
    """Return marks with their stated metres; `where` says at which pixel, and when, a true place (3,) m is pointed at."""
    rng = np.random.default_rng([seed, 7])
    away = 1.0 if camera.facing == "right" else -1.0
    found = []
    for x, y in product(map(float, along), map(float, across)):
        taped = errors[0] * rng.normal(size=2)
        pixel, at = where(np.array([x + taped[0], away * (y + aside + taped[1]), 0.0]))
        left, down = pixel + errors[1] * rng.normal(size=2)
        found.append(CourseMark(float(left), float(down), x, y, at))
    return Marks(tuple(found))
