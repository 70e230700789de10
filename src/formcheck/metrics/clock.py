"""Step time from the rhythm of the legs, without using ground contacts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.metrics.uncertainty import few_steps, outlier_limit
from formcheck.motion.preprocess import smooth, stretches
from formcheck.motion.rhythm import repeat_lag
from formcheck.skeleton import K
from formcheck.types import Motion

CUT_OFF_HZ = 5.0
SHORTEST_STEP_S, LONGEST_STEP_S = 60 / 330, 60 / 100  # running including sprints, with a margin on both sides
SHORTEST_BOUNCE_S = 60 / 260  # a vertical oscillation with two peaks per step must not count as two steps
REGULAR = 0.4  # correlation below which no rhythm is reported
FEWEST_PAIRS = 8  # samples that two signals must share to be compared
FEWEST_CROSSINGS = 4
DISAGREE = 0.03  # share: beyond it, crossings were miscounted and the autocorrelation is used
SEEN_ENOUGH = 0.6  # share of the clip: legs that leave the picture at every step would be miscounted
END_S = 0.12  # s: next to an end of what was seen, the low-pass shifts a crossing by up to 40 ms
END_SD_S = (
    0.010  # s, error of one crossing in a short pass: too few crossings to estimate it from their scatter
)
SHORT_PASS = 14  # crossings; in longer clips two shifted ones change the step time by less than 0.2 %
WIDEST_END = 3.0  # each of the two compared ends is at most a third of the clip


@dataclass(frozen=True)
class Clock:
    """The step time, from a periodic signal of the whole body."""

    step_s: float  # s; NaN = no rhythm found
    sd: float  # s, standard error of `step_s`
    steps: int  # between the first and the last crossing
    strength: float  # 0..1, how regularly the motion repeats
    strides: tuple[tuple[float, float], ...] = ()  # s, start and duration of each stride

    @property
    def found(self) -> bool:
        """Whether a rhythm was found."""
        return bool(np.isfinite(self.step_s))

    @property
    def cadence(self) -> float:
        """Steps per minute."""
        return 60 / self.step_s


NO_CLOCK = Clock(np.nan, np.nan, 0, 0.0)


def clock_of(motion: Motion, frontal: bool) -> Clock:
    """Return the step time of a motion.

    From the side, the ankles exchange places once per step, one ahead of the other. From
    the front or rear, the signal is either the height difference of the ankles or the
    vertical oscillation of the hips, whichever repeats better; the oscillation crosses its
    mean twice per step. Swapped leg labels shift single crossings, not their rate. A term
    for every second crossing removes the effect of an offset mean.

    Parameters
    ----------
    motion : Motion
    frontal : True for front and rear views

    Returns
    -------
    Clock
        With NaN as step time if there are fewer than four crossings or no regular rhythm.

    Notes
    -----
    Fails when leg labels are swapped at random for whole strides, or, in frontal views,
    when the camera shakes at step frequency.
    """
    signs = [(apart(motion, 1), 1), (bounce(motion), 2)] if frontal else [(apart(motion, 0), 1)]
    read = [
        (*autocorrelation_period(signal, motion.rate, 1.0 if per_step == 2 else -1.0), signal, per_step)
        for signal, per_step in signs
        if seen_share(signal) >= SEEN_ENOUGH
    ]
    lag, strength, signal, per_step = max(
        read, key=lambda each: each[1], default=(np.nan, 0.0, np.empty(0), 1)
    )
    if not np.isfinite(lag) or strength < REGULAR:
        return NO_CLOCK
    times, counts, rising = crossings(centred(signal, motion.rate, 2 * lag), motion.rate, lag / per_step)
    if len(times) < SHORT_PASS:
        clear = clear_of_ends(times, signal, motion.rate)
        times, counts, rising = times[clear], counts[clear] - counts[clear][:1], rising[clear]
    if len(times) < FEWEST_CROSSINGS:
        return NO_CLOCK
    interval, sd = line(times, counts, rising)
    if len(times) < SHORT_PASS:
        sd = float(np.hypot(sd, np.sqrt(2) * END_SD_S / counts[-1]))
    if abs(per_step * interval / lag - 1) > DISAGREE:
        return Clock(lag, DISAGREE * lag, int(counts[-1]) // per_step, strength)
    strides = like_crossings(times, counts, 2 * per_step)
    return Clock(per_step * interval, per_step * sd, int(counts[-1]) // per_step, strength, strides)


def apart(motion: Motion, axis: int) -> np.ndarray:
    """Return how far the right ankle is ahead of (axis 0) or above (axis 1) the left, (N,) leg lengths.

    Where the ankles are not visible, the knees are used.
    """
    ankles = motion.xy[:, K["right_ankle"], axis] - motion.xy[:, K["left_ankle"], axis]
    if seen_share(ankles) >= SEEN_ENOUGH:
        return np.asarray(ankles)
    return np.asarray(motion.xy[:, K["right_knee"], axis] - motion.xy[:, K["left_knee"], axis])


def seen_share(signal: np.ndarray) -> float:
    """Return the share of available samples between the first and the last available one."""
    seen = np.isfinite(signal)
    if not seen.any():
        return 0.0
    first, last = np.flatnonzero(seen)[[0, -1]]
    return float(seen[first : last + 1].mean())


def bounce(motion: Motion) -> np.ndarray:
    """Return the height of mid-hip, (N,) leg lengths."""
    return motion.middle("hip")[:, 1]


def centred(signal: np.ndarray, rate: float, window_s: float) -> np.ndarray:
    """Return the signal after low-pass filtering, minus its moving mean over `window_s`."""
    low = smooth(signal, rate, CUT_OFF_HZ) if rate > 2.2 * CUT_OFF_HZ else signal
    finite = np.isfinite(low)
    if not finite.any():
        return low
    ones = np.ones(min(len(low), max(3, round(window_s * rate))))
    total = np.convolve(np.where(finite, low, 0.0), ones, mode="same")
    count = np.convolve(finite.astype(float), ones, mode="same")
    mean, half = total / np.maximum(count, 1), len(ones) // 2
    if len(low) > 2 * half:  # a window cut by an end of the clip does not hold a whole stride
        mean[:half], mean[len(low) - half :] = mean[half], mean[len(low) - half - 1]
    return low - mean


def autocorrelation_period(signal: np.ndarray, rate: float, sign: float) -> tuple[float, float]:
    """Return the step time (s) by autocorrelation, and the correlation at that lag.

    With `sign` -1 the signal changes sign from one step to the next (legs); with +1 it
    repeats (vertical oscillation).
    """
    calm = centred(signal, rate, 2 * LONGEST_STEP_S)
    shortest = SHORTEST_STEP_S if sign < 0 else SHORTEST_BOUNCE_S
    lags = np.arange(int(shortest * rate), int(np.ceil(LONGEST_STEP_S * rate)) + 2)
    lags = lags[(lags >= 1) & (lags < 0.75 * len(calm))]
    if len(lags) < 3:
        return np.nan, 0.0
    lag, likeness = repeat_lag(calm, lags, sign, FEWEST_PAIRS)
    return lag / rate, likeness


def crossings(signal: np.ndarray, rate: float, spacing_s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times (s), running counts and directions (+1 rising) of zero crossings.

    A crossing that follows the previous one by less than half the expected spacing is
    ignored. The counts include missing crossings.
    """
    times: list[float] = []
    counts: list[int] = []
    rising: list[float] = []
    for start, stop in stretches(np.isfinite(signal)):
        part = signal[start:stop]
        for k in np.flatnonzero(np.signbit(part[1:]) != np.signbit(part[:-1])):
            time = (start + k + part[k] / (part[k] - part[k + 1])) / rate
            passed = (time - times[-1]) / spacing_s if times else 1.0
            if passed < 0.5:
                continue
            counts.append((counts[-1] + max(1, round(passed))) if counts else 0)
            times.append(float(time))
            rising.append(1.0 if part[k + 1] > part[k] else -1.0)
    return np.array(times), np.array(counts, float), np.array(rising)


def clear_of_ends(times: np.ndarray, signal: np.ndarray, rate: float) -> np.ndarray:
    """Return which crossings are far enough from both ends of the seen signal, (n,) bool."""
    seen = np.flatnonzero(np.isfinite(signal)) / rate
    return np.asarray((times >= seen[0] + END_S) & (times <= seen[-1] - END_S))


def like_crossings(times: np.ndarray, counts: np.ndarray, apart: int) -> tuple[tuple[float, float], ...]:
    """Return the start and the duration (s) of every pair of crossings one stride apart."""
    return tuple(
        (float(times[k]), float(times[k + apart] - times[k]))
        for k in range(len(times) - apart)
        if counts[k + apart] - counts[k] == apart
    )


def line(times: np.ndarray, counts: np.ndarray, rising: np.ndarray) -> tuple[float, float]:
    """Return the time per count and its standard error, without outliers (as in `inliers`, further off with few).

    Variations of step time accumulate like a random walk, so the slope of a straight line
    through all crossings is a poor estimate of the mean step time. The slope between the
    two ends of the clip is better. Each end is the mean of several crossings; their number
    follows from the ratio of crossing noise to step variation (the gain of a steady-state
    Kalman filter), from one sharp crossing to a third of the clip where crossings are noisy.
    """
    design = np.stack([np.ones_like(counts), counts, rising], axis=1)
    use, limit = np.ones(len(times), bool), outlier_limit(len(times))
    for _ in range(2):
        fit, *_ = np.linalg.lstsq(design[use], times[use], rcond=None)
        off = times - design @ fit
        use = np.abs(off) <= max(limit * float(np.median(np.abs(off))), 1e-3)
    fit, *_ = np.linalg.lstsq(design[use], times[use], rcond=None)
    even, at = (times - fit[2] * rising)[use], counts[use]
    noise, walk = noise_and_walk((times - design @ fit)[use], at)
    gain = max(steady_gain(noise, walk), WIDEST_END / len(at))
    weight = (1 - gain) ** np.arange(len(at))
    weight /= weight.sum()
    span = float(weight[::-1] @ at - weight @ at)
    slope = float(weight[::-1] @ even - weight @ even) / span
    spread = np.sqrt(2 * noise**2 * float(weight @ weight) + walk**2)
    return slope, float(spread / span * few_steps(len(at)))


def noise_and_walk(off: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """Return the sd (s) of the error of a single crossing and of the true variation of an interval.

    The error of a crossing changes the two neighbouring intervals in opposite directions;
    the true variation of an interval does not.
    """
    apart = np.diff(off)[np.diff(counts) == 1]
    if len(apart) < 3:
        return float(np.std(off)), 0.0
    power, opposed = float(np.mean(apart**2)), -float(np.mean(apart[1:] * apart[:-1]))
    noise = float(np.clip(opposed, 0.05 * power, 0.5 * power))
    return float(np.sqrt(noise)), float(np.sqrt(max(power - 2 * noise, 0.0)))


def steady_gain(noise: float, walk: float) -> float:
    """Return the gain of a steady-state Kalman filter, 0..1: the weight of the newest crossing."""
    if noise == 0:
        return 0.99
    ratio = (walk / noise) ** 2
    return float(min(0.5 * (np.sqrt(ratio**2 + 4 * ratio) - ratio), 0.99))
