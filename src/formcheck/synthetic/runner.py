"""The whole runner at any moments: pelvis, trunk, head and arms on two legs.

World axes: x forward, y to the runner's left, z up; on a treadmill the mid-hip stays
near x = 0 and the belt's surface is z = 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from formcheck.skeleton import N_KEYPOINTS, SIDES, K
from formcheck.synthetic.legs import Leg, assembled, bend, leg_at, lowest, stance_ankle
from formcheck.synthetic.params import Body, Gait
from formcheck.synthetic.timing import Timing
from formcheck.types import Side

UP = np.array([0.0, 0.0, 1.0])
EYE_ABOVE_EAR_DEG = 10.0  # of a level head: slope of the line from ear to eye (metrics: head_pitch)
TRUNK_FRONT = 0.33  # chest and belly in front of the line mid-hip to mid-shoulder, fraction of its length
TRUNK_HALF_WIDTH = 0.5  # fraction of the shoulders' width
FOREARM_RADIUS = 0.035  # m, including the shirt
STRAIGHTEST_DEG = 4.0  # smallest knee flexion in stance, in any step
SWAY = 0.012  # m, pelvis forward and back of its mean position: braked at landing, then propelled
SWAY_LATE = 0.55  # rad of a step after mid-stance, when the pelvis is furthest back
FURTHEST_FORWARD = np.radians(75)  # the furthest an arm is moved forward to pass the trunk


@dataclass(frozen=True, eq=False)
class Pose:
    """The runner's pose at N moments."""

    points: np.ndarray  # (N, 21, 3) m, keypoints of `skeleton`
    frames: dict[str, np.ndarray]  # segment -> (N, 3, 3), columns: forward, left, up when upright
    lowest: np.ndarray  # (N, 2 sides) m, height of the shoe's lowest point above the belt
    stance: np.ndarray  # (N, 2 sides) bool
    balls: np.ndarray  # (N, 2 sides, 3) m, where the shoes bend, on the sole


def about_x(angle: np.ndarray) -> np.ndarray:
    """Return (N, 3, 3) rotations to the runner's right for positive angles (left side up)."""
    return _turn(angle, 1, 2)


def about_y(angle: np.ndarray) -> np.ndarray:
    """Return (N, 3, 3) rotations forwards for positive angles."""
    return _turn(angle, 2, 0)


def about_z(angle: np.ndarray) -> np.ndarray:
    """Return (N, 3, 3) rotations to the left for positive angles."""
    return _turn(angle, 0, 1)


def _turn(angle: np.ndarray, a: int, b: int) -> np.ndarray:
    """Return the rotation from axis `a` towards axis `b`."""
    out = np.zeros((len(angle), 3, 3))
    out[:] = np.eye(3)
    out[:, a, a] = out[:, b, b] = np.cos(angle)
    out[:, b, a], out[:, a, b] = np.sin(angle), -np.sin(angle)
    return out


@dataclass(frozen=True, eq=False)
class Mover:
    """Computes the runner's position at any time."""

    gait: Gait
    timing: Timing
    hip_height: float

    @staticmethod
    def of(gait: Gait, timing: Timing) -> Mover:
        """Set the pelvis height so that the stance knee extends as far as the gait specifies."""
        return Mover(gait, timing, _hip_height(gait, timing))

    def phase(self, time: np.ndarray) -> np.ndarray:
        """Return the stride's phase in rad, 0 at each left contact."""
        return np.pi * self.timing.count(time)

    def mid_hip(self, time: np.ndarray) -> np.ndarray:
        """Return (N, 3) m: lowest near mid-stance in running, highest there in walking."""
        turn = self.phase(time)
        on_ground = self.gait.contact_time / self.gait.step_time
        low = 2 * (turn - 0.5 * np.pi * on_ground)
        sign = -1.0 if self.gait.motion == "walking" else 1.0
        lowest = low - np.radians(self.gait.sinks_late)
        out = np.zeros((len(time), 3))
        out[:, 0] = -SWAY * np.cos(low - SWAY_LATE) * min(1.0, self.gait.speed)
        out[:, 1] = 0.012 * np.cos(turn - 0.5 * np.pi * on_ground)
        out[:, 2] = self.hip_height - 0.5 * sign * self.gait.bounce * np.cos(lowest)
        return out

    def pelvis(self, time: np.ndarray) -> np.ndarray:
        """Return (N, 3, 3): rotated forwards with the leading leg, lower on the swing side."""
        turn = self.phase(time)
        middle = 0.5 * np.pi * self.gait.contact_time / self.gait.step_time
        drop = np.radians(self.gait.pelvic_drop) * np.cos(turn - middle)
        return np.asarray(about_z(-np.radians(self.gait.pelvis_turn) * np.cos(turn)) @ about_x(drop))

    def hip(self, side: str) -> Callable[[np.ndarray], np.ndarray]:
        """Return the path of one hip joint as a function of time."""
        across = np.array([0.0, (0.5 if side == "left" else -0.5) * self.gait.body.hips, 0.0])
        return lambda time: self.mid_hip(time) + self.pelvis(time) @ across

    def leg(self, time: np.ndarray, side: str) -> Leg:
        """Return one leg at N moments."""
        contact, toe_off = self.timing.of(side)
        return leg_at(time, side, self.gait, contact, toe_off, self.hip(side))

    def pose(self, time: np.ndarray) -> Pose:
        """Return the whole runner at (N,) s."""
        if self.gait.motion == "standing":
            return self._still(time)
        legs = {side: self.leg(time, side) for side in SIDES}
        return self._with_trunk(time, legs)

    def _still(self, time: np.ndarray) -> Pose:
        side_legs = {side: _standing_leg(self, time, side) for side in SIDES}
        return self._with_trunk(time, side_legs)

    def _with_trunk(self, time: np.ndarray, legs: dict[Side, Leg]) -> Pose:
        points = np.full((len(time), N_KEYPOINTS, 3), np.nan)
        frames = {"pelvis": self.pelvis(time)}
        for side in SIDES:
            points[:, K[f"{side}_hip"]] = self.hip(side)(time)
            _place_leg(points, frames, side, legs[side], self.gait)
        thorax, middle = _thorax(self, time)
        frames["thorax"] = thorax
        _place_head(points, frames, self.gait, thorax, middle, self.phase(time))
        for side in SIDES:
            _place_arm(points, frames, side, self, time, thorax, middle)
        body = self.gait.body
        return Pose(
            points, frames,
            np.stack([lowest(legs[side], body) for side in SIDES], axis=1),
            np.stack([legs[side].stance for side in SIDES], axis=1),
            np.stack([legs[side].on_foot(body.ball_ahead, 0.0, body.ankle_height) for side in SIDES], axis=1),
        )  # fmt: skip


def _hip_height(gait: Gait, timing: Timing) -> float:
    """Return the mean height at which a typical step is as straight as specified and every step can reach."""
    body = gait.body
    if gait.motion == "standing":
        return body.thigh + body.shank + body.ankle_height - 0.005
    mover = Mover(gait, timing, 0.0)
    steps = [
        (side, start, stop)
        for side in SIDES
        for start, stop in zip(*(events[2:-2] for events in timing.of(side)))
    ]
    usual = np.median([_highest(mover, *step, np.radians(gait.knee_extension)) for step in steps])
    least = np.radians(min(STRAIGHTEST_DEG, gait.knee_extension))
    return float(min(usual, *(_highest(mover, *step, least) for step in steps)))


def _highest(mover: Mover, side: str, start: float, stop: float, straightest: float) -> float:
    """Return the mean hip height at which the smallest knee flexion of one step is `straightest` rad."""
    gait, body = mover.gait, mover.gait.body
    longest = np.sqrt(body.thigh**2 + body.shank**2 + 2 * body.thigh * body.shank * np.cos(straightest))
    time = np.linspace(start, stop, 25)
    ankle, _ = stance_ankle(time, np.full(25, start), np.full(25, stop), side, gait)
    off = ankle - mover.hip(side)(time)
    beside = np.clip(longest**2 - off[:, 0] ** 2 - off[:, 1] ** 2, 0, None)  # 0: beyond the leg's reach
    return float(np.min(off[:, 2] + np.sqrt(beside)))


def _standing_leg(mover: Mover, time: np.ndarray, side: str) -> Leg:
    """Return a leg that stands still in one place."""
    still = np.zeros(len(time))
    contact, toe_off = still - 1.0, still + 1e6  # a contact that never ends: early in it the foot is flat
    flat = replace(mover.gait, strike=0.0, overstride=0.0)
    ankle, pitch = stance_ankle(time, contact, toe_off, side, flat)
    hip = mover.hip(side)(time)
    angles = np.stack([*bend(hip, ankle, flat.body), pitch], axis=-1)
    return assembled(angles, still, hip, side, flat, np.ones(len(time), bool))


def _place_leg(points: np.ndarray, frames: dict[str, np.ndarray], side: str, leg: Leg, gait: Gait) -> None:
    body = gait.body
    points[:, K[f"{side}_knee"]], points[:, K[f"{side}_ankle"]] = leg.knee, leg.ankle
    points[:, K[f"{side}_heel"]] = leg.on_foot(-body.heel_back, 0.03, body.ankle_height)
    points[:, K[f"{side}_toe"]] = leg.on_toes(body, 0.8 * body.toe_ahead, 0.03)
    hip = points[:, K[f"{side}_hip"]]
    frames[f"{side}_thigh"] = upright_frame(hip - leg.knee)
    frames[f"{side}_shank"] = upright_frame(leg.knee - leg.ankle)
    frames[f"{side}_foot"], frames[f"{side}_toes"] = leg.foot, leg.toes


def upright_frame(up: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
    """Return (N, 3, 3) with `up` as the third axis and the second as close to left as possible."""
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    across = np.broadcast_to([0.0, 1.0, 0.0], up.shape) if left is None else left
    across = across - np.sum(across * up, axis=-1, keepdims=True) * up
    across = across / np.linalg.norm(across, axis=-1, keepdims=True)
    return np.stack([np.cross(across, up), across, up], axis=-1)


def _thorax(mover: Mover, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the trunk's rotation (N, 3, 3) and mid-shoulder (N, 3)."""
    gait, turn = mover.gait, mover.phase(time)
    lean = np.radians(gait.lean + gait.lean_sway * np.cos(2 * turn - 0.4))
    frame = about_z(np.radians(gait.thorax_turn) * np.cos(turn)) @ about_y(lean)
    along = np.stack([np.sin(lean), 0 * lean, np.cos(lean)], axis=-1)
    return frame, mover.mid_hip(time) + gait.body.trunk * along


def _place_head(
    points: np.ndarray,
    frames: dict[str, np.ndarray],
    gait: Gait,
    thorax: np.ndarray,
    middle: np.ndarray,
    turn: np.ndarray,
) -> None:
    """Place the face above the shoulders: ears, eyes and nose."""
    nod = np.full(len(middle), -np.radians(gait.head_pitch))
    head = about_y(nod)
    ears = middle + gait.body.neck * (thorax @ np.array([0.22, 0.0, 0.975])) - gait.shrug * UP
    rise = np.tan(np.radians(EYE_ABOVE_EAR_DEG))
    scale = gait.body.height / 1.75
    for side, sign in (("left", 1), ("right", -1)):
        points[:, K[f"{side}_ear"]] = ears + head @ (scale * np.array([0.0, sign * 0.075, 0.0]))
        points[:, K[f"{side}_eye"]] = ears + head @ (scale * np.array([0.085, sign * 0.032, 0.085 * rise]))
    points[:, K["nose"]] = ears + head @ (scale * np.array([0.115, 0.0, -0.02]))
    frames["head"] = head


def _place_arm(
    points: np.ndarray, frames: dict[str, np.ndarray], side: str, mover: Mover, time: np.ndarray,
    thorax: np.ndarray, middle: np.ndarray,
) -> None:  # fmt: skip
    """Swing one arm opposite to the leg of its side, far enough forward to pass in front of the trunk."""
    gait, body = mover.gait, mover.gait.body
    sign = 1.0 if side == "left" else -1.0
    back = np.cos(mover.phase(time) - (0 if side == "left" else np.pi) + 0.2)
    further = 1 + 0.5 * sign * gait.arm_asymmetry
    swing = np.radians(gait.arm_mean - 0.5 * further * gait.arm_swing * back)
    bent = np.radians(180 - gait.elbow - 0.5 * gait.elbow_range * back)
    inward = np.radians(gait.arms_inward) * (0.55 - 0.45 * back)
    shoulder = middle + thorax @ np.array([0.0, 0.5 * sign * body.shoulders, 0.0]) + gait.shrug * UP
    out = thorax @ about_x(np.full(len(time), sign * np.radians(gait.arm_out)))

    def carried(further: np.ndarray) -> Arm:
        return _arm_at(shoulder, out, swing + further, bent, -sign * inward, body)

    arm = carried(_further_forward(lambda further: _room(carried(further), thorax, middle, body), len(time)))
    points[:, K[f"{side}_shoulder"]], points[:, K[f"{side}_elbow"]] = shoulder, arm.elbow
    points[:, K[f"{side}_wrist"]] = arm.wrist
    frames[f"{side}_upper_arm"], frames[f"{side}_forearm"] = arm.upper, arm.lower
    frames[f"{side}_shoulder"] = thorax


@dataclass(frozen=True, eq=False)
class Arm:
    """One arm at N moments."""

    elbow: np.ndarray  # (N, 3) m
    wrist: np.ndarray  # (N, 3) m
    upper: np.ndarray  # (N, 3, 3), axes of the upper arm
    lower: np.ndarray  # (N, 3, 3), axes of the forearm


def _arm_at(
    shoulder: np.ndarray, out: np.ndarray, swing: np.ndarray, bent: np.ndarray, turned: np.ndarray, body: Body
) -> Arm:  # fmt: skip
    """Return the arm with the upper arm `swing` rad in front of the trunk's line."""
    upper = out @ about_y(-swing)
    elbow = shoulder - body.upper_arm * upper[:, :, 2]
    upper = upper @ about_z(turned)  # the shoulder rotates inwards together with the forearm
    lower = upper @ about_y(-bent)
    return Arm(elbow, elbow - body.forearm * lower[:, :, 2], upper, lower)


def _room(arm: Arm, thorax: np.ndarray, middle: np.ndarray, body: Body) -> np.ndarray:
    """Return (N,) m between the trunk's front and forearm or wrist, negative inside; inf beside the trunk."""
    depth, half = TRUNK_FRONT * body.trunk, TRUNK_HALF_WIDTH * body.shoulders
    along = arm.elbow + np.array([0.5, 0.75, 1.0])[:, None, None] * (arm.wrist - arm.elbow)
    ahead, across = (np.sum((along - middle) * thorax[:, :, axis], axis=-1) for axis in (0, 1))
    front = depth * np.clip(1 - (across / half) ** 4, 0, None) ** 0.25  # nearly flat, rounded at the sides
    return np.asarray(np.where(np.abs(across) < half, ahead - front - FOREARM_RADIUS, np.inf).min(axis=0))


def _further_forward(room: Callable[[np.ndarray], np.ndarray], count: int) -> np.ndarray:
    """Return (count,) rad, the smallest forward rotation of the upper arm that clears the trunk."""
    low, high = np.zeros(count), np.full(count, FURTHEST_FORWARD)
    clear = room(low) >= 0
    if clear.all():
        return low
    for _ in range(20):
        half = 0.5 * (low + high)
        fits = room(half) >= 0
        low, high = np.where(fits, low, half), np.where(fits, half, high)
    return np.where(clear, 0.0, high)
