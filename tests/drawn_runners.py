"""Twelve runners in three dimensions, filmed without any error from four sides, and their truth.

A runner's left side may come from another gait than the right side: so legs can differ in
length and elbows in bend. The truth is worked out from the joints in metres by the formulas
of `formcheck.validation.truth`, which know nothing of pictures or of `formcheck.metrics`.
The camera stands 200 m away, so that nearer limbs do not look larger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from formcheck.metrics import measure
from formcheck.motion.preprocess import to_motion
from formcheck.skeleton import KEYPOINTS
from formcheck.synthetic import Body, Camera, Gait
from formcheck.synthetic.clip import make_truth
from formcheck.types import Measurement, PoseTrack, Runner, Scene, Step
from formcheck.validation.truth import FORMULAS, Course

SECONDS, FPS, TRUTH_RATE = 8.0, 120.0, 360.0
DISTANCE_M = 200.0
VIEWS = (("side", "right"), ("side", "left"), ("front", "right"), ("rear", "right"))
IS_LEFT = np.array([name.startswith("left") for name in KEYPOINTS])


@dataclass(frozen=True)
class Drawn:
    """A runner: the gait of the left side and of the right one (None = the same)."""

    gait: Gait
    right: Gait | None = None
    tells_speed: bool = False

    @property
    def sides(self) -> tuple[Gait, Gait]:
        """The gait of the left and of the right side."""
        return self.gait, self.right or self.gait


SHORT_LEG = Body(thigh=0.419, shank=0.421)  # 2 cm less
ELBOWS = Gait(elbow=75.0, elbow_range=30.0)
LEGS = Gait(knee_swing=100.0)

RUNNERS: dict[str, Drawn] = {
    "usual": Drawn(Gait()),
    "unequal legs": Drawn(LEGS, replace(LEGS, body=SHORT_LEG, knee_swing=92.0), tells_speed=True),
    "uneven steps": Drawn(Gait(asymmetry=0.12, step_asymmetry=0.06, variation=0.004)),
    "leans from the ankles": Drawn(Gait(lean=12.0, overstride=0.15)),
    "bends at the waist": Drawn(Gait(lean=16.0, overstride=0.30)),
    "one elbow open": Drawn(ELBOWS, replace(ELBOWS, elbow=115.0, elbow_range=16.0)),
    "quick on the forefoot": Drawn(
        Gait(speed=4.0, cadence=184.0, contact_time=0.20, overstride=0.26, strike=-8.0, knee_extension=9.0)
    ),
    "slow on the heel": Drawn(
        Gait(speed=2.4, cadence=158.0, contact_time=0.30, strike=20.0, bounce=0.10), tells_speed=True
    ),
    "looks at the ground": Drawn(Gait(head_pitch=-25.0, thigh_forward=44.0)),
    "leans back": Drawn(Gait(lean=-3.0, arm_swing=60.0, arm_mean=-10.0)),
    "crosses the middle": Drawn(Gait(arms_inward=62.0, step_width=-0.03, asymmetry=-0.08)),
    "wide": Drawn(Gait(step_width=0.16, arm_asymmetry=0.4, pelvic_drop=6.0, arms_inward=8.0)),
}


@dataclass(frozen=True, eq=False)
class Run:
    """A runner's true steps and joints (metres), finely for the truth and at each frame."""

    steps: tuple[Step, ...]
    fine: np.ndarray  # (N, 21, 3) m at `TRUTH_RATE`
    frames: np.ndarray  # (T, 21, 3) m at `FPS`


@cache
def run_of(name: str) -> Run:
    """Return the run of one of `RUNNERS`; both sides keep the same steps."""
    left, right = (make_truth(gait, Camera(), 3, SECONDS) for gait in RUNNERS[name].sides)
    time = np.arange(0, SECONDS, 1 / TRUTH_RATE)
    points = np.where(IS_LEFT[:, None], left.mover.pose(time).points, right.mover.pose(time).points)
    return Run(left.steps, points, points[:: round(TRUTH_RATE / FPS)])


def told(name: str) -> Runner:
    """Return what the runner says: height and mass, and for some the speed."""
    speed = RUNNERS[name].gait.speed if RUNNERS[name].tells_speed else None
    return Runner(height_m=1.75, mass_kg=70.0, speed_mps=speed)


@cache
def truth_of(name: str, side: str | None) -> dict[str, float]:
    """Return the true value of every metric, read from one side (None = from the front)."""
    run, gait = run_of(name), RUNNERS[name].sides[side == "right"]
    time = np.arange(len(run.fine)) / TRUTH_RATE
    course = Course(time, run.fine, run.steps, side, gait.body, gait.speed)
    return {id: formula(course, told(name)) for id, formula in FORMULAS.items()}


@cache
def measured(name: str, view: str, facing: str) -> dict[str, Measurement]:
    """Return what FormCheck measures with the true steps, seen from that side."""
    run = run_of(name)
    height = 0.9  # m, as high as what it looks at
    fov = float(2 * np.degrees(np.arctan(1.2 / DISTANCE_M)))
    camera = Camera(
        view=view, facing=facing, distance=DISTANCE_M, height=height, target=height, fov=fov, fps=FPS
    )  # type: ignore[arg-type]
    xy = camera.project(run.frames)
    track = PoseTrack(np.arange(len(xy)) / FPS, xy, np.ones(xy.shape[:2]), (1280, 720), "drawn")
    near = camera.near_side
    scene = Scene(
        "running", view, facing if near else None, "treadmill", 1, near, roll_deg=0.0, yaw_deg=0.0,
        detected_share=1.0,
    )  # type: ignore[arg-type]  # fmt: skip
    return measure(to_motion(track, scene), run.steps, scene, told(name))
