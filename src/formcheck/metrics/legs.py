"""Legs seen from the side: knee flexion through the stride and thigh extension."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck import biomechanics
from formcheck.frame_rate import reaches
from formcheck.metrics.metric import (
    JOINTS,
    KEYPOINTS,
    LASTING_SHARE,
    SIDE,
    Drawn,
    Metric,
    OnPeople,
    Stand,
    of_runners,
)
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import at_contact, near_leg
from formcheck.types import Measurement, Side, Step

AROUND_TOE_OFF_S = 0.04
BLUR_BELOW_FPS, KNEE_BLUR_SD_DEG = 50.0, 2.0
"""Below this frame rate, a 1/60 s shutter blurs the shank.

On re-rendered clips most knee angles changed by less than 1.8 degrees, the worst by 4.2
and 4.7 degrees.
"""
COARSE_BELOW_FPS, COARSE_CONTACT_SD_DEG = 28.0, 1.0
"""Extra error of knee flexion at contact at low frame rates.

Without this term, the 95 % interval of knee flexion at contact covered 88 % of synthetic
runners at 24 frames per second, and 92 to 98 % at 30 and above.
"""
STANDING_KNEE = Stand("knee", 4.0, 2.5, "standing runners bend their knees by 0 to 8 degrees")
MOMENTS = 41  # sampling points per period, ends included
SEEN_NEARLY_WHOLE = 0.85  # share of a period: with less, the maximum may be missing


def knee(rec: Recording, side: Side) -> np.ndarray:
    """Return the flexion of one knee, (N,) deg."""
    return biomechanics.knee_flexion_deg(*(rec.point(side, part) for part in ("hip", "knee", "ankle")))


def knee_unfiltered(rec: Recording, side: Side) -> np.ndarray:
    """Return the flexion of one knee, (N,) deg, from unfiltered points, for use at initial contact."""
    return biomechanics.knee_flexion_deg(*(rec.raw_point(side, part) for part in ("hip", "knee", "ankle")))


def largest(rec: Recording, signal: np.ndarray, periods: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return (n,) the peak of a signal in the same period (s) of every step, NaN = not visible.

    Every step is sampled at the same share of the period: where the median over all steps
    is largest. The maximum of a single step is inflated by noise (0.6 to 0.9 deg of knee
    flexion).
    """
    curves = np.array([resampled(rec, signal, period) for period in periods]).reshape(-1, MOMENTS)
    curves[np.isfinite(curves).mean(axis=1) < SEEN_NEARLY_WHOLE] = np.nan
    shown = np.flatnonzero(np.isfinite(curves).any(axis=0))
    if len(shown) == 0:
        return np.full(len(periods), np.nan)
    return curves[:, shown[np.argmax(np.nanmedian(curves[:, shown], axis=0))]]


def resampled(rec: Recording, signal: np.ndarray, period: tuple[float, float]) -> np.ndarray:
    """Return a signal at evenly spaced moments of a period (s), all NaN if its start or end is missing."""
    return rec.during(signal, *period, MOMENTS) if np.isfinite(sum(period)) else np.full(MOMENTS, np.nan)


def thigh_behind(rec: Recording, side: Side) -> np.ndarray:
    """Return the angle of one thigh behind the vertical, (N,) deg."""
    return -biomechanics.thigh_deg(rec.point(side, "hip"), rec.point(side, "knee"))


def in_stance(rec: Recording, flexion: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the peak knee flexion in the first three quarters of each contact, deg.

    The last quarter is left out because the knee flexes again before toe-off; a toe-off
    detected late would count this flexion as stance.
    """
    return largest(rec, flexion, [(step.contact, step.contact + 0.75 * step.duration) for step in steps])


def in_swing(rec: Recording, flexion: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the peak knee flexion from toe-off to the next contact of the same foot, deg."""
    return largest(rec, flexion, [(step.toe_off, rec.next_contact(step)) for step in steps])


def around_toe_off(rec: Recording, angle: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the peak of an angle within 40 ms of toe-off."""
    reach = AROUND_TOE_OFF_S
    return largest(rec, angle, [(step.toe_off - reach, step.toe_off + reach) for step in steps])


def blur_sd_deg(rec: Recording) -> float:
    """Return the standard error (deg) that motion blur adds to knee flexion at low frame rates."""
    return 0.0 if reaches(rec.motion.frame_rate, BLUR_BELOW_FPS) else KNEE_BLUR_SD_DEG


def knee_flexion_contact(rec: Recording, metric: Metric) -> Measurement:
    """Return the flexion of the near knee at initial contact."""
    coarse = 0.0 if reaches(rec.motion.frame_rate, COARSE_BELOW_FPS) else COARSE_CONTACT_SD_DEG
    return near_leg(rec, metric, knee_unfiltered, at_contact, "the near leg", blur_sd_deg(rec), coarse)


def knee_flexion_stance(rec: Recording, metric: Metric) -> Measurement:
    """Return the peak flexion of the near knee in stance."""
    return near_leg(rec, metric, knee, in_stance, "the near leg", blur_sd_deg(rec))


def knee_flexion_swing(rec: Recording, metric: Metric) -> Measurement:
    """Return the peak flexion of the near knee in swing."""
    return near_leg(rec, metric, knee, in_swing, "the near leg", blur_sd_deg(rec))


def thigh_extension(rec: Recording, metric: Metric) -> Measurement:
    """Return the peak extension of the near thigh around toe-off."""
    roll = rec.roll_sd_deg
    return near_leg(rec, metric, thigh_behind, around_toe_off, "the near leg", of_clip=[roll])


ROWS = (
    Metric(
        "knee_flexion_contact", "Knee bend at landing", "deg", "legs", SIDE, 24, 6,
        "Knee flexion of the near leg at contact, 0 = straight.",
        "Wille 2014", 4.9, f"{KEYPOINTS}: markerless knee RMSE 7.5 in running (Van Hooren 2023), a part is random", "C",
        smallest_change=9.0,
        widest=20, widest_from="runners land with 5 to 28",
        on_people=OnPeople(3.6, 4.2, 6.6, 9.7, 9.2, lasting=LASTING_SHARE), stand=STANDING_KNEE,
        simulated=5.6,
        formula=knee_flexion_contact,
        norm=of_runners("knee_flexion_contact", "deg", "C", least=0),
        short="knee bend", drawn=Drawn("knee", -0.2, "contact"),
    ),
    Metric(
        "knee_flexion_stance", "Knee bend on the ground", "deg", "legs", SIDE, 24, 6,
        "Largest knee flexion of the near leg in the first three quarters of contact, when the steps together bend most.",
        "Wille 2014", 4.2, f"{KEYPOINTS}, as at landing", "C",
        smallest_change=9.0,
        widest=20, widest_from="the range is 20 wide",
        on_people=OnPeople(3.7, 6.6, 14.1, 11.2, 9.0, lasting=LASTING_SHARE), stand=STANDING_KNEE,
        simulated=5.1,
        formula=knee_flexion_stance,
        norm=of_runners("knee_flexion_stance", "deg", "C"),
        short="knee bend", drawn=Drawn("knee", -0.2, "stance"),
    ),
    Metric(
        "knee_flexion_swing", "Knee bend in the air", "deg", "legs", SIDE, 24, 6,
        "Largest knee flexion of the near leg between toe-off and the next contact, when the steps together bend most.",
        "Van Hooren 2023", 3.6, f"{KEYPOINTS}; BlazePose draws the knee in swing too straight: 5 to 10 deg on four rendered clips, 3 ± 2 on seven of people", "C",
        smallest_change=9.0,
        widest=35, widest_from="from jogging to sprinting it is 70 to 130",
        on_people=OnPeople(3.7, 5.4, 8.7, 28.6, 12.7, bias=-2.6),
        simulated=3.8,
        formula=knee_flexion_swing,
        norm=of_runners("knee_flexion_swing", "deg", "C"),
        drawn=Drawn("knee", -0.2),
    ),
    Metric(
        "thigh_extension", "Thigh behind at push-off", "deg", "legs", SIDE, 24, 6,
        "Furthest the near thigh points behind the vertical around toe-off; thigh in space, not the hip joint.",
        "Souza 2016", 2.7, f"{KEYPOINTS}: hip and knee", "D",
        smallest_change=4.8,
        per_tilt=1, widest=20, widest_from="the range is 20 wide",
        on_people=OnPeople(2.0, 2.6, 5.0, 6.8, 4.7, fitted_on=JOINTS),
        formula=thigh_extension,
        norm=of_runners("thigh_extension", "deg", "D"),
        short="thigh behind", drawn=Drawn("thigh", -0.1, "toe_off"),
    ),
)  # fmt: skip
