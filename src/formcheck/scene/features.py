"""Features from which the scene is classified: each function extracts one property of a track.

Lengths are in px of the upright image unless a name says otherwise; angles are in
degrees. All statistics over frames are robust, so single bad frames do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.biomechanics import knee_flexion_deg
from formcheck.motion.preprocess import MIN_CONFIDENCE, smooth
from formcheck.motion.rhythm import correlation, repeat_lag
from formcheck.skeleton import K
from formcheck.types import PoseTrack

SHOULDERS_TO_TORSO = 0.64  # biacromial 0.32 m over 0.50 m hip-to-shoulder
FRONTAL_ABOVE_DEG = 60.0  # from the plane of running
SHOULDERS_FAIL_DEG = (
    50.0  # 0.49 of a torso: the narrowest shoulders on the longest torso, 10 deg off the axis
)
STRIDE_SEEN = 0.85  # leg lengths, distance of the ankles along the image in a true side view (0.62 to 1.06)
RHYTHM_RATE_HZ = 30.0
FEWEST_PAIRS = 10  # samples that two signals must share to be compared
SLOWEST_STEP_S, FASTEST_STEP_S = 3.0, 0.12  # in the clip's timebase: also slow motion
HIP_HZ = 6.0  # above this, hip height has no rhythm of steps
FEWEST_GLANCES = 3  # ground samples in three quarters of a second
GROUND_SHARE = 0.25  # of the standing foot's speed; ground three times as far away still has a third
GROUND_COMES = 0.10  # leg lengths/s, front or rear: 3 m/s, 6 m away, 0.2 m up; static ground has 0.01


@dataclass(frozen=True)
class Rhythm:
    """How regularly the two legs alternate."""

    step_s: float  # s in the clip's timebase; NaN = none found
    strength: float  # 0..1, how well the signal repeats with opposite sign after a step
    swing: float  # leg lengths, 90th percentile of the distance between the ankles


def seen_points(track: PoseTrack) -> np.ndarray:
    """Return (T, 21, 2) px with low-confidence points as NaN."""
    return np.where((track.confidence >= MIN_CONFIDENCE)[..., None], track.xy, np.nan)


def on_ground(xy: np.ndarray, track: PoseTrack) -> np.ndarray:
    """Return (T, 21, 2) px relative to the background, y UP."""
    shift = 0.0 if track.surroundings is None else np.nan_to_num(track.surroundings.background)[:, None, :]
    return np.asarray((xy - shift) * np.array([1.0, -1.0]))


def middle(xy: np.ndarray, part: str) -> np.ndarray:
    """Return the (T, 2) midpoint of a pair, or the visible side where the other is not seen."""
    pair = np.stack([xy[:, K[f"left_{part}"]], xy[:, K[f"right_{part}"]]])
    both = np.isfinite(pair).all(axis=0)
    return np.asarray(np.where(both, pair.sum(axis=0) / 2, np.where(np.isfinite(pair[0]), pair[0], pair[1])))


def median(values: np.ndarray) -> float:
    """Return the median of the finite values, NaN if there are none."""
    found = values[np.isfinite(values)]
    return float(np.median(found)) if len(found) else np.nan


def mean(values: np.ndarray) -> float:
    """Return the mean of the finite values, NaN if there are none."""
    found = values[np.isfinite(values)]
    return float(found.mean()) if len(found) else np.nan


def leg_px(xy: np.ndarray) -> float:
    """Return hip-to-ankle length along the segments, 90th percentile over frames."""
    lengths = []
    for side in ("left", "right"):
        thigh = np.linalg.norm(xy[:, K[f"{side}_hip"]] - xy[:, K[f"{side}_knee"]], axis=-1)
        shank = np.linalg.norm(xy[:, K[f"{side}_knee"]] - xy[:, K[f"{side}_ankle"]], axis=-1)
        total = (thigh + shank)[np.isfinite(thigh + shank)]
        lengths += [float(np.percentile(total, 90))] if len(total) else []
    return max(lengths) if lengths else np.nan


def person_height_px(xy: np.ndarray) -> float:
    """Return the runner's standing height in the image, 90th percentile over frames."""
    rows = xy[..., 1]
    enough = np.isfinite(rows).sum(axis=1) >= 10
    if not enough.any():
        return np.nan
    extent = np.nanmax(rows[enough], axis=1) - np.nanmin(rows[enough], axis=1)
    return float(1.08 * np.percentile(extent, 90))  # the crown is above the eyes


def turned_away_deg(xy: np.ndarray) -> tuple[float, float]:
    """Return (angle away from a pure side view, signed shoulder ratio left minus right).

    Median of the signed shoulder width over torso length, so that the axial rotation of
    running cancels; 0 = side, 90 = front (positive ratio) or rear (negative). Near 90 the width
    changes with the cosine and depends more on the body than on the view: there the feet, whose
    distance along the image changes with the sine, can show that the angle is larger.
    """
    torso = median(np.linalg.norm(middle(xy, "shoulder") - middle(xy, "hip"), axis=-1))
    width = median(xy[:, K["left_shoulder"], 0] - xy[:, K["right_shoulder"], 0])
    ratio = float(width / torso) if torso > 0 else np.nan
    by_shoulders = float(np.degrees(np.arcsin(np.clip(abs(ratio) / SHOULDERS_TO_TORSO, 0, 1))))
    if not by_shoulders >= SHOULDERS_FAIL_DEG:
        return by_shoulders, ratio
    return float(np.nanmax([by_shoulders, _turned_by_feet_deg(xy)])), ratio


def _turned_by_feet_deg(xy: np.ndarray) -> float:
    """Return the angle away from a side view from the distance at which the ankles pass along the image."""
    apart = separation(xy, 0) / leg_px(xy)
    found = np.abs(apart[np.isfinite(apart)] - median(apart))
    if len(found) == 0:
        return np.nan
    return 90 - float(np.degrees(np.arcsin(min(1.0, np.percentile(found, 90) / STRIDE_SEEN))))


def facing_sign(xy: np.ndarray) -> float:
    """Return the direction in which the feet and the face point: +1 right, -1 left, 0 unclear."""
    votes = [
        xy[:, K[f"{side}_{front}"], 0] - xy[:, K[f"{side}_{back}"], 0]
        for side in ("left", "right")
        for front, back in (("toe", "heel"),)
    ]
    votes.append(xy[:, K["nose"], 0] - middle(xy, "ear")[:, 0])
    signs = [np.sign(median(vote)) for vote in votes]
    return float(np.sign(np.nansum(signs)))


def even(signal: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return the signal on an even grid of `RHYTHM_RATE_HZ`, NaN where no sample is near."""
    finite = np.isfinite(signal)
    if finite.sum() < 4:
        return np.full(2, np.nan)
    grid = np.arange(time[0], time[-1], 1 / RHYTHM_RATE_HZ)
    after = np.searchsorted(time[finite], grid).clip(1, finite.sum() - 1)
    gap = time[finite][after] - time[finite][after - 1]
    inside = (grid >= time[finite][0]) & (grid <= time[finite][-1])
    return np.where(inside & (gap < 0.25), np.interp(grid, time[finite], signal[finite]), np.nan)


def separation(xy: np.ndarray, axis: int) -> np.ndarray:
    """Return right ankle minus left ankle along one axis, (T,) px."""
    return np.asarray(xy[:, K["right_ankle"], axis] - xy[:, K["left_ankle"], axis])


def rhythm(apart: np.ndarray, time: np.ndarray, leg: float) -> Rhythm:
    """Find the step time, after which the legs have swapped places.

    `apart` is the separation of the ankles in px. One step later it has the opposite sign, so
    the step time is the first deep minimum of the autocorrelation: one stride is enough,
    and an octave error would need a positive value there.
    """
    signal = even(apart, time) / leg
    swing = np.abs(signal[np.isfinite(signal)])
    if len(swing) < 0.5 * RHYTHM_RATE_HZ:
        return Rhythm(np.nan, 0.0, np.nan)
    centred = signal - np.nanmedian(signal)
    lags = np.arange(
        int(FASTEST_STEP_S * RHYTHM_RATE_HZ), int(min(SLOWEST_STEP_S * RHYTHM_RATE_HZ, 0.6 * len(signal)))
    )
    if len(lags) < 3:
        return Rhythm(np.nan, 0.0, float(np.percentile(swing, 90)))
    step, strength = repeat_lag(centred, lags, -1.0, FEWEST_PAIRS)
    return Rhythm(step / RHYTHM_RATE_HZ, strength, float(np.percentile(swing, 90)))


def bounce_phase(hip_y: np.ndarray, apart: np.ndarray, time: np.ndarray, step_s: float) -> float:
    """Return +1 where the hip is highest with the legs apart (running), -1 in walking.

    In running the centre of mass is lowest at mid-stance, when the legs pass each
    other; in walking it is highest there (Segers 2007). The result is the cosine of the phase between hip
    height and |separation| at the step frequency, times their coherence; it also holds for
    running without flight. It fails where the camera shakes more than the hip bounces.
    """
    height, spread = even(hip_y, time), np.abs(even(apart - np.nanmedian(apart), time))
    if not np.isfinite(step_s) or len(height) != len(spread):
        return 0.0
    both = np.isfinite(height) & np.isfinite(spread)
    if both.sum() < 1.5 * step_s * RHYTHM_RATE_HZ:
        return 0.0
    window = max(3, round(step_s * RHYTHM_RATE_HZ))
    return correlation(_centred(height, window), _centred(spread, window), FEWEST_PAIRS)


def _centred(signal: np.ndarray, window: int) -> np.ndarray:
    """Return the signal minus its moving mean over `window` samples, with the ends dropped."""
    filled = np.where(np.isfinite(signal), signal, np.nanmean(signal))
    around = np.convolve(filled, np.ones(window) / window, mode="same")
    out = np.where(np.isfinite(signal), filled - around, np.nan)
    out[: window // 2 + 1] = np.nan
    out[-(window // 2 + 1) :] = np.nan
    return out


def bounce_height(hip_y: np.ndarray, time: np.ndarray, step_s: float, leg: float) -> float:
    """Return the hip's typical vertical range within a step, leg lengths."""
    centred = _centred(even(hip_y, time), max(3, round(step_s * RHYTHM_RATE_HZ)))
    found = centred[np.isfinite(centred)]
    return float(np.sqrt(8) * np.std(found) / leg) if len(found) else np.nan


def knees_up(xy: np.ndarray) -> tuple[float, float]:
    """Return (how high the knees rise above the hips, their vertical range), thigh lengths.

    5th and 95th percentiles over both legs: -1 hanging, 0 level. From the front, where a thigh
    that swings forward appears as a knee that rises.
    """
    found = _risen(xy, "hip", "knee")
    if not len(found):
        return np.nan, np.nan
    low, high = np.percentile(found, [5, 95])
    return float(high), float(high - low)


def shin_up(xy: np.ndarray) -> float:
    """Return how high the ankle rises above its knee, shin lengths: -1 hanging, 0 level with the knee.

    95th percentile over both legs. Fast runners fold the leg behind them, so that the heel reaches
    the knee or higher; in high knees in place the shin hangs.
    """
    found = _risen(xy, "knee", "ankle")
    return float(np.percentile(found, 95)) if len(found) else np.nan


def _risen(xy: np.ndarray, above: str, below: str) -> np.ndarray:
    """Return the height of both legs' lower joints above their upper ones where seen, segment lengths."""
    found = [np.empty(0)]
    for side in ("left", "right"):
        limb = xy[:, K[f"{side}_{below}"]] - xy[:, K[f"{side}_{above}"]]
        length = np.linalg.norm(limb, axis=-1)
        seen = np.isfinite(length)
        found += [limb[seen, 1] / np.percentile(length[seen], 90)] if seen.any() else []
    return np.concatenate(found)


def speeds(xy: np.ndarray, time: np.ndarray, leg: float) -> tuple[float, float]:
    """Return (hip, standing foot) horizontal speed in leg lengths/s, positive to the right of the image.

    A foot counts as standing while its ankle is in the lowest fifth of its path.
    """
    hip = middle(xy, "hip")[:, 0]
    foot = []
    for side in ("left", "right"):
        ankle = xy[:, K[f"{side}_ankle"]]
        finite = np.isfinite(ankle[:, 1])
        if finite.sum() < 10:
            continue
        low = ankle[:, 1] <= np.percentile(ankle[finite, 1], 20)
        foot.append(np.gradient(ankle[:, 0], time)[low])
    return slope(hip, time) / leg, (median(np.concatenate(foot)) / leg if foot else np.nan)


def ground_flow(track: PoseTrack, time: np.ndarray, leg: float) -> np.ndarray:
    """Return (2,) leg lengths/s right and down, the motion of the ground near the runner; NaN = not seen."""
    around = track.surroundings
    if around is None or around.ground is None:
        return np.full(2, np.nan)
    there = np.isfinite(track.xy).any(axis=(1, 2)) & np.isfinite(around.ground[:, 0])
    if there.sum() < FEWEST_GLANCES:
        return np.full(2, np.nan)
    slowed = np.ptp(track.time) / np.ptp(time)
    return np.asarray(np.median(around.ground[there], axis=0) * slowed / leg)


def ground_unclear(track: PoseTrack, flow: np.ndarray) -> bool:
    """Return whether the ground was examined and showed nothing to follow."""
    around = track.surroundings
    return around is not None and around.ground is not None and bool(np.isnan(flow).any())


def carried_along(flow: np.ndarray, foot: float, frontal: bool) -> bool:
    """Return whether the camera moves with the runner, from the ground flow and the standing foot's speed.

    The ground flows past a moving camera. Beside a runner it moves like the standing foot,
    slower where it is further away and faster where it is nearer; in front of or behind a runner it
    moves up or down the image, by camera height over distance. Around a treadmill it is static.
    """
    if frontal:
        return bool(abs(flow[1]) > GROUND_COMES)
    return bool(flow[0] * np.sign(foot) > GROUND_SHARE * abs(foot))


def approach(xy: np.ndarray, time: np.ndarray) -> float:
    """Return how fast the runner grows in the image, share per s: speed over distance.

    From the front or rear this distinguishes an approaching runner from one on a treadmill.
    The torso is used because it hardly bends; NaN where it is seen in fewer than four frames.
    """
    torso = np.linalg.norm(middle(xy, "shoulder") - middle(xy, "hip"), axis=-1)
    return slope(np.log(torso), time)


def slope(values: np.ndarray, time: np.ndarray) -> float:
    """Return the slope of a straight line through the finite values, NaN for fewer than four."""
    finite = np.isfinite(values)
    if finite.sum() < 4:
        return np.nan
    return float(np.polyfit(time[finite], values[finite], 1)[0])


def jumps(xy: np.ndarray, time: np.ndarray, leg: float) -> int:
    """Count how often the hip moves further than is possible for a runner: the track changed person."""
    hip = middle(xy, "hip")
    finite = np.isfinite(hip[:, 0])
    step = np.linalg.norm(np.diff(hip[finite], axis=0), axis=-1)
    allowed = leg * (0.35 + 9.0 * np.diff(time[finite]))
    return int(np.sum(step > allowed))


def flexion_of_knees(xy: np.ndarray) -> np.ndarray:
    """Return (2, T) flexion of the left and right knee in the image, degrees; 0 = straight."""
    legs = ([xy[:, K[f"{side}_{part}"]] for part in ("hip", "knee", "ankle")] for side in ("left", "right"))
    return np.array([knee_flexion_deg(*points) for points in legs])


def knee_lift_deg(xy: np.ndarray) -> float:
    """Return the 95th percentile of knee flexion over both legs, degrees."""
    flexion = flexion_of_knees(xy)
    found = flexion[np.isfinite(flexion)]
    return float(np.percentile(found, 95)) if len(found) else np.nan


def smoothed(signal: np.ndarray, time: np.ndarray, cut_off: float) -> np.ndarray:
    """Return an unevenly sampled signal smoothed as if even: accurate enough to classify a scene."""
    rate = 1 / float(np.median(np.diff(time)))
    return smooth(signal, rate, cut_off) if cut_off < 0.45 * rate else signal
