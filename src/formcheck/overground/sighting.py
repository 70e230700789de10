"""What the picture shows of the runner in pixels: hips over time, each foot on the ground, body size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.motion.preprocess import low_pass, resample, without_spikes
from formcheck.overground.scale import Seen
from formcheck.scene.features import mean, seen_points
from formcheck.skeleton import K
from formcheck.types import Motion, PoseTrack, Scene, Step

FOOT = ("toe", "heel", "ankle")  # the first is the ball, whose place is measured
FLAT = (0.2, 0.6)  # share of contact in which the ball of the foot stands still, also in sprinting
HALF_STEP_WIDTH_M = 0.035  # m from the line of the run: runners place their feet 5 to 10 cm apart
FEWEST_SEEN = 2  # moments of a contact with this part of the foot in sight
WINDOW_S = 0.12  # s around a contact over which the size of the body is averaged


@dataclass(frozen=True, eq=False)
class Sighting:
    """The runner in pixels on the motion's even grid, and at every contact."""

    time: np.ndarray  # (N,) s of real time
    hips: np.ndarray  # (N, 2) px, smoothed; NaN = not seen
    feet: np.ndarray  # (K, 3, 2) px, the points `FOOT` of each foot on the ground; NaN = not seen
    aside: np.ndarray  # (K,) m behind the line of the run
    body: np.ndarray  # (K,) px

    def seen(self, steps: Sequence[Step]) -> Seen:
        """Return what the fit of the scale needs."""
        middles = np.array(
            [step.contact + 0.5 * (step.duration if step.duration > 0 else 0.1) for step in steps]
        )
        hips = _at(middles, self.time, self.hips)
        return Seen(hips, self.feet[:, 0], self.body, self.aside, _gain(middles, hips[:, 0]))


def sighting_of(track: PoseTrack, scene: Scene, motion: Motion, steps: Sequence[Step]) -> Sighting:
    """Return what the picture shows of the runner.

    Parameters
    ----------
    track : PoseTrack
        In pixels of a still picture: a moving camera's are put onto one picture first.
    scene, motion, steps : of the same clip
    """
    raw = _even(track, scene, motion)
    smooth = low_pass(raw, motion.rate)
    side_away = [HALF_STEP_WIDTH_M * (-1 if step.side == scene.near_side else 1) for step in steps]
    return Sighting(
        motion.time,
        _middle(smooth, "hip"),
        np.array([[_standing(raw, motion, step, part) for part in FOOT] for step in steps]).reshape(-1, 3, 2),
        np.array(side_away),
        _body(smooth, motion, scene, steps),
    )


def _even(track: PoseTrack, scene: Scene, motion: Motion) -> np.ndarray:
    """Return (N, 21, 2) px on the motion's grid, single jumps removed; NaN = not seen."""
    time = (track.time - track.time[0]) / scene.slow_motion_factor
    legs = without_spikes(seen_points(track) / motion.leg_px, time)
    return motion.leg_px * resample(legs, time, motion.time)


def _standing(raw: np.ndarray, motion: Motion, step: Step, part: str) -> np.ndarray:
    """Return where a part of the foot stands, (2,) px: the median over the flat part of the contact."""
    if not step.duration > 0:
        return np.full(2, np.nan)
    moments = step.contact + np.linspace(*FLAT, 9) * step.duration
    places = _at(moments, motion.time, raw[:, K[f"{step.side}_{part}"]])
    found = places[np.isfinite(places).all(axis=1)]
    return np.median(found, axis=0) if len(found) >= FEWEST_SEEN else np.full(2, np.nan)


def _body(smooth: np.ndarray, motion: Motion, scene: Scene, steps: Sequence[Step]) -> np.ndarray:
    """Return thigh + shank + trunk of the nearer side around each contact, (K,) px."""
    side = scene.near_side or "left"
    joints = [smooth[:, K[f"{side}_{part}"]] for part in ("hip", "knee", "ankle")]
    trunk = _middle(smooth, "shoulder") - _middle(smooth, "hip")
    lengths = np.linalg.norm(trunk, axis=1) + sum(
        np.linalg.norm(b - a, axis=1) for a, b in zip(joints, joints[1:])
    )
    near = [np.abs(motion.time - step.contact) < WINDOW_S for step in steps]
    return np.array([mean(lengths[here]) for here in near])


def _middle(xy: np.ndarray, part: str) -> np.ndarray:
    """Return the (N, 2) midpoint of a pair, NaN where one of them is not seen."""
    return np.asarray(0.5 * (xy[:, K[f"left_{part}"]] + xy[:, K[f"right_{part}"]]))


def _at(moments: np.ndarray, time: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return (M, 2) px of a path (N, 2) px at (M,) s; NaN next to a gap stays NaN."""
    return np.stack([np.interp(moments, time, axis) for axis in points.T], axis=1)


def _gain(moments: np.ndarray, columns: np.ndarray) -> float:
    """Return the log of how much faster (K,) columns go by at the end than at the start; 0 = too few to tell."""
    speed = np.abs(np.diff(columns)) / np.diff(moments)
    known = np.flatnonzero(speed > 0)
    if len(known) < FEWEST_SEEN:
        return 0.0
    return float(np.ptp(known) * np.polyfit(known, np.log(speed[known]), 1)[0])
