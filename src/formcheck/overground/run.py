"""Whether a clip shows a run past the camera, and its place among the measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from formcheck.course import Amount, Marks, RunThrough
from formcheck.overground.measure import measure_run
from formcheck.overground.panned import marks_on_one_picture, on_one_picture
from formcheck.overground.sprinters import SPRINT_MPS
from formcheck.types import CameraPath, Measurement, Motion, PoseTrack, Runner, Scene, Step, Warn

HOW_TO_SET_CONES = (
    "Keep the camera still on a tripod, 8 to 12 m beside the run, and put a cone at each end of the stretch, "
    "on the line the runner runs on."
)
HOW_TO_PAN = (
    "Keep the camera still, or turn it in one place, by at most 50 degrees to each side, and say of each cone at which "
    "second of the clip you pointed at it."
)
MOVING = (
    "The camera moves, so distance, split times and the speed along the run are not measured: nothing in the picture "
    f"stays in one place. With cones along the run they can be. {HOW_TO_PAN}"
)
FASTEST_MPS = 12.5  # m/s: nobody has run faster


def run_of(
    track: PoseTrack,
    scene: Scene,
    motion: Motion,
    steps: Sequence[Step],
    runner: Runner,
    marks: Marks | None,
    path: CameraPath | Warn | None = None,
) -> tuple[RunThrough | None, Scene]:
    """Return the run in metres, or None, and the scene with a warning where no distance can be measured.

    Parameters
    ----------
    track, scene, motion, steps, runner, marks : of one clip
    path : how the camera turned, where it pans and marks were given with their moments; or why that is not known
    """
    why = _why_not(scene, steps, marks, path)
    if why is not None:
        return None, _warned(scene, why)
    if not _passes(scene):
        return None, scene
    aim = None
    if marks is not None and isinstance(path, CameraPath):
        try:
            marks, aim = marks_on_one_picture(marks, path)
        except ValueError:
            return None, _warned(scene, f"The pan is too wide for these marks. {HOW_TO_PAN}")
        track = on_one_picture(track, path)
    run = measure_run(track, scene, motion, steps, runner, marks, aim)
    if run is None or marks is None:
        return run, scene
    if not 0 < run.top_speed.value < FASTEST_MPS:
        why = (
            f"With these marks the runner would reach {run.top_speed.value:.1f} m/s, which nobody can: check the "
            "metres between the marks, and that each is pointed at where it meets the ground."
        )
        return None, _warned(scene, why)
    return run, scene


def _passes(scene: Scene) -> bool:
    """Return whether the runner passes the camera over ground."""
    return scene.setting == "overground" and scene.view in ("side", "oblique")


def _why_not(
    scene: Scene, steps: Sequence[Step], marks: Marks | None, path: CameraPath | Warn | None
) -> str | None:
    """Return why no distance can be measured in this clip, or None."""
    if marks is None:
        return MOVING if scene.camera_moves and _passes(scene) else None
    if scene.setting == "treadmill":
        return "On a treadmill, marks on the ground do not show the speed: state the belt's speed (--speed)."
    if scene.view not in ("side", "oblique"):
        return f"Speed between marks is seen from the side. {HOW_TO_SET_CONES}"
    if isinstance(path, Warn):
        return path.message
    if scene.camera_moves and path is None:
        return f"The camera moves, so the marks' places hold for one frame only and no distance is measured. {HOW_TO_PAN}"
    if len(steps) < 3:
        return f"Too few steps are seen to measure a speed. {HOW_TO_SET_CONES}"
    return None


def _warned(scene: Scene, why: str) -> Scene:
    return replace(scene, warnings=(*scene.warnings, Warn("no_distance", why)))


def with_run(measurements: Mapping[str, Measurement], run: RunThrough | None) -> dict[str, Measurement]:
    """Return the measurements with speed and step length as measured between marks.

    The others get that speed, by which ranges are chosen.
    """
    if run is None or run.scale != "marks" or not np.isfinite(run.speed.value):
        return dict(measurements)
    speed = round(run.speed.value, 2)
    found = {
        name: replace(each, extra=replace(each.extra, speed_mps=speed, sprint=speed > SPRINT_MPS))
        for name, each in measurements.items()
    }
    for name, amount in (("speed", run.speed), ("step_length", run.step_length)):
        if np.isfinite(amount.value):
            found[name] = _measurement(found[name], amount, run)
    return found


def _measurement(before: Measurement, amount: Amount, run: RunThrough) -> Measurement:
    extra = replace(before.extra, about=False, stated=None, by_marks=True)
    return Measurement(
        before.metric, before.unit, amount.value, amount.low, amount.high, n=len(run.steps), extra=extra
    )
