"""A leg's point that is out of sight for a while, from the leg's other points.

Straight lines carry a point over the time between two steps badly. The foot keeps its
shape, thigh and shank keep their lengths: what the neighbours say is better.
"""

from __future__ import annotations

import numpy as np

from formcheck.skeleton import LEG

HIP, KNEE, ANKLE, HEEL, TOE = range(len(LEG))
FOOT = (ANKLE, HEEL, TOE)


def filled(legs: np.ndarray) -> np.ndarray:
    """Return leg points with single missing ones put where the others say.

    A foot's point comes from the other two, the foot being stiff; a knee from hip and
    ankle, thigh and shank being as long as usual; a hip from the other hip. What has no
    such neighbours stays NaN.

    Parameters
    ----------
    legs : (N, 2 sides, 5, 2), any unit, NaN = not seen
    """
    flat = legs[..., 0] + 1j * legs[..., 1]
    out = flat.copy()
    with np.errstate(invalid="ignore"):  # what is not seen divides to NaN, as it should
        for side in range(2):
            for point in FOOT:
                a, b = (flat[:, side, other] for other in FOOT if other != point)
                _fill(out[:, side, point], a + _usual((flat[:, side, point] - a) / (b - a)) * (b - a))
            _fill(out[:, side, KNEE], _knee(flat[:, side]))
            apart = flat[:, side, HIP] - flat[:, 1 - side, HIP]
            _fill(out[:, side, HIP], flat[:, 1 - side, HIP] + _usual(apart))
    return np.stack([out.real, out.imag], axis=-1)


def _fill(values: np.ndarray, instead: np.ndarray) -> None:
    """Put (N,) complex in place of what is missing."""
    missing = np.isnan(values)
    values[missing] = instead[missing]


def _usual(values: np.ndarray) -> complex:
    """Return the median of (N,) complex, NaN where nothing is there."""
    seen = values[np.isfinite(values)]
    return complex(np.median(seen.real), np.median(seen.imag)) if len(seen) else complex(np.nan)


def _knee(leg: np.ndarray) -> np.ndarray:
    """Return (N,) complex knees that hip, ankle and the usual lengths allow, bent the usual way."""
    hip, knee, ankle = leg[:, HIP], leg[:, KNEE], leg[:, ANKLE]
    thigh, shank = (abs(_usual(abs(part) + 0j)) for part in (knee - hip, ankle - knee))
    reach = np.clip(abs(ankle - hip), abs(thigh - shank) + 1e-9, thigh + shank)
    inside = np.clip((thigh**2 + reach**2 - shank**2) / (2 * thigh * reach), -1, 1)
    ahead = np.sign(_usual(((knee - hip) / (ankle - hip)).imag + 0j).real)
    return np.asarray(hip + (ankle - hip) / reach * thigh * np.exp(1j * ahead * np.arccos(inside)))
