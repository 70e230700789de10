"""One crop evaluated as it is and mirrored, and the two results averaged.

A net trained on images and their mirror images should give the same answer for both, but
does not quite: its errors in the two evaluations are partly independent. Heat maps are
averaged, not points. If one evaluation puts a foot on the other leg, the mean of the two
points lies on neither leg; the mean of the two maps has a peak on each, and the more
confident one wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.pose.heatmap import highest_cells
from formcheck.skeleton import LEG, MIRRORED, N_KEYPOINTS, SIDES, K

PARTNER = np.array([*MIRRORED, N_KEYPOINTS, N_KEYPOINTS + 1])  # the two auxiliary points have none
LEGS = np.array([K[f"{side}_{part}"] for side in SIDES for part in LEG])
OTHER_LEG = np.arange(len(PARTNER))
OTHER_LEG[LEGS] = PARTNER[LEGS]


@dataclass(frozen=True, eq=False)
class CropPose:
    """A landmark net's output for one crop: 21 keypoints and two auxiliary points."""

    points: np.ndarray  # (23, 2) 0..1 of the crop
    heatmaps: np.ndarray  # (23, H, W) logits
    confidence: np.ndarray  # (21,) 0..1; NaN = the scores were not computed
    mixed: bool = False  # a mean of two outputs

    @property
    def start(self) -> np.ndarray:
        """(23, 2) where to look for each map's peak first; the mean of two points may be on neither peak."""
        return highest_cells(self.heatmaps)[0] if self.mixed else self.points

    def renamed(self, partner: np.ndarray) -> CropPose:
        """Return the output with each point (23,) under its partner's name."""
        return CropPose(self.points[partner], self.heatmaps[partner], self.confidence[partner[:N_KEYPOINTS]])

    def mirrored(self) -> CropPose:
        """Return the output for a mirrored crop as output for the crop itself.

        Position x of the crop is at 1 - x in its mirror image, so cell c of W is at cell W - c:
        the reversed map is one cell too far left. The outermost column has no counterpart and
        repeats its neighbour.
        """
        points = np.stack([1 - self.points[:, 0], self.points[:, 1]], axis=-1)
        reversed_maps = self.heatmaps[:, :, ::-1]
        maps = np.concatenate([reversed_maps[:, :, :1], reversed_maps[:, :, :-1]], axis=2)
        return CropPose(points, maps, self.confidence).renamed(PARTNER)

    def with_legs_as_in(self, other: CropPose) -> CropPose:
        """Return the output with left and right leg swapped if that is closer to the other output."""
        swapped = self.renamed(OTHER_LEG)
        return swapped if _legs_apart(swapped, other) < _legs_apart(self, other) else self

    def joined(self, other: CropPose) -> CropPose:
        """Return the mean of two outputs for one crop, with heat maps averaged as logits.

        The confidence stays that of this output.
        """
        points, maps = 0.5 * (self.points + other.points), 0.5 * (self.heatmaps + other.heatmaps)
        return CropPose(points, maps, self.confidence, mixed=True)

    def middle(self, cells: int) -> CropPose:
        """Return the output for the middle columns of the crop, of which a heat map has so many."""
        had = self.heatmaps.shape[2]
        left = (had - cells) // 2
        points = (self.points * [had, 1] - [left, 0]) / [cells, 1]
        return CropPose(points, self.heatmaps[:, :, left : left + cells], self.confidence)


def _legs_apart(one: CropPose, other: CropPose) -> float:
    return float(np.linalg.norm(one.points[LEGS] - other.points[LEGS], axis=1).sum())
