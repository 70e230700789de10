"""Bounce, and the spring that it makes of a leg."""

from __future__ import annotations

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.contact import contact_time, no_contacts, shared_time_error
from formcheck.metrics.metric import ANY, EVENTS, KEYPOINTS, SIDE, TYPICAL_LEG_M, USUAL, Fatigue, Metric, Norm
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import answer, hidden, missing
from formcheck.metrics.speed import no_speed, picture_speeds, speed_estimate
from formcheck.metrics.uncertainty import LEG_SD, SCALE_SD, Estimate, estimate
from formcheck.skeleton import K
from formcheck.types import Measurement


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


def vertical_oscillation(rec: Recording, metric: Metric) -> Measurement:
    """Return the bounce, in cm where the runner's height is known, else % of leg length."""
    starts, values, apart = bounces(rec)
    value = estimate(values)
    told = np.isfinite(rec.metres)
    unit = "cm" if told else "% leg"
    if value.n < 2:
        return missing(metric, hidden("the hips"), unit)
    factor = 100 * (rec.metres if told else 1.0)
    sized = Estimate(factor * value.value, factor * value.random, 2 * value.n)
    own = rec.widened(metric.sigma) if told else rec.widened(metric.sigma) / TYPICAL_LEG_M
    scale = (SCALE_SD if told else LEG_SD) * sized.value
    return answer(metric, sized, own, scale, factor * apart, samples=factor * values, times=starts, unit=unit)


def vertical_ratio(rec: Recording, metric: Metric) -> Measurement:
    """Return bounce over step length, %; both in leg lengths where no speed is told."""
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
        metric, Estimate(ratio, random, 2 * rise.n), rec.widened(metric.sigma), ratio * (SCALE_SD if told else 0.02),
        ratio * apart / rise.value,
    )  # fmt: skip


def leg_stiffness(rec: Recording, metric: Metric) -> Measurement:
    """Return the spring-mass leg stiffness, kN/m."""
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
    return answer(metric, Estimate(middle, by_time, value.n), rec.widened(metric.sigma), by_speed)


def stiffness(rec: Recording, contact_ms: float, speed_mps: float) -> float:
    """Return the leg stiffness for a contact time at this clip's step time."""
    contact = contact_ms / 1000
    flight = rec.step_s - contact
    mass, height = rec.runner.mass_kg or np.nan, rec.runner.height_m or np.nan
    return biomechanics.spring(contact, flight, speed_mps, mass, height).leg_kn_m


ROWS = (
    Metric(
        "vertical_oscillation", "Bounce", "cm", "rhythm", ANY, 24, 6,
        "Rise and fall of the trunk's middle (hips and shoulders) within a step, from a fit at step frequency; per cent of leg length where the "
        "runner's height is unknown.",
        "Folland 2017; Moore 2016", 0.1, f"{KEYPOINTS}; scale adds 4 %", "B",
        smallest_change=1.0,
        widest=5, widest_from="most runners bounce by 5 to 12",
        formula=vertical_oscillation,
        norm=Norm(6, 10, "cm", "5.7 to 7.2 in runners at 6 to 9 mph (n = 15)",
             f"{USUAL}; Folland 2017", "B"),
        fatigue=Fatigue(10.0, relative=True),
    ),
    Metric(
        "vertical_ratio", "Bounce per step", "%", "rhythm", SIDE, 24, 6,
        "Bounce over step length.",
        "Folland 2017", 0.05, f"{KEYPOINTS}; the scale cancels where both come from the picture", "B",
        smallest_change=1.0,
        widest=6, widest_from="runners have 4 to 12",
        formula=vertical_ratio,
    ),
    Metric(
        "leg_stiffness", "Leg stiffness", "kN/m", "legs", SIDE, 120, 12,
        "Spring of the sine-wave model from time on the ground, time in the air, speed, mass and height.",
        "Morin 2005", 0.5, f"leg length; {EVENTS} is added; the model itself reads up to 7 % low", "C",
        needs=("height_m", "mass_kg"), smallest_change=2.0,
        widest=6, widest_from="runners have 6 to 16",
        formula=leg_stiffness,
    ),
)  # fmt: skip
