"""Vertical oscillation, vertical ratio, and the leg stiffness of the spring-mass model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.contact import contact_time, no_contacts, shared_time_error
from formcheck.metrics.metric import ANY, EVENTS, KEYPOINTS, SIDE, TYPICAL_LEG_M, Fatigue, Metric, of_runners
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import answer, hidden, missing, own_error
from formcheck.metrics.speed import NO_SPEED, picture_speeds, speed_estimate
from formcheck.metrics.uncertainty import LEG_SD, SCALE_SD, Estimate, estimate
from formcheck.skeleton import K
from formcheck.types import Measurement

HIPS_FROM_CENTRE = (-0.0218, 1.0387, 0.1291)
"""Offset in m, factor on the rise of the centre of mass, and m per s of contact time.

Fitted on 18 runners at three speeds (Fukuchi 2017).
"""
TIMES_SD_M = 0.009
BOUNCE_PER_CONTACT_MPS = 0.19  # cm of vertical oscillation per 10 ms of contact time, same runners
FEWEST_CONTACTS = 4
SEEN_ON_PEOPLE = (
    ("blazepose-heavy", 0.94, 0.06),
    ("blazepose-full", 0.89, 0.07),
    ("blazepose-lite", 0.85, 0.08),
    ("mediapipe", 0.73, 0.10),
    ("onnx", 1.00, 0.15),
)
"""How a source begins, and mean and sd of its vertical movement of the trunk's middle over the labelled one.

Seven clips of people labelled by eye; a user's model was not measured.
"""
HIPS_UNLIKE_SHOULDERS = (
    0.09  # half their difference over their mean: as large on people; more, as under loose
)
# or plain clothes, is added to the error
AGREE_SD = 2.5  # standard errors; two estimates further apart than this contradict each other


def bounces(rec: Recording) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the start and the vertical oscillation of each stride, and the error that all strides share.

    A line plus the first two harmonics of the stride and of the step are fitted to the
    unfiltered heights of hips and shoulders; the step harmonics give the oscillation of
    the trunk's middle. Unlike maximum minus minimum, the fit neither clips peaks at low
    frame rates nor adds noise to the range.

    Returns
    -------
    (n,) s, (n,) leg lengths, float leg lengths
        For pose models, the values are corrected by `SEEN_ON_PEOPLE` and the last value is
        the error that remains. For other sources it is half the difference between hips
        and shoulders: apart from its own bending, the trunk rises as one body.
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
    on_people = next((row for row in SEEN_ON_PEOPLE if rec.motion.origin.startswith(row[0])), None)
    if on_people is not None:
        _, seen, sd = on_people
        middle = 0.5 * (hips + shoulders)
        unlike = max(0.0, 0.5 * abs(hips - shoulders) / middle - HIPS_UNLIKE_SHOULDERS)
        return starts, parts.mean(axis=0) / seen, float(np.hypot(sd, unlike)) * middle / seen
    return starts, parts.mean(axis=0), 0.5 * abs(hips - shoulders)


def trunk_ends(rec: Recording) -> tuple[np.ndarray, np.ndarray]:
    """Return the unfiltered heights of mid-hip and mid-shoulder, (N,) leg lengths each."""
    hip, shoulder = (
        rec.motion.raw[:, [K[f"left_{part}"], K[f"right_{part}"]], 1].mean(axis=1)
        for part in ("hip", "shoulder")
    )
    return hip, shoulder


def bounce_of(rec: Recording, height: np.ndarray, start: float, stride: float) -> float:
    """Return the range of the step-frequency part of one stride."""
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


def bounce_from_times(rec: Recording) -> Estimate | None:
    """Estimate the vertical oscillation of the hips (m) from step and contact time; None without contacts.

    A half-sine vertical force moves the centre of mass by g T (T/8 - (1/4 - 1/(2 pi)) t) in
    a step of T s with t s of contact. The hips move slightly more, by an amount that grows
    with contact time. No scale is needed. `TIMES_SD_M` is larger than the 0.6 cm found on
    held-out runners, because another laboratory's values are 1.2 cm lower than this model.
    """
    contact = contact_time(rec)
    if contact.n < FEWEST_CONTACTS or not np.isfinite(rec.step_s):
        return None
    time = contact.value / 1000
    centre = biomechanics.GRAVITY * rec.step_s * (rec.step_s / 8 - (0.25 - 0.5 / np.pi) * time)
    offset, per_centre, per_contact = HIPS_FROM_CENTRE
    error = float(np.hypot(contact.random, shared_time_error(rec))) / 1000
    return Estimate(
        offset + per_centre * centre + per_contact * time,
        float(np.hypot(TIMES_SD_M, BOUNCE_PER_CONTACT_MPS * error)),
        contact.n,
    )


def joined(seen: Estimate, expected: Estimate) -> Estimate:
    """Combine two estimates of one quantity by inverse variance, with a larger error where they disagree."""
    weight = np.array([seen.random, expected.random]) ** -2.0
    value = float(weight @ [seen.value, expected.value] / weight.sum())
    apart = abs(seen.value - expected.value) / float(np.hypot(seen.random, expected.random))
    return Estimate(value, float(weight.sum() ** -0.5) * max(1.0, apart / AGREE_SD), seen.n)


def vertical_oscillation(rec: Recording, metric: Metric) -> Measurement:
    """Return the vertical oscillation, in cm where the runner's height is known, else in % of leg length.

    In cm, the observed oscillation is combined with the estimate from step and contact time.
    """
    starts, values, apart = bounces(rec)
    value = estimate(values)
    told = np.isfinite(rec.metres)
    unit = "cm" if told else "% leg"
    if value.n < 2:
        return missing(metric, hidden("the hips"), unit)
    factor = 100 * (rec.metres if told else 1.0)
    sized = Estimate(factor * value.value, factor * value.random, 2 * value.n)
    own = own_error(rec, metric) if told else own_error(rec, metric) / TYPICAL_LEG_M
    scale = (SCALE_SD if told else LEG_SD) * sized.value
    expected = bounce_from_times(rec) if told else None
    if expected is None:
        return answer(
            metric, sized, own, scale, factor * apart, samples=factor * values, times=starts, unit=unit
        )
    seen = replace(sized, random=float(np.linalg.norm([sized.random, own, scale, factor * apart])))
    both = joined(seen, Estimate(100 * expected.value, 100 * expected.random, expected.n))
    return answer(
        metric, replace(both, random=0.0), both.random, samples=factor * values, times=starts, unit=unit
    )


def vertical_ratio(rec: Recording, metric: Metric) -> Measurement:
    """Return vertical oscillation over step length, %; both in leg lengths where no speed was stated."""
    _, rises, apart = bounces(rec)
    rise = estimate(rises)
    told = rec.runner.speed_mps is not None and np.isfinite(rec.metres)
    speeds = estimate(picture_speeds(rec))
    if rise.n < 2 or not (told or speeds.n >= 4) or not np.isfinite(rec.step_s):
        return missing(metric, no_contacts(rec, speeds.n, 4))
    pace = (rec.runner.speed_mps or 0.0) / rec.metres if told else speeds.value
    if pace <= 0:
        return missing(metric, NO_SPEED)
    ratio = 100 * rise.value / (pace * rec.step_s)
    random = ratio * float(np.hypot(rise.random / rise.value, 0 if told else speeds.random / pace))
    return answer(
        metric, Estimate(ratio, random, 2 * rise.n), own_error(rec, metric), ratio * (SCALE_SD if told else 0.02),
        ratio * apart / rise.value,
    )  # fmt: skip


def leg_stiffness(rec: Recording, metric: Metric) -> Measurement:
    """Return the leg stiffness of the spring-mass model, kN/m."""
    found = speed_estimate(rec)
    value = contact_time(rec)
    if found is None or value.n < metric.min_steps:
        return missing(metric, NO_SPEED if found is None else no_contacts(rec, value.n, metric.min_steps))
    pace, own = found
    middle = stiffness(rec, value.value, pace.value)
    timing = float(np.hypot(shared_time_error(rec), value.random))
    shorter, longer = (stiffness(rec, value.value + sign * timing, pace.value) for sign in (-1, 1))
    by_time = 0.5 * abs(shorter - longer)  # the curve is so bent that one side alone gives 50 % more
    by_speed = abs(stiffness(rec, value.value, pace.value + own) - middle)
    return answer(metric, Estimate(middle, by_time, value.n), own_error(rec, metric), by_speed)


def stiffness(rec: Recording, contact_ms: float, speed_mps: float) -> float:
    """Return the leg stiffness for a given contact time and this clip's step time."""
    contact = contact_ms / 1000
    flight = rec.step_s - contact
    mass, height = rec.runner.mass_kg or np.nan, rec.runner.height_m or np.nan
    return biomechanics.spring(contact, flight, speed_mps, mass, height).leg_kn_m


ROWS = (
    Metric(
        "vertical_oscillation", "Bounce", "cm", "rhythm", ANY, 24, 6,
        "Rise and fall of the trunk's middle (hips and shoulders) within a step, from a fit at step frequency and, with "
        "the runner's height, from step and contact time; per cent of leg length without a height.",
        "Folland 2017; Moore 2016", 0.1, f"{KEYPOINTS}; scale adds 4 %", "B",
        smallest_change=1.0,
        widest=5, widest_from="most runners bounce by 5 to 12",
        formula=vertical_oscillation,
        norm=of_runners("vertical_oscillation", "cm", "B"),
        norm_in_legs=of_runners("vertical_oscillation_in_legs", "% leg", "B"),
        fatigue=Fatigue(10.0, relative=True),
    ),
    Metric(
        "vertical_ratio", "Bounce per step", "%", "rhythm", SIDE, 24, 6,
        "Bounce over step length.",
        "Folland 2017", 0.05, f"{KEYPOINTS}; the scale cancels where both come from the picture", "B",
        smallest_change=1.0,
        widest=6, widest_from="runners have 4 to 12",
        simulated=1.1,
        formula=vertical_ratio,
    ),
    Metric(
        "leg_stiffness", "Leg stiffness", "kN/m", "legs", SIDE, 120, 12,
        "Spring of the sine-wave model from time on the ground, time in the air, speed, mass and height.",
        "Morin 2005", 0.5, f"leg length; {EVENTS} is added; the model itself reads up to 7 % low", "C",
        varies=1.0, varies_from="",
        needs=("height_m", "mass_kg"), smallest_change=2.0,
        widest=6, widest_from="runners have 6 to 16",
        formula=leg_stiffness,
    ),
)  # fmt: skip
