"""Rhythm: ground and air time, bounce, speed, and how even it all is."""

from __future__ import annotations

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.recording import SIDES, Recording
from formcheck.metrics.results import FEET_CUT_OFF, Reason, about, answer, hidden, missing, too_few
from formcheck.metrics.table import METRICS, TYPICAL_LEG_M
from formcheck.metrics.uncertainty import (
    LEG_SD,
    SCALE_SD,
    Estimate,
    both_legs,
    estimate,
    is_phase_locked,
    quantisation_sd,
)
from formcheck.skeleton import K
from formcheck.types import Measurement, Side

BELT_SD = 0.02  # share: belts ran at 98 to 103 % of what they show (Willwacher 2021)
FLAT_FOOT = (0.25, 0.50)  # of contact: the foot stands still on the ground
MAD_SD = 1.65  # a spread told by the median absolute deviation is this much less sure than an sd
SUB_FRAME_LEFT = 0.35  # of whole-frame rounding that interpolated events keep
SHORTEST_LEARNT_MS = 171.0  # the shortest contact on the force plates that the contact net learnt from
BEYOND_LEARNT_SD = 0.35  # ms for each ms below: sprinters' contacts of 90 to 120 ms read 25 to 30 ms long


def contact_times(rec: Recording, side: Side) -> np.ndarray:
    """Return one foot's ground contact times, (n,) ms."""
    return np.array([1000 * step.duration for step in rec.whole(side)])


def contact_time(rec: Recording) -> Estimate:
    """Return the ground contact time in ms, both feet counting the same."""
    return both_legs(*(estimate(contact_times(rec, side)) for side in SIDES))


def shared_time_error(rec: Recording) -> float:
    """Return the standard error (ms) that all contact times of the clip share."""
    locked = is_phase_locked(rec.motion.frame_rate, rec.step_s)
    rounding = quantisation_sd(rec.motion.frame_rate, rec.step_s, 1) * SUB_FRAME_LEFT if locked else 0.0
    shorter = max(0.0, SHORTEST_LEARNT_MS - contact_time(rec).value)  # NaN where no contact is whole
    return float(np.hypot(1000 * float(np.hypot(rec.contact_time_sd, rounding)), BEYOND_LEARNT_SD * shorter))


def ground_contact_time(rec: Recording) -> Measurement:
    """Return how long a foot is on the ground."""
    metric = METRICS["ground_contact_time"]
    value = contact_time(rec)
    if value.n < metric.min_steps:
        return missing(metric, no_contacts(rec, value.n, metric.min_steps))
    steps = [step for step in rec.steps if np.isfinite(step.duration)]
    return answer(
        metric, value, shared_time_error(rec), samples=[1000 * step.duration for step in steps],
        times=[step.contact for step in steps], by_side=contact_time_of_each_foot(rec), extra=about(metric, rec),
    )  # fmt: skip


def contact_time_of_each_foot(rec: Recording) -> tuple[Measurement, ...]:
    """Return the ground contact time of each foot that is seen often enough."""
    metric = METRICS["ground_contact_time"]
    found = []
    for side in SIDES:
        values = contact_times(rec, side)
        if len(values) >= 2:
            times = [step.contact for step in rec.whole(side)]
            error = shared_time_error(rec)
            found.append(answer(metric, estimate(values), error, samples=values, times=times, side=side))
    return tuple(found)


def no_contacts(rec: Recording, seen: int, least: int) -> Reason:
    """Return why there are no ground contacts to time."""
    if not rec.scene.feet_visible:
        return FEET_CUT_OFF
    return too_few(seen, least)


def flight_time(rec: Recording) -> Measurement:
    """Return how long both feet are off the ground in a step: step time less contact time."""
    metric = METRICS["flight_time"]
    value = contact_time(rec)
    if value.n < metric.min_steps or not np.isfinite(rec.step_s):
        return missing(metric, no_contacts(rec, value.n, metric.min_steps))
    air = Estimate(1000 * rec.step_s - value.value, value.random, value.n)
    return answer(metric, air, shared_time_error(rec), step_error(rec), extra=about(metric, rec))


def step_error(rec: Recording) -> float:
    """Return the standard error of the step time in ms."""
    return 1000 * rec.clock.sd if rec.clock.found else 1000 * rec.event_sd


def duty_factor(rec: Recording) -> Measurement:
    """Return the share of a stride that a foot is on the ground, %."""
    metric = METRICS["duty_factor"]
    value = contact_time(rec)
    if value.n < metric.min_steps or not np.isfinite(rec.step_s):
        return missing(metric, no_contacts(rec, value.n, metric.min_steps))
    share = 100 / (2000 * rec.step_s)
    duty = Estimate(share * value.value, share * value.random, value.n)
    return answer(metric, duty, share * shared_time_error(rec), extra=about(metric, rec))


def bounces(rec: Recording) -> tuple[np.ndarray, np.ndarray, float]:
    """Return start times and rise-and-fall of the trunk's middle of each stride, and what all share.

    A line, the stride's and the step's first two harmonics are fitted to the unfiltered
    hips and to the shoulders; the step's part is the bounce. A fit neither clips the
    peaks at low frame rates nor takes noise for height, as maximum minus minimum does.

    Returns
    -------
    (n,) s, (n,) leg lengths, float leg lengths
        The last is half of how far hips and shoulders disagree: the trunk rises as one,
        give or take its own bending, but pose models damp hips under plain clothes (to
        0.5-0.7 of the truth on rendered runners from the side) or exaggerate them.
    """
    stride = 2 * rec.step_s
    count = int((rec.motion.time[-1] + 0.5 / rec.motion.rate) / stride) if np.isfinite(stride) else 0
    starts = stride * np.arange(count)
    parts = np.array(
        [[bounce_of(rec, height, start, stride) for start in starts] for height in trunk_ends(rec)]
    )
    if not np.isfinite(parts).any(axis=1).all():
        return starts, parts[0], 0.0
    hips, shoulders = (float(np.nanmedian(each)) for each in parts)
    return starts, parts.mean(axis=0), 0.5 * abs(hips - shoulders)


def trunk_ends(rec: Recording) -> tuple[np.ndarray, np.ndarray]:
    """Return the unfiltered heights of mid-hip and mid-shoulder, (N,) leg lengths each."""
    hip, shoulder = (
        rec.motion.raw[:, [K[f"left_{part}"], K[f"right_{part}"]], 1].mean(axis=1)
        for part in ("hip", "shoulder")
    )
    return hip, shoulder


def bounce_of(rec: Recording, height: np.ndarray, start: float, stride: float) -> float:
    """Return the step-frequency rise and fall of one stride."""
    time = rec.motion.time
    use = (time >= start - 1e-9) & (time < start + stride) & np.isfinite(height)
    if use.sum() < 9 or use.sum() < 0.75 * stride * rec.motion.rate:
        return np.nan
    phase = 2 * np.pi * (time[use] - start) / stride
    waves = [f(k * phase) for k in (1, 2, 4) for f in (np.cos, np.sin)]
    design = np.stack([np.ones_like(phase), phase, *waves], axis=1)
    fit, *_ = np.linalg.lstsq(design, height[use], rcond=None)
    fine = np.linspace(0, np.pi, 100, endpoint=False)
    step = np.stack([f(k * fine) for k in (2, 4) for f in (np.cos, np.sin)], axis=1) @ fit[4:]
    return float(np.ptp(step))


def vertical_oscillation(rec: Recording) -> Measurement:
    """Return the bounce, in cm where the runner's height is known, else % of leg length."""
    metric = METRICS["vertical_oscillation"]
    starts, values, apart = bounces(rec)
    value = estimate(values)
    told = np.isfinite(rec.metres)
    unit = "cm" if told else "% leg"
    if value.n < 2:
        return missing(metric, hidden("the hips"), unit)
    factor = 100 * (rec.metres if told else 1.0)
    sized = Estimate(factor * value.value, factor * value.random, 2 * value.n)
    own = metric.sigma if told else metric.sigma / TYPICAL_LEG_M
    scale = (SCALE_SD if told else LEG_SD) * sized.value
    return answer(metric, sized, own, scale, factor * apart, samples=factor * values, times=starts, unit=unit)


def picture_speeds(rec: Recording) -> np.ndarray:
    """Return the runner's speed against the ground per contact, leg lengths/s.

    Hip speed over the clip less the standing foot's: right on a treadmill, overground
    and with a camera that follows, as both move alike in the picture.
    """
    hip = line_slope(rec.motion.time, rec.hip[:, 0])
    speeds = [standing_foot(rec, side) for side in SIDES]
    return hip - np.concatenate(speeds)


def standing_foot(rec: Recording, side: Side) -> np.ndarray:
    """Return how fast one foot moves in the picture while it stands, per contact."""
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
    """Return the least-squares slope of what is finite."""
    finite = np.isfinite(values)
    return float(np.polyfit(time[finite], values[finite], 1)[0]) if finite.sum() >= 3 else np.nan


def speed_estimate(rec: Recording) -> tuple[Estimate, float] | None:
    """Return the speed (m/s) and its systematic error, told or seen; None = neither."""
    told = rec.runner.speed_mps
    if told is not None:
        return Estimate(told, 0.0, rec.steps_seen), BELT_SD * told
    if not np.isfinite(rec.metres):
        return None
    value = estimate(rec.metres * picture_speeds(rec))
    if value.n < 4 or value.value <= 0:
        return None
    own = float(np.hypot(METRICS["speed"].sigma, SCALE_SD * value.value))
    return value, own


def rough_speed_mps(rec: Recording) -> float:
    """Return the speed in m/s to choose what it is compared with, with a usual leg where no height is told."""
    found = speed_estimate(rec)
    if found is not None:
        return found[0].value
    value = estimate(TYPICAL_LEG_M * picture_speeds(rec))
    return value.value if value.n >= 4 and value.value > 0 else np.nan


def no_speed(rec: Recording) -> Reason:
    """Return why there is no speed."""
    if rec.runner.height_m is None:
        return Reason("not_told", "Needs the running speed (--speed) or the runner's height (--height).")
    return Reason(
        "hidden",
        "The standing foot is not seen well enough: tell the running speed (--speed) or film the whole body "
        "with both feet.",
    )


def speed(rec: Recording) -> Measurement:
    """Return the running speed."""
    metric = METRICS["speed"]
    found = speed_estimate(rec)
    if found is None:
        return missing(metric, no_speed(rec))
    told = rec.runner.speed_mps is not None
    return answer(metric, found[0], found[1], extra={"told": told})


def step_length(rec: Recording) -> Measurement:
    """Return speed times step time, m."""
    metric = METRICS["step_length"]
    found = speed_estimate(rec)
    if found is None or not np.isfinite(rec.step_s):
        return missing(metric, no_speed(rec))
    value, own = found
    length = Estimate(value.value * rec.step_s, value.random * rec.step_s, value.n)
    timing = value.value * step_error(rec) / 1000
    return answer(metric, length, own * rec.step_s, timing)


def vertical_ratio(rec: Recording) -> Measurement:
    """Return bounce over step length, %; both in leg lengths where no speed is told."""
    metric = METRICS["vertical_ratio"]
    _, rises, apart = bounces(rec)
    rise = estimate(rises)
    told = rec.runner.speed_mps is not None and np.isfinite(rec.metres)
    speeds = estimate(picture_speeds(rec))
    if rise.n < 2 or not (told or speeds.n >= 4) or not np.isfinite(rec.step_s):
        return missing(metric, no_contacts(rec, speeds.n, 4))
    pace = (rec.runner.speed_mps or 0.0) / rec.metres if told else speeds.value
    if pace <= 0:
        return missing(metric, no_speed(rec))
    ratio = 100 * rise.value / (pace * rec.step_s)
    random = ratio * float(np.hypot(rise.random / rise.value, 0 if told else speeds.random / pace))
    return answer(
        metric, Estimate(ratio, random, 2 * rise.n), metric.sigma, ratio * (SCALE_SD if told else 0.02),
        ratio * apart / rise.value,
    )  # fmt: skip


def contact_time_asymmetry(rec: Recording) -> Measurement:
    """Return 100 (left - right) / mean of the ground contact times."""
    metric = METRICS["contact_time_asymmetry"]
    return asymmetry(rec, metric.id, [contact_times(rec, side) for side in SIDES])


def step_time_asymmetry(rec: Recording) -> Measurement:
    """Return 100 (left - right) / mean of the step times."""
    ends = [
        np.array(
            [
                1000 * (b.contact - a.contact)
                for a, b in zip(rec.steps, rec.steps[1:])
                if b.side == side != a.side
            ]
        )
        for side in SIDES
    ]
    return asymmetry(rec, "step_time_asymmetry", ends)


def asymmetry(rec: Recording, id: str, values: list[np.ndarray]) -> Measurement:
    """Return left minus right in per cent of their mean."""
    metric = METRICS[id]
    left, right = (estimate(each) for each in values)
    least = metric.min_steps // 2
    if min(left.n, right.n) < least - 1:
        return missing(metric, too_few(min(left.n, right.n), least))
    middle = 0.5 * (left.value + right.value)
    index = Estimate(
        100 * (left.value - right.value) / middle,
        100 * float(np.hypot(left.random, right.random)) / middle,
        left.n + right.n,
    )
    return answer(metric, index, metric.sigma)


def stride_variability(rec: Recording) -> Measurement:
    """Return the spread of stride times in per cent, from the median absolute deviation."""
    metric = METRICS["stride_variability"]
    starts, lengths = np.array(rec.clock.strides).reshape(-1, 2).T
    if len(lengths) < metric.min_steps - 2:
        return missing(metric, too_few(rec.steps_seen, metric.min_steps))
    middle = float(np.median(lengths))
    spread = 100 * 1.4826 * float(np.median(np.abs(lengths - middle))) / middle
    value = Estimate(spread, spread * MAD_SD / np.sqrt(2 * len(lengths)), len(lengths))
    return answer(metric, value, metric.sigma, samples=lengths, times=starts)


def leg_stiffness(rec: Recording) -> Measurement:
    """Return the spring-mass leg stiffness, kN/m."""
    metric = METRICS["leg_stiffness"]
    found = speed_estimate(rec)
    value = contact_time(rec)
    if found is None or value.n < metric.min_steps:
        return missing(
            metric, no_speed(rec) if found is None else no_contacts(rec, value.n, metric.min_steps)
        )
    pace, own = found
    middle = stiffness(rec, value.value, pace.value)
    timing = float(np.hypot(shared_time_error(rec), value.random))
    shorter, longer = (stiffness(rec, value.value + sign * timing, pace.value) for sign in (-1, 1))
    by_time = 0.5 * abs(shorter - longer)  # one side alone, of a curve so bent, is half as much again
    by_speed = abs(stiffness(rec, value.value, pace.value + own) - middle)
    return answer(metric, Estimate(middle, by_time, value.n), metric.sigma, by_speed)


def stiffness(rec: Recording, contact_ms: float, speed_mps: float) -> float:
    """Return the leg stiffness for a contact time at this clip's step time."""
    contact = contact_ms / 1000
    flight = rec.step_s - contact
    mass, height = rec.runner.mass_kg or np.nan, rec.runner.height_m or np.nan
    return biomechanics.spring(contact, flight, speed_mps, mass, height).leg_kn_m


FORMULAS = {
    formula.__name__: formula
    for formula in (
        ground_contact_time, flight_time, duty_factor, vertical_oscillation, step_length, speed,
        vertical_ratio, contact_time_asymmetry, step_time_asymmetry, stride_variability, leg_stiffness,
    )
}  # fmt: skip
