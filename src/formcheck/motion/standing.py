"""The runner's own zero: feet, knees, trunk and head in a quiet stand before or after the run.

A pose model draws heel and toe inside the shoe, by as much in a stand as in a stride. The
literature defines the strike angle against the standing foot for the same reason (Altman &
Davis 2012).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck import biomechanics
from formcheck.motion.preprocess import MIN_CONFIDENCE, to_runner_axes
from formcheck.skeleton import SIDES, K
from formcheck.types import PoseTrack, Scene, Side

FEWEST_FRAMES = 15
SHOWN = 0.8  # share of the stand in which the foot must be seen, pointing the way of the run


@dataclass(frozen=True)
class Standing:
    """What a quiet stand shows of a runner."""

    foot_deg: Mapping[str, float]  # by side, heel to toe, + toes up; NaN = not seen, as below
    knee_deg: Mapping[str, float]  # by side, flexion, 0 = straight, negative = overstretched
    head_deg: Mapping[str, float]  # by side, ear to eye, + up
    trunk_deg: float  # mid-hip to mid-shoulder, + forward
    facing: Side | None  # the direction of the run in the image

    def looks_as(self, facing: Side | None) -> bool:
        """Whether the runner stands looking the way of a run: a foot points that way."""
        return self.facing == facing and any(np.isfinite(list(self.foot_deg.values())))


def standing_of(track: PoseTrack, scene: Scene) -> Standing | None:
    """Return what the quiet stand of a clip filmed from the side shows; None without one."""
    if scene.standing_s is None or scene.facing is None:
        return None
    start, stop = scene.standing_s
    inside = (track.time >= start - 1e-6) & (track.time <= stop + 1e-6)
    seen = np.where((track.confidence >= MIN_CONFIDENCE)[..., None], track.xy, np.nan)
    xy = to_runner_axes(seen, track, scene)[inside]
    hip, shoulder = (
        0.5 * (xy[:, K[f"left_{part}"]] + xy[:, K[f"right_{part}"]]) for part in ("hip", "shoulder")
    )
    return Standing(
        {side: _foot_deg(xy, side) for side in SIDES},
        {side: _knee_deg(xy, side) for side in SIDES},
        {side: _usual(biomechanics.pitch_deg(*_points(xy, side, "ear", "eye"))) for side in SIDES},
        _usual(biomechanics.lean_deg(hip, shoulder)),
        scene.facing,
    )


def _points(xy: np.ndarray, side: str, *parts: str) -> list[np.ndarray]:
    return [xy[:, K[f"{side}_{part}"]] for part in parts]


def _foot_deg(xy: np.ndarray, side: str) -> float:
    heel, toe = _points(xy, side, "heel", "toe")
    forward = toe[:, 0] > heel[:, 0]  # False where one is not seen, or the runner faces the other way
    return _usual(np.where(forward, biomechanics.pitch_deg(heel, toe), np.nan))


def _knee_deg(xy: np.ndarray, side: str) -> float:
    """Return the knee's flexion with its sign: an error of the points can make a straight knee look overstretched."""
    hip, knee, ankle = _points(xy, side, "hip", "knee", "ankle")
    return _usual(biomechanics.thigh_deg(hip, knee) - biomechanics.shank_deg(knee, ankle))


def _usual(angle: np.ndarray) -> float:
    """Return the median of an angle; NaN where it is seen in too little of the stand."""
    seen = angle[np.isfinite(angle)]
    return float(np.median(seen)) if len(seen) >= max(FEWEST_FRAMES, SHOWN * len(angle)) else np.nan
