"""A runner made of sine waves: everything about the motion is known by construction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.skeleton import K
from formcheck.types import Motion, Runner, Scene, Side, Step

LEG = 1.0  # hip to ankle, the unit of Motion
TRUNK = 0.58


@dataclass(frozen=True)
class Sines:
    """What the runner does; angles in degrees, lengths in leg lengths."""

    cadence: float = 170.0
    lean: float = 6.0
    elbow: float = 90.0
    bounce: float = 0.10
    contact_share: float = 0.34  # of the stride
    strike: float = 15.0  # pitch of the foot at contact, flat = 0
    seconds: float = 10.0
    rate: float = 120.0
    near: Side = "left"
    roll: float = 0.0

    @property
    def stride(self) -> float:
        """Stride time in s."""
        return 120 / self.cadence


def motion(p: Sines) -> Motion:
    """Return the runner seen from the side, without noise."""
    time = np.arange(0, p.seconds, 1 / p.rate)
    xy = np.zeros((len(time), len(K), 2))
    turn = 2 * np.pi * time / p.stride
    hip = np.stack([0.01 * np.sin(turn), 1.0 - 0.5 * p.bounce * np.cos(2 * turn)], axis=1)
    shoulder = hip + TRUNK * np.array([np.sin(np.radians(p.lean)), np.cos(np.radians(p.lean))])
    for side, phase in (("left", 0.0), ("right", np.pi)):
        _leg(xy, p, side, hip, time, turn + phase)
        _arm(xy, p, side, shoulder, turn + phase + np.pi)
        xy[:, K[f"{side}_ear"]] = shoulder + [0.02, 0.25]
        xy[:, K[f"{side}_eye"]] = shoulder + [0.02 + 0.1, 0.25 + 0.1 * np.tan(np.radians(10))]
    xy[:, K["nose"]] = shoulder + [0.15, 0.24]
    angle = np.radians(p.roll)
    xy = xy @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]).T
    return Motion(p.rate, xy, xy.copy(), np.ones(xy.shape[:2], bool), 300.0, p.rate, p.near, "synthetic")


def _leg(xy, p, side, hip, time, turn):
    thigh = np.radians(5 + 28 * np.cos(turn))
    flexion = np.radians(45 + 35 * np.cos(turn + 2.2))
    knee = hip + 0.5 * np.stack([np.sin(thigh), -np.cos(thigh)], axis=1)
    shank = thigh - flexion
    ankle = knee + 0.5 * np.stack([np.sin(shank), -np.cos(shank)], axis=1)
    pitch = np.radians(_pitch(p, side, time))
    along = np.stack([np.cos(pitch), np.sin(pitch)], axis=1)
    for name, point in (
        ("hip", hip),
        ("knee", knee),
        ("ankle", ankle),
        ("heel", ankle - 0.06 * along - [0, 0.08]),
        ("toe", ankle + 0.2 * along - [0, 0.08]),
    ):
        xy[:, K[f"{side}_{name}"]] = point


def _pitch(p, side, time):
    """Foot pitch: falls to flat after contact, flat in stance, free in swing."""
    share = np.mod(time / p.stride - contact_phase(side), 1.0)
    slap = 0.12
    falling = p.strike * (1 - share / (slap * p.contact_share) * 1.0)
    stance = np.where(share < slap * p.contact_share, falling, 0.0)
    push = np.clip((share - 0.7 * p.contact_share) / (0.3 * p.contact_share), 0, 1)
    back = np.clip((share - p.contact_share) / (0.9 - p.contact_share), 0, 1)
    swing = -60 + (60 + p.strike) * back
    return np.where(share < p.contact_share, stance - 60 * push, swing)


def _arm(xy, p, side, shoulder, turn):
    upper = np.radians(-15 + 25 * np.cos(turn))
    elbow = shoulder + 0.35 * np.stack([np.sin(upper), -np.cos(upper)], axis=1)
    lower = upper + np.radians(180 - p.elbow)
    xy[:, K[f"{side}_shoulder"]] = shoulder
    xy[:, K[f"{side}_elbow"]] = elbow
    xy[:, K[f"{side}_wrist"]] = elbow + 0.3 * np.stack([np.sin(lower), -np.cos(lower)], axis=1)


def contact_phase(side):
    """Share of the stride at which a foot lands."""
    return 0.08 + (0.0 if side == "left" else 0.5)


def steps(p: Sines) -> tuple[Step, ...]:
    """Return every whole contact within the clip."""
    found = []
    for side in ("left", "right"):
        contact = contact_phase(side) * p.stride
        while contact + p.contact_share * p.stride < p.seconds:
            toe_off = contact + p.contact_share * p.stride
            found.append(Step(side, contact, toe_off, 0.004, 0.004, side == p.near))
            contact += p.stride
    return tuple(sorted(found, key=lambda step: step.contact))


def scene(p: Sines, **changes) -> Scene:
    """Return the scene a side view of this runner would give."""
    facts = dict(
        activity="running", view="side", facing="right", setting="treadmill", people=1,
        near_side=p.near, roll_deg=0.0, yaw_deg=3.0, detected_share=1.0, person_height_px=700.0,
    )  # fmt: skip
    return Scene(**{**facts, **changes})


@dataclass(frozen=True)
class Frontal:
    """A runner coming towards the camera; lengths in leg lengths."""

    cadence: float = 170.0
    step_width: float = 0.08
    drop: float = 4.0  # deg, swing side of the pelvis at mid-stance
    crossing: float = 0.1  # shoulder widths: innermost wrist on its own side
    knees: float = 0.5  # gap over hip width
    more_left: float = 0.0  # how much further the left arm swings, share
    seconds: float = 12.0
    rate: float = 60.0


HIPS, SHOULDERS = 0.20, 0.40


def frontal_motion(p: Frontal) -> Motion:
    """Return the runner seen from the front: x to the runner's left, y up."""
    time = np.arange(0, p.seconds, 1 / p.rate)
    turn = 2 * np.pi * time * p.cadence / 120
    xy = np.zeros((len(time), len(K), 2))
    hip_y = 1.0 - 0.05 * np.cos(2 * turn)  # lowest at turn 0 (left stands) and pi (right stands)
    tilt = np.cos(turn) * np.tan(np.radians(p.drop)) * HIPS / 2
    for side, sign, phase in (("left", 1, 0.0), ("right", -1, np.pi)):
        swing = 0.15 * (1 - np.cos(turn + phase))  # the ankle is on the ground at mid-stance
        lift = (1 + 0.5 * p.more_left * sign) * 0.1 * np.cos(turn + phase)
        inner = 0.5 * (1 + np.cos(turn + phase + 1.0))
        wrist = (p.crossing + 0.3 * (1 - inner)) * SHOULDERS
        for name, x, y in (
            ("hip", HIPS / 2, hip_y + sign * tilt),
            ("shoulder", SHOULDERS / 2, hip_y + TRUNK),
            ("knee", p.knees * HIPS / 2, hip_y - 0.5),
            ("ankle", p.step_width / 2, 0.08 + swing),
            ("heel", p.step_width / 2, 0.02 + swing),
            ("toe", p.step_width / 2, 0.02 + swing),
            ("elbow", 0.3, hip_y + 0.25),
            ("wrist", wrist, hip_y + 0.2 + lift),
            ("ear", 0.07, hip_y + TRUNK + 0.25),
            ("eye", 0.03, hip_y + TRUNK + 0.27),
        ):
            xy[:, K[f"{side}_{name}"], 0] = sign * x
            xy[:, K[f"{side}_{name}"], 1] = y
    return Motion(p.rate, xy, xy.copy(), np.ones(xy.shape[:2], bool), 300.0, p.rate)


def frontal_scene(view="front", **changes) -> Scene:
    """Return the scene of a runner filmed from the front."""
    facts = dict(
        activity="running", view=view, facing=None, setting="treadmill", people=1,
        near_side=None, roll_deg=0.0, yaw_deg=2.0, detected_share=1.0, person_height_px=700.0,
    )  # fmt: skip
    return Scene(**{**facts, **changes})


ANYBODY = Runner(height_m=1.75, mass_kg=70.0, speed_mps=3.0)
