"""Posture: how trunk, head and shoulders are carried."""

from __future__ import annotations

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.recording import SIDES, Recording
from formcheck.metrics.results import Series, answer, hidden, missing
from formcheck.metrics.table import METRICS, Metric
from formcheck.metrics.uncertainty import Estimate, both_legs, estimate, roll_sd_deg, yaw_sd_deg
from formcheck.types import Measurement, Side, Step

FEWEST_FRAMES = 100  # face points err 7 deg a frame; a median over these errs below 1
LEVEL_HEAD_DEG = 10.0  # the line ear to eye rises this much when the head is level
HEAD_DOWN_DEG = -20.0


def trunk_angle(rec: Recording) -> np.ndarray:
    """Return the trunk's lean, (N,) deg."""
    return biomechanics.lean_deg(rec.hip, rec.shoulder)


def trunk_lean(rec: Recording) -> Measurement:
    """Return the mean forward lean of the trunk over whole strides."""
    metric = METRICS["trunk_lean"]
    starts, strides = rec.per_stride(trunk_angle(rec))
    values = np.nanmean(strides, axis=1) if len(strides) else np.empty(0)
    value = estimate(values)
    if value.n < 2:
        return missing(metric, hidden("shoulders and hips"))
    swing = float(np.median(np.nanmax(strides, axis=1) - np.nanmin(strides, axis=1)))
    return answer(
        metric, Estimate(value.value, value.random, 2 * value.n), metric.sigma, roll_sd_deg(rec.scene.roll_deg),
        yaw_sd_deg(value.value, rec.scene.yaw_deg), samples=values, times=starts, extra={"range_in_stride": swing},
    )  # fmt: skip


def standing_line(rec: Recording, side: Side, top: np.ndarray) -> np.ndarray:
    """Return the lean of the line from one foot's middle to a point, (N,) deg."""
    foot = 0.5 * (rec.point(side, "heel") + rec.point(side, "toe"))
    return biomechanics.lean_deg(foot, top)


def over_contact(rec: Recording, angle: np.ndarray, step: Step) -> float:
    """Return an angle averaged over one ground contact."""
    angles = rec.during(angle, step.contact, step.toe_off)
    seen = np.isfinite(angles)
    return float(angles[seen].mean()) if seen.mean() > 0.8 else np.nan


def body_lean(rec: Recording) -> Measurement:
    """Return the lean of the line from standing foot to shoulders, both feet alike."""
    return of_both_feet(rec, METRICS["body_lean"], lambda rec, side: standing_line(rec, side, rec.shoulder))


def waist_bend(rec: Recording) -> Measurement:
    """Return how much more the trunk leans than the legs' line."""
    return of_both_feet(
        rec, METRICS["waist_bend"], lambda rec, side: trunk_angle(rec) - standing_line(rec, side, rec.hip)
    )


def of_both_feet(rec: Recording, metric: Metric, series: Series) -> Measurement:
    """Return a mean over contacts in which each foot counts the same; never of one foot."""
    signals = {side: series(rec, side) for side in SIDES}
    feet = [np.array([over_contact(rec, signals[side], step) for step in rec.whole(side)]) for side in SIDES]
    left, right = (estimate(values) for values in feet)
    if min(left.n, right.n) < metric.min_steps // 2 - 1:
        return missing(metric, hidden("the feet"))
    times = [step.contact for side in SIDES for step in rec.whole(side)]
    roll = roll_sd_deg(rec.scene.roll_deg)
    return answer(
        metric, both_legs(left, right), metric.sigma, roll, samples=np.concatenate(feet), times=times
    )


def head_pitch(rec: Recording) -> Measurement:
    """Return the head's tilt from ear and eye, 0 = level, negative = tipped down."""
    metric = METRICS["head_pitch"]
    tilt = biomechanics.pitch_deg(rec.point(rec.near, "ear"), rec.point(rec.near, "eye")) - LEVEL_HEAD_DEG
    extra = (
        {"share_head_down": float(np.mean(tilt[np.isfinite(tilt)] < HEAD_DOWN_DEG))} if any_seen(tilt) else {}
    )
    return median_of_frames(rec, metric, tilt, "the head", roll_sd_deg(rec.scene.roll_deg), extra)


def shoulder_shrug(rec: Recording) -> Measurement:
    """Return how far the ears are above the shoulders, in trunk lengths."""
    metric = METRICS["shoulder_shrug"]
    ear = rec.motion.middle("ear") if rec.frontal else rec.point(rec.near, "ear")
    gap = (ear[:, 1] - rec.shoulder[:, 1]) / rec.trunk_length
    extra = {"change_over_clip": drift(gap)} if any_seen(gap) else {}
    return median_of_frames(rec, metric, gap, "ears and shoulders", 0.0, extra)


def any_seen(signal: np.ndarray) -> bool:
    """Return whether enough of a signal is there to talk about."""
    return bool(np.isfinite(signal).sum() >= FEWEST_FRAMES)


def drift(signal: np.ndarray) -> float:
    """Return the median of the last third of what was seen over that of the first third, less one."""
    seen = signal[np.isfinite(signal)]
    third = len(seen) // 3
    first, last = np.median(seen[:third]), np.median(seen[-third:])
    return float(last / first - 1)


def median_of_frames(
    rec: Recording, metric: Metric, signal: np.ndarray, what: str, roll: float, extra: dict[str, float]
) -> Measurement:
    """Return the median over frames; its random error from half-second medians."""
    seen = np.isfinite(signal)
    if not any_seen(signal):
        return missing(metric, hidden(what))
    times, medians = half_seconds(signal, rec.motion.rate)
    value = Estimate(float(np.median(signal[seen])), estimate(medians).random, int(seen.sum()))
    return answer(metric, value, metric.sigma, roll, samples=medians, times=times, extra=extra)


def half_seconds(signal: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Return start (s) and median of each half second in which a signal is seen."""
    length = max(1, round(0.5 * rate))
    parts = [(k / rate, signal[k : k + length]) for k in range(0, len(signal) - length + 1, length)]
    seen = [(start, part[np.isfinite(part)]) for start, part in parts if np.isfinite(part).any()]
    return np.array([start for start, _ in seen]), np.array([np.median(part) for _, part in seen])


FORMULAS = {
    formula.__name__: formula for formula in (trunk_lean, body_lean, waist_bend, head_pitch, shoulder_shrug)
}
