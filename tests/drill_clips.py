"""Synthetic clips of drills, drawn as people and cameras differ, and how many repetitions they hold."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from formcheck import biomechanics
from formcheck.skeleton import SIDES, K, other
from formcheck.synthetic import CLEAN, MOTIONS, REALISTIC, Body, Camera, Gait, Noise, SyntheticClip, project
from formcheck.synthetic.clip import make_truth

DRILLS = ("high_knees", "butt_kicks", "marching", "fast_feet", "bounding")
SECONDS = 10.0
DENSE = 300.0  # Hz of the truth


def drawn(motion: str, seed: int, view: str = "side") -> tuple[Gait, Camera]:
    """Return somebody doing this, and a camera, both drawn from `seed`."""
    rng = np.random.default_rng([seed, len(motion)])
    gait = MOTIONS[motion]

    def near(value: float, share: float) -> float:
        return value * (1 + share * rng.uniform(-1, 1))

    cadence = near(gait.cadence, 0.12)
    gait = replace(
        gait, body=Body.of_height(rng.uniform(1.55, 1.95)), cadence=cadence, lean=gait.lean + rng.uniform(-4, 4),
        contact_time=gait.contact_time * gait.cadence / cadence, thigh_forward=near(gait.thigh_forward, 0.08),
        knee_swing=near(gait.knee_swing, 0.07), variation=rng.uniform(0.005, 0.03), bounce=near(gait.bounce, 0.2),
        speed=near(gait.speed, 0.3) if motion == "running" else gait.speed,
    )  # fmt: skip
    gait = within_reach(gait)
    camera = Camera(
        view=view, facing=str(rng.choice(["left", "right"])), distance=rng.uniform(3.2, 6),  # type: ignore[arg-type]
        fps=float(rng.choice([30, 50, 60, 120])), yaw=rng.uniform(-15, 15), roll=rng.uniform(-2, 2),
        height=rng.uniform(0.8, 1.2), fov=rng.uniform(40, 50),
    )  # fmt: skip
    return gait, camera


def within_reach(gait: Gait) -> Gait:
    """Return somebody of that stature who gets as far over a standing foot, for it, as others do.

    Else short people would walk with their legs apart as nobody can, and fast ones run so.
    """
    usual = MOTIONS[gait.motion]
    path = usual.speed * usual.contact_time * gait.body.height / usual.body.height
    if gait.motion == "running":
        return replace(gait, contact_time=path / gait.speed)
    return replace(gait, speed=path / gait.contact_time)


def hips_of(motion: str, seed: int) -> tuple[float, float]:
    """Return how far back (-) and forward (+) of upright the left thigh comes, deg."""
    truth = make_truth(*drawn(motion, seed), seed, SECONDS)
    points = truth.pose(np.arange(1.0, 5.0, 0.01)).points
    thigh = points[:, K["left_knee"]] - points[:, K["left_hip"]]
    angle = np.degrees(np.arctan2(thigh[:, 0], -thigh[:, 2]))
    return float(angle.min()), float(angle.max())


@lru_cache(maxsize=80)
def filmed(motion: str, seed: int, noise: Noise = REALISTIC, view: str = "side") -> SyntheticClip:
    """Return ten seconds of it."""
    gait, camera = drawn(motion, seed, view)
    return project(gait, camera, noise, seed=seed, duration_s=SECONDS)


def peaks(clip: SyntheticClip) -> np.ndarray:
    """Return the true moments (s) at which a leg is highest: once in every stride of a leg."""
    time = np.arange(-1.6, clip.truth.duration + 1.6, 1 / DENSE)
    points = clip.truth.pose(time).points
    found = []
    for side in SIDES:
        signal = _signal(points, side, clip.truth.gait.motion)
        contacts = clip.truth.timing.of(side)[0]
        for start, stop in zip(contacts[:-1], contacts[1:]):
            inside = (time >= start) & (time < stop)
            if start > time[0] and stop < time[-1]:
                found.append(time[inside][np.argmax(signal[inside])])
    return np.sort(found)


def count(clip: SyntheticClip) -> int:
    """Return how many repetitions have their highest moment within the clip."""
    top = peaks(clip)
    return int(np.sum((top > 0) & (top < clip.track.time[-1])))


def clear_of_the_ends(clip: SyntheticClip, frames: float = 2.0) -> bool:
    """Whether no repetition is highest so near to the clip's ends that a frame decides."""
    top, near = peaks(clip), frames / clip.truth.camera.fps
    ends = np.array([0.0, clip.track.time[-1]])
    return bool(np.all(np.abs(top[:, None] - ends) > near))


def _signal(points: np.ndarray, side: str, motion: str) -> np.ndarray:
    hip, knee, ankle = (points[:, K[f"{side}_{part}"]][:, [0, 2]] for part in ("hip", "knee", "ankle"))
    if motion == "butt_kicks":
        return biomechanics.knee_flexion_deg(hip, knee, ankle)
    if motion == "fast_feet":
        return ankle[:, 1] - points[:, K[f"{other(side)}_ankle"], 2]
    return knee[:, 1] - hip[:, 1]


__all__ = [
    "CLEAN",
    "DRILLS",
    "REALISTIC",
    "clear_of_the_ends",
    "count",
    "drawn",
    "filmed",
    "hips_of",
    "peaks",
]
