"""Each step over the ground: contact, flight, length, rate, speed, where the foot lands and how the leg bends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.biomechanics import knee_flexion_deg, thigh_deg
from formcheck.course import UNKNOWN, Amount, WorldStep
from formcheck.gait.steps import LONGEST_STEP_S
from formcheck.overground.speed import Way
from formcheck.types import Motion, Side, Step

ANGLE_SD_DEG = {"thigh": 2.0, "knee": 3.5}  # keypoint errors of one moment; a landing leg turns 5° in 10 ms
FOOT_AHEAD_SD_M = 0.025  # hips and toe keypoints against joints, in one clip
UNEVEN_SD_M = 0.03  # m: left and right steps of one runner truly differ by about so much
UNEVEN_SEEN_SD_M = 0.035  # m: nearer and further foot err differently by so much


@dataclass(frozen=True, eq=False)
class Places:
    """Where each foot stands, and the same for every drawn camera."""

    metres: np.ndarray  # (K,) m along the run; NaN = not seen
    drawn: np.ndarray  # (D, K) m
    random_sd: float  # m, error of one place


def places_of_feet(points: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """Return where the ball of each foot stands, (..., K) m, from toe, heel and ankle.

    Parameters
    ----------
    points : (..., K, 3) m along the run; the first point is the ball's; NaN = not seen
    sides : (K,) "left" or "right"

    Notes
    -----
    Heel and ankle stand as far behind the ball in every contact of one foot; moved forward by the mean of
    that distance they tell the ball's place again, with errors of their own, which average out.
    """
    moved = points.copy()
    for side in ("left", "right"):
        here = points[..., sides == side, :]
        behind = _mean_of_seen(here - here[..., :1], axis=-2)
        moved[..., sides == side, :] = here - np.expand_dims(behind, -2)
    return _mean_of_seen(moved, axis=-1)


def _mean_of_seen(values: np.ndarray, axis: int) -> np.ndarray:
    """Return the mean over an axis without what is not seen, NaN where nothing is."""
    seen = np.isfinite(values)
    count = seen.sum(axis=axis)
    total = np.where(seen, values, 0.0).sum(axis=axis)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def with_likely_difference(lengths: np.ndarray, sides: Sequence[Side]) -> np.ndarray:
    """Return step lengths with the difference between left and right pulled towards what is likely.

    The nearer and the further foot's keypoints err differently, which makes every step onto one foot too
    long and every step onto the other too short. The difference is weighed against how much the steps of
    real runners differ; their mean is unchanged.
    """
    sign = np.array([1.0 if side == "left" else -1.0 for side in sides])
    known = np.isfinite(lengths)
    if known.sum() < 3 or abs(sign[known].sum()) == known.sum():
        return lengths
    design = np.stack([np.ones(known.sum()), np.arange(len(sign))[known], sign[known]], axis=1)
    uneven = np.linalg.lstsq(design, lengths[known], rcond=None)[0][2]
    kept = UNEVEN_SD_M**2 / (UNEVEN_SD_M**2 + UNEVEN_SEEN_SD_M**2)
    return np.asarray(lengths - (1 - kept) * uneven * sign)


def world_steps(
    steps: Sequence[Step], way: Way, places: Places, motion: Motion, contact_sd_s: float
) -> tuple[WorldStep, ...]:
    """Return every step over the ground.

    Parameters
    ----------
    steps : sequence of Step
        Ordered by contact.
    way, places : of the same camera
    motion : Motion
        For the angles of the leg.
    contact_sd_s : error that all contact times of the clip share
    """
    lengths = way.forward * np.diff(places.metres, append=np.nan)
    follows = [_next(a, b) for a, b in zip(steps, steps[1:])] + [False]
    lengths = with_likely_difference(np.where(follows, lengths, np.nan), [step.side for step in steps])
    shared = np.std(np.diff(places.drawn, axis=1, append=np.nan), axis=0)
    sds = np.hypot(shared, np.hypot(np.sqrt(2) * places.random_sd, uneven_left_m()))
    return tuple(
        _world_step(
            step,
            steps[k + 1] if follows[k] else None,
            Amount(float(lengths[k]), float(sds[k])),
            k,
            way,
            places,
            motion,
            contact_sd_s,
        )
        for k, step in enumerate(steps)
    )


def uneven_left_m() -> float:
    """Return the standard error of one step length that remains after `with_likely_difference`, m."""
    return float((UNEVEN_SD_M**-2 + UNEVEN_SEEN_SD_M**-2) ** -0.5)


def _next(step: Step, after: Step) -> bool:
    return after.side != step.side and 0 < after.contact - step.contact < LONGEST_STEP_S


def _world_step(
    step: Step, after: Step | None, length: Amount, index: int, way: Way, places: Places, motion: Motion,
    contact_sd_s: float,
) -> WorldStep:  # fmt: skip
    own = float(np.hypot(step.contact_sd, step.toe_off_sd))
    contact = Amount(step.duration, float(np.hypot(own, contact_sd_s)))
    hips, drawn = way.at(np.array([step.contact]))
    place, off = float(places.metres[index]), places.drawn[:, index]
    ahead = way.forward * (place - float(hips[0]))
    ahead_sd = float(np.hypot(np.std(off - drawn[:, 0]), FOOT_AHEAD_SD_M))
    return WorldStep(
        step.side,
        step.contact,
        Amount(place, float(np.hypot(np.std(off), places.random_sd))),
        contact,
        length=length,
        **_until(step, after, contact, way),
        ahead=Amount(ahead, ahead_sd),
        **_angles(step, motion),
    )


def _until(step: Step, after: Step | None, contact: Amount, way: Way) -> dict[str, Amount]:
    """Return flight, rate and speed until the next contact."""
    if after is None:
        return {"flight": UNKNOWN, "rate": UNKNOWN, "speed": UNKNOWN}
    seconds, ends = after.contact - step.contact, float(np.hypot(step.contact_sd, after.contact_sd))
    return {
        "flight": Amount(seconds - contact.value, float(np.hypot(ends, contact.sd))),
        "rate": Amount(1 / seconds, ends / seconds**2),
        "speed": way.between(step.contact, after.contact),
    }


def _angles(step: Step, motion: Motion) -> dict[str, Amount]:
    """Return the angles of thigh and knee at landing and leaving."""
    hip, knee, ankle = (motion.point(f"{step.side}_{part}") for part in ("hip", "knee", "ankle"))
    curves = {"thigh": thigh_deg(hip, knee), "knee": knee_flexion_deg(hip, knee, ankle)}
    moments = {"landing": step.contact, "leaving": step.toe_off}
    return {
        f"{name}_{moment}": Amount(float(np.interp(at, motion.time, curve)), ANGLE_SD_DEG[name])
        if np.isfinite(at)
        else UNKNOWN
        for name, curve in curves.items()
        for moment, at in moments.items()
    }
