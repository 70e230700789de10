"""Uncertainty of every metric (docs/conventions.md, "Uncertainty").

The total standard error combines a random part, which decreases with the number of steps,
and a systematic part, which all steps of a clip share and averaging cannot reduce.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95
from formcheck.types import Scene

BLOCK = 3  # steps per bootstrap block: neighbouring steps are correlated
DRAWS = 1000
SEED = 20240229  # the same clip gives the same interval
OUTLIER = 3 * 1.4826  # median absolute deviations
OUTLIER_FEW = 6.0  # with few samples the deviation is uncertain too: the limit grows by this over n
LOCKED = 0.05  # frames: a step time this close to a whole number of frames repeats its rounding error

ROLL_UNKNOWN_SD_DEG = 2.8  # assumed of a phone set up by eye, without a source: docs/conventions.md
ROLL_KNOWN_SD_DEG = 0.7  # measured from upright edges in the image (pose/tilt.py)
SCALE_SD = 0.04  # share of any length in m: body proportions vary (around Drillis & Contini)
LEG_SD = 0.03  # share of any length in leg lengths: leg length comes from noisy hips and ankles
YAW_SD_DEG = 5.0  # of the view angle estimated from the shoulders


@dataclass(frozen=True)
class Estimate:
    """A value and the two parts of its standard error, in the value's unit."""

    value: float
    random: float
    n: int  # samples kept

    def with_systematic(self, *parts: float) -> tuple[float, float]:
        """Return the 95 % interval, given the sds of errors that all samples of the clip share."""
        half = Z95 * float(np.sqrt(self.random**2 + sum(part**2 for part in parts)))
        return self.value - half, self.value + half


def inliers(samples: np.ndarray) -> np.ndarray:
    """Return which samples are finite and within three robust sds of the median (more for few samples)."""
    finite = np.isfinite(samples)
    if finite.sum() < 4:
        return np.asarray(finite)
    middle = np.median(samples[finite])
    spread = np.median(np.abs(samples[finite] - middle))
    if spread == 0:
        return np.asarray(finite)
    return np.asarray(finite & (np.abs(samples - middle) <= outlier_limit(int(finite.sum())) * spread))


def outlier_limit(n: int) -> float:
    """Return how many median absolute deviations an outlier of n samples is away at least."""
    return OUTLIER * (1 + OUTLIER_FEW / n)


def effective_n(samples: np.ndarray) -> float:
    """Return the effective number of independent samples.

    N (1 - r) / (1 + r) with the lag-1 autocorrelation r clipped to 0..0.9.
    """
    count = len(samples)
    centred = samples - np.mean(samples)
    power = float(np.sum(centred**2))
    if count < 4 or power == 0:
        return float(count)
    r = float(np.clip(np.sum(centred[1:] * centred[:-1]) / power, 0, 0.9))
    return count * (1 - r) / (1 + r)


def bootstrap_sd(samples: np.ndarray) -> float:
    """Return the sd of the mean, by resampling blocks of neighbouring steps.

    Moving-block bootstrap (Künsch 1989) with blocks of three and a fixed seed. Blocks
    wrap around the end, so that every step is sampled equally often.
    """
    count = len(samples)
    if count < 2:
        return np.nan
    block = min(BLOCK, max(1, count // 3))
    draws = np.random.default_rng(SEED).integers(0, count, (DRAWS, -(-count // block)))
    index = (draws[:, :, None] + np.arange(block)).reshape(DRAWS, -1)[:, :count] % count
    return float(np.std(samples[index].mean(axis=1)))


def estimate(samples: np.ndarray) -> Estimate:
    """Return the mean of the samples without outliers, with its random standard error.

    After outliers are removed, the mean is more efficient than the median, which needs 50 %
    more steps for the same error. The standard error is the larger of the bootstrap's and
    sd/sqrt(effective n), widened by Student's t for few steps. Degrees of freedom are based
    on the mean of n and the effective n.
    """
    kept = samples[inliers(samples)]
    if len(kept) == 0:
        return Estimate(np.nan, np.nan, 0)
    if len(kept) == 1:
        return Estimate(float(kept[0]), 0.0, 1)
    worth = effective_n(kept)
    se = max(bootstrap_sd(kept), float(np.std(kept, ddof=1)) / np.sqrt(worth))
    return Estimate(float(np.mean(kept)), se * few_steps(0.5 * (worth + len(kept))), len(kept))


def few_steps(worth: float) -> float:
    """Return the ratio of the Student's t interval for so few steps to the normal interval."""
    from scipy.special import stdtrit  # slow to load, and a refused clip needs none

    return float(stdtrit(max(worth - 1, 1), 0.975) / Z95) if worth < 60 else 1.0


def both_legs(left: Estimate, right: Estimate) -> Estimate:
    """Return the mean of both legs, with equal weight regardless of their numbers of steps."""
    if left.n == 0 or right.n == 0:
        return left if right.n == 0 else right
    return Estimate(
        0.5 * (left.value + right.value), 0.5 * float(np.hypot(left.random, right.random)), left.n + right.n
    )


def quantisation_sd(frame_rate: float, step_s: float, steps: int) -> float:
    """Return the standard error (s) of a mean duration measured in whole frames.

    The error is 1/sqrt(6) of a frame for one step and decreases with the number of steps,
    unless the step time is a whole number of frames (180 steps/min at 30 fps). Then every
    step repeats the same rounding error, and all steps count as one. Events with sub-frame
    resolution have smaller errors; this is the upper limit.
    """
    frame = 1 / frame_rate
    single = frame / np.sqrt(6)
    return float(single if is_phase_locked(frame_rate, step_s) else single / np.sqrt(max(steps, 1)))


def is_phase_locked(frame_rate: float, step_s: float) -> bool:
    """Return whether the step time is close to a whole number of frames."""
    frames = frame_rate * step_s
    return bool(abs(frames - round(frames)) < LOCKED)


def roll_sd_deg(roll_deg: float) -> float:
    """Return the usual sd of a camera roll that is known, or not (NaN)."""
    return ROLL_KNOWN_SD_DEG if np.isfinite(roll_deg) else ROLL_UNKNOWN_SD_DEG


def roll_sd_of(scene: Scene) -> float:
    """Return the standard error (deg) of a scene's camera roll, which enters every segment angle 1:1."""
    return scene.roll_sd_deg if np.isfinite(scene.roll_sd_deg) else roll_sd_deg(scene.roll_deg)


def yaw_sd_deg(angle_deg: float, yaw_deg: float) -> float:
    """Return the error that an uncertain yaw causes in a segment `angle_deg` from the vertical.

    With tan(seen) = tan(true) cos(yaw), the error is zero to first order in an exact side
    view and proportional to the angle otherwise. Unknown yaw counts as 10 degrees.
    """
    yaw = abs(yaw_deg) if np.isfinite(yaw_deg) else 10.0
    seen = np.degrees(np.arctan(np.tan(np.radians(angle_deg)) * np.cos(np.radians(yaw + YAW_SD_DEG))))
    return float(abs(seen - angle_deg))
