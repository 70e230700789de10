"""Detect ground contact by rules: the cross-check of the net, and the fallback where the net cannot run.

The rhythm comes from the separation of the ankles, which needs neither floor nor scale: each
leg is furthest ahead of the other shortly before it lands. In the window from there to furthest
behind, the speed of the foot relative to the hip gives contact (it reaches the speed of the
ground) and toe-off (it departs from it again).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.motion.interpolation import find_extrema, spline
from formcheck.motion.preprocess import smooth
from formcheck.skeleton import SIDES
from formcheck.types import Motion, Side, Step

FINE_HZ = 240.0  # Hz, grid between whose samples crossings are interpolated
RHYTHM_HZ = 5.0  # Hz, cut-off for the ankle separation (at most 11 steps in 2 s were observed)
SHORTEST_STEP_S = 0.2
PLAIN_TURN = 0.4  # of the swing: smaller extrema are not steps
ENOUGH_SWING = 0.25  # of a leg length: a runner's feet separate by more than this
GROUND_SPEED_SHARE = 0.8  # of the ground's speed: the foot counts as on the ground (similar to De Witt 2010)

# Mean error of each rule relative to the force plate (vertical force over 20 N) on the 18 runners of
# Fukuchi, Fukuchi & Duarte (2017), PeerJ 5:e3298, at 30-120 fps with 10 mm noise; see docs/contact.md.
CONTACT_LATE_S, TOE_OFF_LATE_S = -0.004, -0.024
CONTACT_SD_S, TOE_OFF_SD_S = 0.010, 0.022  # between runners and steps, from the same table
NO_FEET_SD_S = 0.030  # s, ankle only: points from another source than the rules were fitted on
FRONTAL_LATE_S = -0.054  # s, mid-contact is later than the middle of the time the foot is lower
FRONTAL_SHARE = 0.70  # contact lasts this share of the time a foot is the lower one
FRONTAL_SD_S = 0.040  # s, ankle height only; perspective shifts the floor by centimetres


@dataclass(frozen=True, eq=False)
class Feet:
    """Both feet relative to mid-hip, on a fine even grid; left first."""

    time: np.ndarray  # (M,) s
    ankle: np.ndarray  # (M, 2 sides, 2) leg lengths
    foot: np.ndarray  # (M, 2 sides, 2) leg lengths, midpoint of heel and toe, or the ankle
    seen: np.ndarray  # (M, 2 sides) bool, the foot was seen, not interpolated
    has_feet: bool


def steps_by_rules(motion: Motion) -> tuple[Step, ...]:
    """Find ground contacts from speeds and separations only.

    Parameters
    ----------
    motion : Motion
        Side view (x forward), or front and rear, where `near_side` is None and only
        heights are used.

    Returns
    -------
    tuple of Step
        Both sides, ordered by contact; empty where the ankles show no rhythm. The mean error is near
        0 on the runners the offsets were fitted on; the errors vary by 10 to 20 ms between runners,
        which the standard errors include.

    Notes
    -----
    Ankle separation follows Zeni et al. (2008), who designed it for walking: in running it is
    15 to 45 ms early. Foot speed follows De Witt (2010) and is late by the same amount. Their mean
    is used, minus a constant. The rules fail when the heel skims the ground at landing and on runners
    unlike those measured; the net covers these cases.
    """
    feet = feet_of(motion)
    if feet is None:
        return ()
    frontal = motion.near_side is None
    found = [step for side in range(2) for step in (_by_height if frontal else _by_speed)(feet, side, motion)]
    return tuple(sorted(found, key=lambda step: step.contact))


def feet_of(motion: Motion) -> Feet | None:
    """Return the feet on a fine grid, or None where hips and ankles are hardly ever seen."""
    hip = motion.middle("hip")
    ankle = np.stack([motion.point(f"{side}_ankle") - hip for side in SIDES], axis=1)
    foot = np.stack(
        [0.5 * (motion.point(f"{side}_heel") + motion.point(f"{side}_toe")) - hip for side in SIDES], axis=1
    )
    has_feet = bool(np.isfinite(foot[..., 0]).mean() > 0.5)
    foot = foot if has_feet else ankle
    if np.isfinite(ankle[..., 0]).all(axis=1).sum() < max(8, 0.3 * len(ankle)):
        return None
    time = np.arange(0, motion.time[-1], 1 / FINE_HZ)
    seen = np.stack([_seen_on(time, motion.time, foot[:, side, 0]) for side in range(2)], axis=1)
    return Feet(time, _fine(ankle, motion.time, time), _fine(foot, motion.time, time), seen, has_feet)


def _seen_on(time: np.ndarray, sampled: np.ndarray, values: np.ndarray) -> np.ndarray:
    seen = np.interp(time, sampled, np.isfinite(values).astype(float))
    return np.asarray(seen > 0.99)


def _fine(values: np.ndarray, sampled: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return (M, 2, 2) from cubic splines through the finite values."""
    out = np.full((len(time), 2, 2), np.nan)
    for side in range(2):
        finite = np.isfinite(values[:, side]).all(axis=1)
        if finite.sum() < 4:
            continue
        moments = np.clip(time, sampled[finite][0], sampled[finite][-1])
        out[:, side] = spline(sampled[finite], values[finite, side], moments)
    return out


def stance_windows(feet: Feet, side: int, axis: int = 0) -> list[tuple[int, int]]:
    """Return [furthest ahead, furthest behind] of one leg relative to the other, as grid indices."""
    apart = feet.ankle[:, side, axis] - feet.ankle[:, 1 - side, axis]
    slow = smooth(apart, FINE_HZ, RHYTHM_HZ)
    swing = float(np.ptp(np.percentile(slow, [5, 95])))
    if swing < ENOUGH_SWING:
        return []
    ahead, behind = find_extrema(slow, PLAIN_TURN * swing)
    after = np.searchsorted(behind, ahead)
    pairs = [(start, behind[next_]) for start, next_ in zip(ahead, after) if next_ < len(behind)]
    return [(start, stop) for start, stop in pairs if stop - start < FINE_HZ]


def _by_speed(feet: Feet, side: int, motion: Motion) -> list[Step]:
    """Return one leg's steps from its speed relative to the ground, side view."""
    speed = np.gradient(feet.foot[:, side, 0], 1 / FINE_HZ)
    found = []
    for start, stop in stance_windows(feet, side):
        ground = float(np.median(speed[start + (stop - start) // 4 : start + (stop - start) * 3 // 5]))
        standing = speed < GROUND_SPEED_SHARE * ground
        reached = _first(standing, start, stop)
        middle = (start + stop) // 2
        left = _first(~standing, middle, min(stop + middle - start, len(speed)))
        if ground > -ENOUGH_SWING or reached is None:
            continue
        contact = 0.5 * (feet.time[start] + feet.time[reached]) - CONTACT_LATE_S
        toe_off = np.nan if left is None else feet.time[left] - TOE_OFF_LATE_S
        found.append(_step(feet, motion, side, contact, toe_off))
    return [step for step in found if step is not None]


def _by_height(feet: Feet, side: int, motion: Motion) -> list[Step]:
    """Return one leg's steps from the height difference of the ankles, front and rear views.

    The lower foot is on the ground; it lands at about the time it becomes the lower one.
    """
    apart = smooth(feet.ankle[:, side, 1] - feet.ankle[:, 1 - side, 1], FINE_HZ, RHYTHM_HZ)
    if np.ptp(np.percentile(apart, [5, 95])) < ENOUGH_SWING:
        return []
    lower = apart < 0
    starts = np.flatnonzero(~lower[:-1] & lower[1:]) + 1
    found = []
    for start in starts:
        stop = _first(~lower, int(start), len(lower))
        if stop is None or stop - start < 0.5 * SHORTEST_STEP_S * FINE_HZ:
            continue
        middle = 0.5 * (feet.time[start] + feet.time[stop]) - FRONTAL_LATE_S
        half = 0.5 * FRONTAL_SHARE * (feet.time[stop] - feet.time[start])
        found.append(_step(feet, motion, side, middle - half, middle + half))
    return [step for step in found if step is not None]


def _first(flags: np.ndarray, start: int, stop: int) -> int | None:
    """Return the first index in [start, stop) at which the flag is True."""
    found = np.flatnonzero(flags[start:stop])
    return start + int(found[0]) if len(found) else None


def _step(feet: Feet, motion: Motion, side: int, contact: float, toe_off: float) -> Step | None:
    """Return the step, or None where the foot was not in sight at contact."""
    at = int(np.clip(round(contact * FINE_HZ), 0, len(feet.time) - 1))
    if contact < 0 or not feet.seen[at, side]:
        return None
    extra = NO_FEET_SD_S if not feet.has_feet else FRONTAL_SD_S if motion.near_side is None else 0.0
    frame = 1 / (motion.frame_rate * np.sqrt(12))
    name: Side = "left" if side == 0 else "right"
    return Step(
        side=name,
        contact=float(contact),
        toe_off=float(toe_off),
        contact_sd=float(np.sqrt(CONTACT_SD_S**2 + frame**2 + extra**2)),
        toe_off_sd=float(np.sqrt(TOE_OFF_SD_S**2 + frame**2 + extra**2)) if np.isfinite(toe_off) else np.nan,
        near=motion.near_side in (None, name),
        confidence=0.5,
    )
