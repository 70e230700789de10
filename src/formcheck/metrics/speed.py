"""Running speed and step length: stated by the user or measured from the image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.metrics.contact import step_error
from formcheck.metrics.metric import SIDE, TYPICAL_LEG_M, Metric
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import Reason, answer, missing, own_error
from formcheck.metrics.uncertainty import SCALE_SD, Estimate, estimate
from formcheck.skeleton import SIDES
from formcheck.types import Extra, Measurement, Side

BELT_SD = 0.02  # share: treadmill belts ran at 98 to 103 % of the displayed speed (Willwacher 2021)
FLAT_FOOT = (0.25, 0.50)  # share of contact: the foot is stationary on the ground
TYPICAL_LEG_SD = 0.07  # share: sd of adult leg length, hip to ankle, around the typical 0.85 m
NO_SPEED = Reason(
    "hidden",
    "The standing foot is not seen well enough: give the running speed (--speed) or film the whole body with both feet.",
)


def picture_speeds(rec: Recording) -> np.ndarray:
    """Return the speed of the runner relative to the ground for each contact, leg lengths/s.

    The speed is hip speed over the clip minus the speed of the stance foot. This holds on a
    treadmill, overground and with a following camera, which moves both equally in the image.
    """
    hip = line_slope(rec.motion.time, rec.hip[:, 0])
    speeds = [standing_foot(rec, side) for side in SIDES]
    return hip - np.concatenate(speeds)


def standing_foot(rec: Recording, side: Side) -> np.ndarray:
    """Return the image speed of one foot in stance, for each contact."""
    foot = 0.5 * (rec.point(side, "heel") + rec.point(side, "toe"))[:, 0]
    if not np.isfinite(foot).any():
        foot = rec.point(side, "ankle")[:, 0]
    found = []
    for step in rec.whole(side):
        start, stop = (step.contact + share * step.duration for share in FLAT_FOOT)
        moments = np.linspace(start, stop, 9)
        found.append(line_slope(moments, np.array([rec.at(foot, t) for t in moments])))
    return np.array(found)


def line_slope(time: np.ndarray, values: np.ndarray) -> float:
    """Return the least-squares slope of the finite values."""
    finite = np.isfinite(values)
    return float(np.polyfit(time[finite], values[finite], 1)[0]) if finite.sum() >= 3 else np.nan


def speed_estimate(rec: Recording) -> tuple[Estimate, float] | None:
    """Return the speed (m/s) and its systematic error, stated or measured; None = neither.

    Without the runner's height, a typical leg length gives the scale.
    """
    stated = rec.runner.speed_mps
    if stated is not None:
        return Estimate(stated, 0.0, rec.steps_seen), BELT_SD * stated
    known = np.isfinite(rec.metres)
    value = estimate((rec.metres if known else TYPICAL_LEG_M) * picture_speeds(rec))
    if value.n < 4 or value.value <= 0:
        return None
    scale = SCALE_SD if known else TYPICAL_LEG_SD
    return value, float(np.hypot(own_error(rec, SPEED), scale * value.value))


def rough(rec: Recording) -> Extra:
    """Return whether the speed is only approximate, because it is based on a typical leg length."""
    return Extra(about=rec.runner.speed_mps is None and not np.isfinite(rec.metres))


def pace(rec: Recording) -> Extra:
    """Return the speed that selects the reference ranges and its standard error.

    Nothing without a speed: the ranges for all speeds hold then.
    """
    found = speed_estimate(rec)
    if found is None:
        return Extra()
    value, own = found
    error = float(np.hypot(value.random, own))
    return Extra(speed_mps=round(value.value, 2), speed_sd_mps=round(error, 3))


def speed(rec: Recording, metric: Metric) -> Measurement:
    """Return the running speed."""
    found = speed_estimate(rec)
    if found is None:
        return missing(metric, NO_SPEED)
    extra = replace(rough(rec), stated=rec.runner.speed_mps is not None)
    return answer(metric, found[0], found[1], extra=extra)


def step_length(rec: Recording, metric: Metric) -> Measurement:
    """Return speed times step time, m."""
    found = speed_estimate(rec)
    if found is None or not np.isfinite(rec.step_s):
        return missing(metric, NO_SPEED)
    value, own = found
    length = Estimate(value.value * rec.step_s, value.random * rec.step_s, value.n)
    timing = value.value * step_error(rec) / 1000
    return answer(metric, length, own * rec.step_s, timing, extra=rough(rec))


SPEED = Metric(
    "speed", "Speed", "m/s", "rhythm", SIDE, 24, 4,
    "As stated; else the standing feet's speed against the picture (treadmill) or the hips' (overground), in metres "
    "by the runner's height, or about, by a leg of usual length.",
    "Willwacher 2021", 0.08, "foot and hip are not at the same depth; scale adds 4 %", "C",
    varies=1.0, varies_from="",
    smallest_change=0.15,
    simulated=0.18, simulated_from="20 simulated runners who state no speed, at 60 frames a second; half of those fitted state one",
    widest=1.5, widest_from="from jogging to fast running it is 2 to 5",
    formula=speed,
)  # fmt: skip
"""With simulated keypoints the error that repeats in every stride moves the standing foot: 0.18 m/s on clips 0 to 59 at
60 frames a second. On people a treadmill's belt shows none of that: seen over true speed is 1.00 with an sd of 0.016."""

ROWS = (
    SPEED,
    Metric(
        "step_length", "Step length", "m", "rhythm", SIDE, 24, 4,
        "Running speed times step time.",
        "Burns 2019", 0.0, "all of its error is the speed's", "C",
        varies=1.0, varies_from="",
        smallest_change=0.05,
        widest=0.5, widest_from="from jogging to fast running it is 0.7 to 1.6",
        formula=step_length,
    ),
)  # fmt: skip
