"""One of BlazePose's landmark nets, in the two halves in which it is shipped.

The first half turns a crop into heat maps. It consists of plain convolutions, so a crop of three
quarters of the width costs three quarters. The second half turns what the first one passes on into
coordinates and scores: a sixth of the heavy net's work, and only valid for the whole square.
"""

from __future__ import annotations

import numpy as np

from formcheck.pose.heatmap import highest_cells, sigmoid
from formcheck.pose.looks import CropPose
from formcheck.pose.roi import SIZE
from formcheck.pose.runtimes import Precision, opened
from formcheck.skeleton import KEYPOINTS, N_KEYPOINTS

PRESENT_FROM = 0.5  # score; below it the crop contains no person
PEAK_FROM = 0.2  # probability of a heat map's peak; below it the net's coordinates are better
CELL_PX = 4  # px of the crop in one cell of a heat map
HIDDEN_POWER = 0.2  # maps a visibility of 0.03 to a confidence of 0.5

BLAZEPOSE_INDEX = {
    "nose": 0, "left_eye": 2, "right_eye": 5, "left_ear": 7, "right_ear": 8,
    "left_shoulder": 11, "right_shoulder": 12, "left_elbow": 13, "right_elbow": 14,
    "left_wrist": 15, "right_wrist": 16, "left_hip": 23, "right_hip": 24,
    "left_knee": 25, "right_knee": 26, "left_ankle": 27, "right_ankle": 28,
    "left_heel": 29, "right_heel": 30, "left_toe": 31, "right_toe": 32,
}  # fmt: skip
MIDDLE, RIM = 33, 34  # auxiliary points: mid-hip, and the point above it on the circle's edge
USED = np.array([*(BLAZEPOSE_INDEX[name] for name in KEYPOINTS), MIDDLE, RIM])


class LandmarkNet:
    """A landmark net that is shown crops.

    Parameters
    ----------
    net : {"lite", "full", "heavy"}
    precision : {"fp32", "bf16"}
        What the heat maps are computed in; coordinates and scores, asked for a few times a second, are float32.
    """

    def __init__(self, net: str, precision: Precision = "fp32"):
        self.files = (f"blazepose_{net}_maps.onnx", f"blazepose_{net}_points.onnx")
        maps, points = self.files
        self._maps, self._points = opened(maps, precision), opened(points, "fp32")

    def whole(self, crop: np.ndarray) -> CropPose | None:
        """Return the output for a square crop (256, 256, 3), or None if it shows nobody."""
        maps, *passed_on = self._maps.run(["heatmap", *self._points.inputs], {"image": crop[None]})
        landmarks, score = self._points.run(["landmarks", "score"], dict(zip(self._points.inputs, passed_on)))
        if score[0, 0] <= PRESENT_FROM:
            return None
        rows = landmarks[0].reshape(-1, 5)[USED]
        confidence = trusted(sigmoid(rows[:N_KEYPOINTS, 3]), sigmoid(rows[:N_KEYPOINTS, 4]))
        return CropPose(rows[:, :2] / SIZE, maps[0, USED], confidence)

    def maps_only(self, crop: np.ndarray) -> CropPose | None:
        """Return the output for a crop (256, W, 3) without scores, or None if most joints have no peak."""
        maps = self._maps.run(["heatmap"], {"image": crop[None]})[0][0, USED]
        cells, highest = highest_cells(maps)
        if np.median(highest) < PEAK_FROM:
            return None
        return CropPose(cells, maps, np.full(N_KEYPOINTS, np.nan))


def trusted(visibility: np.ndarray, presence: np.ndarray) -> np.ndarray:
    """Return a confidence of 0..1 from BlazePose's two scores of a point.

    `visibility` says that nothing hides the point, not that its position is right: a runner's
    far knee and foot score 0.1 to 0.7 and are still in the right place, while a far hand behind
    the trunk scores 0.01 and is a guess. A hidden point with a visibility of 0.03 therefore gets
    a confidence of one half, and a point outside the image none.
    """
    return presence * visibility**HIDDEN_POWER
