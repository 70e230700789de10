"""A steady crop that follows the runner, at one scale for the whole clip."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.signal import savgol_filter

from formcheck.draw.figure import smoothed
from formcheck.draw.style import EDGE
from formcheck.types import PoseTrack

SIZE = (576, 720)  # px: upright, as people stand
STEADY_S = 1.5  # the crop follows a straight line fitted over this time, so it does not bounce along
BODY = (1, 99)  # percentiles of the keypoints' positions that must be inside
HEAD_SHARE = 0.14  # of the body: what is above the eyes and below the toes
ROOM = 1.1  # times the body


@dataclass(frozen=True, eq=False)
class Follow:
    """Where the crop is in every frame of a track, and how much it is scaled."""

    time: np.ndarray  # (T,) s in the clip's timebase
    corner: np.ndarray  # (T, 2) px of the clip, upper left corner of the crop
    scale: float  # px of the crop for one px of the clip
    size: tuple[int, int] = SIZE

    def crop(self, image: np.ndarray, time: float, enlarged: float = 1.0) -> np.ndarray:
        """Return the crop of the picture at `time`.

        Parameters
        ----------
        image : (H, W, 3) uint8
        time : s in the clip's timebase
        enlarged : px of `image` for one px of the clip
        """
        scale = self.scale / enlarged
        x, y = (float(np.interp(time, self.time, axis)) for axis in self.corner.T)
        warp = np.array([[scale, 0, -self.scale * x], [0, scale, -self.scale * y]])
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        return np.asarray(cv2.warpAffine(image, warp, self.size, flags=how, borderValue=EDGE))

    def points(self, xy: np.ndarray) -> np.ndarray:
        """Return keypoints (T, K, 2) px of the clip in px of the crop."""
        return np.asarray((xy - self.corner[:, None]) * self.scale)


def follow(track: PoseTrack, size: tuple[int, int] = SIZE) -> Follow | None:
    """Return the crop that follows the runner of a track, None if nobody was seen."""
    xy = smoothed(track)
    hips = 0.5 * (track.point("left_hip") + track.point("right_hip"))
    seen = np.isfinite(hips).all(axis=1)
    if not seen.any():
        return None
    path = np.stack([_steady(track.time, axis, seen) for axis in hips.T], axis=1)
    around = (xy - path[:, None]).reshape(-1, 2)
    low, high = np.percentile(around[np.isfinite(around).all(axis=1)], BODY, axis=0)
    body = float(high[1] - low[1])
    low[1], high[1] = low[1] - HEAD_SHARE * body, high[1] + HEAD_SHARE * body / 2
    width, height = ROOM * (high - low)
    scale = min(size[0] / max(width, 1.0), size[1] / max(height, 1.0))
    corner = path + 0.5 * (low + high) - 0.5 * np.array(size) / scale
    return Follow(track.time, corner, float(scale), size)


def _steady(time: np.ndarray, axis: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return a coordinate without gaps, smoothed by straight lines over `STEADY_S`."""
    whole = np.interp(time, time[seen], axis[seen])
    if len(whole) < 4:
        return np.array(whole, dtype=float)
    frames = round(STEADY_S / float(np.median(np.diff(time))))
    window = min(frames | 1, len(whole) - 1 + len(whole) % 2)
    return np.array(savgol_filter(whole, max(3, window), 1, mode="interp"), dtype=float)
