"""Two analyses of one runner side by side: which changes are real."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    cancels: bool = False  # an error that repeats in both clips was left out of `needed`

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
    days) and 2.77 standard errors of these measurements. Of the error only the part counts that
    varies between clips of one runner, where it was measured and both clips were filmed alike.
    Metrics with different units (one clip with the runner's height, one without) are left out.
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
    cancels = bool(before.repeats_with) and before.repeats_with == after.repeats_with
    errors = [each.se_within if cancels else each.se for each in (before, after)]
    pooled = float(np.sqrt(np.mean(np.square(errors))))
    needed = needed_change(before.metric, pooled)
    return Difference(before.metric, before.unit, before.value, after.value, needed, cancels)


def needed_change(metric: str, se: float) -> float:
    """Return what two values with this standard error each must differ by for the change to be real."""
    return max(METRICS[metric].smallest_change, REPEATABLE * se)


def cancelling(differences: Iterable[Difference]) -> str:
    """Say which changes leave out the error that repeats in every clip of a runner; "" where none does."""
    names = [METRICS[each.metric].name.lower() for each in differences if each.cancels]
    if not names:
        return ""
    return (
        f"Changes in {listed(names)} leave out the error that repeats in every clip of a runner filmed alike, "
        "so they may be smaller than the values' own intervals. For all other numbers the whole error counts."
    )


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
