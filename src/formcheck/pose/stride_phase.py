"""The stride phase of the legs, found without relying on left and right labels.

The distance between the feet rises and falls once per step, whichever leg is called left.
Half its phase is the phase of the stride: the cosine of that shows which leg should be in
front, up to one unknown sign for the whole clip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.skeleton import K

EVEN_HZ = 60.0
STEPS_HZ = (0.25, 5.5)  # in clip time: from 120 steps/min in eight-fold slow motion to sprinting
WINDOW_STEPS = 1.5  # SD of the analysis window, in steps: cadence may drift by a tenth
SHORTEST_STEPS = 3.0


@dataclass(frozen=True, eq=False)
class StridePhase:
    """Which leg should be in front, over (T,) frames."""

    ahead: np.ndarray  # (T,) -1..1: sign and certainty within a stride; the overall sign is unknown
    trust: np.ndarray  # (T,) 0..1, how regularly the feet separate and meet around this moment
    axis: int  # 0 the feet separate horizontally (side view), 1 vertically (front, rear)


def stride_phase(xy: np.ndarray, time: np.ndarray, leg_px: float) -> StridePhase | None:
    """Return the rhythm of the feet along the axis where it is stronger, None if there is none.

    Parameters
    ----------
    xy : (T, 21, 2) px, legs possibly swapped, NaN = not detected
    time : (T,) s
    leg_px : leg length

    Notes
    -----
    Complex demodulation of |right ankle - left ankle| at its strongest frequency, which is the
    step frequency. Fails where cadence changes by more than a tenth within a few steps.
    """
    apart = (xy[:, K["right_ankle"]] - xy[:, K["left_ankle"]]) / leg_px
    found = [_along(np.abs(apart[:, axis]), time, axis) for axis in (0, 1)]
    known = [(power, each) for power, each in found if each is not None]
    return max(known, key=lambda one: one[0])[1] if known else None


def _along(distance: np.ndarray, time: np.ndarray, axis: int) -> tuple[float, StridePhase | None]:
    """Return (power of the rhythm, the rhythm) of the distance between the feet along one axis."""
    seen = np.isfinite(distance)
    if seen.sum() < 10:
        return 0.0, None
    grid = np.arange(time[seen][0], time[seen][-1], 1 / EVEN_HZ)
    if len(grid) < EVEN_HZ / 2:
        return 0.0, None
    signal = np.interp(grid, time[seen], distance[seen])
    signal -= np.polyval(np.polyfit(grid, signal, 1), grid)  # remove the trend of a runner who approaches
    steps_hz = _strongest_hz(signal)
    if steps_hz * (grid[-1] - grid[0]) < SHORTEST_STEPS:
        return 0.0, None
    window = _bell(WINDOW_STEPS / steps_hz)
    turning = _mean(signal * np.exp(-2j * np.pi * steps_hz * grid), window)
    power = _mean(signal**2, window)
    trust = np.clip(np.sqrt(2) * np.abs(turning) / np.sqrt(np.maximum(power, 1e-12)), 0, 1)
    stride = 0.5 * (np.unwrap(np.angle(turning)) + 2 * np.pi * steps_hz * grid)
    ahead = np.cos(np.interp(time, grid, stride))
    sure = np.interp(time, grid, trust, left=0.0, right=0.0)
    return float(np.mean(np.abs(turning))), StridePhase(ahead, sure, axis)


def _strongest_hz(signal: np.ndarray) -> float:
    padded = 8 * len(signal)
    strength = np.abs(np.fft.rfft(signal * np.hanning(len(signal)), padded))
    hz = np.fft.rfftfreq(padded, 1 / EVEN_HZ)
    return float(hz[np.argmax(np.where((hz > STEPS_HZ[0]) & (hz < STEPS_HZ[1]), strength, 0.0))])


def _bell(sd_s: float) -> np.ndarray:
    reach = np.arange(-int(3 * sd_s * EVEN_HZ), int(3 * sd_s * EVEN_HZ) + 1) / EVEN_HZ
    bell = np.exp(-0.5 * (reach / sd_s) ** 2)
    return np.asarray(bell / bell.sum())


def _mean(signal: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return the weighted mean around each sample."""
    reach = len(window) // 2
    return np.convolve(signal, window)[reach : reach + len(signal)]
