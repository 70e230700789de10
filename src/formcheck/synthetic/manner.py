"""Leg movement by motion: running follows measured runners; walking and drills are shaped by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from formcheck.synthetic.params import Gait

CurvePoints = tuple[tuple[float, float], ...]


def smooth_rise(share: np.ndarray | float) -> np.ndarray:
    """Return 0..1, rising smoothly as `share` goes from 0 to 1."""
    x = np.clip(share, 0, 1)
    return np.asarray(x * x * (3 - 2 * x))


def accelerating(share: np.ndarray, start: float) -> np.ndarray:
    """Return 0..1, rising from the share of contact `start`, fastest at the end of contact."""
    return np.asarray(np.clip((share - start) / (1 - start), 0, None) ** 1.5)


def easing(share: np.ndarray, start: float) -> np.ndarray:
    """Return 0..1, rising from the share of contact `start`, still rising at the end of contact."""
    return np.asarray(smooth_rise((share - start) / 0.75) / smooth_rise((1 - start) / 0.75))


@dataclass(frozen=True)
class Manner:
    """How a foot lands and leaves the ground, and how each joint moves over shares of swing.

    Thigh and knee go from 0 at toe-off to 1 at their maximum, and on to 2 at initial contact. The
    ankle's flexion is in degrees; its values at both ends come from the stance phases.
    """

    slap: float  # share of contact in which a raised forefoot or heel comes down
    heel_rise: float  # share of contact after which the heel lifts
    rising: Callable[[np.ndarray, float], np.ndarray]  # time course of the heel's rise
    thigh: CurvePoints
    knee: CurvePoints
    ankle: CurvePoints


RUNNERS = Manner(  # central values of 18 runners at 2.5, 3.5 and 4.5 m/s (Fukuchi 2017)
    slap=0.14, heel_rise=0.52, rising=accelerating,
    thigh=((0.05, -0.05), (0.18, 0.02), (0.30, 0.22), (0.42, 0.53), (0.50, 0.77), (0.58, 0.93), (0.67, 1.0),
           (0.78, 1.27), (0.86, 1.64), (0.94, 1.96)),
    knee=((0.05, 0.0), (0.10, 0.09), (0.18, 0.28), (0.30, 0.63), (0.42, 0.92), (0.50, 1.0), (0.58, 1.07),
          (0.70, 1.37), (0.78, 1.63), (0.86, 1.88), (0.94, 2.03)),
    ankle=((0.05, -21.0), (0.10, -22.0), (0.18, -19.0), (0.30, -15.0), (0.42, -7.0), (0.60, 0.0), (0.85, 5.0)),
)  # fmt: skip
OTHERS = Manner(
    slap=0.18, heel_rise=0.45, rising=easing,
    thigh=((0.14, -0.04), (0.42, 0.40), (0.70, 1.0), (0.86, 1.125)),
    knee=((0.18, 0.55), (0.38, 1.0), (0.66, 1.30), (0.87, 1.80)),
    ankle=((0.35, -14.0), (0.70, 0.0)),
)  # fmt: skip


def manner_of(gait: Gait) -> Manner:
    """Return the leg movement of a motion."""
    return RUNNERS if gait.motion in ("running", "bounding") else OTHERS
