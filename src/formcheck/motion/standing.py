"""The runner's own zero: the pitch of each foot in a quiet stand before or after the run.

A pose model draws heel and toe inside the shoe, by as much in a stand as in a stride. The
literature defines the strike angle against the standing foot for the same reason (Altman &
Davis 2012).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck import biomechanics
from formcheck.motion.preprocess import MIN_CONFIDENCE, to_runner_axes
from formcheck.skeleton import SIDES, K
from formcheck.types import PoseTrack, Scene

FEWEST_FRAMES = 15
SHOWN = 0.8  # share of the stand in which the foot must be seen, pointing the way of the run


@dataclass(frozen=True)
class Standing:
    """What a quiet stand shows of a runner."""

    foot_deg: Mapping[str, float]  # by side, heel to toe, + toes up; NaN = not seen


def standing_of(track: PoseTrack, scene: Scene) -> Standing | None:
    """Return what the quiet stand of a clip filmed from the side shows; None without one."""
    if scene.standing_s is None or scene.facing is None:
        return None
    start, stop = scene.standing_s
    inside = (track.time >= start - 1e-6) & (track.time <= stop + 1e-6)
    seen = np.where((track.confidence >= MIN_CONFIDENCE)[..., None], track.xy, np.nan)
    xy = to_runner_axes(seen, track, scene)[inside]
    return Standing({side: _foot_deg(xy, side) for side in SIDES})


def _foot_deg(xy: np.ndarray, side: str) -> float:
    heel, toe = xy[:, K[f"{side}_heel"]], xy[:, K[f"{side}_toe"]]
    forward = toe[:, 0] > heel[:, 0]  # False where one is not seen, or the runner faces the other way
    if forward.sum() < FEWEST_FRAMES or forward.mean() < SHOWN:
        return np.nan
    return float(np.median(biomechanics.pitch_deg(heel, toe)[forward]))
