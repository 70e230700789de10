"""Fill temporarily occluded leg points from the other points of the leg.

Linear interpolation over the time between two steps is inaccurate. The foot is rigid, and thigh
and shank keep their lengths: reconstruction from neighbouring points is better.
"""

from __future__ import annotations

import numpy as np

from formcheck.biomechanics import joint_between
from formcheck.skeleton import LEG

HIP, KNEE, ANKLE, HEEL, TOE = range(len(LEG))
FOOT = (ANKLE, HEEL, TOE)


def filled(legs: np.ndarray) -> np.ndarray:
    """Return leg points with single missing ones reconstructed from their neighbours.

    A foot point comes from the other two because the foot is rigid; a knee comes from hip and
    ankle with the usual thigh and shank lengths; a hip comes from the other hip. Points without
    such neighbours stay NaN.

    Parameters
    ----------
    legs : (N, 2 sides, 5, 2), any unit, NaN = not seen
    """
    flat = legs[..., 0] + 1j * legs[..., 1]
    out = flat.copy()
    with np.errstate(invalid="ignore"):  # missing points give NaN on division, as intended
        for side in range(2):
            for point in FOOT:
                a, b = (flat[:, side, other] for other in FOOT if other != point)
                _fill(out[:, side, point], a + _usual((flat[:, side, point] - a) / (b - a)) * (b - a))
            _fill(out[:, side, KNEE], _knee(flat[:, side]))
            apart = flat[:, side, HIP] - flat[:, 1 - side, HIP]
            _fill(out[:, side, HIP], flat[:, 1 - side, HIP] + _usual(apart))
    return np.stack([out.real, out.imag], axis=-1)


def _fill(values: np.ndarray, instead: np.ndarray) -> None:
    """Fill the missing entries of (N,) complex in place."""
    missing = np.isnan(values)
    values[missing] = instead[missing]


def _usual(values: np.ndarray) -> complex:
    """Return the median of (N,) complex, NaN where nothing is finite."""
    seen = values[np.isfinite(values)]
    return complex(np.median(seen.real), np.median(seen.imag)) if len(seen) else complex(np.nan)


def _knee(leg: np.ndarray) -> np.ndarray:
    """Return (N,) complex knees that fit hip, ankle and usual lengths, flexed in the usual direction."""
    hip, knee, ankle = leg[:, HIP], leg[:, KNEE], leg[:, ANKLE]
    thigh, shank = (abs(_usual(abs(part) + 0j)) for part in (knee - hip, ankle - knee))
    ahead = float(np.sign(_usual(((knee - hip) / (ankle - hip)).imag + 0j).real))
    found = joint_between(_plane(hip), _plane(ankle), thigh, shank, ahead)
    return np.asarray(found[:, 0] + 1j * found[:, 1])


def _plane(points: np.ndarray) -> np.ndarray:
    """Return (N,) complex points as (N, 2)."""
    return np.stack([points.real, points.imag], axis=-1)
