"""The synthetic runner's body and gait: every parameter that a metric measures, in a coach's units.

Typical values come from general knowledge of running and are chosen to look human. They are
not norms, and nothing in `norms.py` comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

MotionKind = Literal[
    "running", "walking", "standing", "high_knees", "butt_kicks", "marching", "fast_feet", "bounding"
]


@dataclass(frozen=True)
class Body:
    """Lengths in m, joint centre to joint centre."""

    height: float = 1.75
    thigh: float = 0.429
    shank: float = 0.431
    ankle_height: float = 0.09  # above the belt, shoe included
    heel_back: float = 0.08  # heel of the shoe, behind the ankle
    ball_ahead: float = 0.12  # where the foot bends, in front of the ankle
    toe_ahead: float = 0.075  # tip of the toe, in front of the ball
    hips: float = 0.17  # distance between the hip joints
    shoulders: float = 0.33
    trunk: float = 0.50  # mid-hip to mid-shoulder
    upper_arm: float = 0.30
    forearm: float = 0.255
    neck: float = 0.20  # mid-shoulder to the point between the ears

    @staticmethod
    def of_height(height: float) -> Body:
        """Return a body with average proportions (Drillis & Contini 1966) for a stature in m."""
        scale = height / 1.75
        return Body(**{name: value * scale for name, value in vars(Body()).items()})


@dataclass(frozen=True)
class Gait:
    """A gait's parameters. Angles in degrees, lengths in m, times in s."""

    motion: MotionKind = "running"
    speed: float = 3.0  # m/s of the belt, or over ground
    cadence: float = 170.0  # steps/min
    contact_time: float = 0.25
    lean: float = 6.0  # trunk, mean over the stride, from the vertical
    lean_sway: float = 1.5  # half the range of the trunk's lean within a step
    overstride: float = 0.23  # ankle in front of mid-hip at initial contact
    strike: float = 12.0  # foot's pitch at initial contact, + toes up
    push_off: float = 50.0  # foot's pitch at toe-off, heel up
    roll_over: float = 30.0  # toes' pitch at toe-off, tip down
    bounce: float = 0.08  # vertical oscillation of the pelvis
    sinks_late: float = 0.0  # delay of the pelvis's lowest point after mid-stance, degrees of a step (360)
    knee_extension: float = 14.0  # smallest knee flexion during contact
    knee_swing: float = 96.0  # largest knee flexion
    thigh_forward: float = 36.0  # largest angle of the thigh in front of the vertical
    elbow: float = 95.0  # included angle, mean
    elbow_range: float = 24.0  # half of it in the forward swing, half in the backward swing
    arm_swing: float = 44.0  # range of the upper arm relative to the trunk
    arm_mean: float = -18.0  # mean angle of the upper arm from the trunk, negative behind it
    arm_out: float = 12.0  # upper arm away from the body (abduction)
    arms_inward: float = 22.0  # forearm turned inwards; at 60 the hands cross the midline
    pelvic_drop: float = 4.0  # swing side lower, at mid-stance
    pelvis_turn: float = 6.0
    thorax_turn: float = 9.0
    step_width: float = 0.07
    toe_out: float = 5.0
    head_pitch: float = 0.0
    shrug: float = 0.0  # m by which the shoulders are raised
    asymmetry: float = 0.0  # left contact longer than right, share of contact time
    step_asymmetry: float = 0.0  # left step longer than right, share of step time
    arm_asymmetry: float = 0.0  # left arm swing larger than right, share
    variation: float = 0.012  # standard deviation of stride time, share
    drift: float = (
        0.0  # relative change of cadence per minute; contact time changes inversely (fatigue: negative)
    )
    give: float = 0.02  # m that the ankle moves on over the sole as heel pad and shoe deform
    impact_down: float = 0.5  # m/s, foot's speed towards the belt at initial contact
    impact_forward: float = 1.0  # m/s, foot's forward speed relative to the belt at initial contact
    overground: bool = False
    tau: float = 0.0  # s, overground: speed grows from 0 towards `speed` as 1 - exp(-t / tau); 0 = constant
    since: float = 0.0  # s from the start to the first frame, with `tau`; negative: the start comes later
    body: Body = Body()

    @property
    def step_time(self) -> float:
        """Mean time between contacts of either foot, s."""
        return 60.0 / self.cadence

    def speed_at(self, time: np.ndarray) -> np.ndarray:
        """Return the speed over ground at (N,) s, m/s."""
        if not self.tau:
            return np.full(np.shape(time), self.speed)
        return np.asarray(self.speed * -np.expm1(-np.maximum(time + self.since, 0.0) / self.tau))

    def way(self, time: np.ndarray) -> np.ndarray:
        """Return the way over ground at (N,) s since time 0, or since the start from standing, m."""
        if not self.tau:
            return np.asarray(self.speed * time)
        run = np.maximum(time + self.since, 0.0)
        return np.asarray(self.speed * (run + self.tau * np.expm1(-run / self.tau)))


_ON_THE_SPOT = Gait(
    speed=0.0,
    roll_over=0.0,
    give=0.0,
    impact_down=0.7,
    impact_forward=0.7,
    overstride=-0.02,
    strike=-6.0,
    pelvis_turn=2.0,
    lean=2.0,
    step_width=0.14,
)

MOTIONS: dict[str, Gait] = {
    "running": Gait(),
    "walking": Gait(
        "walking", speed=1.4, cadence=112.0, contact_time=0.66, roll_over=0.0, give=0.0, lean=2.0, overstride=0.30, strike=18.0,
        push_off=58.0, bounce=0.04, knee_extension=4.0, knee_swing=62.0, thigh_forward=24.0, elbow=155.0,
        elbow_range=14.0, arm_mean=-4.0, arm_swing=34.0, impact_down=0.2, impact_forward=0.2, step_width=0.10,
    ),
    "standing": Gait("standing", speed=0.0, bounce=0.0, arm_swing=0.0, elbow=165.0, arm_mean=0.0, lean=1.0),
    "high_knees": replace(
        _ON_THE_SPOT, motion="high_knees", cadence=170.0, contact_time=0.20, bounce=0.06, knee_swing=105.0, thigh_forward=88.0,
        push_off=30.0,
    ),
    "butt_kicks": replace(
        _ON_THE_SPOT, motion="butt_kicks", cadence=180.0, contact_time=0.18, bounce=0.06, knee_swing=128.0, thigh_forward=14.0,
        push_off=40.0,
    ),
    "marching": replace(
        _ON_THE_SPOT, motion="marching", cadence=90.0, contact_time=0.74, bounce=0.02, knee_swing=98.0, thigh_forward=84.0,
        push_off=25.0, impact_down=0.2, impact_forward=0.0,
    ),
    "fast_feet": replace(
        _ON_THE_SPOT, motion="fast_feet", cadence=300.0, contact_time=0.11, bounce=0.02, knee_swing=48.0, thigh_forward=24.0,
        push_off=18.0, arm_swing=16.0, knee_extension=25.0,
    ),
    "bounding": Gait(
        "bounding", speed=4.2, cadence=118.0, contact_time=0.20, bounce=0.20, overstride=0.28, lean=6.0,
        strike=4.0, knee_swing=85.0, thigh_forward=72.0, arm_swing=80.0, give=0.0, impact_down=0.7, impact_forward=0.7,
    ),
}  # fmt: skip


def gait_of(motion: str, **changes: object) -> Gait:
    """Return a typical gait of a motion, with some parameters changed."""
    return replace(MOTIONS[motion], **changes)  # type: ignore[arg-type]
