"""Two analyses of one runner side by side: which changes are real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from formcheck.metrics import METRICS

if TYPE_CHECKING:
    from formcheck.types import Analysis, Measurement

REPEATABLE = 2.77  # standard errors: 1.96 sqrt(2), 95 % limit of the difference between two values


@dataclass(frozen=True)
class Difference:
    """One metric before and after, and the change that is needed to exceed chance."""

    metric: str
    unit: str
    before: float
    after: float
    needed: float  # smallest change that counts as real

    @property
    def change(self) -> float:
        """The value after minus the value before."""
        return self.after - self.before

    @property
    def real(self) -> bool:
        """Whether the change is beyond the smallest detectable difference."""
        return abs(self.change) > self.needed


def compare(a: Analysis, b: Analysis) -> tuple[Difference, ...]:
    """Return the difference of every metric that both analyses measured, in table order.

    A change is real only if it exceeds the larger of two limits: the published smallest
    detectable difference (Dingenen 2018 for angles; it includes set-up differences between
    days) and 2.77 standard errors of these measurements. Metrics with different units (one
    clip with the runner's height, one without) are left out.
    """
    found = (
        difference(a.measurements[id], b.measurements[id])
        for id in METRICS
        if id in a.measurements and id in b.measurements
    )
    return tuple(each for each in found if each is not None)


def difference(before: Measurement, after: Measurement) -> Difference | None:
    """Return the difference of two measurements of one metric, None where one is missing."""
    if not (before.measured and after.measured) or before.unit != after.unit:
        return None
    pooled = float(np.sqrt((before.se**2 + after.se**2) / 2))
    needed = max(METRICS[before.metric].smallest_change, REPEATABLE * pooled)
    return Difference(before.metric, before.unit, before.value, after.value, needed)
