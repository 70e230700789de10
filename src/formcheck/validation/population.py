"""The sampled runners and cameras on which FormCheck is tested: random, never hand-picked.

Ranges follow published data on runners and phones where there are any: everyday paces,
bodies and camera positions, and keypoint errors like those of pose models.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.synthetic import PEOPLE, Body, Camera, Gait, Noise
from formcheck.types import Runner

FRAME_RATES = (30.0, 60.0, 120.0, 240.0)
VIEWS = ("side", "side", "side", "front", "rear")  # three of five clips are side views
PROPORTION_SD = 0.04  # of each segment, relative to the average for the stature
POSE_LENGTH_SD = 0.03  # of all segments together: the pose model's joint placement
BELT_SD = 0.02  # relative error of a treadmill's displayed speed (Willwacher 2021)
ROLL_TOLD_SD_DEG = 0.7  # error of the tilt estimated from vertical lines in the image
NEUTRAL_HEAD_SD_DEG = 4.0  # between people: angle of the ear-to-eye line when the head is level
LONGEST_CONTACT = 0.95  # fraction of a step: running has a flight phase
JUDGED_FROM = 1000  # clips from this number on are for testing; sigmas are fitted on lower ones
ROLL_BY_EYE_SD_DEG = 2.8  # of a phone set upright by eye, without a level


@dataclass(frozen=True)
class Case:
    """One clip to be simulated and measured."""

    number: int
    gait: Gait
    camera: Camera
    noise: Noise
    told: Runner
    told_roll_deg: float  # camera tilt estimated from the image; NaN = none
    duration_s: float
    neutral_head_deg: float  # how this person's ear-to-eye line differs from the usual 10 degrees


def sampled_case(number: int, fps: float, *, shifted: bool = True, view: str | None = None) -> Case:
    """Sample a clip; the same number and frame rate always give the same clip.

    Parameters
    ----------
    number : int
    fps : float
    shifted : bool
        False omits the keypoint biases that last for the whole clip.
    view : {"side", "front", "rear"}, optional
        Default: sampled.
    """
    rng = np.random.default_rng([number, int(fps), 7])
    view = view or VIEWS[number % len(VIEWS)]
    gait = runner(rng, in_band=number % 2 == 0)
    camera, told_roll = place(rng, gait.body, view, fps)
    size = rng.uniform(0.6, 1.4)
    noise = replace(
        PEOPLE, constant=size * PEOPLE.constant if shifted else 0.0, locked=size * PEOPLE.locked if shifted and view == "side" else 0.0,
        slow=size * PEOPLE.slow, white=size * PEOPLE.white, swapped=rng.uniform(0, 0.03), lost=rng.uniform(0, 0.05),
    )  # fmt: skip
    speed = gait.speed * (1 + BELT_SD * rng.normal()) if rng.random() < 0.5 else None
    told = Runner(height_m=gait.body.height, mass_kg=70.0, speed_mps=speed)
    neutral = NEUTRAL_HEAD_SD_DEG * float(rng.normal())
    gait = replace(gait, head_pitch=gait.head_pitch + neutral)
    return Case(number, gait, camera, noise, told, told_roll, float(rng.uniform(7, 12)), neutral)


def runner(rng: np.random.Generator, *, in_band: bool) -> Gait:
    """Sample a running gait; with `in_band` every rated metric is within its range.

    The legs move like those of the 18 runners of Fukuchi (2017) on which the net is trained:
    central values, slopes and spreads of the related parameters were estimated from them at 2.5, 3.5 and
    4.5 m/s, with leg lengths measured from joint centre to joint centre.
    """
    speed = float(rng.uniform(2.4, 4.4))
    cadence = float(rng.uniform(171, 179) if in_band else rng.uniform(152, 194))
    wide, usual = rng.uniform, rng.normal
    faster, quicker = speed - 3.5, cadence - 174 - 11 * (speed - 3.5)
    figure = body(rng, 1.74 - 0.005 * quicker + usual(0, 0.07))
    leg = figure.thigh + figure.shank
    strike = wide(-8, 17) if in_band else wide(-10, 28)
    further = (
        0.002 * (strike - 15) - 0.0014 * quicker + usual(0, 0.05)
    )  # distance the belt moves during contact, in leg lengths
    bounce = 0.088 - 0.008 * faster - 0.0012 * quicker - 0.05 * further + usual(0, 0.006)
    bent = -67 * further - 0.76 * quicker + usual(0, 6)  # more swing flexion than usual at this speed
    return Gait(
        speed=speed,
        cadence=cadence,
        contact_time=float(
            min((0.96 + 0.12 * faster + further) * leg / speed, LONGEST_CONTACT * 60 / cadence)
        ),
        lean=float(wide(3.5, 8.5) if in_band else wide(-2, 16)),
        lean_sway=float(wide(0.8, 2.5)),
        overstride=float((0.285 + 0.05 * faster + 0.3 * further + usual(0, 0.015)) * leg),
        strike=float(strike),
        push_off=float(49 + 3.5 * faster + 44 * further + usual(0, 3)),
        give=float(0.022 + 0.006 * faster),
        impact_forward=float(1.2 + 0.35 * faster),
        impact_down=float(0.6 + 0.2 * faster),
        bounce=float(np.clip(bounce, 0.065, 0.095) if in_band else bounce),
        sinks_late=float(4 + 9 * faster),
        knee_extension=float(wide(4, 13)),
        knee_swing=float(np.clip(104 + 11.7 * faster + bent, 75, 135)),
        thigh_forward=float(
            35.4 + 5.7 * faster + 0.11 * quicker + 24 * further + 0.39 * bent + usual(0, 2.7)
        ),
        elbow=float(wide(78, 102) if in_band else wide(65, 125)),
        elbow_range=float(wide(12, 40)),
        arm_swing=float(wide(28, 60)),
        arm_mean=float(wide(-26, -10)),
        arms_inward=float(wide(8, 24) if in_band else wide(8, 65)),
        pelvic_drop=float(wide(2, 7)),
        pelvis_turn=float(wide(3, 9)),
        thorax_turn=float(wide(5, 13)),
        step_width=float(wide(0.03, 0.12) if in_band else wide(-0.03, 0.14)),
        toe_out=float(wide(0, 10)),
        head_pitch=float(wide(-12, 6) if in_band else wide(-30, 10)),
        asymmetry=float(rng.normal(0, 0.03)),
        step_asymmetry=float(rng.normal(0, 0.02)),
        arm_asymmetry=float(rng.normal(0, 0.08)),
        variation=float(wide(0.008, 0.025)),
        body=figure,
    )


def body(rng: np.random.Generator, height: float) -> Body:
    """Sample a body of about this stature (m), with proportions around the average for it."""
    height = float(np.clip(height, 1.5, 2.0))
    average = vars(Body.of_height(height))
    together = 1 + POSE_LENGTH_SD * rng.normal()
    free = {name: value * (1 + PROPORTION_SD * rng.normal()) for name, value in average.items()}
    for name in ("thigh", "shank", "trunk"):
        free[name] *= together
    return Body(**{**free, "height": height})


def place(rng: np.random.Generator, body: Body, view: str, fps: float) -> tuple[Camera, float]:
    """Sample the camera's position and the tilt (deg) estimated from its image."""
    distance, share = rng.uniform(3.2, 6.0), rng.uniform(0.60, 0.80)
    size = [(1280, 720), (1920, 1080), (720, 1280), (1080, 1920)][rng.integers(4)]
    if size[0] < size[1]:
        share *= 0.7  # portrait format: the legs need the width
    fov = float(2 * np.degrees(np.arctan(0.5 * body.height / (share * distance))))
    told = rng.random() < 0.5
    roll = float(rng.uniform(-4, 4)) if told else float(ROLL_BY_EYE_SD_DEG * rng.normal())
    camera = Camera(
        view=view,  # type: ignore[arg-type]
        facing="left" if rng.random() < 0.5 else "right",
        distance=float(distance),
        height=float(rng.uniform(0.7, 1.3)),
        target=0.5 * body.height,
        yaw=float(rng.uniform(-10, 10)),
        pitch=float(fov * rng.uniform(-0.04, 0.04)),
        roll=roll,
        fov=fov,
        width=size[0],
        height_px=size[1],
        fps=fps,
        jitter=0.15 if rng.random() < 0.2 else 0.0,
        rolling_shutter=float(rng.uniform(0, min(0.02, 1 / fps))),
        slow_motion=float(fps / 30) if fps > 100 and rng.random() < 0.3 else 1.0,
    )
    return camera, roll + ROLL_TOLD_SD_DEG * float(rng.normal()) if told else np.nan
