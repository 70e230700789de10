"""The camera's tilt: what knowing it would be worth, and what two clips of one camera share of its error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.course import Z95
from formcheck.metrics.uncertainty import ROLL_KNOWN_SD_DEG, ROLL_UNKNOWN_SD_DEG
from formcheck.types import Measurement, Scene

GAIN_DEG = 0.5  # of the half-width; a smaller one is not worth the trouble
READ_TWICE_SD_DEG = (
    0.3  # of the difference of two readings: clips turned by 3 degrees come out 0.05 to 0.3 off
)
MOVED_DEG = 3 * READ_TWICE_SD_DEG  # readings further apart are of a camera that was moved


def with_gain_of_levelling(scene: Scene, measurements: Mapping[str, Measurement]) -> Scene:
    """Return the scene; its note on an unknown tilt says what to do and how sure the lean then is."""
    lean = measurements["trunk_lean"]
    now = Z95 * lean.se if lean.measured else np.nan
    then = half_width_if_known(now)
    if not now - then >= GAIN_DEG:
        return scene
    message = (
        "The camera's tilt is unknown; leaning angles allow for it. With a door frame or a post in the picture near the "
        f"runner, or two points on an upright edge (--vertical, or in the app below the result), forward lean is known to ± {then:.0f} degrees, not ± {now:.0f}."
    )
    notes = [
        replace(each, message=message) if each.code == "roll_unknown" else each for each in scene.warnings
    ]
    return replace(scene, warnings=tuple(notes))


def half_width_if_known(half_width_deg: float) -> float:
    """Return the half-width of a lean's 95 % interval as it is with a tilt read from the picture, deg."""
    spared = ROLL_UNKNOWN_SD_DEG**2 - ROLL_KNOWN_SD_DEG**2
    return float(np.sqrt(max(half_width_deg**2 - Z95**2 * spared, 0.0)))


def tilt_covariance(before: Scene, after: Scene) -> float:
    """Return the covariance (deg squared) of the tilt's errors in two clips of a camera that stood untouched.

    Unknown tilts are one and the same. Tilts read from the edges of one room err alike but for the
    difference of the two readings. Between clips run in opposite directions the errors have
    opposite signs. Zero where the two share nothing: one tilt is known and the other is not, a click on
    an edge errs by itself, a runner measured there and back is free of the tilt, or the camera was moved.
    """
    if before.view != after.view or _free_of_tilt(before) or _free_of_tilt(after):
        return 0.0
    sign = 1.0 if before.facing == after.facing else -1.0
    if np.isnan(before.roll_deg) and np.isnan(after.roll_deg):
        return sign * ROLL_UNKNOWN_SD_DEG**2
    read = np.isnan(before.roll_sd_deg) and np.isnan(after.roll_sd_deg)
    if not read or not abs(after.roll_deg - before.roll_deg) <= MOVED_DEG:
        return 0.0
    return sign * (ROLL_KNOWN_SD_DEG**2 - 0.5 * READ_TWICE_SD_DEG**2)


def _free_of_tilt(scene: Scene) -> bool:
    return any(each.code == "there_and_back" for each in scene.warnings)
