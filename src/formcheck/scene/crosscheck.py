"""Check whether the apparent motion of the feet is credible: in the image, and consistent with the body?"""

from __future__ import annotations

import numpy as np

from formcheck.scene.features import Rhythm, rhythm
from formcheck.skeleton import K

EDGE = 0.02  # of the image: a point closer to an edge may belong to a part that the edge cuts off
CUT_OFF = 0.3  # share of frames with a foot inside; below this, the feet are cut off
CLEAR = 0.5  # minimum strength of a rhythm that is considered
ALIKE = 0.10  # largest relative difference between two rhythms of one runner


def inside_share(xy: np.ndarray, size: tuple[int, int], part: str) -> float:
    """Return the share of the runner's frames that show a left or right `part` clear of the image edges.

    A pose model places cut-off parts inside the image, close to the edge, with high confidence.

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
    """Return whether the pose model has toes and hardly any of them are inside the image."""
    toes = np.isfinite(xy[:, [K["left_toe"], K["right_toe"]], 0])
    return bool(toes.any()) and inside_share(xy, size, "toe") < CUT_OFF


def body_contradicts(xy: np.ndarray, time: np.ndarray, leg: float, feet: Rhythm) -> bool:
    """Return whether knees and arms have another rhythm than the feet, seen from the side.

    The arms swing with the legs, so they have the same rhythm as the feet, also in slow motion. Feet
    that an edge of the image cuts off can show any rhythm.
    """
    found = [
        rhythm(xy[:, K[f"right_{part}"], 0] - xy[:, K[f"left_{part}"], 0], time, leg)
        for part in ("knee", "elbow", "wrist")
    ]
    clear = [each.step_s for each in found if each.strength >= CLEAR]
    agree = [abs(step_s / feet.step_s - 1) < ALIKE for step_s in clear]
    return bool(clear) and not any(agree)
