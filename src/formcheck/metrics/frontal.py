"""Frontal-plane metrics, from a front or rear view: sideways distances and tilts.

Mid-stance is found from the vertical oscillation: the hips are lowest at mid-stance, and
the lower foot is the stance foot. No contact time is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

import numpy as np

from formcheck.biomechanics import off_midline
from formcheck.course import Z95
from formcheck.metrics.clock import centred
from formcheck.metrics.metric import ARTICLE, FRONTAL, KEYPOINTS, Drawn, Metric, Norm
from formcheck.metrics.recording import Recording, percentile
from formcheck.metrics.results import Reason, answer, hidden, missing, own_error
from formcheck.metrics.uncertainty import SCALE_SD, both_legs, estimate
from formcheck.skeleton import SIDES
from formcheck.types import Extra, Measurement, Side

OFF_AXIS = Reason("view", "The camera is not straight ahead: film exactly from the front.")
BEHIND_THE_BACK = Reason("hidden", "From behind a crossing hand is hidden: film from the front")
OUTWARD = {"left": 1.0, "right": -1.0}  # the x axis points to the runner's left
WRISTS_SEEN = 0.7  # share of the clip: from the rear, the trunk hides a hand that crosses the midline
CROSSING = -0.05  # shoulder widths
NARROWEST = 0.05  # leg lengths: below this width of hips or shoulders the view is not frontal
YAW_LIMIT_DEG = 30.0  # from shoulder width, which changes little near zero yaw (10 deg is 1.5 %)
USUAL_SWING = 0.25  # leg lengths, error of the extremes of wrist height: it weighs more on a small swing
HIPS_SD = 0.11  # share of hip width: two points with errors of 0.8 % of stature, 10 % apart


def mid_stances(rec: Recording) -> list[tuple[float, Side]]:
    """Return the time and the stance side of each mid-stance: hips lowest; the lower ankle is in stance."""
    if not np.isfinite(rec.step_s):
        return []
    low = centred(rec.hip[:, 1], rec.motion.rate, 2 * rec.step_s)
    inner = np.flatnonzero((low[1:-1] < low[:-2]) & (low[1:-1] <= low[2:]) & (low[1:-1] < 0)) + 1
    left, right = (rec.point(side, "ankle")[:, 1] for side in SIDES)
    found: list[tuple[float, Side]] = []
    for k in inner:
        time = k / rec.motion.rate
        if np.isfinite(left[k] - right[k]) and (not found or time - found[-1][0] > 0.6 * rec.step_s):
            found.append((time, "left" if left[k] < right[k] else "right"))
    return found


def at_mid_stance(rec: Recording, sample: Callable[[Side], np.ndarray]) -> dict[Side, np.ndarray]:
    """Return, for each stance side, the values at mid-stance of a signal that depends on the side."""
    signals = {side: sample(side) for side in SIDES}
    moments = mid_stances(rec)
    return {
        side: np.array([rec.at(signals[side], time) for time, standing in moments if standing == side])
        for side in SIDES
    }


def per_side(
    rec: Recording,
    metric: Metric,
    sample: Callable[[Side], np.ndarray],
    *systematic: float,
    factor: float = 1.0,
) -> Measurement:
    """Return the mean over both stance sides, with the value of each side attached."""
    values = at_mid_stance(rec, sample)
    legs = {side: estimate(factor * values[side]) for side in SIDES}
    if min(leg.n for leg in legs.values()) < metric.min_steps // 2 - 1:
        return missing(metric, hidden("hips, knees and ankles"))
    by_side = tuple(
        answer(metric, legs[side], own_error(rec, metric), *systematic, side=side) for side in SIDES
    )
    value = both_legs(legs["left"], legs["right"])
    return answer(metric, value, own_error(rec, metric), *systematic, by_side=by_side)


def ankle_out(rec: Recording, side: Side) -> np.ndarray:
    """Return the lateral distance of an ankle from mid-hip, positive on its own side, leg lengths."""
    return np.asarray(OUTWARD[side] * (rec.point(side, "ankle")[:, 0] - rec.hip[:, 0]))


def step_width(rec: Recording, metric: Metric) -> Measurement:
    """Return the lateral distance between the two feet, each at its own mid-stance, cm."""
    if not np.isfinite(rec.metres):
        return missing(metric, hidden("the legs"))
    factor = 200 * rec.metres  # sum of the distances of both feet from the midline
    found = per_side(rec, metric, partial(ankle_out, rec), factor=factor)
    if not found.measured:
        return found
    half = SCALE_SD * Z95 * abs(found.value)
    low, high = (found.value + sign * float(np.hypot(found.value - found.low, half)) for sign in (-1, 1))
    return Measurement(found.metric, found.unit, found.value, low, high, found.n, by_side=found.by_side)


def width_of(rec: Recording, part: str) -> float:
    """Return the median lateral distance of a left-right pair, leg lengths; NaN if the points coincide."""
    apart = np.abs(rec.point("left", part)[:, 0] - rec.point("right", part)[:, 0])
    width = percentile(apart, 50)
    return width if width > NARROWEST else np.nan


def knees_apart(rec: Recording, _: Side) -> np.ndarray:
    """Return the gap between the knees as a ratio to hip width, (N,)."""
    width = width_of(rec, "hip")
    return np.asarray((rec.point("left", "knee")[:, 0] - rec.point("right", "knee")[:, 0]) / width)


def knee_window(rec: Recording, metric: Metric) -> Measurement:
    """Return the gap between the knees at mid-stance.

    The error combines both knees and the hip width used as unit.
    """
    values = np.concatenate(list(at_mid_stance(rec, partial(knees_apart, rec)).values()))
    return per_side(rec, metric, partial(knees_apart, rec), HIPS_SD * abs(estimate(values).value))


def wrist_out(rec: Recording, side: Side) -> np.ndarray:
    """Return the distance of a wrist to its own side of the trunk's midline, shoulder widths."""
    out = off_midline(rec.point(side, "wrist"), rec.hip, rec.shoulder)
    return OUTWARD[side] * out / width_of(rec, "shoulder")


def arm_crossover(rec: Recording, metric: Metric) -> Measurement:
    """Return the innermost position of the wrists, mean of both arms; negative = across the midline."""
    if np.isfinite(rec.scene.yaw_deg) and abs(rec.scene.yaw_deg) > YAW_LIMIT_DEG:
        return missing(metric, OFF_AXIS)
    arms = {side: innermost(rec, side) for side in SIDES}
    legs = {side: estimate(values) for side, (_, values) in arms.items()}
    if min(arm.n for arm in legs.values()) < 3:
        return missing(metric, BEHIND_THE_BACK if rec.scene.view == "rear" else hidden("the hands"))
    times, places = (np.concatenate(each) for each in zip(*arms.values()))
    rate = float(np.mean(places < CROSSING))
    by_side = tuple(answer(metric, legs[side], 2 * own_error(rec, metric), side=side) for side in SIDES)
    value = both_legs(legs["left"], legs["right"])
    return answer(
        metric, value, own_error(rec, metric), samples=places, times=times, by_side=by_side,
        extra=Extra(share_of_strides_crossing=rate),
    )  # fmt: skip


def innermost(rec: Recording, side: Side) -> tuple[np.ndarray, np.ndarray]:
    """Return the time (s) and the position (shoulder widths) at which a wrist is innermost in each stride."""
    out = wrist_out(rec, side)
    starts, strides = rec.per_stride(out)
    if np.isfinite(out).mean() < WRISTS_SEEN or len(strides) == 0:
        return np.empty(0), np.empty(0)
    at = np.nanargmin(strides, axis=1)
    return starts + 2 * rec.step_s * at / strides.shape[1], np.nanmin(strides, axis=1)


def arm_swing_symmetry(rec: Recording, metric: Metric) -> Measurement:
    """Return 200 (left - right) / (left + right) of the vertical ranges of the wrists."""
    ranges = []
    for side in SIDES:
        _, strides = rec.per_stride(rec.point(side, "wrist")[:, 1] - rec.shoulder[:, 1])
        ranges.append(
            np.nanmax(strides, axis=1) - np.nanmin(strides, axis=1) if len(strides) else np.empty(0)
        )
    count = min(len(each) for each in ranges)
    if count < metric.min_steps // 2 - 1:
        return missing(metric, hidden("the hands"))
    left, right = (each[:count] for each in ranges)
    value = estimate(200 * (left - right) / (left + right))
    swing = float(np.mean([left.mean(), right.mean()]))
    return answer(metric, value, own_error(rec, metric) * USUAL_SWING / swing)


ROWS = (
    Metric(
        "arm_crossover", "Hands across the middle", "shoulder widths", "arms", FRONTAL, 24, 6,
        "How far each wrist stays on its own side of the trunk's midline at its innermost, mean of both arms; "
        "negative = across.",
        "Arellano & Kram 2014", 0.04, f"{KEYPOINTS}; up to 10 deg off axis, of which two arms cancel most", "D",
        widest=0.5, widest_from="from the hand's own side to the middle it is 0.5",
        formula=arm_crossover,
        norm=Norm(0, inf, "shoulder widths", "hands stay on their own side", ARTICLE, "D"),
        headline=True, drawn=Drawn("midline", 0.22), live={"front": 2},
    ),
    Metric(
        "step_width", "Step width", "cm", "feet", FRONTAL, 24, 14,
        "Sideways distance of the ankles at successive mid-stances, each from the pelvis' middle; negative = crossing.",
        "Brindle 2014", 1.95, f"{KEYPOINTS}; scale adds 4 %", "C",
        needs=("height_m",), smallest_change=3.0,
        widest=12, widest_from="between runners it is -4 to 14",
        formula=step_width,
        norm=Norm(0, inf, "cm", "feet do not cross; 6 cm is usual", "Brindle 2014", "C"),
        live={"rear": 2},
    ),
    Metric(
        "knee_window", "Gap between the knees", "ratio", "legs", FRONTAL, 24, 14,
        "Sideways gap of the knees at mid-stance over hip width.",
        "own definition", 0.125, f"{KEYPOINTS}: knees; 11 % of the gap is added for the hips", "D",
        smallest_change=0.3,
        widest=0.6, widest_from="between runners it is 0.1 to 1",
        formula=knee_window,
        norm=Norm(0.15, inf, "ratio", "the knees do not brush", "FormCheck's own limit", "D"),
    ),
    Metric(
        "arm_swing_symmetry", "Left-right arm swing", "%", "arms", FRONTAL, 24, 8,
        "200 (left - right) / (left + right) of the wrists' height range within a stride.",
        "own definition", 2.8, f"{KEYPOINTS}: wrists that rise by a quarter of a leg; more where they rise less", "D",
        smallest_change=20.0,
        widest=40, widest_from="the range is 40 wide",
        formula=arm_swing_symmetry,
        norm=Norm(-20, 20, "%", "small differences are normal", "FormCheck's own limit", "D"),
        live={"front": 3, "rear": 3},
    ),
)  # fmt: skip
