"""Left and right kept apart when the legs cross.

Pose models exchange the legs: for a few frames where they pass each other, and from some
angles for the better part of a step, always calling the leg ahead by one name. Names are
therefore believed only over the clip as a whole. From frame to frame three things count:
feet do not leap, the net seldom changes its mind, and running legs take turns
(`alternation`, told without any names).
"""

from __future__ import annotations

import numpy as np

from formcheck.pose.alternation import alternation
from formcheck.scene.features import FRONTAL_ABOVE_DEG, turned_away_deg
from formcheck.skeleton import LEG, MIRRORED, SIDES, K

LEG_COLUMNS = tuple(K[f"{side}_{part}"] for side in SIDES for part in LEG)
PATH = tuple(tuple(K[f"{side}_{part}"] for part in ("knee", "ankle", "heel", "toe")) for side in SIDES)
# Costs in leg lengths; labelled contacts come out right with each of them between 2/3 and 4/3.
CHANGE_OF_MIND = 0.1  # the net begins or ceases to exchange the legs
DISBELIEF_PER_S = 1.0  # of exchanging, per second and leg length apart
TURNS_PER_S = 60.0  # of the wrong leg ahead, per second and leg length apart, where the rhythm is sure
LARGEST_LEAP = 0.6  # leg lengths: one wild point must not decide


def repair_sides(xy: np.ndarray, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Undo exchanges of the left and right leg.

    Parameters
    ----------
    xy : (T, 21, 2) px, NaN = not seen
    time : (T,) s

    Returns
    -------
    xy : (T, 21, 2), legs exchanged back
    exchanged : (T,) bool, where
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
    """Return (2, T, 8, 2): left leg's points then right's, as labelled and exchanged."""
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
    """Return (T,) bool: the exchanges that cost least (Viterbi).

    `against` (T,) is what an exchange costs by itself; less than nothing where the rhythm
    speaks for it. A state is (exchanged in the last frame, exchanged in this frame), so
    that a foot's change of velocity can be judged.
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
    """Return (T,) leg lengths: what calling the legs otherwise than the net costs in each frame."""
    gap = np.diff(time, prepend=time[0] - np.median(np.diff(time)))
    apart = np.nan_to_num((xy[:, K["right_ankle"]] - xy[:, K["left_ankle"]]) / leg_px)
    against = DISBELIEF_PER_S * gap * np.linalg.norm(apart, axis=-1)
    turns = alternation(xy, time, leg_px)
    frontal = turned_away_deg(xy)[0] >= FRONTAL_ABOVE_DEG  # there a leg is known by where it is
    if turns is None or turns.axis != 0 or frontal:
        return np.asarray(against)
    agrees = apart[:, 0] * turns.ahead * turns.trust**2
    return np.asarray(against + TURNS_PER_S * gap * agrees * (1 if agrees.sum() >= 0 else -1))


def _leaps(legs: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return (2, 2, 2, T-2): mean change of place against constant velocity, for each three labels."""
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
