"""What a body does in a drill, as signals that need no side view: heights before widths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck import biomechanics
from formcheck.scene.features import Rhythm, rhythm
from formcheck.skeleton import SIDES, K
from formcheck.types import Motion, Scene

LONGEST_BRIDGE_S = 0.3  # counting goes on through losses this short
STANDING = 25.0  # %: the ankle is this low in its path while the foot stands
NEAR_GROUND = 0.05  # leg lengths: heel or toe this near to its lowest counts as down ...
DOWN_TOO_LONG_S = (
    0.07  # ... so a contact reads this much too long (projected truth: 0.05 to 0.09 in five drills)
)
TYPICAL_PEAK = 95.0  # percentile of a signal that its peaks reach
STEEPEST_YAW_DEG = 60.0


@dataclass(frozen=True, eq=False)
class Moves:
    """Signals of one clip, left leg first. Times in s of real time, lengths in leg lengths."""

    time: np.ndarray  # (N,) s
    rate: float  # Hz
    knee: np.ndarray  # (N, 2) knee over hip in thigh lengths: -1 hanging, 0 level
    fold: np.ndarray  # (N, 2) deg, knee flexion in the picture plane
    lift: np.ndarray  # (N,) left ankle above the right one
    down: np.ndarray  # (N, 2) bool, the foot is on the ground
    lean: np.ndarray  # (N,) deg, trunk, + forward
    arms: np.ndarray  # (N,) left hand ahead of (side) or above (front) the right one
    pitch: np.ndarray  # (N, 2) deg, heel to toe, + toes up
    travel: float  # leg lengths/s between hips and the standing foot; NaN from front or rear
    rhythm: Rhythm
    view: str
    activity: str  # what the scene took it for

    @property
    def frontal(self) -> bool:
        """Whether only heights can be seen."""
        return self.view in ("front", "rear")

    @property
    def knee_peak(self) -> float:
        """How high the knees typically come."""
        return peak(self.knee)

    @property
    def fold_peak(self) -> float:
        """How far the knees typically fold, deg."""
        return peak(self.fold)

    @property
    def lift_peak(self) -> float:
        """How high one foot typically comes above the other."""
        return peak(np.abs(self.lift))

    @property
    def steps_per_min(self) -> float:
        """How often the legs change places."""
        return 60 / self.rhythm.step_s

    @property
    def feet_down(self) -> float:
        """Share of its cycle that a foot is on the ground."""
        return float(np.mean(self.down[self.moving])) - 0.5 * DOWN_TOO_LONG_S / self.rhythm.step_s

    @property
    def flight_s(self) -> float:
        """How long both feet are in the air between two steps, s."""
        off = float(np.mean(~self.down[self.moving].any(axis=1))) * self.rhythm.step_s
        return off + DOWN_TOO_LONG_S if off > 0.5 * DOWN_TOO_LONG_S else off

    @property
    def moving(self) -> np.ndarray:
        """(N,) bool: within a stride of a lift, so that standing before a set does not count."""
        reach = max(1, round(2 * self.rhythm.step_s * self.rate)) if np.isfinite(self.rhythm.step_s) else 1
        lifted = np.abs(np.nan_to_num(self.lift)) > 0.5 * self.lift_peak
        return np.convolve(lifted, np.ones(2 * reach + 1))[reach : reach + len(lifted)] > 0.5


def moves_of(motion: Motion, scene: Scene) -> Moves:
    """Read the signals of a drill.

    Parameters
    ----------
    motion : Motion
    scene : Scene
        Only its view, direction and yaw are asked.
    """
    heights = np.stack([bridged(motion.point(f"{side}_ankle")[:, 1], motion.rate) for side in SIDES], axis=1)
    lift = around_middle(heights[:, 0] - heights[:, 1])
    frontal = scene.view in ("front", "rear")
    hands = [motion.point(f"{side}_wrist")[:, 1 if frontal else 0] for side in SIDES]
    return Moves(
        time=motion.time, rate=motion.rate,
        knee=np.stack([bridged(_knee(motion, side), motion.rate) for side in SIDES], axis=1),
        fold=np.stack([bridged(_fold(motion, side), motion.rate) for side in SIDES], axis=1),
        lift=lift,
        down=np.stack([_down(motion, side) for side in SIDES], axis=1),
        lean=biomechanics.lean_deg(motion.middle("hip"), motion.middle("shoulder")),
        arms=hands[0] - hands[1],
        pitch=np.stack([_pitch(motion, side) for side in SIDES], axis=1),
        travel=np.nan if frontal else _travel(motion, scene.yaw_deg),
        rhythm=rhythm(lift, motion.time, 1.0),
        view=scene.view,
        activity=scene.activity,
    )  # fmt: skip


def peak(signal: np.ndarray) -> float:
    """Return what a signal's peaks typically reach."""
    found = signal[np.isfinite(signal)]
    return float(np.percentile(found, TYPICAL_PEAK)) if len(found) else np.nan


def around_middle(signal: np.ndarray) -> np.ndarray:
    """Return a signal whose rises and falls reach equally far: a leg further away sits higher."""
    found = signal[np.isfinite(signal)]
    if len(found) == 0:
        return signal
    return np.asarray(signal - 0.5 * np.sum(np.percentile(found, [100 - TYPICAL_PEAK, TYPICAL_PEAK])))


def bridged(signal: np.ndarray, rate: float) -> np.ndarray:
    """Return a signal with short gaps closed by straight lines."""
    seen = np.flatnonzero(np.isfinite(signal))
    if len(seen) < 2:
        return signal
    out = np.interp(np.arange(len(signal)), seen, signal[seen], left=np.nan, right=np.nan)
    for before, after in zip(seen[:-1], seen[1:]):
        if after - before > max(2, LONGEST_BRIDGE_S * rate):
            out[before + 1 : after] = np.nan
    return np.asarray(out)


def _knee(motion: Motion, side: str) -> np.ndarray:
    hip, knee = motion.point(f"{side}_hip"), motion.point(f"{side}_knee")
    thigh = np.linalg.norm(knee - hip, axis=1)
    return np.asarray(
        (knee[:, 1] - hip[:, 1]) / np.nanpercentile(thigh, 90) if np.isfinite(thigh).any() else thigh
    )


def _fold(motion: Motion, side: str) -> np.ndarray:
    return biomechanics.knee_flexion_deg(
        *(motion.point(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
    )


def _pitch(motion: Motion, side: str) -> np.ndarray:
    return biomechanics.pitch_deg(motion.raw[:, K[f"{side}_heel"]], motion.raw[:, K[f"{side}_toe"]])


def _down(motion: Motion, side: str) -> np.ndarray:
    """Return (N,) bool: the lower of heel and toe (the ankle without them) is near its lowest."""
    feet = np.stack([motion.point(f"{side}_{part}")[:, 1] for part in ("heel", "toe")])
    low = feet.min(axis=0) if np.isfinite(feet).any() else motion.point(f"{side}_ankle")[:, 1]
    if not np.isfinite(low).any():
        return np.zeros(len(low), bool)
    return np.asarray(np.nan_to_num(low, nan=np.inf) < np.nanpercentile(low, 10) + NEAR_GROUND)


def _travel(motion: Motion, yaw_deg: float) -> float:
    """Return how fast the runner gets on, leg lengths/s: over the standing foot, or over the ground.

    On a belt, or followed by the camera, only the first shows it; where the feet are seen
    badly, only the second does.
    """
    hips = motion.middle("hip")[:, 0]
    over_feet = [_speed_over_foot(motion, side, hips) for side in SIDES]
    found = np.concatenate(over_feet)
    found = found[np.isfinite(found)]
    over_foot = abs(float(np.median(found))) if len(found) else 0.0
    turned = min(abs(yaw_deg), STEEPEST_YAW_DEG) if np.isfinite(yaw_deg) else 0.0
    return max(over_foot, _over_ground(hips, motion.time)) / float(np.cos(np.radians(turned)))


def _speed_over_foot(motion: Motion, side: str, hips: np.ndarray) -> np.ndarray:
    """Return the ankle's speed past the hips while it is lowest, (n,) leg lengths/s."""
    ankle = motion.point(f"{side}_ankle")
    if np.isfinite(ankle[:, 1]).sum() < 10:
        return np.empty(0)
    speed = np.gradient(ankle[:, 0] - hips, 1 / motion.rate)
    return np.asarray(speed[ankle[:, 1] <= np.nanpercentile(ankle[:, 1], STANDING)])


def _over_ground(hips: np.ndarray, time: np.ndarray) -> float:
    """Return how fast the hips cross the picture, leg lengths/s."""
    seen = np.isfinite(hips)
    return abs(float(np.polyfit(time[seen], hips[seen], 1)[0])) if seen.sum() > 10 else 0.0
