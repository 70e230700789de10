"""The sprint profile of a start from standing: what force and power the legs give at which speed.

Notes
-----
The simple method of Samozino et al. [1]_: from standing, speed follows ``v = v_max (1 - exp(-t / tau))``, so
force per body mass is ``a + k v**2 / m`` with the air's drag k from height and mass [2]_, nearly a straight
line over speed. F0 and V0 are its ends and the greatest power is ``F0 V0 / 4``.

Differs from the paper: the hips' way is fitted, not speed, and the moment of the start is fitted with it.
It fails where the runner rolls in, or where the run ends long before top speed: then no profile is given.

References
----------
.. [1] Samozino P et al. (2016). A simple method for measuring power, force, velocity properties, and
   mechanical effectiveness in sprint running. Scand J Med Sci Sports 26(6), 648-658.
   doi:10.1111/sms.12490
.. [2] Arsac LM, Locatelli E (2002). Modeling the energetics of 100-m running by using speed curves of world
   champions. J Appl Physiol 92(5), 1781-1788. doi:10.1152/japplphysiol.00754.2001
"""

from __future__ import annotations

import numpy as np

from formcheck.course import Amount, SprintProfile
from formcheck.overground.speed import Way

AIR_KG_M3 = 1.205  # kg/m³ at 20 °C and sea level
DRAG_COEFFICIENT = 0.9
FRONT_SHARE = 0.266  # frontal area of a runner, share of the body's surface
TAU_S = (0.4, 2.5)  # s: slower and faster than any runner that was published
STILL_MPS = 0.6  # m/s: faster in the first moments is no standing start
STILL_S = 0.15  # s at the beginning of the clip that must be still
LEAST_SHARE = 0.8  # of top speed that must be reached: further the curve would only be imagined
LEAST_M = 8.0  # m
MEMORY_S = 0.2  # s between moments whose errors are independent: two steps' worth of sway and slow error
FORCES = 20  # speeds at which the force is computed for its straight line
SAMPLES = 200
SEED = 20161130


def sprint_profile(way: Way, mass_kg: float | None, height_m: float | None) -> SprintProfile | None:
    """Return the profile of a sprint from standing; None where the run is none or too short, or mass or height unknown.

    Parameters
    ----------
    way : path of the hips along the run, from before the start
    mass_kg, height_m : of the runner; they set the drag of the air
    """
    seen = np.isfinite(way.metres)
    if mass_kg is None or height_m is None or seen.sum() < FORCES:
        return None
    time, metres = way.time[seen], way.forward * way.metres[seen]
    if not _starts_standing(time, metres) or np.ptp(metres) < LEAST_M:
        return None
    from scipy.optimize import least_squares  # slow to load, and most runs have no standing start

    found = least_squares(
        lambda p: _place(p, time) - metres, _guess(time, metres), bounds=_bounds(time, metres)
    )
    top, tau, start, _ = found.x
    if 1 - np.exp(-(time[-1] - start) / tau) < LEAST_SHARE:
        return None
    drag = _drag_per_kg(mass_kg, height_m)
    values = _force_line(top, tau, drag)
    shifts = _shifts(found.jac, way, seen, time)
    spread = np.array([_force_line(top + d[0], max(tau + d[1], 0.05), drag) for d in shifts])
    return SprintProfile(*(Amount(float(v), float(sd)) for v, sd in zip(values, np.std(spread, axis=0))))


def force_line_of(top: float, tau: float, mass_kg: float, height_m: float) -> tuple[float, float, float]:
    """Return F0 (N/kg), V0 (m/s) and greatest power (W/kg) of a runner who tends to `top` m/s within `tau` s."""
    return _force_line(top, tau, _drag_per_kg(mass_kg, height_m))[:3]


def _starts_standing(time: np.ndarray, metres: np.ndarray) -> bool:
    first = time <= time[0] + STILL_S
    return bool(first.sum() >= 3 and abs(np.polyfit(time[first], metres[first], 1)[0]) < STILL_MPS)


def _place(parameters: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return the way of the model, (N,) m: standing until the start, then towards top speed."""
    top, tau, start, origin = parameters
    since = np.maximum(time - start, 0.0)
    return np.asarray(origin + top * (since - tau * (1 - np.exp(-since / tau))))


def _guess(time: np.ndarray, metres: np.ndarray) -> np.ndarray:
    # the model moves 10 cm in its first fifth of a second
    near_start = np.flatnonzero(metres - metres[0] < 0.1)
    leaves = time[near_start[-1]]
    last = time >= time[-1] - 0.3
    return np.array([np.polyfit(time[last], metres[last], 1)[0] / 0.9, 1.1, leaves - 0.2, metres[0]])


def _bounds(time: np.ndarray, metres: np.ndarray) -> tuple[list[float], list[float]]:
    return [1.0, TAU_S[0], time[0] - 1.0, metres[0] - 1.0], [15.0, TAU_S[1], time[-1], metres[0] + 1.0]


def _drag_per_kg(mass_kg: float, height_m: float) -> float:
    """Return the air's force per mass and squared speed, 1/m."""
    surface = 0.2025 * height_m**0.725 * mass_kg**0.425  # m², Du Bois & Du Bois 1916
    return float(0.5 * AIR_KG_M3 * DRAG_COEFFICIENT * FRONT_SHARE * surface / mass_kg)


def _force_line(top: float, tau: float, drag: float) -> tuple[float, float, float, float, float]:
    """Return F0 (N/kg), V0 (m/s), greatest power (W/kg), top speed (m/s) and tau (s)."""
    speed = np.linspace(0, top, FORCES)
    force = (top - speed) / tau + drag * speed**2
    slope, f0 = np.polyfit(speed, force, 1)
    v0 = -f0 / slope
    return float(f0), float(v0), float(0.25 * f0 * v0), top, tau


def _shifts(slopes: np.ndarray, way: Way, seen: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return (SAMPLES, 4) errors of the fitted parameters, from simulated cameras and errors of the hips."""
    rng = np.random.default_rng(SEED)
    per_moment = max(1.0, MEMORY_S / float(np.median(np.diff(time))))  # moments that err together
    inverse = np.linalg.pinv(slopes)
    cameras = way.forward * (way.drawn[:, seen] - way.metres[seen]) @ inverse.T
    noise = way.random_sd * np.sqrt(per_moment) * rng.normal(size=(SAMPLES, len(time))) @ inverse.T
    return np.asarray(noise + cameras[rng.integers(len(cameras), size=SAMPLES)])
