"""`judge`: what a value means against its range. Every page, file, drawing and cue reads this judgement.

It is computed from the measurement alone (value, interval and the speed in its `extra`), so it is the
same wherever it is asked for, live, in a batch or from a stored file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.metrics.metric import Grade, Norm
from formcheck.metrics.norms import norm_at_any_speed, norm_of
from formcheck.metrics.table import METRICS
from formcheck.types import Measurement, Status

Place = Literal["below", "within", "above", "edge", "cant_tell", "unknown"]
CUE_INTERVAL = 1.28 / 1.96  # ratio of the 80 % interval, which cues require, to the 95 % interval


@dataclass(frozen=True)
class Judgement:
    """Where a value lies relative to its range."""

    metric: str
    status: Status  # "unknown" without value or range; "cant_tell": the interval covers the whole range
    at_edge: bool  # the 95 % interval includes one end of the range
    clearly_outside: bool  # the whole 80 % interval is outside the range, as cues require
    clearly_inside: bool  # the whole 95 % interval is inside the range for all speeds, as praise requires
    beyond: float  # how far the value is outside the range, in its unit; 0 inside, NaN without one
    norm: Norm | None  # the range that applies; None = none, or the value is only approximate
    grade: Grade  # strength of the evidence for the range

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
        _clearly_outside(measurement, norm), _clearly_inside(measurement),
        max(0.0, norm.low - measurement.value, measurement.value - norm.high), norm, grade,
    )  # fmt: skip


def _status(measurement: Measurement, norm: Norm) -> Status:
    if measurement.low < norm.low and norm.high < measurement.high:
        return "cant_tell"
    if measurement.value < norm.low:
        return "below"
    return "above" if measurement.value > norm.high else "within"


def _at_edge(measurement: Measurement, norm: Norm) -> bool:
    ends = (norm.low, norm.high)
    return [measurement.low < end < measurement.high for end in ends].count(True) == 1


def _clearly_outside(measurement: Measurement, norm: Norm) -> bool:
    low = measurement.value - CUE_INTERVAL * (measurement.value - measurement.low)
    high = measurement.value + CUE_INTERVAL * (measurement.high - measurement.value)
    return high < norm.low or low > norm.high


def _clearly_inside(measurement: Measurement) -> bool:
    norm = norm_at_any_speed(measurement)
    return norm is not None and norm.low <= measurement.low and measurement.high <= norm.high
