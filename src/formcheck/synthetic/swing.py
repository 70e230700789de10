"""A leg's path through swing as joint angles, continuous with its stance phases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from formcheck.synthetic.manner import CurvePoints, manner_of
from formcheck.synthetic.params import Gait

STRAIGHTEST_DEG = 2.0  # smallest knee flexion in swing


@dataclass(frozen=True, eq=False)
class SwingMoment:
    """A leg's four angles and their rates of change at one moment."""

    angles: np.ndarray  # (4,) rad: thigh, knee, tilt, foot pitch
    speeds: np.ndarray  # (4,) rad/s

    @property
    def ankle(self) -> tuple[float, float]:
        """The ankle's angle in rad and its rate: the foot's pitch relative to the shank."""
        bend, speed = (float(a[3] - a[0] + a[1]) for a in (self.angles, self.speeds))
        return bend, speed


def swing(
    gait: Gait, leaves: SwingMoment, lands: SwingMoment, toe_off: float, contact: float
) -> Callable[[np.ndarray], np.ndarray]:
    """Return the path from toe-off to contact: maps (N,) s to (N, 4) rad, continuous in value and speed."""
    manner = manner_of(gait)
    peaks = np.radians([gait.thigh_forward, gait.knee_swing])

    def through(way: CurvePoints, start: float, end: float, speeds: tuple[float, float]) -> CubicSpline:
        share, value = np.array([(0.0, start), *way, (1.0, end)]).T
        time = toe_off + share * (contact - toe_off)
        return CubicSpline(time, value, bc_type=((1, speeds[0]), (1, speeds[1])))

    first, last = leaves.angles, lands.angles
    ways = [_between(way, first[i], peaks[i], last[i]) for i, way in enumerate((manner.thigh, manner.knee))]
    ways.append(((0.5, 0.4 * (first[2] + last[2])),))
    thigh, knee, tilt = (
        through(way, first[i], last[i], (leaves.speeds[i], lands.speeds[i])) for i, way in enumerate(ways)
    )
    (start, at_leaving), (end, at_landing) = leaves.ankle, lands.ankle
    bends = tuple((share, np.radians(deg)) for share, deg in manner.ankle)
    ankle = through(bends, start, end, (0.5 * at_leaving, at_landing))

    def angles(time: np.ndarray) -> np.ndarray:
        a, k = thigh(time), np.clip(knee(time), np.radians(STRAIGHTEST_DEG), None)
        return np.stack([a, k, tilt(time), a - k + ankle(time)], axis=-1)

    return angles


def _between(way: CurvePoints, start: float, peak: float, end: float) -> CurvePoints:
    """Return the path as angles instead of fractions of the range."""
    return tuple(
        (share, start + come * (peak - start) if come <= 1 else peak + (come - 1) * (end - peak))
        for share, come in way
    )
