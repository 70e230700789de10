"""What the picture shows of the runner in pixels: hips over time, each foot on the ground, body size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.motion.preprocess import MIN_CONFIDENCE, low_pass, resample, without_spikes
from formcheck.overground.scale import Seen
from formcheck.skeleton import K
from formcheck.types import Motion, PoseTrack, Scene, Step

FLAT = (0.2, 0.6)  # share of contact in which the ball of the foot stands still, also in sprinting
HALF_STEP_WIDTH_M = 0.035  # m from the line of the run: runners place their feet 5 to 10 cm apart
FEWEST_SEEN = 2  # moments of a contact with the toe in sight
WINDOW_S = 0.12  # s around a contact over which the size of the body is averaged


@dataclass(frozen=True, eq=False)
class Sighting:
    """The runner in pixels on the motion's even grid, and at every contact."""

    time: np.ndarray  # (N,) s of real time
    hips: np.ndarray  # (N, 2) px, smoothed; NaN = not seen
    feet: np.ndarray  # (K, 2) px, ball of the foot on the ground; NaN = not seen
    aside: np.ndarray  # (K,) m behind the line of the run
    body: np.ndarray  # (K,) px

    def seen(self, steps: Sequence[Step]) -> Seen:
        """Return what the fit of the scale needs."""
        middles = [step.contact + 0.5 * (step.duration if step.duration > 0 else 0.1) for step in steps]
        hips = np.stack([np.interp(middles, self.time, self.hips[:, axis]) for axis in (0, 1)], axis=1)
        return Seen(hips, self.feet, self.body, self.aside)


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
    hips = 0.5 * (smooth[:, K["left_hip"]] + smooth[:, K["right_hip"]])
    side_away = [HALF_STEP_WIDTH_M * (-1 if step.side == scene.near_side else 1) for step in steps]
    return Sighting(
        motion.time,
        hips,
        np.array([_standing(raw, motion, step) for step in steps]).reshape(-1, 2),
        np.array(side_away),
        _body(smooth, motion, scene, steps),
    )


def _even(track: PoseTrack, scene: Scene, motion: Motion) -> np.ndarray:
    """Return (N, 21, 2) px on the motion's grid, single jumps removed; NaN = not seen."""
    time = (track.time - track.time[0]) / scene.slow_motion_factor
    seen = np.where((track.confidence >= MIN_CONFIDENCE)[..., None], track.xy, np.nan)
    return motion.leg_px * resample(without_spikes(seen / motion.leg_px, time), time, motion.time)


def _standing(raw: np.ndarray, motion: Motion, step: Step) -> np.ndarray:
    """Return where the ball of the foot stands, (2,) px: the median over the flat part of the contact."""
    if not step.duration > 0:
        return np.full(2, np.nan)
    moments = step.contact + np.linspace(*FLAT, 9) * step.duration
    toe = raw[:, K[f"{step.side}_toe"]]
    places = np.stack([np.interp(moments, motion.time, toe[:, axis]) for axis in (0, 1)], axis=1)
    found = places[np.isfinite(places).all(axis=1)]
    return np.median(found, axis=0) if len(found) >= FEWEST_SEEN else np.full(2, np.nan)


def _body(smooth: np.ndarray, motion: Motion, scene: Scene, steps: Sequence[Step]) -> np.ndarray:
    """Return thigh + shank + trunk of the nearer side around each contact, (K,) px."""
    side = scene.near_side or "left"
    hip = 0.5 * (smooth[:, K["left_hip"]] + smooth[:, K["right_hip"]])
    shoulder = 0.5 * (smooth[:, K["left_shoulder"]] + smooth[:, K["right_shoulder"]])
    joints = [smooth[:, K[f"{side}_{part}"]] for part in ("hip", "knee", "ankle")]
    lengths = np.linalg.norm(shoulder - hip, axis=1) + sum(
        np.linalg.norm(b - a, axis=1) for a, b in zip(joints, joints[1:])
    )
    near = [np.abs(motion.time - step.contact) < WINDOW_S for step in steps]
    return np.array([_mean(lengths[here]) for here in near])


def _mean(values: np.ndarray) -> float:
    found = values[np.isfinite(values)]
    return float(found.mean()) if len(found) else np.nan
