"""The reference range that applies to a value; `judgement.judge` compares the two.

The ranges are defined in the rows of the metrics, with population, source and evidence grade.
"""

from __future__ import annotations

from math import nan

from formcheck.metrics.metric import Norm
from formcheck.metrics.table import METRICS
from formcheck.types import Measurement

NORMS: dict[str, Norm] = {id: row.norm for id, row in METRICS.items() if row.norm is not None}


def norm_of(measurement: Measurement) -> Norm | None:
    """Return the range that applies to a measurement: in its unit, at its speed; None for a rough value."""
    if measurement.extra.about:
        return None
    row = METRICS[measurement.metric]
    for norm in (row.norm, row.norm_in_legs):
        if norm is not None and norm.unit == measurement.unit:
            return norm.at(*speed_behind(measurement))
    return None


def speed_behind(measurement: Measurement) -> tuple[float, float]:
    """Return the running speed (m/s) behind a measurement and its standard error; NaN without one."""
    speed, sd = measurement.extra.speed_mps, measurement.extra.speed_sd_mps
    return nan if speed is None else speed, sd or 0.0
