"""Classify what was filmed: `PoseTrack` + `Clip` → `Scene`.

Decides the activity and the camera view, and refuses with a reason and a way to film
instead. Nothing is measured here; what the track does not clearly show stays unknown.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.frame_rate import in_words, reaches
from formcheck.motion.preprocess import pictures_per_s
from formcheck.scene import features as signs
from formcheck.scene.activity import activity_of
from formcheck.scene.features import FRONTAL_ABOVE_DEG
from formcheck.scene.look import SceneFeatures, take_look
from formcheck.scene.refusals import (
    FILM_CLEARLY,
    GOOD_CAMERA_HZ,
    SURE_CAMERA_HZ,
    UNCLEAR,
    first_refusal,
    nobody,
    several,
    turned_down,
)
from formcheck.scene.setting import belt_in_doubt, camera_moves, setting_seen
from formcheck.types import Clip, PoseTrack, Scene, SettingOption, Side, View, ViewOption, Warn

SHORTEST_GLIMPSE_S = 0.6  # s of the clip: less is no person, or a net that detects people in a curtain
SURE_PX = 250
SIDE_BELOW_DEG = 25.0  # from the plane of running
DARK, PALE = 50, 20  # mean and sd of the grey around the runner, of 255; in good light over 70 and over 29


def look_at(
    track: PoseTrack, clip: Clip, *, view: ViewOption = "auto", setting: SettingOption = "auto"
) -> Scene:
    """Classify the scene from a runner's track.

    Parameters
    ----------
    track : PoseTrack
    clip : Clip
        Gives the slow-motion factor stated by the phone or the user.
    view : {"auto", "side", "front", "rear"}
        Stated by the user; a contradiction with the image is a refusal.
    setting : {"auto", "treadmill", "overground"}
        Stated by the user; a contradiction with the image is a warning.

    Returns
    -------
    Scene
        With `refusal` set where measurement would be a guess.
    """
    seen = signs.seen_points(track)
    shown = float(np.mean(np.isfinite(signs.middle(seen, "hip")[:, 0])))
    if shown * clip.duration_s < SHORTEST_GLIMPSE_S:
        return _nobody(track, clip, shown)
    look = take_look(track, seen, clip, setting)
    if not np.isfinite(look.leg):
        return _nobody(track, clip, shown)
    scene = _describe(look, track, clip, shown, view)
    scene = replace(scene, warnings=_warnings(scene, look, clip))
    refusal = first_refusal(scene, look, clip, view)
    return scene if refusal is None else turned_down(scene, refusal)


def _nobody(track: PoseTrack, clip: Clip, shown: float) -> Scene:
    """Return the scene without a runner to follow: nobody is seen, or too many people are too close."""
    counts = np.empty(0) if track.surroundings is None else track.surroundings.people
    people = signs.median(counts)
    crowded = people >= 2
    return Scene(
        "none", "unknown", None, "unknown", round(people) if crowded else 0, None,
        slow_motion_factor=clip.slow_motion_factor, detected_share=shown,
        refusal=several(round(people)) if crowded else nobody(),
    )  # fmt: skip


def _describe(look: SceneFeatures, track: PoseTrack, clip: Clip, shown: float, asked: str) -> Scene:
    view = _view(look, asked)
    side: Side | None = None
    if view in ("side", "oblique") and look.facing:
        side = "left" if look.facing < 0 else "right"
    surroundings = track.surroundings
    return Scene(
        activity=activity_of(look, view),
        view=view,
        facing=side,
        setting=setting_seen(look, track) if look.told_setting == "auto" else look.told_setting,
        setting_given=look.told_setting != "auto",
        people=max(1, round(look.people)) if np.isfinite(look.people) else 1,
        near_side=side,  # a runner who faces left in the image shows their left side
        roll_deg=np.nan if surroundings is None else surroundings.roll_deg,
        roll_sd_deg=np.nan if surroundings is None else surroundings.roll_sd_deg,
        yaw_deg=_off_axis(look.yaw_deg, view),
        slow_motion_factor=clip.slow_motion_factor,
        detected_share=shown,
        person_height_px=signs.person_height_px(look.pixels),
        camera_moves=camera_moves(look, track),
        feet_visible=_feet_visible(look, track),
        clarity=track.clarity,
    )


def _view(look: SceneFeatures, asked: str) -> View:
    if asked in ("side", "front", "rear"):
        return asked  # type: ignore[return-value]
    if look.yaw_deg < SIDE_BELOW_DEG:
        return "side"
    if look.yaw_deg < FRONTAL_ABOVE_DEG:
        return "oblique"
    return "front" if look.shoulder_ratio > 0 else "rear"


def _off_axis(yaw_deg: float, view: View) -> float:
    return 90.0 - yaw_deg if view in ("front", "rear") else yaw_deg


def _feet_visible(look: SceneFeatures, track: PoseTrack) -> bool:
    """Feet count as cropped when they leave the image or were never seen."""
    width, height = track.size
    feet = look.pixels[:, -4:]
    inside = np.isfinite(feet[..., 0]) & (feet[..., 1] < 0.995 * height) & (feet[..., 1] > 0)
    inside &= (feet[..., 0] > 0) & (feet[..., 0] < width)
    there = np.isfinite(look.pixels).any(axis=(1, 2))
    return bool(inside[there].any(axis=1).mean() > 0.6) or not track.has_feet


def _warnings(scene: Scene, look: SceneFeatures, clip: Clip) -> tuple[Warn, ...]:
    rate = min(clip.capture_fps, round(pictures_per_s(look.time), 1))
    good = reaches(rate, GOOD_CAMERA_HZ)
    from_the_side = scene.view not in ("front", "rear")  # lean, knees and foot strike are measured then
    checks = (
        (not good, "very_low_frame_rate", f"At {in_words(rate)} frames a second little more than the rhythm is reliable; film at 60 or more."),
        (from_the_side and good and not reaches(rate, SURE_CAMERA_HZ), "low_frame_rate", f"At {in_words(rate)} frames a second knee angles are less certain and foot strike is only approximate; 60 or more is better."),
        (scene.person_height_px < SURE_PX, "small_runner", "The runner is small in the picture; angles are less certain."),
        (not scene.feet_visible, "feet_cropped", "The feet are cut off at times; foot metrics may be missing."),
        (scene.view == "oblique", "oblique_view", "Filmed at an angle: side-view angles are less certain or left out."),
        (from_the_side and not np.isfinite(scene.roll_deg), "roll_unknown", "The camera's tilt is unknown; leaning angles allow for it."),
        (belt_in_doubt(look), "setting_in_doubt", "You said treadmill, but the runner moves across the picture as when running over ground."),
        (scene.camera_moves, "camera_moves", "The camera moves; speeds and lengths allow for it."),
        (look.left_out > 0.1, "part_of_clip", "Only the longest uninterrupted part with one runner moving in one direction was measured."),
        (scene.people > 1, "several_people", f"About {scene.people} people are in view; the one who runs was measured."),
    )  # fmt: skip
    found = tuple(Warn(code, message) for holds, code, message in checks if holds)
    return (*found, *_unclear(scene))


def _unclear(scene: Scene) -> tuple[Warn, ...]:
    """Return the warning for a clip whose errors are larger than usual, with the likely cause."""
    if scene.clarity is None or scene.pose_error_factor < UNCLEAR:
        return ()
    errors = f"the pose model's errors are about {scene.pose_error_factor:.1f} times the usual ones"
    if scene.clarity.brightness < DARK or scene.clarity.contrast < PALE:
        message = f"The runner is hard to see in this light: {errors}, and intervals allow for it. Film in better light."
        return (Warn("poor_light", message),)
    message = (
        f"The runner's joints are hard to make out: {errors}, and intervals allow for it. {FILM_CLEARLY}"
    )
    return (Warn("unsure_pose", message.strip()),)
