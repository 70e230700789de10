"""Whether a clip shows a run past the camera, and its place among the measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from formcheck.course import Amount, Marks, RunThrough
from formcheck.overground.measure import measure_run
from formcheck.overground.sprinters import SPRINT_MPS
from formcheck.types import Measurement, Motion, PoseTrack, Runner, Scene, Step, Warn

HOW_TO_SET_CONES = (
    "Keep the camera still on a tripod, 8 to 12 m beside the run, and put a cone at each end of the stretch, "
    "on the line the runner runs on."
)
FASTEST_MPS = 12.5  # m/s: nobody has run faster


def run_of(
    track: PoseTrack,
    scene: Scene,
    motion: Motion,
    steps: Sequence[Step],
    runner: Runner,
    marks: Marks | None,
) -> tuple[RunThrough | None, Scene]:
    """Return the run in metres, or None, and the scene with a warning where marks could not be used."""
    why = _why_not(scene, steps) if marks is not None else None
    if why is not None:
        return None, _warned(scene, why)
    if scene.setting != "overground" or scene.camera_moves or scene.view not in ("side", "oblique"):
        return None, scene
    run = measure_run(track, scene, motion, steps, runner, marks)
    if run is None or marks is None:
        return run, scene
    if not 0 < run.top_speed.value < FASTEST_MPS:
        why = (
            f"With these marks the runner would reach {run.top_speed.value:.1f} m/s, which nobody can: check the "
            "metres between the marks, and that each is pointed at where it meets the ground."
        )
        return None, _warned(scene, why)
    return run, scene


def _why_not(scene: Scene, steps: Sequence[Step]) -> str | None:
    """Return why marks cannot be used in this clip, or None."""
    if scene.setting == "treadmill":
        return "On a treadmill, marks on the ground do not show the speed: state the belt's speed (--speed)."
    if scene.view not in ("side", "oblique"):
        return f"Speed between marks is seen from the side. {HOW_TO_SET_CONES}"
    if scene.camera_moves:
        return f"The camera moves, so the marks' places hold for one frame only and no distance is measured. {HOW_TO_SET_CONES}"
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
