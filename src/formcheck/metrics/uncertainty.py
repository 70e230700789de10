"""How sure a number is: one engine for every metric (docs/conventions.md, "Uncertainty").

The total standard error is the random part, which shrinks with more steps, and the
systematic part, which every step of a clip shares and no averaging removes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

SURE = 1.96  # half-width of a 95 % interval in standard errors
BLOCK = 3  # steps that belong together in a resample: neighbours resemble each other
DRAWS = 1000
SEED = 20240229  # the same clip gives the same interval
OUTLIER = 3 * 1.4826  # median absolute deviations
OUTLIER_FEW = 6.0  # of few samples the deviation is itself unsure: the limit is wider by this over n
LOCKED = 0.05  # frames: a step time this close to whole frames repeats its rounding error

ROLL_UNKNOWN_SD_DEG = 1.2  # a phone leant against something by eye
ROLL_KNOWN_SD_DEG = 0.5  # read from vertical lines of the picture
SCALE_SD = 0.04  # of any length in metres: body proportions differ (around Drillis & Contini)
LEG_SD = 0.03  # of any length in leg lengths: the leg is as long as noisy hips and ankles make it
YAW_SD_DEG = 5.0  # of the view angle told by the shoulders


@dataclass(frozen=True)
class Estimate:
    """A value and the two parts of its standard error, in the value's unit."""

    value: float
    random: float
    n: int  # samples kept

    def with_systematic(self, *parts: float) -> tuple[float, float]:
        """Return the 95 % interval when the clip's samples share errors of these sds."""
        half = SURE * float(np.sqrt(self.random**2 + sum(part**2 for part in parts)))
        return self.value - half, self.value + half


def keep(samples: np.ndarray) -> np.ndarray:
    """Return which samples are finite and within three robust sds of the median (more for few)."""
    finite = np.isfinite(samples)
    if finite.sum() < 4:
        return np.asarray(finite)
    middle = np.median(samples[finite])
    spread = np.median(np.abs(samples[finite] - middle))
    if spread == 0:
        return np.asarray(finite)
    return np.asarray(
        finite & (np.abs(samples - middle) <= OUTLIER * (1 + OUTLIER_FEW / finite.sum()) * spread)
    )


def effective_n(samples: np.ndarray) -> float:
    """Return how many independent samples these are worth.

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
    """Return the sd of the mean over resampled blocks of neighbouring steps.

    Moving-block bootstrap (Künsch 1989) with blocks of three and a fixed seed. Blocks
    wrap round the end, so that every step is drawn equally often.
    """
    count = len(samples)
    if count < 2:
        return np.nan
    block = min(BLOCK, max(1, count // 3))
    draws = np.random.default_rng(SEED).integers(0, count, (DRAWS, -(-count // block)))
    index = (draws[:, :, None] + np.arange(block)).reshape(DRAWS, -1)[:, :count] % count
    return float(np.std(samples[index].mean(axis=1)))


def estimate(samples: np.ndarray) -> Estimate:
    """Return the mean of the credible samples with its random standard error.

    After outliers are dropped the mean wastes less than the median (which needs half
    as many steps again for the same error). The standard error is the larger of the
    bootstrap's and sd/sqrt(effective n), widened by Student's t for few steps: how well
    the scatter itself is known lies between the number of samples and what they are worth.
    """
    kept = samples[keep(samples)]
    if len(kept) == 0:
        return Estimate(np.nan, np.nan, 0)
    if len(kept) == 1:
        return Estimate(float(kept[0]), 0.0, 1)
    worth = effective_n(kept)
    se = max(bootstrap_sd(kept), float(np.std(kept, ddof=1)) / np.sqrt(worth))
    return Estimate(float(np.mean(kept)), se * few_steps(0.5 * (worth + len(kept))), len(kept))


def few_steps(worth: float) -> float:
    """Return how much wider than the normal an interval from so few steps must be."""
    return float(stdtrit(max(worth - 1, 1), 0.975) / SURE) if worth < 60 else 1.0


def both_legs(left: Estimate, right: Estimate) -> Estimate:
    """Return the mean of the two legs, each counting the same however many steps it has."""
    if left.n == 0 or right.n == 0:
        return left if right.n == 0 else right
    return Estimate(
        0.5 * (left.value + right.value), 0.5 * float(np.hypot(left.random, right.random)), left.n + right.n
    )


def quantisation_sd(frame_rate: float, step_s: float, steps: int) -> float:
    """Return the standard error (s) of a mean duration read in whole frames.

    1/sqrt(6) of a frame for one step; it averages over steps unless the step time is a
    whole number of frames (180 steps/min at 30 fps), when every step repeats the same
    rounding error: then it counts as one step. Sub-frame events do better than this;
    it is the ceiling for those that are not.
    """
    frame = 1 / frame_rate
    single = frame / np.sqrt(6)
    return float(single if is_phase_locked(frame_rate, step_s) else single / np.sqrt(max(steps, 1)))


def is_phase_locked(frame_rate: float, step_s: float) -> bool:
    """Return whether steps last a whole number of frames."""
    frames = frame_rate * step_s
    return bool(abs(frames - round(frames)) < LOCKED)


def roll_sd_deg(roll_deg: float) -> float:
    """Return the sd of the picture's own tilt, which enters every segment angle 1:1."""
    return ROLL_KNOWN_SD_DEG if np.isfinite(roll_deg) else ROLL_UNKNOWN_SD_DEG


def yaw_sd_deg(angle_deg: float, yaw_deg: float) -> float:
    """Return what an uncertain view does to a segment `angle_deg` from the vertical.

    tan(seen) = tan(true) cos(yaw): nothing at first order for a straight side view, a
    share of the angle beyond. Unknown yaw counts as 10 degrees.
    """
    yaw = abs(yaw_deg) if np.isfinite(yaw_deg) else 10.0
    seen = np.degrees(np.arctan(np.tan(np.radians(angle_deg)) * np.cos(np.radians(yaw + YAW_SD_DEG))))
    return float(abs(seen - angle_deg))
