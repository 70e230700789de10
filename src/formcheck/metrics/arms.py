"""Arms from the side: elbow bend, swing, and their play with the legs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.metric import ANGLED, ARTICLE, KEYPOINTS, SIDE, Drawn, Metric, Norm
from formcheck.metrics.posture import trunk_angle
from formcheck.metrics.recording import Recording, opposite, percentile
from formcheck.metrics.results import Reason, answer, hidden, missing
from formcheck.metrics.uncertainty import Estimate, estimate
from formcheck.types import Measurement, Side

NO_COMMON_RHYTHM = Reason(
    "irregular",
    "The arm does not keep time with the legs clearly enough: film at least 10 seconds with both arms in view.",
)
FULL_LENGTH = 70.0  # percentile of an arm segment's looks that is its length: the longest are long by noise
UNSURE_DEPTH = 0.35  # of how much the third dimension closes the angle: noise makes a segment look short, too
FAR_ARM = 1.5  # the far arm is half hidden
ARM_SD = 0.06  # share of a swing: a shoulder or elbow shifted by 0.8 % of stature makes an arm look that much longer
HARMONICS = 3  # of the stride: what an arm's swing is made of
COHERENT = 0.6  # below, arm and leg do not keep step at all, or are not seen


def elbow(rec: Recording, side: Side) -> np.ndarray:
    """Return one elbow's angle in space, (N,) deg.

    A picture shows the elbow too open (3 to 10 deg on synthetic runners, 2 and 8 deg on
    one runner in a laboratory), because forearm and upper arm both come out of its plane,
    and on the same side: seen from the elbow, shoulder and hand are further in. How far is
    told by how short each looks against its own length.
    """
    shoulder, joint, wrist = (rec.point(side, part) for part in ("shoulder", "elbow", "wrist"))
    upper, lower = shoulder - joint, wrist - joint
    seen = np.sum(upper * lower, axis=-1)
    deep = depth(upper) * depth(lower)
    lengths = (np.sqrt(np.sum(arm**2, axis=-1) + depth(arm) ** 2) for arm in (upper, lower))
    return np.asarray(np.degrees(np.arccos(np.clip((seen + deep) / np.prod(list(lengths), axis=0), -1, 1))))


def depth(segment: np.ndarray) -> np.ndarray:
    """Return how far a segment (N, 2) comes out of the picture plane, (N,), from how short it looks."""
    length = np.linalg.norm(segment, axis=-1)
    return np.asarray(np.sqrt(np.clip(percentile(length, FULL_LENGTH) ** 2 - length**2, 0, None)))


def elbow_of(rec: Recording, metric: Metric, side: Side) -> Measurement:
    """Return one elbow's stride mean; the more the third dimension changes it, the less sure."""
    angle = elbow(rec, side)
    flat = biomechanics.included_deg(*(rec.point(side, part) for part in ("shoulder", "elbow", "wrist")))
    opened = UNSURE_DEPTH * percentile(flat - angle, 50)
    starts, values = stride_means(rec, angle)
    value = estimate(values)
    if value.n < 2:
        return missing(metric, hidden("the arm on the camera's side"))
    sigma = rec.widened(metric.sigma) * (1.0 if side == rec.near else FAR_ARM)
    _, low, high = stride_extremes(rec, angle)
    extra: dict[str, Any] = {}
    if len(low):
        extra = {"smallest": float(np.median(low)), "largest": float(np.median(high))}
    return answer(
        metric, Estimate(value.value, value.random, 2 * value.n), sigma, opened,
        samples=values, times=starts, side=side, extra=extra,
    )  # fmt: skip


def stride_means(rec: Recording, signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return start and mean of each stride over the frames in which a signal is there."""
    stride = 2 * rec.step_s
    count = int(rec.motion.time[-1] / stride) if np.isfinite(stride) else 0
    number = np.floor(rec.motion.time / stride) if count else np.full(len(signal), -1.0)
    seen = np.isfinite(signal)
    found = [
        (k * stride, float(signal[seen & (number == k)].mean()))
        for k in range(count)
        if (seen & (number == k)).any()
    ]
    return np.array([t for t, _ in found]), np.array([v for _, v in found])


def stride_extremes(rec: Recording, signal: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return start, smallest and largest value of each stride.

    Read from the stride's first three harmonics: the extremes of noisy samples lie
    further apart than the arm swings.
    """
    starts, strides = rec.per_stride(signal)
    if len(strides) == 0:
        return starts, np.empty(0), np.empty(0)
    filled = np.where(np.isfinite(strides), strides, np.nanmean(strides, axis=1, keepdims=True))
    waves = np.fft.rfft(filled, axis=1)
    waves[:, HARMONICS + 1 :] = 0
    smooth = np.fft.irfft(waves, filled.shape[1], axis=1)
    return starts, smooth.min(axis=1), smooth.max(axis=1)


def elbow_angle(rec: Recording, metric: Metric) -> Measurement:
    """Return the near elbow's bend, the far one beside it."""
    return with_sides(elbow_of(rec, metric, rec.near), elbow_of(rec, metric, rec.far))


def with_sides(near: Measurement, far: Measurement) -> Measurement:
    """Return the near side's measurement with both sides attached, left first."""
    if not near.measured:
        return near
    pair = sorted((each for each in (near, far) if each.measured), key=lambda each: each.side)
    return replace(near, by_side=tuple(pair))


def swing_of(rec: Recording, metric: Metric, side: Side) -> Measurement:
    """Return one upper arm's range against the trunk within a stride."""
    arm = biomechanics.thigh_deg(rec.point(side, "shoulder"), rec.point(side, "elbow")) + trunk_angle(rec)
    starts, low, high = stride_extremes(rec, arm)
    ranges = high - low
    value = estimate(ranges)
    if value.n < 2:
        return missing(metric, hidden("the upper arm on the camera's side"))
    sigma = rec.widened(metric.sigma) * (1.0 if side == rec.near else FAR_ARM)
    sized = Estimate(value.value, value.random, 2 * value.n)
    return answer(metric, sized, sigma, ARM_SD * value.value, samples=ranges, times=starts, side=side)


def arm_swing(rec: Recording, metric: Metric) -> Measurement:
    """Return the near arm's swing, the far one's beside it."""
    return with_sides(swing_of(rec, metric, rec.near), swing_of(rec, metric, rec.far))


def at_stride_frequency(rec: Recording, signal: np.ndarray) -> np.ndarray:
    """Return each stride's complex amplitude at stride frequency, (W,)."""
    _, strides = rec.per_stride(signal)
    if len(strides) == 0:
        return np.empty(0, complex)
    filled = np.where(np.isfinite(strides), strides, np.nanmean(strides, axis=1, keepdims=True))
    return np.fft.fft(filled, axis=1)[:, 1]


def arm_leg_phase(rec: Recording, metric: Metric) -> Measurement:
    """Return the near elbow's phase against the opposite ankle; 0 = together.

    The elbow, not the wrist: a rail or the trunk hides it less often, and under harmless edits of a clip the phase
    moves by 5.9 degrees, with the wrist by 8.
    """
    arm = (rec.point(rec.near, "elbow") - rec.shoulder)[:, 0]
    leg = (rec.point(opposite(rec.near), "ankle") - rec.point(rec.near, "ankle"))[:, 0]
    both = np.isfinite(arm) & np.isfinite(leg)
    a, b = (at_stride_frequency(rec, np.where(both, signal, np.nan)) for signal in (arm, leg))
    if len(a) < 2:
        return missing(metric, hidden("the arm on the camera's side"))
    cross = a * np.conj(b)
    power = float(np.sqrt(np.sum(abs(a) ** 2) * np.sum(abs(b) ** 2)))
    coherence = abs(cross.sum()) / power if power > 0 else 0.0
    if coherence < COHERENT:
        return missing(metric, NO_COMMON_RHYTHM)
    middle = float(np.degrees(np.angle(cross.sum())))
    each = biomechanics.turned_deg(np.degrees(np.angle(cross)), np.full(len(cross), middle))
    value = estimate(each)
    phase = Estimate(middle, value.random, 2 * value.n)
    return answer(
        metric,
        phase,
        rec.widened(metric.sigma),
        samples=middle + each,
        times=2 * rec.step_s * np.arange(len(each)),
        extra={"coherence": float(coherence)},
    )


ROWS = (
    Metric(
        "elbow_angle", "Elbow bend", "deg", "arms", SIDE, 24, 6,
        "Angle shoulder-elbow-wrist of the near arm, 90 = right angle, 180 = straight; mean over whole strides. How far "
        "the arm comes out of the picture plane is told by how short upper arm and forearm look.",
        "Yegian 2019", 5.2, f"{KEYPOINTS}: shoulder, elbow and wrist; what is left of the third dimension", "C",
        smallest_change=6.0,
        widest=40, widest_from="the range is 40 wide",
        formula=elbow_angle,
        norm=Norm(70, 110, "deg", "about a right angle, read wide: definitions of the joint differ by 20",
             f"{ARTICLE}; Yegian 2019", "C"),
        headline=True, drawn=Drawn("elbow", 0.18), live={"side": 4},
    ),
    Metric(
        "arm_leg_phase", "Arms against legs", "deg", "arms", ANGLED, 24, 6,
        "Phase of the near elbow against the opposite ankle at stride frequency; 0 = opposite arm and leg together.",
        "Arellano & Kram 2014", 5.0, "the same clip under eleven harmless edits; the elbow swings little", "C",
        smallest_change=20.0,
        widest=70, widest_from="the range is 70 wide",
        formula=arm_leg_phase,
        norm=Norm(-35, 35, "deg", "opposite arm and leg swing together", f"{ARTICLE}; Arellano & Kram 2014", "C"),
    ),
    Metric(
        "arm_swing", "Arm swing", "deg", "arms", SIDE, 24, 6,
        "Range of the near upper arm's angle against the trunk within a stride.",
        "Arellano & Kram 2014", 1.5, f"{KEYPOINTS}: shoulder and elbow; 6 % of the swing is added", "D",
        smallest_change=10.0,
        widest=40, widest_from="runners swing by 20 to 80",
        formula=arm_swing,
    ),
)  # fmt: skip
