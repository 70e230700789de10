"""A stick runner whose every answer can be written down: each side has angles of its own.

Both sides differ on purpose (lengths, angles, times), so that a metric that reads the other
side, another point or the other sign gives another number. All events fall on frames, so
that no answer depends on what is read between two frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.interpolate import PchipInterpolator

from formcheck.skeleton import K, other
from formcheck.types import Motion, Scene, Side, Step

RATE = 120.0
STRIDE = 84  # frames: 0.7 s, 171.43 steps a minute
LEFT_STEP, RIGHT_STEP = 43, 41  # frames; a left step ends with the left foot's contact
FIRST_CONTACT = 12  # frame at which the left foot lands first
STRIDES = 14
HELD_BEFORE_LANDING = 6  # frames in which the foot keeps its pitch before it lands

TRUNK, NECK, UPPER_ARM, FOREARM = 0.58, 0.25, 0.35, 0.30  # leg lengths
EYE_AHEAD = 0.10  # of the ear
HEEL_BACK, TOE_AHEAD, ANKLE_HEIGHT = 0.06, 0.20, 0.08  # from the ankle, along the sole and to it


@dataclass(frozen=True)
class Leg:
    """One leg: lengths in leg lengths, angles in degrees, contact in frames."""

    thigh: float
    shank: float
    contact: int  # frames on the ground
    thigh_at_landing: float  # knee ahead of the hip
    thigh_behind: float  # at toe-off, when the thigh is furthest back
    knee_at_landing: float
    knee_in_stance: float  # largest, at 45 % of contact
    knee_at_toe_off: float
    knee_in_swing: float  # largest
    strike: float  # foot's pitch at contact against the flat foot, + toes up
    flat: float  # the flat foot's own pitch


@dataclass(frozen=True)
class Arm:
    """One arm and the same side of the face, in degrees."""

    elbow: float  # mean of the included angle
    elbow_swing: float  # half of its range
    middle: float  # upper arm against the trunk, + forward
    swing: float  # whole range of it
    head: float  # line from ear to eye above level
    shrug: float  # trunk lengths by which the ear is above the shoulder


LEFT_LEG = Leg(0.52, 0.48, 30, 30.0, 24.0, 12.0, 40.0, 20.0, 92.0, 14.0, 3.0)
RIGHT_LEG = Leg(0.49, 0.51, 27, 26.0, 18.0, 20.0, 48.0, 26.0, 104.0, -6.0, -2.0)
LEFT_ARM = Arm(80.0, 10.0, -15.0, 50.0, 4.0, 0.45)
RIGHT_ARM = Arm(105.0, 20.0, -25.0, 36.0, -8.0, 0.35)


@dataclass(frozen=True)
class Stick:
    """The whole runner, seen from the side."""

    near: Side = "left"
    lean: float = 7.0  # trunk, deg
    bounce: float = 0.09  # leg lengths
    legs: dict[str, Leg] = field(default_factory=lambda: {"left": LEFT_LEG, "right": RIGHT_LEG})
    arms: dict[str, Arm] = field(default_factory=lambda: {"left": LEFT_ARM, "right": RIGHT_ARM})


def time_of(frames: int) -> float:
    """Return the time of a frame in s."""
    return frames / RATE


def first_contact(side: str) -> int:
    """Return the frame at which a foot lands first."""
    return FIRST_CONTACT + (0 if side == "left" else RIGHT_STEP)


def steps_of(stick: Stick) -> tuple[Step, ...]:
    """Return every contact, exactly."""
    found = [
        Step(
            side,
            time_of(first_contact(side) + k * STRIDE),
            time_of(first_contact(side) + k * STRIDE + leg.contact),
            0.004,
            0.004,
            side == stick.near,
        )
        for side, leg in stick.legs.items()
        for k in range(STRIDES)
    ]
    return tuple(sorted(found, key=lambda step: step.contact))


def motion_of(stick: Stick) -> Motion:
    """Return the runner's motion without any error: filtered and unfiltered points are the same."""
    frames = np.arange(FIRST_CONTACT + (STRIDES + 1) * STRIDE)
    xy = np.zeros((len(frames), len(K), 2))
    turn = 2 * np.pi * frames / STRIDE
    hip = np.stack([0 * turn, 1.1 - 0.5 * stick.bounce * np.cos(2 * turn + 0.7)], axis=1)
    shoulder = hip + TRUNK * up(np.full(len(frames), stick.lean))
    for side in ("left", "right"):
        since = (frames - first_contact(side)) % STRIDE
        place_leg(xy, side, stick.legs[side], hip, since)
        place_arm(xy, side, stick.arms[side], shoulder, stick.lean, since)
    xy[:, K["nose"]] = shoulder + [0.15, 0.24]
    observed = np.ones(xy.shape[:2], bool)
    return Motion(RATE, xy, xy.copy(), observed, 300.0, RATE, stick.near)


def place_leg(xy: np.ndarray, side: str, leg: Leg, hip: np.ndarray, since: np.ndarray) -> None:
    """Hang one leg below the hip: thigh, knee and foot follow curves through the leg's angles."""
    thigh = through(since, [(0, leg.thigh_at_landing), (leg.contact, -leg.thigh_behind), (62, 41.0)])
    peak = leg.contact + round(0.4 * (STRIDE - leg.contact))
    knee = through(
        since,
        [
            (0, leg.knee_at_landing),
            (0.45 * leg.contact, leg.knee_in_stance),
            (leg.contact, leg.knee_at_toe_off),
            (peak, leg.knee_in_swing),
            (78, 4.0),
        ],
    )
    landing = leg.flat + leg.strike
    foot = through(
        since,
        [
            (0, landing),
            (0.2 * leg.contact, leg.flat),
            (0.55 * leg.contact, leg.flat),
            (leg.contact, -55.0),
            (STRIDE - HELD_BEFORE_LANDING, landing),
        ],
    )
    at_knee = hip + leg.thigh * down(thigh)
    ankle = at_knee + leg.shank * down(thigh - knee)
    along = np.stack([np.cos(np.radians(foot)), np.sin(np.radians(foot))], axis=1)
    points = {
        "hip": hip,
        "knee": at_knee,
        "ankle": ankle,
        "heel": ankle - HEEL_BACK * along - [0, ANKLE_HEIGHT],
        "toe": ankle + TOE_AHEAD * along - [0, ANKLE_HEIGHT],
    }
    for part, place in points.items():
        xy[:, K[f"{side}_{part}"]] = place


def place_arm(
    xy: np.ndarray, side: str, arm: Arm, shoulder: np.ndarray, lean: float, since: np.ndarray
) -> None:
    """Hang one arm from the shoulder: furthest back as the same side's foot lands."""
    back = np.cos(2 * np.pi * since / STRIDE)
    upper = arm.middle - 0.5 * arm.swing * back - lean  # from the vertical, + forward
    included = arm.elbow + arm.elbow_swing * back
    elbow = shoulder + UPPER_ARM * down(upper)
    xy[:, K[f"{side}_shoulder"]] = shoulder
    xy[:, K[f"{side}_elbow"]] = elbow
    xy[:, K[f"{side}_wrist"]] = elbow + FOREARM * down(upper + 180 - included)
    ear = shoulder + [0.02, arm.shrug * TRUNK]
    xy[:, K[f"{side}_ear"]] = ear
    xy[:, K[f"{side}_eye"]] = ear + EYE_AHEAD * np.array([1.0, np.tan(np.radians(arm.head))])


def through(since: np.ndarray, points: list[tuple[float, float]]) -> np.ndarray:
    """Return a curve that repeats every stride and turns only at the given (frame, value)."""
    frames = [frame + k * STRIDE for k in (-1, 0, 1) for frame, _ in points]
    return np.asarray(PchipInterpolator(frames, [value for _, value in points] * 3)(since))


def up(angle: np.ndarray) -> np.ndarray:
    """Return unit vectors that lean forward from upright by degrees, (N, 2)."""
    return np.stack([np.sin(np.radians(angle)), np.cos(np.radians(angle))], axis=1)


def down(angle: np.ndarray) -> np.ndarray:
    """Return unit vectors that hang down and point forward by degrees, (N, 2)."""
    return np.stack([np.sin(np.radians(angle)), -np.cos(np.radians(angle))], axis=1)


def scene_of(stick: Stick, **changes: object) -> Scene:
    """Return the scene of this runner on a treadmill, camera level and exactly at the side."""
    facts: dict = dict(
        activity="running", view="side", facing=stick.near, setting="treadmill", people=1,
        near_side=stick.near, roll_deg=0.0, yaw_deg=0.0, detected_share=1.0, person_height_px=700.0,
    )  # fmt: skip
    return Scene(**{**facts, **changes})


def with_points(motion: Motion, **places: np.ndarray) -> Motion:
    """Return the motion with some keypoints, by name, at other places (N, 2)."""
    xy = motion.xy.copy()
    for name, place in places.items():
        xy[:, K[name]] = place
    return Motion(
        motion.rate, xy, xy.copy(), motion.observed, motion.leg_px, motion.frame_rate, motion.near_side
    )


def standing_on(motion: Motion, leans: dict[str, float]) -> Motion:
    """Return the motion with each foot where the line from it to mid-hip leans so many degrees."""
    moved = {}
    for side, lean in leans.items():
        foot = motion.middle("hip") - 0.9 * up(np.full(len(motion.xy), lean))
        moved[f"{side}_heel"], moved[f"{side}_toe"] = foot - [0.10, 0.01], foot + [0.10, 0.01]
    return with_points(motion, **moved)


def far_of(stick: Stick) -> Side:
    """Return the side away from the camera."""
    return "right" if other(stick.near) == "right" else "left"
