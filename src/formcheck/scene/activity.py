"""Classify the activity: running, walking or something else, from the side and from the front."""

from __future__ import annotations

import numpy as np

from formcheck.scene import features as signs
from formcheck.scene import feet
from formcheck.scene.look import SceneFeatures
from formcheck.scene.setting import GROWS_SLOWEST
from formcheck.types import Activity, View

REGULAR = 0.40  # below this, the motion is not periodic
FEWEST_STEPS_PER_MIN, MOST_STEPS_PER_MIN = 110.0, 320.0  # running in real time; sprinters reach 300
LEAST_LIFT, HIGH_LIFT = 0.08, 0.22  # leg lengths between the heights of the ankles, from the front or rear
GRAVITY = 9.81 / 0.85  # leg lengths/s², for a hip 0.85 m above the ankle
NOBODY_WALKS, RACE_WALKERS = 150.0, 180.0  # steps/min: brisk walkers reach 140, race walkers begin at 180
WALKS_PHASE = -0.5  # of the hip's bounce; a walker's hip is clearly highest over the stance leg (to -1)
THROWN = 0.75  # g, vertical hip acceleration: walkers to 0.67 (1.8 m/s), runners 0.86 (no flight) to 1.5
ON_THE_SPOT = 0.35  # leg lengths/s: slower feet and hips stay in place
FOOT_STAYS = 0.07  # leg lengths a step, up the image; a jogger's move 0.08, seen from 0.7 m up and 6 m away
FOOT_SEEN = 0.06  # leg lengths, heel above toe: from 0.8 m up and 4 m away; keypoint noise gives 0.045
FOOT_PLANTED = 0.5  # of that length: the path of a planted foot is noise
KNEES_HIGH = -0.35  # thigh lengths above the hip: a thigh 70° from upright
SHIN_UP = 0.25  # shin lengths above the knee, flexed 120°: 0.0 under a lifted thigh, 0.5 under a hanging one
HEELS_HIGH = 0.55  # leg lengths: a knee flexed by 100° under a still thigh
KNEES_STAY = 0.32  # vertical motion of the knees (thigh lengths) relative to that of the heels (leg lengths)
QUICK_STEPS_PER_MIN, QUICK_LIFT = 200.0, 0.25  # faster than nearly all runners, with lower steps than any
QUICKEST_LOW_STEPS_PER_MIN = 240.0  # at faster rates the feet are lifted: sprinting


def activity_of(look: SceneFeatures, view: View) -> Activity:
    """Tell running from walking by the phase of the hip bounce, and both from everything else."""
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


def _frontal_activity(look: SceneFeatures, hip: np.ndarray) -> Activity:
    """From the front: a runner's hip rises and falls in flight, a walker's moves over the stance leg.

    If the rhythm is slower than any runner's, the clip may be slow motion, where accelerations
    are not informative: then the lift of the feet decides.
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


def _shuffles(look: SceneFeatures) -> bool:
    """Return whether the steps match only a runner's, however little the body bounces."""
    return NOBODY_WALKS <= 60 / look.rhythm.step_s <= RACE_WALKERS


def drills_in_place(look: SceneFeatures) -> bool:
    """From the front: whether this is a drill in place, by the motion of the knees and the standing foot.

    A stationary foot is not sufficient: a camera on the floor sees no foot move. The check applies only
    to motions no runner shows: high knees at the rhythm of a march, or steps too quick and low.
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


def jogs_in_place(look: SceneFeatures) -> bool:
    """From the front: whether a camera looking down on the standing foot sees it stay in place.

    In the image, the vertical extent of a foot is its length times camera height over distance, and so
    is its path: five foot lengths a step at 3 m/s, three at 2 m/s. Skipped if the user states a treadmill.
    """
    if look.told_setting != "auto" or not _keeps_size(look):
        return False
    length = feet.foot_up_picture(look.xy, look.time, look.rhythm.step_s, look.leg)
    length *= np.sign(look.shoulder_ratio)  # from behind, the heel is the nearer end
    return bool(length > FOOT_SEEN and _foot_path(look) < FOOT_PLANTED * length)


def _foot_path(look: SceneFeatures) -> float:
    return abs(feet.toe_path(look.xy, look.time, look.rhythm.step_s, look.leg))


def _keeps_size(look: SceneFeatures) -> bool:
    return abs(signs.approach(look.pixels, look.time)) < GROWS_SLOWEST


def goes_nowhere(look: SceneFeatures, view: View) -> bool:
    """Return whether the legs alternate in place."""
    if view in ("front", "rear"):
        return drills_in_place(look) or jogs_in_place(look)
    return on_the_spot(look)


def on_the_spot(look: SceneFeatures) -> bool:
    """From the side: whether neither hips nor standing feet move along the image."""
    hip, foot = signs.speeds(look.xy, look.time, look.leg)
    return abs(hip) < ON_THE_SPOT and abs(foot) < ON_THE_SPOT
