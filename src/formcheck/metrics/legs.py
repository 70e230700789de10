"""Legs from the side: knee bend through the stride and the thigh behind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck import biomechanics
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import at_contact, near_leg
from formcheck.metrics.table import METRICS
from formcheck.metrics.uncertainty import roll_sd_deg
from formcheck.types import Measurement, Side, Step

AROUND_TOE_OFF_S = 0.04
MOMENTS = 41  # a period is looked at in as many, ends included
SEEN_NEARLY_WHOLE = 0.85  # share of a period: of less, the largest value may be what is missing


def knee(rec: Recording, side: Side) -> np.ndarray:
    """Return one knee's flexion, (N,) deg."""
    return biomechanics.knee_flexion_deg(*(rec.point(side, part) for part in ("hip", "knee", "ankle")))


def knee_unfiltered(rec: Recording, side: Side) -> np.ndarray:
    """Return one knee's flexion, (N,) deg, from unfiltered points: for the moment of contact."""
    return biomechanics.knee_flexion_deg(*(rec.raw_point(side, part) for part in ("hip", "knee", "ankle")))


def largest(rec: Recording, signal: np.ndarray, periods: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return (n,) a signal where it is largest in a like period (s) of every step, NaN = not seen.

    When that is, as a share of the period, is told by the median of all steps: the
    largest value of a single step is noise as much as motion, and reads too much (0.6 to
    0.9 deg of the knee's bend).
    """
    curves = np.array([even(rec, signal, period) for period in periods]).reshape(-1, MOMENTS)
    curves[np.isfinite(curves).mean(axis=1) < SEEN_NEARLY_WHOLE] = np.nan
    shown = np.flatnonzero(np.isfinite(curves).any(axis=0))
    if len(shown) == 0:
        return np.full(len(periods), np.nan)
    return curves[:, shown[np.argmax(np.nanmedian(curves[:, shown], axis=0))]]


def even(rec: Recording, signal: np.ndarray, period: tuple[float, float]) -> np.ndarray:
    """Return a signal at even moments of a period (s), all NaN where it has no beginning or end."""
    return rec.during(signal, *period, MOMENTS) if np.isfinite(sum(period)) else np.full(MOMENTS, np.nan)


def thigh_behind(rec: Recording, side: Side) -> np.ndarray:
    """Return how far one thigh points behind the vertical, (N,) deg."""
    return -biomechanics.thigh_deg(rec.point(side, "hip"), rec.point(side, "knee"))


def in_stance(rec: Recording, flexion: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the largest knee flexion of each contact's first three quarters, deg.

    The last quarter is left out: the knee bends again while the foot rolls off, and a
    toe-off told late would read that as stance.
    """
    return largest(rec, flexion, [(step.contact, step.contact + 0.75 * step.duration) for step in steps])


def in_swing(rec: Recording, flexion: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the largest knee flexion from toe-off to the same foot's next contact, deg."""
    return largest(rec, flexion, [(step.toe_off, rec.next_contact(step)) for step in steps])


def around_toe_off(rec: Recording, angle: np.ndarray, steps: Sequence[Step]) -> np.ndarray:
    """Return (n,) the largest value of an angle within 40 ms of toe-off."""
    reach = AROUND_TOE_OFF_S
    return largest(rec, angle, [(step.toe_off - reach, step.toe_off + reach) for step in steps])


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
