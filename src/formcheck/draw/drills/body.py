"""The figure's joints in the plane it is seen in: x towards where it faces, y up, in m."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.biomechanics import joint_between
from formcheck.synthetic import Body

BODY = Body()
HEEL = np.array([-BODY.heel_back, -BODY.ankle_height])
TOE = np.array([BODY.ball_ahead + BODY.toe_ahead, -BODY.ankle_height])


@dataclass(frozen=True, eq=False)
class FigureFrames:
    """The figure's lines over the N frames of one cycle, which ends where it begins."""

    seconds: float  # of one cycle
    trunk: np.ndarray  # (N, 2, 2) m, hips and shoulders
    head: np.ndarray  # (N, 2) m
    legs: np.ndarray  # (N, 2 near and far, 5, 2) m: hip, knee, ankle, heel, toe
    arms: np.ndarray  # (N, 2 near and far, 3, 2) m: shoulder, elbow, wrist
    speed_mps: float = 0.0  # of the ground under the figure

    def __post_init__(self) -> None:
        frames = len(self.trunk)
        shapes = {"trunk": (2, 2), "head": (2,), "legs": (2, 5, 2), "arms": (2, 3, 2)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != (frames, *shape):
                raise ValueError(f"{name} must be {(frames, *shape)}, got {getattr(self, name).shape}")
        if not self.seconds > 0:
            raise ValueError(f"a cycle lasts longer than {self.seconds} s")


@dataclass(frozen=True)
class Posture:
    """Where the trunk, the feet and the hands are; knees and elbows follow from them."""

    hip: tuple[float, float]
    near: tuple[float, float, float]  # ankle: x and y in m; the foot's pitch in degrees, heel up positive
    far: tuple[float, float, float]
    hands: tuple[float, float]  # the nearer wrist
    lean: float = 3.0  # degrees from the vertical, forward positive
    far_hand: tuple[float, float] | None = None  # None = beside the nearer one

    @property
    def numbers(self) -> np.ndarray:
        """All of it as one row, to pass smoothly from one posture to the next."""
        far_hand = self.hands if self.far_hand is None else self.far_hand
        return np.array([*self.hip, *self.near, *self.far, *self.hands, *far_hand, self.lean])


def figure_of(rows: np.ndarray, seconds: float) -> FigureFrames:
    """Return the figure in N postures, given as their `numbers` (N, 13)."""
    hip, lean = rows[:, :2], np.radians(rows[:, 12])
    up = np.stack([np.sin(lean), np.cos(lean)], axis=-1)
    shoulder = hip + BODY.trunk * up
    return FigureFrames(
        seconds,
        np.stack([hip, shoulder], axis=1),
        shoulder + (BODY.neck + 0.02) * up,
        np.stack([_leg(hip, rows[:, 2:5]), _leg(hip, rows[:, 5:8])], axis=1),
        np.stack([_arm(shoulder, rows[:, 8:10]), _arm(shoulder, rows[:, 10:12])], axis=1),
    )


def _leg(hip: np.ndarray, foot: np.ndarray) -> np.ndarray:
    ankle = _within_reach(hip, foot[:, :2], BODY.thigh + BODY.shank)
    knee = joint_between(hip, ankle, BODY.thigh, BODY.shank, 1.0)
    pitch = np.radians(foot[:, 2])
    turn = np.array([[np.cos(pitch), np.sin(pitch)], [-np.sin(pitch), np.cos(pitch)]]).transpose(2, 0, 1)
    return np.stack([hip, knee, ankle, ankle + turn @ HEEL, ankle + turn @ TOE], axis=1)


def _arm(shoulder: np.ndarray, hand: np.ndarray) -> np.ndarray:
    wrist = _within_reach(shoulder, hand, BODY.upper_arm + BODY.forearm)
    elbow = joint_between(shoulder, wrist, BODY.upper_arm, BODY.forearm, -1.0)
    return np.stack([shoulder, elbow, wrist], axis=1)


def _within_reach(start: np.ndarray, end: np.ndarray, longest: float) -> np.ndarray:
    """Return `end`, or where a limb too short for it ends."""
    length = np.linalg.norm(end - start, axis=-1, keepdims=True)
    return np.asarray(start + np.minimum(1.0, longest / np.maximum(length, 1e-6)) * (end - start))
