"""Keep left and right apart when the legs cross.

Pose models swap the legs: for a few frames where they pass each other, and from some angles
for most of a step, when the leg in front always gets the same name. The names are therefore
trusted only over the clip as a whole. Between frames three things count: feet do not jump,
the net rarely changes between right and swapped names, and running legs alternate
(`stride_phase`, found without any names).
"""

from __future__ import annotations

import numpy as np

from formcheck.pose.stride_phase import stride_phase
from formcheck.scene.features import FRONTAL_ABOVE_DEG, turned_away_deg
from formcheck.skeleton import LEG, MIRRORED, SIDES, K

LEG_COLUMNS = tuple(K[f"{side}_{part}"] for side in SIDES for part in LEG)
PATH = tuple(tuple(K[f"{side}_{part}"] for part in ("knee", "ankle", "heel", "toe")) for side in SIDES)
# Costs in leg lengths; the labelled contacts are correct with each cost between 2/3 and 4/3 of its value.
CHANGE_OF_MIND = 0.1  # the net starts or stops swapping the legs
DISBELIEF_PER_S = 1.0  # of a swap, per second and per leg length between the legs
TURNS_PER_S = 60.0  # of the wrong leg in front, per second and leg length apart, where the rhythm is certain
LARGEST_LEAP = 0.6  # leg lengths: limits the effect of a single outlier


def repair_sides(xy: np.ndarray, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Undo swaps of the left and right leg.

    Parameters
    ----------
    xy : (T, 21, 2) px, NaN = not detected
    time : (T,) s

    Returns
    -------
    xy : (T, 21, 2), with the swaps undone
    exchanged : (T,) bool, frames in which the legs were swapped
    """
    legs = _both_ways(xy)
    scale = _leg_length(xy)
    if len(xy) < 3 or not np.isfinite(scale):
        return xy, np.zeros(len(xy), bool)
    exchanged = _likeliest(legs / scale, time, _against_exchange(xy, time, scale))
    columns = np.arange(xy.shape[1])
    swapped = columns.copy()
    swapped[list(LEG_COLUMNS)] = np.array(MIRRORED)[list(LEG_COLUMNS)]
    return np.where(exchanged[:, None, None], xy[:, swapped], xy), exchanged


def _both_ways(xy: np.ndarray) -> np.ndarray:
    """Return (2, T, 8, 2): the left leg's points, then the right leg's, as labelled and swapped."""
    left, right = xy[:, list(PATH[0])], xy[:, list(PATH[1])]
    return np.stack([np.concatenate([left, right], axis=1), np.concatenate([right, left], axis=1)])


def _leg_length(xy: np.ndarray) -> float:
    lengths = [
        np.linalg.norm(xy[:, K[f"{side}_{a}"]] - xy[:, K[f"{side}_{b}"]], axis=-1)
        for side in SIDES
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    found = np.stack(lengths).sum(axis=0) / 2
    found = found[np.isfinite(found)]
    return float(np.percentile(found, 75)) if len(found) else np.nan


def _likeliest(legs: np.ndarray, time: np.ndarray, against: np.ndarray) -> np.ndarray:
    """Return (T,) bool: the swaps with the lowest total cost (Viterbi).

    `against` (T,) is the cost of a swap in itself, negative where the rhythm is evidence for it.
    A state is (swapped in the last frame, swapped in this frame), so that the change of a foot's
    velocity can be evaluated.
    """
    frames = legs.shape[1]
    own = np.stack([np.maximum(-against, 0), np.maximum(against, 0)], axis=1)  # (T, 2)
    change = CHANGE_OF_MIND * (1 - np.eye(2))
    leaps = _leaps(legs, time)
    cost = own[0][:, None] + own[1] + change  # [previous, current]
    came_from = np.zeros((frames, 2, 2), np.int8)
    for t in range(2, frames):
        total = cost[:, :, None] + leaps[:, :, :, t - 2]  # [before, previous, current]
        came_from[t] = total.argmin(axis=0)
        cost = total.min(axis=0) + own[t] + change
    return _traced(cost, came_from)


def _against_exchange(xy: np.ndarray, time: np.ndarray, leg_px: float) -> np.ndarray:
    """Return (T,) leg lengths: the cost of swapping the net's leg names in each frame."""
    gap = np.diff(time, prepend=time[0] - np.median(np.diff(time)))
    apart = np.nan_to_num((xy[:, K["right_ankle"]] - xy[:, K["left_ankle"]]) / leg_px)
    against = DISBELIEF_PER_S * gap * np.linalg.norm(apart, axis=-1)
    turns = stride_phase(xy, time, leg_px)
    frontal = turned_away_deg(xy)[0] >= FRONTAL_ABOVE_DEG  # in these views the position identifies a leg
    if turns is None or turns.axis != 0 or frontal:
        return np.asarray(against)
    agrees = apart[:, 0] * turns.ahead * turns.trust**2
    return np.asarray(against + TURNS_PER_S * gap * agrees * (1 if agrees.sum() >= 0 else -1))


def _leaps(legs: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return (2, 2, 2, T-2): mean deviation from constant velocity, for every three successive labels."""
    before, after = np.diff(time)[:-1], np.diff(time)[1:]
    ratio = (after / before)[:, None, None]
    out = np.empty((2, 2, 2, len(time) - 2))
    for first in (0, 1):
        for second in (0, 1):
            predicted = legs[second, 1:-1] + ratio * (legs[second, 1:-1] - legs[first, :-2])
            for third in (0, 1):
                leap = np.linalg.norm(legs[third, 2:] - predicted, axis=-1)
                step = np.linalg.norm(legs[third, 2:] - legs[second, 1:-1], axis=-1)
                size = np.minimum(leap, LARGEST_LEAP) + 0.5 * np.minimum(step, LARGEST_LEAP)
                out[first, second, third] = np.nan_to_num(size).mean(axis=-1)
    return out


def _traced(cost: np.ndarray, came_from: np.ndarray) -> np.ndarray:
    frames = len(came_from)
    exchanged = np.zeros(frames, bool)
    previous, current = np.unravel_index(int(np.argmin(cost)), cost.shape)
    for t in range(frames - 1, 1, -1):
        exchanged[t] = current
        previous, current = came_from[t, previous, current], previous
    exchanged[1], exchanged[0] = current, previous
    return exchanged
