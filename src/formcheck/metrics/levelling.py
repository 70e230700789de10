"""What a known camera tilt would be worth: the note on a clip whose picture does not show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.course import Z95
from formcheck.metrics.uncertainty import ROLL_KNOWN_SD_DEG, ROLL_UNKNOWN_SD_DEG
from formcheck.types import Measurement, Scene

GAIN_DEG = 0.5  # of the half-width; a smaller one is not worth the trouble


def with_gain_of_levelling(scene: Scene, measurements: Mapping[str, Measurement]) -> Scene:
    """Return the scene; its note on an unknown tilt says what to do and how sure the lean then is."""
    lean = measurements["trunk_lean"]
    now = Z95 * lean.se if lean.measured else np.nan
    then = half_width_if_known(now)
    if not now - then >= GAIN_DEG:
        return scene
    message = (
        "The camera's tilt is unknown; leaning angles allow for it. With a door frame or a post in the picture near the "
        f"runner, or an edge pointed at with --vertical, forward lean is known to ± {then:.0f} degrees, not ± {now:.0f}."
    )
    notes = [
        replace(each, message=message) if each.code == "roll_unknown" else each for each in scene.warnings
    ]
    return replace(scene, warnings=tuple(notes))


def half_width_if_known(half_width_deg: float) -> float:
    """Return the half-width of a lean's 95 % interval as it is with a tilt read from the picture, deg."""
    spared = ROLL_UNKNOWN_SD_DEG**2 - ROLL_KNOWN_SD_DEG**2
    return float(np.sqrt(max(half_width_deg**2 - Z95**2 * spared, 0.0)))
