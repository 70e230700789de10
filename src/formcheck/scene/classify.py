"""What was filmed: `PoseTrack` + `Clip` → `Scene`.

Decides who does what, seen from where, and refuses with a reason and a way to film
instead. Nothing is measured here; what is not plain from the track stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.frame_rate import in_words, reaches
from formcheck.motion.preprocess import pictures_per_s
from formcheck.scene import features as signs
from formcheck.scene.crosscheck import CUT_OFF, body_contradicts, feet_cut_off, inside_share
from formcheck.scene.features import FRONTAL_ABOVE_DEG
from formcheck.types import Activity, Clip, PoseTrack, Refusal, Scene, Setting, Side, View, Warn

SHORTEST_GLIMPSE_S = 0.6  # s of the clip: less is nobody, or a net that sees people in a curtain
SHORTEST_S = 1.0  # s of life
FEWEST_STEPS = 3.0  # fewer changes of the legs are no rhythm
STEADY, STEADY_STEPS = 0.6, 4.0  # rhythm's strength and steps of somebody who is followed safely
MUCH_LEFT_OUT = 0.25  # of the frames with somebody in them
SMALLEST_PX = 100  # standing height below which no keypoint is trusted; angles want 250
SURE_PX = 250
SIDE_BELOW_DEG = 25.0  # from the plane of running
REGULAR = 0.40  # below, the motion is not periodic
FEWEST_STEPS_PER_MIN, MOST_STEPS_PER_MIN = 110.0, 320.0  # running in real time; sprinters reach 300
SLOWEST_CAMERA_HZ, GOOD_CAMERA_HZ, SURE_CAMERA_HZ = 15.0, 25.0, 50.0
LEAST_LIFT, HIGH_LIFT = 0.08, 0.22  # leg lengths between the ankles' heights, from the front or rear
GRAVITY = 9.81 / 0.85  # leg lengths/s², of a hip 0.85 m above the ankle
THROWN = 0.75  # g of the hip's rise and fall: walkers to 0.67 (1.8 m/s), runners from 0.86 (no flight) to 1.5
GROWS_SLOWEST, GROWS_FASTEST = 0.04, 0.09  # 1/s: drifting on a belt, 0.2 m/s at 5 m; 1.8 m/s from 20 m off
ON_THE_SPOT = 0.35  # leg lengths/s: feet and hips slower than this go nowhere
FOOT_STAYS = 0.07  # leg lengths a step, up the picture; a jogger's go 0.08, seen from 0.7 m up and 6 m off
KNEES_HIGH = -0.35  # thigh lengths over the hip: a thigh 70° from upright
SHIN_UP = 0.25  # shin lengths over the knee, bent by 120°: 0.0 under a lifted thigh, 0.5 under a hanging one
HEELS_HIGH = 0.55  # leg lengths: a knee folded by 100° under a still thigh
KNEES_STAY = 0.32  # thigh lengths the knees rise, of the leg lengths the heels do
QUICK_STEPS_PER_MIN, QUICK_LIFT = 200.0, 0.25  # quicker than nearly all runners, lower than all
QUICKEST_LOW_STEPS_PER_MIN = 240.0  # quicker ones lift their feet: they sprint
# Warnings about what measuring did, dropped when nothing is measured.
OF_MEASURING = ("roll_unknown", "camera_moves", "part_of_clip", "steady_part", "several_people")

FILM_SIDE = (
    "Film one runner from the side, camera on something steady at hip height, 4 to 5 m away, "
    "whole body with both feet in the picture, at least 10 seconds, 60 frames a second or more."
)


@dataclass(frozen=True, eq=False)
class Look:
    """What all the later questions are answered from."""

    xy: np.ndarray  # (T, 21, 2) px relative to the ground, y UP
    pixels: np.ndarray  # (T, 21, 2) px as seen, y down
    time: np.ndarray  # (T,) s of real time
    leg: float  # px
    yaw_deg: float
    shoulder_ratio: float  # left minus right, of torso length; signed
    facing: float  # +1 right, -1 left
    rhythm: signs.Rhythm
    people: float  # median over counts
    others: bool  # a second person of comparable size was counted more than once
    breaks: int  # the person followed changed, or turned round
    left_out: float  # share of frames with another person, or the same one going another way
    ground: np.ndarray  # (2,) leg lengths/s to the right and down
    span_s: float  # s of real time from the first frame with the runner to the last
    size: tuple[int, int]  # (width, height) px of the picture

    @property
    def steps(self) -> float:
        """How many steps there is room for."""
        return self.span_s / self.rhythm.step_s if np.isfinite(self.rhythm.step_s) else 0.0

    @property
    def steady(self) -> bool:
        """Whether one pair of legs was followed through several regular steps."""
        return self.rhythm.strength >= STEADY and self.steps >= STEADY_STEPS


def look_at(track: PoseTrack, clip: Clip, *, view: str = "auto") -> Scene:
    """Read the scene from a runner's track.

    Parameters
    ----------
    track : PoseTrack
    clip : Clip
        Gives the slow-motion factor the phone or the user told.
    view : {"auto", "side", "front", "rear"}
        What the user says; a contradiction with the picture is a refusal.

    Returns
    -------
    Scene
        With `refusal` set where measuring would be guessing.
    """
    seen = signs.seen_points(track)
    shown = float(np.mean(np.isfinite(signs.middle(seen, "hip")[:, 0])))
    if shown * clip.duration_s < SHORTEST_GLIMPSE_S:
        return _nobody(clip, shown)
    look = _look(track, seen, clip)
    if not np.isfinite(look.leg):
        return _nobody(clip, shown)
    scene = _describe(look, track, clip, shown, view)
    scene = replace(scene, warnings=_warnings(scene, look, clip))
    refusal = _refusal(scene, look, clip, view)
    return scene if refusal is None else turned_down(scene, refusal)


def turned_down(scene: Scene, refusal: Refusal) -> Scene:
    """Return the scene, refused; notes on what the measuring did are none of a clip that is not measured."""
    kept = tuple(warning for warning in scene.warnings if warning.code not in OF_MEASURING)
    return replace(scene, refusal=refusal, warnings=kept)


def _nobody(clip: Clip, shown: float) -> Scene:
    reason = "No person is visible for long enough to measure."
    return Scene(
        "none", "unknown", None, "unknown", 0, None, slow_motion_factor=clip.slow_motion_factor,
        detected_share=shown, refusal=Refusal("no_person", reason, FILM_SIDE),
    )  # fmt: skip


def _look(track: PoseTrack, seen: np.ndarray, clip: Clip) -> Look:
    xy = signs.on_ground(seen, track)
    time = (track.time - track.time[0]) / clip.slow_motion_factor
    leg = signs.leg_px(xy)
    yaw, ratio = signs.turned_away_deg(seen)
    axis = 0 if yaw < FRONTAL_ABOVE_DEG else 1
    there = np.isfinite(seen).any(axis=(1, 2))
    counts = np.empty(0) if track.surroundings is None else _around(track.surroundings.people, there)
    return Look(
        xy, seen, time, leg, yaw, ratio, signs.facing_sign(seen),
        signs.rhythm(signs.separation(xy, axis), time, leg), signs.median(counts), bool((counts >= 2).sum() >= 2),
        track.breaks + signs.jumps(xy, time, leg), track.left_out_share,
        signs.ground_flow(track, time, leg), float(np.ptp(time[there])), track.size,
    )  # fmt: skip


def _around(people: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Return the counts made between the runner's first and last frame."""
    frames = np.flatnonzero(there)
    return people[frames[0] : frames[-1] + 1]


def _describe(look: Look, track: PoseTrack, clip: Clip, shown: float, asked: str) -> Scene:
    view = _view(look, asked)
    side: Side | None = None
    if view in ("side", "oblique") and look.facing:
        side = "left" if look.facing < 0 else "right"
    surroundings = track.surroundings
    return Scene(
        activity=_activity(look, view),
        view=view,
        facing=side,
        setting=_setting(look, track),
        people=max(1, round(look.people)) if np.isfinite(look.people) else 1,
        near_side=side,  # whoever faces the picture's left shows their left side
        roll_deg=np.nan if surroundings is None else surroundings.roll_deg,
        yaw_deg=_off_axis(look.yaw_deg, view),
        slow_motion_factor=clip.slow_motion_factor,
        detected_share=shown,
        person_height_px=signs.person_height_px(look.pixels),
        camera_moves=_camera_moves(look, track),
        feet_visible=_feet_visible(look, track),
    )


def _view(look: Look, asked: str) -> View:
    if asked in ("side", "front", "rear"):
        return asked  # type: ignore[return-value]
    if look.yaw_deg < SIDE_BELOW_DEG:
        return "side"
    if look.yaw_deg < FRONTAL_ABOVE_DEG:
        return "oblique"
    return "front" if look.shoulder_ratio > 0 else "rear"


def _off_axis(yaw_deg: float, view: View) -> float:
    return 90.0 - yaw_deg if view in ("front", "rear") else yaw_deg


def _activity(look: Look, view: View) -> Activity:
    """Tell running from walking by where the hip is highest, and both from the rest."""
    if look.rhythm.strength < REGULAR:
        return "other"
    hip = signs.middle(look.xy, "hip")[:, 1]
    if view in ("front", "rear"):
        return _frontal_activity(look, hip)
    if _on_the_spot(look):
        return "other"
    apart = signs.separation(look.xy, 0)
    phase = signs.bounce_phase(hip, apart, look.time, look.rhythm.step_s)
    flexed = signs.knee_lift_deg(look.xy)
    if look.rhythm.swing < 0.3 or flexed < 40:
        return "other"
    return "running" if phase > 0 or (phase > -0.3 and flexed > 85) else "walking"


def _frontal_activity(look: Look, hip: np.ndarray) -> Activity:
    """From the front: a runner's hip is thrown up and falls, a walker's rolls over the leg.

    Slower than any runner's rhythm it may be slow motion, where accelerations say
    nothing: then the lift of the feet decides.
    """
    if look.rhythm.swing < LEAST_LIFT or _in_place(look):
        return "other"
    bounce = signs.bounce_height(hip, look.time, look.rhythm.step_s, look.leg)
    if 60 / look.rhythm.step_s < FEWEST_STEPS_PER_MIN:
        return "running" if look.rhythm.swing > HIGH_LIFT and bounce > 0.035 else "walking"
    thrown = 0.5 * bounce * (2 * np.pi / look.rhythm.step_s) ** 2
    return "running" if thrown > THROWN * GRAVITY else "walking"


def _in_place(look: Look) -> bool:
    """From the front: whether this is a drill on the spot, by what the knees do and where the foot stays.

    A foot that stays does not suffice: a camera on the floor sees no foot move. It is not
    asked where nobody runs like this: knees high at a march's rhythm, or steps too quick and low.
    """
    rate, lift = 60 / look.rhythm.step_s, look.rhythm.swing
    highest, rise = signs.knees_up(look.xy)
    knees = highest > KNEES_HIGH and signs.shin_up(look.xy) < SHIN_UP
    quick = rate > QUICK_STEPS_PER_MIN and lift < QUICK_LIFT
    if (knees and rate < FEWEST_STEPS_PER_MIN) or (quick and rate > QUICKEST_LOW_STEPS_PER_MIN):
        return True
    if not (knees or quick or (lift > HEELS_HIGH and rise < KNEES_STAY * lift)):
        return False
    stays = abs(signs.toe_path(look.xy, look.time, look.rhythm.step_s, look.leg)) < FOOT_STAYS
    return stays and abs(signs.approach(look.pixels, look.time)) < GROWS_SLOWEST


def _on_the_spot(look: Look) -> bool:
    hip, foot = signs.speeds(look.xy, look.time, look.leg)
    return abs(hip) < ON_THE_SPOT and abs(foot) < ON_THE_SPOT


def _setting(look: Look, track: PoseTrack) -> Setting:
    hip, foot = signs.speeds(look.xy, look.time, look.leg)
    if _camera_moves(look, track) or abs(hip) > 0.6:
        return "overground"
    if look.yaw_deg >= FRONTAL_ABOVE_DEG:
        found = _frontal_setting(abs(signs.approach(look.pixels, look.time)))
    else:
        found = "treadmill" if abs(hip) < 0.3 and abs(foot) > 0.6 else "unknown"
    unclear = signs.ground_unclear(track, look.ground)  # a camera carried along shows the same runner
    return "unknown" if found == "treadmill" and unclear else found


def _frontal_setting(grows: float) -> Setting:
    """From the front or rear a runner on a belt keeps their size."""
    if grows > GROWS_FASTEST:
        return "overground"
    return "treadmill" if grows < GROWS_SLOWEST else "unknown"


def _camera_moves(look: Look, track: PoseTrack) -> bool:
    if track.surroundings is None:
        return False
    _, foot = signs.speeds(look.xy, look.time, look.leg)
    if signs.carried_along(look.ground, foot, look.yaw_deg >= FRONTAL_ABOVE_DEG):
        return True
    shift = track.surroundings.background
    if not np.isfinite(shift).any():
        return False
    return bool(np.nanmax(np.ptp(shift[np.isfinite(shift[:, 0])], axis=0)) > 0.5 * look.leg)


def _feet_visible(look: Look, track: PoseTrack) -> bool:
    """Feet count as cropped when they leave the picture or were never seen."""
    width, height = track.size
    feet = look.pixels[:, -4:]
    inside = np.isfinite(feet[..., 0]) & (feet[..., 1] < 0.995 * height) & (feet[..., 1] > 0)
    inside &= (feet[..., 0] > 0) & (feet[..., 0] < width)
    there = np.isfinite(look.pixels).any(axis=(1, 2))
    return bool(inside[there].any(axis=1).mean() > 0.6) or not track.has_feet


def _refusal(scene: Scene, look: Look, clip: Clip, asked: str) -> Refusal | None:
    """Return the first reason not to measure, most fundamental first."""
    for reason in (_too_small, _wrong_view, _walking, _too_many, _too_little, _not_running, _wrong_clock):
        found = reason(scene, look, clip, asked)
        if found:
            return found
    return None


def too_few_pictures(rate: float) -> Refusal:
    """Return the refusal of a clip whose pictures are too far apart to see feet land."""
    reason = f"Only about {rate:.0f} frames a second were filmed; a step takes about a third of a second."
    return Refusal("frame_rate", reason, "Film with 60 frames a second or more, in good light.")


def _too_small(scene: Scene, look: Look, clip: Clip, _: str) -> Refusal | None:
    if not reaches(clip.capture_fps, SLOWEST_CAMERA_HZ):
        return too_few_pictures(clip.capture_fps)
    if scene.person_height_px < SMALLEST_PX:
        reason = f"The runner is only {scene.person_height_px:.0f} pixels tall in the picture."
        return Refusal(
            "too_small",
            reason,
            "Film from closer or zoom in: the runner should fill two thirds of the height.",
        )
    return None


def _too_little(scene: Scene, look: Look, clip: Clip, _: str) -> Refusal | None:
    if inside_share(look.pixels, look.size, "ankle") < CUT_OFF:
        return Refusal("feet_hidden", "The legs are outside the picture most of the time.", FILM_SIDE)
    if look.span_s < SHORTEST_S or (scene.activity == "running" and look.steps < FEWEST_STEPS):
        return Refusal(
            "too_short",
            f"The clip shows only {look.span_s:.1f} s of one runner going one way.",
            "Film at least 10 seconds, on a treadmill or with the runner crossing the whole picture.",
        )
    return None


def _walking(scene: Scene, look: Look, clip: Clip, _: str) -> Refusal | None:
    if scene.activity != "walking":
        return None
    reason = "This looks like walking, and running is judged differently."
    return Refusal("not_running", reason, "Run in the clip. " + FILM_SIDE)


def _too_many(scene: Scene, look: Look, clip: Clip, _: str) -> Refusal | None:
    crowd = look.people >= 3 and not (look.steady and scene.setting == "treadmill")
    mixed_up = look.others and (not look.steady or look.left_out > MUCH_LEFT_OUT)
    if not (crowd or mixed_up):
        return None
    count = max(2, round(look.people))
    reason = f"About {count} people are in view at once, and they cannot be told apart safely."
    return Refusal("several_people", reason, "Film one runner alone. " + FILM_SIDE)


def _not_running(scene: Scene, look: Look, clip: Clip, _: str) -> Refusal | None:
    if scene.activity == "running":
        return None
    if feet_cut_off(look.pixels, look.size):
        return _feet_cut_off()
    if look.breaks >= 2 or scene.camera_moves:
        return _carried()
    return Refusal("not_running", "Someone is visible, but not running steadily.", FILM_SIDE)


def _feet_cut_off() -> Refusal:
    return Refusal("feet_hidden", "The feet are outside the picture or hidden.", FILM_SIDE)


def _carried() -> Refusal:
    reason = "The camera moves and the runner cannot be followed steadily."
    return Refusal("camera_moves", reason, "Keep the camera still on a tripod or a stool. " + FILM_SIDE)


def _wrong_clock(scene: Scene, look: Look, clip: Clip, _: str) -> Refusal | None:
    cadence = 60 / look.rhythm.step_s
    if FEWEST_STEPS_PER_MIN <= cadence <= MOST_STEPS_PER_MIN:
        return None
    if scene.view == "side" and body_contradicts(look.xy, look.time, look.leg, look.rhythm):
        return _feet_cut_off()
    if scene.camera_moves:
        return _carried()
    reason = (
        f"The steps come at {cadence:.0f} a minute on this clip's clock, which is not running in real time."
    )
    if cadence > MOST_STEPS_PER_MIN:
        return Refusal("slow_motion_unknown", reason, "Use the original clip, not a sped-up one.")
    hint = "If it is slow motion, say how fast it was filmed (--capture-fps), or send the original clip."
    return Refusal("slow_motion_unknown", reason, hint)


def _wrong_view(scene: Scene, look: Look, clip: Clip, asked: str) -> Refusal | None:
    frontal = look.yaw_deg > 75
    if (asked == "side" and frontal) or (asked in ("front", "rear") and look.yaw_deg < 15):
        seen = "front or rear" if frontal else "side"
        return Refusal(
            "view",
            f"You said {asked}, but this was filmed from the {seen}.",
            "Leave the view on auto, or film from that view.",
        )
    return None


def _warnings(scene: Scene, look: Look, clip: Clip) -> tuple[Warn, ...]:
    rate = min(clip.capture_fps, round(pictures_per_s(look.time), 1))
    good = reaches(rate, GOOD_CAMERA_HZ)
    leans = scene.view not in ("front", "rear")  # angles of lean are measured from there
    checks = (
        (not good, "very_low_frame_rate", f"At {in_words(rate)} frames a second only the rhythm is reliable; film at 60 or more."),
        (good and not reaches(rate, SURE_CAMERA_HZ), "low_frame_rate", f"At {in_words(rate)} frames a second ground contact is uncertain; 60 or more is better."),
        (scene.person_height_px < SURE_PX, "small_runner", "The runner is small in the picture; angles are less certain."),
        (not scene.feet_visible, "feet_cropped", "The feet are cut off at times; foot metrics may be missing."),
        (scene.view == "oblique", "oblique_view", "Filmed at an angle: side-view angles are less certain or left out."),
        (leans and not np.isfinite(scene.roll_deg), "roll_unknown", "The camera's tilt is unknown; leaning angles allow for it."),
        (scene.camera_moves, "camera_moves", "The camera moves; speeds and lengths allow for it."),
        (look.left_out > 0.1, "part_of_clip", "Only the longest uncut part with one runner going one way was measured."),
        (scene.people > 1, "several_people", f"About {scene.people} people are in view; the one who runs was measured."),
    )  # fmt: skip
    return tuple(Warn(code, message) for holds, code, message in checks if holds)
