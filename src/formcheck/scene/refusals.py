"""Why a scene is not measured, and how to film it instead."""

from __future__ import annotations

from dataclasses import replace

from formcheck.frame_rate import reaches
from formcheck.scene.activity import FEWEST_STEPS_PER_MIN, MOST_STEPS_PER_MIN, goes_nowhere
from formcheck.scene.crosscheck import CUT_OFF, body_contradicts, feet_cut_off, inside_share
from formcheck.scene.look import STEADY, SceneFeatures
from formcheck.types import Clip, Refusal, Scene

SHORTEST_S = 1.0  # s of real time
FEWEST_STEPS = 3.0  # fewer alternations of the legs are not a rhythm
SEEN_AT_ALL = 0.5  # people, median: below this, the detector sees nobody where the tracker found keypoints
MUCH_LEFT_OUT = 0.25  # of the frames with a person in them
SMALLEST_PX = 100  # standing height below which no keypoint is reliable; angles need 250
SLOWEST_CAMERA_HZ, GOOD_CAMERA_HZ, SURE_CAMERA_HZ = 15.0, 25.0, 50.0
OF_MEASURING = (
    "very_low_frame_rate", "low_frame_rate", "small_runner", "feet_cropped", "oblique_view", "roll_unknown",
    "camera_moves", "part_of_clip", "steady_part", "several_people",
)  # fmt: skip
"""Warnings about what was measured and how surely, dropped when nothing was. What the light does to the
pose stays: it may be why nothing was found."""

ON_THE_SPOT = "This looks like running on the spot: the foot on the ground does not move back under the body."
GET_GOING = "Run over ground or on a treadmill; if this is a treadmill, say so (--setting treadmill). "
UNCLEAR = 1.15  # times the usual pose errors: below this, intervals widen too little to mention
FILM_CLEARLY = "Film in good light and in focus. "
FILM_SIDE = (
    "Film one runner from the side, camera on something steady at hip height, 4 to 5 m away, "
    "whole body with both feet in the picture, at least 10 seconds, 60 frames a second or more."
)


def turned_down(scene: Scene, refusal: Refusal) -> Scene:
    """Return the scene, refused; measurement warnings are dropped because nothing is measured."""
    kept = tuple(warning for warning in scene.warnings if warning.code not in OF_MEASURING)
    return replace(scene, refusal=refusal, warnings=kept)


def first_refusal(scene: Scene, look: SceneFeatures, clip: Clip, asked: str) -> Refusal | None:
    """Return the first reason not to measure, the most fundamental first."""
    for reason in (_too_small, _wrong_view, _walking, _too_many, _too_little, _not_running, _wrong_clock):
        found = reason(scene, look, clip, asked)
        if found:
            return found
    return None


def nobody() -> Refusal:
    """Return the refusal of a clip without a person."""
    return Refusal("no_person", "No person is visible for long enough to measure.", FILM_SIDE)


def several(count: int) -> Refusal:
    """Return the refusal of a clip with more than one person to choose from."""
    reason = f"About {count} people are in view at once, and it is not clear whom to measure."
    return Refusal("several_people", reason, "Film one runner alone. " + FILM_SIDE)


def too_few_pictures(rate: float) -> Refusal:
    """Return the refusal of a clip whose frame rate is too low to detect contacts."""
    reason = f"Only about {rate:.0f} frames a second were filmed; a step takes about a third of a second."
    return Refusal("frame_rate", reason, "Film with 60 frames a second or more, in good light.")


def _too_small(scene: Scene, look: SceneFeatures, clip: Clip, _: str) -> Refusal | None:
    if not reaches(clip.capture_fps, SLOWEST_CAMERA_HZ):
        return too_few_pictures(clip.capture_fps)
    if scene.person_height_px < SMALLEST_PX:
        reason = f"The runner is only {scene.person_height_px:.0f} pixels tall in the picture."
        return Refusal(
            "too_small",
            reason,
            "Film from closer or zoom in, until the runner fills two thirds of the picture's height.",
        )
    return None


def _too_little(scene: Scene, look: SceneFeatures, clip: Clip, _: str) -> Refusal | None:
    if inside_share(look.pixels, look.size, "ankle") < CUT_OFF:
        return Refusal("feet_hidden", "The legs are outside the picture most of the time.", FILM_SIDE)
    if look.span_s < SHORTEST_S or (scene.activity == "running" and look.steps < FEWEST_STEPS):
        return Refusal(
            "too_short",
            f"The clip shows only {look.span_s:.1f} s of one runner moving in one direction.",
            "Film at least 10 seconds, on a treadmill or with the runner crossing the whole picture.",
        )
    return None


def _walking(scene: Scene, look: SceneFeatures, clip: Clip, _: str) -> Refusal | None:
    if scene.activity != "walking":
        return None
    reason = "This looks like walking; FormCheck measures running only."
    return Refusal("not_running", reason, "Film yourself running. " + FILM_SIDE)


def _too_many(scene: Scene, look: SceneFeatures, clip: Clip, _: str) -> Refusal | None:
    most = max(look.people, look.people_ever)
    crowd = most >= 3 and not (look.steady and scene.setting == "treadmill")
    mixed_up = look.others and (not look.steady or look.left_out > MUCH_LEFT_OUT)
    if not (crowd or mixed_up):
        return None
    count = max(2, round(most))
    return several(count)


def _not_running(scene: Scene, look: SceneFeatures, clip: Clip, _: str) -> Refusal | None:
    if scene.activity == "running":
        return None
    if feet_cut_off(look.pixels, look.size):
        return _feet_cut_off()
    if look.people < SEEN_AT_ALL:
        return nobody()
    if look.breaks >= 2 or scene.camera_moves:
        return carried()
    if look.rhythm.strength >= STEADY and goes_nowhere(look, scene.view):
        return Refusal("not_running", ON_THE_SPOT, GET_GOING + FILM_SIDE)
    return Refusal("not_running", "A person is in view, but not running steadily.", FILM_SIDE)


def _feet_cut_off() -> Refusal:
    return Refusal("feet_hidden", "The feet are outside the picture or hidden.", FILM_SIDE)


def carried() -> Refusal:
    """Return the refusal of a runner lost by a moving camera."""
    reason = "The camera moves and the runner cannot be followed steadily."
    return Refusal("camera_moves", reason, "Keep the camera still on a tripod or a stool. " + FILM_SIDE)


def _wrong_clock(scene: Scene, look: SceneFeatures, clip: Clip, _: str) -> Refusal | None:
    cadence = 60 / look.rhythm.step_s
    if FEWEST_STEPS_PER_MIN <= cadence <= MOST_STEPS_PER_MIN:
        return None
    if scene.view == "side" and body_contradicts(look.xy, look.time, look.leg, look.rhythm):
        return _feet_cut_off()
    if scene.camera_moves:
        return carried()
    reason = (
        f"The steps come at {cadence:.0f} a minute as this clip plays, which is not running in real time."
    )
    if cadence > MOST_STEPS_PER_MIN:
        return Refusal("slow_motion_unknown", reason, "Use the original clip, not a sped-up one.")
    hint = "If it is slow motion, say how fast it was filmed (--capture-fps), or send the original clip."
    return Refusal("slow_motion_unknown", reason, hint)


def _wrong_view(scene: Scene, look: SceneFeatures, clip: Clip, asked: str) -> Refusal | None:
    frontal = look.yaw_deg > 75
    if (asked == "side" and frontal) or (asked in ("front", "rear") and look.yaw_deg < 15):
        seen = "front or rear" if frontal else "side"
        return Refusal(
            "view",
            f"You said {asked}, but this was filmed from the {seen}.",
            "Leave the view on auto, or film from that view.",
        )
    return None
