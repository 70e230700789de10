"""Two analyses of one runner side by side: which changes are real."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from formcheck.metrics import METRICS
from formcheck.metrics.levelling import tilt_covariance

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
    levelled: bool = False  # the tilt of one camera, common to both clips, was left out of `needed`

    @property
    def change(self) -> float:
        """The value after minus the value before."""
        return self.after - self.before

    @property
    def real(self) -> bool:
        """Whether the change is beyond the smallest detectable difference."""
        return abs(self.change) > self.needed


def compare(a: Analysis, b: Analysis, *, same_camera: bool = False) -> tuple[Difference, ...]:
    """Return the difference of every metric that both analyses measured, in table order.

    Parameters
    ----------
    a, b : Analysis
        The earlier and the later clip.
    same_camera : bool
        Whether the camera stood untouched between the two clips. Then only the difference of
        their tilts counts, not the tilt itself.

    Notes
    -----
    A change is real only if it exceeds the larger of two limits: the published smallest
    detectable difference (Dingenen 2018 for angles; it includes set-up differences between
    days) and 2.77 standard errors of these measurements. Of the error only the part counts that
    varies between clips of one runner, where it was measured and both clips were filmed alike.
    Metrics with different units (one clip with the runner's height, one without) are left out.
    """
    covariance = tilt_covariance(a.scene, b.scene) if same_camera else 0.0
    found = (
        difference(a.measurements[id], b.measurements[id], covariance)
        for id in METRICS
        if id in a.measurements and id in b.measurements
    )
    return tuple(each for each in found if each is not None)


def difference(before: Measurement, after: Measurement, tilt_covariance: float = 0.0) -> Difference | None:
    """Return the difference of two measurements of one metric, None where one is missing.

    `tilt_covariance` is that of the errors of the two cameras' tilts, deg squared.
    """
    if not (before.measured and after.measured) or before.unit != after.unit:
        return None
    cancels = bool(before.repeats_with) and before.repeats_with == after.repeats_with
    errors = [each.se_within if cancels else each.se for each in (before, after)]
    common = METRICS[before.metric].per_tilt ** 2 * tilt_covariance if _carry_the_tilt(before, after) else 0.0
    pooled = float(np.sqrt(max(0.0, float(np.mean(np.square(errors))) - common)))
    needed = needed_change(before.metric, pooled)
    return Difference(
        before.metric, before.unit, before.value, after.value, needed, cancels, levelled=common > 0
    )


def _carry_the_tilt(*measurements: Measurement) -> bool:
    """Return whether all err by the whole tilt of their scene's camera.

    Not so a value from the second clip of a merged analysis, or one from which a quiet stand took a part of the tilt.
    """
    return not any(each.extra.own_zero or each.extra.clip is not None for each in measurements)


def needed_change(metric: str, se: float) -> float:
    """Return what two values with this standard error each must differ by for the change to be real."""
    return max(METRICS[metric].smallest_change, REPEATABLE * se)


def cancelling(differences: Iterable[Difference]) -> str:
    """Say of which changes the error that repeats in every clip of a runner is left out; "" where of none."""
    every = list(differences)
    whole = [METRICS[each.metric].name.lower() for each in every if not each.cancels]
    if len(whole) == len(every):
        return ""
    rest = f" Of {listed(whole)} the whole error counts." if whole else ""
    return (
        "A change leaves out the error that repeats in every clip of a runner filmed alike (view and pose model), "
        f"so a real one may be smaller than the values' own intervals.{rest}"
    )


def untilted(differences: Iterable[Difference]) -> str:
    """Say which changes leave out the camera's tilt because it stood untouched; "" where none does."""
    names = [METRICS[each.metric].name.lower() for each in differences if each.levelled]
    return f"The camera stood untouched, so its tilt counts in no change in {listed(names)}." if names else ""


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
