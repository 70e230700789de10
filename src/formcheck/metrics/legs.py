"""Legs from the side: knee bend through the stride and the thigh behind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck import biomechanics
from formcheck.frame_rate import reaches
from formcheck.metrics.metric import KEYPOINTS, SIDE, USUAL, Drawn, Metric, Norm
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import at_contact, near_leg
from formcheck.metrics.uncertainty import roll_sd_deg
from formcheck.types import Measurement, Side, Step

AROUND_TOE_OFF_S = 0.04
BLUR_BELOW_FPS, KNEE_BLUR_SD_DEG = 50.0, 2.0
"""At fewer frames per second a 1/60 s shutter smears the shank. On re-rendered clips the knee read within 1.8 degrees mostly,
4.2 and 4.7 degrees off at the worst."""
COARSE_BELOW_FPS, COARSE_CONTACT_SD_DEG = 28.0, 1.0
"""At 24 frames per second the knee at contact held 88 % of synthetic runners without this, 92 to 98 % from 30 on."""
MOMENTS = 41  # a period is looked at in as many, ends included
SEEN_NEARLY_WHOLE = 0.85  # share of a period: of less, the largest value may be what is missing


def knee(rec: Recording, side: Side) -> np.ndarray:
    """Return one knee's flexion, (N,) deg."""
    return biomechanics.knee_flexion_deg(*(rec.point(side, part) for part in ("hip", "knee", "ankle")))


def knee_unfiltered(rec: Recording, side: Side) -> np.ndarray:
    """Return one knee's flexion, (N,) deg, from unfiltered points: for the moment of contact."""
    return biomechanics.knee_flexion_deg(*(rec.raw_point(side, part) for part in ("hip", "knee", "ankle")))


def largest(rec: Recording, signal: np.ndarray, periods: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return (n,) a signal where it is largest in a like period (s) of every step, NaN = not seen.

    When that is, as a share of the period, is told by the median of all steps: the
    largest value of a single step is noise as much as motion, and reads too much (0.6 to
    0.9 deg of the knee's bend).
    """
    curves = np.array([even(rec, signal, period) for period in periods]).reshape(-1, MOMENTS)
    curves[np.isfinite(curves).mean(axis=1) < SEEN_NEARLY_WHOLE] = np.nan
    shown = np.flatnonzero(np.isfinite(curves).any(axis=0))
    if len(shown) == 0:
        return np.full(len(periods), np.nan)
    return curves[:, shown[np.argmax(np.nanmedian(curves[:, shown], axis=0))]]


def even(rec: Recording, signal: np.ndarray, period: tuple[float, float]) -> np.ndarray:
    """Return a signal at even moments of a period (s), all NaN where it has no beginning or end."""
    return rec.during(signal, *period, MOMENTS) if np.isfinite(sum(period)) else np.full(MOMENTS, np.nan)


def thigh_behind(rec: Recording, side: Side) -> np.ndarray:
    """Return how far one thigh points behind the vertical, (N,) deg."""
    return -biomechanics.thigh_deg(rec.point(side, "hip"), rec.point(side, "knee"))


def in_stance(rec: Recording, flexion: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the largest knee flexion of each contact's first three quarters, deg.

    The last quarter is left out: the knee bends again while the foot rolls off, and a
    toe-off told late would read that as stance.
    """
    return largest(rec, flexion, [(step.contact, step.contact + 0.75 * step.duration) for step in steps])


def in_swing(rec: Recording, flexion: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the largest knee flexion from toe-off to the same foot's next contact, deg."""
    return largest(rec, flexion, [(step.toe_off, rec.next_contact(step)) for step in steps])


def around_toe_off(rec: Recording, angle: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the largest value of an angle within 40 ms of toe-off."""
    reach = AROUND_TOE_OFF_S
    return largest(rec, angle, [(step.toe_off - reach, step.toe_off + reach) for step in steps])


def blur_sd_deg(rec: Recording) -> float:
    """Return the standard error that motion blur adds to a knee at low frame rates."""
    return 0.0 if reaches(rec.motion.frame_rate, BLUR_BELOW_FPS) else KNEE_BLUR_SD_DEG


def knee_flexion_contact(rec: Recording, metric: Metric) -> Measurement:
    """Return the near knee's bend at landing."""
    coarse = 0.0 if reaches(rec.motion.frame_rate, COARSE_BELOW_FPS) else COARSE_CONTACT_SD_DEG
    return near_leg(rec, metric, knee_unfiltered, at_contact, "the near leg", blur_sd_deg(rec), coarse)


def knee_flexion_stance(rec: Recording, metric: Metric) -> Measurement:
    """Return the near knee's largest bend on the ground."""
    return near_leg(rec, metric, knee, in_stance, "the near leg", blur_sd_deg(rec))


def knee_flexion_swing(rec: Recording, metric: Metric) -> Measurement:
    """Return the near knee's largest bend in the air."""
    return near_leg(rec, metric, knee, in_swing, "the near leg", blur_sd_deg(rec))


def thigh_extension(rec: Recording, metric: Metric) -> Measurement:
    """Return how far the near thigh points behind at push-off."""
    roll = roll_sd_deg(rec.scene.roll_deg)
    return near_leg(rec, metric, thigh_behind, around_toe_off, "the near leg", roll)


ROWS = (
    Metric(
        "knee_flexion_contact", "Knee bend at landing", "deg", "legs", SIDE, 24, 6,
        "Knee flexion of the near leg at contact, 0 = straight.",
        "Wille 2014", 4.9, f"{KEYPOINTS}: markerless knee RMSE 7.5 in running (Van Hooren 2023), a part is random", "C",
        smallest_change=9.0,
        widest=20, widest_from="runners land with 5 to 28",
        formula=knee_flexion_contact,
        norm=Norm(10, 25, "deg", "17.8 ± 4.0 (n = 45, own pace)", "Wille 2014", "C"),
        short="knee bend", drawn=Drawn("knee", -0.2, "contact"),
    ),
    Metric(
        "knee_flexion_stance", "Knee bend on the ground", "deg", "legs", SIDE, 24, 6,
        "Largest knee flexion of the near leg in the first three quarters of contact, when the steps together bend most.",
        "Wille 2014", 4.2, f"{KEYPOINTS}, as at landing", "C",
        smallest_change=9.0,
        widest=20, widest_from="the range is 20 wide",
        formula=knee_flexion_stance,
        norm=Norm(35, 55, "deg", "46.3 ± 4.5 (n = 45, own pace)", "Wille 2014", "C"),
        short="knee bend", drawn=Drawn("knee", -0.2, "stance"),
    ),
    Metric(
        "knee_flexion_swing", "Knee bend in the air", "deg", "legs", SIDE, 24, 6,
        "Largest knee flexion of the near leg between toe-off and the next contact, when the steps together bend most.",
        "Van Hooren 2023", 3.6, f"{KEYPOINTS}; BlazePose draws the knee in swing too straight: 5 to 10 deg on four rendered clips, 3 ± 2 on seven of people", "C",
        smallest_change=9.0,
        widest=35, widest_from="from jogging to sprinting it is 70 to 130",
        formula=knee_flexion_swing,
        drawn=Drawn("knee", -0.2),
    ),
    Metric(
        "thigh_extension", "Thigh behind at push-off", "deg", "legs", SIDE, 24, 6,
        "Furthest the near thigh points behind the vertical around toe-off; thigh in space, not the hip joint.",
        "Souza 2016", 2.7, f"{KEYPOINTS}: hip and knee", "D",
        smallest_change=4.8,
        per_tilt=1, widest=20, widest_from="the range is 20 wide",
        formula=thigh_extension,
        norm=Norm(15, 35, "deg", "easy to moderate pace; depends on speed", USUAL, "D"),
        short="thigh behind", drawn=Drawn("thigh", -0.1, "toe_off"),
    ),
)  # fmt: skip
