"""One reading of a track on one clock: what was filmed, how the runner moved, when the feet landed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.frame_rate import reaches
from formcheck.gait.net import net_can_see
from formcheck.gait.steps import detect_steps
from formcheck.metrics.recording import Recording
from formcheck.motion.preprocess import pictures_per_s, to_motion
from formcheck.scene.crosscheck import inside_share
from formcheck.scene.features import seen_points
from formcheck.scene.refusals import (
    FILM_CLEARLY,
    FILM_SIDE,
    GOOD_CAMERA_HZ,
    UNCLEAR,
    too_few_pictures,
    turned_down,
)
from formcheck.scene.run import look_at_run
from formcheck.timebase.gravity import Slowness, slowness_by_cadence, slowness_of, trunk_rise
from formcheck.types import Clip, Filming, Motion, PoseTrack, Refusal, Runner, Scene, Step

FEET_INSIDE = 0.6  # share of frames with a foot clear of the picture's edges, below: cut off


@dataclass(frozen=True, eq=False)
class Reading:
    """What a track shows if its clip runs on one particular clock."""

    clip: Clip  # `capture_fps` is the clock
    scene: Scene
    motion: Motion | None = None  # None where the scene is refused
    steps: tuple[Step, ...] = ()
    gravity: Slowness | None = None  # how slow this clock is by gravity; None = not seen
    cadence: Slowness | None = None  # the same by the usual cadence of runners
    steps_per_min: float = np.nan
    rise: float = np.nan  # leg lengths, of the trunk within a step

    @property
    def measured(self) -> bool:
        """Whether there is something to measure on this clock."""
        return self.scene.refusal is None

    @property
    def slowness(self) -> Slowness | None:
        """How slow this clock is, from gravity and cadence together; None without gravity."""
        if self.gravity is None or self.cadence is None:
            return None
        return self.gravity.joined(self.cadence)

    @property
    def misfit(self) -> float:
        """Squared deviations from real time by gravity and by cadence; infinite where nothing is measured."""
        if not self.measured:
            return float(np.inf)
        return sum(each.deviation**2 for each in (self.gravity, self.cadence) if each is not None)


def read_on_clock(track: PoseTrack, clip: Clip, runner: Runner, filming: Filming) -> Reading:
    """Read a track on the clock its clip gives."""
    scene = look_at_run(track, clip, view=filming.view, setting=filming.setting)
    if scene.refusal:
        return Reading(clip, scene)
    motion = to_motion(track, scene)
    steps = detect_steps(motion) if scene.view in ("side", "oblique") else ()
    scene = confirmed(scene, track, motion, steps)
    if scene.refusal:
        return Reading(clip, scene)
    rec = Recording(motion, steps, scene, runner)
    cadence = 60 / rec.step_s
    by_cadence = slowness_by_cadence(cadence) if np.isfinite(cadence) else None
    rise = trunk_rise(rec, track.source)
    return Reading(clip, scene, motion, steps, slowness_of(rec, rise), by_cadence, cadence, rise.legs)


def confirmed(scene: Scene, track: PoseTrack, motion: Motion, steps: tuple[Step, ...]) -> Scene:
    """Return the scene, refused where feet are seen well and never land as a runner's do.

    Feet that are cut off or hard to make out, or too few frames to see one land, are
    given as the reason instead.
    """
    if steps or scene.view not in ("side", "oblique") or not net_can_see(motion):
        return scene
    rate = round(pictures_per_s(track.time / scene.slow_motion_factor), 1)
    if not reaches(rate, GOOD_CAMERA_HZ):
        return turned_down(scene, too_few_pictures(rate))
    if inside_share(seen_points(track), track.size, "toe") < FEET_INSIDE:
        reason = "The feet are cut off by the edge of the picture."
        return turned_down(scene, Refusal("feet_hidden", reason, FILM_SIDE))
    if scene.pose_error_factor >= UNCLEAR:
        reason = "The picture is too dark, hazy or blurred to see the feet land."
        return turned_down(scene, Refusal("feet_hidden", reason, FILM_CLEARLY + FILM_SIDE))
    reason = "The legs take turns, but the feet do not land and leave the ground as in steady running."
    return turned_down(replace(scene, activity="other"), Refusal("not_running", reason, FILM_SIDE))
