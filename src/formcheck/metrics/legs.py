"""Legs from the side: knee bend through the stride and the thigh behind."""

from __future__ import annotations

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.answers import at_contact, near_leg
from formcheck.metrics.recording import Recording
from formcheck.metrics.table import METRICS
from formcheck.metrics.uncertainty import roll_sd_deg
from formcheck.types import Measurement, Side, Step

AROUND_TOE_OFF_S = 0.04


def knee(rec: Recording, side: Side) -> np.ndarray:
    """Return one knee's flexion, (N,) deg."""
    return biomechanics.knee_flexion_deg(*(rec.point(side, part) for part in ("hip", "knee", "ankle")))


def knee_unfiltered(rec: Recording, side: Side) -> np.ndarray:
    """Return one knee's flexion, (N,) deg, from unfiltered points: for the moment of contact."""
    return biomechanics.knee_flexion_deg(*(rec.raw_point(side, part) for part in ("hip", "knee", "ankle")))


def largest(values: np.ndarray) -> float:
    """Return the largest value of a period that was seen nearly whole, else NaN."""
    seen = np.isfinite(values)
    return float(values[seen].max()) if seen.mean() >= 0.85 else np.nan


def thigh_behind(rec: Recording, side: Side) -> np.ndarray:
    """Return how far one thigh points behind the vertical, (N,) deg."""
    return -biomechanics.thigh_deg(rec.point(side, "hip"), rec.point(side, "knee"))


def in_stance(rec: Recording, flexion: np.ndarray, step: Step) -> float:
    """Return the largest knee flexion of one contact's first three quarters, deg.

    The last quarter is left out: the knee bends again while the foot rolls off, and a
    toe-off told late would read that as stance.
    """
    if not np.isfinite(step.toe_off):
        return np.nan
    return largest(rec.during(flexion, step.contact, step.contact + 0.75 * step.duration))


def in_swing(rec: Recording, flexion: np.ndarray, step: Step) -> float:
    """Return the largest knee flexion from toe-off to the same foot's next contact, deg."""
    stop = rec.next_contact(step)
    if not np.isfinite(step.toe_off + stop):
        return np.nan
    return largest(rec.during(flexion, step.toe_off, stop, 40))


def around_toe_off(rec: Recording, angle: np.ndarray, step: Step) -> float:
    """Return the largest value of an angle within 40 ms of toe-off."""
    if not np.isfinite(step.toe_off):
        return np.nan
    return largest(rec.during(angle, step.toe_off - AROUND_TOE_OFF_S, step.toe_off + AROUND_TOE_OFF_S, 17))


def knee_flexion_contact(rec: Recording) -> Measurement:
    """Return the near knee's bend at landing."""
    return near_leg(rec, METRICS["knee_flexion_contact"], knee_unfiltered, at_contact, "the near leg")


def knee_flexion_stance(rec: Recording) -> Measurement:
    """Return the near knee's largest bend on the ground."""
    return near_leg(rec, METRICS["knee_flexion_stance"], knee, in_stance, "the near leg")


def knee_flexion_swing(rec: Recording) -> Measurement:
    """Return the near knee's largest bend in the air."""
    return near_leg(rec, METRICS["knee_flexion_swing"], knee, in_swing, "the near leg")


def thigh_extension(rec: Recording) -> Measurement:
    """Return how far the near thigh points behind at push-off."""
    roll = roll_sd_deg(rec.scene.roll_deg)
    return near_leg(rec, METRICS["thigh_extension"], thigh_behind, around_toe_off, "the near leg", roll)


FORMULAS = {
    formula.__name__: formula
    for formula in (knee_flexion_contact, knee_flexion_stance, knee_flexion_swing, thigh_extension)
}
