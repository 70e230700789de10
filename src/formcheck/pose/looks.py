"""One crop looked at twice, as it is and mirrored, and the two looks joined.

A net trained on pictures and their mirror images should answer the same for both, and
does not quite: its errors in the two looks are partly independent. The looks are joined
as heat maps, not as points. Where one look puts a foot on the other leg, the mean of two
points lies on neither; the mean of two maps has a peak on each, and the surer one wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.skeleton import LEG, MIRRORED, N_KEYPOINTS, SIDES, K

PARTNER = np.array([*MIRRORED, N_KEYPOINTS, N_KEYPOINTS + 1])  # the two auxiliary points have none
LEGS = np.array([K[f"{side}_{part}"] for side in SIDES for part in LEG])
OTHER_LEG = np.arange(len(PARTNER))
OTHER_LEG[LEGS] = PARTNER[LEGS]


@dataclass(frozen=True, eq=False)
class Look:
    """What a landmark net says of one crop: 21 keypoints and two auxiliary points."""

    points: np.ndarray  # (23, 2) 0..1 of the crop
    heatmaps: np.ndarray  # (23, H, W) logits
    confidence: np.ndarray  # (21,) 0..1

    def renamed(self, partner: np.ndarray) -> Look:
        """Return the look with each point (23,) under its partner's name."""
        return Look(self.points[partner], self.heatmaps[partner], self.confidence[partner[:N_KEYPOINTS]])

    def mirrored(self) -> Look:
        """Return this look at a mirrored crop as a look at the crop itself.

        A place x of the crop is 1 - x in its mirror image, so cell c of W lies at cell
        W - c: the reversed map is one cell too far left. The outermost column has no
        counterpart and repeats its neighbour.
        """
        points = np.stack([1 - self.points[:, 0], self.points[:, 1]], axis=-1)
        reversed_maps = self.heatmaps[:, :, ::-1]
        maps = np.concatenate([reversed_maps[:, :, :1], reversed_maps[:, :, :-1]], axis=2)
        return Look(points, maps, self.confidence).renamed(PARTNER)

    def with_legs_as_in(self, other: Look) -> Look:
        """Return the look with left and right leg exchanged if that brings them nearer to another look's."""
        exchanged = self.renamed(OTHER_LEG)
        return exchanged if _legs_apart(exchanged, other) < _legs_apart(self, other) else self

    def joined(self, other: Look) -> Look:
        """Return the mean of two looks at one crop: of logits, and of what is not a map."""
        return Look(
            0.5 * (self.points + other.points),
            0.5 * (self.heatmaps + other.heatmaps),
            0.5 * (self.confidence + other.confidence),
        )


def _legs_apart(one: Look, other: Look) -> float:
    return float(np.linalg.norm(one.points[LEGS] - other.points[LEGS], axis=1).sum())
