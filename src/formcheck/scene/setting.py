"""Determine where somebody runs, on a treadmill or overground, and whether the camera moves along."""

from __future__ import annotations

import numpy as np

from formcheck.scene import features as signs
from formcheck.scene.features import FRONTAL_ABOVE_DEG
from formcheck.scene.look import SceneFeatures
from formcheck.types import PoseTrack, Setting

CROSSES = 0.6  # leg lengths/s of the hips through a static image: no drift on a treadmill is so fast
GROWS_SLOWEST, GROWS_FASTEST = 0.04, 0.09  # 1/s: drift on a treadmill, 0.2 m/s at 5 m; 1.8 m/s from 20 m away


def setting_seen(look: SceneFeatures, track: PoseTrack) -> Setting:
    """Return the setting visible in the image; unknown where no ground near the runner can be followed."""
    hip, foot = signs.speeds(look.xy, look.time, look.leg)
    if camera_moves(look, track) or abs(hip) > CROSSES:
        return "overground"
    if look.yaw_deg >= FRONTAL_ABOVE_DEG:
        found = _frontal_setting(abs(signs.approach(look.pixels, look.time)))
    else:
        found = "treadmill" if abs(hip) < 0.3 and abs(foot) > 0.6 else "unknown"
    unclear = signs.ground_unclear(track, look.ground)  # a camera that moves along shows the same runner
    return "unknown" if found == "treadmill" and unclear else found


def belt_in_doubt(look: SceneFeatures) -> bool:
    """Return whether the user states a treadmill for a runner who crosses the image or grows in it."""
    if look.told_setting != "treadmill":
        return False
    if look.yaw_deg >= FRONTAL_ABOVE_DEG:
        return abs(signs.approach(look.pixels, look.time)) > GROWS_FASTEST
    hip, _ = signs.speeds(look.xy, look.time, look.leg)
    return abs(hip) > CROSSES


def _frontal_setting(grows: float) -> Setting:
    """From the front or rear, a runner on a treadmill keeps their size."""
    if grows > GROWS_FASTEST:
        return "overground"
    return "treadmill" if grows < GROWS_SLOWEST else "unknown"


def camera_moves(look: SceneFeatures, track: PoseTrack) -> bool:
    """Return whether the camera moves along, or its background shifts by half a leg length."""
    if track.surroundings is None:
        return False
    _, foot = signs.speeds(look.xy, look.time, look.leg)
    if signs.carried_along(look.ground, foot, look.yaw_deg >= FRONTAL_ABOVE_DEG):
        return True
    shift = track.surroundings.background
    if not np.isfinite(shift).any():
        return False
    return bool(np.nanmax(np.ptp(shift[np.isfinite(shift[:, 0])], axis=0)) > 0.5 * look.leg)
