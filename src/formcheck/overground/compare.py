"""Two runs past the same marks, place for place: where one is faster, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95, Amount, RunThrough, SpeedCurve

MOST_PLACES = 14  # rows of the table, about
EVERY_M = (1.0, 2.0, 5.0, 10.0)  # distances between them
SAME_M = 0.01  # splits between the same marks


@dataclass(frozen=True)
class Gap:
    """What two runs did at one place or between two marks, and by how much they differ."""

    start: float  # m
    stop: float  # m; the same at one place
    before: Amount
    after: Amount

    @property
    def change(self) -> Amount:
        """After minus before; the errors of two clips are taken as independent."""
        return Amount(self.after.value - self.before.value, float(np.hypot(self.before.sd, self.after.sd)))

    @property
    def real(self) -> bool:
        """Whether the change is beyond its own 95 % interval."""
        return abs(self.change.value) > Z95 * self.change.sd


def speed_gaps(before: RunThrough, after: RunThrough) -> tuple[Gap, ...]:
    """Return the speeds at whole metres that both runs show, a dozen or so; none without marks in both.

    The metres of both runs must count from the same place.
    """
    places = _common_places(before, after)
    speeds = (_speeds(run.curve, places) for run in (before, after))
    return tuple(Gap(float(at), float(at), a, b) for at, a, b in zip(places, *speeds))


def time_gaps(before: RunThrough, after: RunThrough) -> tuple[Gap, ...]:
    """Return the times between marks that both runs have, in the direction of the earlier one."""
    return tuple(
        Gap(a.start, a.stop, a.seconds, b.seconds)
        for a in before.splits
        for b in after.splits
        if abs(a.start - b.start) < SAME_M and abs(a.stop - b.stop) < SAME_M
    )


def _common_places(before: RunThrough, after: RunThrough) -> np.ndarray:
    curves = [run.curve for run in (before, after)]
    if any(run.scale != "marks" for run in (before, after)) or min(len(each.distance) for each in curves) < 2:
        return np.empty(0)
    low = max(float(np.nanmin(each.distance)) for each in curves)
    high = min(float(np.nanmax(each.distance)) for each in curves)
    every = next((each for each in EVERY_M if (high - low) / each < MOST_PLACES), EVERY_M[-1])
    return np.arange(np.ceil(low / every), np.floor(high / every) + 1) * every


def _speeds(curve: SpeedCurve, places: np.ndarray) -> list[Amount]:
    order = np.argsort(curve.distance)
    speed, sd = (np.interp(places, curve.distance[order], each[order]) for each in (curve.speed, curve.sd))
    return [Amount(float(a), float(b)) for a, b in zip(speed, sd)]
