"""Motion of the standing foot in an image taken from the front or the rear."""

from __future__ import annotations

import numpy as np

from formcheck.scene.features import HIP_HZ, median, middle, smoothed
from formcheck.skeleton import K
from formcheck.types import Side

MID_STANCE_S = 0.045  # on both sides of the hip's lowest point
FEWEST_STANCES = 4  # fewer do not define the path of a foot well enough


def toe_path(xy: np.ndarray, time: np.ndarray, step_s: float, leg: float) -> float:
    """Return how far the standing foot's toe moves up (+) or down the image in a step, leg lengths.

    Seen from the front or rear, a foot that the ground carries backwards moves up or down the
    image, by camera height over distance. Its speed is measured while the hip is lowest, at
    mid-stance, when toes neither land nor leave. NaN from too few steps or without toes.
    """
    speeds = np.array([_toe_speed(xy, time, during) for during in _mid_stances(xy, time, step_s)])
    found = speeds[np.isfinite(speeds)]
    return float(np.median(found)) * step_s / leg if len(found) >= FEWEST_STANCES else np.nan


def foot_up_picture(xy: np.ndarray, time: np.ndarray, step_s: float, leg: float) -> float:
    """Return how much higher in the image the heel of a standing foot is than its toe, leg lengths.

    At mid-stance, when the foot is flat. A foot below the camera that points towards it shows its
    heel above its toe; one that points away shows its toe above its heel. Both feet have equal
    weight. NaN from too few steps or without toes.
    """
    lengths: dict[str, list[float]] = {"left": [], "right": []}
    for during in _mid_stances(xy, time, step_s):
        side = _standing(xy, during)
        if side is not None:
            heel, toe = (xy[during, K[f"{side}_{part}"], 1] for part in ("heel", "toe"))
            lengths[side].append(median(heel - toe))
    if min(map(len, lengths.values())) < FEWEST_STANCES // 2:
        return np.nan
    return float(np.mean([median(np.array(each)) for each in lengths.values()])) / leg


def _mid_stances(xy: np.ndarray, time: np.ndarray, step_s: float) -> list[np.ndarray]:
    """Return (T,) bool for each step of a runner: the frames around the hip's lowest point."""
    hip = middle(xy, "hip")[:, 1]
    if not np.isfinite(step_s) or np.isfinite(hip).sum() < 4:
        return []
    level = smoothed(np.interp(time, time[np.isfinite(hip)], hip[np.isfinite(hip)]), time, HIP_HZ)
    frame = float(np.median(np.diff(time)))
    lowest = _lowest(level, max(1, int(0.4 * step_s / frame)))
    return [abs(time - time[low]) <= max(MID_STANCE_S, 1.5 * frame) for low in lowest]


def _lowest(level: np.ndarray, reach: int) -> list[int]:
    """Return where a signal is lowest within `reach` samples on both sides."""
    inner = range(reach, len(level) - reach)
    return [k for k in inner if level[k] == level[k - reach : k + reach + 1].min()]


def _standing(xy: np.ndarray, during: np.ndarray) -> Side | None:
    """Return the side whose ankle is lower, None where one of them is not seen."""
    left, right = (median(xy[during, K[f"{side}_ankle"], 1]) for side in ("left", "right"))
    if not np.isfinite([left, right]).all():
        return None
    return "left" if left <= right else "right"


def _toe_speed(xy: np.ndarray, time: np.ndarray, during: np.ndarray) -> float:
    """Return the upward speed, px/s, of the standing foot's toe."""
    side = _standing(xy, during)
    if side is None:
        return np.nan
    toe = xy[during, K[f"{side}_toe"], 1]
    seen = np.isfinite(toe)
    return float(np.polyfit(time[during][seen], toe[seen], 1)[0]) if seen.sum() >= 3 else np.nan
