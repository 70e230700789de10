"""BlazePose (Bazarevsky et al. 2020) in our own pipeline: person detection and joint positions.

The nets are MediaPipe's, converted (scripts/build_models). The pipeline around them is our
own: crops have MediaPipe's geometry, but heat maps are decoded more precisely (`heatmap`), a
crop may be evaluated twice (`looks`), and nothing is smoothed over time. Unused outputs are
removed from the nets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import cv2
import numpy as np

from formcheck import weights
from formcheck.pose.effort import WHOLE, Effort
from formcheck.pose.heatmap import PeakReader, highest_cells, sigmoid
from formcheck.pose.landmark_net import CELL_PX, PEAK_FROM, LandmarkNet
from formcheck.pose.looks import LEGS, CropPose
from formcheck.pose.roi import SIZE, Roi
from formcheck.pose.runtimes import Precision
from formcheck.skeleton import N_KEYPOINTS

DETECTOR_SIDE = 224  # px
STRIDES = ((8, 2), (16, 2), (32, 6))  # px, anchors per position
PERSON_FROM = 0.5  # detection score
SAME_PERSON_FROM = 0.3  # overlap (intersection over union) of boxes
UNCLEAR = 0.5  # probability of a peak; with a lower one on a leg, the mirrored crop is looked at too
READER = PeakReader()


@dataclass(frozen=True)
class NetSetting:
    """The net and the number of evaluations for one choice of `--model`."""

    net: str  # "lite", "full" or "heavy"
    looks: int  # evaluations per frame: 1, or 2 with the mirrored crop


USUAL_APART = {"lite": 1.7, "full": 1.7, "heavy": 1.4}
"""Distance between the two evaluations in % of body height, on two clips of people in good light:
heavy 1.36 and 1.40, full 1.59 and 1.80 (rendered clips 1.0 to 1.2). Lite was not measured and uses
the value of full."""

SETTINGS = {"fast": NetSetting("full", 1), "balanced": NetSetting("heavy", 1), "best": NetSetting("heavy", 2)}


@dataclass(frozen=True, eq=False)
class DetectedPose:
    """One person in one frame."""

    xy: np.ndarray  # (21, 2) px
    confidence: np.ndarray  # (21,) 0..1; NaN = not computed
    roi: Roi | None  # where to search for this person next; None = unknown to the model
    added: np.ndarray | None = None  # (21, 2) px, what a second look has moved; None = looked at once
    apart: np.ndarray | None = None  # (21,) px between the two looks; None = not asked for


class PoseModel(Protocol):
    """A net that finds the joints of one person in a square of an image."""

    name: str

    def find(self, image: np.ndarray, roi: Roi, effort: Effort = WHOLE) -> DetectedPose | None:
        """Return the person's pose, or None if nobody is detected; a net may do more than asked for."""
        ...


class PersonDetector:
    """Finds the approximate position of every person in an image."""

    @cached_property
    def _session(self) -> Any:
        return weights.session("blazepose_detector.onnx")

    @cached_property
    def _anchors(self) -> np.ndarray:
        """(2254, 2) centres of the detector's cells, 0..1."""
        rows = []
        for stride, repeats in STRIDES:
            cells = DETECTOR_SIDE // stride
            y, x = np.mgrid[:cells, :cells]
            middles = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / cells
            rows.append(np.repeat(middles, repeats, axis=0))
        return np.concatenate(rows)

    def find(self, image: np.ndarray) -> list[Roi]:
        """Return a square around each person, the largest first."""
        square, scale, margin = _letterboxed(image)
        boxes, scores = self._session.run(["boxes", "scores"], {"image": square[None]})
        likely = sigmoid(scores[0, :, 0])
        keep = likely >= PERSON_FROM
        offsets = boxes[0, keep] / DETECTOR_SIDE
        anchors, likely = self._anchors[keep], likely[keep]
        corners = _corners(offsets[:, :2] + anchors, offsets[:, 2:4])
        points = offsets[:, 4:8].reshape(-1, 2, 2) + anchors[:, None]
        found = []
        while len(likely):
            same = _overlaps(corners, int(np.argmax(likely))) > SAME_PERSON_FROM
            share = likely[same] / likely[same].sum()
            middle, rim = (points[same] * share[:, None, None]).sum(axis=0) * DETECTOR_SIDE
            found.append(Roi.around((middle - margin) / scale, (rim - margin) / scale))
            corners, points, likely = corners[~same], points[~same], likely[~same]
        return sorted(found, key=lambda roi: -roi.size)


def _letterboxed(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (square image, (2,) scale, (2,) margin px): the whole image with black bars."""
    height, width = image.shape[:2]
    factor = DETECTOR_SIDE / max(height, width)
    inner = np.array([round(width * factor), round(height * factor)])
    margin = (DETECTOR_SIDE - inner) // 2
    square = np.zeros((DETECTOR_SIDE, DETECTOR_SIDE, 3), np.uint8)
    small = cv2.resize(image, (int(inner[0]), int(inner[1])), interpolation=cv2.INTER_LINEAR)
    square[margin[1] : margin[1] + inner[1], margin[0] : margin[0] + inner[0]] = small
    return square, inner / np.array([width, height]), margin


def _corners(middles: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    return np.concatenate([middles - sizes / 2, middles + sizes / 2], axis=1)


def _overlaps(corners: np.ndarray, index: int) -> np.ndarray:
    """Return the intersection over union of each box with one of them, (N,)."""
    low = np.maximum(corners[:, :2], corners[index, :2])
    high = np.minimum(corners[:, 2:], corners[index, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    area = np.prod(corners[:, 2:] - corners[:, :2], axis=1)
    return np.asarray(shared / np.maximum(area + area[index] - shared, 1e-12))


class BlazePose:
    """One of the landmark nets and its settings.

    Parameters
    ----------
    net : {"lite", "full", "heavy"}
    looks : {1, 2}
        Evaluations per crop: 1 = as it is; 2 = where it is worth it also mirrored, with the heat
        maps averaged.
    precision : {"fp32", "bf16"}
    """

    def __init__(self, net: str, looks: int = 1, precision: Precision = "fp32"):
        self.looks = looks
        self.precision: Precision = precision
        self.usual_apart = USUAL_APART[net]
        self.name = f"blazepose-{net}" if looks == 1 else f"blazepose-{net}-two-looks"
        self._net = LandmarkNet(net, precision)
        self.file = self._net.files[0]

    @classmethod
    def of_setting(cls, model: str, precision: Precision = "fp32") -> BlazePose:
        """Return the net of a setting: "best", "balanced" or "fast"."""
        setting = SETTINGS[model]
        return cls(setting.net, setting.looks, precision)

    def find(self, image: np.ndarray, roi: Roi, effort: Effort = WHOLE) -> DetectedPose | None:
        """Return the pose of the person in a square of the image, or None if nobody is detected."""
        look = self._look(image, roi, effort.scored)
        if look is None:
            return None
        first = xy = _placed(look, roi)
        added = apart = None
        twice = self.looks == 2 and (effort.twice or _unclear(look))
        second = self._second_look(image, roi, look) if twice or effort.compared else None
        if second is not None and effort.compared:
            apart = np.linalg.norm((_placed(second, roi) - first)[:N_KEYPOINTS], axis=1)
        if second is not None and self.looks == 2:
            xy = _placed(look.joined(second), roi)
            added = (xy - first)[:N_KEYPOINTS]
        points = xy[:N_KEYPOINTS]
        return DetectedPose(
            points, look.confidence, Roi.around(xy[-2], xy[-1]).fitted_to(points), added, apart
        )

    def looks_apart(self, image: np.ndarray, roi: Roi) -> np.ndarray | None:
        """Return the distance of each keypoint between the evaluations of the plain and the mirrored crop.

        Returns
        -------
        (21,) px of the image, or None if one of the evaluations detects nobody
        """
        look = self._look(image, roi, scored=False)
        second = None if look is None else self._second_look(image, roi, look)
        if look is None or second is None:
            return None
        apart = _placed(look, roi) - _placed(second, roi)
        return np.asarray(np.linalg.norm(apart[:N_KEYPOINTS], axis=1))

    def _look(self, image: np.ndarray, roi: Roi, scored: bool) -> CropPose | None:
        """Return the net's output for the part of the square that shows the person."""
        width = int(roi.width)
        if not scored:
            return self._net.maps_only(roi.crop(image, width=width))
        look = self._net.whole(roi.crop(image))
        return look.middle(width // CELL_PX) if look and width < SIZE else look

    def _second_look(self, image: np.ndarray, roi: Roi, first: CropPose) -> CropPose | None:
        """Return the evaluation of the mirrored crop, in the crop's coordinates and with matching leg names.

        The crop is taken one pixel further right, so that its mirror image shows x at 1 - x: pixel k of
        256 lies at k / 256, and reversing alone would move it to (255 - k) / 256.
        """
        crop = np.ascontiguousarray(roi.shifted(1).crop(image, width=int(roi.width))[:, ::-1])
        second = self._net.maps_only(crop)
        return None if second is None else second.mirrored().with_legs_as_in(first)


def _placed(look: CropPose, roi: Roi) -> np.ndarray:
    """Return the (23, 2) points in px: each heat map's peak, or the net's coordinates if there is none."""
    points = READER.read(look.start, look.heatmaps, PEAK_FROM).or_else(look.points)
    return roi.to_image((points - 0.5) * [roi.width / SIZE, 1] + 0.5)


def _unclear(look: CropPose) -> bool:
    """Return whether a joint of a leg has no clear peak."""
    return bool(highest_cells(look.heatmaps[LEGS])[1].min() < UNCLEAR)
