"""Angles over time, frame by frame, as a player draws them beside the video.

The curves are for display only and come from the cleaned motion; reported values come
from `metrics`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.biomechanics import included_deg, knee_flexion_deg, lean_deg, off_midline, pitch_deg, thigh_deg
from formcheck.metrics.norms import NORMS
from formcheck.skeleton import other
from formcheck.types import Analysis, Motion, Side


@dataclass(frozen=True, eq=False)
class Curve:
    """One angle or length at each frame of the clip."""

    name: str
    unit: str
    values: np.ndarray  # (T,) one for each frame of the track; NaN = not seen
    near: bool = True  # True for the near side and for the trunk
    band: tuple[float | None, float | None] | None = None  # None unless the range holds at every moment
    digits: int = 0


def curves(analysis: Analysis) -> tuple[Curve, ...]:
    """Return the curves that this view can show; empty without a motion."""
    motion = analysis.motion
    if motion is None:
        return ()
    views = {"front": _from_the_front, "rear": _frontal}
    found = views.get(analysis.scene.view, _from_the_side)(motion)
    at_frames = (_at_frames(curve, motion, analysis) for curve in found)
    return tuple(curve for curve in at_frames if np.isfinite(curve.values).any())


def _from_the_side(motion: Motion) -> list[Curve]:
    near: Side = motion.near_side or "left"
    far = other(near)
    return [
        Curve("Forward lean", "°", _lean(motion), band=NORMS["trunk_lean"].band, digits=1),
        Curve(f"Knee bend, {near} leg", "°", _knee(motion, near)),
        Curve(f"Knee bend, {far} leg", "°", _knee(motion, far), near=False),
        Curve(
            f"Thigh, {near} leg (ahead +)",
            "°",
            thigh_deg(motion.point(f"{near}_hip"), motion.point(f"{near}_knee")),
        ),
        Curve(f"Elbow, {near} arm", "°", _elbow(motion, near)),
    ]


def _frontal(motion: Motion) -> list[Curve]:
    """Return the curves of front and rear views; without the hips, which pose models place level."""
    return [
        Curve("Shoulders, tilt (own left up +)", "°",
              pitch_deg(motion.point("right_shoulder"), motion.point("left_shoulder")), digits=1),
        Curve("Trunk, sideways lean", "°", _lean(motion), digits=1),
    ]  # fmt: skip


def _from_the_front(motion: Motion) -> list[Curve]:
    """Return the curves of a rear view plus the hands, which the trunk hides from the rear."""
    band = NORMS["arm_crossover"].band
    return _frontal(motion) + [
        Curve(f"{side.capitalize()} hand, on its own side +", "shoulder widths", _hand_out(motion, side), side == "left", band, 2)
        for side in ("left", "right")
    ]  # fmt: skip


def _hand_out(motion: Motion, side: Side) -> np.ndarray:
    """Return the distance of a wrist to its own side of the trunk's midline, shoulder widths."""
    hip, shoulder = motion.middle("hip"), motion.middle("shoulder")
    wrist, own = motion.point(f"{side}_wrist"), motion.point(f"{side}_shoulder")
    return np.asarray(off_midline(wrist, hip, shoulder) / (2 * np.nanmedian(own[:, 0] - shoulder[:, 0])))


def _lean(motion: Motion) -> np.ndarray:
    return lean_deg(motion.middle("hip"), motion.middle("shoulder"))


def _knee(motion: Motion, side: str) -> np.ndarray:
    return knee_flexion_deg(*(motion.point(f"{side}_{part}") for part in ("hip", "knee", "ankle")))


def _elbow(motion: Motion, side: str) -> np.ndarray:
    return included_deg(*(motion.point(f"{side}_{part}") for part in ("shoulder", "elbow", "wrist")))


def _at_frames(curve: Curve, motion: Motion, analysis: Analysis) -> Curve:
    """Resample an evenly sampled curve to the frames of the clip: nearest sample, NaN in gaps."""
    real = (analysis.track.time - analysis.track.time[0]) / analysis.scene.slow_motion_factor
    sample = np.clip(np.round(real * motion.rate).astype(int), 0, len(curve.values) - 1)
    return Curve(curve.name, curve.unit, curve.values[sample], curve.near, curve.band, curve.digits)
