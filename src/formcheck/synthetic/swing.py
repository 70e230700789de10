"""A leg's way through the air as joint angles, joined to what it does on the ground."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from formcheck.synthetic.params import Gait

Points = tuple[tuple[float, float], ...]
RUNNING = (
    "running",
    "bounding",
)  # move as people were seen to; walking and drills are drawn to look like people
STRAIGHTEST_DEG = 2.0  # no knee is straighter in the air


@dataclass(frozen=True)
class Shape:
    """How far each joint has come at shares of the time in the air.

    Thigh and knee go from 0 at toe-off to 1 at their largest, and on to 2 where they
    land. The ankle's bend is in degrees; what it is at both ends comes from the stances.
    """

    thigh: Points
    knee: Points
    ankle: Points


RUNNERS = Shape(  # middle of 18 runners at 2.5, 3.5 and 4.5 m/s (Fukuchi 2017)
    thigh=((0.05, -0.05), (0.18, 0.02), (0.30, 0.22), (0.42, 0.53), (0.50, 0.77), (0.58, 0.93), (0.67, 1.0),
           (0.78, 1.27), (0.86, 1.64), (0.94, 1.96)),
    knee=((0.05, 0.0), (0.10, 0.09), (0.18, 0.28), (0.30, 0.63), (0.42, 0.92), (0.50, 1.0), (0.58, 1.07),
          (0.70, 1.37), (0.78, 1.63), (0.86, 1.88), (0.94, 2.03)),
    ankle=((0.05, -21.0), (0.10, -22.0), (0.18, -19.0), (0.30, -15.0), (0.42, -7.0), (0.60, 0.0), (0.85, 5.0)),
)  # fmt: skip
OTHERS = Shape(  # walking and drills, drawn to look like people
    thigh=((0.14, -0.04), (0.42, 0.40), (0.70, 1.0), (0.86, 1.125)),
    knee=((0.18, 0.55), (0.38, 1.0), (0.66, 1.30), (0.87, 1.80)),
    ankle=((0.35, -14.0), (0.70, 0.0)),
)


@dataclass(frozen=True, eq=False)
class Moment:
    """A leg's four angles at one moment, and how fast they change."""

    angles: np.ndarray  # (4,) rad: thigh, knee, tilt, foot pitch
    speeds: np.ndarray  # (4,) rad/s

    @property
    def ankle(self) -> tuple[float, float]:
        """The ankle's bend in rad and its speed: the foot's pitch against the shin."""
        bend, speed = (float(a[3] - a[0] + a[1]) for a in (self.angles, self.speeds))
        return bend, speed


def swing(
    gait: Gait, leaves: Moment, lands: Moment, toe_off: float, contact: float
) -> Callable[[np.ndarray], np.ndarray]:
    """Return the way from toe-off to contact (s): maps (N,) s to (N, 4) rad, without a jump in value or speed."""
    shape = RUNNERS if gait.motion in RUNNING else OTHERS
    peaks = np.radians([gait.thigh_forward, gait.knee_swing])

    def through(way: Points, start: float, end: float, speeds: tuple[float, float]) -> CubicSpline:
        share, value = np.array([(0.0, start), *way, (1.0, end)]).T
        time = toe_off + share * (contact - toe_off)
        return CubicSpline(time, value, bc_type=((1, speeds[0]), (1, speeds[1])))

    first, last = leaves.angles, lands.angles
    ways = [_between(way, first[i], peaks[i], last[i]) for i, way in enumerate((shape.thigh, shape.knee))]
    ways.append(((0.5, 0.4 * (first[2] + last[2])),))
    thigh, knee, tilt = (
        through(way, first[i], last[i], (leaves.speeds[i], lands.speeds[i])) for i, way in enumerate(ways)
    )
    (start, at_leaving), (end, at_landing) = leaves.ankle, lands.ankle
    bends = tuple((share, np.radians(deg)) for share, deg in shape.ankle)
    ankle = through(bends, start, end, (0.5 * at_leaving, at_landing))

    def angles(time: np.ndarray) -> np.ndarray:
        a, k = thigh(time), np.clip(knee(time), np.radians(STRAIGHTEST_DEG), None)
        return np.stack([a, k, tilt(time), a - k + ankle(time)], axis=-1)

    return angles


def _between(way: Points, start: float, peak: float, end: float) -> Points:
    """Return the way with angles for how far it has come."""
    return tuple(
        (share, start + come * (peak - start) if come <= 1 else peak + (come - 1) * (end - peak))
        for share, come in way
    )
