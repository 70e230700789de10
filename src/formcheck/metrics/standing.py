"""What a quiet stand removes of a metric's error: keypoints that are drawn wrong alike, and the camera's tilt.

In a stand the true angle is nearly known: knees are almost straight, trunk and head almost
upright. What the keypoints show beyond it is partly an error that lasts through the run. How
much of it is taken out follows from the sizes of the errors (a Gaussian update), so that a
runner who stands with bent knees shifts the result by a part of the bend only.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.course import Z95
from formcheck.metrics.metric import Metric, Stand
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import FAR_LEG, own_error
from formcheck.types import Measurement


def against_stand(metric: Metric, found: Measurement, rec: Recording) -> Measurement:
    """Return a measurement, and those of its legs, without what the runner's quiet stand shows of their error."""
    if metric.stand is None or not found.measured:
        return found
    legs = tuple(_against(metric, metric.stand, each, rec) for each in found.by_side)
    return replace(_against(metric, metric.stand, found, rec), by_side=legs)


def _against(metric: Metric, stand: Stand, found: Measurement, rec: Recording) -> Measurement:
    shown = shown_in_stand(stand, found.side, rec)
    if np.isnan(shown):
        return found
    own = own_error(rec, metric) * (FAR_LEG if found.side == rec.far else 1.0)
    lasting, tilt = metric.error_from(rec.motion.origin).lasting, metric.per_tilt * rec.roll_sd_deg
    common = lasting * own**2 + tilt**2
    gain = common / (own**2 + tilt**2 + stand.sd**2)
    half = Z95 * float(np.sqrt(max(found.se**2 - gain * common, 0.0)))
    off = gain * (shown - stand.usual)
    value = found.value - off
    return replace(
        found, value=value, low=value - half, high=value + half,
        samples=tuple(sample - off for sample in found.samples), extra=replace(found.extra, own_zero=True),
        repeats_sd=0.0,  # the stand took a part of it out; what is left of it in another clip is not known
    )  # fmt: skip


def shown_in_stand(stand: Stand, side: str, rec: Recording) -> float:
    """Return what the keypoints show in the stand; NaN without a stand that looks the way of the run."""
    if rec.standing is None or not rec.standing.looks_as(rec.scene.facing):
        return np.nan
    if stand.part == "trunk":
        return rec.standing.trunk_deg
    by_side = rec.standing.knee_deg if stand.part == "knee" else rec.standing.head_deg
    return by_side[rec.near if side == "both" else side]
