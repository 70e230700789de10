"""Foot strike: foot angle and foot position at initial contact, seen from the side."""

from __future__ import annotations

from dataclasses import replace
from math import radians
from statistics import NormalDist

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.metric import (
    JOINTS,
    KEYPOINTS,
    RUNNERS,
    SIDE,
    CategoryRow,
    Drawn,
    Metric,
    OnPeople,
    of_runners,
)
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import (
    FAR_LEG,
    FEET_CUT_OFF,
    Reason,
    about,
    answer,
    at_contact,
    hidden,
    missing,
    near_leg,
    own_error,
    too_few,
)
from formcheck.metrics.uncertainty import LEG_SD, estimate
from formcheck.skeleton import K
from formcheck.types import Measurement, Side, Step

REARFOOT_DEG, FOREFOOT_DEG = 8.0, -1.6  # Altman & Davis 2012; 7.4 and -0.8 in Mo 2023
FLAT = (0.25, 0.50)  # share of contact: heel and toe are both on the ground
BEFORE_CONTACT_S = 0.030  # the foot rotates at a constant rate for this long before initial contact
FEWEST_BEFORE = 2  # frames: at lower frame rates a longer time is used
LINE_SHARE = 0.25  # weight of the line through the frames before contact: see `landing`
TYPICAL_REACH = 27.0  # % of leg length, 18 runners at 2.5 to 4.5 m/s
HIPS_ABOVE = 0.9  # leg lengths: the hips are this far above the ankle at initial contact
PER_TILT = round(100 * HIPS_ABOVE * radians(1), 2)  # % of leg length per degree of camera tilt
FLAT_AS_IN_RUN_DEG = 10.0  # a standing foot that differs more is on a rail, or turned out
STANDING_SHARE = (
    0.75  # of the own error: what is left when the foot on the ground needs no estimate in motion
)
SLOW_CAMERA_SD_DEG = 60.0  # deg x Hz: foot pitch is not linear between frames (2 deg at 30 fps)


STRIKE_ON_PEOPLE = OnPeople(6.4, 6.3, 17.7, 14.6, 7.8)  # heel and toe are drawn inside the shoe


def foot_pitch(rec: Recording, side: Side) -> np.ndarray:
    """Return the pitch of one foot, heel to toe, (N,) deg, unfiltered: filters smear initial contact."""
    heel, toe = (rec.motion.raw[:, K[f"{side}_{part}"]] for part in ("heel", "toe"))
    return biomechanics.pitch_deg(heel, toe)


def landing(rec: Recording, pitch: np.ndarray, contact: float) -> float:
    """Return the pitch of the foot at initial contact, deg.

    The value is a weighted mean: one quarter is a line through the frames before contact,
    extrapolated to initial contact; three quarters are the linear interpolation between
    the two adjacent frames. The first frame on the ground alone would give too flat an
    angle, because the foot rotates down at 240 deg/s; the extrapolation alone would give
    too steep an angle, because the foot slows before it lands. For heel and toe markers of
    18 runners at the initial contact of the force plate, the bias of this mean is 0.5, 0.3,
    0.0 and 0.0 deg at 25, 30, 50 and 75 Hz; with equal weights it is 2.6, 1.8, 0.5 and
    0.3 deg (Fukuchi 2017; 54 recordings).
    """
    time = rec.motion.time
    reach = max(BEFORE_CONTACT_S, (FEWEST_BEFORE - 0.01) / rec.motion.rate)
    use = (time > contact - reach) & (time <= contact + 1e-9) & np.isfinite(pitch)
    if use.sum() < 2:
        return np.nan
    _, value = np.polyfit(time[use] - contact, pitch[use], 1)
    beside = float(np.interp(contact, time, pitch))
    return float(value if np.isnan(beside) else LINE_SHARE * value + (1 - LINE_SHARE) * beside)


def flat_pitch(rec: Recording, pitch: np.ndarray, step: Step) -> float:
    """Return the pitch of the foot while it is flat on the ground in one contact, deg."""
    start, stop = (step.contact + share * step.duration for share in FLAT)
    values = rec.during(pitch, start, stop, 7)
    return float(np.median(values[np.isfinite(values)])) if np.isfinite(values).sum() >= 3 else np.nan


def ground_pitch(rec: Recording, side: Side) -> tuple[float, bool]:
    """Return the pitch of a foot on the ground, deg, and whether a quiet stand shows it.

    The stand counts only if the foot is flat in it as in the run. NaN = neither is seen.
    """
    pitch = foot_pitch(rec, side)
    flats = np.array([flat_pitch(rec, pitch, step) for step in rec.whole(side)])
    flat = float(np.nanmedian(flats)) if np.isfinite(flats).any() else np.nan
    standing = np.nan if rec.standing is None else rec.standing.foot_deg[side]
    stands = bool(abs(standing - flat) < FLAT_AS_IN_RUN_DEG)
    return (standing if stands else flat), stands


def strike_angles(rec: Recording, side: Side, later: float = 0.0) -> np.ndarray:
    """Return (n,) pitch at initial contact minus pitch on the ground, deg, contacts shifted by `later` s."""
    pitch, steps = foot_pitch(rec, side), rec.whole(side)
    ground, _ = ground_pitch(rec, side)
    if np.isnan(ground):
        return np.full(len(steps), np.nan)
    return np.asarray(np.array([landing(rec, pitch, step.contact + later) for step in steps]) - ground)


def strike_of(rec: Recording, metric: Metric, side: Side) -> Measurement:
    """Return the strike angle of one foot."""
    angles = strike_angles(rec, side)
    value = estimate(angles)
    if value.n < max(2, metric.min_steps // 2):
        seen = len(rec.whole(side))
        return missing(metric, no_feet(rec, seen, metric.min_steps // 2))
    sigma = own_error(rec, metric) * (1.0 if side == rec.near else FAR_LEG)
    sigma *= STANDING_SHARE if ground_pitch(rec, side)[1] else 1.0
    early, late = (strike_angles(rec, side, sign * rec.event_sd) for sign in (-1, 1))
    timing = 0.5 * abs(float(np.nanmedian(late - early)))
    slow = SLOW_CAMERA_SD_DEG / rec.motion.frame_rate
    times = [step.contact for step in rec.whole(side)]
    return answer(
        metric, value, sigma, timing, slow, samples=angles, times=times, side=side, extra=about(metric, rec)
    )


def no_feet(rec: Recording, seen: int, least: int) -> Reason:
    """Return the reason why no foot strike can be measured."""
    if not rec.scene.feet_visible:
        return FEET_CUT_OFF
    return too_few(seen, least) if seen < least else hidden("heel and toe of the near foot")


def foot_strike_angle(rec: Recording, metric: Metric) -> Measurement:
    """Return the strike angle of the near foot, with the values of both feet."""
    feet = {side: strike_of(rec, metric, side) for side in (rec.near, rec.far)}
    near = feet[rec.near]
    if not near.measured:
        return near
    sides = tuple(feet[side] for side in ("left", "right") if feet[side].measured)
    return replace(near, by_side=sides)


def strike_probabilities(angle: Measurement) -> dict[str, float]:
    """Return the probability of each type of foot strike, given the strike angle and its standard error."""
    return probabilities(angle.value, angle.se)


def probabilities(angle: float, sd: float) -> dict[str, float]:
    """Return the probability of each type of foot strike, given an angle and its standard error (deg)."""
    normal = NormalDist()
    rear = 1 - normal.cdf((REARFOOT_DEG - angle) / sd)
    fore = normal.cdf((FOREFOOT_DEG - angle) / sd)
    return {"rearfoot": rear, "midfoot": max(0.0, 1 - rear - fore), "forefoot": fore}


def reach(rec: Recording, side: Side) -> np.ndarray:
    """Return how far the ankle is ahead of mid-hip, (N,) % of leg length.

    Unfiltered, because the foot reverses its direction at contact.
    """
    return np.asarray(100 * (rec.raw_point(side, "ankle")[:, 0] - rec.hip[:, 0]))


def shin(rec: Recording, side: Side) -> np.ndarray:
    """Return the angle of the shank from the vertical, (N,) deg, unfiltered like `reach`."""
    return biomechanics.shank_deg(rec.raw_point(side, "knee"), rec.raw_point(side, "ankle"))


def overstride(rec: Recording, metric: Metric) -> Measurement:
    """Return how far ahead of the hips the near ankle is at initial contact."""
    unit_error = LEG_SD * TYPICAL_REACH
    tilt = metric.per_tilt * rec.roll_sd_deg
    return near_leg(rec, metric, reach, at_contact, "hips and ankles", unit_error, of_clip=[tilt])


def shank_angle(rec: Recording, metric: Metric) -> Measurement:
    """Return the angle of the near shank at initial contact."""
    return near_leg(rec, metric, shin, at_contact, "knees and ankles", of_clip=[rec.roll_sd_deg])


CATEGORIES = (
    CategoryRow(
        "foot_strike", "Foot strike", "foot_strike_angle",
        "Type of landing of the near foot from its angle at contact: rearfoot above 8, forefoot below -1.6, "
        "midfoot between; named only when more than 70 % likely.",
        "Altman & Davis 2012; Mo 2023", "C",
        probabilities=strike_probabilities,
    ),
)  # fmt: skip

ROWS = (
    Metric(
        "foot_strike_angle", "Foot angle at landing", "deg", "feet", SIDE, 24, 4,
        "Pitch of the near foot (heel to toe) at contact less its pitch when flat on the ground, + toes up.",
        "Altman & Davis 2012; Mo 2025", 1.2, f"{KEYPOINTS}: heel and toe under a shoe", "C",
        sure_fps=50, smallest_change=2.3,
        widest=20, widest_from="from a forefoot to a steep heel landing it is 30",
        on_people=STRIKE_ON_PEOPLE,
        simulated=5.8,
        formula=foot_strike_angle,
        norm=of_runners("foot_strike_angle", "deg", "C", open_low=True),
        headline=True,
    ),
    Metric(
        "overstride", "Landing ahead of the hips", "% leg", "feet", SIDE, 24, 6,
        "Ankle ahead of mid-hip at contact, per cent of leg length (hip to ankle), near leg.",
        "Wille 2014", 3.4, f"{KEYPOINTS}: hip and ankle; contact timing is added from the signal's slope", "B",
        smallest_change=4.0,
        per_tilt=PER_TILT, widest=20, widest_from="runners reach 15 to 38",
        on_people=OnPeople(3.1, 3.4, 6.5, 8.5, 6.1, fitted_on=JOINTS),
        formula=overstride,
        norm=of_runners("overstride", "% leg", "B", open_low=True, source=f"{RUNNERS}; Wille 2014"),
        drawn=Drawn("reach", -0.35, "contact"),
    ),
    Metric(
        "shank_angle", "Shin at landing", "deg", "feet", SIDE, 24, 6,
        "Shin's angle from the vertical at contact, + ankle ahead of the knee, near leg.",
        "Souza 2016; Wille 2014", 3.2, f"{KEYPOINTS}: knee and ankle; contact timing is added", "B",
        smallest_change=4.8,
        per_tilt=1, widest=15, widest_from="runners land with 0 to 18",
        on_people=OnPeople(1.1, 1.1, 2.9, 6.3, 3.7),
        formula=shank_angle,
        norm=of_runners("shank_angle", "deg", "B", open_low=True, source=f"{RUNNERS}; Wille 2014"),
        short="shin ahead", drawn=Drawn("shin", -0.3, "contact"),
    ),
)  # fmt: skip
