"""Measurements of a clip whose clock is uncertain: wider, and judged by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.course import Z95
from formcheck.timebase.choose import clock_unsure
from formcheck.timebase.reading import Reading
from formcheck.types import Measurement

POWERS = {"cadence": 1, "speed": 1, "leg_stiffness": 2, "ground_contact_time": -1, "flight_time": -1}
"""Power of the clock's factor with which a metric grows if the clip is slowed down."""


def hedged(measurements: Mapping[str, Measurement], reading: Reading) -> Mapping[str, Measurement]:
    """Return measurements whose intervals allow for the slower clocks that fit a reading as well.

    What depends on the clock is marked as a rough value, so that no range applies to it and
    nothing is coached from it. A reading whose clock is not in doubt keeps its measurements.
    """
    if not clock_unsure(reading) or reading.slowness is None:
        return measurements
    factor = float(np.exp(reading.slowness.log + Z95 * reading.slowness.sd))
    return {
        id: _widened(each, factor ** POWERS[id]) if id in POWERS and each.measured else each
        for id, each in measurements.items()
    }


def _widened(measurement: Measurement, times: float) -> Measurement:
    by_side = tuple(_widened(each, times) if each.measured else each for each in measurement.by_side)
    return replace(
        measurement,
        low=min(measurement.low, measurement.low * times),
        high=max(measurement.high, measurement.high * times),
        by_side=by_side,
        extra=replace(measurement.extra, about=True),
    )
