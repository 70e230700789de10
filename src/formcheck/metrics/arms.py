"""Arms seen from the side: elbow flexion, arm swing, and coordination with the legs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.metric import ANGLED, ARTICLE, KEYPOINTS, SIDE, Drawn, Metric, Norm, OnPeople
from formcheck.metrics.posture import trunk_angle
from formcheck.metrics.recording import Recording, opposite, percentile
from formcheck.metrics.results import Reason, answer, hidden, missing, own_error
from formcheck.metrics.uncertainty import Estimate, estimate
from formcheck.types import Extra, Measurement, Side

NO_COMMON_RHYTHM = Reason(
    "irregular",
    "The arm does not keep time with the legs clearly enough: film at least 10 seconds with both arms in view.",
)
# Percentile of a segment's projected lengths used as its true length; maxima are inflated by noise.
FULL_LENGTH = 70.0
UNSURE_DEPTH = 0.35  # share of the depth correction added as error: noise also makes a segment look short
FAR_ARM = 1.5  # factor on the systematic error: the far arm is partly hidden
# Share of a swing: a keypoint bias of 0.8 % of stature at shoulder or elbow lengthens the arm by this much.
ARM_SD = 0.06
HARMONICS = 3  # number of stride harmonics that describe an arm swing
HARD_TO_SEE = Reason(
    "unsure_pose",
    "The arm is too hard to make out in this clip: film in better light and in focus.",
)
HARD_TO_SEE_FROM = 1.15  # times the usual pose errors; beyond, blur moved the phase by 47 deg
COHERENT = 0.6  # below this coherence, arm and leg are not coordinated or not visible


def elbow(rec: Recording, side: Side) -> np.ndarray:
    """Return the three-dimensional angle of one elbow, (N,) deg.

    The projected angle is too open (by 3 to 10 deg on synthetic runners, by 2 and 8 deg on
    one runner in a laboratory), because forearm and upper arm both leave the image plane
    towards the same side: shoulder and hand both lie further towards the trunk than the
    elbow. The depth of each segment is estimated from its projected length relative to
    its true length.
    """
    shoulder, joint, wrist = (rec.point(side, part) for part in ("shoulder", "elbow", "wrist"))
    upper, lower = shoulder - joint, wrist - joint
    seen = np.sum(upper * lower, axis=-1)
    deep = depth(upper) * depth(lower)
    lengths = (np.sqrt(np.sum(arm**2, axis=-1) + depth(arm) ** 2) for arm in (upper, lower))
    return np.asarray(np.degrees(np.arccos(np.clip((seen + deep) / np.prod(list(lengths), axis=0), -1, 1))))


def depth(segment: np.ndarray) -> np.ndarray:
    """Return the depth (N,) of a segment (N, 2) out of the image plane, estimated from its foreshortening."""
    length = np.linalg.norm(segment, axis=-1)
    return np.asarray(np.sqrt(np.clip(percentile(length, FULL_LENGTH) ** 2 - length**2, 0, None)))


def elbow_of(rec: Recording, metric: Metric, side: Side) -> Measurement:
    """Return the stride mean of one elbow angle; its error grows with the size of the depth correction."""
    angle = elbow(rec, side)
    flat = biomechanics.included_deg(*(rec.point(side, part) for part in ("shoulder", "elbow", "wrist")))
    opened = UNSURE_DEPTH * percentile(flat - angle, 50)
    starts, values = stride_means(rec, angle)
    value = estimate(values)
    if value.n < 2:
        return missing(metric, hidden("the arm on the camera's side"))
    sigma = own_error(rec, metric) * (1.0 if side == rec.near else FAR_ARM)
    _, low, high = stride_extremes(rec, angle)
    extra = Extra()
    if len(low):
        extra = Extra(smallest=float(np.median(low)), largest=float(np.median(high)))
    return answer(
        metric, Estimate(value.value, value.random, 2 * value.n), sigma, opened,
        samples=values, times=starts, side=side, extra=extra,
    )  # fmt: skip


def stride_means(rec: Recording, signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the start and the mean of each stride, over the frames in which the signal is available."""
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
    """Return the start, the minimum and the maximum of each stride.

    The extremes are those of the first three stride harmonics: the extremes of noisy
    samples would overestimate the range of the swing.
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
    """Return the flexion of the near elbow, with the far elbow reported beside it."""
    return with_sides(elbow_of(rec, metric, rec.near), elbow_of(rec, metric, rec.far))


def with_sides(near: Measurement, far: Measurement) -> Measurement:
    """Return the measurement of the near side with the values of both sides attached, left first."""
    if not near.measured:
        return near
    pair = sorted((each for each in (near, far) if each.measured), key=lambda each: each.side)
    return replace(near, by_side=tuple(pair))


def swing_of(rec: Recording, metric: Metric, side: Side) -> Measurement:
    """Return the range of motion of one upper arm relative to the trunk within a stride."""
    arm = biomechanics.thigh_deg(rec.point(side, "shoulder"), rec.point(side, "elbow")) + trunk_angle(rec)
    starts, low, high = stride_extremes(rec, arm)
    ranges = high - low
    value = estimate(ranges)
    if value.n < 2:
        return missing(metric, hidden("the upper arm on the camera's side"))
    sigma = own_error(rec, metric) * (1.0 if side == rec.near else FAR_ARM)
    sized = Estimate(value.value, value.random, 2 * value.n)
    return answer(metric, sized, sigma, ARM_SD * value.value, samples=ranges, times=starts, side=side)


def arm_swing(rec: Recording, metric: Metric) -> Measurement:
    """Return the swing of the near arm, with the far arm reported beside it."""
    return with_sides(swing_of(rec, metric, rec.near), swing_of(rec, metric, rec.far))


def at_stride_frequency(rec: Recording, signal: np.ndarray) -> np.ndarray:
    """Return the complex amplitude of each stride at stride frequency, (W,)."""
    _, strides = rec.per_stride(signal)
    if len(strides) == 0:
        return np.empty(0, complex)
    filled = np.where(np.isfinite(strides), strides, np.nanmean(strides, axis=1, keepdims=True))
    return np.fft.fft(filled, axis=1)[:, 1]


def arm_leg_phase(rec: Recording, metric: Metric) -> Measurement:
    """Return the phase of the near elbow relative to the opposite ankle; 0 = in phase.

    The elbow is used rather than the wrist because a handrail or the trunk hides it less
    often, and because harmless edits of a clip change the phase by 5.9 degrees with the
    elbow and by 8 degrees with the wrist.
    """
    if rec.scene.pose_error_factor >= HARD_TO_SEE_FROM:
        return missing(metric, HARD_TO_SEE)
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
        own_error(rec, metric),
        samples=middle + each,
        times=2 * rec.step_s * np.arange(len(each)),
        extra=Extra(coherence=float(coherence)),
    )


ROWS = (
    Metric(
        "elbow_angle", "Elbow bend", "deg", "arms", SIDE, 15, 6,
        "Angle shoulder-elbow-wrist of the near arm, 90 = right angle, 180 = straight; mean over whole strides. How far "
        "the arm comes out of the picture plane is estimated from how short upper arm and forearm look.",
        "Yegian 2019", 5.2, f"{KEYPOINTS}: shoulder, elbow and wrist; what is left of the third dimension", "C",
        smallest_change=6.0,
        widest=40, widest_from="the range is 40 wide",
        on_people=OnPeople(6.5, 6.5, 7.1, 10.7, 6.6),
        formula=elbow_angle,
        norm=Norm(70, 110, "deg", "about a right angle, read wide: definitions of the joint differ by 20",
             f"{ARTICLE}; Yegian 2019", "C"),
        headline=True, drawn=Drawn("elbow", 0.18), live={"side": 4},
    ),
    Metric(
        "arm_leg_phase", "Arms against legs", "deg", "arms", ANGLED, 24, 6,
        "Phase of the near elbow against the opposite ankle at stride frequency; 0 = opposite arm and leg together.",
        "Arellano & Kram 2014", 5.0, "the same clip under eleven harmless edits; the elbow swings little", "C",
        varies=1.0, varies_from="",
        smallest_change=20.0,
        widest=70, widest_from="the range is 70 wide",
        on_people=OnPeople(5.0, 5.0, 7.0, 10.0, 7.0, fitted_on="the same clips under eleven harmless edits"),
        simulated=7.9,
        formula=arm_leg_phase,
        norm=Norm(-35, 35, "deg", "opposite arm and leg swing together", f"{ARTICLE}; Arellano & Kram 2014", "C"),
    ),
    Metric(
        "arm_swing", "Arm swing", "deg", "arms", SIDE, 24, 6,
        "Range of the near upper arm's angle against the trunk within a stride.",
        "Arellano & Kram 2014", 1.5, f"{KEYPOINTS}: shoulder and elbow; 6 % of the swing is added", "D",
        smallest_change=10.0,
        widest=40, widest_from="runners swing by 20 to 80",
        simulated=5.8,
        formula=arm_swing,
    ),
)  # fmt: skip
