"""How a video becomes a cue: each line of `analyze_track` is one stage, one module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from formcheck import __version__
from formcheck.coaching import DrillCheck, check_drill, checkable, coach, to_try
from formcheck.course import Marks
from formcheck.errors import Cancelled, UsageError
from formcheck.marks import inside_clip, inside_picture
from formcheck.merge import passes_match, there_and_back
from formcheck.metrics import classify, measure, not_measured
from formcheck.metrics.levelling import with_gain_of_levelling
from formcheck.motion.standing import Standing, standing_of
from formcheck.overground import run_of, with_run
from formcheck.pose import BACKENDS, OWN_MODEL, Watch, describe_backend, track_runner
from formcheck.pose.panning import follow_camera
from formcheck.pose.tilt import levelled, tilt_of_edge
from formcheck.scene.run import look_at_run
from formcheck.timebase import hedged, settle_clock
from formcheck.types import (
    MODEL_OPTIONS,
    SETTING_OPTIONS,
    VIEW_OPTIONS,
    Analysis,
    CameraPath,
    Clip,
    Cue,
    Edge,
    Filming,
    Frame,
    ModelOption,
    PoseTrack,
    PrecisionOption,
    Runner,
    Scene,
    SettingOption,
    ViewOption,
    Warn,
)
from formcheck.video import FrameReader

LIBRARIES = {"av": "av", "numpy": "numpy", "onnxruntime": "onnxruntime", "opencv": "cv2", "scipy": "scipy"}

Progress = Callable[[str, float], None]
"""Called with (stage in words, share done 0..1)."""


def analyze(
    path: str | Path,
    runner: Runner | None = None,
    *,
    view: ViewOption = "auto",
    setting: SettingOption = "auto",
    capture_fps: float | None = None,
    marks: Marks | None = None,
    model: ModelOption = "best",
    backend: str = "blazepose",
    precision: PrecisionOption = "fp32",
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int | None = None,
    vertical: Edge | None = None,
    standing: str | Path | None = None,
) -> Analysis:
    """Measure the running form in a video file.

    Parameters
    ----------
    path : path of the video
    runner : what is known of the runner; unlocks lengths (height), stiffness (mass)
    view : {"auto", "side", "front", "rear"}
    setting : {"auto", "treadmill", "overground"}
        Where the runner runs, if the picture does not show it.
    capture_fps : frames per second of real life, for slow motion the file does not declare
    marks : points on the ground at known distances; unlock speed and step length in metres
    model : {"best", "balanced", "fast"}
    backend : {"blazepose", "mediapipe", "onnx:PATH"}
    precision : {"fp32", "bf16", "auto"}
        What the nets compute in; "auto" = bfloat16 with the extra `openvino` on a processor that has it.
    progress : called with (stage, share done)
    cancelled : polled for every frame; True stops the work
    threads : how many may look for the runner at once, without any effect on the numbers;
        None = one for each core
    vertical : (x1, y1, x2, y2) px of the upright picture
        Two points on an edge that is vertical in reality; it tells the camera's tilt.
    standing : path of another clip from the same camera in which the runner stands still

    Raises
    ------
    UsageError, UnreadableInput, BrokenModel, MissingLibrary, Cancelled
    """
    _check_options(view, model, backend)
    UsageError.unless_one_of("setting", setting, SETTING_OPTIONS)
    if marks is not None or vertical is not None:
        _in_sight(marks, vertical, FrameReader(path).clip)  # before the long part
    zero = None if standing is None else standing_in(
        standing, model=model, backend=backend, precision=precision, threads=threads
    )  # fmt: skip
    tracked = track_file(
        path, model=model, backend=backend, precision=precision, progress=progress, cancelled=cancelled, threads=threads,
    )  # fmt: skip
    turned = camera_path(path, tracked, marks, progress=progress, cancelled=cancelled)
    return analyze_tracked(
        tracked, runner, view=view, setting=setting, capture_fps=capture_fps, marks=marks, vertical=vertical, standing=zero,
        turned=turned,
    )  # fmt: skip


def camera_path(
    path: str | Path,
    tracked: Tracked,
    marks: Marks | None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> CameraPath | Warn | None:
    """Return how the camera of a tracked file turned, or why that is unknown.

    None where no mark names its moment: the file is read once more only for a camera that pans.

    Raises
    ------
    UnreadableInput, Cancelled
    """
    if marks is None or not marks.timed:
        return None
    track = tracked.track
    seen = track.time[np.isfinite(track.xy).any(axis=(1, 2))]
    moments = np.concatenate([marks.moments, seen])
    reader = FrameReader(path, known=tracked.clip)
    frames = _Watched(reader, progress, cancelled, stage="Following the camera")
    return follow_camera(frames, track, (float(moments.min()), float(moments.max())))


def standing_in(
    path: str | Path,
    *,
    model: ModelOption = "best",
    backend: str = "blazepose",
    precision: PrecisionOption = "fp32",
    threads: int | None = None,
) -> Standing:
    """Return what a clip of the runner standing still shows; parameters as in `analyze`.

    Raises
    ------
    UsageError
        If nobody stands still in it, seen from the side.
    """
    tracked = track_file(path, model=model, backend=backend, precision=precision, threads=threads)
    found = standing_of(tracked.track, look_at_run(tracked.track, tracked.clip, view="side"))
    if found is None or not any(isfinite(angle) for angle in found.foot_deg.values()):
        raise UsageError(
            f"{Path(path).name} shows nobody standing still: film two seconds from the side, both feet flat and in view."
        )
    return found


def _in_sight(marks: Marks | None, vertical: Edge | None, clip: Clip) -> None:
    """Refuse marks and edges that the clip's picture cannot show."""
    if marks is not None:
        inside_picture(marks, (clip.width, clip.height))
        inside_clip(marks, clip.duration_s)
    if vertical is not None:
        tilt_of_edge(vertical, (clip.width, clip.height))


@dataclass(frozen=True, eq=False)
class Tracked:
    """What the long part makes of a file; the answers that a runner may give come afterwards."""

    track: PoseTrack
    clip: Clip
    model: ModelOption = "best"
    backend: str = "blazepose"
    precision: PrecisionOption = "fp32"


def track_file(
    path: str | Path,
    *,
    model: ModelOption = "best",
    backend: str = "blazepose",
    precision: PrecisionOption = "fp32",
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int | None = None,
    watch: Watch | None = None,
    glimpse: Callable[[Frame], None] | None = None,
) -> Tracked:
    """Track the runner in a video file: the first and long part of `analyze`.

    Parameters
    ----------
    watch : called with each frame's time (s) and its pose as they are found
    glimpse : called with each frame as it is read, some frames before its pose is found
    other parameters : as in `analyze`

    Raises
    ------
    UsageError, UnreadableInput, BrokenModel, MissingLibrary, Cancelled
    """
    _check_options("auto", model, backend)
    reader = FrameReader(path)
    frames = _Watched(reader, progress, cancelled, glimpse)
    track = track_runner(
        frames, model=model, backend=backend, precision=precision, threads=threads, watch=watch
    )
    return Tracked(track, reader.clip, model, backend, precision)


def analyze_tracked(
    tracked: Tracked,
    runner: Runner | None = None,
    *,
    view: ViewOption = "auto",
    setting: SettingOption = "auto",
    capture_fps: float | None = None,
    marks: Marks | None = None,
    vertical: Edge | None = None,
    standing: Standing | None = None,
    turned: CameraPath | Warn | None = None,
) -> Analysis:
    """Measure a tracked file: the second and short part of `analyze`; parameters as there, `turned` of `camera_path`."""
    clip = tracked.clip
    _in_sight(marks, vertical, clip)
    if capture_fps:
        clip = replace(clip, capture_fps=float(capture_fps), capture_source="user")
    stated = {} if vertical is None else {"vertical": ",".join(f"{value:g}" for value in vertical)}
    made_with = _made_with(
        view, capture_fps, tracked.model, tracked.backend, tracked.precision, setting=setting, **stated
    )
    track = levelled(tracked.track, vertical)
    return analyze_track(
        track, clip, runner, view=view, setting=setting, marks=marks, standing=standing, path=turned, made_with=made_with,
    )  # fmt: skip


def analyze_drill(
    path: str | Path,
    name: str | None = None,
    *,
    view: ViewOption = "auto",
    capture_fps: float | None = None,
    model: ModelOption = "best",
    backend: str = "blazepose",
    precision: PrecisionOption = "fp32",
    progress: Progress | None = None,
) -> DrillCheck:
    """Count and check the drill in a video file.

    Parameters
    ----------
    path : path of the video
    name : the drill that was done, "high-knees"; None = recognise it
    view, capture_fps, model, backend, precision, progress : as in `analyze`

    Raises
    ------
    UsageError, UnreadableInput, BrokenModel, MissingLibrary
    """
    checkable(name)  # a name that means nothing is refused before the long part
    _check_options(view, model, backend)
    reader = FrameReader(path, capture_fps=capture_fps)
    track = track_runner(_Watched(reader, progress), model=model, backend=backend, precision=precision)
    made_with = {**_program(), **_made_with(view, capture_fps, model, backend, precision)}
    return replace(check_drill(track, reader.clip, name, view=view), made_with=made_with)


def _check_options(view: str, model: str, backend: str) -> None:
    """Refuse an unknown option before the long part begins."""
    UsageError.unless_one_of("view", view, VIEW_OPTIONS)
    UsageError.unless_one_of("model", model, MODEL_OPTIONS)
    if not backend.startswith(OWN_MODEL):
        UsageError.unless_one_of("backend", backend, BACKENDS)


def _program() -> dict[str, Any]:
    """Return the versions of FormCheck and of the libraries that can change a number."""
    libraries = {name: str(import_module(module).__version__) for name, module in LIBRARIES.items()}
    return {"formcheck": __version__, "libraries": libraries}


def _made_with(
    view: ViewOption,
    capture_fps: float | None,
    model: ModelOption,
    backend: str,
    precision: PrecisionOption,
    **more: str,
) -> dict[str, Any]:
    arguments = {
        "view": view,
        "capture_fps": capture_fps,
        "model": model,
        "backend": backend,
        "precision": precision,
    }
    described = describe_backend(model=model, backend=backend, precision=precision)
    return {**described, "arguments": {**arguments, **more}}


def analyze_track(
    track: PoseTrack,
    clip: Clip,
    runner: Runner | None = None,
    *,
    view: ViewOption = "auto",
    setting: SettingOption = "auto",
    marks: Marks | None = None,
    standing: Standing | None = None,
    path: CameraPath | Warn | None = None,
    made_with: Mapping[str, Any] | None = None,
) -> Analysis:
    """Measure a track that is already there: everything after the pose model.

    `path` is how a camera that pans turned, for marks that name their moment (`camera_path`).

    A runner who comes back in the other direction is measured in both passes, each leg as the nearer one.
    """
    made_with = {**_program(), **(made_with or {"backend": track.source})}
    filming = Filming(view, setting)
    there = _one_pass(track, clip, runner or Runner(), filming, marks, path, standing, made_with)
    if track.way_back is None or there.refusal or there.scene.view != "side":
        return there
    back = _one_pass(track.way_back, clip, there.runner, filming, None, None, standing, made_with)
    return there_and_back(there, back) if passes_match(there, back) else there


def _one_pass(
    track: PoseTrack,
    clip: Clip,
    runner: Runner,
    filming: Filming,
    marks: Marks | None,
    path: CameraPath | Warn | None,
    standing: Standing | None,
    made_with: Mapping[str, Any],
) -> Analysis:
    """Measure a track in which the runner moves in one direction."""
    reading = settle_clock(track, clip, runner, filming)
    clip, scene, motion, steps = reading.clip, reading.scene, reading.motion, reading.steps
    if scene.refusal or motion is None:
        return refused(track, clip, runner, scene, made_with)
    run, scene = run_of(track, scene, motion, steps, runner, marks, path)
    found = measure(motion, steps, scene, runner, standing or standing_of(track, scene))
    measurements = hedged(with_run(found, run), reading)
    scene = with_gain_of_levelling(scene, measurements)
    cues, praise = coach(measurements, scene, steps, runner)
    curious = None if cues else to_try(measurements, steps, runner)
    cues = tuple(_on_clip_clock(cue, scene) for cue in cues)
    return Analysis(
        clip, runner, track, scene, motion, steps, measurements, cues, praise, made_with, classify(measurements), run,
        curious and _on_clip_clock(curious, scene),
    )  # fmt: skip


def _on_clip_clock(cue: Cue, scene: Scene) -> Cue:
    return replace(cue, show_at=cue.show_at * scene.slow_motion_factor)


def refused(
    track: PoseTrack, clip: Clip, runner: Runner, scene: Scene, made_with: Mapping[str, Any]
) -> Analysis:
    """Return the analysis of a clip that shows nothing to measure: every metric says why."""
    measurements = not_measured(scene.refusal.reason, scene.refusal.code) if scene.refusal else {}
    categories = classify(measurements) if measurements else {}
    return Analysis(clip, runner, track, scene, None, (), measurements, (), (), made_with, categories)


@dataclass(frozen=True)
class _Watched:
    """A clip's frames, as often as they are asked for, reporting how far each reading has come."""

    reader: FrameReader
    progress: Progress | None = None
    cancelled: Callable[[], bool] | None = None
    glimpse: Callable[[Frame], None] | None = None
    stage: str = "Following the runner"

    def __iter__(self) -> Iterator[Frame]:
        seconds = self.reader.clip.duration_s
        for frame in self.reader:
            if self.cancelled and self.cancelled():
                raise Cancelled("Stopped; nothing was written.")
            if self.progress and seconds > 0:
                self.progress(self.stage, min(1.0, frame.time / seconds))
            if self.glimpse:
                self.glimpse(frame)
            yield frame
