"""Summary of a track from which the questions about a scene are answered, computed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.scene import features as signs
from formcheck.scene.features import FRONTAL_ABOVE_DEG
from formcheck.types import Clip, PoseTrack, SettingOption

STEADY, STEADY_STEPS = 0.6, 4.0  # strength of the rhythm and number of steps of a reliably tracked runner


@dataclass(frozen=True, eq=False)
class SceneFeatures:
    """The values from which all later questions are answered."""

    xy: np.ndarray  # (T, 21, 2) px relative to the ground, y UP
    pixels: np.ndarray  # (T, 21, 2) px as seen, y down
    time: np.ndarray  # (T,) s of real time
    leg: float  # px
    yaw_deg: float
    shoulder_ratio: float  # left minus right, relative to torso length; signed
    facing: float  # +1 right, -1 left
    rhythm: signs.Rhythm
    people: float  # median of the counts
    people_ever: float  # the same over the whole clip, also while the runner is not tracked
    others: bool  # a second person of comparable size was counted more than once
    breaks: int  # the tracked person changed, or turned round
    left_out: float  # share of frames with another person, or the same one moving in another direction
    ground: np.ndarray  # (2,) leg lengths/s to the right and down
    span_s: float  # s of real time from the first frame with the runner to the last
    size: tuple[int, int]  # (width, height) px of the image
    told_setting: SettingOption = "auto"  # stated by the user

    @property
    def steps(self) -> float:
        """Number of steps that fit into the span."""
        return self.span_s / self.rhythm.step_s if np.isfinite(self.rhythm.step_s) else 0.0

    @property
    def steady(self) -> bool:
        """Whether one pair of legs was tracked through several regular steps."""
        return self.rhythm.strength >= STEADY and self.steps >= STEADY_STEPS


def take_look(track: PoseTrack, seen: np.ndarray, clip: Clip, setting: SettingOption) -> SceneFeatures:
    """Extract from a track the values that the questions about a scene need.

    Parameters
    ----------
    track : PoseTrack
    seen : (T, 21, 2) px, the high-confidence points of the track
    clip : Clip
    setting : {"auto", "treadmill", "overground"}
        As stated by the user.
    """
    xy = signs.on_ground(seen, track)
    time = (track.time - track.time[0]) / clip.slow_motion_factor
    leg = signs.leg_px(xy)
    yaw, ratio = signs.turned_away_deg(seen)
    axis = 0 if yaw < FRONTAL_ABOVE_DEG else 1
    there = np.isfinite(seen).any(axis=(1, 2))
    everywhere = np.empty(0) if track.surroundings is None else track.surroundings.people
    counts = _around(everywhere, there) if len(everywhere) else everywhere
    return SceneFeatures(
        xy, seen, time, leg, yaw, ratio, signs.facing_sign(seen),
        signs.rhythm(signs.separation(xy, axis), time, leg), signs.median(counts), signs.median(everywhere), bool((counts >= 2).sum() >= 2),
        track.breaks + signs.jumps(xy, time, leg), track.left_out_share,
        signs.ground_flow(track, time, leg), float(np.ptp(time[there])), track.size, setting,
    )  # fmt: skip


def _around(people: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Return the counts made between the runner's first and last frame."""
    frames = np.flatnonzero(there)
    return people[frames[0] : frames[-1] + 1]
