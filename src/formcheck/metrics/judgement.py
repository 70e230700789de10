"""`judge`: what a value means against its range. Every page, file, drawing and cue reads this judgement.

It is computed from the measurement alone (value, interval and the speed in its `extra`), so it is the
same wherever it is asked for, live, in a batch or from a stored file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.course import Z95
from formcheck.metrics.healthy import Percentile
from formcheck.metrics.metric import Grade, Norm
from formcheck.metrics.norms import norm_of, speed_behind
from formcheck.metrics.table import METRICS
from formcheck.types import Measurement, Status

Place = Literal["below", "within", "above", "edge", "cant_tell", "unknown"]
USUAL = (10.0, 90.0)  # percentiles of healthy runners between which a value may be praised as usual
JUDGED: tuple[Place, ...] = ("below", "within", "above")
FEWEST_JUDGED = 3  # one or two values are no picture of a run; a clear clip from any view judges more
CUE_INTERVAL = 1.28 / Z95  # ratio of the 80 % interval, which cues require, to the 95 % interval


@dataclass(frozen=True)
class Judgement:
    """Where a value lies relative to its range."""

    metric: str
    status: Status  # "unknown" without value or range; "cant_tell": the interval covers the whole range
    at_edge: bool  # the 80 % interval includes one end of the range: too close to call
    clearly_outside: bool  # the whole 80 % interval is outside the range, as cues require
    clearly_inside: (
        bool  # the whole 95 % interval is inside the range, the value near the middle: praise requires it
    )
    beyond: float  # how far the value is outside the range, in its unit; 0 inside, NaN without one
    norm: Norm | None  # the range that applies; None = none, or the value is only approximate
    grade: Grade  # strength of the evidence for the range
    percentile: Percentile | None = (
        None  # among healthy runners at this speed; None where their spread is unknown
    )

    @property
    def state(self) -> Place:
        """The status, or "edge" where it is too close to call."""
        return "edge" if self.at_edge else self.status


def judge(measurement: Measurement) -> Judgement:
    """Compare a measurement with the range that applies to it."""
    norm = None if measurement.extra.sprint else norm_of(measurement)
    grade = norm.grade if norm else METRICS[measurement.metric].grade
    if norm is None or not measurement.measured:
        return Judgement(measurement.metric, "unknown", False, False, False, np.nan, norm, grade)
    return Judgement(
        measurement.metric, _status(measurement, norm), _at_edge(measurement, norm),
        _clearly_outside(measurement, norm), _clearly_inside(measurement, norm),
        max(0.0, norm.low - measurement.value, measurement.value - norm.high), norm, grade, _percentile(measurement, norm),
    )  # fmt: skip


def enough_judged(measurements: Mapping[str, Measurement]) -> bool:
    """Return whether enough values were judged to say that nothing needs to change."""
    states = (judge(each).state for each in measurements.values())
    return sum(state in JUDGED for state in states) >= FEWEST_JUDGED


def _status(measurement: Measurement, norm: Norm) -> Status:
    if measurement.low < norm.low and norm.high < measurement.high:
        return "cant_tell"
    if measurement.value < norm.low:
        return "below"
    return "above" if measurement.value > norm.high else "within"


def _at_edge(measurement: Measurement, norm: Norm) -> bool:
    low, high = _eighty(measurement)
    told = measurement.low < norm.low and norm.high < measurement.high
    return not told and any(low <= end <= high for end in (norm.low, norm.high))


def _clearly_outside(measurement: Measurement, norm: Norm) -> bool:
    low, high = _eighty(measurement)
    return high < norm.low or low > norm.high


def _eighty(measurement: Measurement) -> tuple[float, float]:
    """Return the 80 % interval."""
    value = measurement.value
    below, above = value - measurement.low, measurement.high - value
    return value - CUE_INTERVAL * below, value + CUE_INTERVAL * above


def _clearly_inside(measurement: Measurement, norm: Norm) -> bool:
    percentile = _percentile(measurement, norm)
    usual = (
        percentile is None
        or percentile.percent <= USUAL[1]
        and (percentile.percent >= USUAL[0] or norm.low == -np.inf)
    )
    return usual and norm.low <= measurement.low and measurement.high <= norm.high


def _percentile(measurement: Measurement, norm: Norm) -> Percentile | None:
    if norm.healthy is None:
        return None
    spread = norm.healthy.at(*speed_behind(measurement))
    return spread.percentile(measurement.value, measurement.low, measurement.high)
