"""Whether what the feet seem to do can be believed: are they in the picture, and does the body agree?"""

from __future__ import annotations

import numpy as np

from formcheck.scene.features import Rhythm, rhythm
from formcheck.skeleton import K

EDGE = 0.02  # of the picture: closer to an edge a point may be one that the edge cuts off
CUT_OFF = 0.3  # share of frames with a foot inside, below: the feet are cut off
CLEAR = 0.5  # strength of a rhythm that has a say
ALIKE = 0.10  # share by which two rhythms of one runner differ at most


def inside_share(xy: np.ndarray, size: tuple[int, int], part: str) -> float:
    """Return the share of the runner's frames that show a left or right `part` clear of the picture's edges.

    A pose model draws what an edge cuts off inside the picture, close to that edge, and is sure of it.

    Parameters
    ----------
    xy : (T, 21, 2) px, NaN = not seen
    size : (width, height) px
    part : "ankle", "toe"
    """
    there = np.isfinite(xy).any(axis=(1, 2))
    pair = xy[there][:, [K[f"left_{part}"], K[f"right_{part}"]]]
    margin = EDGE * np.array(size)
    with np.errstate(invalid="ignore"):
        clear = ((pair > margin) & (pair < np.array(size) - margin)).all(axis=-1)
    return float(clear.any(axis=1).mean()) if there.any() else 0.0


def feet_cut_off(xy: np.ndarray, size: tuple[int, int]) -> bool:
    """Return whether the pose model knows toes and hardly any of them is inside the picture."""
    toes = np.isfinite(xy[:, [K["left_toe"], K["right_toe"]], 0])
    return bool(toes.any()) and inside_share(xy, size, "toe") < CUT_OFF


def body_contradicts(xy: np.ndarray, time: np.ndarray, leg: float, feet: Rhythm) -> bool:
    """Return whether knees and arms keep another rhythm than the feet, seen from the side.

    The arms swing with the legs, so their rhythm is the feet's in slow motion too. Feet that
    an edge of the picture cuts off can show any rhythm.
    """
    found = [
        rhythm(xy[:, K[f"right_{part}"], 0] - xy[:, K[f"left_{part}"], 0], time, leg)
        for part in ("knee", "elbow", "wrist")
    ]
    clear = [each.step_s for each in found if each.strength >= CLEAR]
    agree = [abs(step_s / feet.step_s - 1) < ALIKE for step_s in clear]
    return bool(clear) and not any(agree)
