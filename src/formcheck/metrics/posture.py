"""Posture: position of trunk, head and shoulders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.metric import (
    ARTICLE,
    JOINTS,
    KEYPOINTS,
    LASTING_SHARE,
    SIDE,
    ArticleAdvice,
    Drawn,
    Fatigue,
    Metric,
    Norm,
    OnPeople,
    Stand,
)
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import Series, answer, hidden, missing, own_error
from formcheck.metrics.uncertainty import Estimate, both_legs, estimate, yaw_sd_deg
from formcheck.skeleton import SIDES
from formcheck.types import Extra, Measurement, Side, Step

FEWEST_FRAMES = 100  # the head angle errs by 7 deg per frame; a median over these frames by less than 1 deg
LEVEL_HEAD_DEG = 10.0  # slope of the line from ear to eye when the head is level
HEAD_DOWN_DEG = -20.0
PARALLAX_DEG = -3.7
"""Correction of perspective at the head.

From the side, the near ear is 4.3 cm closer to the camera than the eye, so from hip height
at four metres it appears higher by this much. The remaining error on synthetic runners is
0.8 degrees (sd).
"""
STANDING_TRUNK = Stand("trunk", 0.0, 3.5, "our own estimate")
STANDING_HEAD = Stand("head", LEVEL_HEAD_DEG + PARALLAX_DEG, 6.0, "our own estimate")


def trunk_angle(rec: Recording) -> np.ndarray:
    """Return the forward lean of the trunk, (N,) deg."""
    return biomechanics.lean_deg(rec.hip, rec.shoulder)


def trunk_lean(rec: Recording, metric: Metric) -> Measurement:
    """Return the mean forward lean of the trunk over whole strides."""
    starts, strides = rec.per_stride(trunk_angle(rec))
    values = np.nanmean(strides, axis=1) if len(strides) else np.empty(0)
    value = estimate(values)
    if value.n < 2:
        return missing(metric, hidden("shoulders and hips"))
    swing = float(np.median(np.nanmax(strides, axis=1) - np.nanmin(strides, axis=1)))
    return answer(
        metric, Estimate(value.value, value.random, 2 * value.n), own_error(rec, metric),
        of_clip=[rec.roll_sd_deg, yaw_sd_deg(value.value, rec.scene.yaw_deg)], samples=values, times=starts, extra=Extra(range_in_stride=swing),
    )  # fmt: skip


def standing_line(rec: Recording, side: Side, top: np.ndarray) -> np.ndarray:
    """Return the lean of the line from the middle of one foot to a point, (N,) deg."""
    foot = 0.5 * (rec.point(side, "heel") + rec.point(side, "toe"))
    return biomechanics.lean_deg(foot, top)


def over_contact(rec: Recording, angle: np.ndarray, step: Step) -> float:
    """Return the mean of an angle over one ground contact."""
    angles = rec.during(angle, step.contact, step.toe_off)
    seen = np.isfinite(angles)
    return float(angles[seen].mean()) if seen.mean() > 0.8 else np.nan


def body_lean(rec: Recording, metric: Metric) -> Measurement:
    """Return the lean of the line from stance foot to shoulders, with equal weight for both feet."""
    return of_both_feet(rec, metric, lambda rec, side: standing_line(rec, side, rec.shoulder))


def waist_bend(rec: Recording, metric: Metric) -> Measurement:
    """Return the lean of the trunk minus the lean of the line of the legs."""
    return of_both_feet(rec, metric, lambda rec, side: trunk_angle(rec) - standing_line(rec, side, rec.hip))


def of_both_feet(rec: Recording, metric: Metric, series: Series) -> Measurement:
    """Return a mean over contacts with equal weight for both feet; both feet are required."""
    signals = {side: series(rec, side) for side in SIDES}
    feet = [np.array([over_contact(rec, signals[side], step) for step in rec.whole(side)]) for side in SIDES]
    left, right = (estimate(values) for values in feet)
    if min(left.n, right.n) < metric.min_steps // 2 - 1:
        return missing(metric, hidden("the feet"))
    times = [step.contact for side in SIDES for step in rec.whole(side)]
    roll = rec.roll_sd_deg
    return answer(
        metric,
        both_legs(left, right),
        own_error(rec, metric),
        window_error(rec, signals),
        of_clip=[roll],
        samples=np.concatenate(feet),
        times=times,
    )


def window_error(rec: Recording, signals: Mapping[Side, np.ndarray]) -> float:
    """Return the error of a mean over contacts when all contacts are found too early or too late."""
    late = 0.5 * float(np.hypot(*rec.event_sds))  # of the middle of a contact
    means = [
        np.nanmean([over_contact(rec, signals[side], shifted(step, sign * late)) for step in rec.whole(side)])
        for side in SIDES
        for sign in (-1, 1)
    ]
    return float(abs(0.25 * (means[1] - means[0] + means[3] - means[2])))


def shifted(step: Step, seconds: float) -> Step:
    """Return a step that begins and ends later."""
    return replace(step, contact=step.contact + seconds, toe_off=step.toe_off + seconds)


def head_pitch(rec: Recording, metric: Metric) -> Measurement:
    """Return the pitch of the head from ear and eye, 0 = level, negative = facing down."""
    tilt = biomechanics.pitch_deg(rec.point(rec.near, "ear"), rec.point(rec.near, "eye"))
    tilt = tilt - LEVEL_HEAD_DEG - PARALLAX_DEG
    down = float(np.mean(tilt[np.isfinite(tilt)] < HEAD_DOWN_DEG)) if any_seen(tilt) else None
    return median_of_frames(rec, metric, tilt, "the head", rec.roll_sd_deg, Extra(share_head_down=down))


def shoulder_shrug(rec: Recording, metric: Metric) -> Measurement:
    """Return how far the ears are above the shoulders, in trunk lengths."""
    ear = rec.motion.middle("ear") if rec.frontal else rec.point(rec.near, "ear")
    gap = (ear[:, 1] - rec.shoulder[:, 1]) / rec.trunk_length
    change = drift(gap) if any_seen(gap) else None
    return median_of_frames(rec, metric, gap, "ears and shoulders", 0.0, Extra(change_over_clip=change))


def any_seen(signal: np.ndarray) -> bool:
    """Return whether a signal has enough samples to be measured."""
    return bool(np.isfinite(signal).sum() >= FEWEST_FRAMES)


def drift(signal: np.ndarray) -> float:
    """Return the median of the last third of the samples over that of the first third, minus one."""
    seen = signal[np.isfinite(signal)]
    third = len(seen) // 3
    first, last = np.median(seen[:third]), np.median(seen[-third:])
    return float(last / first - 1)


def median_of_frames(
    rec: Recording, metric: Metric, signal: np.ndarray, what: str, roll: float, extra: Extra
) -> Measurement:
    """Return the median over frames, with its random error from half-second medians."""
    seen = np.isfinite(signal)
    if not any_seen(signal):
        return missing(metric, hidden(what))
    times, medians = half_seconds(signal, rec.motion.rate)
    value = Estimate(float(np.median(signal[seen])), estimate(medians).random, int(seen.sum()))
    return answer(
        metric, value, own_error(rec, metric), of_clip=[roll], samples=medians, times=times, extra=extra
    )


def half_seconds(signal: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the start (s) and the median of each half second in which a signal has values."""
    length = max(1, round(0.5 * rate))
    parts = [(k / rate, signal[k : k + length]) for k in range(0, len(signal) - length + 1, length)]
    seen = [(start, part[np.isfinite(part)]) for start, part in parts if np.isfinite(part).any()]
    return np.array([start for start, _ in seen]), np.array([np.median(part) for _, part in seen])


ROWS = (
    Metric(
        "trunk_lean", "Forward lean", "deg", "posture", SIDE, 15, 6,
        "Angle of the line from mid-hip to mid-shoulder from the vertical, + forward; mean over whole strides.",
        "Teng & Powers 2014", 2.4, f"{KEYPOINTS}: hip centre off by 0.02 m under a 0.5 m trunk", "C",
        smallest_change=2.3,
        per_tilt=1, stand=STANDING_TRUNK, widest=10, widest_from="runners lean by 0 to 15",
        on_people=OnPeople(1.85, 1.85, 2.4, 3.5, 2.4, fitted_on=JOINTS, lasting=LASTING_SHARE),
        simulated=1.9,
        formula=trunk_lean,
        norm=Norm(0, 14, "deg", "two standard deviations around the 7.3 ± 3.6 that runners on the level choose (n = 24, 3.4 m/s)",
             "Teng & Powers 2014", "C", advice=ArticleAdvice("a slight lean", "D")),
        headline=True, short="forward lean", drawn=Drawn("lean", 0.36), live={"side": 2}, fatigue=Fatigue(3.0),
    ),
    Metric(
        "body_lean", "Whole-body lean", "deg", "posture", SIDE, 24, 8,
        "Angle of the line from the standing foot's middle to mid-shoulder, mean over contact, both feet.",
        "own definition", 1.3, f"{KEYPOINTS}: shoulders and feet; the timing of contacts is added", "D",
        smallest_change=6.0,
        per_tilt=1, widest=10, widest_from="runners lean by 0 to 12",
        on_people=OnPeople(0.7, 0.7, 1.3, 1.8, 1.3, fitted_on=JOINTS),
        simulated=0.9,
        formula=body_lean,
    ),
    Metric(
        "waist_bend", "Bend at the waist", "deg", "posture", SIDE, 24, 8,
        "Trunk lean minus lean of the line foot to mid-hip, both averaged over contact, both feet.",
        "own definition", 3.7, f"{KEYPOINTS}: hip centre; the timing of contacts is added", "D",
        smallest_change=8.0,
        widest=15, widest_from="between runners it is -5 to 15",
        on_people=OnPeople(2.8, 2.8, 4.5, 6.0, 4.5, fitted_on=JOINTS),
        simulated=2.5,
        formula=waist_bend,
        norm=Norm(-inf, 6, "deg", "the lean is shared along the body", "FormCheck's own limit", "D"),
    ),
    Metric(
        "head_pitch", "Head tilt", "deg", "posture", SIDE, 24, 0,
        "Angle of the line ear to eye from level, less 10 deg for a level head; median over frames, at least 100. "
        "The head, not the gaze.",
        "own definition", 8.5, f"{KEYPOINTS}: the face is small; neutral differs between people", "D",
        per_tilt=1, stand=STANDING_HEAD, widest=30, widest_from="heads are carried between -40 and 10",
        simulated=7.0,
        formula=head_pitch,
        norm=Norm(-20, inf, "deg", "looking 10 to 15 m ahead; the head, not the eyes", ARTICLE, "D"),
    ),
    Metric(
        "shoulder_shrug", "Shoulders from ears", "ratio", "posture", ("side", "front", "rear"), 24, 0,
        "Height of the ears above the shoulders over trunk length, median over frames, at least 100; only a change "
        "within one runner means anything.",
        "own definition", 0.042, f"{KEYPOINTS}; hair and neck differ", "D",
        smallest_change=0.05,
        widest=0.2, widest_from="between people it is 0.2 to 0.5",
        formula=shoulder_shrug,
        fatigue=Fatigue(-10.0, relative=True),
    ),
)  # fmt: skip
