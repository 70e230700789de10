"""Speed from the hips' way: over each step, over the ground, and between the marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.course import Amount, SpeedCurve, Split

CURVE_S = 1 / 30  # s between the points of a curve
KERNEL = 0.6  # steps, standard deviation of the smoothing: the sway within a step is averaged out
FEWEST_POINTS = 6
NEAR = 2.5  # standard deviations of the smoothing: points further away weigh nothing


@dataclass(frozen=True, eq=False)
class Way:
    """The path of the hips along the run, and the same for every simulated camera."""

    time: np.ndarray  # (N,) s
    metres: np.ndarray  # (N,) m; NaN = not seen
    drawn: np.ndarray  # (D, N) m
    random_sd: float  # m, error of the hips in one moment

    @property
    def forward(self) -> float:
        """+1 where metres grow in the direction of running, -1 where they fall."""
        seen = self.metres[np.isfinite(self.metres)]
        return float(np.sign(seen[-1] - seen[0])) if len(seen) else 1.0

    def at(self, moments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (M,) m at (M,) s, and (D, M) for the drawn cameras; NaN outside of what is seen."""
        return _interp(moments, self.time, self.metres), np.array(
            [_interp(moments, self.time, each) for each in self.drawn]
        )

    def between(self, start: float, stop: float) -> Amount:
        """Return the mean speed between two moments, m/s in the direction of running."""
        best, drawn = self.at(np.array([start, stop]))
        seconds = stop - start
        shared = float(np.std((drawn[:, 1] - drawn[:, 0]) / seconds))
        own = np.sqrt(2) * self.random_sd / seconds
        return Amount(self.forward * float(best[1] - best[0]) / seconds, float(np.hypot(shared, own)))


def _interp(moments: np.ndarray, time: np.ndarray, values: np.ndarray) -> np.ndarray:
    seen = np.isfinite(values)
    return np.asarray(np.interp(moments, time[seen], values[seen], left=np.nan, right=np.nan))


def curve_of(way: Way, step_s: float) -> SpeedCurve:
    """Return the speed in the direction of running: slopes of local straight lines about one step wide.

    The ends are left out by half a step, where a line would rest on one side only.
    """
    seen = np.flatnonzero(np.isfinite(way.metres))
    if len(seen) < FEWEST_POINTS:
        return SpeedCurve(*(np.empty(0) for _ in range(4)))
    time, width = way.time[seen], KERNEL * step_s
    moments = np.arange(time[0] + 0.5 * step_s, time[-1] - 0.5 * step_s, CURVE_S)
    slopes = _slopes(time, moments, width)  # (M, n)
    speed, drawn = slopes @ way.metres[seen], way.drawn[:, seen] @ slopes.T
    own = way.random_sd / (np.sqrt(2) * width)
    sd = np.hypot(np.std(drawn, axis=0), own) if len(moments) else np.empty(0)
    return SpeedCurve(moments, way.at(moments)[0], way.forward * speed, sd)


def _slopes(time: np.ndarray, moments: np.ndarray, width: float) -> np.ndarray:
    """Return (M, n) weights whose product with (n,) values is the slope of the line around each moment."""
    away = time[None, :] - moments[:, None]
    weight = np.exp(-0.5 * (away / width) ** 2)
    weight /= weight.sum(axis=1, keepdims=True)
    centred = away - np.sum(weight * away, axis=1, keepdims=True)
    return np.asarray(weight * centred / np.sum(weight * centred**2, axis=1, keepdims=True))


def splits_of(way: Way, gates: tuple[float, ...], step_s: float) -> tuple[Split, ...]:
    """Return the time between neighbouring marks, and over all of them where there are more than two."""
    passed = {gate: crossing for gate in gates if (crossing := _crossing(way, gate, KERNEL * step_s))}
    order = list(passed) if way.forward > 0 else list(passed)[::-1]
    pairs = list(zip(order, order[1:]))
    if len(order) > 2:
        pairs.append((order[0], order[-1]))
    return tuple(_split(way, start, stop, passed) for start, stop in pairs)


@dataclass(frozen=True, eq=False)
class _Crossing:
    """When the hips pass a mark, and the same for every simulated camera."""

    second: float
    drawn: np.ndarray  # (D,) s


def _crossing(way: Way, gate: float, width: float) -> _Crossing | None:
    """Return when the hips pass a place; None where they are not seen to.

    A parabola through the way around that moment, about a step wide, averages the errors of single
    moments and the sway within the step.
    """
    seen = np.isfinite(way.metres)
    time, off = way.time[seen], way.metres[seen] - gate
    passes = np.flatnonzero(np.signbit(off[1:]) != np.signbit(off[:-1]))
    if len(passes) == 0:
        return None
    start = float(time[passes[0]])
    near = np.abs(time - start) < NEAR * width
    if near.sum() < FEWEST_POINTS:
        return None
    weight = np.exp(-0.25 * ((time[near] - start) / width) ** 2)  # the square root, as least squares needs
    powers = np.vander(time[near] - start, 3, increasing=True)
    fit = np.linalg.pinv(weight[:, None] * powers) * weight
    best, *drawn = (
        start + _root(fit @ metres) for metres in (off[near], *(way.drawn[:, seen][:, near] - gate))
    )
    return _Crossing(best, np.array(drawn))


def _root(parabola: np.ndarray) -> float:
    """Return where a + b t + c t², nearly straight, is 0 near t = 0: two steps of Newton's method."""
    a, b, c = parabola
    first = -a / b
    return float(first - (a + b * first + c * first**2) / (b + 2 * c * first))


def _split(way: Way, start: float, stop: float, passed: Mapping[float, _Crossing]) -> Split:
    took, length = passed[stop].second - passed[start].second, abs(stop - start)
    own = np.sqrt(2) * way.random_sd * took / length
    sd = float(np.hypot(np.std(passed[stop].drawn - passed[start].drawn), own))
    speed = length / took
    return Split(start, stop, Amount(took, sd), Amount(speed, speed * sd / took))
