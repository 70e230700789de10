"""The true value of every metric for a synthetic runner, computed in three dimensions.

The formulas are independent of the code under test: they use the runner's joints in metres
and the true contacts, and call none of FormCheck's own. Angles are in degrees, in the runner's
sagittal plane except joint angles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from formcheck.biomechanics import spring
from formcheck.skeleton import SIDES, K, other
from formcheck.synthetic import Body, Truth
from formcheck.types import Runner, Step

RATE = 400.0  # Hz
X, Y, Z = 0, 1, 2  # forward, to the runner's left, up
LEVEL_HEAD_DEG = 10.0
FLAT, STANCE_PEAK = (0.25, 0.50), 0.75  # fraction of contact: see the definitions in metrics/table.py
AROUND_TOE_OFF_S = 0.04


@dataclass(frozen=True, eq=False)
class Course:
    """A densely sampled run with its true steps."""

    time: np.ndarray  # (N,) s
    points: np.ndarray  # (N, 21, 3) m, without forward travel
    steps: tuple[Step, ...]
    near: str | None  # side facing the camera; None = front or rear view
    body: Body
    speed: float  # m/s

    @property
    def side(self) -> str:
        """The leg that is measured."""
        return self.near or "left"

    def point(self, side: str, part: str) -> np.ndarray:
        """Return one keypoint, (N, 3) m."""
        return self.points[:, K[f"{side}_{part}"]]

    def middle(self, part: str) -> np.ndarray:
        """Return the midpoint of a left-right pair, (N, 3) m."""
        return np.asarray(0.5 * (self.point("left", part) + self.point("right", part)))

    def whole(self, side: str | None = None) -> list[Step]:
        """Return the steps whose toe-off is within the clip."""
        return [s for s in self.steps if side in (None, s.side) and np.isfinite(s.toe_off)]

    def at(self, signal: np.ndarray, time: float) -> float:
        """Return a signal's value at one moment."""
        return float(np.interp(time, self.time, signal))

    def during(self, signal: np.ndarray, start: float, stop: float) -> np.ndarray:
        """Return a signal's samples over a period."""
        return np.asarray(np.interp(np.linspace(start, stop, 41), self.time, signal))

    def strides(self, side: str) -> list[tuple[float, float]]:
        """Return the strides of one foot as (start, stop) in s."""
        at = [s.contact for s in self.steps if s.side == side]
        return list(zip(at, at[1:]))


def truths(truth: Truth, told: Runner) -> dict[str, float]:
    """Return the true value of every metric; NaN where the run is too short for it."""
    time = np.arange(0, truth.duration, 1 / RATE)
    points = truth.mover.pose(time).points
    gait = truth.gait
    course = Course(time, points, truth.steps, truth.camera.near_side, gait.body, gait.speed)
    return {id: formula(course, told) for id, formula in FORMULAS.items()}


def _from_vertical(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.asarray(np.degrees(np.arctan2(high[:, X] - low[:, X], high[:, Z] - low[:, Z])))


def _from_level(rear: np.ndarray, front: np.ndarray) -> np.ndarray:
    return np.asarray(np.degrees(np.arctan2(front[:, Z] - rear[:, Z], front[:, X] - rear[:, X])))


def _joint(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    one, two = a - b, c - b
    cosine = np.sum(one * two, axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(two, axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _mean(values: Iterable[float]) -> float:
    found = [v for v in values if np.isfinite(v)]
    return float(np.mean(found)) if found else np.nan


def _both(by_side: Callable[[str], float]) -> float:
    return float(np.mean([by_side(side) for side in SIDES]))


def _trunk(c: Course) -> np.ndarray:
    return _from_vertical(c.middle("hip"), c.middle("shoulder"))


def _knee(c: Course) -> np.ndarray:
    return 180 - _joint(*(c.point(c.side, part) for part in ("hip", "knee", "ankle")))


def _leg(c: Course) -> float:
    return c.body.thigh + c.body.shank


def _step_time(c: Course) -> float:
    at = [s.contact for s in c.steps]
    return (at[-1] - at[0]) / (len(at) - 1) if len(at) > 1 else np.nan


def _contact_time(c: Course) -> float:
    return _both(lambda side: _mean(s.duration for s in c.whole(side)))


def _strike(c: Course) -> float:
    pitch = _from_level(c.point(c.side, "heel"), c.point(c.side, "toe"))
    steps = c.whole(c.side)
    flats = [np.median(c.during(pitch, *(s.contact + f * s.duration for f in FLAT))) for s in steps]
    return _mean(c.at(pitch, s.contact) for s in steps) - float(np.median(flats)) if steps else np.nan


def _standing_line(c: Course, top: np.ndarray) -> float:
    def of(side: str) -> float:
        line = _from_vertical(0.5 * (c.point(side, "heel") + c.point(side, "toe")), top)
        return _mean(float(np.mean(c.during(line, s.contact, s.toe_off))) for s in c.whole(side))

    return _both(of)


def _trunk_in_contact(c: Course) -> float:
    def of(side: str) -> float:
        return _mean(float(np.mean(c.during(_trunk(c), s.contact, s.toe_off))) for s in c.whole(side))

    return _both(of)


def _bounce(c: Course) -> float:
    height = c.middle("hip")[:, Z]
    pairs = list(zip(c.steps, c.steps[1:]))
    return _mean(float(np.ptp(c.during(height, a.contact, b.contact))) for a, b in pairs)


def _range(c: Course, signal: np.ndarray, side: str) -> float:
    return _mean(float(np.ptp(c.during(signal, *stride))) for stride in c.strides(side))


def _arm_swing(c: Course, side: str) -> float:
    arm = -_from_vertical(c.point(side, "elbow"), c.point(side, "shoulder")) + _trunk(c)
    return _range(c, arm, side)


def _phase(c: Course) -> float:
    def wave(signal: np.ndarray, stride: tuple[float, float]) -> complex:
        values = np.interp(np.linspace(*stride, 64, endpoint=False), c.time, signal)
        return complex(np.fft.fft(values)[1])

    arm = (c.point(c.side, "elbow") - c.middle("shoulder"))[:, X]
    leg = (c.point(other(c.side), "ankle") - c.point(c.side, "ankle"))[:, X]
    total = sum(wave(arm, s) * np.conj(wave(leg, s)) for s in c.strides(c.side))
    return float(np.degrees(np.angle(total))) if c.strides(c.side) else np.nan


def _shrug(c: Course) -> float:
    ears = c.middle("ear") if c.near is None else c.point(c.side, "ear")
    return float(np.median(ears[:, Z] - c.middle("shoulder")[:, Z])) / c.body.trunk


def _asymmetry(left: float, right: float) -> float:
    return 200 * (left - right) / (left + right)


def _contact_asymmetry(c: Course) -> float:
    left, right = (_mean(s.duration for s in c.whole(side)) for side in SIDES)
    return _asymmetry(left, right)


def _step_asymmetry(c: Course) -> float:
    left, right = (
        _mean(b.contact - a.contact for a, b in zip(c.steps, c.steps[1:]) if b.side == side) for side in SIDES
    )
    return _asymmetry(left, right)


def _variability(c: Course) -> float:
    lengths = np.array([stop - start for side in SIDES for start, stop in c.strides(side)])
    middle = np.median(lengths)
    return 148.26 * float(np.median(abs(lengths - middle)) / middle)


def _stiffness(c: Course, told: Runner) -> float:
    contact = _contact_time(c)
    flight = _step_time(c) - contact
    return spring(contact, flight, c.speed, told.mass_kg or np.nan, c.body.height).leg_kn_m


def _mid_stances(c: Course, side: str) -> list[float]:
    return [0.5 * (s.contact + s.toe_off) for s in c.whole(side)]


def _step_width(c: Course) -> float:
    out = [
        sign * _mean(c.at((c.point(side, "ankle") - c.middle("hip"))[:, Y], t) for t in _mid_stances(c, side))
        for side, sign in (("left", 1), ("right", -1))
    ]
    return 100 * sum(out)


def _knee_window(c: Course) -> float:
    gap = (c.point("left", "knee") - c.point("right", "knee"))[:, Y]
    at = [t for side in SIDES for t in _mid_stances(c, side)]
    return _mean(c.at(gap, t) for t in at) / c.body.hips


def _innermost(c: Course, side: str) -> float:
    wrist, hip = c.point(side, "wrist"), c.middle("hip")
    up = c.middle("shoulder") - hip
    middle = hip[:, Y] + (wrist[:, Z] - hip[:, Z]) / up[:, Z] * up[:, Y]
    out = (1 if side == "left" else -1) * (wrist[:, Y] - middle) / c.body.shoulders
    return _mean(float(np.min(c.during(out, *stride))) for stride in c.strides(side))


def _wrist_range(c: Course, side: str) -> float:
    return _range(c, (c.point(side, "wrist") - c.middle("shoulder"))[:, Z], side)


def _at_contact(c: Course, signal: np.ndarray) -> float:
    return _mean(c.at(signal, s.contact) for s in c.steps if s.side == c.side)


def _peak(c: Course, signal: np.ndarray, periods: list[tuple[float, float]]) -> float:
    return _mean(float(np.max(c.during(signal, *period))) for period in periods)


def _knee_stance(c: Course) -> float:
    return _peak(c, _knee(c), [(s.contact, s.contact + STANCE_PEAK * s.duration) for s in c.whole(c.side)])


def _knee_swing(c: Course) -> float:
    mine = c.whole(c.side)
    return _peak(c, _knee(c), [(a.toe_off, b.contact) for a, b in zip(mine, mine[1:])])


def _thigh(c: Course) -> float:
    behind = _from_vertical(c.point(c.side, "knee"), c.point(c.side, "hip"))
    reach = AROUND_TOE_OFF_S
    return _peak(c, behind, [(s.toe_off - reach, s.toe_off + reach) for s in c.whole(c.side)])


FORMULAS: dict[str, Callable[[Course, Runner], float]] = {
    "trunk_lean": lambda c, _: float(np.mean(_trunk(c))),
    "foot_strike_angle": lambda c, _: _strike(c),
    "elbow_angle": lambda c, _: float(
        np.mean(_joint(*(c.point(c.side, part) for part in ("shoulder", "elbow", "wrist"))))
    ),
    "arm_crossover": lambda c, _: _both(lambda side: _innermost(c, side)),
    "cadence": lambda c, _: 60 / _step_time(c),
    "ground_contact_time": lambda c, _: 1000 * _contact_time(c),
    "flight_time": lambda c, _: 1000 * (_step_time(c) - _contact_time(c)),
    "duty_factor": lambda c, _: 50 * _contact_time(c) / _step_time(c),
    "vertical_oscillation": lambda c, _: 100 * _bounce(c),
    "overstride": lambda c, _: (
        100 * _at_contact(c, (c.point(c.side, "ankle") - c.middle("hip"))[:, X]) / _leg(c)
    ),
    "shank_angle": lambda c, _: _at_contact(
        c, -_from_vertical(c.point(c.side, "ankle"), c.point(c.side, "knee"))
    ),
    "knee_flexion_contact": lambda c, _: _at_contact(c, _knee(c)),
    "knee_flexion_stance": lambda c, _: _knee_stance(c),
    "knee_flexion_swing": lambda c, _: _knee_swing(c),
    "thigh_extension": lambda c, _: _thigh(c),
    "body_lean": lambda c, _: _standing_line(c, c.middle("shoulder")),
    "waist_bend": lambda c, _: _trunk_in_contact(c) - _standing_line(c, c.middle("hip")),
    "head_pitch": lambda c, _: (
        float(np.median(_from_level(c.point(c.side, "ear"), c.point(c.side, "eye")))) - LEVEL_HEAD_DEG
    ),
    "shoulder_shrug": lambda c, _: _shrug(c),
    "arm_leg_phase": lambda c, _: _phase(c),
    "arm_swing": lambda c, _: _arm_swing(c, c.side),
    "step_length": lambda c, _: c.speed * _step_time(c),
    "speed": lambda c, _: c.speed,
    "vertical_ratio": lambda c, _: 100 * _bounce(c) / (c.speed * _step_time(c)),
    "contact_time_asymmetry": lambda c, _: _contact_asymmetry(c),
    "step_time_asymmetry": lambda c, _: _step_asymmetry(c),
    "stride_variability": lambda c, _: _variability(c),
    "leg_stiffness": _stiffness,
    "step_width": lambda c, _: _step_width(c),
    "knee_window": lambda c, _: _knee_window(c),
    "arm_swing_symmetry": lambda c, _: _asymmetry(_wrist_range(c, "left"), _wrist_range(c, "right")),
}
