"""How healthy runners spread in a metric at their speed: the data behind ranges and percentiles.

`healthy.toml` holds mean and standard deviation between runners at three treadmill speeds, from markers and
force plates (`scripts/fit_norms`). Between these speeds both are linear. A value from video also carries the
error of the keypoints; its interval, not the range, allows for that.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import floor, hypot, inf, nan, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

from formcheck.course import Z95

FILE = Path(__file__).with_name("healthy.toml")
USABLE_MPS = (2.2, 5.0)  # a little beyond the measured speeds; elsewhere the range for all speeds holds
INSIDE = (
    0.97  # share of further healthy runners inside a range: at most 1 of 18 was outside the others' range
)
T_OF_18 = {1: 2.015002335515243, 2: 2.368054760913472}
"""Quantiles of Student's t for the 18 runners of `healthy.toml`, by the number of closed ends of a range. The ranges
are made whenever FormCheck starts, and SciPy's own quantiles take 0.2 s of processor time to load."""
STEPS = (
    0.1,
    0.5,
    1.0,
    5.0,
)  # ends of ranges are rounded outwards to the largest that is a third of the spread


@dataclass(frozen=True)
class Percentile:
    """How many of 100 healthy runners have a lower value, with a 95 % interval."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation between healthy runners, estimated from `n` of them."""

    mean: float
    sd: float
    n: int

    def ends(self, *, open_low: bool = False, open_high: bool = False) -> tuple[float, float]:
        """Return the range that contains a further healthy runner with probability `INSIDE`."""
        half = _reach(self.n, 1 if open_low or open_high else 2) * self.sd
        step = max((each for each in STEPS if each <= self.sd / 3), default=STEPS[0])
        low = floor((self.mean - half) / step) * step
        high = -floor(-(self.mean + half) / step) * step
        return -inf if open_low else round(low, 1), inf if open_high else round(high, 1)

    def percentile(self, value: float, low: float, high: float) -> Percentile:
        """Return where a value with this 95 % interval lies among healthy runners.

        The interval of the percentile combines the value's own error with that of mean and spread, which
        come from `n` runners only.
        """
        z = (value - self.mean) / self.sd
        few = (1 + 0.5 * z**2) / self.n
        down, up = (
            hypot((value - low) / self.sd / Z95, sqrt(few)),
            hypot((high - value) / self.sd / Z95, sqrt(few)),
        )
        share = NormalDist().cdf
        return Percentile(100 * share(z), 100 * share(z - Z95 * down), 100 * share(z + Z95 * up))


@dataclass(frozen=True)
class Healthy:
    """How healthy runners spread in one metric, at increasing speeds."""

    speeds_mps: tuple[float, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    n: int  # runners at each speed

    def holds_at(self, speed_mps: float) -> bool:
        """Return whether the spread is known at this speed; never for NaN."""
        return USABLE_MPS[0] <= speed_mps <= USABLE_MPS[1]

    def at(self, speed_mps: float = nan, speed_sd_mps: float = 0.0) -> Spread:
        """Return the spread at a speed; at an unknown or unusual one, that over all speeds.

        `speed_sd_mps` is the standard error of the speed; it widens the spread of a metric that
        changes with speed.
        """
        if not self.holds_at(speed_mps):
            return self.at_all_speeds
        mean, slope = _line(self.speeds_mps, self.mean, speed_mps)
        own, _ = _line(self.speeds_mps, self.sd, speed_mps)
        return Spread(mean, hypot(own, slope * speed_sd_mps), self.n)

    @property
    def at_all_speeds(self) -> Spread:
        """The spread of runners at all measured speeds together."""
        mean = sum(self.mean) / len(self.mean)
        within = sum(each**2 for each in self.sd) / len(self.sd)
        between = sum((each - mean) ** 2 for each in self.mean) / len(self.mean)
        return Spread(mean, sqrt(within + between), self.n)


@cache
def _reach(n: int, ends: int) -> float:
    """Return how many standard deviations a range with one or two closed ends reaches, from `n` runners."""
    return _quantile(n, ends) * sqrt(1 + 1 / n)


def _quantile(n: int, ends: int) -> float:
    if n == 18:
        return T_OF_18[ends]
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 1 - (1 - INSIDE) / ends))


def _line(speeds: Sequence[float], values: Sequence[float], at: float) -> tuple[float, float]:
    """Return value and slope at a speed; the first and the last line continue beyond their ends."""
    start = min(max(bisect_left(speeds, at) - 1, 0), len(speeds) - 2)
    slope = (values[start + 1] - values[start]) / (speeds[start + 1] - speeds[start])
    return values[start] + slope * (at - speeds[start]), slope


def healthy(id: str) -> Healthy:
    """Return how healthy runners spread in a metric of `healthy.toml`."""
    table = _table()
    row = table[id]
    return Healthy(tuple(table["speeds_mps"]), tuple(row["mean"]), tuple(row["sd"]), row["n"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
