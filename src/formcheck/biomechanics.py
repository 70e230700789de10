"""Formulas only: angles, scale and the spring-mass model. No data, no judgement.

Points are (..., 2) arrays with x forward and y up (see docs/conventions.md). Angles are in
degrees; lengths may have any unit, the same throughout. NaN in, NaN out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GRAVITY = 9.81  # m/s²
SHANK_SHARE, THIGH_SHARE, TRUNK_SHARE = 0.246, 0.245, 0.288  # fractions of stature (Drillis & Contini 1966)
HIP_HEIGHT_SHARE = 0.530  # fraction of stature, greater trochanter above the ground (Drillis & Contini 1966)


def lean_deg(low: Array, high: Array) -> Array:
    """Return a segment's lean from the vertical: 0 upright, + top forward.

    Independent noise with SD `s` in each point gives an SD of sqrt(2) s / L rad for a segment of length L.
    """
    return np.degrees(np.arctan2(high[..., 0] - low[..., 0], high[..., 1] - low[..., 1]))


def off_midline(point: Array, hip: Array, shoulder: Array) -> Array:
    """Return the offset of (N, 2) points from the line through mid-hip and mid-shoulder, at their own height.

    In the points' unit, + along the first axis.
    """
    share = (point[:, 1] - hip[:, 1]) / (shoulder[:, 1] - hip[:, 1])
    return point[:, 0] - (hip[:, 0] + share * (shoulder[:, 0] - hip[:, 0]))


def pitch_deg(rear: Array, front: Array) -> Array:
    """Return a segment's inclination from the horizontal: 0 level, + front end up."""
    return np.degrees(np.arctan2(front[..., 1] - rear[..., 1], front[..., 0] - rear[..., 0]))


def included_deg(a: Array, b: Array, c: Array) -> Array:
    """Return the angle at `b` between `a` and `c`, 0..180 (an elbow: 90 at a right angle, 180 straight).

    Two dimensions do not show in which direction a joint bends: a hyperextended knee reads as
    slightly flexed.
    """
    one, two = a - b, c - b
    cross = one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0]
    return np.asarray(np.degrees(np.arctan2(np.abs(cross), np.sum(one * two, axis=-1))))


def knee_flexion_deg(hip: Array, knee: Array, ankle: Array) -> Array:
    """Return the clinical knee flexion angle, 0 straight."""
    return 180.0 - included_deg(hip, knee, ankle)


def joint_between(start: Array, end: Array, upper: float, lower: float, side: float) -> Array:
    """Return the (N, 2) joint between two segments of known lengths, such as a knee from hip and ankle.

    `side` is +1 or -1, the side of the line from start to end on which the joint lies (+1 = turned
    anticlockwise from it). A limb that is stretched beyond its length has its joint on that line.
    """
    way = end - start
    reach = np.clip(np.linalg.norm(way, axis=-1), abs(upper - lower) + 1e-9, upper + lower)
    bend = side * np.arccos(np.clip((upper**2 + reach**2 - lower**2) / (2 * upper * reach), -1, 1))
    along, across = np.cos(bend)[..., None], np.sin(bend)[..., None]
    turned = along * way + across * np.stack([-way[..., 1], way[..., 0]], axis=-1)
    return np.asarray(start + upper * turned / reach[..., None])


def thigh_deg(hip: Array, knee: Array) -> Array:
    """Return the thigh's angle from the vertical: + knee in front of the hip."""
    return np.degrees(np.arctan2(knee[..., 0] - hip[..., 0], hip[..., 1] - knee[..., 1]))


def shank_deg(knee: Array, ankle: Array) -> Array:
    """Return the shank's angle from the vertical: + ankle in front of the knee (reaching)."""
    return np.degrees(np.arctan2(ankle[..., 0] - knee[..., 0], knee[..., 1] - ankle[..., 1]))


def turned_deg(angle: Array, reference: Array) -> Array:
    """Return `angle - reference` wrapped to -180..180."""
    return (angle - reference + 180.0) % 360.0 - 180.0


def distance(a: Array, b: Array) -> Array:
    """Return the distance between two points."""
    return np.asarray(np.linalg.norm(b - a, axis=-1))


def metres_per_unit(height_m: float, shank: float, thigh: float, trunk: float) -> float:
    """Return the scale in metres per unit from a runner's stature and three segment lengths.

    Uses the segment proportions of Drillis & Contini (1966, as tabulated by Winter). People
    differ: expect a standard error of 4 %, the same for every length in a clip. Segments are
    used instead of the height of the bounding box because a runner never stands straight.
    """
    return (SHANK_SHARE + THIGH_SHARE + TRUNK_SHARE) * height_m / (shank + thigh + trunk)


@dataclass(frozen=True)
class Spring:
    """A runner as a spring-mass model during one contact."""

    peak_force_n: float
    sink_m: float  # downward displacement of the centre of mass during stance
    vertical_kn_m: float
    leg_kn_m: float
    oscillation_m: float  # the model's total vertical oscillation, to check against the measured one


def spring(contact_s: float, flight_s: float, speed_mps: float, mass_kg: float, height_m: float) -> Spring:
    """Return the sine-wave spring-mass model of Morin et al. (2005, J Appl Biomech 21:167).

    Level ground only. Compared with force plates, stiffness was 0.7-6.9 % too low (same
    paper). A contact time 12 ms too short at the same step time raises leg stiffness by 11 %.
    """
    weight = mass_kg * GRAVITY
    peak = weight * (np.pi / 2) * (flight_s / contact_s + 1)
    sink = peak * contact_s**2 / (mass_kg * np.pi**2) - GRAVITY * contact_s**2 / 8
    leg = HIP_HEIGHT_SHARE * height_m
    reach = min(speed_mps * contact_s / 2, leg)
    shortening = leg - np.sqrt(leg**2 - reach**2) + sink
    return Spring(
        peak_force_n=float(peak),
        sink_m=float(sink),
        vertical_kn_m=float(peak / sink / 1000),
        leg_kn_m=float(peak / shortening / 1000),
        oscillation_m=float(sink + GRAVITY * max(flight_s, 0.0) ** 2 / 8),
    )
