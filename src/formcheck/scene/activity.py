"""What somebody does: running, walking or something else, from the side and from the front."""

from __future__ import annotations

import numpy as np

from formcheck.scene import features as signs
from formcheck.scene import feet
from formcheck.scene.look import Look
from formcheck.scene.setting import GROWS_SLOWEST
from formcheck.types import Activity, View

REGULAR = 0.40  # below, the motion is not periodic
FEWEST_STEPS_PER_MIN, MOST_STEPS_PER_MIN = 110.0, 320.0  # running in real time; sprinters reach 300
LEAST_LIFT, HIGH_LIFT = 0.08, 0.22  # leg lengths between the ankles' heights, from the front or rear
GRAVITY = 9.81 / 0.85  # leg lengths/s², of a hip 0.85 m above the ankle
NOBODY_WALKS, RACE_WALKERS = 150.0, 180.0  # steps/min: brisk walkers reach 140, race walkers begin at 180
WALKS_PHASE = -0.5  # of the hip's bounce; a walker's hip is plainly highest over the standing leg (to -1)
THROWN = 0.75  # g of the hip's rise and fall: walkers to 0.67 (1.8 m/s), runners from 0.86 (no flight) to 1.5
ON_THE_SPOT = 0.35  # leg lengths/s: feet and hips slower than this go nowhere
FOOT_STAYS = 0.07  # leg lengths a step, up the picture; a jogger's go 0.08, seen from 0.7 m up and 6 m off
FOOT_SEEN = (
    0.06  # leg lengths, heel over toe: seen from 0.8 m up and 4 m off; keypoints make 0.045 of nothing
)
FOOT_PLANTED = 0.5  # of that length: a planted foot's path is noise
KNEES_HIGH = -0.35  # thigh lengths over the hip: a thigh 70° from upright
SHIN_UP = 0.25  # shin lengths over the knee, bent by 120°: 0.0 under a lifted thigh, 0.5 under a hanging one
HEELS_HIGH = 0.55  # leg lengths: a knee folded by 100° under a still thigh
KNEES_STAY = 0.32  # thigh lengths the knees rise, of the leg lengths the heels do
QUICK_STEPS_PER_MIN, QUICK_LIFT = 200.0, 0.25  # quicker than nearly all runners, lower than all
QUICKEST_LOW_STEPS_PER_MIN = 240.0  # quicker ones lift their feet: they sprint


def activity_of(look: Look, view: View) -> Activity:
    """Tell running from walking by where the hip is highest, and both from everything else."""
    if look.rhythm.strength < REGULAR:
        return "other"
    hip = signs.middle(look.xy, "hip")[:, 1]
    if view in ("front", "rear"):
        return _frontal_activity(look, hip)
    if on_the_spot(look):
        return "other"
    apart = signs.separation(look.xy, 0)
    phase = signs.bounce_phase(hip, apart, look.time, look.rhythm.step_s)
    flexed = signs.knee_lift_deg(look.xy)
    if look.rhythm.swing < 0.3 or flexed < 40:
        return "other"
    if phase > 0 or (phase > -0.3 and flexed > 85):
        return "running"
    return "running" if _shuffles(look) and phase > WALKS_PHASE else "walking"


def _frontal_activity(look: Look, hip: np.ndarray) -> Activity:
    """From the front: a runner's hip is thrown up and falls, a walker's rolls over the leg.

    Slower than any runner's rhythm it may be slow motion, where accelerations say
    nothing: then the lift of the feet decides.
    """
    if look.rhythm.swing < LEAST_LIFT or drills_in_place(look):
        return "other"
    bounce = signs.bounce_height(hip, look.time, look.rhythm.step_s, look.leg)
    if 60 / look.rhythm.step_s < FEWEST_STEPS_PER_MIN:
        return "running" if look.rhythm.swing > HIGH_LIFT and bounce > 0.035 else "walking"
    thrown = 0.5 * bounce * (2 * np.pi / look.rhythm.step_s) ** 2
    if not (thrown > THROWN * GRAVITY or _shuffles(look)):
        return "walking"
    return "other" if jogs_in_place(look) else "running"


def _shuffles(look: Look) -> bool:
    """Return whether the steps come as only a runner's do, however little the body bounces."""
    return NOBODY_WALKS <= 60 / look.rhythm.step_s <= RACE_WALKERS


def drills_in_place(look: Look) -> bool:
    """From the front: whether this is a drill on the spot, by what the knees do and where the foot stays.

    A foot that stays does not suffice: a camera on the floor sees no foot move. It is not
    asked where nobody runs like this: knees high at a march's rhythm, or steps too quick and low.
    """
    rate, lift = 60 / look.rhythm.step_s, look.rhythm.swing
    highest, rise = signs.knees_up(look.xy)
    knees = highest > KNEES_HIGH and signs.shin_up(look.xy) < SHIN_UP
    quick = rate > QUICK_STEPS_PER_MIN and lift < QUICK_LIFT
    if (knees and rate < FEWEST_STEPS_PER_MIN) or (quick and rate > QUICKEST_LOW_STEPS_PER_MIN):
        return True
    if not (knees or quick or (lift > HEELS_HIGH and rise < KNEES_STAY * lift)):
        return False
    return _foot_path(look) < FOOT_STAYS and _keeps_size(look)


def jogs_in_place(look: Look) -> bool:
    """From the front: whether a camera that looks down on the standing foot sees it stay.

    Up the picture a foot is as long as the camera is high over how far it is, and so is its
    path: five feet a step at 3 m/s, three at 2 m/s. Not asked where the user says treadmill.
    """
    if look.told_setting != "auto" or not _keeps_size(look):
        return False
    length = feet.foot_up_picture(look.xy, look.time, look.rhythm.step_s, look.leg)
    length *= np.sign(look.shoulder_ratio)  # from behind the heel is the nearer end
    return bool(length > FOOT_SEEN and _foot_path(look) < FOOT_PLANTED * length)


def _foot_path(look: Look) -> float:
    return abs(feet.toe_path(look.xy, look.time, look.rhythm.step_s, look.leg))


def _keeps_size(look: Look) -> bool:
    return abs(signs.approach(look.pixels, look.time)) < GROWS_SLOWEST


def goes_nowhere(look: Look, view: View) -> bool:
    """Return whether the legs take turns on the spot."""
    if view in ("front", "rear"):
        return drills_in_place(look) or jogs_in_place(look)
    return on_the_spot(look)


def on_the_spot(look: Look) -> bool:
    """From the side: whether neither hips nor standing feet move along the picture."""
    hip, foot = signs.speeds(look.xy, look.time, look.leg)
    return abs(hip) < ON_THE_SPOT and abs(foot) < ON_THE_SPOT
